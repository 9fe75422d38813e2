"""After a backup was restored: find out which messages were sent between the backup and the restore.

The restored records do not know of these messages, but the platform has them. `prepare_book` and `prepare_club` are
called before a record is served, and mark what may have been sent, so that it is looked up first like any message with
a lost outcome. A book is also replayed through that time: every envelope that would have been sent is looked up on the
platform. If it is found, it counts as sent at that moment; if not, the replay parks it and continues with the next. An
envelope's id is derived from its items, so the same reminder has the same id before and after the restore. A message
that combined other items at that time, for example because of a command that was lost with the restore, has another id
and is not found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.club.schedule import find_envelope_post
from bot.delivery.book_outcomes import with_book_outcome
from bot.delivery.outbox import (
    Outcome,
    OutcomeKind,
    T,
    build_envelope,
    envelopes_in_delivery,
    failure_reason,
    parked_envelopes,
    with_envelope,
)
from bot.delivery.sender import EnvelopeSender
from bot.domain.errors import DeliveryUncertain, TryLater
from bot.domain.model import Book, Club, DeliveryState, Envelope, HostDefaults
from bot.domain.off_loop import run_off_loop
from bot.domain.ports import KeyValueStore
from bot.rules.moment import BookMoment

RESTORE_GAP_KEY = "restored"  # its value: two moments in ISO 8601, UTC, separated by a blank
MAX_REPLAYED_WAKES = 20  # moments replayed of one book; one that wakes more often is then swept as usual
REPLAY_STEP = timedelta(minutes=1)
RESTORE_GAP_LIFETIME = timedelta(days=30)  # after which no record can still hold what was due before the restore
LOOKUP_RETRY_DELAY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class RestoreGap:
    """The time for which the restored records know nothing of what was sent."""

    #: When the backup was made (UTC).
    since: datetime
    #: When it was restored (UTC).
    until: datetime


async def load_restore_gap(values: KeyValueStore, now: datetime) -> RestoreGap | None:
    """The gap that the host's command `restore` saved. None: there was no restore, or it is long ago.

    Raises `StoreUnavailable`.
    """
    gap = parse_restore_gap(await values.load_value(RESTORE_GAP_KEY))
    return gap if gap and now <= gap.until + RESTORE_GAP_LIFETIME else None


def parse_restore_gap(value: str) -> RestoreGap | None:
    """The gap in a stored value; None if the value is empty or damaged."""
    try:
        since, until = (datetime.fromisoformat(text).astimezone(UTC) for text in value.split())
    except ValueError:
        return None
    return RestoreGap(since, until)


async def prepare_book(
    sender: EnvelopeSender[Book], book: Book, gap: RestoreGap | None, defaults: HostDefaults
) -> Book | None:
    """The book with a mark on the envelope to serve next, if it may have been sent during the gap.

    None: the book was saved and needs nothing more in this sweep. A message was found, and recorded as sent; or the
    platform cannot answer now, and the book is postponed.
    """
    if gap is None:
        return book
    now, book = sender.utc_now(), _with_stored_envelopes_marked(book, gap)
    if (envelope := await sender.outbox.next_envelope(book, now)) in envelopes_in_delivery(book):
        return book
    for replayed in await run_off_loop(book, lambda: [*replay_restore_gap(book, gap, defaults)]):
        try:
            was_sent = await sender.ask_if_sent(book, replayed.id, gap.since)
        except (TryLater, DeliveryUncertain) as problem:
            sender.failures.note_reason(book.owner.platform, failure_reason(problem))
            later = sender.utc_now() + (problem.retry_after or LOOKUP_RETRY_DELAY)
            await sender.records.save_with_wake(replace(book, wake_at=later))
            return None
        if was_sent is None:
            break  # the platform cannot tell: neither of this message nor of another
        if was_sent:
            delivered = Outcome(OutcomeKind.DELIVERED, replayed, replayed.created_at)
            await sender.records.save(with_book_outcome(book, delivered, defaults), sender.utc_now())
            return None
    due_times = (reminder.due_at for reminder in BookMoment(book, now, defaults).due)
    was_due = envelope and min(due_times) < gap.until
    return with_envelope(book, _mark_possibly_sent(envelope, gap)) if envelope and was_due else book


async def prepare_club(sender: EnvelopeSender[Club], club: Club, gap: RestoreGap | None) -> Club:
    """The club with a mark on the envelope to serve next, if it may have been posted during the gap."""
    if gap is None:
        return club
    club = _with_stored_envelopes_marked(club, gap)
    envelope = await sender.outbox.next_envelope(club, sender.utc_now())
    if envelope is None or envelope in club.envelopes:
        return club
    post = find_envelope_post(club, envelope)
    return with_envelope(club, _mark_possibly_sent(envelope, gap)) if post and post.requested_at < gap.until else club


def replay_restore_gap(book: Book, gap: RestoreGap, defaults: HostDefaults) -> Iterator[Envelope]:
    """The envelopes that would have been sent during the gap, the earliest first.

    Each is created at its own moment, as if none of the earlier ones had been sent.
    """
    book, moment = replace(book, envelopes=parked_envelopes(book)), gap.since
    for _ in range(MAX_REPLAYED_WAKES):
        wake = BookMoment(book, moment, defaults).next_wake
        if wake is None or wake >= gap.until:
            return
        if due := BookMoment(book, wake, defaults).due:
            envelope = build_envelope(book, due, wake)
            yield envelope
            book = with_book_outcome(book, Outcome(OutcomeKind.PARKED, envelope, wake), defaults)
        moment = max(wake, moment + REPLAY_STEP)


def _with_stored_envelopes_marked(record: T, gap: RestoreGap) -> T:
    """Mark the envelopes of the backup that could have been sent during the gap."""
    marked = (
        _mark_possibly_sent(envelope, gap)
        if envelope.state is DeliveryState.WAITING and envelope.retry_at < gap.until
        else envelope
        for envelope in record.envelopes
    )
    return replace(record, envelopes=tuple(marked))


def _mark_possibly_sent(envelope: Envelope, gap: RestoreGap) -> Envelope:
    """The envelope as if one try with unknown outcome was made since the backup, so that it is looked up first."""
    return replace(
        envelope, state=DeliveryState.SENDING, first_tried_at=gap.since, possible_copies=envelope.possible_copies + 1
    )
