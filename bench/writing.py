"""G1: a slash command with one durable write, in process."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator, Sequence
from itertools import cycle
from pathlib import Path

import orjson
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest

from bench import bots, members
from bench.measuring import Figure, Ratio, Report, in_turns, p50
from bot.domain.ports import Store

EACH = 150  # commands of one round
FORM: dict[str, str | Sequence[str]] = {"content-type": ["application/x-www-form-urlencoded"]}


async def measure(store: Store, folder: Path, url: str) -> Report:
    async with bots.ours(store, url, bots.InProcess) as bot:
        await warm(bot.app)
        rounds = await in_turns(
            {
                "ours, ms": dispatched(bot.app, members.commands("log {name} channel: email"), EACH),
                "bare, ms": dispatched(bots.bare(url, before=True, check=False), members.commands("x"), EACH),
                "write floor, ms": floor(folder),
                "default, ms": dispatched(bots.bare(url, before=False, check=False), members.commands("x"), 30),
            }
        )
        await bot.work.idle()
    ratios = (
        Ratio("G1", "to bare Bolt and the write floor", rounds.ratio("ours, ms", "bare, ms", "write floor, ms"), 2),
        Ratio("G1", "to Bolt as it comes", rounds.ratio("ours, ms", "default, ms"), 1 / 3),
    )
    return Report("A slash command with one durable write, in process", "writing", ratios, rounds.medians())


async def warm(app: AsyncApp) -> None:
    """Everybody was here before: their profiles are known."""
    for member in range(members.MEMBERS):
        await _dispatch(app, members.body(members.user(member), "show Dana 0"))


def dispatched(app: AsyncApp, bodies: Iterator[str], each: int) -> Figure:
    async def once() -> float:
        return p50([await _dispatch(app, next(bodies)) for _ in range(each)])

    return once


async def _dispatch(app: AsyncApp, body: str) -> float:
    began = time.perf_counter()
    answer = await app.async_dispatch(AsyncBoltRequest(body=body, headers=FORM))
    taken = time.perf_counter() - began
    if answer.status != 200 or not answer.body:
        raise RuntimeError("not answered")
    await asyncio.sleep(0)
    return taken


def floor(folder: Path) -> Figure:
    """One book's bytes, of one member after the other: dumps, a temporary file, fsync, rename, fsync of the folder."""
    plain = orjson.loads(next((folder / "members").glob("*.json")).read_bytes())
    beside = folder / "floor"
    beside.mkdir(exist_ok=True)
    numbers = cycle(range(members.MEMBERS))

    def write() -> float:
        path = beside / f"{next(numbers)}.json"
        new = path.with_suffix(".new")
        began = time.perf_counter()
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.write(descriptor, orjson.dumps(plain))
        os.fsync(descriptor)
        os.close(descriptor)
        new.replace(path)
        descriptor = os.open(beside, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
        return time.perf_counter() - began

    async def once() -> float:
        return p50([write() for _ in range(EACH)])

    return once
