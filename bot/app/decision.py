"""What is answered to one invocation: the handler's word, or the question or the mend instead. Pure.

This is the one place where an `Ask` becomes a form (see `asking`) and a `UserError` a card.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from bot.commands import COMMANDS_BY_NAME, ArgumentKind
from bot.commands.forms import form_argument_names, missing_values_form
from bot.commands.help import help_card as help_card
from bot.commands.parser import (
    DEFAULT_COMMANDS,
    Invocation,
    build_invocation,
    check_argument_lengths,
    has_command_root,
    missing_arguments,
    parse_button_command,
    parse_typed_command,
)
from bot.domain.errors import (
    AmbiguousContact,
    AmbiguousTime,
    BadValue,
    ClubUnreadable,
    DuplicateArgument,
    NoClub,
    NotClubMember,
    NotFacilitator,
    NothingToUndo,
    StaleButton,
    UnclosedQuote,
    UnknownArgument,
    UnknownCommand,
    UnknownContact,
    UserError,
)
from bot.domain.messages import Card, MissingValues, Response
from bot.domain.model import Book, Club
from bot.handlers.args import Args, ChainedCommand, HandlerResult, HelpTopic
from bot.handlers.drafts import find_draft, with_new_draft, without_draft
from bot.rules.context import BookContext
from bot.text import contact_names, dates
from bot.text.sanitize import sanitize_line
from bot.views import board, contact, input_errors, member, settings, trouble
from bot.views.club import overview

MAX_CONTACTS = 1_000  # on one board: more would make everybody else wait while it is drawn
MAX_NAME_WORDS = 3  # words of a name
GREETING_WORDS = frozenset(
    ("hi", "hello", "hey", "thanks", "thank", "yes", "no", "ok", "okay", "stop", "please", "good", "dear")
)
SETTINGS_WORDS = frozenset(("stop", "quiet", "enough", "unsubscribe", "silence", "zone", "timezone", "clock"))
MAX_PLAIN_TEXT_CHARS = 300  # characters of plain words in which a contact may be named


@dataclass(frozen=True, slots=True)
class Decision:
    """`book` and `club` None: nothing was changed. `command`: what was run, for the label of an undo."""

    response: Response
    book: Book | None = None
    club: Club | None = None
    command: str = ""
    is_final: bool = False
    erase_book: bool = False
    scrub_previous: bool = False

    @property
    def has_changes(self) -> bool:
        """Whether anything but the sign of life is to be kept."""
        return self.erase_book or self.book is not None or self.club is not None


def decide(context: BookContext, parse_input: Callable[[], Invocation], plain_text: str = "") -> Decision:
    """Runs what was said on the member's book. `plain`: the words, when they were typed as text."""
    try:
        said = parse_input()
    except UserError as problem:
        return _decide_unparsed_text(context, problem, plain_text)
    return _decide_invocation(context, said)


def decide_direct_message(context: BookContext, text: str) -> Decision:
    """What plain words in a direct message come to: a contact's card, or what a command shows; never a change.

    A command that would change something is asked back, with its words kept as a draft.
    """
    if has_command_root(text):
        return decide(context, lambda: parse_typed_command(text), text)
    try:
        said = parse_typed_command(text)
    except UnknownCommand:
        return _decide_mentioned_contact(context, text) or Decision(_unmatched_text_card(context, text))
    except UserError as problem:
        return _decide_mentioned_contact(context, text) or _decide_unparsed_text(context, problem, text)
    if not _is_command_intended(context, said) and (named := _decide_mentioned_contact(context, text)):
        return named
    decided = _decide_invocation(context, said)
    changed = decided.erase_book or (decided.has_changes and isinstance(decided.response, Card))
    if not changed or (isinstance(decided.response, Card) and decided.response.is_unfinished):
        return decided
    book, draft = with_new_draft(context, said.command.name, said.values)
    return Decision(input_errors.confirm_typed_command_card(text, draft), book)


def _unmatched_text_card(context: BookContext, text: str) -> Card:
    asked = SETTINGS_WORDS.intersection(contact_names.split_words(text[:MAX_PLAIN_TEXT_CHARS]))
    return (
        input_errors.offer_quiet_card()
        if asked
        else input_errors.text_not_understood_card(context, guess_new_contact_name(text))
    )


def guess_new_contact_name(text: str) -> str:
    """The words, when they may well be the name of somebody new: few, each with a capital, and no greeting.

    Never with a double quote: a button would carry each of them twice, and no name has one.
    """
    said = sanitize_line(text[:MAX_PLAIN_TEXT_CHARS]).rstrip(".!?").split()
    named = 0 < len(said) <= MAX_NAME_WORDS and all(word[0].isupper() and not word.isupper() for word in said)
    return " ".join(said) if named and '"' not in text and said[0].casefold() not in GREETING_WORDS else ""


def _is_command_intended(context: BookContext, invocation: Invocation) -> bool:
    """Whether the first word was meant as a command: the contact that it takes is one of the member's own."""
    whom = invocation.command.find_argument("contact")
    if whom is None or whom.kind is not ArgumentKind.CONTACT or not invocation.values.get("contact"):
        return True
    try:
        Args(context, invocation.values).contact()
    except UserError:
        return False
    return True


def _decide_mentioned_contact(context: BookContext, text: str) -> Decision | None:
    """The card of the contact that plain words name; of several, the question which."""
    found = contact_names.find_mentioned_contacts(text[:MAX_PLAIN_TEXT_CHARS], context.book.contacts)
    if not found:
        return None
    return Decision(
        contact.contact_card(context, found[0]) if len(found) == 1 else input_errors.which_contact_card(found)
    )


def _decide_invocation(context: BookContext, invocation: Invocation) -> Decision:
    try:
        invocation = _with_draft_values(context, invocation)
        invocation.command.gate(context)
        check_argument_lengths(invocation)
        if names_missing := missing_arguments(invocation):
            return Decision(
                *missing_values_form(
                    context, invocation, MissingValues(form_argument_names(invocation.command, names_missing))
                )
            )
        return _decide_handler_result(
            context, invocation, invocation.command.handler(context, Args(context, invocation.values))
        )
    except UserError as problem:
        return _decide_user_error(context, invocation, problem)


def _decide_handler_result(context: BookContext, invocation: Invocation, result: HandlerResult) -> Decision:
    reply = result.response
    if result.book and len(result.book.contacts) > max(MAX_CONTACTS, len(context.book.contacts)):
        return Decision(input_errors.board_full_card(MAX_CONTACTS))
    if isinstance(reply, ChainedCommand):
        return _decide_chained_command(context, reply, result)
    if isinstance(reply, MissingValues):
        return Decision(*missing_values_form(context, invocation, reply))
    if isinstance(reply, HelpTopic):
        reply = help_card(reply.command, context.book.owner.platform)
    done = not (isinstance(reply, Card) and reply.is_unfinished)
    book = without_draft(result.book, invocation.values.get("draft", "")) if result.book and done else result.book
    return Decision(
        reply,
        book,
        result.club,
        invocation.command.name,
        is_final=result.cannot_be_undone,
        erase_book=result.erases_book,
        scrub_previous=result.scrubs_previous,
    )


def _decide_chained_command(context: BookContext, chained: ChainedCommand, result: HandlerResult) -> Decision:
    """Another command on the book that the first one left."""
    after = context.with_book(result.book or context.book)
    decided = _decide_invocation(after, build_invocation(chained.command, chained.values))
    return replace(decided, book=decided.book or result.book, club=decided.club or result.club)


def _with_draft_values(context: BookContext, invocation: Invocation) -> Invocation:
    """What was typed earlier comes back from its draft; what is said now goes before it."""
    key = invocation.values.get("draft")
    if not key or invocation.command.name == "resume":
        return invocation
    kept = next((draft for draft in context.book.drafts if draft.id == key), None)
    if kept is None and "mark" not in invocation.values:
        find_draft(context.book, key)  # raises NotFound; with a mark, the mark tells what became of it
    return replace(invocation, values={**dict(kept.values if kept else ()), **invocation.values})


def _decide_user_error(context: BookContext, invocation: Invocation, problem: UserError) -> Decision:
    """The card or form that lets the member mend what could not be done; what was typed is kept."""
    match problem:
        case BadValue():
            return Decision(
                *missing_values_form(
                    context,
                    invocation,
                    MissingValues(form_argument_names(invocation.command, (problem.name,))),
                    problem,
                )
            )
        case UnknownContact() | AmbiguousContact() | AmbiguousTime():
            book, draft = with_new_draft(context, invocation.command.name, invocation.values)
            return Decision(_ambiguity_card(context, invocation, problem, draft), book)
        case StaleButton():
            one = context.book.find_contact(problem.contact)
            return Decision(contact.stale_contact_button_card(context, one) if one else input_errors.not_found_card())
        case UnknownArgument() | DuplicateArgument() | UnclosedQuote():
            return Decision(_syntax_error_card(problem))
        case NothingToUndo():
            return Decision(input_errors.nothing_to_undo_card())
        case NotClubMember():
            book, draft = with_new_draft(context, invocation.command.name, invocation.values)
            return Decision(overview.join_club_first_card(draft, has_draft=any(invocation.values.values())), book)
        case NoClub():
            return Decision(
                overview.club_over_card() if problem.ended else overview.no_club_card(in_server=problem.club_possible)
            )
        case ClubUnreadable():
            return Decision(trouble.club_unreadable_card())
        case NotFacilitator():
            return Decision(overview.not_facilitator_card())
        case _:
            return Decision(input_errors.not_found_card())


def _ambiguity_card(
    context: BookContext,
    invocation: Invocation,
    problem: UnknownContact | AmbiguousContact | AmbiguousTime,
    draft_id: str,
) -> Card:
    if isinstance(problem, AmbiguousContact):
        return input_errors.ambiguous_contact_card(context, problem, draft_id)
    if isinstance(problem, UnknownContact):
        return input_errors.unknown_contact_card(
            context, problem, draft_id, may_add=invocation.command.name != "forget"
        )
    labels = [date_option_label(option, context.today) for option in problem.options]
    return input_errors.ambiguous_time_card(problem, draft_id, labels)


def date_option_label(option: str, today: date) -> str:
    """An ISO day, day and time, or two days, as the label of a button."""
    if " to " in option:
        return " – ".join(date_option_label(end, today) for end in option.split(" to "))
    return dates.format_iso_date(option, today)


def _syntax_error_card(problem: UnknownArgument | DuplicateArgument | UnclosedQuote) -> Card:
    match problem:
        case UnknownArgument():
            alone = all(
                argument.kind is ArgumentKind.HIDDEN for argument in COMMANDS_BY_NAME[problem.command].arguments
            )
            return input_errors.unknown_argument_card(problem.command, problem.name, problem.nearest, takes_none=alone)
        case DuplicateArgument():
            return input_errors.duplicate_argument_card(problem.name)
        case _:
            return input_errors.unclosed_quote_card()


def _decide_unparsed_text(context: BookContext, problem: UserError, plain_text: str) -> Decision:
    """Words that are no command: a contact's card when one is named, else help and the nearest command."""
    if isinstance(problem, UnknownCommand) and problem.root not in DEFAULT_COMMANDS:
        return Decision(input_errors.empty_root_card(problem.root))
    if isinstance(problem, UnknownCommand):
        if named := _decide_mentioned_contact(context, plain_text):
            return named
        short = help_card(problem.root if problem.root == "club" else "")
        return Decision(
            replace(short, lines=(*input_errors.unknown_command_lines(problem.typed, problem.nearest), *short.lines))
        )
    if isinstance(problem, UnknownArgument | DuplicateArgument | UnclosedQuote):
        return Decision(_syntax_error_card(problem))
    return Decision(input_errors.not_found_card())


def with_assumed_zone_note(context: BookContext, decision: Decision) -> Decision:
    """The first answer that tells a time, or begins a wait, names the zone that was assumed.

    A wait leads to a message at an hour of that zone, also when the answer tells only a day.
    """
    book, reply = decision.book or context.book, decision.response
    known = book.settings.zone or book.profile.zone or book.zone_announced
    if known or decision.erase_book or not isinstance(reply, Card):
        return decision
    begins = decision.book is not None and any(one.entries for one in decision.book.contacts)
    if not reply.has_instants and not begins:
        return decision
    return replace(
        decision, response=settings.with_zone_notice(reply, context), book=replace(book, zone_announced=True)
    )


def with_unreachable_note(context: BookContext, decision: Decision) -> Decision:
    """A member whom messages could not reach hears of it at their next answer, which is private, with the mend."""
    reply = decision.response
    if not context.book.unreachable_reason or decision.erase_book or not isinstance(reply, Card):
        return decision
    return replace(decision, response=trouble.with_undeliverable_notice(reply, context.book.owner.platform))


def parse_erase_request(parse_input: Callable[[], Invocation]) -> Invocation | None:
    """What was said, when it asks to erase the whole book."""
    try:
        said = parse_input()
    except UserError:
        return None
    return said if said.command.name == "forget" and said.values.get("contact", "").casefold() == "me" else None


def repeated_event_response(context: BookContext, parse_input: Callable[[], Invocation]) -> Response:
    """The answer to an event that was handled before: the present state, and nothing is done again."""
    try:
        said = parse_input()
        if said.command.root == "club":
            return decide(context, lambda: parse_button_command("club")).response
        one = Args(context, {"contact": said.values.get("contact", "")}).contact()
    except UserError:
        return board.board_card(context) if context.book.contacts else member.welcome_card()
    return contact.contact_card(context, one)
