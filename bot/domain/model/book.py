"""A member's book: everything that belongs to one member, in one record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from bot.domain.model.club import Season
from bot.domain.model.club_notes import ClubNote
from bot.domain.model.delivery import Envelope, SentReminder
from bot.domain.model.people import Address, ClubKey, Profile
from bot.domain.model.policy import Settings
from bot.domain.model.timeline import Contact

END_OF_TIME = datetime.max.replace(tzinfo=UTC)  # as `Book.paused_until`: until further notice
MAX_QUICK_CONTACTS = 500
MAX_QUICK_ENTRIES = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A command that was typed and has not run yet. It expires after `MAX_DRAFT_AGE`."""

    id: str
    #: UTC.
    created_at: datetime
    #: The command's name in the command table.
    command: str
    #: Pairs of an argument's name and the text typed for it.
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """What the member's last change replaced, so that it can be reverted once."""

    #: The name of the command that made the change.
    command: str
    #: Carried by the [Undo] button: it reverts this change and no later one.
    id: str = ""
    #: The changed contacts, as they were before.
    replaced_contacts: tuple[Contact, ...] = ()
    #: The ids of contacts that the change added.
    added_ids: tuple[str, ...] = ()
    #: The settings before the change. None: leave them as they are.
    settings: Settings | None = None
    #: `Book.paused_until` before the change.
    paused_until: datetime | None = None
    #: `Book.landed_at` before the change.
    landed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """The member belongs to a club. This record decides; `Club.members` is only a list of whom to look up."""

    club: ClubKey
    #: UTC. Nothing that the member did earlier is counted for the club.
    joined_at: datetime
    #: When the member last asked the facilitator for a talk (UTC). None: never.
    talk_requested_at: datetime | None = None
    #: A copy of the club's busy days, which lengthen waits.
    seasons: tuple[Season, ...] = ()


@dataclass(frozen=True, slots=True)
class ClubUpdate:
    """A change of membership that is saved in the book and not applied to the club yet."""

    club: ClubKey
    #: True: add the member to the club. False: remove the member with all of their data.
    joins: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """All data of one member, saved whole or not at all. No book refers to another member's contacts."""

    #: The member. One book each.
    owner: Address
    #: UTC. A book created anew after an erasure differs by it.
    created_at: datetime
    #: The member's last command or button press (UTC). Up to a day earlier, if what followed changed nothing.
    last_active_at: datetime
    #: Incremented by each save, for optimistic locking. 0: never saved.
    version: int = 0
    profile: Profile = Profile()
    settings: Settings = Settings()
    contacts: tuple[Contact, ...] = ()
    drafts: tuple[Draft, ...] = ()
    #: The outbox: parked envelopes, and at most one that is being delivered.
    envelopes: tuple[Envelope, ...] = ()
    #: The reminders of the last 60 days, the oldest first, for the budget and the detection of silence.
    sent_reminders: tuple[SentReminder, ...] = ()
    #: Ids and times (UTC) of inbound events of the last 24 hours, the latest 500 at most: a repeated one has no effect.
    handled_events: tuple[tuple[str, datetime], ...] = ()
    #: The clubs that the member joined.
    memberships: tuple[Membership, ...] = ()
    #: Notes of clubs that are still to be sent.
    club_notes: tuple[ClubNote, ...] = ()
    #: Ids of the last 200 notes received from clubs, so that a repeated one is ignored.
    received_note_ids: tuple[str, ...] = ()
    #: Changes of membership that are still to be applied to clubs. Not empty: the book is due at once.
    pending_club_updates: tuple[ClubUpdate, ...] = ()
    #: Clubs that may hold data of this member, so that erasure can find it.
    clubs_with_my_data: tuple[ClubKey, ...] = ()
    #: When the member posted in a club in the last 24 hours (UTC), for the daily limit.
    post_times: tuple[datetime, ...] = ()
    #: None: there is nothing to undo.
    undo: Undo | None = None
    #: No reminders before this moment (UTC). The maximum of `datetime`: until further notice. None: not paused.
    paused_until: datetime | None = None
    #: When reminders stopped because none was answered (UTC). None: they have not stopped.
    quiet_since: datetime | None = None
    #: When reminders last resumed, or their settings last changed (UTC). What was due before waits for the next
    #: reminder hour. None: never.
    reminders_resumed_at: datetime | None = None
    #: When the member reported a new job (UTC): reminders have stopped since. None: still searching.
    landed_at: datetime | None = None
    #: The local day of the last weekly overview. None: there was none yet.
    last_basket_day: date | None = None
    #: The reason for which the platform refused direct messages to the member. Empty: they can be reached.
    unreachable_reason: str = ""
    #: The platform's id of the direct-message conversation. Empty: not known.
    conversation_id: str = ""
    #: True once the member was informed which zone is assumed for them.
    zone_announced: bool = False
    #: Earliest moment (UTC) at which a sweep may find something to send. None: never.
    wake_at: datetime | None = None

    @property
    def key(self) -> Address:
        """What the store keeps the book under."""
        return self.owner

    @property
    def is_large(self) -> bool:
        """Whether deriving all that follows from the book can take longer than 20 ms.

        On a slow machine it takes 25 µs for each contact and 2 µs for each entry.
        """
        entry_count = sum(len(contact.entries) for contact in self.contacts)
        return len(self.contacts) > MAX_QUICK_CONTACTS or entry_count > MAX_QUICK_ENTRIES

    def membership_in(self, club: ClubKey) -> Membership | None:
        return next((membership for membership in self.memberships if membership.club == club), None)

    def find_contact(self, key: str) -> Contact | None:
        """The contact with this id, or None. Ids of another member's contacts are never found."""
        return next((contact for contact in self.contacts if contact.id == key), None)
