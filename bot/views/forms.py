"""Forms for what is missing or not clear, made from the rows of the table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.domain.messages import Button, Card, Choice, Form, Input, format_line
from bot.domain.model import Contact
from bot.rules.context import BookContext
from bot.text.i18n import _
from bot.views import phrases

MAX_FORM_INPUTS = 5  # as many as a form on Discord holds (discord.com/developers/docs, modals)
NEW_CONTACT_CHOICE = "#new"  # the choice of somebody who is not on the board yet; no contact has such an id
MAX_SELECT_CHOICES = 25  # as many options as a select holds there


def build_form(
    title: str,
    command: str,
    inputs: Sequence[Input],
    values: Mapping[str, str],
    errors: Mapping[str, str],
    contact: Contact | None = None,
) -> Form:
    """`values` that no input shows ride along; a problem stands beside its input. `whom`: the contact it is about."""
    shown = [
        replace(input_, value=values.get(input_.name, input_.value), error=errors.get(input_.name, ""))
        for input_ in inputs[:MAX_FORM_INPUTS]
    ]
    names = {one.name for one in shown}
    fixed = tuple((name, value) for name, value in values.items() if name not in names)
    intro = (format_line(_("About {name}."), name=contact.name),) if contact else ()
    return Form(_(title), command, tuple(shown), fixed, intro)


def open_form_card(form: Form) -> Card:
    """A form where none can be opened: what it is for, and a button that opens it.

    After a form with something to mend: what that is, and a button that opens it with all that was typed.
    """
    wrong = tuple(format_line(input_.error) for input_ in form.inputs if input_.error)
    title = format_line(form.title if form.title.endswith("?") else f"{form.title}.")
    label = _("Try again") if wrong else _("Open the form")
    button = Button(label, form.reopen)
    return Card(
        lines=wrong or (title, *form.intro), buttons=(button,), is_unfinished=True, notification=form.notification
    )


def contact_choices(context: BookContext, *, include_new: bool = False) -> tuple[Choice, ...]:
    """The member's contacts to pick from, with `new` also somebody else; none when a select cannot hold them all."""
    people = sorted(context.book.contacts, key=lambda one: one.name.casefold())
    more = (Choice(NEW_CONTACT_CHOICE, _("Somebody new…")),) if include_new and people else ()
    return (
        (*(Choice(phrases.contact_reference(person), person.name) for person in people), *more)
        if len(people) + len(more) <= MAX_SELECT_CHOICES
        else ()
    )


def choice_label(value: str) -> str:
    """A choice of the table as it is shown in a form."""
    return {
        "email": _("e-mail"),
        "phone": _("call"),
        "text": _("text message"),
        "linkedin": _("LinkedIn"),
        "none": _("none yet"),
        "morning": _("09:00"),
        "introduce": _("I introduce you by e-mail"),
        "pass on": _("I pass your words on"),
        "talk first": _("I'd like to talk to you first"),
    }.get(value, value)


def yes_no_choices() -> tuple[Choice, ...]:
    return (Choice("yes", _("yes")), Choice("no", _("no")))
