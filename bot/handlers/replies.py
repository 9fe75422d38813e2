"""Handlers that log a reply, and who moves next."""

from __future__ import annotations

from bot.domain.messages import MissingValues
from bot.domain.model import Away, Contact, NextMove, Party, ReplyKind, ReplyReceived, SetAside
from bot.handlers.args import Args, HandlerResult
from bot.handlers.drafts import with_new_draft
from bot.rules import Stage
from bot.rules.context import BookContext
from bot.views import replies

AWAY_REPLY = "away"


def log_reply(context: BookContext, args: Args) -> HandlerResult:
    """Log a reply of the contact. Without its kind, only ask for it."""
    contact = args.contact()
    if args.text("kind").casefold() == AWAY_REPLY:
        return _log_away_reply(context, args, contact)
    if (kind := args.choice("kind", ReplyKind)) is None:
        return _ask_reply_kind(context, args, contact)
    is_late_reply = _is_late_reply(context, contact)
    entry = ReplyReceived(id=context.new_entry_id(), at=args.past_time("when"), reply_kind=kind, note=args.text("note"))
    set_aside = (SetAside(id=context.new_entry_id(), at=entry.at),) if kind is ReplyKind.NO else ()
    after = context.with_book(context.book_with_entries(contact, entry, *set_aside))
    return HandlerResult(
        replies.reply_noted_card(after.current_contact(contact), kind, is_late=is_late_reply), after.book
    )


def _ask_reply_kind(context: BookContext, args: Args, contact: Contact) -> HandlerResult:
    typed = {name: args.text(name) for name in ("when", "note", "until") if name in args}
    if not typed:
        return HandlerResult(replies.reply_kind_question_card(contact))
    book, draft = with_new_draft(context, "reply", typed)
    return HandlerResult(replies.reply_kind_question_card(contact, draft), book)


def _is_late_reply(context: BookContext, contact: Contact) -> bool:
    """Whether the reply came after a follow-up, after a declined one, or when one was allowed."""
    status = context.status_of(contact)
    episode = status.thread.episode
    return bool(episode and (not episode.is_first_wait or status.stage in (Stage.MAY_FOLLOW_UP, Stage.SOMEONE_ELSE)))


def _log_away_reply(context: BookContext, args: Args, contact: Contact) -> HandlerResult:
    """Log an automatic reply: it is no answer, but days until the end of the absence do not count as waiting."""
    if not args.text("until"):
        return HandlerResult(MissingValues(("until",), tuple(args.values.items()), all_required=True))
    entry = Away(
        id=context.new_entry_id(), at=args.past_time("when"), last_day=args.day("until"), note=args.text("note")
    )
    after = context.with_book(context.book_with_entries(contact, entry))
    return HandlerResult(replies.reply_away_card(after, after.current_contact(contact), entry.last_day), after.book)


def set_next_move(context: BookContext, args: Args) -> HandlerResult:
    """Set who moves next. A day by which the contact promised to answer replaces the ordinary wait."""
    contact, party = args.contact(), args.choice("who", Party)
    if party is None:
        return HandlerResult(replies.next_move_question_card(contact))
    if party is Party.CONTACT and "by" not in args:
        return HandlerResult(MissingValues(("by",), tuple(args.values.items())))
    promised_day = args.day("by") if party is Party.CONTACT and args.text("by") else None
    book = context.book_with_entries(
        contact, NextMove(id=context.new_entry_id(), at=context.now, party=party, promised_day=promised_day)
    )
    after = context.with_book(book)
    return HandlerResult(replies.next_move_noted_card(after, after.current_contact(contact), party), book)
