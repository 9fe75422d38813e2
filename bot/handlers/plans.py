"""Handlers for planned calls and their outcomes."""

from __future__ import annotations

from bot.domain.model import CallOutcome, CallResult, Contact, Plan
from bot.handlers.args import Args, HandlerResult
from bot.rules import read_timeline
from bot.rules.context import BookContext
from bot.views import contact as contact_view
from bot.views import plans as view
from bot.views import words_to_copy


def plan_call(context: BookContext, args: Args) -> HandlerResult:
    """Log a planned call. Past plans without an outcome count as moved to the new time."""
    contact, start = args.contact(), args.future_time("when", needs_hour=True)
    if same := next((old for old in read_timeline(contact).plans if old.starts_at == start), None):
        return HandlerResult(view.planned_call_card(context, contact, same))
    minutes = args.number("minutes", 5, 600) or context.clock.policy.call_minutes
    past_plans = [old for old in read_timeline(contact).plans if old.starts_at <= context.now]
    outcomes = [_call_outcome(context, old, CallResult.MOVED) for old in past_plans]
    plan = Plan(id=context.new_entry_id(), at=context.now, starts_at=start, minutes=minutes)
    after = context.with_book(context.book_with_entries(contact, *outcomes, plan))
    return HandlerResult(view.planned_call_card(after, after.current_contact(contact), plan), after.book)


def _call_outcome(context: BookContext, plan: Plan, result: CallResult) -> CallOutcome:
    """Build the outcome of a plan. It takes effect at the planned time, but for a moved call now."""
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
    contact = args.contact()
    plan = _find_pending_plan(args, contact)
    if plan is None:
        return HandlerResult(contact_view.stale_contact_button_card(context, contact))
    if plan.starts_at > context.now:
        return HandlerResult(view.planned_call_ahead_card(context, contact, plan))
    after = context.with_book(context.book_with_entries(contact, _call_outcome(context, plan, result)))
    changed = after.current_contact(contact)
    match result:
        case CallResult.HELD:
            card = view.call_held_card(changed)
        case CallResult.NO_CALL:
            card = words_to_copy.reschedule_words_card(after, changed)
        case _:
            card = words_to_copy.follow_up_words_card(after, changed)
    return HandlerResult(card, after.book)


def move_planned_call(context: BookContext, args: Args) -> HandlerResult:
    """Move a planned call to another time, with the same length."""
    contact = args.contact()
    plan = _find_pending_plan(args, contact)
    if plan is None:
        return HandlerResult(contact_view.stale_contact_button_card(context, contact))
    without_plan = context.with_book(context.book_with_entries(contact, _call_outcome(context, plan, CallResult.MOVED)))
    return plan_call(without_plan, Args(without_plan, {**args.values, "minutes": str(plan.minutes)}))
