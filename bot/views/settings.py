"""The cards about a member's settings."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.messages import Button, Card, Field, line
from bot.domain.model import Hour, Outreach, Pace, Plan, Settings
from bot.rules.context import Desk
from bot.text.i18n import _
from bot.views import phrases


def settings(desk: Desk) -> Card:
    chosen = desk.book.settings
    home = desk.days.calendar
    rows = (
        (_("Time zone"), _zone(desk)),
        (_("Country for holidays"), home.country or _("none: only weekends are days off")),
        (_("Hour of reminders"), hour(chosen.hour)),
        (_("Patience reminders"), _("on") if chosen.patience else _("off")),
        (_("Weekly message"), pace(chosen.basket)),
        (_("Follow-ups while it's quiet"), quota(chosen)),
        (_("Names in notifications"), _("shown") if chosen.names else _("hidden")),
    )
    return Card(
        lines=(line(_("Your settings.")),),
        fields=tuple(Field(label, (value,)) for label, value in rows),
        buttons=(
            phrases.press(_("Time and place"), "settings", section="place"),
            phrases.press(_("Reminders"), "settings", section="reminders"),
            phrases.press(_("Follow-ups"), "settings", section="quota"),
            phrases.board(),
        ),
    )


def _zone(desk: Desk) -> str:
    zone = desk.days.calendar.zone
    if desk.book.settings.zone:
        return zone
    if desk.book.profile.zone:
        return _("{zone} (as your profile says)").format(zone=zone)
    told = _("{zone} (this bot's default)") if zone == desk.home.zone else _("{zone} (a guess from your language)")
    return told.format(zone=zone)


def with_zone(card: Card, desk: Desk) -> Card:
    """The card with a word on the clock that the bot goes by, and a button to another one.

    Where four stand already it takes the place of one that is never far; where all are needed, words have to do.
    """
    home = desk.days.calendar
    said = _("I go by the time of {zone}, this bot's default.")
    if home.zone != desk.home.zone:
        said = _("I go by the time of {zone}, a guess from your language.")
    told = line(said, zone=home.zone)
    days = () if home.country else (_(" No public holidays are known."),)
    room = _with_room(card.buttons)
    if len(room) < 4:
        mend = phrases.press(_("Change my zone"), "settings", section="place")
        return replace(card, fields=(*card.fields, Field("", (*told, *days))), buttons=(*room, mend))
    how = line(_(" “{command}” changes it."), command="/outreach settings")
    return replace(card, fields=(*card.fields, Field("", (*told, *days, *how))))


def _with_room(buttons: tuple[Button, ...]) -> tuple[Button, ...]:
    """Three of them, where one can be spared: the board, or the plan of a call."""
    spared = next((one for one in buttons if one == phrases.board() or one.line.startswith("plan ")), None)
    return tuple(one for one in buttons if one != spared) if len(buttons) > 3 else buttons


def hour(one: Hour) -> str:
    return {Hour.MORNING: _("09:00"), Hour.NOON: _("noon"), Hour.EVENING: _("after work, 17:30")}[one]


def pace(one: Pace) -> str:
    return {Pace.WEEKLY: _("every Monday"), Pace.MONTHLY: _("every fourth Monday"), Pace.NEVER: _("never")}[one]


def quota(chosen: Settings) -> str:
    return _("e-mail {written}, call {phone}").format(written=chosen.quota.written, phone=chosen.quota.phone)


def changed(desk: Desk, planned: tuple[Outreach, Plan] | None = None) -> Card:
    """After a change of settings: the same card, with a way back. `planned`: a call whose hour was said before."""
    card = settings(desk)
    fields, buttons = card.fields, card.buttons[:3]
    if planned:
        one, plan = planned
        stays = line(_("Your call with {name} stays at {moment}."), name=one.name, moment=desk.moment(plan.start))
        fields = (*fields, Field("", stays))
        buttons = (phrases.press(_("Move the call"), "moved", one, plan=plan.id), *buttons[:2])
    return Card(lines=(line(_("Noted. Your settings now:")),), fields=fields, buttons=(*buttons, phrases.undo()))
