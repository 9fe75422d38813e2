"""They got back, and who moves next."""

from __future__ import annotations

from bot.domain.messages import Ask
from bot.domain.model import Answer as Kind
from bot.domain.model import Away, Outreach, Reply, Rested, Turn, Who
from bot.handlers.args import Answer, Args
from bot.handlers.drafts import keep
from bot.rules import Stage
from bot.rules.context import Desk
from bot.views import replies

AWAY = "away"


def reply(desk: Desk, args: Args) -> Answer:
    """They got back. What it was is asked before anything is cheered or changed."""
    one = args.contact()
    if args.text("kind").casefold() == AWAY:
        return _away(desk, args, one)
    if (kind := args.choice("kind", Kind)) is None:
        return _ask_kind(desk, args, one)
    late = _was_late(desk, one)
    entry = Reply(id=desk.entry_id(), at=args.past("when"), answer=kind, note=args.text("note"))
    rest = (Rested(id=desk.entry_id(), at=entry.at),) if kind is Kind.NO else ()
    after = desk.with_book(desk.noted(one, entry, *rest))
    return Answer(replies.reply_card(after.kept(one), kind, late=late), after.book)


def _ask_kind(desk: Desk, args: Args, one: Outreach) -> Answer:
    typed = {name: args.text(name) for name in ("when", "note", "until") if name in args}
    if not typed:
        return Answer(replies.what_was_it(one))
    book, draft = keep(desk, "reply", typed)
    return Answer(replies.what_was_it(one, draft), book)


def _was_late(desk: Desk, one: Outreach) -> bool:
    """Whether the answer ends a silence that had its follow-ups, or was long enough for them."""
    stands = desk.stands(one)
    episode = stands.thread.episode
    return bool(episode and (not episode.fresh or stands.stage in (Stage.MAY, Stage.SOMEONE_ELSE)))


def _away(desk: Desk, args: Args, one: Outreach) -> Answer:
    """A machine's answer: no reply, but the days do not count."""
    if not args.text("until"):
        return Answer(Ask(("until",), tuple(args.values.items()), needed=True))
    entry = Away(id=desk.entry_id(), at=args.past("when"), until=args.day("until"), note=args.text("note"))
    after = desk.with_book(desk.noted(one, entry))
    return Answer(replies.away(after, after.kept(one), entry.until), after.book)


def turn(desk: Desk, args: Args) -> Answer:
    """Who moves next; a date that they promised replaces the ordinary wait."""
    one, who = args.contact(), args.choice("who", Who)
    if who is None:
        return Answer(replies.who_next(one))
    if who is Who.THEY and "by" not in args:
        return Answer(Ask(("by",), tuple(args.values.items())))
    by = args.day("by") if who is Who.THEY and args.text("by") else None
    book = desk.noted(one, Turn(id=desk.entry_id(), at=desk.now, who=who, by=by))
    after = desk.with_book(book)
    return Answer(replies.turned(after, after.kept(one), who), book)
