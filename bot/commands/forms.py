"""From what is missing or not clear to a form that asks for it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import chain

from bot.commands import Arg, Command, Takes
from bot.commands.parser import Invocation
from bot.domain.errors import BadValue, UserError
from bot.domain.messages import Ask, Choice, Form, Input
from bot.domain.model import Book
from bot.handlers.drafts import keep
from bot.rules.context import Desk
from bot.text import contact_names, dates
from bot.text.command_line import compose
from bot.views import forms, input_errors, phrases

CARRIED = 60  # characters of fixed values that ride along with a form: Discord gives its id a hundred in all


def asked(desk: Desk, said: Invocation, ask: Ask, problem: BadValue | None = None) -> tuple[Form, Book | None]:
    """A form for what is missing, with what was typed; what a form cannot carry is kept as a draft."""
    form = _form(desk, said, ask, problem)
    try:
        reopen = compose(said.command.name, **said.values)
    except ValueError:
        reopen = ""
    if reopen and sum(map(len, chain(*form.fixed))) <= CARRIED:
        return replace(form, reopen=reopen), None
    meant = {name: dict(ask.values).get(name, value) for name, value in said.values.items()}
    typed = {name: _cut(said.command, name, value) for name, value in meant.items()}
    book, draft = keep(desk, said.command.name, {**dict(form.fixed), **typed})
    return replace(form, fixed=(("draft", draft),), reopen=compose("resume", draft=draft)), book


def _form(desk: Desk, said: Invocation, ask: Ask, problem: BadValue | None) -> Form:
    row = said.command
    values = {name: _cut(row, name, value) for name, value in {**said.values, **dict(ask.values)}.items()}
    values = {name: _picked(desk, row, name, value) for name, value in values.items()}
    wanted = [arg for arg in row.args if arg.name in ask.names and not _chosen(arg, values)]
    wrong = (
        {problem.name: input_errors.beside(_said(desk, problem), over=_is_over(row, problem.name))} if problem else {}
    )
    whom = desk.book.contact(values.get("contact", "").removeprefix("#"))
    return forms.form(
        row.summary, row.name, [_input(desk, row, arg, needed=ask.needed) for arg in wanted], values, wrong, whom
    )


def _said(desk: Desk, problem: BadValue) -> BadValue:
    """A day that a picker gave is said as a day, not as machines write it."""
    try:
        return BadValue(problem.name, problem.reason, dates.say_iso(problem.typed, desk.today))
    except ValueError:
        return problem


def _is_over(row: Command, name: str) -> bool:
    """Whether the argument tells of something that has happened."""
    arg = row.arg(name)
    return arg is not None and arg.takes is Takes.PAST


def _picked(desk: Desk, row: Command, name: str, value: str) -> str:
    """The contact that a typed name means, as the option of a select that lists them."""
    arg = row.arg(name)
    if arg is None or arg.takes is not Takes.CONTACT or not value:
        return value
    try:
        return phrases.of(contact_names.match(value, desk.book.contacts))
    except UserError:
        return value


def _chosen(arg: Arg, values: Mapping[str, str]) -> bool:
    """Whether a button has said already who is meant: an id is nothing to show."""
    return arg.name in ("contact", "via") and values.get(arg.name, "").startswith("#")


def form_names(row: Command, names: tuple[str, ...]) -> tuple[str, ...]:
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
    Takes.PERSON: "person",
    Takes.ROOM: "channel",
}


def _input(desk: Desk, row: Command, arg: Arg, *, needed: bool) -> Input:
    options = _options(desk, row, arg)
    kind = "select" if options else KINDS.get(arg.takes, "text")
    return Input(arg.name, arg.ask, kind, arg.required or needed, options=options, hint=arg.hint)


def _options(desk: Desk, row: Command, arg: Arg) -> tuple[Choice, ...]:
    if arg.takes is Takes.CONTACT:
        return forms.contacts(desk, new=row.name == "log")
    if arg.takes is Takes.FLAG:
        return forms.yes_no()
    return tuple(Choice(one, forms.label(one)) for one in arg.choices)
