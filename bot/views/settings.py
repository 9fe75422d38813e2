"""The cards about a member's settings."""

from __future__ import annotations

from dataclasses import replace

from bot.cards import Card, Field, line
from bot.desk import Desk
from bot.i18n import _
from bot.model import Hour, Pace, Settings
from bot.views import words


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
            words.press(_("Time and place"), "settings", section="place"),
            words.press(_("Reminders"), "settings", section="reminders"),
            words.press(_("Follow-ups"), "settings", section="quota"),
            words.board(),
        ),
    )


def _zone(desk: Desk) -> str:
    zone = desk.days.calendar.zone
    if desk.book.settings.zone:
        return zone
    if desk.book.profile.zone:
        return _("{zone} (as your profile says)").format(zone=zone)
    told = _("{zone} (the host's default)") if zone == desk.home.zone else _("{zone} (a guess from your language)")
    return told.format(zone=zone)


def with_zone(card: Card, desk: Desk) -> Card:
    """The card with a word on whose clock its times are, and a button to another one.

    Where four buttons stand already it takes the place of [Board], which is never far; else the words have to do.
    """
    home = desk.days.calendar
    said = _("Times are those of {zone}, as your host set it. “settings” changes it.")
    if home.zone != desk.home.zone:
        said = _("Times are those of {zone}, a guess from your language. “settings” changes it.")
    elif not home.country:
        said = _("Times are those of {zone}; no public holidays are known. “settings” changes both.")
    told = Field("", line(said, zone=home.zone))
    room = tuple(one for one in card.buttons if one != words.board()) if len(card.buttons) > 3 else card.buttons
    mend = (words.press(_("Change my zone"), "settings", section="place"),) if len(room) < 4 else ()
    return replace(card, fields=(*card.fields, told), buttons=(*room, *mend) if mend else card.buttons)


def hour(one: Hour) -> str:
    return {Hour.MORNING: _("09:00"), Hour.NOON: _("noon"), Hour.EVENING: _("after work, 17:30")}[one]


def pace(one: Pace) -> str:
    return {Pace.WEEKLY: _("every Monday"), Pace.MONTHLY: _("every fourth Monday"), Pace.NEVER: _("never")}[one]


def quota(chosen: Settings) -> str:
    return _("e-mail {written}, call {phone}").format(written=chosen.quota.written, phone=chosen.quota.phone)


def changed(desk: Desk) -> Card:
    """After a change of settings: the same card, with a way back."""
    card = settings(desk)
    return Card(
        lines=(line(_("Noted. Your settings now:")),), fields=card.fields, buttons=(*card.buttons[:3], words.undo())
    )
