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

from bot.delivery.outbox import made, parked, parked_ones
from bot.domain.model import Book, Envelope, Home, Posted
from bot.domain.ports import Memos
from bot.rules.schedule import due_now, next_wake

KEY = "restored"  # the memo: two moments in ISO 8601, UTC, with a blank between
MOST = 20  # moments looked at; a book that wakes for nothing so often is left to the ordinary way
STEP = timedelta(minutes=1)
OVER = timedelta(days=30)  # after which no book can still hold what was due before the restore


@dataclass(frozen=True, slots=True)
class Restored:
    """`since`: when the backup was made; `until`: when it was put back. Both UTC."""

    since: datetime
    until: datetime


async def restored(memos: Memos) -> Restored | None:
    """What the host's `restore` left to know; None when there was none. Raises `StoreUnavailable`."""
    return read(await memos.memo(KEY))


def read(memo: str) -> Restored | None:
    try:
        since, until = (datetime.fromisoformat(one).astimezone(UTC) for one in memo.split())
    except ValueError:
        return None
    return Restored(since, until)


def retold(book: Book, between: Restored, now: datetime, home: Home) -> Iterator[Envelope]:
    """What would have been sent in between, each made at its moment, as if none of those before had been sent."""
    if is_over(between, now):
        return
    book, moment = replace(book, envelopes=parked_ones(book)), between.since
    for _ in range(MOST):
        wake = next_wake(book, moment, home)
        if wake is None or wake >= between.until:
            return
        if due := due_now(book, wake, home):
            envelope = made(book, due, wake)
            yield envelope
            book = parked(book, envelope, wake, home)
        moment = max(wake, moment + STEP)


def doubted(envelope: Envelope, between: Restored | None) -> Envelope:
    """One of the backup that was not sent yet may have been sent since: it is to be looked for."""
    if between is None or envelope.state is not Posted.WAITING or envelope.retry_at >= between.until:
        return envelope
    return in_doubt(envelope, between)


def in_doubt(envelope: Envelope, between: Restored) -> Envelope:
    """As one that was tried once since the backup was made, with nobody knowing how that ended."""
    return replace(envelope, state=Posted.SENDING, first_tried_at=between.since, copies=envelope.copies + 1)


def is_over(between: Restored, now: datetime) -> bool:
    return now > between.until + OVER
