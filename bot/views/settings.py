"""Cards about a member's settings."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.messages import Button, Card, Field, format_line
from bot.domain.model import Cadence, Contact, Plan, ReminderHour, Settings
from bot.rules.context import BookContext
from bot.text.i18n import _
from bot.views.buttons import board_button, command_button, undo_button


def settings_card(context: BookContext) -> Card:
    settings = context.book.settings
    calendar = context.clock.calendar
    rows = (
        (_("Time zone"), _zone_setting_phrase(context)),
        (_("Country for holidays"), calendar.country or _("none: only weekends are days off")),
        (_("Hour of reminders"), reminder_hour_phrase(settings.reminder_hour)),
        (_("Patience reminders"), _("on") if settings.patience_reminders else _("off")),
        (_("Weekly message"), cadence_phrase(settings.basket_cadence)),
        (_("Follow-ups while it's quiet"), quota_setting_phrase(settings)),
        (_("Names in notifications"), _("shown") if settings.names_in_notifications else _("hidden")),
    )
    return Card(
        lines=(format_line(_("Your settings.")),),
        fields=tuple(Field(label, (value,)) for label, value in rows),
        buttons=(
            command_button(_("Time and place"), "settings", section="place"),
            command_button(_("Reminders"), "settings", section="reminders"),
            command_button(_("Follow-ups"), "settings", section="quota"),
            board_button(),
        ),
    )


def _zone_setting_phrase(context: BookContext) -> str:
    zone = context.clock.calendar.zone
    if context.book.settings.zone:
        return zone
    if context.book.profile.zone:
        return _("{zone} (as your profile says)").format(zone=zone)
    text = (
        _("{zone} (this bot's default)") if zone == context.defaults.zone else _("{zone} (a guess from your language)")
    )
    return text.format(zone=zone)


def with_zone_notice(card: Card, context: BookContext) -> Card:
    """Adds which zone the bot uses and why, and a button to change it.

    A spare button makes room for it if there are four. If none can be spared, a sentence names the command.
    """
    calendar = context.clock.calendar
    text = _("I go by the time of {zone}, this bot's default.")
    if calendar.zone != context.defaults.zone:
        text = _("I go by the time of {zone}, a guess from your language.")
    notice = format_line(text, zone=calendar.zone)
    days = () if calendar.country else (_(" No public holidays are known."),)
    buttons = _without_spare_button(card.buttons)
    if len(buttons) < 4:
        change_button = command_button(_("Change my zone"), "settings", section="place")
        return replace(card, fields=(*card.fields, Field("", (*notice, *days))), buttons=(*buttons, change_button))
    hint = format_line(_(" “{command}” changes it."), command="/outreach settings")
    return replace(card, fields=(*card.fields, Field("", (*notice, *days, *hint))))


def _without_spare_button(buttons: tuple[Button, ...]) -> tuple[Button, ...]:
    """Without the board's button or the one that plans a call, if there are more than three."""
    spare = next((button for button in buttons if button == board_button() or button.line.startswith("plan ")), None)
    return tuple(button for button in buttons if button != spare) if len(buttons) > 3 else buttons


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
    """The settings after a change, with undo. `next_call`: given after a change of zone; its moment stays."""
    card = settings_card(context)
    fields, buttons = card.fields, card.buttons[:3]
    if next_call:
        contact, plan = next_call
        call_line = format_line(
            _("Your call with {name} stays at {moment}."), name=contact.name, moment=context.to_instant(plan.starts_at)
        )
        fields = (*fields, Field("", call_line))
        buttons = (command_button(_("Move the call"), "moved", contact, plan=plan.id), *buttons[:2])
    return Card(lines=(format_line(_("Noted. Your settings now:")),), fields=fields, buttons=(*buttons, undo_button()))
