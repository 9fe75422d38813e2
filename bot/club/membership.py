"""Joining and leaving, and whom a post or a note is about.

The member's own book decides who is in; the club's list only says whose books to ask. So those whom a post or a note is
about must still be in the club when it is sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from bot.club.introductions import find_open_questions, with_question_closed
from bot.club.member_messages import build_club_note, with_club_holding_data, with_outgoing_notes
from bot.club.statistics import ANONYMOUS_USER_PREFIX, is_erased_placeholder
from bot.domain.model import (
    Address,
    Book,
    Club,
    ClubKey,
    ClubUpdate,
    DeliveryState,
    DigestPreviewNote,
    DigestSubject,
    IntroductionSubject,
    Membership,
    NoteContent,
    OfferNote,
    Post,
    PostOccasion,
    PostSubject,
    QuestionSubject,
    SeasonsNote,
    WinSubject,
)


def with_membership(book: Book, club_key: ClubKey, now: datetime) -> Book:
    """Join in the member's own book, with a pending update for the club."""
    if book.membership_in(club_key):
        return book
    joined = replace(
        with_club_holding_data(book, club_key),
        memberships=(*book.memberships, Membership(club=club_key, joined_at=now)),
    )
    return _with_pending_club_update(joined, ClubUpdate(club_key, joins=True))


def without_membership(book: Book, club_key: ClubKey) -> Book:
    """Leave in the member's own book. From then on nothing of theirs counts, even before the club is updated."""
    memberships = tuple(membership for membership in book.memberships if membership.club != club_key)
    notes = tuple(note for note in book.club_notes if note.club != club_key)
    return replace(
        _with_pending_club_update(book, ClubUpdate(club_key, joins=False)), memberships=memberships, club_notes=notes
    )


def without_memberships(book: Book) -> Book:
    """Leave every club, because the member's account is closed."""
    for club in {*book.clubs_with_my_data, *(membership.club for membership in book.memberships)}:
        book = without_membership(book, club)
    return book


def _with_pending_club_update(book: Book, update: ClubUpdate) -> Book:
    """Only the latest pending update for a club counts."""
    return replace(
        book, pending_club_updates=(*(one for one in book.pending_club_updates if one.club != update.club), update)
    )


def with_club_update(club: Club, update: ClubUpdate, member: Address, now: datetime) -> Club:
    """Apply the member's pending update to the club."""
    return with_member(club, member, now) if update.joins else without_member(club, member, now)


def with_member(club: Club, member: Address, now: datetime) -> Club:
    if member in club.members or club.ended_at:
        return club
    club = replace(club, members=(*club.members, member))
    note = build_club_note(club, SeasonsNote(), member, now, now.isoformat())
    return with_outgoing_notes(club, note) if club.seasons else club


def anonymize_member(club: Club, member: Address, now: datetime) -> Club:
    """Remove the member for erasure. A placeholder replaces them in the last cohort, so that counts stay comparable."""
    club = without_member(club, member, now)
    number = sum(map(is_erased_placeholder, club.counted_members))
    placeholder = Address(member.platform, f"{ANONYMOUS_USER_PREFIX}{number}", member.team)
    stand_in = None if club.stand_in and club.stand_in.member == member else club.stand_in
    lead = Address(member.platform, "", member.team) if club.facilitator == member else club.facilitator
    return replace(
        club,
        facilitator=lead,
        stand_in=stand_in,
        counted_members=tuple(placeholder if one == member else one for one in club.counted_members),
    )


def without_member(club: Club, member: Address, now: datetime) -> Club:
    """Remove the member and all their content, also what waits to be posted or delivered. Helpers of their questions
    are thanked.
    """
    for question in club.questions:
        club = with_question_closed(club, question.id, now) if question.asker == member else club
    removed_subjects: set[PostSubject] = {QuestionSubject(one.id) for one in club.questions if one.asker == member}
    removed_subjects |= {WinSubject(win.id) for win in club.wins if win.author == member}
    removed_posts = {PostOccasion(subject) for subject in removed_subjects}
    questions = (
        replace(question, offers=tuple(offer for offer in question.offers if offer.helper != member))
        for question in club.questions
    )
    return replace(
        club,
        members=tuple(one for one in club.members if one != member),
        questions=tuple(one for one in questions if one.asker != member),
        wins=tuple(win for win in club.wins if win.author != member),
        tips=tuple(tip for tip in club.tips if tip.author != member),
        posts=tuple(post for post in club.posts if post.subject not in removed_subjects),
        envelopes=tuple(
            envelope
            for envelope in club.envelopes
            if envelope.state is not DeliveryState.PARKED or envelope.items[0].occasion not in removed_posts
        ),
        outgoing_notes=tuple(note for note in club.outgoing_notes if note.recipient != member),
        pulse=None if member in club.counted_members else club.pulse,
    )


def find_members_in_post(club: Club, post: Post, now: datetime) -> Iterator[Address]:
    match post.subject:
        case DigestSubject():
            yield from find_members_in_digest(club, now)
        case QuestionSubject(question_id):
            yield from (question.asker for question in club.questions if question.id == question_id)
        case WinSubject(win_id):
            yield from (win.author for win in club.wins if win.id == win_id)
        case IntroductionSubject():
            return


def find_members_in_digest(club: Club, now: datetime) -> Iterator[Address]:
    """The members of the last counts, and the authors of the wins and open questions that a digest may show."""
    yield from club.counted_members
    yield from (win.author for win in club.wins)
    yield from (question.asker for question in find_open_questions(club, now))


def find_members_in_note(club: Club, content: NoteContent, now: datetime) -> Iterator[Address]:
    match content:
        case DigestPreviewNote():
            yield from find_members_in_digest(club, now)
        case OfferNote(question_id):
            yield from (question.asker for question in club.questions if question.id == question_id)
