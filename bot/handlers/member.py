"""What concerns the member: board, pause, settings, undo, landed, help."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain.calendar import country_code
from bot.domain.errors import BadValue, NothingToUndo
from bot.domain.messages import Ask
from bot.domain.model import Book, Happened, Hour, Outcome, Outreach, Pace, Plan, Quota, Settings
from bot.handlers.args import Answer, Args, Topic
from bot.rules import read
from bot.rules.context import Desk
from bot.rules.schedule import NEVER
from bot.text import time_zones
from bot.views import board as board_view
from bot.views import member as view
from bot.views import settings as settings_view

LATER = timedelta(days=14)
SEVERAL = 3  # zones named when one name means more than one
SECTIONS = {
    "place": ("zone", "country"),
    "reminders": ("hour", "basket", "patience", "checkin", "names"),
    "quota": ("written", "calls"),
}


def board(desk: Desk, args: Args) -> Answer:
    if not desk.book.contacts:
        return Answer(view.welcome())
    return Answer(board_view.board(desk, args.number("page", 1, 99_999) or 1))


def menu(desk: Desk, args: Args) -> Answer:
    return Answer(board_view.menu(args.number("page", 1, 99_999), landed=desk.book.landed_at is not None))


def help_(desk: Desk, args: Args) -> Answer:
    return Answer(Topic(args.text("topic")))


def who(desk: Desk, args: Args) -> Answer:
    return Answer(view.who_reads(desk.home.host, desk.book.owner.platform))


def pause(desk: Desk, args: Args) -> Answer:
    """Nothing unasked until then; `now` takes it up again, without a burst."""
    if args.text("until").casefold() in ("now", "today", "off"):
        return Answer(view.resumed(), _taken_up(desk))
    until = desk.days.calendar.start(args.day("until"))
    after = desk.with_book(replace(desk.book, paused_until=until))
    return Answer(view.paused(after), after.book)


def _taken_up(desk: Desk) -> Book:
    return replace(desk.book, paused_until=None, quiet_since=None, resumed_at=desk.now)


def keep(desk: Desk, args: Args) -> Answer:
    """The answer to the message that says the bot stops."""
    how = args.text("how")
    if how == "on":
        return Answer(view.resumed(), _taken_up(desk))
    until = NEVER if how == "stop" else desk.now + LATER
    after = desk.with_book(replace(desk.book, paused_until=until))
    return Answer(view.paused(after), after.book)


def fewer(desk: Desk, args: Args) -> Answer:
    what, old = args.text("what"), desk.book.settings
    settings = replace(old, patience=False) if what == "patience" else replace(old, basket=Pace.MONTHLY)
    return Answer(view.fewer(what), replace(desk.book, settings=settings))


def settings(desk: Desk, args: Args) -> Answer:
    """The settings, a section of them to fill in, or some changed at once."""
    if args.text("section") in SECTIONS and not _given(args):
        return Answer(Ask(SECTIONS[args.text("section")], _present(desk.book.settings)))
    if not _given(args):
        return Answer(settings_view.settings(desk))
    old = desk.book.settings
    new = replace(
        old,
        zone=zone_of(args) if args.text("zone") else old.zone,
        country=_country(args) if args.text("country") else old.country,
        hour=args.choice("hour", Hour) or old.hour,
        basket=args.choice("basket", Pace) or old.basket,
        patience=_flag(args, "patience", old=old.patience),
        checkin=_flag(args, "checkin", old=old.checkin),
        names=_flag(args, "names", old=old.names),
        quota=_quota(args, old.quota),
    )
    after = desk.with_book(replace(desk.book, settings=new, resumed_at=desk.now))
    planned = _next_call(desk) if new.zone != old.zone else None
    return Answer(settings_view.changed(after, planned), after.book)


def _next_call(desk: Desk) -> tuple[Outreach, Plan] | None:
    """The planned call that comes first: its hour was said by another clock."""
    ahead = [(one, plan) for one in desk.book.contacts for plan in read(one).plans if plan.start > desk.now]
    return min(ahead, key=lambda pair: pair[1].start, default=None)


def _given(args: Args) -> bool:
    return any(args.text(name) for names in SECTIONS.values() for name in names)


def _present(old: Settings) -> tuple[tuple[str, str], ...]:
    chosen = {"patience": old.patience, "checkin": old.checkin, "names": old.names}
    flags = {name: "yes" if on else "no" for name, on in chosen.items()}
    numbers = {"written": str(old.quota.written), "calls": str(old.quota.phone)}
    values = {"zone": old.zone, "country": old.country, "hour": str(old.hour), "basket": str(old.basket)}
    return tuple({**values, **flags, **numbers}.items())


def _flag(args: Args, name: str, *, old: bool) -> bool:
    told = args.flag(name)
    return old if told is None else told


def _quota(args: Args, old: Quota) -> Quota:
    """Lowered or put back; the rules never let it be raised above one of each."""
    written, phone = args.number("written", 0, 1), args.number("calls", 0, 1)
    return Quota(old.written if written is None else written, old.phone if phone is None else phone)


def zone_of(args: Args) -> str:
    """The zone of a city, or of a country that has only one; several are asked back."""
    typed = args.text("zone")
    found = time_zones.find(typed, SEVERAL)
    if zone := time_zones.named(typed) or (found[0] if len(found) == 1 else ""):
        return zone
    if found:
        raise BadValue("zone", "zones", ", ".join(time_zones.city(zone) for zone in found))
    raise BadValue("zone", "zone", typed)


def _country(args: Args) -> str:
    code = country_code(args.text("country"))
    if not code:
        raise BadValue("country", "country", args.text("country"))
    return code


def undo(desk: Desk, args: Args) -> Answer:
    """The last change taken back, once. What went out meanwhile stays told."""
    last, book = desk.book.undo, desk.book
    if last is None or args.text("of") not in ("", last.id):
        raise NothingToUndo
    before = {one.id: one for one in last.before}
    contacts = tuple(
        _back(before[one.id], one) if one.id in before else one for one in book.contacts if one.id not in last.added
    )
    restored = replace(
        book,
        contacts=contacts,
        settings=last.settings or book.settings,
        paused_until=last.paused_until,
        landed_at=last.landed_at,
        undo=None,
    )
    return Answer(view.undone(last.label), restored, final=True)


def _back(old: Outreach, present: Outreach) -> Outreach:
    return replace(old, told=present.told)


def landed(desk: Desk, args: Args) -> Answer:
    """Plans are taken off, the bot goes quiet, and a round of thanks is offered; nothing is shared."""
    contacts = tuple(_unplanned(desk, one) for one in desk.book.contacts)
    thanks = [one for one in desk.book.contacts if read(one).answered or _introduced_someone(desk.book, one)]
    book = replace(desk.book, contacts=contacts, landed_at=desk.now)
    return Answer(view.landed(thanks, in_club=bool(desk.book.clubs)), book)


def _unplanned(desk: Desk, one: Outreach) -> Outreach:
    outcomes = [
        Outcome(id=desk.entry_id(), at=desk.now, plan=plan.id, happened=Happened.MOVED) for plan in read(one).plans
    ]
    return replace(one, entries=(*one.entries, *outcomes)) if outcomes else one


def _introduced_someone(book: Book, one: Outreach) -> bool:
    return any(other.via == one.id for other in book.contacts)


def reopen(desk: Desk, args: Args) -> Answer:
    return Answer(view.reopened(), replace(desk.book, landed_at=None, resumed_at=desk.now))
