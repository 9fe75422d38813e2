"""What becomes of a book and of its envelope with each thing that can happen to it. Pure: time comes in.

An envelope is saved before the call and retried exactly as it stands. Nothing is deleted because it failed.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import blake2b

from bot.agenda import ASKING, COUNTED, Due, agenda, home_of
from bot.errors import AccountClosed, NotTaken, TryLater, Uncertain, Undeliverable
from bot.model import POLICY, Book, Envelope, Home, Item, Kind, Outreach, Posted, Sent

TRIES = 8  # of what the platform refuses, what we cannot draw, and what stays uncertain
COPIES = 2  # at most so many copies where the platform cannot be asked
LONGEST_WAIT = timedelta(hours=1)
KEEP_SENT = timedelta(days=60)  # the budget looks back a week; three ignored ones in a row may take weeks

Change = Callable[[Book], Book]
"""What an outcome makes of a book as it is by then: its member may have changed it meanwhile."""


def made(book: Book, due: Sequence[Due], now: datetime) -> Envelope:
    """An envelope about what is due. Its id says whose it is and what it is about, and tells neither."""
    items = tuple(one.item for one in due)
    late = now - min(one.at for one in due) > POLICY.late_after
    return Envelope(id=_id(book, items), items=items, made_at=now, retry_at=now, late=late)


def _id(book: Book, items: Sequence[Item]) -> str:
    owner = book.owner
    about = sorted(f"{one.contact}\0{one.key}" for one in items)
    said = "\n".join([owner.platform, owner.team, owner.user, book.created.isoformat(), *about])
    return urlsafe_b64encode(blake2b(said.encode(errors="surrogatepass"), digest_size=16).digest()).decode().rstrip("=")


def backoff(attempts: int) -> timedelta:
    """One minute, then twice as long each time, an hour at the most."""
    return min(timedelta(minutes=2 ** (max(attempts, 1) - 1)), LONGEST_WAIT)


def attempted(envelope: Envelope, now: datetime) -> Envelope:
    """The envelope with one more try, as it is saved before the call."""
    attempts = envelope.attempts + 1
    return replace(
        envelope,
        state=Posted.SENDING,
        first_tried_at=envelope.first_tried_at or now,
        tried_at=now,
        attempts=attempts,
        copies=envelope.copies + 1,
        waits=0,
        retry_at=now + backoff(attempts),
    )


def spent(envelope: Envelope, seen: bool | None) -> bool:
    """Whether it was tried as often as it may be. `seen`: False when it was looked for, None when nobody can tell."""
    return envelope.state is Posted.SENDING and envelope.copies >= (COPIES if seen is None else TRIES)


def is_under_way(book: Book, envelope: Envelope, *, this_try: bool) -> bool:
    """Whether the book still waits to hear of the envelope, or only of this try of it.

    The fence: whoever was held up for so long that another took the envelope over has no say in it any more.
    """
    mine = [one for one in book.envelopes if one.id == envelope.id and one.state is not Posted.PARKED]
    return any(one.attempts == envelope.attempts for one in mine) if this_try else bool(mine)


def parked_ones(book: Book) -> tuple[Envelope, ...]:
    """They stay for the host to see."""
    return tuple(one for one in book.envelopes if one.state is Posted.PARKED)


def with_envelope(book: Book, envelope: Envelope) -> Book:
    """The book with this envelope as the one on its way."""
    return replace(book, envelopes=(*parked_ones(without_envelope(book, envelope)), envelope))


def without_envelope(book: Book, envelope: Envelope) -> Book:
    return replace(book, envelopes=tuple(one for one in book.envelopes if one.id != envelope.id))


def parked(book: Book, envelope: Envelope, now: datetime, home: Home) -> Book:
    """Given up, and kept for the host to see. The week goes on without its message, and a goodbye counts as said."""
    kinds = {item.kind for item in envelope.items}
    return replace(
        with_envelope(book, replace(envelope, state=Posted.PARKED)),
        basket_day=home_of(book, home).day(now) if Kind.BASKET in kinds else book.basket_day,
        quiet_since=now if Kind.GONE_QUIET in kinds else book.quiet_since,
    )


def overtaken(book: Book, envelope: Envelope, now: datetime, home: Home, *, unsent: bool) -> Book:
    """What it says may not be said now: the member answered meanwhile, or it is night.

    One that surely was not sent goes, and what still holds comes in a new one. One that may have been sent waits as
    it stands while it holds, so that there are never more copies than `COPIES`.
    """
    held = {due.item for due in agenda(book, now, home)}
    if unsent or not held.issuperset(envelope.items):
        return without_envelope(book, envelope)
    return with_envelope(book, replace(envelope, retry_at=now + LONGEST_WAIT))


def delivered(book: Book, envelope: Envelope, now: datetime, home: Home) -> Book:
    """The envelope went out: its items are told, and the budget of the day and the week is used."""
    kinds = {item.kind for item in envelope.items}
    sent = Sent(at=now, asks=bool(kinds & ASKING), counts=bool(kinds & COUNTED))
    return replace(
        without_envelope(book, envelope),
        contacts=tuple(_told(one, envelope.items) for one in book.contacts),
        sent=(*(one for one in book.sent if now - one.at < KEEP_SENT), sent),
        basket_day=home_of(book, home).day(now) if Kind.BASKET in kinds else book.basket_day,
        quiet_since=now if Kind.GONE_QUIET in kinds else book.quiet_since,
    )


def not_sent(problem: TryLater | Undeliverable, tried: Envelope, now: datetime, home: Home) -> Change:
    """A try that surely sent nothing, by what the platform said."""
    match problem:
        case AccountClosed():
            return lambda book: _gone(book, tried, now)
        case Undeliverable():
            return lambda book: _unreachable(book, tried, str(problem) or "refused")
        case NotTaken():
            return lambda book: refused(book, _waiting(tried, now), now, home)
        case _:
            return lambda book: with_envelope(book, _waiting(tried, now, problem.after))


def not_begun(problem: TryLater | Uncertain, envelope: Envelope, now: datetime, home: Home) -> Change:
    """There was no turn to send it in, or nobody could tell whether it was sent: it stays what it is, until later.

    A rest that the platform asked for is no failure, and a try that was not made is none of the copies.
    """
    waits = envelope.waits + (problem.after is None)
    later = replace(envelope, waits=waits, retry_at=now + (problem.after or backoff(waits)))
    if isinstance(problem, NotTaken):
        return lambda book: refused(book, later, now, home)
    return lambda book: with_envelope(book, later)


def refused(book: Book, envelope: Envelope, now: datetime, home: Home) -> Book:
    """The message itself is not taken, or cannot be drawn: given up after `TRIES`.

    A platform that cannot be reached is outwaited, however long that is: the message is not to blame.
    """
    given_up = max(envelope.attempts, envelope.waits) >= TRIES
    return parked(book, envelope, now, home) if given_up else with_envelope(book, envelope)


def unsent(tried: Envelope) -> Envelope:
    """The envelope after a try that surely sent nothing."""
    return replace(tried, state=Posted.WAITING, copies=max(tried.copies - 1, 0))


def _waiting(tried: Envelope, now: datetime, asked: timedelta | None = None) -> Envelope:
    pause = max(asked or timedelta(), backoff(tried.attempts))
    return replace(unsent(tried), retry_at=now + pause)


def _unreachable(book: Book, envelope: Envelope, why: str) -> Book:
    """The platform refuses this person: no second try, and every reminder is kept until their next command."""
    return replace(without_envelope(book, envelope), unreachable=why)


def _gone(book: Book, envelope: Envelope, now: datetime) -> Book:
    """The member's account is closed; every reminder is kept for the day on which it is open again."""
    return replace(without_envelope(book, envelope), profile=replace(book.profile, left=book.profile.left or now))


def _told(one: Outreach, items: tuple[Item, ...]) -> Outreach:
    keys = [item.key for item in items if item.contact == one.id]
    return replace(one, told=(*one.told, *keys)) if keys else one
