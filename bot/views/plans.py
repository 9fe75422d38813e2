"""The cards around planned calls."""

from __future__ import annotations

from bot.cards import Button, Card, line
from bot.desk import Desk
from bot.i18n import _
from bot.model import Outreach, Plan
from bot.views import words
from bot.views.replies import turn_buttons


def planned(desk: Desk, one: Outreach, plan: Plan) -> Card:
    return Card(
        lines=(
            line(_("Your call with {name}: {at}."), name=one.name, at=desk.moment(plan.start)),
            line(_("I'll ask you once, afterwards, how it went.")),
        ),
        buttons=(
            words.press(_("Moved"), "moved", one, plan=plan.id),
            words.press(_("Nobody called"), "nocall", one, plan=plan.id),
            words.board(),
            words.undo(),
        ),
    )


def check_buttons(one: Outreach, plan: str) -> tuple[Button, ...]:
    return (
        words.press(_("Yes"), "held", one, plan=plan),
        words.press(_("Moved"), "moved", one, plan=plan),
        words.press(_("No, no call"), "nocall", one, plan=plan),
        words.press(_("I missed it"), "missedcall", one, plan=plan),
    )


def too_early(desk: Desk, one: Outreach, plan: Plan) -> Card:
    """How a call went cannot be said before it."""
    return Card(
        lines=(
            line(_("Your call with {name} is still ahead: {at}."), name=one.name, at=desk.moment(plan.start)),
            line(_("I'll ask you once, afterwards, how it went.")),
        ),
        buttons=(words.press(_("Moved"), "moved", one, plan=plan.id), words.see(one), words.board()),
    )


def held(one: Outreach) -> Card:
    return Card(
        lines=(line(_("Good that you two talked.")), line(_("Who moves next with {name}?"), name=one.name)),
        buttons=turn_buttons(one),
    )
