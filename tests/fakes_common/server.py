"""A platform on loopback: its lifecycle, the requests that it has seen, and what tests wait for."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, ClassVar, Generic, Self, TypeVar

from aiohttp import web

from tests.fakes_common.failures import Dropped, Failure, Fault
from tests.fakes_common.world import FakePlatformClock, FakeWorld

World = TypeVar("World", bound=FakeWorld)


class SeenRequest:
    """One request of the bot; `at` is by the fake's clock, `answered` the status and error, or how it failed."""

    name: str
    at: float
    answered: list[str]

    @property
    def names(self) -> tuple[str, ...]:
        """By which names a fault may mean it."""
        return (self.name,)

    @property
    def scope(self) -> str:
        """What a 429 to this closes."""
        return self.name


class FakePlatform(ABC, Generic[World]):
    """A server on 127.0.0.1, for `async with`. `patience`: for how many real seconds a person waits for the bot."""

    quiet: ClassVar[float] = 0.05  # the real seconds without a request that make it settled

    def __init__(self, world: World, port: int, patience: float) -> None:
        self.world = world
        self.port = port
        self.patience = patience
        self.runner: web.AppRunner | None = None

    @abstractmethod
    def application(self) -> web.Application:
        """All its routes."""

    async def __aenter__(self) -> Self:
        await self.up()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        await self.down()

    async def up(self) -> None:
        """Listen, on the port of the last time."""
        self.runner = web.AppRunner(self.application(), shutdown_timeout=0.1, access_log=None)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", self.port).start()
        self.port = self.runner.addresses[0][1]
        self.world.url = f"http://127.0.0.1:{self.port}"

    async def down(self) -> None:
        """Be gone: connections are cut and refused, what happened is kept."""
        if self.runner is not None:
            await self.runner.cleanup()
        self.runner = None

    @property
    def clock(self) -> FakePlatformClock:
        return self.world.clock

    @property
    def calls(self) -> list[Any]:
        return self.world.calls

    def called(self, name: str) -> list[Any]:
        """The requests of a name, such as `chat.postMessage` or `POST /channels/{channel}/messages`."""
        return [call for call in self.calls if call.name == name]

    @property
    @abstractmethod
    def open_lines(self) -> list[Any]:
        """The connections on which the bot listens."""

    async def until(self, condition: Callable[[], Any], within: float = 30.0) -> Any:
        return await self.world.until(condition, within)

    async def connected(self, count: int = 1, within: float = 30.0) -> None:
        """Wait until the bot listens on so many connections."""
        await self.until(lambda: len(self.open_lines) >= count, within)

    async def settled(self, quiet: float = 0.0, within: float = 30.0) -> None:
        """Wait until nothing has happened for `quiet` real seconds and no request is being answered."""
        loop = asyncio.get_running_loop()
        state, since = None, loop.time()
        async with asyncio.timeout(within):
            while loop.time() - since < (quiet or self.quiet) or self.world.busy:
                now = (len(self.calls), self.world.moves)
                if now != state:
                    state, since = now, loop.time()
                await asyncio.sleep(0.005)

    def fail(self, name: str = "*", *, with_: Failure, times: int | None = 1, stored: bool = False) -> Fault:
        """Let the next requests of a name (or all, `*`) fail; `stored`: after they had their effect."""
        fault = Fault(name, with_, times, stored)
        self.world.faults.waiting.append(fault)
        return fault


async def answer_with_faults(
    world: FakeWorld,
    request: web.Request,
    call: SeenRequest,
    answer: Callable[[], Awaitable[web.Response]],
    limited: Callable[[float], Failure],
) -> web.StreamResponse:
    """The answer, or what a fault makes of it: before or after the request had its effect.

    `limited`: the 429 for so many seconds, with which whoever comes early is refused.
    """
    world.busy += 1
    try:
        if early := world.faults.early(call.scope):
            world.complain("early", f"{call.name}, {early:.2f} s before its Retry-After is over")
            call.answered.append("early")
            return await limited(early).answer()
        fault = world.faults.take(call.names, call.scope)
        if fault is None:
            return await answer()
        if fault.failure.slow:
            await asyncio.sleep(fault.failure.slow)
            return await answer()
        if fault.stored:
            await answer()
        call.answered.append(fault.failure.name)
        return await fault.failure.answer()
    except Dropped:
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=500)
    finally:
        world.busy -= 1
        world.moves += 1
