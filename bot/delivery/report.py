"""The state of deliveries for the operator: how many, how old, why, and which were given up. No names, no contents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any

from bot.club.schedule import is_post_current
from bot.delivery.outbox import envelopes_in_delivery, parked_envelopes
from bot.domain.model import Book, Club, DeliveryState, Envelope, HostDefaults, ReminderKind
from bot.rules.moment import BookMoment

MAX_IN_HAND_TIME = timedelta(minutes=1)  # longer than two calls to a platform with a turn between them
# Parking counts the first two as sent (see `book_outcomes`): a missed week or goodbye has no use later. About a post,
# its author or the facilitator is asked, and decides.
NOT_RETRIED_KINDS = frozenset((ReminderKind.BASKET, ReminderKind.GOING_QUIET, ReminderKind.CHANNEL_POST))


@dataclass(frozen=True, slots=True)
class ParkedDelivery:
    """A reminder or a post that was given up."""

    #: The envelope's id.
    id: str
    platform: str
    #: See `anonymous_mark`. Empty: it is a post of a club.
    member: str
    #: The same for a club. Empty: it is a reminder of a member.
    club: str
    #: Values of `ReminderKind`.
    kinds: tuple[str, ...]
    #: When the envelope was created (UTC).
    since: datetime
    tries: int
    #: Why the last try did not succeed, as a code. Empty: not known.
    reason: str
    #: True: it cannot be retried; see `can_be_retried`.
    over: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformDeliveries:
    """Counts for one platform, of reminders to members and of posts in the channels of clubs."""

    #: What may be sent now and has no envelope yet.
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
    #: Clubs whose channel takes no posts.
    refused_channels: int = 0
    #: When the oldest of the above, except parked ones, was created or became due (UTC). None: there are none.
    oldest: datetime | None = None
    #: How often each reason stands with one of the above.
    reasons: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """The deliveries of all members and clubs."""

    #: By the platform's name.
    platforms: Mapping[str, PlatformDeliveries] = field(default_factory=dict)
    #: The oldest first.
    parked: tuple[ParkedDelivery, ...] = ()
    #: Ids of the envelopes that are in delivery.
    ids_under_way: frozenset[str] = frozenset()


def build_delivery_report(records: Sequence[Book | Club], now: datetime, defaults: HostDefaults) -> DeliveryReport:
    names = sorted({record.key.platform for record in records})
    parked = [_to_parked_delivery(record, envelope) for record in records for envelope in parked_envelopes(record)]
    return DeliveryReport(
        {
            name: _platform_deliveries([one for one in records if one.key.platform == name], now, defaults)
            for name in names
        },
        tuple(sorted(parked, key=lambda one: one.since)),
        frozenset(envelope.id for record in records for envelope in envelopes_in_delivery(record)),
    )


def with_parked_retried(book: Book, now: datetime, wanted: Callable[[str], bool]) -> Book:
    """The book with one parked envelope in delivery again: the first whose id is wanted and that can be retried.

    Unchanged if another envelope is in delivery, because a book sends one at a time.
    """
    parked = [envelope for envelope in parked_envelopes(book) if wanted(envelope.id) and can_be_retried(envelope)]
    if not parked or envelopes_in_delivery(book):
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
    retried: "none" (nothing is parked), "unknown" (no such id), "moving" (already in delivery), "asked" (a post of a
    club), "over" (cannot be retried) or "waits" (another envelope of the book goes first).
    """
    left = sum(not one.over for one in report.parked)
    return {"again": retried_count, "left": left, "why": "" if retried_count else _why_none_retried(report, wanted_id)}


def _why_none_retried(report: DeliveryReport, wanted_id: str) -> str:
    candidates = [parked for parked in report.parked if not wanted_id or parked.id == wanted_id]
    if candidates and all(parked.club for parked in candidates):
        return "asked"
    if candidates:
        return "over" if all(parked.over for parked in candidates) else "waits"
    if not wanted_id:
        return "none"
    return "moving" if wanted_id in report.ids_under_way else "unknown"


def _platform_deliveries(records: Sequence[Book | Club], now: datetime, defaults: HostDefaults) -> PlatformDeliveries:
    envelopes = [envelope for record in records for envelope in record.envelopes]
    settled = [envelope for envelope in envelopes if not is_in_hand(envelope, now)]
    count = Counter(envelope.state for envelope in settled)
    due = [at for record in records if not envelopes_in_delivery(record) for at in _due_times(record, now, defaults)]
    begun = [envelope.created_at for record in records for envelope in envelopes_in_delivery(record)]
    unreachable = [record.unreachable_reason for record in records if isinstance(record, Book)]
    refused = [
        record.channel_refusal_code or record.channel_refusal
        for record in records
        if isinstance(record, Club) and record.channel_refusal
    ]
    return PlatformDeliveries(
        due=len(due),
        waiting=count[DeliveryState.WAITING],
        sending=len(envelopes) - len(settled),
        uncertain=count[DeliveryState.SENDING],
        parked=count[DeliveryState.PARKED],
        unreachable=sum(map(bool, unreachable)),
        refused_channels=len(refused),
        oldest=min([*due, *begun], default=None),
        reasons=dict(Counter(filter(None, [*unreachable, *refused, *(envelope.reason for envelope in settled)]))),
    )


def _due_times(record: Book | Club, now: datetime, defaults: HostDefaults) -> list[datetime]:
    """Since when each message that may be sent now is due (UTC)."""
    if isinstance(record, Book):
        return [reminder.due_at for reminder in BookMoment(record, now, defaults).due]
    posts = () if record.channel_refusal else record.posts
    return [post.requested_at for post in posts if is_post_current(record, post, now)]


def is_in_hand(envelope: Envelope, now: datetime) -> bool:
    """Whether the outcome of the last try may still arrive."""
    tried_at = envelope.last_tried_at or envelope.created_at
    return envelope.state is DeliveryState.SENDING and timedelta() <= now - tried_at < MAX_IN_HAND_TIME


def can_be_retried(envelope: Envelope) -> bool:
    """Whether the host may retry a parked envelope; see `NOT_RETRIED_KINDS`."""
    return not all(item.kind in NOT_RETRIED_KINDS for item in envelope.items)


def _to_parked_delivery(record: Book | Club, envelope: Envelope) -> ParkedDelivery:
    return ParkedDelivery(
        id=envelope.id,
        platform=record.key.platform,
        member=anonymous_mark(record) if isinstance(record, Book) else "",
        club=anonymous_mark(record) if isinstance(record, Club) else "",
        kinds=tuple(dict.fromkeys(str(item.kind) for item in envelope.items)),
        since=envelope.created_at,
        tries=max(envelope.tries, envelope.deferrals),
        reason=envelope.reason,
        over=not can_be_retried(envelope),
    )


def anonymous_mark(record: Book | Club) -> str:
    """A hash that groups what belongs to one member or club without identifying them.

    It cannot be guessed from the address, because the creation time of the record goes into it.
    """
    user = record.owner.user if isinstance(record, Book) else ""
    source = "\0".join((record.key.platform, record.key.team, user, record.created_at.isoformat()))
    return blake2b(source.encode(errors="surrogatepass"), digest_size=4).hexdigest()


def _reset_for_retry(envelope: Envelope, now: datetime) -> Envelope:
    """The envelope with fresh counters and the items that still have a use. SENDING if an earlier try may have arrived,
    so that it is looked up first."""
    items = tuple(item for item in envelope.items if item.kind not in NOT_RETRIED_KINDS)
    was_tried = envelope.first_tried_at is not None
    state = DeliveryState.SENDING if was_tried else DeliveryState.WAITING
    return replace(
        envelope,
        items=items,
        state=state,
        tries=0,
        possible_copies=0,
        deferrals=0,
        created_at=now,
        retry_at=now,
        reason="",
    )
