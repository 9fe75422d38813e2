"""Private words of a club to one member: from the club's own file to the member's book, each once."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from hashlib import blake2b

from bot.domain.model import Address, Book, Club, ClubKey, ClubNote, ClubNoteKind, OutgoingNote

MAX_RECEIVED_NOTE_IDS = 200  # ids of letters remembered in a book: a club writes a few a week


def build_outgoing_note(
    club: Club, kind: ClubNoteKind, recipient: Address, now: datetime, occasion: str, /, **values: str
) -> OutgoingNote:
    """The same occasion gives the same id, so that a step that is repeated writes no second letter."""
    told = "\0".join(
        (club.key.platform, club.key.team, club.created_at.isoformat(), kind, occasion, recipient.team, recipient.user)
    )
    made = blake2b(told.encode(errors="surrogatepass"), digest_size=12).digest()
    return OutgoingNote(
        id=urlsafe_b64encode(made).decode(),
        recipient=recipient,
        created_at=now,
        kind=kind,
        values=tuple(values.items()),
    )


def with_outgoing_notes(club: Club, outgoing_notes: Iterable[OutgoingNote]) -> Club:
    known = {note.id for note in club.outgoing_notes}
    return replace(
        club, outgoing_notes=(*club.outgoing_notes, *(note for note in outgoing_notes if note.id not in known))
    )


def without_outgoing_notes(club: Club, delivered: Iterable[OutgoingNote]) -> Club:
    gone = set(delivered)
    return replace(club, outgoing_notes=tuple(note for note in club.outgoing_notes if note not in gone))


def with_postponed_note(club: Club, outgoing_note: OutgoingNote, until: datetime) -> Club:
    """The club whose letter is brought later."""
    return replace(
        club,
        outgoing_notes=tuple(
            replace(note, created_at=until) if note == outgoing_note else note for note in club.outgoing_notes
        ),
    )


def with_received_note(book: Book, club: Club, outgoing_note: OutgoingNote) -> Book:
    """The book with a letter in it; as it was when the letter came before."""
    if outgoing_note.id in book.received_note_ids:
        return book
    book = replace(
        with_club_holding_data(book, club.key),
        received_note_ids=(*book.received_note_ids[1 - MAX_RECEIVED_NOTE_IDS :], outgoing_note.id),
    )
    if outgoing_note.kind == ClubNoteKind.SEASONS:
        return with_club_seasons(book, club)
    if outgoing_note.kind == ClubNoteKind.CLUB_ENDED:
        # Whoever joined since then joined the one that was set up anew.
        book = replace(
            book,
            memberships=tuple(
                of for of in book.memberships if of.club != club.key or of.joined_at >= outgoing_note.created_at
            ),
        )
    note = ClubNote(
        id=outgoing_note.id,
        club=club.key,
        created_at=outgoing_note.created_at,
        kind=outgoing_note.kind,
        values=outgoing_note.values,
    )
    return replace(book, club_notes=(*book.club_notes, note))


def with_club_holding_data(book: Book, club_key: ClubKey) -> Book:
    """The book that remembers where a word of its owner may be, so that it is found when they want to be forgotten."""
    return (
        book
        if club_key in book.clubs_with_my_data
        else replace(book, clubs_with_my_data=(*book.clubs_with_my_data, club_key))
    )


def with_club_seasons(book: Book, club: Club) -> Book:
    clubs = tuple(
        replace(membership, seasons=club.seasons) if membership.club == club.key else membership
        for membership in book.memberships
    )
    return replace(book, memberships=clubs)
