"""They got back, and who moves next."""

from __future__ import annotations

from bot.domain.messages import MissingValues
from bot.domain.model import Away, Contact, NextMove, Party, ReplyReceived, SetAside
from bot.domain.model import ReplyKind as Kind
from bot.handlers.args import Args, HandlerResult
from bot.handlers.drafts import with_new_draft
from bot.rules import Stage
from bot.rules.context import BookContext
from bot.views import replies

AWAY_REPLY = "away"


def log_reply(context: BookContext, args: Args) -> HandlerResult:
    """They got back. What it was is asked before anything is cheered or changed."""
    one = args.contact()
    if args.text("kind").casefold() == AWAY_REPLY:
        return _log_away_reply(context, args, one)
    if (kind := args.choice("kind", Kind)) is None:
        return _ask_reply_kind(context, args, one)
    late = _is_late_reply(context, one)
    entry = ReplyReceived(id=context.new_entry_id(), at=args.past_time("when"), reply_kind=kind, note=args.text("note"))
    rest = (SetAside(id=context.new_entry_id(), at=entry.at),) if kind is Kind.NO else ()
    after = context.with_book(context.with_entries(one, entry, *rest))
    return HandlerResult(replies.reply_noted_card(after.current_contact(one), kind, is_late=late), after.book)


def _ask_reply_kind(context: BookContext, args: Args, contact: Contact) -> HandlerResult:
    typed = {name: args.text(name) for name in ("when", "note", "until") if name in args}
    if not typed:
        return HandlerResult(replies.reply_kind_question_card(contact))
    book, draft = with_new_draft(context, "reply", typed)
    return HandlerResult(replies.reply_kind_question_card(contact, draft), book)


def _is_late_reply(context: BookContext, contact: Contact) -> bool:
    """Whether the answer ends a silence that had its follow-ups, or was long enough for them."""
    stands = context.status_of(contact)
    episode = stands.thread.episode
    return bool(episode and (not episode.is_first_wait or stands.stage in (Stage.MAY_FOLLOW_UP, Stage.SOMEONE_ELSE)))


def _log_away_reply(context: BookContext, args: Args, contact: Contact) -> HandlerResult:
    """A machine's answer: no reply, but the days do not count."""
    if not args.text("until"):
        return HandlerResult(MissingValues(("until",), tuple(args.values.items()), all_required=True))
    entry = Away(
        id=context.new_entry_id(), at=args.past_time("when"), last_day=args.day("until"), note=args.text("note")
    )
    after = context.with_book(context.with_entries(contact, entry))
    return HandlerResult(replies.reply_away_card(after, after.current_contact(contact), entry.last_day), after.book)


def set_next_move(context: BookContext, args: Args) -> HandlerResult:
    """Who moves next; a date that they promised replaces the ordinary wait."""
    one, who = args.contact(), args.choice("who", Party)
    if who is None:
        return HandlerResult(replies.next_move_question_card(one))
    if who is Party.CONTACT and "by" not in args:
        return HandlerResult(MissingValues(("by",), tuple(args.values.items())))
    by = args.day("by") if who is Party.CONTACT and args.text("by") else None
    book = context.with_entries(one, NextMove(id=context.new_entry_id(), at=context.now, party=who, promised_day=by))
    after = context.with_book(book)
    return HandlerResult(replies.next_move_noted_card(after, after.current_contact(one), who), book)
