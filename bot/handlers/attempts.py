"""Handlers that log an attempt, or the decision not to follow up."""

from __future__ import annotations

from bot.domain.errors import BadValue, BadValueReason
from bot.domain.model import Attempt, Channel, Contact, Slot, SlotDeclined
from bot.handlers.args import Args, ChainedCommand, HandlerResult
from bot.handlers.drafts import with_new_draft
from bot.rules import BrakeReason, find_brake_reason, may_write_with_news
from bot.rules.context import BookContext
from bot.views import contact as view
from bot.views import follow_up
from bot.views.contact_changes import contact_attempt_logged_card
from bot.views.forms import NEW_CONTACT_CHOICE


def log_attempt(context: BookContext, args: Args) -> HandlerResult:
    """Log an attempt. If an attempt of today is too soon or beyond the quota, warn once before it is logged."""
    if args.text("contact") == NEW_CONTACT_CHOICE:
        return HandlerResult(
            ChainedCommand("add", {name: args.text(name) for name in ("channel", "when", "note") if args.text(name)})
        )
    contact, channel, at = args.contact(), args.choice("channel", Channel), args.past_time("when")
    if channel is None:
        raise BadValue("channel", BadValueReason.NOT_A_CHOICE)
    is_today = context.clock.calendar.day_of(at) == context.today
    is_exempt = bool(args.flag("anyway") or args.flag("courtesy") or args.text("news"))
    brake = find_brake_reason(context.status_of(contact), channel) if is_today and not is_exempt else None
    if brake:
        return _warn_before_attempt(context, args, contact, brake)
    attempt = Attempt(
        id=context.new_entry_id(),
        at=at,
        channel=channel,
        note=args.text("note"),
        news=args.text("news"),
        courtesy=bool(args.flag("courtesy")),
    )
    after = context.with_book(context.book_with_entries(contact, attempt))
    return HandlerResult(contact_attempt_logged_card(after, after.current_contact(contact)), after.book)


def _warn_before_attempt(context: BookContext, args: Args, contact: Contact, brake: BrakeReason) -> HandlerResult:
    values = {name: value for name, value in args.values.items() if name not in ("mark", "contact", "draft")}
    book, draft = with_new_draft(context, "log", values)
    return HandlerResult(follow_up.follow_up_warning_card(context, contact, brake, draft), book)


def log_attempt_with_news(context: BookContext, args: Args) -> HandlerResult:
    """Log an attempt that a piece of news justifies. It opens a new episode, once until a reply."""
    contact = args.contact()
    if not may_write_with_news(context.status_of(contact), context.now, context.clock.policy):
        return HandlerResult(view.stale_contact_button_card(context, contact))
    return log_attempt(context, args.with_values(news=args.text("reason")))


def decline_follow_up(context: BookContext, args: Args) -> HandlerResult:
    """Decline a follow-up: its slot counts as used, and the member need not write."""
    contact, slot = args.contact(), args.choice("slot", Slot)
    if slot is None or slot not in context.status_of(contact).free_slots:
        return HandlerResult(view.stale_contact_button_card(context, contact))
    book = context.book_with_entries(contact, SlotDeclined(id=context.new_entry_id(), at=context.now, slot=slot))
    after = context.with_book(book)
    return HandlerResult(follow_up.follow_up_declined_card(after, after.current_contact(contact), slot), book)
