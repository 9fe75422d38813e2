"""Serves platforms until the process is told to end."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Coroutine, Mapping, Sequence
from typing import Any, Protocol

import structlog

from bot.app.service import Service
from bot.domain.ports import Messenger
from bot.logs import report_fault

log = structlog.get_logger(__name__)


class Platform(Protocol):
    """A chat platform that members talk to the bot on."""

    @property
    def messenger(self) -> Messenger: ...

    async def start(self, core: Service) -> None:
        """Connect, however long that takes, and serve from then on. Raises `HostRequestRefused`."""

    async def stop(self) -> None:
        """Accept nothing new, let running work end, then close. Stopping twice is harmless."""


class PlatformTicker(Protocol):
    def start(self) -> None: ...

    async def stop(self) -> None: ...


async def serve_platforms(platforms: Sequence[tuple[Platform, PlatformTicker]], service: Service) -> None:
    """Serve until SIGTERM or SIGINT. Raises `HostRequestRefused` when a platform cannot be served; all are closed then.

    Each platform has its own ticker, which starts once the platform is served, so a slow platform delays no other.
    """
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(_report_loop_error)
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signal_number, ended.set)
    try:
        if await _start_all_or_stop(
            [_start_with_ticker(platform, service, ticker) for platform, ticker in platforms], ended
        ):
            log.info("serving")
            await ended.wait()
    finally:
        await asyncio.gather(*(_stop_and_report(ticker.stop()) for _platform, ticker in platforms))
        await asyncio.gather(*(_stop_and_report(platform.stop()) for platform, _ticker in platforms))
        log.info("ended")


async def _start_with_ticker(platform: Platform, service: Service, ticker: PlatformTicker) -> None:
    await platform.start(service)
    ticker.start()


async def _start_all_or_stop(starts: Sequence[Coroutine[Any, Any, None]], ended: asyncio.Event) -> bool:
    """Whether all platforms are served; False when the end came first."""
    end = asyncio.ensure_future(ended.wait())
    each = [asyncio.ensure_future(start) for start in starts]
    starting = asyncio.gather(*each)
    try:
        await asyncio.wait((end, starting), return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            starting.result()
        return starting.done()
    finally:
        # When one platform is refused, the others may still be starting.
        for task in (end, *each):
            task.cancel()
        await asyncio.gather(end, starting, *each, return_exceptions=True)


async def _stop_and_report(stopping: Awaitable[None]) -> None:
    """An error while stopping is reported; the others are closed all the same."""
    try:
        await stopping
    except Exception as problem:
        report_fault(problem)


def _report_loop_error(_loop: asyncio.AbstractEventLoop, context: Mapping[str, Any]) -> None:
    """Report an error that nobody awaited. asyncio's own handler would log its text, which may quote a member."""
    problem = context.get("exception")
    if isinstance(problem, BaseException):
        report_fault(problem)
    else:
        log.error("event loop", why=context.get("message"))
