"""Handlers that concern the member as a whole: board, pause, settings, undo, landing, help."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain.calendar import find_country_code
from bot.domain.errors import BadValue, BadValueReason, NothingToUndo
from bot.domain.messages import MissingValues
from bot.domain.model import (
    END_OF_TIME,
    Book,
    Cadence,
    CallOutcome,
    CallResult,
    Contact,
    Plan,
    Quota,
    ReminderHour,
    Settings,
)
from bot.handlers.args import Args, HandlerResult, HelpTopic
from bot.rules import read_timeline
from bot.rules.context import BookContext
from bot.text import time_zones
from bot.views import board as board_view
from bot.views import member as view
from bot.views import settings as settings_view
from bot.views.readers import book_readers_card

KEEP_LATER_PAUSE = timedelta(days=14)
MAX_ZONES_NAMED = 3  # listed in the error when a place has several zones
SETTINGS_SECTIONS = {
    "place": ("zone", "country"),
    "reminders": ("hour", "basket", "patience", "checkin", "names"),
    "quota": ("written", "calls"),
}


def show_board(context: BookContext, args: Args) -> HandlerResult:
    if not context.book.contacts:
        return HandlerResult(view.welcome_card())
    return HandlerResult(board_view.board_card(context, args.number("page", 1, 99_999) or 1))


def show_board_menu(context: BookContext, args: Args) -> HandlerResult:
    return HandlerResult(
        board_view.board_menu_card(args.number("page", 1, 99_999), has_landed=context.book.landed_at is not None)
    )


def show_help(context: BookContext, args: Args) -> HandlerResult:
    return HandlerResult(HelpTopic(args.text("topic")))


def show_book_readers(context: BookContext, args: Args) -> HandlerResult:
    return HandlerResult(book_readers_card(context.defaults.host_name, context.book.owner.platform))


def pause_member(context: BookContext, args: Args) -> HandlerResult:
    """Send no reminders until the start of a local day; "now" ends the pause without a burst of old reminders."""
    if args.text("until").casefold() in ("now", "today", "off"):
        return HandlerResult(view.member_resumed_card(), _with_pause_ended(context))
    until = context.clock.calendar.start_of_day(args.day("until"))
    after = context.with_book(replace(context.book, paused_until=until))
    return HandlerResult(view.member_paused_card(after), after.book)


def _with_pause_ended(context: BookContext) -> Book:
    return replace(context.book, paused_until=None, quiet_since=None, reminders_resumed_at=context.now)


def answer_goodbye_reminder(context: BookContext, args: Args) -> HandlerResult:
    """Handle the answer to the going-quiet reminder: go on, stop for good, or pause for two weeks."""
    how = args.text("how")
    if how == "on":
        return HandlerResult(view.member_resumed_card(), _with_pause_ended(context))
    until = END_OF_TIME if how == "stop" else context.now + KEEP_LATER_PAUSE
    after = context.with_book(replace(context.book, paused_until=until))
    return HandlerResult(view.member_paused_card(after), after.book)


def reduce_messages(context: BookContext, args: Args) -> HandlerResult:
    what, old = args.text("what"), context.book.settings
    settings = (
        replace(old, patience_reminders=False) if what == "patience" else replace(old, basket_cadence=Cadence.MONTHLY)
    )
    return HandlerResult(view.fewer_messages_card(what), replace(context.book, settings=settings))


def change_settings(context: BookContext, args: Args) -> HandlerResult:
    """Show all settings, show the form of a section, or change the given settings."""
    if args.text("section") in SETTINGS_SECTIONS and not _has_settings_values(args):
        return HandlerResult(
            MissingValues(SETTINGS_SECTIONS[args.text("section")], _prefilled_settings_values(context.book.settings))
        )
    if not _has_settings_values(args):
        return HandlerResult(settings_view.settings_card(context))
    old = context.book.settings
    new = replace(
        old,
        zone=parse_zone_argument(args) if args.text("zone") else old.zone,
        country=_parse_country_argument(args) if args.text("country") else old.country,
        reminder_hour=args.choice("hour", ReminderHour) or old.reminder_hour,
        basket_cadence=args.choice("basket", Cadence) or old.basket_cadence,
        patience_reminders=_parse_flag_setting(args, "patience", old=old.patience_reminders),
        checkin=_parse_flag_setting(args, "checkin", old=old.checkin),
        names_in_notifications=_parse_flag_setting(args, "names", old=old.names_in_notifications),
        quota=_parse_quota_setting(args, old.quota),
    )
    after = context.with_book(replace(context.book, settings=new, reminders_resumed_at=context.now))
    planned = _next_planned_call(context) if new.zone != old.zone else None
    return HandlerResult(settings_view.settings_changed_card(after, planned), after.book)


def _next_planned_call(context: BookContext) -> tuple[Contact, Plan] | None:
    """Return the next planned call, whose hour was given in the previous time zone; None if there is none."""
    future_calls = [
        (contact, plan)
        for contact in context.book.contacts
        for plan in read_timeline(contact).plans
        if plan.starts_at > context.now
    ]
    return min(future_calls, key=lambda pair: pair[1].starts_at, default=None)


def _has_settings_values(args: Args) -> bool:
    return any(args.text(name) for names in SETTINGS_SECTIONS.values() for name in names)


def _prefilled_settings_values(settings: Settings) -> tuple[tuple[str, str], ...]:
    switches = {
        "patience": settings.patience_reminders,
        "checkin": settings.checkin,
        "names": settings.names_in_notifications,
    }
    flags = {name: "yes" if on else "no" for name, on in switches.items()}
    numbers = {"written": str(settings.quota.written), "calls": str(settings.quota.phone)}
    values = {
        "zone": settings.zone,
        "country": settings.country,
        "hour": str(settings.reminder_hour),
        "basket": str(settings.basket_cadence),
    }
    return tuple({**values, **flags, **numbers}.items())


def _parse_flag_setting(args: Args, name: str, *, old: bool) -> bool:
    flag = args.flag(name)
    return old if flag is None else flag


def _parse_quota_setting(args: Args, old: Quota) -> Quota:
    """Return the quota with the given values, 0 or 1 of each kind."""
    written, phone = args.number("written", 0, 1), args.number("calls", 0, 1)
    return Quota(old.written if written is None else written, old.phone if phone is None else phone)


def parse_zone_argument(args: Args) -> str:
    """Return the IANA zone of a city, or of a country that has only one.

    Raises BadValue if the place is unknown or has several zones.
    """
    typed = args.text("zone")
    zones = time_zones.find_time_zones(typed, MAX_ZONES_NAMED)
    if zone := time_zones.find_zone_by_name(typed) or (zones[0] if len(zones) == 1 else ""):
        return zone
    if zones:
        raise BadValue("zone", BadValueReason.SEVERAL_ZONES, ", ".join(time_zones.zone_city(zone) for zone in zones))
    raise BadValue("zone", BadValueReason.UNKNOWN_ZONE, typed)


def _parse_country_argument(args: Args) -> str:
    code = find_country_code(args.text("country"))
    if not code:
        raise BadValue("country", BadValueReason.UNKNOWN_COUNTRY, args.text("country"))
    return code


def undo_last_change(context: BookContext, args: Args) -> HandlerResult:
    """Undo the last change, once. Reminders sent since then stay recorded. Raises NothingToUndo."""
    last, book = context.book.undo, context.book
    if last is None or args.text("of") not in ("", last.id):
        raise NothingToUndo
    before = {contact.id: contact for contact in last.replaced_contacts}
    contacts = tuple(
        _restore_contact(before[contact.id], contact) if contact.id in before else contact
        for contact in book.contacts
        if contact.id not in last.added_ids
    )
    restored = replace(
        book,
        contacts=contacts,
        settings=last.settings or book.settings,
        paused_until=last.paused_until,
        landed_at=last.landed_at,
        undo=None,
    )
    return HandlerResult(view.change_undone_card(last.command), restored, cannot_be_undone=True)


def _restore_contact(old: Contact, current: Contact) -> Contact:
    return replace(old, reminded_keys=current.reminded_keys)


def mark_landed(context: BookContext, args: Args) -> HandlerResult:
    """Note that the member found a job: cancel planned calls, stop reminders, and suggest whom to thank.

    Nothing is shared with a club.
    """
    contacts = tuple(_without_planned_calls(context, contact) for contact in context.book.contacts)
    thanks = [
        contact
        for contact in context.book.contacts
        if read_timeline(contact).has_answered or _has_introduced_someone(context.book, contact)
    ]
    book = replace(context.book, contacts=contacts, landed_at=context.now)
    return HandlerResult(view.member_landed_card(thanks, in_club=bool(context.book.memberships)), book)


def _without_planned_calls(context: BookContext, contact: Contact) -> Contact:
    outcomes = [
        CallOutcome(id=context.new_entry_id(), at=context.now, plan_id=plan.id, result=CallResult.MOVED)
        for plan in read_timeline(contact).plans
    ]
    return replace(contact, entries=(*contact.entries, *outcomes)) if outcomes else contact


def _has_introduced_someone(book: Book, contact: Contact) -> bool:
    return any(other.introducer_id == contact.id for other in book.contacts)


def reopen_after_landing(context: BookContext, args: Args) -> HandlerResult:
    return HandlerResult(
        view.landing_fell_through_card(), replace(context.book, landed_at=None, reminders_resumed_at=context.now)
    )
