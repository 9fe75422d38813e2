"""What is answered to one invocation: the handler's word, or the question or the mend instead. Pure.

This is the one place where an `Ask` becomes a form and a `UserError` a card.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import chain

from bot import names, when
from bot.cards import Ask, Card, Choice, Form, Input, Reply
from bot.commands import BY_NAME, Arg, Command, Takes
from bot.desk import Desk
from bot.errors import (
    AmbiguousContact,
    AmbiguousTime,
    BadValue,
    DuplicateArgument,
    NothingToUndo,
    Stale,
    UnclosedQuote,
    UnknownArgument,
    UnknownCommand,
    UnknownContact,
    UserError,
)
from bot.handlers.args import Again, Answer, Args, Topic
from bot.handlers.drafts import find, keep, without
from bot.help import card as help_card
from bot.line import compose
from bot.model import Book
from bot.parse import BARE, Invocation, filled, measure, missing
from bot.views import board, contact, forms, member, problems

CARRIED = 60  # characters of fixed values that ride along with a form: Discord gives its id a hundred in all


@dataclass(frozen=True, slots=True)
class Decision:
    """`book` None: nothing was changed. `command`: what was run, for the label of an undo."""

    reply: Reply
    book: Book | None = None
    command: str = ""
    final: bool = False
    erase: bool = False
    scrub: bool = False


def decide(desk: Desk, read: Callable[[], Invocation], plain: str = "") -> Decision:
    """Runs what was said on the member's book. `plain`: the words, when they were typed as text."""
    try:
        said = read()
    except UserError as problem:
        return _unread(desk, problem, plain)
    return _run(desk, said)


def _run(desk: Desk, said: Invocation) -> Decision:
    try:
        said = _with_draft(desk, said)
        measure(said)
        if names_missing := missing(said):
            return _asked(desk, said, Ask(_form_names(said.command, names_missing)))
        return _answered(desk, said, said.command.handler(desk, Args(desk, said.values)))
    except UserError as problem:
        return _mended(desk, said, problem)


def _answered(desk: Desk, said: Invocation, answer: Answer) -> Decision:
    reply = answer.reply
    if isinstance(reply, Again):
        return _again(desk, reply, answer)
    if isinstance(reply, Ask):
        return _asked(desk, said, reply)
    if isinstance(reply, Topic):
        reply = help_card(reply.name)
    book = without(answer.book, said.values.get("draft", "")) if answer.book else None
    return Decision(reply, book, said.command.name, final=answer.final, erase=answer.erase, scrub=answer.scrub)


def _again(desk: Desk, again: Again, answer: Answer) -> Decision:
    """Another command on the book that the first one left."""
    after = desk.with_book(answer.book or desk.book)
    decided = _run(after, filled(again.command, again.values))
    return replace(decided, book=decided.book or answer.book)


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
            return _asked(desk, said, Ask(_form_names(said.command, (problem.name,))), problem)
        case UnknownContact() | AmbiguousContact() | AmbiguousTime():
            book, draft = keep(desk, said.command.name, said.values)
            return Decision(_choices(desk, said, problem, draft), book)
        case Stale():
            one = desk.book.contact(problem.contact)
            return Decision(contact.stale(desk, one) if one else problems.not_found())
        case UnknownArgument() | DuplicateArgument() | UnclosedQuote():
            return Decision(_grammar(problem))
        case NothingToUndo():
            return Decision(problems.nothing_to_undo())
        case _:
            return Decision(problems.not_found())


def _choices(
    desk: Desk, said: Invocation, problem: UnknownContact | AmbiguousContact | AmbiguousTime, draft: str
) -> Card:
    if isinstance(problem, AmbiguousContact):
        return problems.ambiguous_contact(desk, problem, draft)
    if isinstance(problem, UnknownContact):
        return problems.unknown_contact(desk, problem, draft, add=said.command.name != "forget")
    labels = [say_option(option, desk.today) for option in problem.options]
    return problems.ambiguous_time(problem, draft, labels)


def say_option(option: str, today: date) -> str:
    """An ISO day, day and time, or two days, as the label of a button."""
    if " to " in option:
        return " – ".join(say_option(end, today) for end in option.split(" to "))
    moment = datetime.fromisoformat(option)
    day = when.say_date(moment.date(), today)
    return f"{day}, {moment:%H:%M}" if "T" in option or " " in option else day


def _grammar(problem: UnknownArgument | DuplicateArgument | UnclosedQuote) -> Card:
    match problem:
        case UnknownArgument():
            alone = all(one.takes is Takes.UNSEEN for one in BY_NAME[problem.command].args)
            return problems.unknown_argument(problem.command, problem.name, problem.nearest, alone=alone)
        case DuplicateArgument():
            return problems.duplicate_argument(problem.name)
        case _:
            return problems.unclosed_quote()


def _unread(desk: Desk, problem: UserError, plain: str) -> Decision:
    """Words that are no command: a contact's card when one is named, else help and the nearest command."""
    if isinstance(problem, UnknownCommand) and problem.root not in BARE:
        return Decision(problems.no_such_root(problem.root))
    if isinstance(problem, UnknownCommand):
        mentioned = names.mentioned(plain, desk.book.contacts)
        if len(mentioned) == 1:
            return Decision(contact.show(desk, mentioned[0]))
        if mentioned:
            return Decision(problems.several_named(mentioned))
        short = help_card()
        return Decision(replace(short, lines=(*problems.unknown_command(problem.typed, problem.nearest), *short.lines)))
    if isinstance(problem, UnknownArgument | DuplicateArgument | UnclosedQuote):
        return Decision(_grammar(problem))
    return Decision(problems.not_found())


def with_zone_told(desk: Desk, decided: Decision) -> Decision:
    """The first answer that tells a time names the zone that was assumed, for a member who has not told theirs."""
    book, reply = decided.book or desk.book, decided.reply
    known = book.settings.zone or book.profile.zone
    assumed = not known and not book.zone_told and not decided.erase
    if not assumed or not isinstance(reply, Card) or not reply.tells_time:
        return decided
    return replace(
        decided,
        reply=member.with_zone(reply, desk.home.zone, desk.days.calendar.country),
        book=replace(book, zone_told=True),
    )


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
        one = Args(desk, {"contact": read().values.get("contact", "")}).contact()
    except UserError:
        return board.board(desk) if desk.book.contacts else member.welcome()
    return contact.show(desk, one)


def _asked(desk: Desk, said: Invocation, ask: Ask, problem: BadValue | None = None) -> Decision:
    """A form for what is missing, with what was typed; what a form cannot carry is kept as a draft."""
    form = _form(desk, said, ask, problem)
    try:
        reopen = compose(said.command.name, **said.values)
    except ValueError:
        reopen = ""
    if reopen and sum(map(len, chain(*form.fixed))) <= CARRIED:
        return Decision(replace(form, reopen=reopen))
    book, draft = keep(desk, said.command.name, {**dict(form.fixed), **said.values})
    return Decision(replace(form, fixed=(("draft", draft),), reopen=compose("resume", draft=draft)), book)


def _form(desk: Desk, said: Invocation, ask: Ask, problem: BadValue | None) -> Form:
    row = said.command
    values = {name: _cut(row, name, value) for name, value in {**said.values, **dict(ask.values)}.items()}
    wanted = [arg for arg in row.args if arg.name in ask.names and not _chosen(arg, values)]
    wrong = {problem.name: problems.beside(problem, over=_is_over(row, problem.name))} if problem else {}
    whom = desk.book.contact(values.get("contact", "").removeprefix("#"))
    return forms.form(
        row.summary, row.name, [_input(desk, arg, needed=ask.needed) for arg in wanted], values, wrong, whom
    )


def _is_over(row: Command, name: str) -> bool:
    """Whether the argument tells of something that has happened."""
    arg = row.arg(name)
    return arg is not None and arg.takes is Takes.PAST


def _chosen(arg: Arg, values: Mapping[str, str]) -> bool:
    """Whether a button has said already who is meant: an id is nothing to show."""
    return arg.name in ("contact", "via") and values.get(arg.name, "").startswith("#")


def _form_names(row: Command, names: tuple[str, ...]) -> tuple[str, ...]:
    """All that the command's form asks for; only the named ones when the command leads through several small forms."""
    asked_for = row.asked
    return asked_for if set(names) <= set(asked_for) and len(asked_for) <= forms.INPUTS else names


def _cut(row: Command, name: str, value: str) -> str:
    """A value that was too long comes back shortened to what fits, so that it can be mended."""
    arg = row.arg(name)
    return value[: arg.limit] if arg else value


KINDS = {
    Takes.LONG: "long",
    Takes.PAST: "moment",
    Takes.MOMENT: "moment",
    Takes.DAY: "date",
    Takes.NUMBER: "number",
}


def _input(desk: Desk, arg: Arg, *, needed: bool) -> Input:
    options = _options(desk, arg)
    kind = "select" if options else KINDS.get(arg.takes, "text")
    return Input(arg.name, arg.ask, kind, arg.required or needed, options=options, hint=arg.hint)


def _options(desk: Desk, arg: Arg) -> tuple[Choice, ...]:
    if arg.takes is Takes.CONTACT:
        return forms.contacts(desk)
    if arg.takes is Takes.FLAG:
        return forms.yes_no()
    return tuple(Choice(one, one) for one in arg.choices)
