"""Notes from a club to one member. They are queued in the club's record and put into the member's book, each once."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from hashlib import blake2b

from bot.domain.model import Address, Book, Club, ClubKey, ClubNote, ClubNoteKind, OutgoingNote

MAX_UNSENT_NOTES = 200  # in a book; a pause without an end holds most of them back, and the oldest are given up first
MAX_RECEIVED_NOTE_IDS = 200  # remembered in a book to recognise repeats; a club sends a few notes a week


def build_outgoing_note(
    club: Club, kind: ClubNoteKind, recipient: Address, now: datetime, occasion: str, /, **values: str
) -> OutgoingNote:
    """A note whose id is derived from club, kind, occasion and recipient: a repeated step queues it only once."""
    identity = "\0".join(
        (club.key.platform, club.key.team, club.created_at.isoformat(), kind, occasion, recipient.team, recipient.user)
    )
    digest = blake2b(identity.encode(errors="surrogatepass"), digest_size=12).digest()
    return OutgoingNote(
        id=urlsafe_b64encode(digest).decode(),
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
    removed = set(delivered)
    return replace(club, outgoing_notes=tuple(note for note in club.outgoing_notes if note not in removed))


def with_postponed_note(club: Club, outgoing_note: OutgoingNote, until: datetime) -> Club:
    """Keep the note in the queue, and do not deliver it before `until` (UTC)."""
    return replace(
        club,
        outgoing_notes=tuple(
            replace(note, created_at=until) if note == outgoing_note else note for note in club.outgoing_notes
        ),
    )


def with_received_note(book: Book, club: Club, outgoing_note: OutgoingNote) -> Book:
    """Put the note into the book. A note that was received before changes nothing."""
    if outgoing_note.id in book.received_note_ids:
        return book
    book = replace(
        with_club_holding_data(book, club.key),
        received_note_ids=(*book.received_note_ids[1 - MAX_RECEIVED_NOTE_IDS :], outgoing_note.id),
    )
    if outgoing_note.kind == ClubNoteKind.SEASONS:
        return with_club_seasons(book, club)
    if outgoing_note.kind == ClubNoteKind.CLUB_ENDED:
        # A membership that began after the note belongs to the club that was set up anew.
        book = replace(
            book,
            memberships=tuple(
                membership
                for membership in book.memberships
                if membership.club != club.key or membership.joined_at >= outgoing_note.created_at
            ),
        )
    note = ClubNote(
        id=outgoing_note.id,
        club=club.key,
        created_at=outgoing_note.created_at,
        kind=outgoing_note.kind,
        values=outgoing_note.values,
    )
    return replace(book, club_notes=(*book.club_notes[1 - MAX_UNSENT_NOTES :], note))


def with_club_holding_data(book: Book, club_key: ClubKey) -> Book:
    """Record that this club may hold data of the book's owner, so that erasure can find it."""
    return (
        book
        if club_key in book.clubs_with_my_data
        else replace(book, clubs_with_my_data=(*book.clubs_with_my_data, club_key))
    )


def with_club_seasons(book: Book, club: Club) -> Book:
    memberships = tuple(
        replace(membership, seasons=club.seasons) if membership.club == club.key else membership
        for membership in book.memberships
    )
    return replace(book, memberships=memberships)
