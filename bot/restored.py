"""After a backup was put back: what was sent since it was made, the books do not know, and the platform does.

A book is led through the time in between once more: what would have been sent first is looked for, and when it is found
it counts as sent at that moment; then what would have come next. The id of an envelope says what it is about, so that
the same reminder has the same mark in both lives.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.agenda import due_now, next_wake
from bot.envelopes import made
from bot.model import Book, Envelope, Home, Posted
from bot.ports import Memos

KEY = "restored"  # the memo: two moments in ISO 8601, UTC, with a blank between
MOST = 100  # moments looked at; a book that wakes for nothing so often is left to the ordinary way
STEP = timedelta(minutes=1)


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


def first_due(book: Book, between: Restored, home: Home) -> Envelope | None:
    """What would have been sent first, made at that moment; None when nothing would."""
    moment = between.since
    for _ in range(MOST):
        wake = next_wake(book, moment, home)
        if wake is None or wake >= between.until:
            return None
        if due := due_now(book, wake, home):
            return made(book, due, wake)
        moment = max(wake, moment + STEP)
    return None


def doubted(envelope: Envelope, between: Restored | None) -> Envelope:
    """One of the backup that was not sent yet may have been sent since: it is to be looked for."""
    if between is None or envelope.state is not Posted.WAITING or envelope.retry_at >= between.until:
        return envelope
    return replace(envelope, state=Posted.SENDING, first_tried_at=between.since)
