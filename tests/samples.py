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
    Answer,
    Attempt,
    Book,
    Channel,
    Entry,
    Happened,
    Home,
    Item,
    Kind,
    Outcome,
    Outreach,
    Plan,
    Policy,
    Reply,
    Sent,
    Settled,
    Slot,
    Turn,
    Who,
)
from bot.rules.schedule import ASKING, COUNTED, days_of, due_now, next_wake

ADA = Address("console", "ada")
BERLIN = Home("Europe/Berlin", "DE")


def local(text: str, zone: str = BERLIN.zone) -> datetime:
    """The instant (UTC) of a local time; a day alone means noon."""
    moment = datetime.fromisoformat(text if " " in text else f"{text} 12:00")
    return moment.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _id(at: datetime) -> str:
    return f"{at:%y%m%d-%H%M}"


def wrote(at: datetime, channel: Channel = Channel.EMAIL, **more: Any) -> Attempt:
    return Attempt(**{"id": f"attempt-{channel}-{_id(at)}", "at": at, "channel": channel, **more})


def called(at: datetime, **more: Any) -> Attempt:
    return wrote(at, Channel.VOICEMAIL, **more)


def answered(at: datetime, answer: Answer = Answer.ANSWER) -> Reply:
    return Reply(id=f"reply-{_id(at)}", at=at, answer=answer)


def turn(at: datetime, who: Who, by: date | None = None) -> Turn:
    return Turn(id=f"turn-{_id(at)}", at=at, who=who, by=by)


def planned(at: datetime, start: datetime, minutes: int = 30) -> Plan:
    return Plan(id=f"plan-{_id(start)}", at=at, start=start, minutes=minutes)


def went(plan: Plan, happened: Happened, at: datetime | None = None) -> Outcome:
    """How a call went; one that did not happen is noted at the planned time."""
    return Outcome(id=f"{happened}-{_id(plan.start)}", at=at or plan.start, plan=plan.id, happened=happened)


def declined(at: datetime, slot: Slot) -> Settled:
    return Settled(id=f"declined-{slot}-{_id(at)}", at=at, slot=slot)


def contact(name: str, *entries: Entry, **more: Any) -> Outreach:
    first = min((entry.at for entry in entries), default=local("2026-01-01"))
    last = max((entry.at for entry in entries), default=first)
    return Outreach(**{"id": name.lower(), "name": name, "added": first, "changed": last, "entries": entries, **more})


def book(*contacts: Outreach, **more: Any) -> Book:
    opened = min((one.added for one in contacts), default=local("2026-01-01"))
    return Book(**{"owner": ADA, "created": opened, "active_at": opened, "contacts": contacts, **more})


def logged(before: Book, name: str, *entries: Entry, at: datetime) -> Book:
    """The book after the member's command at this moment."""
    changed = tuple(
        replace(one, entries=(*one.entries, *entries), changed=at) if one.name == name else one
        for one in before.contacts
    )
    return spoken(replace(before, contacts=changed), at)


def spoken(before: Book, at: datetime) -> Book:
    """The book after any command: nothing sent before it is ignored any more, and the bot is not quiet."""
    sent = tuple(replace(one, answered=True) for one in before.sent)
    return replace(before, sent=sent, active_at=at, quiet_since=None)


@dataclass(frozen=True)
class Message:
    """What went out, and the book from which it was derived."""

    at: datetime
    items: tuple[Item, ...]
    book: Book

    @property
    def kinds(self) -> tuple[Kind, ...]:
        return tuple(item.kind for item in self.items)


Act = tuple[datetime, Callable[[Book], Book]]


def sweep(before: Book, now: datetime, home: Home = BERLIN, policy: Policy = POLICY) -> tuple[Book, Message | None]:
    """What may go at `now` as one message, and the book that remembers it."""
    items = tuple(due.item for due in due_now(before, now, home, policy))
    if not items:
        return before, None
    kinds = {item.kind for item in items}
    contacts = tuple(
        replace(one, told=(*one.told, *(item.key for item in items if item.contact == one.id)))
        for one in before.contacts
    )
    after = replace(
        before,
        contacts=contacts,
        sent=(*before.sent, Sent(at=now, asks=bool(kinds & ASKING), counts=bool(kinds & COUNTED))),
        basket_day=days_of(before, home, policy).calendar.day(now) if Kind.BASKET in kinds else before.basket_day,
        quiet_since=now if Kind.GONE_QUIET in kinds else before.quiet_since,
    )
    return after, Message(now, items, before)


def live(
    start: Book,
    since: datetime,
    until: datetime,
    home: Home = BERLIN,
    policy: Policy = POLICY,
    *,
    acts: Iterable[Act] = (),
    extra: Iterable[datetime] = (),
) -> tuple[Book, list[Message]]:
    """Lead a book through time, waking when it asks for it, at each act of the member, and at `extra` moments."""
    now, state, sent = since, start, list[Message]()
    todo, moments = sorted(acts, key=lambda act: act[0]), sorted(extra)
    while now <= until:
        while todo and todo[0][0] <= now:
            state = todo.pop(0)[1](state)
        state, message = sweep(state, now, home, policy)
        if message:
            sent.append(message)
        wake = next_wake(state, now, home, policy)
        assert wake is None or wake > now, "after a sweep nothing is due any more"
        moments = [moment for moment in moments if moment > now]
        coming = [*([wake] if wake else []), *(at for at, _ in todo[:1]), *moments[:1]]
        if not coming:
            break
        now = min(coming)
    return state, sent
