"""One member's book at one moment: the status of each contact, what is due, and when to look at it again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from bot.domain.model import (
    POLICY,
    Book,
    Contact,
    DateRange,
    DeliveryState,
    Envelope,
    HostDefaults,
    Policy,
    ReminderKind,
)
from bot.rules.member_clock import MemberClock, member_clock, member_language
from bot.rules.reminders import DueReminder
from bot.rules.schedule import build_reminder_schedule, find_next_sending_time, select_due_reminders
from bot.rules.stage import ContactStatus, contact_status

T = TypeVar("T")


class derived(Generic[T]):  # noqa: N801  (a decorator, like `property`)
    """A property that is derived when it is first read, and then kept.

    As `functools.cached_property`, but without the lock that all instances share in Python 3.11: a large book, derived
    in a thread, would hold up all others.
    """

    def __init__(self, derive: Callable[[Any], T]) -> None:
        self.derive = derive
        self.__doc__ = derive.__doc__

    def __get__(self, moment: BookMoment, owner: type[BookMoment]) -> T:
        value = moment.__dict__[self.derive.__name__] = self.derive(moment)
        return value


@dataclass(frozen=True)
class BookMoment:
    """A book at one moment, and what follows from it. Each is derived when it is first asked for, and only once."""

    book: Book
    #: UTC.
    now: datetime
    defaults: HostDefaults
    policy: Policy = field(default=POLICY, kw_only=True)

    @derived
    def clock(self) -> MemberClock:
        return member_clock(self.book, self.defaults, self.policy)

    @property
    def language(self) -> str:
        """The language (BCP 47) in which the member's words about time are parsed."""
        return member_language(self.book)

    @derived
    def today(self) -> date:
        return self.clock.calendar.day_of(self.now)

    @derived
    def seasons(self) -> tuple[DateRange, ...]:
        """The busy days of the member's clubs, which lengthen every wait."""
        return tuple(
            DateRange(season.first, season.last)
            for membership in self.book.memberships
            for season in membership.seasons
        )

    def status_of(self, contact: Contact) -> ContactStatus:
        return self.status_at(self.now, contact)

    def status_at(self, at: datetime, contact: Contact) -> ContactStatus:
        """The contact's status at another moment (UTC), if nothing is entered until then."""
        known = self._statuses.get((at, id(contact)))
        if known is None:
            status = contact_status(contact, at, self.clock.calendar, self.policy, self.book.settings, self.seasons)
            # The contact is held, too, so that no other one gets its id meanwhile.
            known = self._statuses[at, id(contact)] = (contact, status)
        return known[1]

    @derived
    def schedule(self) -> tuple[DueReminder, ...]:
        """All reminders of the book, the earliest first. Empty while the member cannot be reached.

        A reminder with `due_at <= now` is due, but may still have to wait for the hours in which messages are sent.
        """
        return build_reminder_schedule(self.book, self.now, self.clock, self.status_at)

    @derived
    def due(self) -> tuple[DueReminder, ...]:
        """The reminders that go into one message now, by priority. Empty outside the hours for messages.

        Items of parked envelopes are left out. A club note is always a message of its own.
        """
        return select_due_reminders(self.book, self.schedule, self.now, self.clock)

    def is_due(self, envelope: Envelope) -> bool:
        """Whether every item of the envelope is still due and may be sent now.

        No contact has a say in another's reminders, so only those of the envelope are looked at. The overview is about
        all of them.
        """
        ids = {item.contact_id for item in envelope.items}
        is_about_all = any(item.kind is ReminderKind.BASKET for item in envelope.items)
        contacts = tuple(contact for contact in self.book.contacts if is_about_all or contact.id in ids)
        moment = replace(self, book=replace(self.book, contacts=contacts))
        return set(envelope.items) <= {due.item for due in moment.due}

    @property
    def next_wake(self) -> datetime | None:
        """The earliest moment (UTC) from now on at which a sweep may find something to send. None: never."""
        if self.book.pending_club_updates:
            return self.now
        under_way = [one.retry_at for one in self.book.envelopes if one.state is not DeliveryState.PARKED]
        if under_way:
            return max(min(under_way), self.now)
        return find_next_sending_time(self.book, self.schedule, self.now, self.clock)

    def wake_after(self, before: Book) -> datetime | None:
        """The wake after a command on the book `before`: never later than `next_wake`, and perhaps earlier, which is
        harmless.

        A faster way looks only at the changed contacts. It is valid only while every unchanged contact was already
        counted in `before.wake_at`.
        """
        if not self._has_only_contacts_changed(before):
            return self.next_wake
        old = {contact.id: contact for contact in before.contacts}
        changed = tuple(contact for contact in self.book.contacts if old.get(contact.id) is not contact)
        wakes = (before.wake_at, replace(self, book=replace(self.book, contacts=changed)).next_wake)
        return min(filter(None, wakes), default=None)

    def _has_only_contacts_changed(self, before: Book) -> bool:
        """Whether the books differ only in contacts and in fields that no reminder depends on.

        False for the first command of a day, so that the whole book is looked at once a day: the host may have changed
        the defaults, or an update of the program the rules.
        """
        after, day_of = self.book, self.clock.calendar.day_of
        expected = replace(
            before,
            contacts=after.contacts,
            last_active_at=after.last_active_at,
            drafts=after.drafts,
            handled_events=after.handled_events,
            undo=after.undo,
            zone_announced=after.zone_announced,
        )
        return (
            before.version > 0 and expected == after and day_of(before.last_active_at) == day_of(after.last_active_at)
        )

    @derived
    def _statuses(self) -> dict[tuple[datetime, int], tuple[Contact, ContactStatus]]:
        return {}
