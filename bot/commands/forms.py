"""Build the form that asks for missing or unclear arguments. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import chain

from bot.commands import Argument, ArgumentKind, Command
from bot.commands.parser import Invocation
from bot.domain.errors import BadValue, UserError
from bot.domain.messages import Choice, Form, Input, InputKind, MissingValues
from bot.domain.model import Book
from bot.handlers.drafts import with_new_draft
from bot.rules.context import BookContext
from bot.text import contact_names, dates
from bot.text.command_line import to_command_line
from bot.views import forms, input_errors
from bot.views.buttons import contact_reference

MAX_FIXED_CHARS = 60  # values that a form carries unseen: Discord's form id has 100 characters in all


def missing_values_form(
    context: BookContext, invocation: Invocation, missing: MissingValues, problem: BadValue | None = None
) -> tuple[Form, Book | None]:
    """Build a form for the missing arguments, prefilled with the values given so far.

    If the form cannot carry all values, they become a draft, and the book with that draft is returned; else None.
    """
    form = _prefilled_form(context, invocation, missing, problem)
    try:
        reopen = to_command_line(invocation.command.name, **invocation.values)
    except ValueError:
        reopen = ""
    if reopen and sum(map(len, chain(*form.fixed))) <= MAX_FIXED_CHARS:
        return replace(form, reopen=reopen), None
    merged = {name: dict(missing.values).get(name, value) for name, value in invocation.values.items()}
    typed = {name: _shorten_to_limit(invocation.command, name, value) for name, value in merged.items()}
    book, draft = with_new_draft(context, invocation.command.name, {**dict(form.fixed), **typed})
    return replace(form, fixed=(("draft", draft),), reopen=to_command_line("resume", draft=draft)), book


def _prefilled_form(
    context: BookContext, invocation: Invocation, missing: MissingValues, problem: BadValue | None
) -> Form:
    command = invocation.command
    values = {
        name: _shorten_to_limit(command, name, value)
        for name, value in {**invocation.values, **dict(missing.values)}.items()
    }
    values = {name: _to_contact_option(context, command, name, value) for name, value in values.items()}
    inputs = [
        arg for arg in command.arguments if arg.name in missing.argument_names and not _is_preselected(arg, values)
    ]
    field_errors = (
        {
            problem.name: input_errors.field_error_text(
                _with_readable_day(context, problem), in_past=_is_past_argument(command, problem.name)
            )
        }
        if problem
        else {}
    )
    contact = context.book.find_contact(values.get("contact", "").removeprefix("#"))
    return forms.build_form(
        command.summary,
        command.name,
        [_build_form_input(context, command, arg, needed=missing.all_required) for arg in inputs],
        values,
        field_errors,
        contact,
    )


def _with_readable_day(context: BookContext, problem: BadValue) -> BadValue:
    """Return the error with an ISO date, as a date picker gives it, formatted for reading."""
    try:
        return replace(problem, typed=dates.format_iso_date(problem.typed, context.today))
    except ValueError:
        return problem


def _is_past_argument(command: Command, name: str) -> bool:
    """Whether the argument is the time of something that has happened."""
    arg = command.find_argument(name)
    return arg is not None and arg.kind is ArgumentKind.PAST_TIME


def _to_contact_option(context: BookContext, command: Command, name: str, value: str) -> str:
    """Return the option value of the contact that a typed name means; other values are returned unchanged."""
    arg = command.find_argument(name)
    if arg is None or arg.kind is not ArgumentKind.CONTACT or not value:
        return value
    try:
        return contact_reference(contact_names.find_contact(value, context.book.contacts))
    except UserError:
        return value


def _is_preselected(argument: Argument, values: Mapping[str, str]) -> bool:
    """Whether a button already chose the contact, so that no input is needed."""
    return argument.name in ("contact", "via") and values.get(argument.name, "").startswith("#")


def form_argument_names(command: Command, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the arguments that one form asks for: all of the command's form, if it contains `names` and fits.

    Otherwise only `names`, because the command has several small forms.
    """
    all_names = command.form_argument_names
    return all_names if set(names) <= set(all_names) and len(all_names) <= forms.MAX_FORM_INPUTS else names


def _shorten_to_limit(command: Command, name: str, value: str) -> str:
    """Shorten a value to its argument's limit, so that the form can show it for correction."""
    arg = command.find_argument(name)
    return value[: arg.max_chars] if arg else value


INPUT_KINDS = {
    ArgumentKind.LONG_TEXT: InputKind.LONG_TEXT,
    ArgumentKind.PAST_TIME: InputKind.DAY_AND_HOUR,
    ArgumentKind.FUTURE_TIME: InputKind.DAY_AND_HOUR,
    ArgumentKind.FUTURE_DAY: InputKind.DAY,
    ArgumentKind.NUMBER: InputKind.NUMBER,
    ArgumentKind.PLATFORM_USER: InputKind.PERSON,
    ArgumentKind.PLATFORM_CHANNEL: InputKind.CHANNEL,
}


def _build_form_input(context: BookContext, command: Command, argument: Argument, *, needed: bool) -> Input:
    options = _form_input_choices(context, command, argument)
    kind = InputKind.SELECT if options else INPUT_KINDS.get(argument.kind, InputKind.TEXT)
    return Input(
        argument.name, argument.question, kind, argument.required or needed, options=options, hint=argument.hint
    )


def _form_input_choices(context: BookContext, command: Command, argument: Argument) -> tuple[Choice, ...]:
    if argument.kind is ArgumentKind.CONTACT:
        return forms.contact_choices(context, include_new=command.name == "log")
    if argument.kind is ArgumentKind.YES_NO:
        return forms.yes_no_choices()
    return tuple(Choice(choice, forms.choice_label(choice)) for choice in argument.choices)
