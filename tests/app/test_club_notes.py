"""A club's note on its way: what it does to the book that takes it in, and its card."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.club.member_messages import build_club_note, with_received_note
from bot.domain.model import Book, ClubEndedNote, Membership, PostUnconfirmedNote, WinSubject
from bot.rules.context import BookContext
from bot.views.club.private_messages import club_note_card
from tests.cards import NOON
from tests.club_cards import CLUB_CARDS_HOME, sample_club
from tests.samples import CONSOLE_ADA

NOTED_CLUB = sample_club(CONSOLE_ADA, "", "C1")
ENDED = build_club_note(NOTED_CLUB, ClubEndedNote(), CONSOLE_ADA, NOON, "m1")


def member_book(*memberships: Membership) -> Book:
    return Book(owner=CONSOLE_ADA, created_at=NOON, last_active_at=NOON, memberships=memberships)


def test_the_end_of_a_club_ends_the_membership() -> None:
    book = member_book(Membership(club=NOTED_CLUB.key, joined_at=NOON - timedelta(seconds=1)))
    after = with_received_note(book, NOTED_CLUB, ENDED)
    assert (after.memberships, after.club_notes) == ((), (ENDED,))


def test_who_joined_the_club_that_was_set_up_anew_stays_in_it() -> None:
    book = member_book(Membership(club=NOTED_CLUB.key, joined_at=NOON))
    assert with_received_note(book, NOTED_CLUB, ENDED).memberships == book.memberships


def test_a_note_that_comes_twice_is_taken_in_once() -> None:
    taken = with_received_note(member_book(), NOTED_CLUB, ENDED)
    assert with_received_note(replace(taken, club_notes=()), NOTED_CLUB, ENDED).club_notes == ()


@pytest.mark.parametrize(
    ("may_have_arrived", "sentence"),
    [(True, "I can't tell whether a post of mine arrived: your good news."), (False, "A post of mine was not taken: ")],
)
def test_the_card_of_a_post_in_doubt_says_what_is_known(may_have_arrived: bool, sentence: str) -> None:
    content = PostUnconfirmedNote(WinSubject("w1"), "e1", may_have_arrived=may_have_arrived)
    note = build_club_note(NOTED_CLUB, content, CONSOLE_ADA, NOON, "e1")
    card = club_note_card(BookContext(member_book(), NOON, CLUB_CARDS_HOME, lambda size: "x" * size), note, NOTED_CLUB)
    assert card is not None
    assert card.text().startswith(sentence)
    assert card.buttons[0].line == "repost kind: win about: w1 doubt: e1"
