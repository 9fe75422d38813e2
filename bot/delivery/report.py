"""What a host may know of reminders on their way: how many and how old, and which were given up. No names, no words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any

from bot.domain.model import Book, DeliveryState, Envelope, HostDefaults, ReminderKind
from bot.rules.schedule import due_reminders

MAX_IN_HAND_TIME = timedelta(minutes=1)  # longer than two calls to a platform with a turn between them
NOT_RETRIED_KINDS = frozenset(
    (ReminderKind.BASKET, ReminderKind.GOING_QUIET)
)  # what parking takes as said; see `envelopes.parked`


@dataclass(frozen=True, slots=True)
class ParkedReminder:
    """A reminder that was given up: `id` names it to the host, `member` is a mark by which one member's are told."""

    id: str
    platform: str
    member: str
    kinds: tuple[str, ...]
    since: datetime
    tries: int
    over: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformDeliveries:
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
class DeliveryReport:
    platforms: Mapping[str, PlatformDeliveries] = field(default_factory=dict)
    parked: tuple[ParkedReminder, ...] = ()
    ids_under_way: frozenset[str] = frozenset()  # ids of those on their way


def build_delivery_report(books: Iterable[Book], now: datetime, defaults: HostDefaults) -> DeliveryReport:
    """The state of all deliveries, by platform."""
    states: dict[str, PlatformDeliveries] = {}
    parked: list[ParkedReminder] = []
    moving: set[str] = set()
    for book in books:
        platform = book.owner.platform
        states[platform] = _with_deliveries_of(states.get(platform, PlatformDeliveries()), book, now, defaults)
        parked += [
            _to_parked_reminder(book, envelope) for envelope in book.envelopes if envelope.state is DeliveryState.PARKED
        ]
        moving |= {envelope.id for envelope in book.envelopes if envelope.state is not DeliveryState.PARKED}
    return DeliveryReport(states, tuple(sorted(parked, key=lambda one: one.since)), frozenset(moving))


def with_parked_retried(book: Book, now: datetime, wanted: Callable[[str], bool]) -> Book:
    """The book with the first of its parked envelopes of wanted ids on its way again.

    One that is on its way already goes first, and the others wait: a book sends one at a time.
    """
    parked = [
        envelope
        for envelope in book.envelopes
        if envelope.state is DeliveryState.PARKED and wanted(envelope.id) and can_be_retried(envelope)
    ]
    if not parked or any(envelope.state is not DeliveryState.PARKED for envelope in book.envelopes):
        return book
    fresh = _reset_for_retry(parked[0], now)
    return replace(book, envelopes=tuple(fresh if envelope is parked[0] else envelope for envelope in book.envelopes))


def delivery_report_to_json(report: DeliveryReport) -> dict[str, object]:
    """As JSON can hold it: for programs, and for the way from a running bot to its host. Times in ISO 8601, UTC."""
    return {
        "platforms": {name: _with_iso_time(asdict(one), "oldest") for name, one in report.platforms.items()},
        "parked": [_with_iso_time(asdict(one), "since") for one in report.parked],
    }


def _with_iso_time(row: dict[str, Any], key: str) -> dict[str, Any]:
    at: datetime | None = row[key]
    return {**row, key: at.isoformat() if at else None}


def retry_result_to_json(report: DeliveryReport, wanted_id: str, retried_count: int) -> dict[str, object]:
    """What a retry came to, as JSON can hold it. `found`: how things stand after it; `left`: what can be retried yet.

    `why` none was sent on its way: "none" was given up, "unknown", "moving" already, "over", or it "waits" its turn.
    """
    left = sum(not one.over for one in report.parked)
    return {"again": retried_count, "left": left, "why": "" if retried_count else _why_none_retried(report, wanted_id)}


def _why_none_retried(report: DeliveryReport, wanted_id: str) -> str:
    rows = [one for one in report.parked if not wanted_id or one.id == wanted_id]
    if rows:
        return "over" if all(row.over for row in rows) else "waits"
    if not wanted_id:
        return "none"
    return "moving" if wanted_id in report.ids_under_way else "unknown"


def _with_deliveries_of(
    deliveries: PlatformDeliveries, book: Book, now: datetime, defaults: HostDefaults
) -> PlatformDeliveries:
    count = Counter[str]("in hand" if is_in_hand(envelope, now) else envelope.state for envelope in book.envelopes)
    moving = [envelope for envelope in book.envelopes if envelope.state is not DeliveryState.PARKED]
    due = [] if moving else due_reminders(book, now, defaults)
    ages = [deliveries.oldest, *(one.created_at for one in moving), *(one.due_at for one in due)]
    return replace(
        deliveries,
        due=deliveries.due + len(due),
        waiting=deliveries.waiting + count[DeliveryState.WAITING],
        sending=deliveries.sending + count["in hand"],
        uncertain=deliveries.uncertain + count[DeliveryState.SENDING],
        parked=deliveries.parked + count[DeliveryState.PARKED],
        unreachable=deliveries.unreachable + bool(book.unreachable_reason),
        oldest=min(filter(None, ages), default=None),
    )


def is_in_hand(envelope: Envelope, now: datetime) -> bool:
    """Whether the answer to its last try may still come."""
    tried_at = envelope.last_tried_at or envelope.created_at
    return envelope.state is DeliveryState.SENDING and timedelta() <= now - tried_at < MAX_IN_HAND_TIME


def can_be_retried(envelope: Envelope) -> bool:
    """Whether it can still be said. The week of a basket goes on without it, and a goodbye is said once."""
    return not all(item.kind in NOT_RETRIED_KINDS for item in envelope.items)


def _to_parked_reminder(book: Book, envelope: Envelope) -> ParkedReminder:
    kinds = tuple(dict.fromkeys(str(item.kind) for item in envelope.items))
    tries = max(envelope.tries, envelope.deferrals)
    return ParkedReminder(
        envelope.id,
        book.owner.platform,
        anonymous_member_mark(book),
        kinds,
        envelope.created_at,
        tries,
        over=not can_be_retried(envelope),
    )


def anonymous_member_mark(book: Book) -> str:
    """The same for the same member, and nothing to find anybody by: only the host's store knows when a book began."""
    owner = book.owner
    told = "\0".join((owner.platform, owner.team, owner.user, book.created_at.isoformat()))
    return blake2b(told.encode(errors="surrogatepass"), digest_size=4).hexdigest()


def _reset_for_retry(envelope: Envelope, now: datetime) -> Envelope:
    """Tried anew with what can still be said, and looked for first where an earlier try may have arrived."""
    items = tuple(item for item in envelope.items if item.kind not in NOT_RETRIED_KINDS)
    sent_before = envelope.first_tried_at is not None
    state = DeliveryState.SENDING if sent_before else DeliveryState.WAITING
    return replace(
        envelope, items=items, state=state, tries=0, possible_copies=0, deferrals=0, created_at=now, retry_at=now
    )
