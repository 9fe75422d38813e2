"""Private words of a club to one member: from the club's own file to the member's book, each once."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from hashlib import blake2b

from bot.domain.model import Address, Book, Club, ClubKey, Letter, Note, Word

MOST_HEARD = 200  # ids of letters remembered in a book: a club writes a few a week


def letter(club: Club, word: Word, to: Address, now: datetime, occasion: str, /, **values: str) -> Letter:
    """The same occasion gives the same id, so that a step that is repeated writes no second letter."""
    told = "\0".join((club.key.platform, club.key.team, club.created.isoformat(), word, occasion, to.team, to.user))
    made = blake2b(told.encode(errors="surrogatepass"), digest_size=12).digest()
    return Letter(id=urlsafe_b64encode(made).decode(), to=to, at=now, kind=word, values=tuple(values.items()))


def with_letters(club: Club, letters: Iterable[Letter]) -> Club:
    known = {one.id for one in club.letters}
    return replace(club, letters=(*club.letters, *(one for one in letters if one.id not in known)))


def without_letters(club: Club, delivered: Iterable[Letter]) -> Club:
    gone = set(delivered)
    return replace(club, letters=tuple(one for one in club.letters if one not in gone))


def put_off(club: Club, late: Letter, until: datetime) -> Club:
    """The club whose letter is brought later."""
    return replace(club, letters=tuple(replace(one, at=until) if one == late else one for one in club.letters))


def received(book: Book, club: Club, one: Letter) -> Book:
    """The book with a letter in it; as it was when the letter came before."""
    if one.id in book.heard:
        return book
    book = replace(known_in(book, club.key), heard=(*book.heard[1 - MOST_HEARD :], one.id))
    if one.kind == Word.SEASONS:
        return with_seasons(book, club)
    if one.kind == Word.ENDED:
        # Whoever joined since then joined the one that was set up anew.
        book = replace(book, clubs=tuple(of for of in book.clubs if of.club != club.key or of.since >= one.at))
    note = Note(id=one.id, club=club.key, at=one.at, kind=one.kind, values=one.values)
    return replace(book, notes=(*book.notes, note))


def known_in(book: Book, club: ClubKey) -> Book:
    """The book that remembers where a word of its owner may be, so that it is found when they want to be forgotten."""
    return book if club in book.known_to else replace(book, known_to=(*book.known_to, club))


def with_seasons(book: Book, club: Club) -> Book:
    clubs = tuple(replace(one, seasons=club.seasons) if one.club == club.key else one for one in book.clubs)
    return replace(book, clubs=clubs)
