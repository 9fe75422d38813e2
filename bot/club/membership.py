"""Coming and going. A member's own book says whether they are in; the club's list only says whom to ask."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.club.introductions import closed
from bot.club.member_messages import known_in, letter, with_letters
from bot.club.statistics import NOBODY
from bot.domain.model import Address, Book, Club, ClubKey, Errand, Membership, Word


def into(book: Book, club: ClubKey, now: datetime) -> Book:
    """The book that says so; the club has yet to hear of it."""
    if book.member_of(club):
        return book
    known = replace(known_in(book, club), clubs=(*book.clubs, Membership(club=club, since=now)))
    return _owing(known, Errand(club, joins=True))


def out_of(book: Book, club: ClubKey) -> Book:
    """From now on nothing of theirs counts, whether or not the club has heard of it."""
    left = tuple(one for one in book.clubs if one.club != club)
    notes = tuple(one for one in book.notes if one.club != club)
    return replace(_owing(book, Errand(club, joins=False)), clubs=left, notes=notes)


def out_of_all(book: Book) -> Book:
    """Their account is closed: no club is to wait for them."""
    for club in {*book.known_to, *(one.club for one in book.clubs)}:
        book = out_of(book, club)
    return book


def _owing(book: Book, errand: Errand) -> Book:
    """The last word about a club is the one that counts."""
    return replace(book, errands=(*(one for one in book.errands if one.club != errand.club), errand))


def done(club: Club, errand: Errand, member: Address, now: datetime) -> Club:
    """The club when it has heard."""
    return joined(club, member, now) if errand.joins else departed(club, member, now)


def joined(club: Club, member: Address, now: datetime) -> Club:
    if member in club.members or club.ended_at:
        return club
    club = replace(club, members=(*club.members, member))
    return with_letters(club, [letter(club, Word.SEASONS, member, now, now.isoformat())] if club.seasons else [])


def erased(club: Club, member: Address, now: datetime) -> Club:
    """After they had themselves forgotten: in their place in the last counts stands nobody, and is still compared."""
    club = departed(club, member, now)
    number = sum(one.user.startswith(NOBODY) for one in club.cohort)
    nobody = Address(member.platform, f"{NOBODY}{number}", member.team)
    stand_in = None if club.stand_in and club.stand_in.member == member else club.stand_in
    lead = Address(member.platform, "", member.team) if club.facilitator == member else club.facilitator
    return replace(
        club, facilitator=lead, stand_in=stand_in, cohort=tuple(nobody if one == member else one for one in club.cohort)
    )


def departed(club: Club, member: Address, now: datetime) -> Club:
    """Without all that is theirs: at once, and also where it waits to be posted. Whoever waits for them is thanked."""
    for ask in club.asks:
        club = closed(club, ask.id, now) if ask.asker == member else club
    gone = {one.id for one in club.asks if one.asker == member} | {one.id for one in club.wins if one.by == member}
    asks = (replace(one, offers=tuple(of for of in one.offers if of.helper != member)) for one in club.asks)
    return replace(
        club,
        members=tuple(one for one in club.members if one != member),
        asks=tuple(one for one in asks if one.asker != member),
        wins=tuple(one for one in club.wins if one.by != member),
        tips=tuple(one for one in club.tips if one.by != member),
        posts=tuple(one for one in club.posts if one.about not in gone),
        letters=tuple(one for one in club.letters if one.to != member),
        pulse=None if member in club.cohort else club.pulse,
    )
