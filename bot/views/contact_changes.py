"""Cards that confirm a change of a contact: added, attempt logged, snoozed, set aside, closed."""

from __future__ import annotations

from datetime import date

from bot.domain.messages import Card, Line, format_line
from bot.domain.model import Attempt, Channel, CloseReason, Contact
from bot.rules.context import BookContext
from bot.text.i18n import _
from bot.views import phrases
from bot.views.buttons import (
    add_contact_button,
    board_button,
    command_button,
    see_contact_button,
    they_wrote_button,
    undo_button,
)


def contact_added_card(context: BookContext, contact: Contact, introducer: Contact | None = None) -> Card:
    """`introducer`: given if the same change put them on the board, too."""
    status = context.status_of(contact)
    also = format_line(_("{name}, who introduced you, is there too."), name=introducer.name) if introducer else None
    return Card(
        lines=(
            format_line(_("{name} is on your board."), name=contact.name),
            phrases.next_step_line(context, contact, status),
            also or format_line(_("Anyone else you'd like to remember?")),
        ),
        buttons=(
            add_contact_button(),
            command_button(_("Plan a call"), "plan", contact),
            command_button(_("Who moves next?"), "turn", contact, with_mark=True)
            if contact.entries
            else command_button(_("I reached out"), "log", contact),
            undo_button(),
        ),
    )


def contact_attempt_logged_card(context: BookContext, contact: Contact) -> Card:
    """After an attempt: which follow-ups are used, and what comes next."""
    status = context.status_of(contact)
    last = next(entry for entry in reversed(contact.entries) if isinstance(entry, Attempt))
    return Card(
        lines=(
            format_line(
                _attempt_logged_text(last.channel),
                how=phrases.channel_phrase(last.channel),
                name=contact.name,
                at=context.to_instant(last.at),
            ),
            phrases.next_step_line(context, contact, status),
            format_line(_("Follow-ups: {slots}."), slots=phrases.quota_used_phrase(status)),
        ),
        buttons=(
            they_wrote_button(contact),
            see_contact_button(contact),
            board_button(),
            undo_button(),
        ),
    )


def _attempt_logged_text(channel: Channel) -> str:
    match channel:
        case Channel.IN_PERSON:
            return _("Noted: you met {name}, {at}.")
        case Channel.OTHER:
            return _("Noted: you reached out to {name}, {at}.")
        case _:
            return _("Noted: {how} to {name}, {at}.")


def contact_change_noted_line() -> Line:
    return format_line(_("Noted."))


def contact_snoozed_card(context: BookContext, contact: Contact, until: date) -> Card:
    return _small_change_card(
        format_line(_("All right: {name} can wait until {day}."), name=contact.name, day=context.format_day(until))
    )


def contact_resting_card(context: BookContext, contact: Contact, until: date | None) -> Card:
    if until is None:
        return _small_change_card(
            format_line(_("{name} rests now; nothing is lost, and a reply ends the rest."), name=contact.name)
        )
    text = _("{name} rests until {day}; nothing is lost, and a reply ends the rest.")
    return _small_change_card(format_line(text, name=contact.name, day=context.format_day(until)))


def contact_closed_card(contact: Contact, reason: CloseReason) -> Card:
    if reason is CloseReason.DO_NOT_CONTACT:
        return _small_change_card(format_line(_("{name} is closed; I won't bring them up again."), name=contact.name))
    return _small_change_card(format_line(_("{name} is closed, and the door stays open."), name=contact.name))


def _small_change_card(first_line: Line) -> Card:
    """Confirms a small change, with a button to undo it."""
    return Card(lines=(first_line,), buttons=(board_button(), add_contact_button(), undo_button()))
