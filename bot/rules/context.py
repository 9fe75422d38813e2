"""What lies before a handler and a view: one member's book at one moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.domain.messages import Instant
from bot.domain.model import Actor, Book, Club, Contact, Entry, HostDefaults, Season
from bot.rules import ContactStatus, Suggestion, find_contact_suggestions, is_waiting_for_answer
from bot.rules.schedule import MemberClock, book_contact_status, member_clock, member_language
from bot.text import dates


@dataclass(frozen=True, slots=True)
class BookContext:
    """`new_id` gives a fresh random id of so many bytes. `actor`: who speaks; None when a reminder is drawn.

    `club`: the one that is meant, as it stands; None when there is none, or where it does not matter.
    """

    book: Book
    now: datetime
    defaults: HostDefaults
    new_id: Callable[[int], str]
    actor: Actor | None = None
    club: Club | None = None
    club_unreadable: bool = False

    @property
    def clock(self) -> MemberClock:
        return member_clock(self.book, self.defaults)

    @property
    def language(self) -> str:
        """The language in which the member's words about time are read."""
        return member_language(self.book)

    @property
    def today(self) -> date:
        return self.clock.calendar.day_of(self.now)

    def status_of(self, contact: Contact) -> ContactStatus:
        return book_contact_status(self.book, contact, self.now, self.clock)

    def suggest_contacts(self, about: Contact | None = None, limit: int = 3) -> tuple[Suggestion, ...]:
        # Their waits are the dearest thing to derive, and nobody who is waited for is named.
        standings = {
            contact.id: self.status_of(contact) for contact in self.book.contacts if not is_waiting_for_answer(contact)
        }
        return find_contact_suggestions(standings, self.book, about, limit)

    def seasons_in_wait(self, status: ContactStatus) -> tuple[Season, ...]:
        """The club's busy days that lengthen this wait."""
        wait = status.window
        if wait is None:
            return ()
        busy = (season for club in self.book.memberships for season in club.seasons)
        return tuple(one for one in busy if one.first <= wait.end and wait.start <= one.last)

    def format_day(self, day: date) -> str:
        """The day in words, as a date: a card may be read on another day than it was written."""
        return dates.format_date(day, self.today)

    def to_instant(self, at: datetime) -> Instant:
        return dates.to_card_instant(at, self.clock.calendar, self.now)

    def new_entry_id(self) -> str:
        """Short: it only has to differ from its neighbours in one time line, and buttons carry it."""
        return self.new_id(6)

    def with_book(self, book: Book) -> BookContext:
        return replace(self, book=book)

    def with_contact(self, contact: Contact) -> Book:
        """The book with this contact replaced, or added at the end."""
        if self.book.find_contact(contact.id) is None:
            return replace(self.book, contacts=(*self.book.contacts, contact))
        return replace(
            self.book, contacts=tuple(contact if old.id == contact.id else old for old in self.book.contacts)
        )

    def with_entries(self, contact: Contact, *entries: Entry) -> Book:
        """The book with entries added to this contact's time line."""
        return self.with_contact(replace(contact, entries=(*contact.entries, *entries)))

    def current_contact(self, contact: Contact) -> Contact:
        """The contact as it now stands in the book."""
        return self.book.find_contact(contact.id) or contact
