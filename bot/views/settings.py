"""The cards about a member's settings."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.messages import Button, Card, Field, format_line
from bot.domain.model import Cadence, Contact, Plan, ReminderHour, Settings
from bot.rules.context import BookContext
from bot.text.i18n import _
from bot.views import phrases


def settings_card(context: BookContext) -> Card:
    chosen = context.book.settings
    home = context.clock.calendar
    rows = (
        (_("Time zone"), _zone_setting_phrase(context)),
        (_("Country for holidays"), home.country or _("none: only weekends are days off")),
        (_("Hour of reminders"), reminder_hour_phrase(chosen.reminder_hour)),
        (_("Patience reminders"), _("on") if chosen.patience_reminders else _("off")),
        (_("Weekly message"), cadence_phrase(chosen.basket_cadence)),
        (_("Follow-ups while it's quiet"), quota_setting_phrase(chosen)),
        (_("Names in notifications"), _("shown") if chosen.names_in_notifications else _("hidden")),
    )
    return Card(
        lines=(format_line(_("Your settings.")),),
        fields=tuple(Field(label, (value,)) for label, value in rows),
        buttons=(
            phrases.command_button(_("Time and place"), "settings", section="place"),
            phrases.command_button(_("Reminders"), "settings", section="reminders"),
            phrases.command_button(_("Follow-ups"), "settings", section="quota"),
            phrases.board_button(),
        ),
    )


def _zone_setting_phrase(context: BookContext) -> str:
    zone = context.clock.calendar.zone
    if context.book.settings.zone:
        return zone
    if context.book.profile.zone:
        return _("{zone} (as your profile says)").format(zone=zone)
    told = (
        _("{zone} (this bot's default)") if zone == context.defaults.zone else _("{zone} (a guess from your language)")
    )
    return told.format(zone=zone)


def with_zone_notice(card: Card, context: BookContext) -> Card:
    """The card with a word on the clock that the bot goes by, and a button to another one.

    Where four stand already it takes the place of one that is never far; where all are needed, words have to do.
    """
    home = context.clock.calendar
    said = _("I go by the time of {zone}, this bot's default.")
    if home.zone != context.defaults.zone:
        said = _("I go by the time of {zone}, a guess from your language.")
    told = format_line(said, zone=home.zone)
    days = () if home.country else (_(" No public holidays are known."),)
    room = _without_spare_button(card.buttons)
    if len(room) < 4:
        mend = phrases.command_button(_("Change my zone"), "settings", section="place")
        return replace(card, fields=(*card.fields, Field("", (*told, *days))), buttons=(*room, mend))
    how = format_line(_(" “{command}” changes it."), command="/outreach settings")
    return replace(card, fields=(*card.fields, Field("", (*told, *days, *how))))


def _without_spare_button(buttons: tuple[Button, ...]) -> tuple[Button, ...]:
    """Three of them, where one can be spared: the board, or the plan of a call."""
    spared = next(
        (button for button in buttons if button == phrases.board_button() or button.line.startswith("plan ")), None
    )
    return tuple(button for button in buttons if button != spared) if len(buttons) > 3 else buttons


def reminder_hour_phrase(hour: ReminderHour) -> str:
    return {
        ReminderHour.MORNING: _("09:00"),
        ReminderHour.NOON: _("noon"),
        ReminderHour.EVENING: _("after work, 17:30"),
    }[hour]


def cadence_phrase(cadence: Cadence) -> str:
    return {Cadence.WEEKLY: _("every Monday"), Cadence.MONTHLY: _("every fourth Monday"), Cadence.NEVER: _("never")}[
        cadence
    ]


def quota_setting_phrase(settings: Settings) -> str:
    return _("e-mail {written}, call {phone}").format(written=settings.quota.written, phone=settings.quota.phone)


def settings_changed_card(context: BookContext, next_call: tuple[Contact, Plan] | None = None) -> Card:
    """After a change of settings: the same card, with a way back. `planned`: a call whose hour was said before."""
    card = settings_card(context)
    fields, buttons = card.fields, card.buttons[:3]
    if next_call:
        one, plan = next_call
        stays = format_line(
            _("Your call with {name} stays at {moment}."), name=one.name, moment=context.to_instant(plan.starts_at)
        )
        fields = (*fields, Field("", stays))
        buttons = (phrases.command_button(_("Move the call"), "moved", one, plan=plan.id), *buttons[:2])
    return Card(
        lines=(format_line(_("Noted. Your settings now:")),), fields=fields, buttons=(*buttons, phrases.undo_button())
    )
