"""Decides the response to one invocation: the handler's result, or a form or an error card in its place. Pure.

Only here does a `MissingValues` become a form (see `bot.commands.forms`) and a `UserError` a card.
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
from bot.views.club import facilitator, membership, overview

MAX_CONTACTS = 1_000  # on one board: rendering more of them would delay all other members
MAX_NAME_WORDS = 3
GREETING_WORDS = frozenset(
    ("hi", "hello", "hey", "thanks", "thank", "yes", "no", "ok", "okay", "stop", "please", "good", "dear")
)
SETTINGS_WORDS = frozenset(("stop", "quiet", "enough", "unsubscribe", "silence", "zone", "timezone", "clock"))
MAX_PLAIN_TEXT_CHARS = 300  # of a text that is searched for the names of contacts


@dataclass(frozen=True, slots=True)
class Decision:
    """The response to an invocation, with the changes to save before it is shown."""

    response: Response
    #: None: the book is unchanged.
    book: Book | None = None
    #: None: the club is unchanged.
    club: Club | None = None
    #: The name of the command that ran, for the label of an undo.
    command: str = ""
    #: The change cannot be undone.
    is_final: bool = False
    #: The whole book is to be erased.
    erase_book: bool = False
    #: The book is to be saved twice, so that its previous generation does not keep what was erased.
    scrub_previous: bool = False

    @property
    def has_changes(self) -> bool:
        """Whether the decision changes anything but the time of the last activity."""
        return self.erase_book or self.book is not None or self.club is not None


def decide(context: BookContext, parse_input: Callable[[], Invocation], plain_text: str = "") -> Decision:
    """Run the invocation on the member's book. `plain_text`: the text as it was typed; empty for buttons and forms."""
    try:
        invocation = parse_input()
    except UserError as problem:
        return _decide_unparsed_text(context, problem, plain_text)
    return _decide_invocation(context, invocation)


def decide_direct_message(context: BookContext, text: str) -> Decision:
    """Decide plain words in a direct message: show a contact's card or a command's result, but never change anything.

    A command that would change something asks for confirmation first, with its values in a draft.
    """
    if has_command_root(text):
        return decide(context, lambda: parse_typed_command(text), text)
    try:
        invocation = parse_typed_command(text)
    except UnknownCommand:
        return _decide_mentioned_contact(context, text) or Decision(_unmatched_text_card(context, text))
    except UserError as problem:
        return _decide_mentioned_contact(context, text) or _decide_unparsed_text(context, problem, text)
    if not _is_command_intended(context, invocation) and (mention := _decide_mentioned_contact(context, text)):
        return mention
    decision = _decide_invocation(context, invocation)
    has_changes = decision.erase_book or (decision.has_changes and isinstance(decision.response, Card))
    if not has_changes or (isinstance(decision.response, Card) and decision.response.is_unfinished):
        return decision
    book, draft = with_new_draft(context, invocation.command.name, invocation.values)
    return Decision(input_errors.confirm_typed_command_card(text, draft), book)


def _unmatched_text_card(context: BookContext, text: str) -> Card:
    settings_words = SETTINGS_WORDS.intersection(contact_names.split_words(text[:MAX_PLAIN_TEXT_CHARS]))
    return (
        input_errors.offer_quiet_card()
        if settings_words
        else input_errors.text_not_understood_card(context, guess_new_contact_name(text))
    )


def guess_new_contact_name(text: str) -> str:
    """The text, if it may be the name of a new contact: few words, each capitalised, and no greeting. Else empty.

    Never with a double quote: a button would carry each of them twice, and no name has one.
    """
    words = sanitize_line(text[:MAX_PLAIN_TEXT_CHARS]).rstrip(".!?").split()
    is_name = 0 < len(words) <= MAX_NAME_WORDS and all(word[0].isupper() and not word.isupper() for word in words)
    return " ".join(words) if is_name and '"' not in text and words[0].casefold() not in GREETING_WORDS else ""


def _is_command_intended(context: BookContext, invocation: Invocation) -> bool:
    """Whether the first word was meant as a command: the contact that it takes, if any, is one of the member's."""
    argument = invocation.command.find_argument("contact")
    if argument is None or argument.kind is not ArgumentKind.CONTACT or not invocation.values.get("contact"):
        return True
    try:
        Args(context, invocation.values).contact()
    except UserError:
        return False
    return True


def _decide_mentioned_contact(context: BookContext, text: str) -> Decision | None:
    """The card of the contact that the text mentions, or the question which of several. None without any."""
    matches = contact_names.find_mentioned_contacts(text[:MAX_PLAIN_TEXT_CHARS], context.book.contacts)
    if not matches:
        return None
    return Decision(
        contact.contact_card(context, matches[0]) if len(matches) == 1 else input_errors.which_contact_card(matches)
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
    response = result.response
    if result.book and len(result.book.contacts) > max(MAX_CONTACTS, len(context.book.contacts)):
        return Decision(input_errors.board_full_card(MAX_CONTACTS))
    if isinstance(response, ChainedCommand):
        return _decide_chained_command(context, response, result)
    if isinstance(response, MissingValues):
        return Decision(*missing_values_form(context, invocation, response))
    if isinstance(response, HelpTopic):
        response = help_card(response.command, context.book.owner.platform)
    done = not (isinstance(response, Card) and response.is_unfinished)
    book = without_draft(result.book, invocation.values.get("draft", "")) if result.book and done else result.book
    return Decision(
        response,
        book,
        result.club,
        invocation.command.name,
        is_final=result.cannot_be_undone,
        erase_book=result.erases_book,
        scrub_previous=result.scrubs_previous,
    )


def _decide_chained_command(context: BookContext, chained: ChainedCommand, result: HandlerResult) -> Decision:
    """Run another command on the book as the first one left it."""
    after = context.with_book(result.book or context.book)
    decision = _decide_invocation(after, build_invocation(chained.command, chained.values))
    return replace(decision, book=decision.book or result.book, club=decision.club or result.club)


def _with_draft_values(context: BookContext, invocation: Invocation) -> Invocation:
    """The invocation with the values of its draft added; its own values win."""
    key = invocation.values.get("draft")
    if not key or invocation.command.name == "resume":
        return invocation
    draft = next((saved for saved in context.book.drafts if saved.id == key), None)
    if draft is None and "mark" not in invocation.values:
        find_draft(context.book, key)  # raises NotFound; with a mark, the handler sees whether the button is stale
    return replace(invocation, values={**dict(draft.values if draft else ()), **invocation.values})


def _decide_user_error(context: BookContext, invocation: Invocation, problem: UserError) -> Decision:
    """The card or form with which the member can correct the error; typed values are saved in a draft."""
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
            current = context.book.find_contact(problem.contact)
            return Decision(
                contact.stale_contact_button_card(context, current) if current else input_errors.not_found_card()
            )
        case UnknownArgument() | DuplicateArgument() | UnclosedQuote():
            return Decision(_syntax_error_card(problem))
        case NothingToUndo():
            return Decision(input_errors.nothing_to_undo_card())
        case NotClubMember():
            book, draft = with_new_draft(context, invocation.command.name, invocation.values)
            return Decision(membership.join_club_first_card(draft, has_draft=any(invocation.values.values())), book)
        case NoClub():
            return Decision(
                overview.club_over_card() if problem.ended else overview.no_club_card(in_server=problem.club_possible)
            )
        case ClubUnreadable():
            return Decision(trouble.club_unreadable_card())
        case NotFacilitator():
            return Decision(facilitator.not_facilitator_card())
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
    """The label of a button for an ISO day, an ISO day and time, or two days with " to " between."""
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
    """The response to text that is no command: the card of a contact it mentions, else help and the nearest command."""
    if isinstance(problem, UnknownCommand) and problem.root not in DEFAULT_COMMANDS:
        return Decision(input_errors.empty_root_card(problem.root))
    if isinstance(problem, UnknownCommand):
        if mention := _decide_mentioned_contact(context, plain_text):
            return mention
        short = help_card(problem.root if problem.root == "club" else "")
        return Decision(
            replace(short, lines=(*input_errors.unknown_command_lines(problem.typed, problem.nearest), *short.lines))
        )
    if isinstance(problem, UnknownArgument | DuplicateArgument | UnclosedQuote):
        return Decision(_syntax_error_card(problem))
    return Decision(input_errors.not_found_card())


def with_assumed_zone_note(context: BookContext, decision: Decision) -> Decision:
    """Name the assumed zone in the first response that shows a time or starts a wait.

    A wait ends with a message at an hour of that zone, even if the response shows only a day.
    """
    book, reply = decision.book or context.book, decision.response
    is_zone_known = book.settings.zone or book.profile.zone or book.zone_announced
    if is_zone_known or decision.erase_book or not isinstance(reply, Card):
        return decision
    starts_wait = decision.book is not None and any(record.entries for record in decision.book.contacts)
    if not reply.has_instants and not starts_wait:
        return decision
    return replace(
        decision, response=settings.with_zone_notice(reply, context), book=replace(book, zone_announced=True)
    )


def with_unreachable_note(context: BookContext, decision: Decision) -> Decision:
    """Add the notice that messages do not reach the member, and the remedy, to the response, which is private."""
    reply = decision.response
    if not context.book.unreachable_reason or decision.erase_book or not isinstance(reply, Card):
        return decision
    return replace(decision, response=trouble.with_undeliverable_notice(reply, context.book.owner.platform))


def parse_erase_request(parse_input: Callable[[], Invocation]) -> Invocation | None:
    """The invocation, if it asks to erase the whole book; else None."""
    try:
        request = parse_input()
    except UserError:
        return None
    return (
        request if request.command.name == "forget" and request.values.get("contact", "").casefold() == "me" else None
    )


def repeated_event_response(context: BookContext, parse_input: Callable[[], Invocation]) -> Response:
    """The response to an event that was handled before: the present state. Nothing is done again."""
    try:
        invocation = parse_input()
        if invocation.command.root == "club":
            return decide(context, lambda: parse_button_command("club")).response
        mentioned = Args(context, {"contact": invocation.values.get("contact", "")}).contact()
    except UserError:
        return board.board_card(context) if context.book.contacts else member.welcome_card()
    return contact.contact_card(context, mentioned)
