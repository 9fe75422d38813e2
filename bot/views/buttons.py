"""Buttons that many cards share, and how a button names a contact."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.messages import Button, ButtonStyle
from bot.domain.model import Club, Contact
from bot.text.command_line import to_command_line
from bot.text.i18n import _


def contact_reference(contact: Contact) -> str:
    """How the command of a button refers to a contact."""
    return f"#{contact.id}"


def command_button(
    label: str, command: str, about_contact: Contact | None = None, *, with_mark: bool = False, **values: str
) -> Button:
    """A button that runs a command, optionally about a contact. `with_mark`: adds the contact's revision, for commands
    that change something and must not run from an outdated card.
    """
    if about_contact:
        values = {
            "contact": contact_reference(about_contact),
            **values,
            **({"mark": about_contact.revision} if with_mark else {}),
        }
    return Button(label, to_command_line(command, **values))


def primary_button(label: str, command: str, **values: str) -> Button:
    """The likeliest next act, where one is more right than the others. One card has one at most."""
    return Button(label, to_command_line(command, **values), ButtonStyle.PRIMARY)


def final_button(label: str, command: str, code: str, about_contact: Contact | None = None, **values: str) -> Button:
    """The button that confirms a final act. `code`: see `bot.text.confirmation`."""
    button = command_button(label, command, about_contact, with_mark=True, sure=code, **values)
    return replace(button, style=ButtonStyle.DANGER)


def club_command_button(label: str, command: str, club: Club, **values: str) -> Button:
    """For direct messages, where the platform does not say which club is meant: the command names it."""
    team = {"club": club.key.team} if club.key.team else {}
    return Button(label, to_command_line(command, **values, **team))


def see_contact_button(contact: Contact) -> Button:
    return command_button(_("See {name}").format(name=short_contact_name(contact)), "show", contact)


def short_contact_name(contact: Contact) -> str:
    """A name of at most 18 characters for a button: the full name, else its first word, cut if necessary."""
    if len(contact.name) <= 18:
        return contact.name
    first = contact.name.split()[0]
    return first if len(first) <= 18 else first[:17] + "…"


def add_contact_button() -> Button:
    return command_button(_("Add someone"), "add")


def they_wrote_button(contact: Contact) -> Button:
    return command_button(_("They wrote"), "reply", contact)


def undo_button(change_id: str = "") -> Button:
    """`change_id`: the change to undo. The dispatcher, which knows it, fills it in."""
    return command_button(_("Undo"), "undo", of=change_id) if change_id else command_button(_("Undo"), "undo")


def board_button() -> Button:
    return command_button(_("Board"), "board")


def contact_menu_button(contact: Contact) -> Button:
    return command_button(_("More…"), "more", contact)
