"""A member, and a bot that is a process of its own, on either platform: its clock is moved, and it is killed."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Protocol

from bot.domain.calendar import Calendar
from tests.fakes_common.failures import Failure
from tests.story.driver import ConsoleMessage
from tests.story.process import ANSWER_QUIET_SECONDS, CLOCK_LOOK_SECONDS, CLOCK_MARGIN_SECONDS, BotProcess, MovedClock


class PlatformFake(Protocol):
    """What both fakes can."""

    def fail(self, route: str, *, with_: Failure, times: int | None = ..., stored: bool = ...) -> object: ...

    def called(self, route: str) -> list[Any]: ...

    @property
    def env(self) -> dict[str, str]: ...

    async def until(self, condition: Callable[[], Any], within: float = ...) -> Any: ...

    async def settled(self, quiet: float = ..., within: float = ...) -> None: ...

    def connected(self) -> Awaitable[None]: ...

    async def __aexit__(self, kind: None, error: None, trace: None) -> None: ...


@dataclass
class ProcessMember(ABC):
    """Mixed into one who types on a platform.

    `moments`: when something is expected to come unasked; `quiet`: seconds in which nothing else may come after a
    move of the clock; `links`: whether the bot keeps a connection, which a jump of the steady clock may cost.
    """

    folder: Path
    clock: MovedClock
    calendar: Calendar
    moments: list[datetime] = field(default_factory=list)
    quiet: float = CLOCK_LOOK_SECONDS + CLOCK_MARGIN_SECONDS
    country: str = ""
    sleep: int = round(CLOCK_LOOK_SECONDS)
    links: bool = True
    post_route: ClassVar[str]
    history_route: ClassVar[str]
    process: BotProcess | None = field(init=False, default=None)

    @property
    @abstractmethod
    def fake(self) -> PlatformFake: ...

    @abstractmethod
    def shown(self) -> set[object]:
        """All that is on the screens, each with its state."""

    @abstractmethod
    def received(self) -> list[str]:
        """The messages that came directly."""

    @abstractmethod
    def links_now(self) -> list[object]:
        """The connections that the bot keeps."""

    @abstractmethod
    def forgotten(self) -> None:
        """A window that was open has nobody behind it any more."""

    @property
    def env(self) -> dict[str, str]:
        given = {**self.fake.env, **self.clock.env, "STALEMATE_STORE": f"tinydb:{self.folder / 'store'}"}
        return given | {"STALEMATE_MAX_SLEEP": str(self.sleep), "STALEMATE_COUNTRY": self.country}

    async def opened(self) -> None:
        """Started for the first time; when that fails, all is closed again."""
        try:
            await self.start()
        except BaseException:
            await self.close()
            raise

    async def start(self) -> None:
        self.process = await BotProcess.start(self.folder, self.env)
        await self.reached()

    async def reached(self) -> None:
        """Until the bot serves, and can be reached."""
        await self.process.wait_until_serving()
        if self.links:
            await self.fake.connected()

    def instant(self, local: str) -> datetime:
        """An ISO time of the member's clock, in UTC."""
        at = datetime.fromisoformat(local)
        return self.calendar.instant_at(at.date(), at.time())

    async def look_at_clock(self) -> None:
        """The bot had its look at the clock, and all that it did is done."""
        await asyncio.sleep(CLOCK_LOOK_SECONDS + 2 * CLOCK_MARGIN_SECONDS)

    async def type(self, line: str) -> list[ConsoleMessage]:
        self.look(asked=not line.startswith(":"))  # the others wait by themselves
        return await super().type(line)  # type: ignore[misc]

    async def press(self, label: str) -> ConsoleMessage:
        self.look()
        return await super().press(label)  # type: ignore[misc]

    def look(self, *, asked: bool = True) -> None:
        """Remember what is on the screens; `asked`: whether an answer is to come."""
        self.asked, self.before = asked, self.shown()

    async def settle(self) -> None:
        """Until what was done is answered, and the answer is whole."""
        if self.asked:
            await self.fake.until(lambda: self.shown() - self.before, within=30)
        await self.fake.settled(ANSWER_QUIET_SECONDS, within=30)

    async def pass_until(self, local: datetime) -> None:
        """By way of the moments at which something is expected; whatever else comes has its time wrong."""
        target = self.calendar.instant_at(local.date(), local.time())
        while self.moments and self.moments[0] <= target:
            await self.move(self.moments.pop(0), expected=True)
        if target > self.clock.now():
            await self.move(target, expected=False)

    async def move(self, at: datetime, *, expected: bool) -> None:
        before = len(self.received())
        self.clock.to(at)
        if expected:
            await self.fake.until(lambda: len(self.received()) > before, within=30)
        else:
            await asyncio.sleep(self.quiet)
        await self.again_reached()

    async def again_reached(self) -> None:
        """A jump of the steady clock may have cost the connection, which comes back by itself."""
        if self.links and self.clock.monotonic:
            await asyncio.sleep(CLOCK_MARGIN_SECONDS)
            await self.fake.connected()
        await self.fake.settled(ANSWER_QUIET_SECONDS, within=30)

    async def crash(self) -> None:
        """Kill -9, and started again on what it has left."""
        await self.process.kill()
        self.forgotten()
        await self.start()

    async def close(self) -> None:
        try:
            if self.process and self.process.running:
                await self.process.stop()
        finally:
            if self.process:
                await self.process.kill()
            await self.fake.__aexit__(None, None, None)
