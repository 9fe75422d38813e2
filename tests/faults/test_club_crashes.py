"""The process dies after any of its writes in the life of a club, and nothing is lost, doubled or half done.

What needs a member's book and the club is a sequence of steps; whoever was interrupted does the same once more.

Seconds, because each crash is a month of its own.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from random import Random

from bot.domain.ports import RecordT
from tests.fakes import FailingStore, ProcessCrash
from tests.faults.figures import printed_seed, report_figure, trial_count
from tests.story.club_month import CLUB_OF_EIGHT, ClubMonth, play_month
from tests.story.in_memory import MonthInMemory

CrashableAct = Callable[[], Awaitable[None]]


class DyingClubStore(FailingStore):
    """Dies at its `ends`-th write: after it, or with `before` in its place."""

    def __init__(self, ends: int = 0, *, before: bool = False) -> None:
        super().__init__()
        self.ends = ends
        self.before = before
        self.writes = 0

    async def save(self, record: RecordT) -> RecordT:
        self._die(before=True)
        saved = await super().save(record)
        self._die(before=False)
        return saved

    def _die(self, *, before: bool) -> None:
        if before:
            self.writes += 1
        if self.writes == self.ends and self.before == before:
            raise ProcessCrash


class InterruptedMonth(MonthInMemory):
    """Whoever was interrupted does the same once more, as people do."""

    def __init__(self, store: DyingClubStore) -> None:
        super().__init__()
        self.club.store = store
        self.deaths = 0

    async def _lived(self, act: CrashableAct) -> None:
        try:
            await act()
        except ProcessCrash:
            self.deaths += 1
            await self.crash()
            await act()
            self.club.now += timedelta(minutes=2)  # what was under way is looked for after a minute
            await self.club.sweep()

    async def say(self, name: str, line: str) -> None:
        await self._lived(lambda: super(InterruptedMonth, self).say(name, line))

    async def press(self, name: str, label: str) -> None:
        card = self.club[name].last

        async def act() -> None:
            self.club[name].last = card
            await super(InterruptedMonth, self).press(name, label)

        await self._lived(act)

    async def press_post(self, name: str, label: str) -> None:
        await self._lived(lambda: super(InterruptedMonth, self).press_post(name, label))

    async def press_word(self, name: str, label: str) -> None:
        word = self.club.private_cards(name)[-1]

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
            await super(InterruptedMonth, self).fill(name, **values)

        await self._lived(act)

    async def until(self, moment: str) -> None:
        await self._lived(lambda: super(InterruptedMonth, self).until(moment))


class LooseMonth(ClubMonth):
    """What is answered to something done twice may be other words; what is kept and posted may not."""

    async def _hears(self, name: str, hears: str, what: str) -> None:
        assert "went wrong on my side" not in self.place.answer(name), (name, what)
        await self.step(f"{name}: {what}")


async def live_month_with_crash(ends: int = 0, *, before: bool = False) -> tuple[InterruptedMonth, DyingClubStore]:
    store = DyingClubStore(ends, before=before)
    place = InterruptedMonth(store)
    await play_month(LooseMonth(place))
    return place, store


def texts_of_month(place: InterruptedMonth) -> tuple[list[str], dict[str, list[str]]]:
    """All that was posted, and all that came to each member."""
    return place.posts(), {name: sorted(place.private_texts(name)) for name in CLUB_OF_EIGHT}


async def test_a_month_interrupted_at_any_write_is_the_same_month() -> None:
    calm, store = await live_month_with_crash()
    rng = Random(printed_seed())  # noqa: S311
    wanted = trial_count("CLUB_CRASHES", 24)
    ends = [(end, before) for end in range(1, store.writes + 1) for before in (True, False)]
    tried = rng.sample(ends, min(wanted, len(ends)))
    for end, before in tried:
        place, _store = await live_month_with_crash(end, before=before)
        assert place.deaths == 1
        assert texts_of_month(place) == texts_of_month(calm), (end, before)
        assert (await place.club.club()).outgoing_notes == ()
    report_figure("club crashes", months=len(tried), writes=store.writes)
