"""The process dies after any of its writes in the life of a club, and nothing is lost, doubled or half done.

What needs a member's book and the club is a sequence of steps; whoever was interrupted does the same once more.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from random import Random

from bot.domain.model import Book, Club
from tests.fakes import Crash, FailingStore
from tests.faults.figures import figure, seed, size
from tests.story.in_memory import InMemory
from tests.story.month import NAMES, Month, the_month

Act = Callable[[], Awaitable[None]]


class Mortal(FailingStore):
    """Dies at its `ends`-th write: after it, or with `before` in its place."""

    def __init__(self, ends: int = 0, *, before: bool = False) -> None:
        super().__init__()
        self.ends = ends
        self.before = before
        self.writes = 0

    async def save_book(self, book: Book) -> Book:
        self._die(before=True)
        saved = await super().save_book(book)
        self._die(before=False)
        return saved

    async def save_club(self, club: Club) -> Club:
        self._die(before=True)
        saved = await super().save_club(club)
        self._die(before=False)
        return saved

    def _die(self, *, before: bool) -> None:
        if before:
            self.writes += 1
        if self.writes == self.ends and self.before == before:
            raise Crash


class Interrupted(InMemory):
    """Whoever was interrupted does the same once more, as people do."""

    def __init__(self, store: Mortal) -> None:
        super().__init__()
        self.club.store = store
        self.deaths = 0

    async def _lived(self, act: Act) -> None:
        try:
            await act()
        except Crash:
            self.deaths += 1
            await self.crash()
            await act()
            self.club.now += timedelta(minutes=2)  # what was under way is looked for after a minute
            await self.club.sweep()

    async def say(self, name: str, line: str) -> None:
        await self._lived(lambda: super(Interrupted, self).say(name, line))

    async def press(self, name: str, label: str) -> None:
        card = self.club[name].last

        async def act() -> None:
            self.club[name].last = card
            await super(Interrupted, self).press(name, label)

        await self._lived(act)

    async def press_post(self, name: str, label: str) -> None:
        await self._lived(lambda: super(Interrupted, self).press_post(name, label))

    async def press_word(self, name: str, label: str) -> None:
        word = self.club.told(name)[-1]

        async def act() -> None:
            member = self.club.private(name)
            member.last = word
            await member.press(label)
            self.club[name].last = member.last
            await self.club.sweep()

        await self._lived(act)

    async def fill(self, name: str, **values: str) -> None:
        form = self.club[name].last

        async def act() -> None:
            self.club[name].last = form
            await super(Interrupted, self).fill(name, **values)

        await self._lived(act)

    async def until(self, moment: str) -> None:
        await self._lived(lambda: super(Interrupted, self).until(moment))


class Loosely(Month):
    """What is answered to something done twice may be other words; what is kept and posted may not."""

    async def _hears(self, name: str, hears: str, what: str) -> None:
        assert "went wrong on my side" not in self.place.answer(name), (name, what)
        await self.step(f"{name}: {what}")


async def lived(ends: int = 0, *, before: bool = False) -> tuple[Interrupted, Mortal]:
    store = Mortal(ends, before=before)
    place = Interrupted(store)
    await the_month(Loosely(place))
    return place, store


def seen(place: Interrupted) -> tuple[list[str], dict[str, list[str]]]:
    """All that was posted, and all that came to each member."""
    return place.posts(), {name: sorted(place.told(name)) for name in NAMES}


async def test_a_month_interrupted_at_any_write_is_the_same_month() -> None:
    calm, store = await lived()
    rng = Random(seed())  # noqa: S311
    wanted = size("CLUB_CRASHES", 24)
    ends = [(end, before) for end in range(1, store.writes + 1) for before in (True, False)]
    tried = rng.sample(ends, min(wanted, len(ends)))
    for end, before in tried:
        place, _store = await lived(end, before=before)
        assert place.deaths == 1
        assert seen(place) == seen(calm), (end, before)
        assert (await place.club.club()).outgoing_notes == ()
    figure("club crashes", months=len(tried), writes=store.writes)
