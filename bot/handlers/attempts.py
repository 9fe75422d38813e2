"""The member's own touches, and the choice to leave one out."""

from __future__ import annotations

from bot.domain.errors import BadValue
from bot.domain.model import Attempt, Channel, Outreach, Settled, Slot
from bot.handlers.args import Again, Answer, Args
from bot.handlers.drafts import keep
from bot.rules import Brake, brake, news_allowed
from bot.rules.context import Desk
from bot.views import contact as view
from bot.views import follow_up
from bot.views.forms import NEW


def log(desk: Desk, args: Args) -> Answer:
    """I reached out. An attempt of today that is too soon or beyond the quota meets the kind brake, once."""
    if args.text("contact") == NEW:
        return Answer(Again("add", {name: args.text(name) for name in ("channel", "when", "note") if args.text(name)}))
    one, channel, at = args.contact(), args.choice("channel", Channel), args.past("when")
    if channel is None:
        raise BadValue("channel", "not a choice")
    today = desk.days.calendar.day(at) == desk.today
    free = bool(args.flag("anyway") or args.flag("courtesy") or args.text("news"))
    why_not = brake(desk.stands(one), channel) if today and not free else None
    if why_not:
        return _braked(desk, args, one, why_not)
    attempt = Attempt(
        id=desk.entry_id(),
        at=at,
        channel=channel,
        note=args.text("note"),
        news=args.text("news"),
        courtesy=bool(args.flag("courtesy")),
    )
    after = desk.with_book(desk.noted(one, attempt))
    return Answer(view.logged(after, after.kept(one)), after.book)


def _braked(desk: Desk, args: Args, one: Outreach, why_not: Brake) -> Answer:
    values = {name: value for name, value in args.values.items() if name not in ("mark", "contact", "draft")}
    book, draft = keep(desk, "log", values)
    return Answer(follow_up.braked(desk, one, why_not, draft), book)


def news(desk: Desk, args: Args) -> Answer:
    """A reason in words opens one justified episode until a reply."""
    one = args.contact()
    if not news_allowed(desk.stands(one), desk.now, desk.days.policy):
        return Answer(view.stale(desk, one))
    return log(desk, args.with_(news=args.text("reason")))


def rather_not(desk: Desk, args: Args) -> Answer:
    """A slot is left out: it counts as used, and nothing is owed."""
    one, slot = args.contact(), args.choice("slot", Slot)
    if slot is None or slot not in desk.stands(one).free:
        return Answer(view.stale(desk, one))
    book = desk.noted(one, Settled(id=desk.entry_id(), at=desk.now, slot=slot))
    after = desk.with_book(book)
    return Answer(follow_up.left_out(after, after.kept(one), slot), book)
