"""Planned calls, and how they went."""

from __future__ import annotations

from bot.domain.model import Happened, Outcome, Outreach, Plan
from bot.handlers.args import Answer, Args
from bot.rules import read
from bot.rules.context import Desk
from bot.views import contact, follow_up
from bot.views import plans as view


def plan(desk: Desk, args: Args) -> Answer:
    """A call agreed with the contact. One that was due and never told of gives way to the new one."""
    one, start = args.contact(), args.future("when", needs_hour=True)
    if same := next((old for old in read(one).plans if old.start == start), None):
        return Answer(view.planned(desk, one, same))
    minutes = args.number("minutes", 5, 600) or desk.days.policy.call_minutes
    gone = [old for old in read(one).plans if old.start <= desk.now]
    moved = [_outcome(desk, old, Happened.MOVED) for old in gone]
    entry = Plan(id=desk.entry_id(), at=desk.now, start=start, minutes=minutes)
    after = desk.with_book(desk.noted(one, *moved, entry))
    return Answer(view.planned(after, after.kept(one), entry), after.book)


def _outcome(desk: Desk, old: Plan, happened: Happened) -> Outcome:
    """A missed call happened, or did not, at its time; that it was moved is known from now on."""
    at = desk.now if happened is Happened.MOVED else old.start
    return Outcome(id=desk.entry_id(), at=at, plan=old.id, happened=happened)


def _pending(args: Args, one: Outreach) -> Plan | None:
    return next((old for old in read(one).plans if old.id == args.text("plan")), None)


def held(desk: Desk, args: Args) -> Answer:
    return _ended(desk, args, Happened.HELD)


def no_call(desk: Desk, args: Args) -> Answer:
    return _ended(desk, args, Happened.NO_CALL)


def missed_call(desk: Desk, args: Args) -> Answer:
    return _ended(desk, args, Happened.MISSED)


def _ended(desk: Desk, args: Args, happened: Happened) -> Answer:
    one = args.contact()
    old = _pending(args, one)
    if old is None:
        return Answer(contact.stale(desk, one))
    if old.start > desk.now:
        return Answer(view.too_early(desk, one, old))
    after = desk.with_book(desk.noted(one, _outcome(desk, old, happened)))
    kept = after.kept(one)
    match happened:
        case Happened.HELD:
            card = view.held(kept)
        case Happened.NO_CALL:
            card = follow_up.reschedule(after, kept)
        case _:
            card = follow_up.letter(after, kept)
    return Answer(card, after.book)


def moved(desk: Desk, args: Args) -> Answer:
    """The call has another time."""
    one = args.contact()
    old = _pending(args, one)
    if old is None:
        return Answer(contact.stale(desk, one))
    freed = desk.with_book(desk.noted(one, _outcome(desk, old, Happened.MOVED)))
    return plan(freed, Args(freed, {**args.values, "minutes": str(old.minutes)}))
