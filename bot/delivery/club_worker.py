"""Looks after a club: letters to its members' books, the counts, and what is said in its channel (see `sending`)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import structlog

from bot.club import statistics
from bot.club.concern import of_post
from bot.club.lifecycle import unposted
from bot.club.meeting import VIEW_BEFORE, in_charge, moment, room
from bot.club.member_messages import letter, put_off, received, with_letters, without_letters
from bot.club.membership import departed
from bot.club.schedule import envelope_of, holds, passed, post_of, to_count
from bot.delivery.after_restore import Restored, in_doubt, is_over
from bot.delivery.club_sync import save, without_leavers
from bot.delivery.outbox import parked_ones, with_envelope, without_envelope
from bot.delivery.sender import Sending, Sends
from bot.domain.errors import BookDamaged, Conflict, StoreError, StoreTooNew
from bot.domain.messages import Card
from bot.domain.model import Address, Book, Club, Envelope, Home, Letter, Post, Posted, PostKind, Word
from bot.domain.ports import Messenger, Store, To
from bot.rules.schedule import days_of, stands
from bot.rules.schedule import next_wake as book_wake
from bot.text.i18n import speak
from bot.views.club import channel_posts

MOST_DOUBTS = 50  # kept: nobody may ever answer
log = structlog.get_logger()

LATER = timedelta(minutes=10)  # before a letter is tried again whose book could not be written
TRIES = 20  # of putting a letter into a book that its owner changes all the time


class OfClub:
    """What becomes of a club with what it says in its channel."""

    def delivered(self, of: Club, envelope: Envelope, now: datetime) -> Club:
        return unposted(without_envelope(of, envelope), envelope.items[0].mark)

    def parked(self, of: Club, envelope: Envelope, now: datetime) -> Club:
        """Nobody knows whether it arrived, or it was refused: whose post it is may look, and say. A second one by
        itself would be worse than none."""
        post, left = post_of(of, envelope), self.delivered(of, envelope, now)
        if post is None:
            return left
        to, arrived = _owner(of, post) or in_charge(of, now), "perhaps" if envelope.copies else "no"
        told = letter(of, Word.DOUBT, to, now, envelope.id, post=post.key, arrived=arrived, doubt=envelope.id)
        return with_letters(replace(left, doubts=(*left.doubts[-MOST_DOUBTS:], envelope.id)), [told])

    def overtaken(self, of: Club, envelope: Envelope, now: datetime, *, unsent: bool) -> Club:
        return self.delivered(of, envelope, now)

    def obsolete(self, of: Club, envelope: Envelope) -> Club:
        return unposted(without_envelope(of, envelope), envelope.items[0].mark)

    def refused_for_good(self, of: Club, envelope: Envelope, why: str, now: datetime) -> Club:
        """The posts wait, and the facilitator hears of it, once."""
        closed = replace(without_envelope(of, envelope), shut=why)
        told = letter(of, Word.SHUT, in_charge(of, now), now, f"{of.mark} {of.meeting.room} {now.date()}")
        return closed if of.shut else with_letters(closed, [told])

    def gone(self, of: Club, envelope: Envelope, now: datetime) -> Club:
        return self.refused_for_good(of, envelope, "gone", now)


def _owner(club: Club, post: Post) -> Address | None:
    """Whose own words a post is; None for what the club says."""
    owners = {one.id: one.asker for one in club.asks} | {one.id: one.by for one in club.wins}
    return owners.get(post.about)


@dataclass(frozen=True, slots=True)
class Posts(Sends[Club]):
    """Clubs, and the posts in their channels."""

    store: Store
    messenger: Messenger
    copies = 1

    @property
    def then(self) -> OfClub:
        return OfClub()

    async def again(self, of: Club) -> Club | None:
        kept = await self.store.club(of.key)
        return kept if kept and kept.created == of.created else None

    async def save(self, of: Club, now: datetime) -> Club:
        return await save(self.store, of, now)

    def to(self, of: Club) -> To:
        return room(of)

    def holds(self, of: Club, envelope: Envelope, now: datetime) -> bool:
        post = post_of(of, envelope)
        return post is not None and not of.shut and holds(of, post, now)

    async def drawn(self, of: Club, envelope: Envelope, now: datetime) -> tuple[Card, Club] | None:
        """Drawn at the last moment, with nobody in it who has left since."""
        if (post := post_of(of, envelope)) is None:
            return None
        of = await without_leavers(self.store, self.messenger, of, of_post(of, post, now), now)
        if post_of(of, envelope) is None:
            return None
        pulse = of.pulse if post.kind is PostKind.DIGEST and await self._counts_hold(of, post) else None
        card = channel_posts.card(of, post, pulse, now)
        if card and post.kind is PostKind.DIGEST:
            of = replace(of, hushed=post.about if channel_posts.is_quiet(of, pulse, now) else "")
        return (card, of) if card else None

    async def _counts_hold(self, of: Club, post: Post) -> bool:
        """Whether the counts are those of this meeting, and all whom they are about are still in."""
        began = moment(of, date.fromisoformat(post.about)) - VIEW_BEFORE
        fresh = of.pulse is not None and of.pulse.at >= began
        return fresh and statistics.still_counts(of, await self.joined(of))

    def placed(self, of: Club, place: str) -> Club:
        return of

    async def joined(self, of: Club) -> Collection[Address]:
        """Those of the last count whose own books still say that they are in."""
        return [one for one in of.cohort if await self.member(of, one)]

    async def member(self, of: Club, who: Address) -> tuple[Book, datetime] | None:
        """The member's book, and since when it says that they are in; None when it does not, or they are gone."""
        try:
            book = await self.store.book(who)
        except StoreError:  # one book that cannot be read keeps nobody else waiting
            return None
        mine = book.member_of(of.key) if book and not book.profile.left else None
        return (book, mine.since) if book and mine else None


@dataclass(frozen=True, slots=True)
class Clubs:
    """`wall`: the time (UTC)."""

    store: Store
    messengers: Mapping[str, Messenger]
    home: Home
    wall: Callable[[], datetime]
    restored: Restored | None = None

    async def look(self, club: Club) -> None:
        """Does what is due, one step at a time; raises `Conflict` when the club was changed meanwhile."""
        speak(club.language)
        club = await self._write(club)
        club = await self._count(club)
        now, keeping = self.wall(), self._posts(club)
        club = passed(club, now)
        envelope = self._envelope(club, now)
        if envelope is None or not self.messengers[club.key.platform].ready:
            await keeping.save(replace(club, envelopes=parked_ones(club)) if envelope is None else club, now)
        elif envelope.retry_at > now:
            await keeping.save(with_envelope(club, envelope), now)
        else:
            await Sending(keeping, self.messengers[club.key.platform], self.wall).deliver(club, envelope)

    def _posts(self, club: Club) -> Posts:
        return Posts(self.store, self.messengers[club.key.platform])

    def _envelope(self, club: Club, now: datetime) -> Envelope | None:
        under_way = next((one for one in club.envelopes if one.state is not Posted.PARKED), None)
        first = next((one for one in club.posts if not club.shut), None)
        if under_way or first is None:
            return under_way
        made, between = envelope_of(club, first, now), self.restored
        # Before a backup was put back it may have been posted already: it is looked for, or somebody is asked.
        old = between and first.at < between.until and not is_over(between, now)
        return in_doubt(made, between) if between and old else made

    async def _write(self, club: Club) -> Club:
        """Letters go into the books of those to whom they are; the books' own reminders say them."""
        if not club.letters:
            return club
        now = self.wall()
        letters = [one for one in club.letters if one.at <= now]
        for one in letters:
            try:
                if not await self._into_book(club, one):
                    club = departed(club, one.to, now)  # forgotten, or never here: nothing waits for them
            except StoreError as problem:
                log.warning("letter_put_off", trouble=type(problem).__name__)
                club = put_off(club, one, now + LATER)
        return await save(self.store, without_letters(club, letters), now) if letters else club

    async def _into_book(self, club: Club, one: Letter) -> bool:
        """Whether there is a book for it."""
        for _ in range(TRIES):
            try:
                book = await self.store.book(one.to)
                if book is None:
                    return False
                after = received(book, club, one)
                if after != book:
                    await self.store.save(replace(after, wake_at=book_wake(after, self.wall(), self.home)))
                return True
            except Conflict:
                continue
            except (BookDamaged, StoreTooNew):
                return True  # the host knows; nothing can be said to them now
        raise Conflict

    async def _count(self, club: Club) -> Club:
        """The counts of the week, kept as they may be shown; each member's own are gone again at once."""
        now = self.wall()
        day = to_count(club, now)
        if day is None:
            return club
        if club.counted_at and now - club.counted_at < statistics.SETTLED:
            return await save(self.store, replace(club, viewed=day), now)
        keeping = self._posts(club)
        books = {one: found for one in club.members if (found := await keeping.member(club, one))}
        cohort = statistics.cohort_of(club, books.keys(), now)
        since = max(now - statistics.WEEK, club.counted_at or now - statistics.WEEK)
        pulse = statistics.counted([self._tally(*books[one], since, now) for one in cohort], since, now)
        club = replace(club, viewed=day, pulse=pulse)
        if pulse:
            club = replace(club, cohort=cohort, counted_at=now)
        if now < moment(club, day) and club.skipped != day and channel_posts.digest(club, day.isoformat(), pulse, now):
            club = with_letters(club, [letter(club, Word.VIEW, in_charge(club, now), now, day.isoformat())])
        return await save(self.store, club, now)

    def _tally(self, book: Book, began: datetime, since: datetime, now: datetime) -> statistics.Tally:
        """`began`: when they joined; what they did before is nobody's."""
        days = days_of(book, self.home)
        stages = {one.id: stands(book, one, now, days).stage for one in book.contacts}
        return statistics.tally(book, stages, since, now, began)
