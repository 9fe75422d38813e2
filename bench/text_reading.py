"""A text that is dear to read, beside as long a one that is not: what is typed so far, and a line."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from bench import bots
from bench.measuring import BenchmarkReport, MeasuredFigure, MeasuredRatio, measure_in_turns, median_ms
from bot.app.service import Service
from bot.domain.model import Actor, Address, HostDefaults
from bot.domain.ports import Store
from storage.memory import MemoryStore

LONG_TEXT_CHARS = 60_000  # characters; no platform carries more
EXPENSIVE_CHAR, CHEAP_CHAR = "İ", "a"  # the one is two letters to some, and one to others
READINGS_PER_ROUND = 10  # readings of one round

TextReader = Callable[[str], Awaitable[object]]


async def measure_texts(_store: Store, _folder: Path, _url: str) -> BenchmarkReport:
    core, actor = Service(MemoryStore(), {}, HostDefaults("Europe/Berlin")), Actor(Address("slack", "U1", "T1"))

    async def suggested(text: str) -> object:
        return await core.suggest_choices(actor, "log", "when", text, bots.bench_utc_now())

    async def typed(text: str) -> object:
        return await core.handle_command(actor, text, bots.bench_utc_now())

    doors: dict[str, TextReader] = {"what is typed so far": suggested, "a line": typed}
    rounds = await measure_in_turns(
        {
            f"{door}, {kind}, ms": reading_ms(read, text * LONG_TEXT_CHARS)
            for door, read in doors.items()
            for kind, text in (("dear", EXPENSIVE_CHAR), ("plain", CHEAP_CHAR))
        }
    )
    ratios = [
        MeasuredRatio("G2", f"{door}, to a plain one", rounds.ratio(f"{door}, dear, ms", f"{door}, plain, ms"), 4)
        for door in doors
    ]
    return BenchmarkReport("A dear text of 60,000 letters", "texts", tuple(ratios), rounds.medians())


def reading_ms(read: TextReader, text: str) -> MeasuredFigure:
    async def once() -> float:
        return median_ms([await _reading_seconds(read, text) for _ in range(READINGS_PER_ROUND)])

    return once


async def _reading_seconds(read: TextReader, text: str) -> float:
    began = time.perf_counter()
    await read(text)
    return time.perf_counter() - began
