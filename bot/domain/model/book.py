"""A member's book: all that belongs to one member."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.model.club import Season
from bot.domain.model.delivery import ClubNoteKind, Envelope, SentReminder
from bot.domain.model.people import Address, ClubKey, Profile
from bot.domain.model.policy import Settings
from bot.domain.model.timeline import Contact


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Something typed and not yet done: the command with its values. Kept for 30 days, for its owner alone."""

    id: str
    created_at: datetime
    command: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """What the member's last change replaced. `added`: ids that did not exist before it. `label`: the command."""

    command: str
    id: str = ""
    replaced_contacts: tuple[Contact, ...] = ()
    added_ids: tuple[str, ...] = ()
    settings: Settings | None = None
    paused_until: datetime | None = None
    landed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """The member's own word that they are in a club: it alone counts, and without it nothing of theirs does.

    `seasons`: the club's busy days, which lengthen waits. `talked`: when they last asked the facilitator for a word.
    """

    club: ClubKey
    joined_at: datetime
    talk_requested_at: datetime | None = None
    seasons: tuple[Season, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClubNote:
    """A private word of the club that waits to be said. `id` is that of its `Letter`."""

    id: str
    club: ClubKey
    created_at: datetime
    kind: ClubNoteKind
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ClubUpdate:
    """What a club has yet to hear: that its member joined, or is gone with all that is theirs."""

    club: ClubKey
    joins: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """All that belongs to one member; the unit of every change. `version` 0 is a book never saved.

    `active_at`: the last command or press. `quiet_since`: since when nothing is sent because nobody answers.
    `resumed_at`: when reminders were last taken up again or their rules changed. `basket_day`: the local day of the
    last basket message. `wake_at`: nothing can be due before it. `unreachable`: why the platform refuses messages.
    `conversation`: the platform's own id of the direct messages with this member; empty when it is not known.
    `clubs`: those that the member joined; `notes`: what clubs have to say to them; `heard`: ids of the letters that
    came of late, so that none is said twice; `errands`: what clubs have yet to hear;
    `known_to`: clubs that may hold a word of theirs; `posted`: when they last had something posted, for a day.
    `handled`: ids of inbound events of the last 24 hours, so that a repeat has no second effect.
    """

    owner: Address
    created_at: datetime
    last_active_at: datetime
    version: int = 0
    profile: Profile = Profile()
    settings: Settings = Settings()
    contacts: tuple[Contact, ...] = ()
    drafts: tuple[Draft, ...] = ()
    envelopes: tuple[Envelope, ...] = ()
    sent_reminders: tuple[SentReminder, ...] = ()
    handled_events: tuple[tuple[str, datetime], ...] = ()
    memberships: tuple[Membership, ...] = ()
    club_notes: tuple[ClubNote, ...] = ()
    received_note_ids: tuple[str, ...] = ()
    pending_club_updates: tuple[ClubUpdate, ...] = ()
    clubs_with_my_data: tuple[ClubKey, ...] = ()
    post_times: tuple[datetime, ...] = ()
    undo: Undo | None = None
    paused_until: datetime | None = None
    quiet_since: datetime | None = None
    reminders_resumed_at: datetime | None = None
    landed_at: datetime | None = None
    last_basket_day: date | None = None
    unreachable_reason: str = ""
    conversation_id: str = ""
    zone_announced: bool = False
    wake_at: datetime | None = None

    def membership_in(self, club: ClubKey) -> Membership | None:
        return next((membership for membership in self.memberships if membership.club == club), None)

    def find_contact(self, key: str) -> Contact | None:
        """The contact with this id, or None: another member's ids are simply not here."""
        return next((contact for contact in self.contacts if contact.id == key), None)
