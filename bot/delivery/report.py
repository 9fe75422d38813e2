"""What a host may know of reminders on their way: how many and how old, and which were given up. No names, no words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any

from bot.domain.model import Book, Envelope, Home, Kind, Posted
from bot.rules.schedule import due_now

IN_HAND = timedelta(minutes=1)  # longer than two calls to a platform with a turn between them
PASSING = frozenset((Kind.BASKET, Kind.GONE_QUIET))  # what parking takes as said; see `envelopes.parked`


@dataclass(frozen=True, slots=True)
class Parked:
    """A reminder that was given up: `id` names it to the host, `member` is a mark by which one member's are told."""

    id: str
    platform: str
    member: str
    kinds: tuple[str, ...]
    since: datetime
    tries: int
    over: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """On one platform. `due`: may go out now; `waiting`: surely not sent, tried again; `sending`: handed over a moment
    ago, its answer is awaited; `uncertain`: may have been sent, its answer was lost.

    `oldest`: when the oldest of them was made, or became due (UTC). `unreachable`: members who cannot be written to.
    """

    due: int = 0
    waiting: int = 0
    sending: int = 0
    uncertain: int = 0
    parked: int = 0
    unreachable: int = 0
    oldest: datetime | None = None


@dataclass(frozen=True, slots=True)
class Report:
    states: Mapping[str, State] = field(default_factory=dict)
    parked: tuple[Parked, ...] = ()
    moving: frozenset[str] = frozenset()  # ids of those on their way


def report(books: Iterable[Book], now: datetime, home: Home) -> Report:
    """The state of all deliveries, by platform."""
    states: dict[str, State] = {}
    parked: list[Parked] = []
    moving: set[str] = set()
    for book in books:
        platform = book.owner.platform
        states[platform] = _with(states.get(platform, State()), book, now, home)
        parked += [_parked(book, one) for one in book.envelopes if one.state is Posted.PARKED]
        moving |= {one.id for one in book.envelopes if one.state is not Posted.PARKED}
    return Report(states, tuple(sorted(parked, key=lambda one: one.since)), frozenset(moving))


def retried(book: Book, now: datetime, wanted: Callable[[str], bool]) -> Book:
    """The book with the first of its parked envelopes of wanted ids on its way again.

    One that is on its way already goes first, and the others wait: a book sends one at a time.
    """
    parked = [one for one in book.envelopes if one.state is Posted.PARKED and wanted(one.id) and can_come_again(one)]
    if not parked or any(one.state is not Posted.PARKED for one in book.envelopes):
        return book
    fresh = _afresh(parked[0], now)
    return replace(book, envelopes=tuple(fresh if one is parked[0] else one for one in book.envelopes))


def plain(found: Report) -> dict[str, object]:
    """As JSON can hold it: for programs, and for the way from a running bot to its host. Times in ISO 8601, UTC."""
    return {
        "platforms": {name: _iso(asdict(one), "oldest") for name, one in found.states.items()},
        "parked": [_iso(asdict(one), "since") for one in found.parked],
    }


def _iso(row: dict[str, Any], name: str) -> dict[str, Any]:
    at: datetime | None = row[name]
    return {**row, name: at.isoformat() if at else None}


def after_retry(found: Report, wanted: str, again: int) -> dict[str, object]:
    """What a retry came to, as JSON can hold it. `found`: how things stand after it; `left`: what can be retried yet.

    `why` none was sent on its way: "none" was given up, "unknown", "moving" already, "over", or it "waits" its turn.
    """
    left = sum(not one.over for one in found.parked)
    return {"again": again, "left": left, "why": "" if again else _why_none(found, wanted)}


def _why_none(found: Report, wanted: str) -> str:
    rows = [one for one in found.parked if not wanted or one.id == wanted]
    if rows:
        return "over" if all(one.over for one in rows) else "waits"
    if not wanted:
        return "none"
    return "moving" if wanted in found.moving else "unknown"


def _with(state: State, book: Book, now: datetime, home: Home) -> State:
    count = Counter[str]("in hand" if in_hand(one, now) else one.state for one in book.envelopes)
    moving = [one for one in book.envelopes if one.state is not Posted.PARKED]
    due = [] if moving else due_now(book, now, home)
    ages = [state.oldest, *(one.made_at for one in moving), *(one.at for one in due)]
    return replace(
        state,
        due=state.due + len(due),
        waiting=state.waiting + count[Posted.WAITING],
        sending=state.sending + count["in hand"],
        uncertain=state.uncertain + count[Posted.SENDING],
        parked=state.parked + count[Posted.PARKED],
        unreachable=state.unreachable + bool(book.unreachable),
        oldest=min(filter(None, ages), default=None),
    )


def in_hand(one: Envelope, now: datetime) -> bool:
    """Whether the answer to its last try may still come."""
    tried_at = one.tried_at or one.made_at
    return one.state is Posted.SENDING and timedelta() <= now - tried_at < IN_HAND


def can_come_again(one: Envelope) -> bool:
    """Whether it can still be said. The week of a basket goes on without it, and a goodbye is said once."""
    return not all(item.kind in PASSING for item in one.items)


def _parked(book: Book, one: Envelope) -> Parked:
    kinds = tuple(dict.fromkeys(str(item.kind) for item in one.items))
    tries = max(one.attempts, one.waits)
    return Parked(one.id, book.owner.platform, mark(book), kinds, one.made_at, tries, over=not can_come_again(one))


def mark(book: Book) -> str:
    """The same for the same member, and nothing to find anybody by: only the host's store knows when a book began."""
    owner = book.owner
    told = "\0".join((owner.platform, owner.team, owner.user, book.created.isoformat()))
    return blake2b(told.encode(errors="surrogatepass"), digest_size=4).hexdigest()


def _afresh(one: Envelope, now: datetime) -> Envelope:
    """Tried anew with what can still be said, and looked for first where an earlier try may have arrived."""
    items = tuple(item for item in one.items if item.kind not in PASSING)
    sent_before = one.first_tried_at is not None
    state = Posted.SENDING if sent_before else Posted.WAITING
    return replace(one, items=items, state=state, attempts=0, copies=0, waits=0, made_at=now, retry_at=now)
