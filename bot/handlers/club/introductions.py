"""Questions for the club: asked, offered to, agreed to on both sides."""

from __future__ import annotations

from bot.club import introductions, privacy
from bot.club.limits import has_posted_enough, having_posted
from bot.domain.errors import NotFound
from bot.domain.messages import Ask as Form
from bot.domain.model import Ask, Club, Offer, Said
from bot.handlers.args import Again, Answer, Args
from bot.handlers.club.scope import club_of, joined_club, speaker
from bot.handlers.drafts import keep
from bot.rules.context import Desk
from bot.views import replies
from bot.views.club import introductions as view
from bot.views.club import overview as club_view

HOWS = ("introduce", "pass on", "talk first")


def ask(desk: Desk, args: Args) -> Answer:
    """Shown to the asker first, with what should not stand in it."""
    club = joined_club(desk)
    if args.flag("change"):
        return Answer(Form(("company", "about"), tuple(args.with_(change="").values.items())))
    company, about = args.text("company"), args.text("about")
    if len(introductions.open_asks(club, desk.now, speaker(desk).address)) >= introductions.MOST_OPEN:
        return Answer(view.mine(introductions.open_asks(club, desk.now, speaker(desk).address), full=True))
    book, draft = keep(desk, "askpost", {"company": company, "about": about})
    worry = worries(desk, company, about)
    return Answer(view.preview(club, _made(desk, draft, company, about), worry, draft), book)


def worries(desk: Desk, company: str, about: str) -> privacy.Worry | None:
    """The gravest of both."""
    found = {privacy.worry(one, desk.book.contacts, company) for one in (about, company)}
    return next((one for one in privacy.Worry if one in found), None)


def _made(desk: Desk, key: str, company: str, about: str) -> Ask:
    return Ask(id=key, asker=desk.book.owner, company=company, about=about, at=desk.now)


def post(desk: Desk, args: Args) -> Answer:
    """It goes to the channel, once, however often this is pressed."""
    club, key = joined_club(desk), args.text("draft")
    if introductions.find(club, key):
        return Answer(view.asked())
    company, about = args.text("company"), args.text("about")
    if not about:
        raise NotFound
    mine = introductions.open_asks(club, desk.now, speaker(desk).address)
    if len(mine) >= introductions.MOST_OPEN:
        return Answer(view.mine(mine, full=True))
    if has_posted_enough(desk.book, desk.now):
        return Answer(club_view.enough_for_a_day())
    worry = worries(desk, company, about)
    if worry and worry is not privacy.Worry.PERSON:
        return Answer(view.preview(club, _made(desk, key, company, about), worry, key))
    after = introductions.asked(club, _made(desk, key, company, about), desk.now)
    return Answer(view.asked(), having_posted(desk.book, desk.now), club=after, final=True)


def about_contact(desk: Desk, args: Args) -> Answer:
    """From a contact's card: the company is filled in, and nothing of the contact goes with it."""
    one = args.contact() if args.text("contact") else None
    if desk.club is None or not desk.club.is_open:
        return Answer(replies.to_ask(one))
    return Answer(Again("ask", {"company": one.company} if one and one.company else {}))


def mine(desk: Desk, args: Args) -> Answer:
    club = joined_club(desk)
    return Answer(view.mine(introductions.open_asks(club, desk.now, speaker(desk).address)))


def withdraw(desk: Desk, args: Args) -> Answer:
    club, one = club_of(desk), _ask(desk, args)
    if one.asker != speaker(desk).address:
        raise NotFound
    return Answer(view.withdrawn(), club=introductions.closed(club, one.id, desk.now))


def _ask(desk: Desk, args: Args) -> Ask:
    found = introductions.find(club_of(desk), args.text("ask"))
    if found is None:
        raise NotFound
    return found


def may_know(desk: Desk, args: Args) -> Answer:
    """Somebody may know someone: a private form, then words for their contact, who is asked first."""
    club, found = club_of(desk), introductions.find(club_of(desk), args.text("ask"))
    if found is None or not introductions.is_open(found, desk.now):
        return Answer(view.closed())
    if found.asker == speaker(desk).address:
        return Answer(view.own(found))
    offer = introductions.offer_of(found, speaker(desk).address)
    if offer and offer.said is not Said.DECLINED:
        return Answer(view.offered(club, found, offer))
    share = args.text("share")
    if not share or not args.text("how") or args.flag("change"):
        return Answer(Form(("share", "how"), tuple(args.with_(change="").values.items()), needed=True))
    worry = privacy.worry(share, desk.book.contacts, found.company)
    if worry and not (worry is privacy.Worry.PERSON and args.flag("sure")):
        book, draft = keep(desk, "mayknow", args.values)
        return Answer(view.share_warned(worry, share, draft), book)
    return _offered(desk, club, found, args)


def _offered(desk: Desk, club: Club, found: Ask, args: Args) -> Answer:
    how = args.text("how") if args.text("how") in HOWS else HOWS[0]
    actor = speaker(desk)
    offer = Offer(
        id=desk.new_id(9), helper=actor.address, name=actor.name, share=args.text("share"), how=how, at=desk.now
    )
    after = introductions.offered(club, found.id, offer)
    return Answer(view.offered(club, found, offer), club=after, final=True)


def they_said(desk: Desk, args: Args) -> Answer:
    """What the helper's contact said."""
    club, found = club_of(desk), introductions.find(club_of(desk), args.text("ask"))
    if found is None or not introductions.is_open(found, desk.now):
        return Answer(view.closed())
    offer = introductions.offer_of(found, speaker(desk).address)
    if offer is None:
        raise NotFound
    yes = args.flag("yes") is True
    if offer.said is not Said.ASKING:
        return Answer(view.offered(club, found, offer))
    after = introductions.answered_by_helper(club, found, offer, desk.now, yes=yes)
    return Answer(view.helper_said(yes=yes), club=after)


def accept(desk: Desk, args: Args) -> Answer:
    """The asker's word: with a yes both hear who the other is."""
    club, found = club_of(desk), _ask(desk, args)
    if found.asker != speaker(desk).address:
        raise NotFound
    offer = next((one for one in found.offers if one.id == args.text("offer")), None)
    if offer is None or (offer.said is not Said.INTRODUCED and found.closed_at):
        return Answer(view.no_more())
    if offer.said is not Said.WILLING:
        return Answer(view.asker_said(yes=offer.said is Said.INTRODUCED))
    yes = args.flag("yes") is True
    after = introductions.answered_by_asker(club, found, offer, speaker(desk).name, desk.now, yes=yes)
    return Answer(view.asker_said(yes=yes), club=after)
