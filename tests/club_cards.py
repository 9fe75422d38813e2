"""What a club says, to look at: the same words on every platform, with people and a channel that are there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time, timedelta

from bot.club import statistics
from bot.domain.messages import Card
from bot.domain.model import (
    Address,
    Book,
    Club,
    ClubKey,
    ClubNote,
    HostDefaults,
    IntroducedNote,
    Meeting,
    NoteContent,
    Offer,
    OfferNote,
    OfferStatus,
    Pulse,
    Question,
    Weekday,
    WinOrTip,
)
from bot.rules.context import BookContext
from bot.views.club import channel_posts, facilitator, introductions, membership, overview, private_messages, setup
from tests.cards import NOON

CLUB_CARDS_HOME = HostDefaults("Europe/Berlin", "DE", host_name="Mara")
QUESTION_ABOUT = "how their design team works, and what a week of theirs is like"
OFFER_SHARE = "I worked with one of them for two years; they like to talk about their work."
LONG_WIN_TEXT = "A talk that I had waited for since spring: an hour, kind and honest.\nI slept well for once."
CLUB_CARDS_DAY = timedelta(days=1)
CLUB_POST_NAMES = ("club-introduction", "club-question", "club-news", "club-news-unsigned", "club-week")


def sample_club(member: Address, team: str, room: str) -> Club:
    """With two questions, two pieces of good news and a count."""
    helper = Offer(
        id="o1",
        helper=member,
        helper_name="Cleo",
        offered_at=NOON,
        shareable=OFFER_SHARE,
        approach="introduce",
        status=OfferStatus.WILLING,
    )
    return Club(
        key=ClubKey(member.platform, team),
        created_at=NOON,
        facilitator=member,
        meeting=Meeting(channel_id=room, weekday=Weekday.TUESDAY, start_time=time(18), zone=CLUB_CARDS_HOME.zone),
        setup_id="m1",
        members=(member,),
        questions=(
            Question(
                id="a1",
                asker=member,
                company="Acme & Söhne",
                about=QUESTION_ABOUT,
                asked_at=NOON - CLUB_CARDS_DAY,
                offers=(helper,),
            ),
            Question(id="a2", asker=member, company="", about="the work of a nurse on nights", asked_at=NOON),
        ),
        wins=(
            WinOrTip(id="w1", author=member, text=LONG_WIN_TEXT, shared_at=NOON - CLUB_CARDS_DAY, author_name="Fay"),
            WinOrTip(id="w2", author=member, text="I asked for help, and it was easy.", shared_at=NOON),
        ),
        pulse=Pulse(
            counted_at=NOON,
            counted_from=NOON - 7 * CLUB_CARDS_DAY,
            figures=((statistics.FIGURE_STEPS, 25), (statistics.FIGURE_ANSWERS, 10)),
        ),
        counted_members=(member,),
    )


def sample_club_cards(member: Address, team: str, room: str) -> Mapping[str, Card]:
    """`member`: who reads them and is mentioned; `room`: the club's channel. Both by their ids there."""
    club = sample_club(member, team, room)
    book = Book(owner=member, created_at=NOON, last_active_at=NOON)
    context = BookContext(book, NOON, CLUB_CARDS_HOME, lambda length: "x" * length, club=club)
    asked, (signed, unsigned) = club.questions[0], club.wins
    return {
        "club-introduction": channel_posts.introduction_post_card(club),
        "club-question": channel_posts.question_post_card(asked),
        "club-news": channel_posts.win_post_card(signed),
        "club-news-unsigned": channel_posts.win_post_card(unsigned),
        "club-week": _present_card(channel_posts.digest_post_card(club, date(2026, 12, 1), club.pulse, NOON)),
        "club-preview": setup.setup_saved_card(context, club),
        "club-set-up": setup.club_setup_card(context, club),
        "club-pulse": facilitator.pulse_card(context, club),
        "club-offer": introductions.offer_status_card(
            club, asked, replace(asked.offers[0], status=OfferStatus.ASKING_CONTACT)
        ),
        "club-match": _note_card(context, club, OfferNote(asked.id, asked.offers[0].id)),
        "club-met": _note_card(context, club, IntroducedNote(member, "Cleo", asked.company)),
        "club-mirror": membership.club_mirror_card(context, club, is_member=True),
        "club-overview": overview.club_overview_card(
            context, replace(club, introduced_setup_id=club.setup_id), is_member=True, is_leader=True
        ),
    }


def _note_card(context: BookContext, club: Club, content: NoteContent) -> Card:
    note = ClubNote(id="n1", club=club.key, recipient=context.book.owner, created_at=NOON, content=content)
    return _present_card(private_messages.club_note_card(context, note, club))


def _present_card(card: Card | None) -> Card:
    assert card is not None
    return card
