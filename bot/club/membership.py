"""Coming and going. A member's own book says whether they are in; the club's list only says whom to ask."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.club.introductions import with_question_closed
from bot.club.member_messages import build_outgoing_note, with_club_holding_data, with_outgoing_notes
from bot.club.statistics import ANONYMOUS_USER_PREFIX
from bot.domain.model import (
    Address,
    Book,
    Club,
    ClubKey,
    ClubNoteKind,
    ClubUpdate,
    Membership,
    PostSubject,
    QuestionSubject,
    WinSubject,
)


def with_membership(book: Book, club_key: ClubKey, now: datetime) -> Book:
    """The book that says so; the club has yet to hear of it."""
    if book.membership_in(club_key):
        return book
    known = replace(
        with_club_holding_data(book, club_key),
        memberships=(*book.memberships, Membership(club=club_key, joined_at=now)),
    )
    return _with_pending_club_update(known, ClubUpdate(club_key, joins=True))


def without_membership(book: Book, club_key: ClubKey) -> Book:
    """From now on nothing of theirs counts, whether or not the club has heard of it."""
    left = tuple(membership for membership in book.memberships if membership.club != club_key)
    notes = tuple(note for note in book.club_notes if note.club != club_key)
    return replace(
        _with_pending_club_update(book, ClubUpdate(club_key, joins=False)), memberships=left, club_notes=notes
    )


def without_memberships(book: Book) -> Book:
    """Their account is closed: no club is to wait for them."""
    for club in {*book.clubs_with_my_data, *(membership.club for membership in book.memberships)}:
        book = without_membership(book, club)
    return book


def _with_pending_club_update(book: Book, update: ClubUpdate) -> Book:
    """The last word about a club is the one that counts."""
    return replace(
        book, pending_club_updates=(*(one for one in book.pending_club_updates if one.club != update.club), update)
    )


def with_club_update(club: Club, update: ClubUpdate, member: Address, now: datetime) -> Club:
    """The club when it has heard."""
    return with_member(club, member, now) if update.joins else without_member(club, member, now)


def with_member(club: Club, member: Address, now: datetime) -> Club:
    if member in club.members or club.ended_at:
        return club
    club = replace(club, members=(*club.members, member))
    return with_outgoing_notes(
        club, [build_outgoing_note(club, ClubNoteKind.SEASONS, member, now, now.isoformat())] if club.seasons else []
    )


def anonymize_member(club: Club, member: Address, now: datetime) -> Club:
    """After they had themselves forgotten: in their place in the last counts stands nobody, and is still compared."""
    club = without_member(club, member, now)
    number = sum(one.user.startswith(ANONYMOUS_USER_PREFIX) for one in club.counted_members)
    nobody = Address(member.platform, f"{ANONYMOUS_USER_PREFIX}{number}", member.team)
    stand_in = None if club.stand_in and club.stand_in.member == member else club.stand_in
    lead = Address(member.platform, "", member.team) if club.facilitator == member else club.facilitator
    return replace(
        club,
        facilitator=lead,
        stand_in=stand_in,
        counted_members=tuple(nobody if one == member else one for one in club.counted_members),
    )


def without_member(club: Club, member: Address, now: datetime) -> Club:
    """Without all that is theirs: at once, and also where it waits to be posted. Whoever waits for them is thanked."""
    for ask in club.questions:
        club = with_question_closed(club, ask.id, now) if ask.asker == member else club
    gone: set[PostSubject] = {QuestionSubject(one.id) for one in club.questions if one.asker == member}
    gone |= {WinSubject(win.id) for win in club.wins if win.author == member}
    asks = (
        replace(question, offers=tuple(of for of in question.offers if of.helper != member))
        for question in club.questions
    )
    return replace(
        club,
        members=tuple(one for one in club.members if one != member),
        questions=tuple(one for one in asks if one.asker != member),
        wins=tuple(win for win in club.wins if win.author != member),
        tips=tuple(tip for tip in club.tips if tip.author != member),
        posts=tuple(post for post in club.posts if post.subject not in gone),
        outgoing_notes=tuple(note for note in club.outgoing_notes if note.recipient != member),
        pulse=None if member in club.counted_members else club.pulse,
    )
