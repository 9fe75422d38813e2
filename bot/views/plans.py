"""Cards about planned calls."""

from __future__ import annotations

from bot.domain.messages import Button, Card, format_line
from bot.domain.model import Contact, Plan
from bot.rules.context import BookContext
from bot.text.i18n import _
from bot.views.buttons import board_button, command_button, see_contact_button, undo_button
from bot.views.replies import next_move_buttons


def planned_call_card(context: BookContext, contact: Contact, plan: Plan) -> Card:
    return Card(
        lines=(
            format_line(_("Your call with {name}: {at}."), name=contact.name, at=context.to_instant(plan.starts_at)),
            format_line(_("I'll ask you once, afterwards, how it went.")),
        ),
        buttons=(
            command_button(_("Moved"), "moved", contact, plan=plan.id),
            command_button(_("Nobody called"), "nocall", contact, plan=plan.id),
            board_button(),
            undo_button(),
        ),
    )


def call_check_buttons(contact: Contact, plan_id: str) -> tuple[Button, ...]:
    return (
        command_button(_("Yes"), "held", contact, plan=plan_id),
        command_button(_("Moved"), "moved", contact, plan=plan_id),
        command_button(_("No, no call"), "nocall", contact, plan=plan_id),
        command_button(_("I missed it"), "missedcall", contact, plan=plan_id),
    )


def planned_call_ahead_card(context: BookContext, contact: Contact, plan: Plan) -> Card:
    """For a member who reports how a call went before its time."""
    return Card(
        lines=(
            format_line(
                _("Your call with {name} is still ahead: {at}."),
                name=contact.name,
                at=context.to_instant(plan.starts_at),
            ),
            format_line(_("I'll ask you once, afterwards, how it went.")),
        ),
        buttons=(
            command_button(_("Moved"), "moved", contact, plan=plan.id),
            see_contact_button(contact),
            board_button(),
        ),
    )


def call_held_card(contact: Contact) -> Card:
    return Card(
        lines=(
            format_line(_("Good that you two talked.")),
            format_line(_("Who moves next with {name}?"), name=contact.name),
        ),
        buttons=next_move_buttons(contact),
    )
