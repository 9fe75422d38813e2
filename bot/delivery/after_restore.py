"""After a backup was put back: what was sent since it was made, the books do not know, and the platform does.

A book is led through the time in between once more. What would have been sent is looked for, and when it is found it
counts as sent at that moment; when it is not, it is set aside and the next one is looked for. The id of an envelope
says what it is about, so that the same reminder has the same mark in both lives. What was folded together otherwise
then, as after an answer that was lost with the restore, cannot be found again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.delivery.outbox import build_envelope, park_envelope, parked_envelopes
from bot.domain.model import Book, DeliveryState, Envelope, HostDefaults
from bot.domain.ports import KeyValueStore
from bot.rules.schedule import due_reminders, next_book_wake

RESTORE_GAP_KEY = "restored"  # the memo: two moments in ISO 8601, UTC, with a blank between
MAX_REPLAYED_WAKES = 20  # moments looked at; a book that wakes for nothing so often is left to the ordinary way
REPLAY_STEP = timedelta(minutes=1)
RESTORE_GAP_LIFETIME = timedelta(days=30)  # after which no book can still hold what was due before the restore


@dataclass(frozen=True, slots=True)
class RestoreGap:
    """`since`: when the backup was made; `until`: when it was put back. Both UTC."""

    since: datetime
    until: datetime


async def load_restore_gap(memos: KeyValueStore) -> RestoreGap | None:
    """What the host's `restore` left to know; None when there was none. Raises `StoreUnavailable`."""
    return parse_restore_gap(await memos.load_value(RESTORE_GAP_KEY))


def parse_restore_gap(memo: str) -> RestoreGap | None:
    try:
        since, until = (datetime.fromisoformat(one).astimezone(UTC) for one in memo.split())
    except ValueError:
        return None
    return RestoreGap(since, until)


def replay_restore_gap(book: Book, gap: RestoreGap, now: datetime, defaults: HostDefaults) -> Iterator[Envelope]:
    """What would have been sent in between, each made at its moment, as if none of those before had been sent."""
    if is_restore_gap_over(gap, now):
        return
    book, moment = replace(book, envelopes=parked_envelopes(book)), gap.since
    for _ in range(MAX_REPLAYED_WAKES):
        wake = next_book_wake(book, moment, defaults)
        if wake is None or wake >= gap.until:
            return
        if due := due_reminders(book, wake, defaults):
            envelope = build_envelope(book, due, wake)
            yield envelope
            book = park_envelope(book, envelope, wake, defaults)
        moment = max(wake, moment + REPLAY_STEP)


def with_restore_doubt(envelope: Envelope, gap: RestoreGap | None) -> Envelope:
    """One of the backup that was not sent yet may have been sent since: it is to be looked for."""
    if gap is None or envelope.state is not DeliveryState.WAITING or envelope.retry_at >= gap.until:
        return envelope
    return mark_possibly_sent(envelope, gap)


def mark_possibly_sent(envelope: Envelope, gap: RestoreGap) -> Envelope:
    """As one that was tried once since the backup was made, with nobody knowing how that ended."""
    return replace(
        envelope, state=DeliveryState.SENDING, first_tried_at=gap.since, possible_copies=envelope.possible_copies + 1
    )


def is_restore_gap_over(gap: RestoreGap, now: datetime) -> bool:
    return now > gap.until + RESTORE_GAP_LIFETIME
