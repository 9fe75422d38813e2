"""Cards for a book that holds no more: what is full, and what makes room. What was typed waits behind a button."""

from __future__ import annotations

from bot.domain.errors import BookLimit, LimitReached
from bot.domain.messages import Button, Card, format_line
from bot.domain.model import Contact
from bot.text.command_line import to_command_line
from bot.text.i18n import _
from bot.views.buttons import board_button, command_button, see_contact_button


def limit_reached_card(problem: LimitReached, contact: Contact | None, draft_id: str) -> Card:
    """`contact`: whom the limit is about, or None. `draft_id`: what was typed, to be done when there is room."""
    holds, way_out = _limit_sentences()[problem.limit]
    return Card(
        lines=(
            format_line(holds, number=f"{problem.number:,}", name=contact.name if contact else ""),
            format_line(way_out),
            format_line(_("What you typed waits here.")),
        ),
        buttons=(*_way_out_buttons(problem.limit, contact, draft_id), board_button()),
        is_unfinished=True,
    )


def _limit_sentences() -> dict[BookLimit, tuple[str, str]]:
    """What is full, and what makes room."""
    make_room = _("Is there someone you could let go? “forget” makes room.")
    return {
        BookLimit.CONTACTS: (
            _("Your board holds {number} people, and that is all I can look after well."),
            make_room,
        ),
        BookLimit.BOOK_ENTRIES: (
            _("Your board holds {number} notes, and that is all I can look after well."),
            make_room,
        ),
        BookLimit.CONTACT_ENTRIES: (
            _("I have {number} notes about {name}, and that is all I can look after well."),
            _("Shall I begin a second card for them? This one stays as it is."),
        ),
        BookLimit.PLANS: (
            _("{number} calls are planned with {name}, and that is all I can look after well."),
            _("There is room again when one of them is over, or was moved."),
        ),
        BookLimit.BUSY_RANGES: (
            _("I know {number} busy times of {name}, and that is all I can look after well."),
            _("Shall I clear them first?"),
        ),
    }


def _way_out_buttons(limit: BookLimit, contact: Contact | None, draft_id: str) -> tuple[Button, Button]:
    again = Button(_("Try again"), to_command_line("resume", draft=draft_id))
    if contact is None:
        return again, command_button(_("Help"), "help", topic="forget")
    match limit:
        case BookLimit.CONTACT_ENTRIES:
            second = Button(_("Second card"), to_command_line("resume", draft=draft_id, new="yes"))
            return second, see_contact_button(contact)
        case BookLimit.BUSY_RANGES:
            return command_button(_("Clear them"), "edit", contact, busy="none"), again
        case _:
            return see_contact_button(contact), again
