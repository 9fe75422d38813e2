"""A text that is dear to read, beside as long a one that is not: what is typed so far, and a line."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from bench import bots
from bench.measuring import Figure, Ratio, Report, in_turns, p50
from bot.app.service import Service
from bot.domain.model import Actor, Address, HostDefaults
from bot.domain.ports import Store
from storage.memory import MemoryStore

LONG = 60_000  # characters; no platform carries more
DEAR, PLAIN = "İ", "a"  # the one is two letters to some, and one to others
EACH = 10  # readings of one round

Read = Callable[[str], Awaitable[object]]


async def measure(_store: Store, _folder: Path, _url: str) -> Report:
    core, actor = Service(MemoryStore(), {}, HostDefaults("Europe/Berlin")), Actor(Address("slack", "U1", "T1"))

    async def suggested(text: str) -> object:
        return await core.suggest_choices(actor, "log", "when", text, bots.wall())

    async def typed(text: str) -> object:
        return await core.handle_command(actor, text, bots.wall())

    doors: dict[str, Read] = {"what is typed so far": suggested, "a line": typed}
    rounds = await in_turns(
        {
            f"{door}, {kind}, ms": reading(read, text * LONG)
            for door, read in doors.items()
            for kind, text in (("dear", DEAR), ("plain", PLAIN))
        }
    )
    ratios = [
        Ratio("G2", f"{door}, to a plain one", rounds.ratio(f"{door}, dear, ms", f"{door}, plain, ms"), 4)
        for door in doors
    ]
    return Report("A dear text of 60,000 letters", "texts", tuple(ratios), rounds.medians())


def reading(read: Read, text: str) -> Figure:
    async def once() -> float:
        return p50([await _seconds(read, text) for _ in range(EACH)])

    return once


async def _seconds(read: Read, text: str) -> float:
    began = time.perf_counter()
    await read(text)
    return time.perf_counter() - began
