"""What a club says to one member in private."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from bot.club.introductions import find
from bot.club.meeting import in_charge, next_meeting, today
from bot.domain.messages import Card, Field, Line, line
from bot.domain.model import Ask, Club, Note, Offer, Said, Word
from bot.rules.context import Desk
from bot.text import dates
from bot.text.i18n import _
from bot.views import phrases
from bot.views.club import channel_posts


def card(desk: Desk, note: Note, club: Club | None) -> Card | None:
    """None when it no longer holds, or the club is gone."""
    return CARDS[note.kind](desk, club, dict(note.values)) if club else None


def _view(desk: Desk, club: Club, told: Mapping[str, str]) -> Card | None:
    day = next_meeting(club, desk.now)
    if club.ended_at or club.skipped == day or club.viewed != day:
        return None
    if desk.book.owner not in (club.facilitator, in_charge(club, desk.now)):
        return None  # the role went to another meanwhile
    week = channel_posts.digest(club, day.isoformat(), club.pulse, desk.now)
    first = line(
        _("On {day} I'd post this in {room}; only you see it now."),
        day=dates.say_date(day, today(club, desk.now)),
        room=phrases.room(club),
    )
    nothing = line(_("There is nothing to post so far, and that is fine."))
    return Card(
        lines=(first, *([] if week else [nothing])),
        fields=tuple([Field("", one) for one in week.lines] + list(week.fields)) if week else (),
        buttons=(
            phrases.at_club(_("Skip this week"), "skipweek", club, day=day.isoformat()),
            phrases.at_club(_("How the club is doing"), "pulse", club),
        ),
    )


def _match(desk: Desk, club: Club, told: Mapping[str, str]) -> Card | None:
    found = _offer(club, told)
    if found is None or found[1].said is not Said.WILLING:
        return None
    ask, offer = found
    return match(club, ask, offer)


def match(club: Club, ask: Ask, offer: Offer) -> Card:
    """To the asker, who learns the helper's name and tells theirs only with a yes."""
    first = (
        line(_("Somebody in your club knows someone at {company}, who would talk to you."), company=ask.company)
        if ask.company
        else line(_("Somebody in your club knows someone who would talk to you."))
    )
    carried = {"ask": ask.id, "offer": offer.id}
    return Card(
        lines=(first, line(_("They learn who you are only if you say yes."))),
        fields=(Field(_("What they say"), (offer.share,)), Field(_("How"), (how(offer.how),))),
        buttons=(
            phrases.at_club(_("Yes, introduce us"), "acceptintro", club, yes="yes", **carried),
            phrases.at_club(_("No, thank you"), "acceptintro", club, yes="no", **carried),
        ),
    )


def how(one: str) -> str:
    return {
        "introduce": _("they introduce you by e-mail"),
        "pass on": _("they pass your words on"),
        "talk first": _("they'd like to talk with you first"),
    }.get(one, one)


def _offer(club: Club, told: Mapping[str, str]) -> tuple[Ask, Offer] | None:
    ask = find(club, told.get("ask", ""))
    offer = next((one for one in ask.offers if one.id == told.get("offer")), None) if ask else None
    return (ask, offer) if ask and offer else None


def _met(desk: Desk, club: Club, told: Mapping[str, str]) -> Card:
    who, about = phrases.member(told["who"], told["name"]), told.get("about", "")
    first = (
        line(_("You and {who} both said yes, about {company}."), who=who, company=about)
        if about
        else line(_("You and {who} both said yes."), who=who)
    )
    return Card(
        lines=(first, line(_("Please write to each other here; I leave the rest to you two."))),
        buttons=(phrases.add_someone(), phrases.board()),
    )


def _over(desk: Desk, club: Club, told: Mapping[str, str]) -> Card:
    about = told.get("about", "")
    first = (
        line(_("Your question about {company} was open for two weeks and is closed now."), company=about)
        if about
        else line(_("Your question was open for two weeks and is closed now."))
    )
    return Card(
        lines=(first, line(_("No match yet; thank you for asking. That was a brave step."))),
        buttons=(phrases.at_club(_("Ask something else"), "ask", club), phrases.board()),
    )


def _thanks(desk: Desk, club: Club, told: Mapping[str, str]) -> Card:
    return Card(
        lines=(
            line(_("A question that you offered to help with is closed now. Thank you for offering.")),
            line(_("If you asked your contact, a thank-you from you would be kind.")),
        ),
        buttons=(phrases.board(),),
    )


def _talk(desk: Desk, club: Club, told: Mapping[str, str]) -> Card:
    return Card(
        lines=(
            line(
                _("{who} would like to talk to you; they said nothing more to me."),
                who=phrases.member(told["who"], told["name"]),
            ),
            line(_("A short word from you in the next days would be kind.")),
        ),
        buttons=(phrases.board(),),
    )


def _shut(desk: Desk, club: Club, told: Mapping[str, str]) -> Card | None:
    if not club.shut:
        return None
    return Card(
        lines=(line(shut(club.shut), room=phrases.room(club)), line(_("I wait with all posts; nothing is lost."))),
        buttons=(phrases.at_club(_("Set up anew"), "setup", club),),
    )


def shut(why: str) -> str:
    return {
        "gone": _("I can't find {room} any more; perhaps it is gone, or I was taken out."),
        "archived": _("Nothing can be posted in {room}: it is archived."),
    }.get(why, _("I may not post in {room}; please invite me there, or choose another channel."))


def _doubt(desk: Desk, club: Club, told: Mapping[str, str]) -> Card:
    kind, about = told["post"].split(":", 1)
    unknown = line(_("I can't tell whether a post of mine arrived: {what}."), what=posted_what(kind))
    refused = line(_("A post of mine was not taken: {what}."), what=posted_what(kind))
    return Card(
        lines=(
            refused if told.get("arrived") == "no" else unknown,
            line(_("Please look in {room}; I post it again only if you say so."), room=phrases.room(club)),
        ),
        buttons=(
            phrases.at_club(_("Post it again"), "repost", club, kind=kind, about=about, doubt=told["doubt"]),
            phrases.at_club(_("Leave it"), "repost", club, kind="none", doubt=told["doubt"]),
        ),
    )


def posted_what(kind: str) -> str:
    return {
        "introduction": _("the introduction"),
        "digest": _("the week together"),
        "ask": _("your question"),
        "win": _("your good news"),
    }.get(kind, kind)


def _role(desk: Desk, club: Club, told: Mapping[str, str]) -> Card | None:
    if told.get("over"):
        lead = in_charge(club, desk.now)
        said = line(_("{who} leads your club now; thank you for all you did."), who=phrases.person(lead))
        return Card(lines=(said,), buttons=(phrases.board(),))
    if desk.book.owner != in_charge(club, desk.now):
        return None  # it went on to another meanwhile
    until = told.get("until", "")
    second: Line = (
        line(_("That is until {day}; you see how the club is doing, and nobody's contacts."), day=_day(until, desk))
        if until
        else line(_("You see how the club is doing, and nobody's contacts."))
    )
    return Card(
        lines=(line(_("You are the facilitator of your club now.")), second),
        buttons=(
            phrases.at_club(_("How the club is doing"), "pulse", club),
            phrases.at_club(_("Set-up"), "setup", club),
        ),
    )


def _day(iso: str, desk: Desk) -> str:
    return desk.day(date.fromisoformat(iso))


def _ended(desk: Desk, club: Club, told: Mapping[str, str]) -> Card:
    return Card(
        lines=(
            line(_("Your club ends here, and I post nothing there any more.")),
            line(_("Your board stays yours and works as before; nobody in the club ever saw it.")),
            line(_("To keep a copy elsewhere, copy it from your board's cards; your host can help.")),
        ),
        buttons=(phrases.board(), phrases.add_someone()),
    )


CARDS: Mapping[Word, Callable[[Desk, Club, Mapping[str, str]], Card | None]] = {
    Word.VIEW: _view,
    Word.MATCH: _match,
    Word.MET: _met,
    Word.OVER: _over,
    Word.THANKS: _thanks,
    Word.TALK: _talk,
    Word.SHUT: _shut,
    Word.DOUBT: _doubt,
    Word.ROLE: _role,
    Word.ENDED: _ended,
}
