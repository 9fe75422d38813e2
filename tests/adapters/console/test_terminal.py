from __future__ import annotations

import asyncio
import io
from datetime import UTC, datetime

from prompt_toolkit import PromptSession
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput
from rich.console import Console

from adapters.console.app import run_console_session
from adapters.console.session import CLOCK_STOPPED_NOTE
from adapters.console.terminal import TerminalLines, TerminalOutlet
from bot.app.service import Service
from tests.adapters.console.console_bench import ConsoleBench, entry_texts
from tests.cards import NOON


async def type_in_terminal(keys: str, bench: ConsoleBench) -> str:
    stream = io.StringIO()
    outlet = TerminalOutlet(Console(file=stream, width=80))
    with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):
        pipe.send_text(keys)
        running = run_console_session(bench.setup, TerminalLines(PromptSession()), outlet)
        assert await asyncio.wait_for(running, 5) == 0
    return stream.getvalue()


async def test_a_person_types_presses_a_number_and_quits():
    bench = ConsoleBench()
    shown = await type_in_terminal("add Dana\n:skip 2 days\n1\n:quit\n", bench)
    assert bench.core_calls == [("text", "add Dana"), ("press", "Words")]
    assert "stalemate · direct message · Thu 3 Dec 2026, 12:00" in shown


async def test_control_c_drops_a_begun_line_and_then_ends(capsys):
    bench = ConsoleBench()
    await type_in_terminal("boa\x03board\n\x03", bench)
    assert bench.core_calls == [("text", "board")]
    assert "Until soon" in capsys.readouterr().out
    assert bench.shelf.closed == 1


async def test_control_d_ends(capsys):
    assert "stalemate" not in await type_in_terminal("\x04", ConsoleBench())
    assert "Until soon" in capsys.readouterr().out


class ConsoleFakeTicker:
    def __init__(self) -> None:
        self.happened: list[str] = []

    def start(self) -> None:
        self.happened.append("start")

    def nudge(self) -> None:
        self.happened.append("nudge")

    async def stop(self) -> None:
        self.happened.append("stop")


async def test_a_running_clock_ticks_until_it_is_moved_for_the_first_time():
    tickers: list[ConsoleFakeTicker] = []

    def open_ticker(_: Service) -> ConsoleFakeTicker:
        tickers.append(ConsoleFakeTicker())
        return tickers[-1]

    bench = ConsoleBench(clock_start=None, wall=lambda: NOON, open_ticker=open_ticker)
    said = await bench.json_without_ready("board", ":restart", "add Dana", ":skip 1 hours", "board", ":restart")
    assert [ticker.happened for ticker in tickers] == [["start", "nudge", "stop"], ["start", "nudge", "nudge", "stop"]]
    assert entry_texts(said).count(CLOCK_STOPPED_NOTE) == 1


async def test_a_clock_that_was_moved_stands_where_it_was_put():
    bench = ConsoleBench(clock_start=None, wall=lambda: datetime.now(UTC))
    times = [one["at"] for one in await bench.json(":skip 2 hours", "", "board") if one["kind"] == "ready"]
    assert times[1] == times[2] == times[3]
    assert times[0] < times[1]
