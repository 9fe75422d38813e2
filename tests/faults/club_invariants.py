"""Hears all that a club says to anybody, and notes what should not have been."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.delivery.outbox import envelopes_in_delivery
from bot.domain.messages import Card, Response
from bot.domain.model import (
    Actor,
    Address,
    Attempt,
    Book,
    CallOutcome,
    CallResult,
    Club,
    ClubChannel,
    ClubKey,
    DeliveryState,
    Pulse,
    ReminderKind,
)
from bot.domain.model import ReplyReceived as Got
from bot.domain.ports import Destination
from storage.codec import CODEC, to_json
from storage.memory import MemoryStore
from tests.fakes import FakeMessenger
from tests.faults.club_texts import authors_of_words, owners_of_words

APOLOGY_PART = "went wrong on my side"
LEADER_ONLY_TEXTS = (
    *("Your club in the week before", "There is too little yet to show it", "waits stand still for all"),
    *("The facilitator is", "nothing is posted on", "is posted on", "This ends your club here", "Shall @"),
    *("The club has ended; each", "Below is one of each kind", "waits run as ever", "It is set up already"),
    "I introduce myself in",
)  # fmt: skip
T = TypeVar("T")
NOTES_THAT_MAY_EXPIRE = ("met", "over", "thanks", "talk")  # the others may hold no longer when it is their turn
EIGHT_WEEKS = timedelta(weeks=8)


@dataclass
class ClubInvariants:
    """`again`: how often a person asked for a post once more; `asked`: the platform can be asked what it has."""

    store: MemoryStore
    key: ClubKey
    asked: bool = True
    violations: list[str] = field(default_factory=list)
    posts: Counter[str] = field(default_factory=Counter)
    words: Counter[tuple[Address, datetime, str]] = field(default_factory=Counter)
    again: Counter[str] = field(default_factory=Counter)
    gone: set[Address] = field(default_factory=set)
    ended: bool = False
    counted: tuple[datetime, frozenset[Address]] | None = None
    looks: int = 0

    def check_response(self, name: str, reply: Response, *, leads: bool) -> None:
        """An answer to one member."""
        said = repr(reply)
        self._leaks(said, name, f"an answer to {name}")
        if "You're out" in said or "Your book is erased" in said:
            self.gone.add(self.address(name))
        if APOLOGY_PART in said:
            self.violations.append(f"an apology to {name}")
        told = [leader for leader in LEADER_ONLY_TEXTS if leader in said] if not leads else []
        self.violations += [f"{name} may not lead, and heard {one!r}" for one in told]

    def _leaks(self, text: str, name: str, where: str) -> None:
        self.looks += 1
        self.violations += [
            f"{field} of {owner} in {where}: {text[:600]}" for owner, field in owners_of_words(text) if owner != name
        ]

    async def check_delivery(self, to: Destination, card: Card, key: str) -> None:
        if isinstance(to, ClubChannel):
            self._leaks(repr(card), "", "a post")
            await self._posted(card, key)
            return
        self._leaks(repr(card), member_name_of(to), f"a word to {to.user}")
        book, club = await self.store.load(to), await self.store.load(self.key)
        if "only you see it now" in card.text() and club and to not in (club.facilitator, current_stand_in(club)):
            self.violations.append(f"{to.user} sees the week before others, and does not lead")
        for item in (
            (item for envelope in book.envelopes if envelope.id == key for item in envelope.items) if book else ()
        ):
            if book and item.kind is ReminderKind.CLUB_NOTE:
                self._once(self.words, (to, book.created_at, str(item.occasion)), 1 if self.asked else 2)

    async def _posted(self, card: Card, key: str) -> None:
        """Nobody who has left is in it, and it was not said before."""
        club = await self.store.load(self.key)
        assert club is not None
        marks = [str(envelope.items[0].occasion) for envelope in club.envelopes if envelope.id == key]
        if not marks:
            self.violations.append("a post without an envelope")
        for mark in marks:
            self._once(self.posts, mark, 1 + self.again[mark] + (self.again[""] if "digest" in mark else 0))
        asked = {f"ask: {question.id}": question.asker for question in club.questions}
        askers = [who for part, who in asked.items() if any(part in button.line for button in card.acts)]
        counted = club.counted_members if "Together we" in card.text() else ()
        for who in (*askers, *counted, *(self.address(author) for author in authors_of_words(card.text()))):
            if not await self.is_in(who):
                self.violations.append(f"{who.user} has left and is in a post: {card.text()}")

    def _once(
        self, seen: Counter[object] | Counter[str] | Counter[tuple[Address, datetime, str]], what: object, most: int
    ) -> None:
        seen[what] += 1  # type: ignore[index]
        if seen[what] > most:  # type: ignore[index]
            self.violations.append(f"{what} was said {seen[what]} times")  # type: ignore[index]

    def address(self, name: str) -> Address:
        return Address(self.key.platform, f"U{name.upper()}", self.key.team if self.key.platform == "slack" else "")

    async def is_in(self, who: Address) -> bool:
        book = await self.store.load(who)
        return bool(book and book.membership_in(self.key))

    async def look(self) -> None:
        """At the counts, right after they were made: those of the same people, or of three others, five of them."""
        club = await self.store.load(self.key)
        self.ended = self.ended or bool(club and club.ended_at)
        pulse = club.pulse if club else None
        if club is None or pulse is None or (self.counted and self.counted[0] == pulse.counted_at):
            return
        books = [
            book
            for member in club.counted_members
            if (book := await self.store.load(member)) and book.membership_in(self.key)
        ]
        wrong = [f"counted {one}" for one in wrong_figures(dict(pulse.figures), books, pulse, self.key)]
        if len(books) < len(club.counted_members) or len(books) < 5:
            wrong.append("counted who is not in, or too few")
        if (
            self.counted
            and pulse.counted_at - self.counted[0] < EIGHT_WEEKS
            and 0 < len(self.counted[1] ^ {*club.counted_members}) < 3
        ):
            wrong.append("counted with one or two others than before")
        self.counted = (pulse.counted_at, frozenset(club.counted_members))
        self.violations += wrong

    async def search(self) -> None:
        """All that is kept: nothing of a member's in the club, and nothing of another's in a book."""
        async for club in self.store.all(Club):
            self._leaks(to_json(CODEC.encode(club)).decode(), "", "the club's file")
        async for book in self.store.all(Book):
            self._leaks(
                to_json(CODEC.encode(book)).decode(), member_name_of(book.owner), f"the book of {book.owner.user}"
            )

    async def forgotten(self, name: str) -> None:
        """Nothing in the club tells that they were ever here, but for the role and words to others on their way."""
        club, who = await self.store.load(self.key), self.address(name)
        if club and await self.store.load(who) is None:
            kept = replace(club, outgoing_notes=(), facilitator=Address("", ""))
            if f'"{who.user}"' in to_json(CODEC.encode(kept)).decode():
                self.violations.append(f"{name} was forgotten and is in {kept}")

    async def lost(self, written: Mapping[tuple[Address, str], str]) -> None:
        """Words that always hold have come to all who are still here. `written`: every letter that there was."""
        said = {(to, mark) for to, _created, mark in self.words}
        sought = ("ended",) if self.ended else NOTES_THAT_MAY_EXPIRE  # with a club goes what it had to say
        for (to, mark), kind in written.items():
            book = await self.store.load(to)
            here = self.asked and book is not None and to not in self.gone
            if here and kind in sought and (to, mark) not in said:
                self.violations.append(f"{to.user} never heard of {kind} {mark}")

    async def owed(self) -> None:
        """After all troubles: nothing waits any more, and the club knows who is in."""
        club = await self.store.load(self.key)
        for member in club.members if club else ():
            if not await self.is_in(member):
                self.violations.append(f"{member.user} has left, and the club has not heard")
        if club and (club.outgoing_notes or envelopes_in_delivery(club) or (club.posts and not club.channel_refusal)):
            self.violations.append(f"the club still has {club.outgoing_notes} {club.envelopes} {club.posts}")
        async for book in self.store.all(Book):
            given_up = {
                str(item.occasion)
                for envelope in book.envelopes
                if envelope.state is DeliveryState.PARKED
                for item in envelope.items
            }
            waiting = [note for note in book.club_notes if note.id not in given_up]
            under_way = envelopes_in_delivery(book)
            if book.pending_club_updates or waiting or under_way or (given_up and self.asked):
                self.violations.append(
                    f"{book.owner.user} still has {book.pending_club_updates} {waiting} {under_way} {given_up}"
                )


def wrong_figures(figures: dict[str, int], books: list[Book], pulse: Pulse, key: ClubKey) -> list[str]:
    """The figures that do not follow from the books, added up here once more."""
    entries = []
    for book in books:
        mine = book.membership_in(key)
        began = max(pulse.counted_from, mine.joined_at) if mine else pulse.counted_at
        entries.append([entry for of in book.contacts for entry in of.entries if began <= entry.at < pulse.counted_at])
    sums = {
        "steps": [sum(isinstance(one, Attempt) for one in of) for of in entries],
        "answers": [sum(isinstance(one, Got) for one in of) for of in entries],
        "calls": [sum(isinstance(one, CallOutcome) and one.result is CallResult.HELD for one in of) for of in entries],
    }
    wrong = [
        f"{name}: {figures[name]} of {each}"
        for name, each in sums.items()
        if name in figures and (sum(map(bool, each)) < 5 or figures[name] != max(5, 5 * round(sum(each) / 5)))
    ]
    few = sum(map(bool, sums["steps"])) < 5
    return [*wrong, *(["the middle of too few"] if "middle" in figures and few else [])]


def current_stand_in(club: Club) -> Address | None:
    return club.stand_in.member if club.stand_in else None


def member_name_of(who: Address) -> str:
    return who.user[1:].capitalize()


def may_lead_by_rules(club: Club | None, actor: Actor, now: datetime) -> bool:
    """As the rules say it in words: admins, the facilitator, and who stands in until the end of a day."""
    if actor.may_set_up_club or club is None:
        return actor.may_set_up_club
    today = now.astimezone(ZoneInfo(club.meeting.zone)).date()
    stands_in = club.stand_in and club.stand_in.member == actor.address and today <= club.stand_in.last_day
    return bool(stands_in) or actor.address == club.facilitator


@dataclass
class WatchedMessenger(FakeMessenger):
    """A platform on which all that arrives is heard by a `ClubInvariants`, which raises nothing here."""

    watch: ClubInvariants | None = None

    async def send(self, to: Destination, card: Card, key: str) -> None:
        before = len(self.delivered)
        try:
            await super().send(to, card, key)
        finally:
            if len(self.delivered) > before and self.watch:
                await self.watch.check_delivery(to, card, key)
