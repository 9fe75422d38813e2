"""Notes from a club to one member. They are queued in the club's record and moved into the member's book, each once."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from hashlib import blake2b

from bot.domain.model import Address, Book, Club, ClubEndedNote, ClubKey, ClubNote, NoteContent, SeasonsNote

MAX_UNSENT_NOTES = 200  # in a book; a pause without an end holds most of them back, and the oldest are given up first
MAX_RECEIVED_NOTE_IDS = 200  # remembered in a book to recognise repeats; a club sends a few notes a week


def build_club_note(club: Club, content: NoteContent, recipient: Address, now: datetime, occasion: str) -> ClubNote:
    """A note whose id is derived from club, kind, occasion and recipient: a repeated step queues it only once."""
    key, since, kind = club.key, club.created_at.isoformat(), content.kind
    identity = "\0".join((key.platform, key.team, since, kind, occasion, recipient.team, recipient.user))
    digest = blake2b(identity.encode(errors="surrogatepass"), digest_size=12).digest()
    return ClubNote(
        id=urlsafe_b64encode(digest).decode(), club=key, recipient=recipient, created_at=now, content=content
    )


def with_outgoing_notes(club: Club, *notes: ClubNote) -> Club:
    known = {note.id for note in club.outgoing_notes}
    return replace(club, outgoing_notes=(*club.outgoing_notes, *(note for note in notes if note.id not in known)))


def without_outgoing_notes(club: Club, delivered: Iterable[ClubNote]) -> Club:
    removed = set(delivered)
    return replace(club, outgoing_notes=tuple(note for note in club.outgoing_notes if note not in removed))


def with_postponed_note(club: Club, postponed: ClubNote, until: datetime) -> Club:
    """Keep the note in the queue, and do not deliver it before `until` (UTC)."""
    notes = (replace(note, created_at=until) if note == postponed else note for note in club.outgoing_notes)
    return replace(club, outgoing_notes=tuple(notes))


def with_received_note(book: Book, club: Club, note: ClubNote) -> Book:
    """Put the note into the book. A note that was received before changes nothing."""
    if note.id in book.received_note_ids:
        return book
    book = replace(
        with_club_holding_data(book, club.key),
        received_note_ids=(*book.received_note_ids[1 - MAX_RECEIVED_NOTE_IDS :], note.id),
    )
    match note.content:
        case SeasonsNote():
            return with_club_seasons(book, club)
        case ClubEndedNote():
            book = _without_ended_membership(book, note)
    return replace(book, club_notes=(*book.club_notes[1 - MAX_UNSENT_NOTES :], note))


def _without_ended_membership(book: Book, note: ClubNote) -> Book:
    """A membership that began after the note belongs to the club that was set up anew, and stays."""
    memberships = (one for one in book.memberships if one.club != note.club or one.joined_at >= note.created_at)
    return replace(book, memberships=tuple(memberships))


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
