"""Forms for missing or unclear arguments, built from the command table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.domain.messages import Button, Card, Choice, Form, Input, format_line
from bot.domain.model import Contact
from bot.rules.context import BookContext
from bot.text.i18n import _
from bot.views.buttons import contact_reference

MAX_FORM_INPUTS = 5  # the limit of a Discord modal (discord.com/developers/docs)
NEW_CONTACT_CHOICE = "#new"  # somebody who is not on the board yet; no contact has this id
MAX_SELECT_CHOICES = 25  # the limit of a Discord select


def build_form(
    title: str,
    command: str,
    inputs: Sequence[Input],
    values: Mapping[str, str],
    errors: Mapping[str, str],
    contact: Contact | None = None,
) -> Form:
    """A form filled with values and errors. Values without an input are carried along. `contact`: whom it is about."""
    shown = [
        replace(input_, value=values.get(input_.name, input_.value), error=errors.get(input_.name, ""))
        for input_ in inputs[:MAX_FORM_INPUTS]
    ]
    names = {input_.name for input_ in shown}
    fixed = tuple((name, value) for name, value in values.items() if name not in names)
    intro = (format_line(_("About {name}."), name=contact.name),) if contact else ()
    return Form(_(title), command, tuple(shown), fixed, intro)


def open_form_card(form: Form) -> Card:
    """For a place where no form can be opened: a card with a button that opens it.

    If inputs have errors, the card shows these, and the button opens the form with everything that was typed.
    """
    errors = tuple(format_line(input_.error) for input_ in form.inputs if input_.error)
    title = format_line(form.title if form.title.endswith("?") else f"{form.title}.")
    label = _("Try again") if errors else _("Open the form")
    button = Button(label, form.reopen)
    return Card(
        lines=errors or (title, *form.intro), buttons=(button,), is_unfinished=True, notification=form.notification
    )


def contact_choices(context: BookContext, *, include_new: bool = False) -> tuple[Choice, ...]:
    """The member's contacts, with `include_new` also somebody new. Empty if a select cannot hold them all."""
    contacts = sorted(context.book.contacts, key=lambda contact: contact.name.casefold())
    new_choice = (Choice(NEW_CONTACT_CHOICE, _("Somebody new…")),) if include_new and contacts else ()
    return (
        (*(Choice(contact_reference(contact), contact.name) for contact in contacts), *new_choice)
        if len(contacts) + len(new_choice) <= MAX_SELECT_CHOICES
        else ()
    )


def choice_label(value: str) -> str:
    """The label of a choice's value in a form."""
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
