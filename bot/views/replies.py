"""Cards about a contact's reply, and about who moves next."""

from __future__ import annotations

from datetime import date

from bot.domain.messages import Button, Card, format_line
from bot.domain.model import Contact, Party, ReplyKind
from bot.rules.context import BookContext
from bot.text.i18n import _
from bot.views import phrases
from bot.views.buttons import (
    add_contact_button,
    board_button,
    command_button,
    contact_reference,
    see_contact_button,
    short_contact_name,
    undo_button,
)


def reply_kind_question_card(contact: Contact, draft_id: str = "") -> Card:
    """Asks what kind of reply it was, before any cheer. `draft_id`: the draft that keeps a note typed with it."""
    kinds = ((_("Answer"), "answer"), (_("Referral"), "referral"), (_("Away"), "away"), (_("No"), "no"))
    extra = {"draft": draft_id} if draft_id else {}
    return Card(
        lines=(format_line(_("{name} got back to you."), name=contact.name), format_line(_("What was it?"))),
        buttons=tuple(
            command_button(label, "reply", contact, with_mark=True, kind=kind, **extra) for label, kind in kinds
        ),
        is_unfinished=True,
    )


def reply_answer_card(contact: Contact, *, is_late: bool) -> Card:
    """`is_late`: the reply ended a silence in which a follow-up was made, or was already due."""
    if not is_late:
        return Card(
            lines=(
                format_line(_("Good: {name} got back to you."), name=contact.name),
                format_line(_("Who moves next?")),
            ),
            buttons=next_move_buttons(contact),
        )
    return Card(
        lines=(
            format_line(_("How good: {name} wrote back."), name=contact.name),
            format_line(_("Your patience kept the door open.")),
            format_line(_("It's your turn, in your own time.")),
        ),
        buttons=(
            command_button(_("Words"), "words", contact),
            command_button(_("Plan a call"), "plan", contact),
            command_button(_("Share without {name}'s name").format(name=short_contact_name(contact)), "share", contact),
            command_button(_("Who moves next?"), "turn", contact, with_mark=True),
        ),
    )


def reply_referral_card(contact: Contact) -> Card:
    return Card(
        lines=(
            format_line(_("How kind of {name} to open another door."), name=contact.name),
            format_line(_("Who did they name? I'll note who introduced you.")),
        ),
        buttons=(
            command_button(_("Add them"), "add", via=contact_reference(contact)),
            command_button(_("Who moves next?"), "turn", contact, with_mark=True),
            see_contact_button(contact),
            undo_button(),
        ),
    )


def reply_away_card(context: BookContext, contact: Contact, until: date) -> Card:
    status = context.status_of(contact)
    return Card(
        lines=(
            format_line(
                _("{name} is away until {day}; those days don't count."),
                name=contact.name,
                day=context.format_day(until),
            ),
            phrases.next_step_line(context, contact, status),
            phrases.meanwhile_line(context, contact),
        ),
        buttons=(see_contact_button(contact), board_button(), undo_button()),
    )


def reply_no_card(contact: Contact) -> Card:
    """Accepts a no: the contact may be thanked, and rests."""
    return Card(
        lines=(
            format_line(_("A clear no is a kindness too, and no verdict on you.")),
            format_line(
                _("{name} rests now; a thank-you uses no follow-up, and the door stays open."), name=contact.name
            ),
        ),
        buttons=(
            command_button(_("I thanked them"), "log", contact, with_mark=True, channel="email", courtesy="yes"),
            command_button(_("Someone else"), "others", contact),
            board_button(),
            undo_button(),
        ),
    )


def reply_noted_card(contact: Contact, kind: ReplyKind, *, is_late: bool) -> Card:
    match kind:
        case ReplyKind.ANSWER:
            return reply_answer_card(contact, is_late=is_late)
        case ReplyKind.REFERRAL:
            return reply_referral_card(contact)
        case ReplyKind.NO:
            return reply_no_card(contact)


def next_move_question_card(contact: Contact) -> Card:
    return Card(
        lines=(format_line(_("Who moves next with {name}?"), name=contact.name),),
        buttons=next_move_buttons(contact),
    )


def next_move_buttons(contact: Contact) -> tuple[Button, ...]:
    def turn(label: str, who: str) -> Button:
        return command_button(label, "turn", contact, with_mark=True, who=who)

    return (
        turn(_("Me"), "me"),
        turn(_("They, by a date"), "they"),
        command_button(_("Call planned"), "plan", contact),
        turn(_("Nothing more"), "nobody"),
    )


def next_move_noted_card(context: BookContext, contact: Contact, party: Party) -> Card:
    status = context.status_of(contact)
    first = {
        Party.MEMBER: _("Noted: the next step with {name} is yours."),
        Party.CONTACT: _("Noted: the next step is {name}'s."),
        Party.NOBODY: _("Noted: nothing more is open with {name}."),
    }[party]
    then = () if party is Party.NOBODY else (phrases.next_step_line(context, contact, status),)
    return Card(
        lines=(format_line(first, name=contact.name), *then),
        buttons=(
            see_contact_button(contact),
            add_contact_button(),
            board_button(),
            undo_button(),
        ),
    )


def share_reply_card(contact: Contact) -> Card:
    """Words for the club without the contact's name, to copy. The bot posts nothing."""
    return Card(
        lines=(
            format_line(_("Words for your club, without {name}'s name, to copy if you like:"), name=contact.name),
            format_line(_("I post nothing by myself.")),
        ),
        quote=share_reply_text(),
        buttons=(see_contact_button(contact), board_button()),
    )


def share_reply_text() -> str:
    return _("Somebody I had been waiting for wrote back today. Patience kept the door open.")
