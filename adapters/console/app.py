"""The console, put together: a line comes in, what it causes is said, and the next one is waited for."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import AsyncExitStack
from io import TextIOWrapper
from secrets import token_hex
from typing import TextIO

import structlog

from adapters.console import buttons, directives, inbound, saved_screen
from adapters.console.ports import Outlet, Source
from adapters.console.problems import Refused
from adapters.console.screen import Kind
from adapters.console.session import Session, Setup
from adapters.console.streams import Echo, FileLines, JsonOutlet, PlainOutlet
from bot.domain.messages import Card

STDIN, STDOUT = 0, 1

log = structlog.get_logger(__name__)


async def main(setup: Setup, json: bool = False, echo: bool = False, words: Sequence[str] = ()) -> int:
    """The console on this process's own input and output; the exit code. `words` are completed at a prompt.

    `json`: one object a line, for programs. `echo`: repeat what is read, for a transcript.
    """
    if on_terminal() and not json:
        from adapters.console.terminal import terminal  # 100 ms: only when there is one

        with terminal(words) as (lines, screen):
            return await run_console(setup, lines, screen)
    stdout = utf8(sys.stdout)
    source: Source = FileLines(STDIN)
    outlet = JsonOutlet(stdout) if json else PlainOutlet(stdout)
    try:
        return await run_console(setup, Echo(source, stdout) if echo else source, outlet)
    except BrokenPipeError:
        # Nobody reads any more, which is no failure; the interpreter must not try to flush the rest when it exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), STDOUT)
        return 0


def on_terminal() -> bool:
    """Whether both ends are a terminal that a prompt can be drawn on."""
    return os.isatty(STDIN) and os.isatty(STDOUT) and os.environ.get("TERM") != "dumb"


def utf8(stream: TextIO) -> TextIO:
    """The stream in UTF-8, whatever the locale says."""
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    return stream


async def run_console(setup: Setup, source: Source, outlet: Outlet) -> int:
    """Run until the input ends, and return the exit code. Raises `BrokenPipeError` when nobody reads any more."""
    session = Session(setup, outlet, saved_screen.load(setup.screen_file))
    async with AsyncExitStack() as stack:
        await session.open()
        stack.push_async_callback(session.close)
        await _converse(session, source)
    return 0


async def _converse(session: Session, source: Source) -> None:
    if session.outlet.human:
        await session.note(session.setup.greeting)
        await session.welcome()
    await session.ready()
    while not session.ended and (line := await source.line(await session.prompt())) is not None:
        await hear(session, line)
        await session.ready()


async def hear(session: Session, line: str) -> None:
    """Do what a line asks for; whatever goes wrong is said, and the console goes on."""
    member, seen = session.member, session.screen.to(session.member)
    try:
        await _follow(session, line.strip())
        await session.settle(member, seen)
    except Refused as problem:
        await session.note(str(problem), Kind.ERROR)
    except BrokenPipeError:
        raise
    except Exception as problem:
        await session.note(_apology(problem), Kind.ERROR)


async def _follow(session: Session, line: str) -> None:
    if (own := inbound.directive(line)) is not None:
        await directives.follow(session, *own)
    elif not line:
        return
    elif not await _pressed_by_number(session, line):
        await session.text(line)


async def _pressed_by_number(session: Session, line: str) -> bool:
    """Whether the line was the number of a button on the newest thing said, typed by a person."""
    newest = next(session.screen.latest(session.member), None)
    if newest is None or not session.outlet.human or not isinstance(newest.what, Card):
        return False
    button = buttons.numbered(newest.what.buttons, line)
    if button is not None:
        await session.press(newest, button)
    return button is not None


def _apology(problem: Exception) -> str:
    """A sentence with a reference; the log gets the place, not the words: they may be somebody's."""
    reference = token_hex(4)
    frame = traceback.extract_tb(problem.__traceback__)[-1]
    place = f"{frame.filename}:{frame.lineno}"
    log.error("a line of the console failed", problem=type(problem).__name__, place=place, reference=reference)
    return f"Something went wrong here, through no fault of yours. The host finds it as {reference}."
