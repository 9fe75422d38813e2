"""After a backup was restored: find out which reminders were sent between the backup and the restore.

The restored books do not record these reminders, but the platform has them. Each book is replayed through that time:
every envelope that would have been sent is looked up on the platform. If it is found, it counts as sent at that
moment; if not, the replay parks it and continues with the next. An envelope's id is derived from its items, so the
same reminder has the same id before and after the restore. A message that combined other items at that time, for
example because of a command that was lost with the restore, has another id and is not found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.delivery.book_outcomes import park_envelope
from bot.delivery.outbox import build_envelope, parked_envelopes
from bot.domain.model import Book, DeliveryState, Envelope, HostDefaults
from bot.domain.ports import KeyValueStore
from bot.rules.moment import BookMoment

RESTORE_GAP_KEY = "restored"  # its value: two moments in ISO 8601, UTC, separated by a blank
MAX_REPLAYED_WAKES = 20  # moments replayed of one book; one that wakes more often is then swept as usual
REPLAY_STEP = timedelta(minutes=1)
RESTORE_GAP_LIFETIME = timedelta(days=30)  # after which no book can still hold what was due before the restore


@dataclass(frozen=True, slots=True)
class RestoreGap:
    """The time for which the restored records know nothing of what was sent."""

    #: When the backup was made (UTC).
    since: datetime
    #: When it was restored (UTC).
    until: datetime


async def load_restore_gap(values: KeyValueStore) -> RestoreGap | None:
    """The gap that the host's command `restore` saved; None if there was no restore. Raises `StoreUnavailable`."""
    return parse_restore_gap(await values.load_value(RESTORE_GAP_KEY))


def parse_restore_gap(value: str) -> RestoreGap | None:
    """The gap in a stored value; None if the value is empty or damaged."""
    try:
        since, until = (datetime.fromisoformat(text).astimezone(UTC) for text in value.split())
    except ValueError:
        return None
    return RestoreGap(since, until)


def replay_restore_gap(book: Book, gap: RestoreGap, now: datetime, defaults: HostDefaults) -> Iterator[Envelope]:
    """The envelopes that would have been sent during the gap, the earliest first.

    Each is created at its own moment, as if none of the earlier ones had been sent. Yields nothing once the gap is
    older than `RESTORE_GAP_LIFETIME`.
    """
    if is_restore_gap_over(gap, now):
        return
    book, moment = replace(book, envelopes=parked_envelopes(book)), gap.since
    for _ in range(MAX_REPLAYED_WAKES):
        wake = BookMoment(book, moment, defaults).next_wake
        if wake is None or wake >= gap.until:
            return
        if due := BookMoment(book, wake, defaults).due:
            envelope = build_envelope(book, due, wake)
            yield envelope
            book = park_envelope(book, envelope, wake, defaults)
        moment = max(wake, moment + REPLAY_STEP)


def with_restore_doubt(envelope: Envelope, gap: RestoreGap | None) -> Envelope:
    """An envelope of the backup, marked as possibly sent if it could have been sent during the gap."""
    if gap is None or envelope.state is not DeliveryState.WAITING or envelope.retry_at >= gap.until:
        return envelope
    return mark_possibly_sent(envelope, gap)


def mark_possibly_sent(envelope: Envelope, gap: RestoreGap) -> Envelope:
    """The envelope as if one try with unknown outcome was made since the backup, so that it is looked up first."""
    return replace(
        envelope, state=DeliveryState.SENDING, first_tried_at=gap.since, possible_copies=envelope.possible_copies + 1
    )


def is_restore_gap_over(gap: RestoreGap, now: datetime) -> bool:
    return now > gap.until + RESTORE_GAP_LIFETIME
