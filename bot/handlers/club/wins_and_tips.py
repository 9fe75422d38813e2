"""Good news, and what worked: in the member's own words, with their name only if they say so."""

from __future__ import annotations

from bot.club import lifecycle, privacy
from bot.club.limits import has_posted_enough, having_posted
from bot.domain.errors import NotFound
from bot.domain.messages import Ask as Form
from bot.domain.model import Club, Outreach, Shared
from bot.handlers.args import Again, Answer, Args
from bot.handlers.club.scope import club_of, joined_club, leads, led_club, speaker, within
from bot.handlers.drafts import keep
from bot.rules.context import Desk
from bot.text import contact_names
from bot.views import replies
from bot.views.club import overview as club_view
from bot.views.club import wins_and_tips as view

FOUND = 3  # tips on one card


def win(desk: Desk, args: Args) -> Answer:
    return _shown(desk, args, "win", joined_club(desk))


def tip(desk: Desk, args: Args) -> Answer:
    return _shown(desk, args, "tip", joined_club(desk))


def _shown(desk: Desk, args: Args, what: str, club: Club) -> Answer:
    """To its author first, who says with which name it goes out."""
    mine = desk.book.owner
    if what == "win" and has_posted_enough(desk.book, desk.now):
        return Answer(club_view.enough_for_a_day())
    if what == "tip" and lifecycle.has_told_enough(club, mine):
        return Answer(view.enough_tips())
    text = args.text("text")
    if not text or args.flag("change"):
        return Answer(Form(("text",), (("text", text),), needed=True))
    named = privacy.named(text, desk.book.contacts)
    if named:
        return _with_warning(desk, what, text, named)
    book, draft = keep(desk, f"{what}post", {"text": text})
    worry = privacy.worry(text, desk.book.contacts)
    return Answer(view.preview(club, what, text, draft, speaker(desk).name, worry), book)


def _with_warning(desk: Desk, what: str, text: str, named: list[Outreach]) -> Answer:
    """A contact's name never leaves its owner's private messages: it is offered without."""
    bare = privacy.without_names(text, desk.book.contacts, view.someone())
    book, draft = keep(desk, what, {"text": text})
    instead = ""
    if bare:
        book, instead = keep(desk.with_book(book), what, {"text": bare})
    return Answer(view.names_somebody(what, named, draft, instead), book)


def post_win(desk: Desk, args: Args) -> Answer:
    club = joined_club(desk)
    if any(one.id == args.text("draft") for one in club.wins):
        return Answer(view.shared("win"))
    if not args.text("text"):
        raise NotFound
    if privacy.named(args.text("text"), desk.book.contacts):
        return Answer(Again("win", {"text": args.text("text")}))
    if has_posted_enough(desk.book, desk.now):
        return Answer(club_view.enough_for_a_day())
    after = lifecycle.won(club, _shared(desk, args), desk.now)
    return Answer(view.shared("win"), having_posted(desk.book, desk.now), club=after, final=True)


def post_tip(desk: Desk, args: Args) -> Answer:
    club = joined_club(desk)
    if any(one.id == args.text("draft") for one in club.tips):
        return Answer(view.shared("tip"))
    if not args.text("text"):
        raise NotFound
    if privacy.named(args.text("text"), desk.book.contacts):
        return Answer(Again("tip", {"text": args.text("text")}))
    if lifecycle.has_told_enough(club, desk.book.owner):
        return Answer(view.enough_tips())
    after = lifecycle.tipped(club, _shared(desk, args))
    return Answer(view.shared("tip"), club=after, final=True)


def _shared(desk: Desk, args: Args) -> Shared:
    name = speaker(desk).name if args.flag("named") else ""
    return Shared(id=args.text("draft"), by=desk.book.owner, text=args.text("text"), at=desk.now, name=name)


def tips(desk: Desk, args: Args) -> Answer:
    """What worked for others: the newest, or those with all the words."""
    club, sought = within(desk), contact_names.words(args.text("search"))
    found = [one for one in reversed(club.tips) if set(sought) <= set(contact_names.words(f"{one.text} {one.name}"))]
    mine = {one.id for one in found if leads(desk) or one.by == desk.book.owner}
    return Answer(view.tips(found[:FOUND], len(found), args.text("search"), mine))


def take_down(desk: Desk, args: Args) -> Answer:
    """By the facilitator, or by whoever wrote it."""
    club = club_of(desk)
    mine = any(one.id == args.text("tip") and one.by == desk.book.owner for one in club.tips)
    club = club if mine else led_club(desk)
    after = lifecycle.without_tip(club, args.text("tip"))
    return Answer(view.taken_down(), club=after if after != club else None)


def share(desk: Desk, args: Args) -> Answer:
    """After an answer: words without the contact's name, to be shared if they like."""
    one = args.contact()
    if desk.club is None or not desk.club.is_open:
        return Answer(replies.to_share(one))
    book, draft = keep(desk, "win", {"text": replies.good_news()})
    return Answer(view.offer(one, draft), book)
