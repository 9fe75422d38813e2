"""The state of deliveries for the operator: how many, how old, and which were given up. No names and no contents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any

from bot.domain.model import Book, DeliveryState, Envelope, HostDefaults, ReminderKind
from bot.rules.moment import BookMoment

MAX_IN_HAND_TIME = timedelta(minutes=1)  # longer than two calls to a platform with a turn between them
# Parking counts these as sent (see `book_outcomes.park_envelope`): a missed week or goodbye has no use later.
NOT_RETRIED_KINDS = frozenset((ReminderKind.BASKET, ReminderKind.GOING_QUIET))


@dataclass(frozen=True, slots=True)
class ParkedReminder:
    """A reminder that was given up."""

    #: The envelope's id.
    id: str
    platform: str
    #: See `anonymous_member_mark`.
    member: str
    #: Values of `ReminderKind`.
    kinds: tuple[str, ...]
    #: When the envelope was created (UTC).
    since: datetime
    tries: int
    #: True: it cannot be retried; see `can_be_retried`.
    over: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformDeliveries:
    """Counts for one platform."""

    #: Reminders that may be sent now and have no envelope yet.
    due: int = 0
    #: Envelopes that were certainly not sent and are retried.
    waiting: int = 0
    #: Envelopes sent less than `MAX_IN_HAND_TIME` ago, whose outcome is not known yet.
    sending: int = 0
    #: Envelopes that may have been sent, with an outcome that was lost.
    uncertain: int = 0
    #: Envelopes that were given up.
    parked: int = 0
    #: Members to whom the platform delivers no direct messages.
    unreachable: int = 0
    #: When the oldest of the above, except parked ones, was created or became due (UTC). None: there are none.
    oldest: datetime | None = None


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """The deliveries of all members, without those of clubs."""

    #: By the platform's name.
    platforms: Mapping[str, PlatformDeliveries] = field(default_factory=dict)
    #: The oldest first.
    parked: tuple[ParkedReminder, ...] = ()
    #: Ids of the envelopes that are in delivery.
    ids_under_way: frozenset[str] = frozenset()


def build_delivery_report(books: Iterable[Book], now: datetime, defaults: HostDefaults) -> DeliveryReport:
    states: dict[str, PlatformDeliveries] = {}
    parked: list[ParkedReminder] = []
    ids_under_way: set[str] = set()
    for book in books:
        platform = book.owner.platform
        states[platform] = _with_deliveries_of(states.get(platform, PlatformDeliveries()), book, now, defaults)
        parked += [
            _to_parked_reminder(book, envelope) for envelope in book.envelopes if envelope.state is DeliveryState.PARKED
        ]
        ids_under_way |= {envelope.id for envelope in book.envelopes if envelope.state is not DeliveryState.PARKED}
    return DeliveryReport(states, tuple(sorted(parked, key=lambda one: one.since)), frozenset(ids_under_way))


def with_parked_retried(book: Book, now: datetime, wanted: Callable[[str], bool]) -> Book:
    """The book with one parked envelope in delivery again: the first whose id is wanted and that can be retried.

    Unchanged if another envelope is in delivery, because a book sends one at a time.
    """
    parked = [
        envelope
        for envelope in book.envelopes
        if envelope.state is DeliveryState.PARKED and wanted(envelope.id) and can_be_retried(envelope)
    ]
    if not parked or any(envelope.state is not DeliveryState.PARKED for envelope in book.envelopes):
        return book
    retried = _reset_for_retry(parked[0], now)
    return replace(book, envelopes=tuple(retried if envelope is parked[0] else envelope for envelope in book.envelopes))


def delivery_report_to_json(report: DeliveryReport) -> dict[str, object]:
    """The report in JSON types, for scripts and for the host's socket. Times are ISO 8601 in UTC."""
    return {
        "platforms": {name: _with_iso_time(asdict(one), "oldest") for name, one in report.platforms.items()},
        "parked": [_with_iso_time(asdict(one), "since") for one in report.parked],
    }


def _with_iso_time(row: dict[str, Any], key: str) -> dict[str, Any]:
    at: datetime | None = row[key]
    return {**row, key: at.isoformat() if at else None}


def retry_result_to_json(report: DeliveryReport, wanted_id: str, retried_count: int) -> dict[str, object]:
    """The result of a retry in JSON types. `report` is the state after it, and `wanted_id` is empty for all.

    The keys: `again`, how many were retried; `left`, how many can still be retried; `why`, empty or why none was
    retried: "none" (nothing is parked), "unknown" (no such id), "moving" (already in delivery), "over" (cannot be
    retried) or "waits" (another envelope of the book goes first).
    """
    left = sum(not one.over for one in report.parked)
    return {"again": retried_count, "left": left, "why": "" if retried_count else _why_none_retried(report, wanted_id)}


def _why_none_retried(report: DeliveryReport, wanted_id: str) -> str:
    candidates = [parked for parked in report.parked if not wanted_id or parked.id == wanted_id]
    if candidates:
        return "over" if all(parked.over for parked in candidates) else "waits"
    if not wanted_id:
        return "none"
    return "moving" if wanted_id in report.ids_under_way else "unknown"


def _with_deliveries_of(
    deliveries: PlatformDeliveries, book: Book, now: datetime, defaults: HostDefaults
) -> PlatformDeliveries:
    count = Counter[str]("in hand" if is_in_hand(envelope, now) else envelope.state for envelope in book.envelopes)
    under_way = [envelope for envelope in book.envelopes if envelope.state is not DeliveryState.PARKED]
    due = [] if under_way else BookMoment(book, now, defaults).due
    times = [
        deliveries.oldest,
        *(envelope.created_at for envelope in under_way),
        *(reminder.due_at for reminder in due),
    ]
    return replace(
        deliveries,
        due=deliveries.due + len(due),
        waiting=deliveries.waiting + count[DeliveryState.WAITING],
        sending=deliveries.sending + count["in hand"],
        uncertain=deliveries.uncertain + count[DeliveryState.SENDING],
        parked=deliveries.parked + count[DeliveryState.PARKED],
        unreachable=deliveries.unreachable + bool(book.unreachable_reason),
        oldest=min(filter(None, times), default=None),
    )


def is_in_hand(envelope: Envelope, now: datetime) -> bool:
    """Whether the outcome of the last try may still arrive."""
    tried_at = envelope.last_tried_at or envelope.created_at
    return envelope.state is DeliveryState.SENDING and timedelta() <= now - tried_at < MAX_IN_HAND_TIME


def can_be_retried(envelope: Envelope) -> bool:
    """Whether a parked envelope still has a use. Weekly and goodbye messages are not retried: both become pointless."""
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
    """A hash that groups one member's reminders without identifying the member.

    It cannot be guessed from the member's address, because the creation time of the book goes into it.
    """
    owner = book.owner
    source = "\0".join((owner.platform, owner.team, owner.user, book.created_at.isoformat()))
    return blake2b(source.encode(errors="surrogatepass"), digest_size=4).hexdigest()


def _reset_for_retry(envelope: Envelope, now: datetime) -> Envelope:
    """The envelope with fresh counters and the items that still have a use. SENDING if an earlier try may have arrived,
    so that it is looked up first."""
    items = tuple(item for item in envelope.items if item.kind not in NOT_RETRIED_KINDS)
    was_tried = envelope.first_tried_at is not None
    state = DeliveryState.SENDING if was_tried else DeliveryState.WAITING
    return replace(
        envelope, items=items, state=state, tries=0, possible_copies=0, deferrals=0, created_at=now, retry_at=now
    )
