"""What becomes of a book and of its envelope with each thing that can happen to it. Pure: time comes in.

An envelope is saved before the call and retried exactly as it stands. Nothing is deleted because it failed.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Protocol, TypeVar

from bot.club.membership import out_of_all
from bot.domain.errors import AccountClosed, NotTaken, TryLater, Uncertain, Undeliverable
from bot.domain.model import POLICY, Book, Club, Envelope, Home, Item, Kind, Outreach, Posted, Sent
from bot.rules.schedule import ASKING, COUNTED, Due, agenda, home_of

TRIES = 8  # of what the platform refuses, what we cannot draw, and what stays uncertain
COPIES = 2  # at most so many copies where the platform cannot be asked
LONGEST_WAIT = timedelta(hours=1)
KEEP_SENT = timedelta(days=60)  # the budget looks back a week; three ignored ones in a row may take weeks

T = TypeVar("T", Book, Club)
Change = Callable[[T], T]
"""What an outcome makes of a book or a club as it is by then: it may have been changed meanwhile."""


class Outcomes(Protocol[T]):
    """What becomes of a book or a club with the envelopes that it sends."""

    def delivered(self, of: T, envelope: Envelope, now: datetime) -> T:
        """It went out at `now`."""

    def parked(self, of: T, envelope: Envelope, now: datetime) -> T:
        """Given up, and kept for the host to see."""

    def overtaken(self, of: T, envelope: Envelope, now: datetime, *, unsent: bool) -> T:
        """What it says may not be said now. `unsent`: no try of it can have arrived."""

    def obsolete(self, of: T, envelope: Envelope) -> T:
        """There is nothing any more that it could say; it was not sent."""

    def refused_for_good(self, of: T, envelope: Envelope, why: str, now: datetime) -> T:
        """The platform takes nothing there: no second try."""

    def gone(self, of: T, envelope: Envelope, now: datetime) -> T:
        """The account that it goes to is closed."""


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


def spent(envelope: Envelope, seen: bool | None, copies: int = COPIES) -> bool:
    """Whether it was tried as often as it may be. `seen`: False when it was looked for, None when nobody can tell.

    `copies`: as many may be made where nobody can tell.
    """
    return envelope.state is Posted.SENDING and envelope.copies >= (copies if seen is None else TRIES)


def is_under_way(of: Book | Club, envelope: Envelope, *, this_try: bool) -> bool:
    """Whether it still waits to hear of the envelope, or only of this try of it.

    The fence: whoever was held up for so long that another took the envelope over has no say in it any more.
    """
    mine = [one for one in of.envelopes if one.id == envelope.id and one.state is not Posted.PARKED]
    return any(one.attempts == envelope.attempts for one in mine) if this_try else bool(mine)


def parked_ones(of: Book | Club) -> tuple[Envelope, ...]:
    """They stay for the host to see."""
    return tuple(one for one in of.envelopes if one.state is Posted.PARKED)


def with_envelope(of: T, envelope: Envelope) -> T:
    """The book or the club with this envelope as the one on its way."""
    return replace(of, envelopes=(*parked_ones(without_envelope(of, envelope)), envelope))


def without_envelope(of: T, envelope: Envelope) -> T:
    return replace(of, envelopes=tuple(one for one in of.envelopes if one.id != envelope.id))


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
        without_notes(without_envelope(book, envelope), envelope.items),
        contacts=tuple(_told(one, envelope.items) for one in book.contacts),
        sent=(*(one for one in book.sent if now - one.at < KEEP_SENT), sent),
        basket_day=home_of(book, home).day(now) if Kind.BASKET in kinds else book.basket_day,
        quiet_since=now if Kind.GONE_QUIET in kinds else book.quiet_since,
    )


def not_sent(problem: TryLater | Undeliverable, tried: Envelope, now: datetime, then: Outcomes[T]) -> Change[T]:
    """A try that surely sent nothing, by what the platform said."""
    match problem:
        case AccountClosed():
            return lambda of: then.gone(of, tried, now)
        case Undeliverable():
            return lambda of: then.refused_for_good(of, tried, str(problem) or "refused", now)
        case NotTaken():
            return lambda of: refused(of, _waiting(tried, now), now, then)
        case _:
            return lambda of: with_envelope(of, _waiting(tried, now, problem.after))


def not_begun(problem: TryLater | Uncertain, envelope: Envelope, now: datetime, then: Outcomes[T]) -> Change[T]:
    """There was no turn to send it in, or nobody could tell whether it was sent: it stays what it is, until later.

    A rest that the platform asked for is no failure, and a try that was not made is none of the copies.
    """
    waits = envelope.waits + (problem.after is None)
    later = replace(envelope, waits=waits, retry_at=now + (problem.after or backoff(waits)))
    if isinstance(problem, NotTaken):
        return lambda of: refused(of, later, now, then)
    return lambda of: with_envelope(of, later)


def refused(of: T, envelope: Envelope, now: datetime, then: Outcomes[T]) -> T:
    """The message itself is not taken, or cannot be drawn: given up after `TRIES`.

    A platform that cannot be reached is outwaited, however long that is: the message is not to blame.
    """
    given_up = max(envelope.attempts, envelope.waits) >= TRIES
    return then.parked(of, envelope, now) if given_up else with_envelope(of, envelope)


def unsent(tried: Envelope) -> Envelope:
    """The envelope after a try that surely sent nothing."""
    return replace(tried, state=Posted.WAITING, copies=max(tried.copies - 1, 0))


def _waiting(tried: Envelope, now: datetime, asked: timedelta | None = None) -> Envelope:
    pause = max(asked or timedelta(), backoff(tried.attempts))
    return replace(unsent(tried), retry_at=now + pause)


@dataclass(frozen=True, slots=True)
class OfBook:
    """What becomes of a member's book."""

    home: Home

    def delivered(self, of: Book, envelope: Envelope, now: datetime) -> Book:
        return delivered(of, envelope, now, self.home)

    def parked(self, of: Book, envelope: Envelope, now: datetime) -> Book:
        return parked(of, envelope, now, self.home)

    def overtaken(self, of: Book, envelope: Envelope, now: datetime, *, unsent: bool) -> Book:
        return overtaken(of, envelope, now, self.home, unsent=unsent)

    def obsolete(self, of: Book, envelope: Envelope) -> Book:
        return without_notes(without_envelope(of, envelope), envelope.items)

    def refused_for_good(self, of: Book, envelope: Envelope, why: str, now: datetime) -> Book:
        """Every reminder is kept until the member's next command."""
        return replace(without_envelope(of, envelope), unreachable=why)

    def gone(self, of: Book, envelope: Envelope, now: datetime) -> Book:
        """Every reminder is kept for the day on which the account is open again."""
        left = replace(without_envelope(of, envelope), profile=replace(of.profile, left=of.profile.left or now))
        return out_of_all(left)


def without_notes(book: Book, items: Sequence[Item]) -> Book:
    """The book without what a club had to say, when that was said."""
    said = {one.mark for one in items if one.kind is Kind.CLUB}
    return replace(book, notes=tuple(one for one in book.notes if one.id not in said)) if said else book


def _told(one: Outreach, items: tuple[Item, ...]) -> Outreach:
    keys = [item.key for item in items if item.contact == one.id]
    return replace(one, told=(*one.told, *keys)) if keys else one
