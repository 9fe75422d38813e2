"""What lies before a handler and a view: one member's book at one moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.domain.messages import Instant
from bot.domain.model import Actor, Book, Club, Entry, Home, Outreach, Season
from bot.rules import Standing, Suggestion, others, waited_for
from bot.rules.schedule import Days, days_of, language_of, stands
from bot.text import dates


@dataclass(frozen=True, slots=True)
class Desk:
    """`new_id` gives a fresh random id of so many bytes. `actor`: who speaks; None when a reminder is drawn.

    `club`: the one that is meant, as it stands; None when there is none, or where it does not matter.
    """

    book: Book
    now: datetime
    home: Home
    new_id: Callable[[int], str]
    actor: Actor | None = None
    club: Club | None = None
    club_unreadable: bool = False

    @property
    def days(self) -> Days:
        return days_of(self.book, self.home)

    @property
    def language(self) -> str:
        """The language in which the member's words about time are read."""
        return language_of(self.book)

    @property
    def today(self) -> date:
        return self.days.calendar.day(self.now)

    def stands(self, one: Outreach) -> Standing:
        return stands(self.book, one, self.now, self.days)

    def others(self, about: Outreach | None = None, limit: int = 3) -> tuple[Suggestion, ...]:
        # Their waits are the dearest thing to derive, and nobody who is waited for is named.
        standings = {one.id: self.stands(one) for one in self.book.contacts if not waited_for(one)}
        return others(standings, self.book, about, limit)

    def seasons(self, stands: Standing) -> tuple[Season, ...]:
        """The club's busy days that lengthen this wait."""
        wait = stands.window
        if wait is None:
            return ()
        busy = (one for club in self.book.clubs for one in club.seasons)
        return tuple(one for one in busy if one.first <= wait.end and wait.start <= one.last)

    def day(self, day: date) -> str:
        """The day in words, as a date: a card may be read on another day than it was written."""
        return dates.say_date(day, self.today)

    def moment(self, at: datetime) -> Instant:
        return dates.instant(at, self.days.calendar, self.now)

    def entry_id(self) -> str:
        """Short: it only has to differ from its neighbours in one time line, and buttons carry it."""
        return self.new_id(6)

    def with_book(self, book: Book) -> Desk:
        return replace(self, book=book)

    def put(self, one: Outreach) -> Book:
        """The book with this contact replaced, or added at the end."""
        if self.book.contact(one.id) is None:
            return replace(self.book, contacts=(*self.book.contacts, one))
        return replace(self.book, contacts=tuple(one if old.id == one.id else old for old in self.book.contacts))

    def noted(self, one: Outreach, *entries: Entry) -> Book:
        """The book with entries added to this contact's time line."""
        return self.put(replace(one, entries=(*one.entries, *entries)))

    def kept(self, one: Outreach) -> Outreach:
        """The contact as it now stands in the book."""
        return self.book.contact(one.id) or one
