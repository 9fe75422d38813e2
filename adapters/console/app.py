"""Assembles the console and runs its loop: read a line, execute it, show what it caused, wait for the next line."""

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
from adapters.console.ports import ConsoleLineSource, ConsoleOutlet
from adapters.console.problems import ConsoleLineRefused
from adapters.console.screen import ScreenEntryKind
from adapters.console.session import ConsoleSession, ConsoleSetup
from adapters.console.streams import EchoedLines, FileLines, JsonConsoleOutlet, PlainConsoleOutlet
from bot.domain.messages import Card

STDIN, STDOUT = 0, 1

log = structlog.get_logger(__name__)


async def run_console_process(
    setup: ConsoleSetup, json: bool = False, echo: bool = False, completion_words: Sequence[str] = ()
) -> int:
    """Run the console on standard input and output until the input ends; returns the exit code.

    `json`: print one object a line, for programs. `echo`: repeat each input line, for a transcript.
    `completion_words`: offered on Tab in a terminal.
    """
    if is_on_terminal() and not json:
        from adapters.console.terminal import open_terminal  # takes 100 ms: only when there is a terminal

        with open_terminal(completion_words) as (lines, screen):
            return await run_console_session(setup, lines, screen)
    stdout = to_utf8_stream(sys.stdout)
    source: ConsoleLineSource = FileLines(STDIN)
    outlet = JsonConsoleOutlet(stdout) if json else PlainConsoleOutlet(stdout)
    try:
        return await run_console_session(setup, EchoedLines(source, stdout) if echo else source, outlet)
    except BrokenPipeError:
        # Nobody reads the output any more, which is no failure; the interpreter must not flush the rest when it exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), STDOUT)
        return 0


def is_on_terminal() -> bool:
    """Whether input and output are a terminal that can show a prompt."""
    return os.isatty(STDIN) and os.isatty(STDOUT) and os.environ.get("TERM") != "dumb"


def to_utf8_stream(stream: TextIO) -> TextIO:
    """The stream, switched to UTF-8 whatever the locale."""
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    return stream


async def run_console_session(setup: ConsoleSetup, source: ConsoleLineSource, outlet: ConsoleOutlet) -> int:
    """Run until the input ends; returns the exit code. Raises `BrokenPipeError` when nobody reads the output."""
    session = ConsoleSession(setup, outlet, saved_screen.load_console_screen(setup.screen_file))
    async with AsyncExitStack() as stack:
        await session.open()
        stack.push_async_callback(session.close)
        await _handle_console_lines(session, source)
    return 0


async def _handle_console_lines(session: ConsoleSession, source: ConsoleLineSource) -> None:
    if session.outlet.is_for_person:
        await session.show_note(session.setup.greeting)
        await session.welcome()
    await session.show_ready()
    while not session.is_ended and (line := await source.next_line(await session.prompt_text())) is not None:
        await handle_console_line(session, line)
        await session.show_ready()


async def handle_console_line(session: ConsoleSession, line: str) -> None:
    """Execute a line. Failures are shown and not raised, except `BrokenPipeError`."""
    member, earlier_entries = session.member, session.screen.entries_to(session.member)
    try:
        await _dispatch_console_line(session, line.strip())
        await session.sweep_and_forget(member, earlier_entries)
    except ConsoleLineRefused as problem:
        await session.show_note(str(problem), ScreenEntryKind.ERROR)
    except BrokenPipeError:
        raise
    except Exception as problem:
        await session.show_note(_console_apology(problem), ScreenEntryKind.ERROR)


async def _dispatch_console_line(session: ConsoleSession, line: str) -> None:
    if (directive := inbound.parse_console_directive(line)) is not None:
        await directives.run_console_directive(session, *directive)
    elif not line:
        return
    elif not await _press_console_button_by_number(session, line):
        await session.handle_command(line)


async def _press_console_button_by_number(session: ConsoleSession, line: str) -> bool:
    """Press the button of the newest entry with this number, if a person typed one. Returns whether it did."""
    newest = next(session.screen.newest_first(session.member), None)
    if newest is None or not session.outlet.is_for_person or not isinstance(newest.what, Card):
        return False
    button = buttons.find_button_by_number(newest.what.acts, line)
    if button is not None:
        await session.press_button(newest, button)
    return button is not None


def _console_apology(problem: Exception) -> str:
    """A sentence with a reference; the log gets the error's type and place, not its text: it may quote a member."""
    reference = token_hex(4)
    frame = traceback.extract_tb(problem.__traceback__)[-1]
    place = f"{frame.filename}:{frame.lineno}"
    log.error("a line of the console failed", problem=type(problem).__name__, place=place, reference=reference)
    return f"Something went wrong here, through no fault of yours. The host finds it as {reference}."
