"""Planned calls, and how they went."""

from __future__ import annotations

from bot.domain.model import CallOutcome, CallResult, Contact, Plan
from bot.handlers.args import Args, HandlerResult
from bot.rules import read_timeline
from bot.rules.context import BookContext
from bot.views import contact, follow_up
from bot.views import plans as view


def plan_call(context: BookContext, args: Args) -> HandlerResult:
    """A call agreed with the contact. One that was due and never told of gives way to the new one."""
    one, start = args.contact(), args.future_time("when", needs_hour=True)
    if same := next((old for old in read_timeline(one).plans if old.starts_at == start), None):
        return HandlerResult(view.planned_call_card(context, one, same))
    minutes = args.number("minutes", 5, 600) or context.clock.policy.call_minutes
    gone = [old for old in read_timeline(one).plans if old.starts_at <= context.now]
    moved = [_call_outcome(context, old, CallResult.MOVED) for old in gone]
    entry = Plan(id=context.new_entry_id(), at=context.now, starts_at=start, minutes=minutes)
    after = context.with_book(context.with_entries(one, *moved, entry))
    return HandlerResult(view.planned_call_card(after, after.current_contact(one), entry), after.book)


def _call_outcome(context: BookContext, plan: Plan, result: CallResult) -> CallOutcome:
    """A missed call happened, or did not, at its time; that it was moved is known from now on."""
    at = context.now if result is CallResult.MOVED else plan.starts_at
    return CallOutcome(id=context.new_entry_id(), at=at, plan_id=plan.id, result=result)


def _find_pending_plan(args: Args, contact: Contact) -> Plan | None:
    return next((old for old in read_timeline(contact).plans if old.id == args.text("plan")), None)


def log_call_held(context: BookContext, args: Args) -> HandlerResult:
    return _log_call_result(context, args, CallResult.HELD)


def log_no_call(context: BookContext, args: Args) -> HandlerResult:
    return _log_call_result(context, args, CallResult.NO_CALL)


def log_missed_call(context: BookContext, args: Args) -> HandlerResult:
    return _log_call_result(context, args, CallResult.MISSED)


def _log_call_result(context: BookContext, args: Args, result: CallResult) -> HandlerResult:
    one = args.contact()
    old = _find_pending_plan(args, one)
    if old is None:
        return HandlerResult(contact.stale_contact_button_card(context, one))
    if old.starts_at > context.now:
        return HandlerResult(view.planned_call_ahead_card(context, one, old))
    after = context.with_book(context.with_entries(one, _call_outcome(context, old, result)))
    kept = after.current_contact(one)
    match result:
        case CallResult.HELD:
            card = view.call_held_card(kept)
        case CallResult.NO_CALL:
            card = follow_up.reschedule_words_card(after, kept)
        case _:
            card = follow_up.follow_up_words_card(after, kept)
    return HandlerResult(card, after.book)


def move_planned_call(context: BookContext, args: Args) -> HandlerResult:
    """The call has another time."""
    one = args.contact()
    old = _find_pending_plan(args, one)
    if old is None:
        return HandlerResult(contact.stale_contact_button_card(context, one))
    freed = context.with_book(context.with_entries(one, _call_outcome(context, old, CallResult.MOVED)))
    return plan_call(freed, Args(freed, {**args.values, "minutes": str(old.minutes)}))
