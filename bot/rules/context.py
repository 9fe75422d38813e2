"""What a handler or a view gets: one member's book at one moment, who acts, and the club that it is about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.domain.messages import Instant
from bot.domain.model import Actor, Book, Club, Contact, Entry, Season
from bot.rules import ContactStatus, Suggestion, find_contact_suggestions, is_waiting_for_answer
from bot.rules.moment import BookMoment
from bot.text import dates


@dataclass(frozen=True)
class BookContext(BookMoment):
    """One member's book at one moment, with all else that handlers and views need."""

    #: Returns a new random id of the given number of bytes.
    new_id: Callable[[int], str]
    #: Who sent the command or pressed the button. None: a reminder is rendered.
    actor: Actor | None = None
    #: The stored club that the command is about. None: there is none, or the command does not need it.
    club: Club | None = None
    #: Whether the stored club is damaged and could not be loaded.
    club_unreadable: bool = False

    def suggest_contacts(self, about: Contact | None = None, limit: int = 3) -> tuple[Suggestion, ...]:
        """Return up to `limit` other contacts to turn to: see `find_contact_suggestions`."""
        # Contacts who owe an answer are never suggested, and a status with a wait is the most expensive to derive.
        statuses = {
            contact.id: self.status_of(contact) for contact in self.book.contacts if not is_waiting_for_answer(contact)
        }
        return find_contact_suggestions(statuses, self.book, about, limit)

    def seasons_in_wait(self, status: ContactStatus) -> tuple[Season, ...]:
        """Return the busy days of the member's clubs that lengthen the contact's present wait."""
        wait = status.window
        if wait is None:
            return ()
        seasons = (season for club in self.book.memberships for season in club.seasons)
        return tuple(season for season in seasons if season.first <= wait.end and wait.start <= season.last)

    def format_day(self, day: date) -> str:
        """Format a local day as a date, never as "today": a card may be read on a later day."""
        return dates.format_date(day, self.today)

    def to_instant(self, at: datetime) -> Instant:
        return dates.to_card_instant(at, self.clock.calendar, self.now)

    def new_entry_id(self) -> str:
        """Return a short random id: buttons carry it, and it must be unique only within one contact's timeline."""
        return self.new_id(6)

    def with_book(self, book: Book) -> BookContext:
        return replace(self, book=book)

    def book_with_contact(self, contact: Contact) -> Book:
        """Return the book with this contact replaced, or appended if it is new."""
        if self.book.find_contact(contact.id) is None:
            return replace(self.book, contacts=(*self.book.contacts, contact))
        return replace(
            self.book, contacts=tuple(contact if old.id == contact.id else old for old in self.book.contacts)
        )

    def book_with_entries(self, contact: Contact, *entries: Entry) -> Book:
        """Return the book with entries appended to this contact's timeline."""
        return self.book_with_contact(replace(contact, entries=(*contact.entries, *entries)))

    def current_contact(self, contact: Contact) -> Contact:
        """Return the book's present record of this contact, or `contact` itself if the book has none."""
        return self.book.find_contact(contact.id) or contact
