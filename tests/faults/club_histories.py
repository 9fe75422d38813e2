"""A random life of a club: what its members do and the time that passes, with all that can go wrong."""

from __future__ import annotations

import re
from datetime import timedelta

from bot.domain.errors import ChannelRefused, DeliveryUncertain, TryLater, Undeliverable
from bot.domain.messages import Form
from tests.clubs import GATHERING_CHANNEL_ID
from tests.fakes import ProcessCrash
from tests.faults import club_texts as says
from tests.faults.club_actions import ClubActions

CLUB_BUTTON_COMMANDS = (
    *("mayknow", "theysaid", "acceptintro", "askpost", "winpost", "tippost", "repost", "skipweek", "resume", "join"),
)
DRAFT_ID = re.compile(r"draft: (\S+)")
FORGED_LINES = (
    *("winpost mark: once", "winpost mark: once named: yes", "tippost mark: once", "askpost mark: once"),
    *("win", "tip change: yes", "ask", "ask change: yes", "mayknow sure: yes", "setup"),
)
MAX_REMEMBERED_BUTTONS = 60  # buttons that a member still finds


class RandomClubHistory(ClubActions):
    async def begin(self) -> None:
        await self.club.set_up_with(*self.names[: self.chance.randint(5, len(self.names))])
        for name in self.names:
            await self._known(name)

    async def step(self) -> None:
        likely = {
            self._private: 8,
            self._together: 12,
            self._lead: 2,
            self._hidden: 2,
            self._press: 16,
            self._fill: 6,
            self._help: 4,
            self._forge: 5,
            self._time: 7,
            self._trouble: 2,
        }
        [act] = self.chance.choices(list(likely), list(likely.values()))
        await act(self.chance.choice(self.names))
        if self.chance.random() < 0.7:
            await self.sweep()

    async def _private(self, name: str) -> None:
        await self.say(name, says.private_line(self.chance, name))
        await self._go_on(name)

    async def _together(self, name: str) -> None:
        await self.say(name, says.club_line(self.chance, name, next(self.numbers)))
        await self._go_on(name)

    async def _lead(self, name: str) -> None:
        name = "Ann" if self.chance.random() < 0.6 else name
        said = says.facilitator_line(self.chance)
        self.watch.again[""] += "setup" in said  # the same day may then be a meeting once more
        await self.say(name, said)
        await self._go_on(name)

    async def _hidden(self, name: str) -> None:
        if self.chance.random() < 0.1:
            await self.confirm(name, "forget contact: me")
        elif self.chance.random() < 0.05:
            await self.confirm(name, "endclub")
            await self.watch.look()
            await self.say("Ann", says.facilitator_line(self.chance))
            await self.press("Ann", "introduce")
        elif self.chance.random() < 0.3:
            self.store.flaky = self.chance.choice((0.6, 0.9))
            await self.press(name, "leave")
        else:
            await self.press(name, self.chance.choice(says.HIDDEN_BUTTON_LINES))
            await self._go_on(name)

    async def _go_on(self, name: str) -> None:
        """With the card or the form that was just shown, mostly, and now and then twice."""
        while self.chance.random() < 0.7:
            last = self.club[name].last
            if isinstance(last, Form):
                await self.fill(name, last)
            elif last.buttons:
                line = self.chance.choice(last.buttons[:2] if self.chance.random() < 0.6 else last.buttons).line
                await self.press(name, line)

    async def _press(self, name: str) -> None:
        """Something that was shown at any time; now and then to somebody else. Posts are shown to all."""
        whose = [line for one, line in self.lines[-600:] if one in (name, "") or self.chance.random() < 0.1]
        if self.chance.random() < 0.5:
            whose = [line for line in whose if line.startswith(CLUB_BUTTON_COMMANDS)]
        if whose:
            line = self.chance.choice(whose[-MAX_REMEMBERED_BUTTONS:])
            for _ in range(1 + (self.chance.random() < 0.2)):
                await self.press(name, line)
            await self._go_on(name)

    async def _forge(self, name: str) -> None:
        """A button with one of their own drafts, which was meant for another."""
        drafts = [found[1] for one, line in self.lines[-600:] if one == name and (found := DRAFT_ID.search(line))]
        if drafts:
            forged = self.chance.choice(FORGED_LINES)
            await self.press(name, f"{forged} draft: {self.chance.choice(drafts[-5:])}")

    async def _fill(self, name: str) -> None:
        mine = [form for one, form in self.forms if one == name][-5:]
        if mine:
            await self.fill(name, self.chance.choice(mine))
            await self._go_on(name)

    async def _help(self, name: str) -> None:
        """Somebody may know someone and asks them; the one who asked hears of it, at their hours."""
        club = await self.club.club()
        for asked in [
            question
            for question in club.questions
            if question.closed_at is None and question.asker.user != f"U{name.upper()}"
        ][-1:]:
            await self.press(name, f"mayknow ask: {asked.id}")
            for _ in range(2):
                if isinstance(form := self.club[name].last, Form):
                    await self.fill(name, form)
            await self.press(name, f"theysaid ask: {asked.id} yes: {self.chance.choice(('yes', 'yes', 'no'))}")
            await self.live(self.chance.choice((0, 13, 13)))
            for line in [line for _who, line in self.lines if line.startswith("acceptintro") and asked.id in line][:1]:
                await self.press(asked.asker.user[1:].capitalize(), line)

    async def _time(self, name: str) -> None:
        await self.live(self.chance.choice((0.1, 1, 3, 9, 24, 48, 24 * 7)))

    async def _trouble(self, name: str) -> None:
        kinds = (
            DeliveryUncertain("lost"),
            TryLater("busy"),
            TryLater("busy", timedelta(minutes=7)),
            ProcessCrash(),
            None,
        )
        refused = self.chance.choices((None, Undeliverable("closed"), ChannelRefused("archived")), (6, 1, 1))[0]
        self.ears.troubles = [*self.chance.choices(kinds, k=self.chance.randint(1, 4)), *([refused] if refused else [])]
        self.ears.stores = self.chance.random() < 0.5
        self.store.conflicts = self.chance.choice((0, 0, 1, 3, 25))
        self.store.unavailable = self.chance.choice((0, 0, 1, 4))
        self.store.flaky = self.chance.choice((0, 0, 0.3, 0.6))
        self.store.doomed = self.chance.choice((-1, 1, 2, 3, 5, 8))
        self.done.append(f"troubles {self.ears.troubles} {self.store.conflicts} {self.store.unavailable}")
        if self.chance.random() < 0.2:
            self.ears.ready = False
            await self.live(self.chance.choice((1, 30)))
            self.ears.ready = True

    async def end(self) -> None:
        """All troubles are over; whoever was shut out or paused comes back, and the channel is open."""
        self.ears.troubles, self.ears.ready = [], True
        self.store.calm()
        await self.live(30)
        for name in self.names:
            await self.say(name, "board")
            await self.say(name, "pause until: now")
        club = await self.store.load(self.club.key)
        if club and club.channel_refusal:
            await self.press(
                "Ann",
                f"setup channel: <#{GATHERING_CHANNEL_ID}> day: friday hour: 07:31 zone: Berlin shown: {club.setup_id}",
            )
        await self.live(24 * 7)
        for name in self.names:
            await self.say(name, "board")
        await self.live(24 * 7)
        await self.watch.search()
        await self.watch.owed()
        await self.watch.lost(self.store.written)
