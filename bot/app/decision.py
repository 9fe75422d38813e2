"""What is answered to one invocation: the handler's word, or the question or the mend instead. Pure.

This is the one place where an `Ask` becomes a form (see `asking`) and a `UserError` a card.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from bot.commands import BY_NAME, Takes
from bot.commands.forms import asked, form_names
from bot.commands.help import card as help_card
from bot.commands.parser import BARE, Invocation, filled, measure, missing, pressed, rooted, typed
from bot.domain.errors import (
    AmbiguousContact,
    AmbiguousTime,
    BadValue,
    ClubUnreadable,
    DuplicateArgument,
    NoClub,
    NotFacilitator,
    NothingToUndo,
    NotIn,
    Stale,
    UnclosedQuote,
    UnknownArgument,
    UnknownCommand,
    UnknownContact,
    UserError,
)
from bot.domain.messages import Ask, Card, Reply
from bot.domain.model import Book, Club
from bot.handlers.args import Again, Answer, Args, Topic
from bot.handlers.drafts import find, keep, without
from bot.rules.context import Desk
from bot.text import contact_names, dates
from bot.text.sanitize import clean
from bot.views import board, contact, input_errors, member, settings, trouble
from bot.views.club import overview

MOST_CONTACTS = 1_000  # on one board: more would make everybody else wait while it is drawn
MOST_NAMES = 3  # words of a name
GREETINGS = frozenset(
    ("hi", "hello", "hey", "thanks", "thank", "yes", "no", "ok", "okay", "stop", "please", "good", "dear")
)
QUIET = frozenset(("stop", "quiet", "enough", "unsubscribe", "silence", "zone", "timezone", "clock"))
LONGEST_PLAIN = 300  # characters of plain words in which a contact may be named


@dataclass(frozen=True, slots=True)
class Decision:
    """`book` and `club` None: nothing was changed. `command`: what was run, for the label of an undo."""

    reply: Reply
    book: Book | None = None
    club: Club | None = None
    command: str = ""
    final: bool = False
    erase: bool = False
    scrub: bool = False

    @property
    def changes(self) -> bool:
        """Whether anything but the sign of life is to be kept."""
        return self.erase or self.book is not None or self.club is not None


def decide(desk: Desk, read: Callable[[], Invocation], plain: str = "") -> Decision:
    """Runs what was said on the member's book. `plain`: the words, when they were typed as text."""
    try:
        said = read()
    except UserError as problem:
        return _unread(desk, problem, plain)
    return _run(desk, said)


def overhear(desk: Desk, text: str) -> Decision:
    """What plain words in a direct message come to: a contact's card, or what a command shows; never a change.

    A command that would change something is asked back, with its words kept as a draft.
    """
    if rooted(text):
        return decide(desk, lambda: typed(text), text)
    try:
        said = typed(text)
    except UnknownCommand:
        return _named(desk, text) or Decision(_unheard(desk, text))
    except UserError as problem:
        return _named(desk, text) or _unread(desk, problem, text)
    if not _is_meant(desk, said) and (named := _named(desk, text)):
        return named
    decided = _run(desk, said)
    changed = decided.erase or (decided.changes and isinstance(decided.reply, Card))
    if not changed or (isinstance(decided.reply, Card) and decided.reply.unfinished):
        return decided
    book, draft = keep(desk, said.command.name, said.values)
    return Decision(input_errors.shall_i(text, draft), book)


def _unheard(desk: Desk, text: str) -> Card:
    asked = QUIET.intersection(contact_names.words(text[:LONGEST_PLAIN]))
    return input_errors.quieter() if asked else input_errors.unheard(desk, new_name(text))


def new_name(text: str) -> str:
    """The words, when they may well be the name of somebody new: few, each with a capital, and no greeting.

    Never with a double quote: a button would carry each of them twice, and no name has one.
    """
    said = clean(text[:LONGEST_PLAIN]).rstrip(".!?").split()
    named = 0 < len(said) <= MOST_NAMES and all(word[0].isupper() and not word.isupper() for word in said)
    return " ".join(said) if named and '"' not in text and said[0].casefold() not in GREETINGS else ""


def _is_meant(desk: Desk, said: Invocation) -> bool:
    """Whether the first word was meant as a command: the contact that it takes is one of the member's own."""
    whom = said.command.arg("contact")
    if whom is None or whom.takes is not Takes.CONTACT or not said.values.get("contact"):
        return True
    try:
        Args(desk, said.values).contact()
    except UserError:
        return False
    return True


def _named(desk: Desk, text: str) -> Decision | None:
    """The card of the contact that plain words name; of several, the question which."""
    found = contact_names.mentioned(text[:LONGEST_PLAIN], desk.book.contacts)
    if not found:
        return None
    return Decision(contact.show(desk, found[0]) if len(found) == 1 else input_errors.several_named(found))


def _run(desk: Desk, said: Invocation) -> Decision:
    try:
        said = _with_draft(desk, said)
        said.command.gate(desk)
        measure(said)
        if names_missing := missing(said):
            return Decision(*asked(desk, said, Ask(form_names(said.command, names_missing))))
        return _answered(desk, said, said.command.handler(desk, Args(desk, said.values)))
    except UserError as problem:
        return _mended(desk, said, problem)


def _answered(desk: Desk, said: Invocation, answer: Answer) -> Decision:
    reply = answer.reply
    if answer.book and len(answer.book.contacts) > max(MOST_CONTACTS, len(desk.book.contacts)):
        return Decision(input_errors.full(MOST_CONTACTS))
    if isinstance(reply, Again):
        return _again(desk, reply, answer)
    if isinstance(reply, Ask):
        return Decision(*asked(desk, said, reply))
    if isinstance(reply, Topic):
        reply = help_card(reply.name, desk.book.owner.platform)
    done = not (isinstance(reply, Card) and reply.unfinished)
    book = without(answer.book, said.values.get("draft", "")) if answer.book and done else answer.book
    return Decision(
        reply, book, answer.club, said.command.name, final=answer.final, erase=answer.erase, scrub=answer.scrub
    )


def _again(desk: Desk, again: Again, answer: Answer) -> Decision:
    """Another command on the book that the first one left."""
    after = desk.with_book(answer.book or desk.book)
    decided = _run(after, filled(again.command, again.values))
    return replace(decided, book=decided.book or answer.book, club=decided.club or answer.club)


def _with_draft(desk: Desk, said: Invocation) -> Invocation:
    """What was typed earlier comes back from its draft; what is said now goes before it."""
    key = said.values.get("draft")
    if not key or said.command.name == "resume":
        return said
    kept = next((one for one in desk.book.drafts if one.id == key), None)
    if kept is None and "mark" not in said.values:
        find(desk.book, key)  # raises NotFound; with a mark, the mark tells what became of it
    return replace(said, values={**dict(kept.values if kept else ()), **said.values})


def _mended(desk: Desk, said: Invocation, problem: UserError) -> Decision:
    """The card or form that lets the member mend what could not be done; what was typed is kept."""
    match problem:
        case BadValue():
            return Decision(*asked(desk, said, Ask(form_names(said.command, (problem.name,))), problem))
        case UnknownContact() | AmbiguousContact() | AmbiguousTime():
            book, draft = keep(desk, said.command.name, said.values)
            return Decision(_choices(desk, said, problem, draft), book)
        case Stale():
            one = desk.book.contact(problem.contact)
            return Decision(contact.stale(desk, one) if one else input_errors.not_found())
        case UnknownArgument() | DuplicateArgument() | UnclosedQuote():
            return Decision(_grammar(problem))
        case NothingToUndo():
            return Decision(input_errors.nothing_to_undo())
        case NotIn():
            book, draft = keep(desk, said.command.name, said.values)
            return Decision(overview.join_first(draft, typed=any(said.values.values())), book)
        case NoClub():
            return Decision(overview.over() if problem.ended else overview.not_yet(server=problem.server))
        case ClubUnreadable():
            return Decision(trouble.club_unreadable())
        case NotFacilitator():
            return Decision(overview.not_facilitator())
        case _:
            return Decision(input_errors.not_found())


def _choices(
    desk: Desk, said: Invocation, problem: UnknownContact | AmbiguousContact | AmbiguousTime, draft: str
) -> Card:
    if isinstance(problem, AmbiguousContact):
        return input_errors.ambiguous_contact(desk, problem, draft)
    if isinstance(problem, UnknownContact):
        return input_errors.unknown_contact(desk, problem, draft, add=said.command.name != "forget")
    labels = [say_option(option, desk.today) for option in problem.options]
    return input_errors.ambiguous_time(problem, draft, labels)


def say_option(option: str, today: date) -> str:
    """An ISO day, day and time, or two days, as the label of a button."""
    if " to " in option:
        return " – ".join(say_option(end, today) for end in option.split(" to "))
    return dates.say_iso(option, today)


def _grammar(problem: UnknownArgument | DuplicateArgument | UnclosedQuote) -> Card:
    match problem:
        case UnknownArgument():
            alone = all(one.takes is Takes.UNSEEN for one in BY_NAME[problem.command].args)
            return input_errors.unknown_argument(problem.command, problem.name, problem.nearest, alone=alone)
        case DuplicateArgument():
            return input_errors.duplicate_argument(problem.name)
        case _:
            return input_errors.unclosed_quote()


def _unread(desk: Desk, problem: UserError, plain: str) -> Decision:
    """Words that are no command: a contact's card when one is named, else help and the nearest command."""
    if isinstance(problem, UnknownCommand) and problem.root not in BARE:
        return Decision(input_errors.no_such_root(problem.root))
    if isinstance(problem, UnknownCommand):
        if named := _named(desk, plain):
            return named
        short = help_card(problem.root if problem.root == "club" else "")
        return Decision(
            replace(short, lines=(*input_errors.unknown_command(problem.typed, problem.nearest), *short.lines))
        )
    if isinstance(problem, UnknownArgument | DuplicateArgument | UnclosedQuote):
        return Decision(_grammar(problem))
    return Decision(input_errors.not_found())


def with_zone_told(desk: Desk, decided: Decision) -> Decision:
    """The first answer that tells a time, or begins a wait, names the zone that was assumed.

    A wait leads to a message at an hour of that zone, also when the answer tells only a day.
    """
    book, reply = decided.book or desk.book, decided.reply
    known = book.settings.zone or book.profile.zone or book.zone_told
    if known or decided.erase or not isinstance(reply, Card):
        return decided
    begins = decided.book is not None and any(one.entries for one in decided.book.contacts)
    if not reply.tells_time and not begins:
        return decided
    return replace(decided, reply=settings.with_zone(reply, desk), book=replace(book, zone_told=True))


def with_door_told(desk: Desk, decided: Decision) -> Decision:
    """A member whom messages could not reach hears of it at their next answer, which is private, with the mend."""
    reply = decided.reply
    if not desk.book.unreachable or decided.erase or not isinstance(reply, Card):
        return decided
    return replace(decided, reply=trouble.with_closed_door(reply, desk.book.owner.platform))


def forgets_all(read: Callable[[], Invocation]) -> Invocation | None:
    """What was said, when it asks to erase the whole book."""
    try:
        said = read()
    except UserError:
        return None
    return said if said.command.name == "forget" and said.values.get("contact", "").casefold() == "me" else None


def repeated(desk: Desk, read: Callable[[], Invocation]) -> Reply:
    """The answer to an event that was handled before: the present state, and nothing is done again."""
    try:
        said = read()
        if said.command.root == "club":
            return decide(desk, lambda: pressed("club")).reply
        one = Args(desk, {"contact": said.values.get("contact", "")}).contact()
    except UserError:
        return board.board(desk) if desk.book.contacts else member.welcome()
    return contact.show(desk, one)
