"""The cards around planned calls."""

from __future__ import annotations

from bot.domain.messages import Button, Card, line
from bot.domain.model import Outreach, Plan
from bot.rules.context import Desk
from bot.text.i18n import _
from bot.views import phrases
from bot.views.replies import turn_buttons


def planned(desk: Desk, one: Outreach, plan: Plan) -> Card:
    return Card(
        lines=(
            line(_("Your call with {name}: {at}."), name=one.name, at=desk.moment(plan.start)),
            line(_("I'll ask you once, afterwards, how it went.")),
        ),
        buttons=(
            phrases.press(_("Moved"), "moved", one, plan=plan.id),
            phrases.press(_("Nobody called"), "nocall", one, plan=plan.id),
            phrases.board(),
            phrases.undo(),
        ),
    )


def check_buttons(one: Outreach, plan: str) -> tuple[Button, ...]:
    return (
        phrases.press(_("Yes"), "held", one, plan=plan),
        phrases.press(_("Moved"), "moved", one, plan=plan),
        phrases.press(_("No, no call"), "nocall", one, plan=plan),
        phrases.press(_("I missed it"), "missedcall", one, plan=plan),
    )


def too_early(desk: Desk, one: Outreach, plan: Plan) -> Card:
    """How a call went cannot be said before it."""
    return Card(
        lines=(
            line(_("Your call with {name} is still ahead: {at}."), name=one.name, at=desk.moment(plan.start)),
            line(_("I'll ask you once, afterwards, how it went.")),
        ),
        buttons=(phrases.press(_("Moved"), "moved", one, plan=plan.id), phrases.see(one), phrases.board()),
    )


def held(one: Outreach) -> Card:
    return Card(
        lines=(line(_("Good that you two talked.")), line(_("Who moves next with {name}?"), name=one.name)),
        buttons=turn_buttons(one),
    )
