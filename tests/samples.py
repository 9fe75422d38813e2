"""Records for tests: short builders, and a life of a book as the sweep would lead it.

Moments are written as local times ("2026-10-20 15:00") of a zone, Berlin when none is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.model import (
    POLICY,
    Address,
    Attempt,
    Book,
    CallOutcome,
    CallResult,
    Channel,
    Contact,
    Entry,
    HostDefaults,
    NextMove,
    Party,
    Plan,
    Policy,
    ReminderItem,
    ReminderKind,
    ReplyKind,
    ReplyReceived,
    SentReminder,
    Slot,
    SlotDeclined,
)
from bot.rules.member_clock import member_clock
from bot.rules.moment import BookMoment
from bot.rules.reminders import ANSWER_EXPECTING_KINDS
from bot.rules.schedule import BUDGETED_KINDS

CONSOLE_ADA = Address("console", "ada")
BERLIN_HOME = HostDefaults("Europe/Berlin", "DE")


def local_instant(text: str, zone: str = BERLIN_HOME.zone) -> datetime:
    """The instant (UTC) of a local time; a day alone means noon."""
    moment = datetime.fromisoformat(text if " " in text else f"{text} 12:00")
    return moment.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _entry_id_suffix(at: datetime) -> str:
    return f"{at:%y%m%d-%H%M}"


def sent_attempt(at: datetime, channel: Channel = Channel.EMAIL, **more: Any) -> Attempt:
    return Attempt(**{"id": f"attempt-{channel}-{_entry_id_suffix(at)}", "at": at, "channel": channel, **more})


def voicemail_attempt(at: datetime, **more: Any) -> Attempt:
    return sent_attempt(at, Channel.VOICEMAIL, **more)


def reply_entry(at: datetime, answer: ReplyKind = ReplyKind.ANSWER) -> ReplyReceived:
    return ReplyReceived(id=f"reply-{_entry_id_suffix(at)}", at=at, reply_kind=answer)


def next_move_entry(at: datetime, who: Party, by: date | None = None) -> NextMove:
    return NextMove(id=f"turn-{_entry_id_suffix(at)}", at=at, party=who, promised_day=by)


def call_plan(at: datetime, start: datetime, minutes: int = 30) -> Plan:
    return Plan(id=f"plan-{_entry_id_suffix(start)}", at=at, starts_at=start, minutes=minutes)


def call_outcome_entry(plan: Plan, happened: CallResult, at: datetime | None = None) -> CallOutcome:
    """How a call went; one that did not happen is noted at the planned time."""
    return CallOutcome(
        id=f"{happened}-{_entry_id_suffix(plan.starts_at)}", at=at or plan.starts_at, plan_id=plan.id, result=happened
    )


def declined_slot(at: datetime, slot: Slot) -> SlotDeclined:
    return SlotDeclined(id=f"declined-{slot}-{_entry_id_suffix(at)}", at=at, slot=slot)


def sample_contact(name: str, *entries: Entry, **more: Any) -> Contact:
    first = min((entry.at for entry in entries), default=local_instant("2026-01-01"))
    last = max((entry.at for entry in entries), default=first)
    return Contact(
        **{"id": name.lower(), "name": name, "added_at": first, "changed_at": last, "entries": entries, **more}
    )


def sample_book(*contacts: Contact, **more: Any) -> Book:
    opened = min((one.added_at for one in contacts), default=local_instant("2026-01-01"))
    return Book(**{"owner": CONSOLE_ADA, "created_at": opened, "last_active_at": opened, "contacts": contacts, **more})


def with_logged_entries(before: Book, name: str, *entries: Entry, at: datetime) -> Book:
    """The book after the member's command at this moment."""
    changed = tuple(
        replace(contact, entries=(*contact.entries, *entries), changed_at=at) if contact.name == name else contact
        for contact in before.contacts
    )
    return with_member_activity(replace(before, contacts=changed), at)


def with_member_activity(before: Book, at: datetime) -> Book:
    """The book after any command: nothing sent before it is ignored any more, and the bot is not quiet."""
    sent = tuple(replace(reminder, was_answered=True) for reminder in before.sent_reminders)
    return replace(before, sent_reminders=sent, last_active_at=at, quiet_since=None)


@dataclass(frozen=True)
class SweepMessage:
    """What went out, and the book from which it was derived."""

    at: datetime
    items: tuple[ReminderItem, ...]
    book: Book

    @property
    def kinds(self) -> tuple[ReminderKind, ...]:
        return tuple(item.kind for item in self.items)


MemberAct = tuple[datetime, Callable[[Book], Book]]


def sweep_book(
    before: Book, now: datetime, home: HostDefaults = BERLIN_HOME, policy: Policy = POLICY
) -> tuple[Book, SweepMessage | None]:
    """What may go at `now` as one message, and the book that remembers it."""
    items = tuple(due.item for due in BookMoment(before, now, home, policy=policy).due)
    if not items:
        return before, None
    kinds = {item.kind for item in items}
    contacts = tuple(
        replace(
            contact,
            reminded_keys=(*contact.reminded_keys, *(item.key for item in items if item.contact_id == contact.id)),
        )
        for contact in before.contacts
    )
    after = replace(
        before,
        contacts=contacts,
        sent_reminders=(
            *before.sent_reminders,
            SentReminder(
                sent_at=now,
                expects_answer=bool(kinds & ANSWER_EXPECTING_KINDS),
                uses_budget=bool(kinds & BUDGETED_KINDS),
            ),
        ),
        last_basket_day=member_clock(before, home, policy).calendar.day_of(now)
        if ReminderKind.BASKET in kinds
        else before.last_basket_day,
        quiet_since=now if ReminderKind.GOING_QUIET in kinds else before.quiet_since,
    )
    return after, SweepMessage(now, items, before)


def live_book(
    start: Book,
    since: datetime,
    until: datetime,
    home: HostDefaults = BERLIN_HOME,
    policy: Policy = POLICY,
    *,
    acts: Iterable[MemberAct] = (),
    extra: Iterable[datetime] = (),
) -> tuple[Book, list[SweepMessage]]:
    """Lead a book through time, waking when it asks for it, at each act of the member, and at `extra` moments."""
    now, state, sent = since, start, list[SweepMessage]()
    todo, moments = sorted(acts, key=lambda act: act[0]), sorted(extra)
    while now <= until:
        while todo and todo[0][0] <= now:
            state = todo.pop(0)[1](state)
        state, message = sweep_book(state, now, home, policy)
        if message:
            sent.append(message)
        wake = BookMoment(state, now, home, policy=policy).next_wake
        assert wake is None or wake > now, "after a sweep nothing is due any more"
        moments = [moment for moment in moments if moment > now]
        coming = [*([wake] if wake else []), *(at for at, _ in todo[:1]), *moments[:1]]
        if not coming:
            break
        now = min(coming)
    return state, sent
