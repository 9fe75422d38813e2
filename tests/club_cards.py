"""What a club says, to look at: the same words on every platform, with people and a channel that are there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import time, timedelta

from bot.club import statistics
from bot.domain.messages import Card
from bot.domain.model import Address, Ask, Book, Club, ClubKey, Home, Meeting, Offer, Pulse, Said, Shared, Weekday
from bot.rules.context import Desk
from bot.views.club import channel_posts, facilitator, introductions, private_messages
from bot.views.club import overview as being
from tests.cards import NOON

HOME = Home("Europe/Berlin", "DE", host="Mara")
ABOUT = "how their design team works, and what a week of theirs is like"
SHARE = "I worked with one of them for two years; they like to talk about their work."
GOOD = "A talk that I had waited for since spring: an hour, kind and honest.\nI slept well for once."
DAY = timedelta(days=1)
POSTS = ("club-introduction", "club-question", "club-news", "club-news-unsigned", "club-week")


def club_of(member: Address, team: str, room: str) -> Club:
    """With two questions, two pieces of good news and a count."""
    helper = Offer(id="o1", helper=member, name="Cleo", at=NOON, share=SHARE, how="introduce", said=Said.WILLING)
    return Club(
        key=ClubKey(member.platform, team),
        created=NOON,
        facilitator=member,
        meeting=Meeting(room=room, day=Weekday.TUESDAY, hour=time(18), zone=HOME.zone),
        mark="m1",
        members=(member,),
        asks=(
            Ask(id="a1", asker=member, company="Acme & Söhne", about=ABOUT, at=NOON - DAY, offers=(helper,)),
            Ask(id="a2", asker=member, company="", about="the work of a nurse on nights", at=NOON),
        ),
        wins=(
            Shared(id="w1", by=member, text=GOOD, at=NOON - DAY, name="Fay"),
            Shared(id="w2", by=member, text="I asked for help, and it was easy.", at=NOON),
        ),
        pulse=Pulse(at=NOON, since=NOON - 7 * DAY, figures=((statistics.STEPS, 25), (statistics.ANSWERS, 10))),
        cohort=(member,),
    )


def cards_of(member: Address, team: str, room: str) -> Mapping[str, Card]:
    """`member`: who reads them and is mentioned; `room`: the club's channel. Both by their ids there."""
    club = club_of(member, team, room)
    book = Book(owner=member, created=NOON, active_at=NOON)
    desk = Desk(book, NOON, HOME, lambda length: "x" * length, club=club)
    asked, (signed, unsigned) = club.asks[0], club.wins
    met = {"who": member.user, "name": "Cleo", "about": asked.company}
    match = {"ask": asked.id, "offer": asked.offers[0].id}
    return {
        "club-introduction": channel_posts.introduction(club),
        "club-question": channel_posts.ask(asked),
        "club-news": channel_posts.win(signed),
        "club-news-unsigned": channel_posts.win(unsigned),
        "club-week": _there(channel_posts.digest(club, "2026-12-01", club.pulse, NOON)),
        "club-preview": facilitator.set_up(desk, club),
        "club-set-up": facilitator.present(desk, club),
        "club-pulse": facilitator.pulse(desk, club),
        "club-offer": introductions.offered(club, asked, replace(asked.offers[0], said=Said.ASKING)),
        "club-match": _there(private_messages.CARDS[private_messages.Word.MATCH](desk, club, match)),
        "club-met": _there(private_messages.CARDS[private_messages.Word.MET](desk, club, met)),
        "club-mirror": being.mirror(desk, club, is_in=True),
        "club-overview": being.overview(desk, replace(club, introduced=club.mark), is_in=True, leads=True),
    }


def _there(card: Card | None) -> Card:
    assert card is not None
    return card
