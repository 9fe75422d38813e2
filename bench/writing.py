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
from bench.measuring import BenchmarkReport, MeasuredFigure, MeasuredRatio, measure_in_turns, median_ms
from bot.domain.ports import Store

WRITES_PER_ROUND = 150  # commands of one round
FORM_HEADERS: dict[str, str | Sequence[str]] = {"content-type": ["application/x-www-form-urlencoded"]}


async def measure_writing(store: Store, folder: Path, url: str) -> BenchmarkReport:
    async with bots.run_our_bot(store, url, bots.UnservedSlackPlatform) as bot:
        await warm_profiles(bot.app)
        rounds = await measure_in_turns(
            {
                "ours, ms": dispatch_ms(bot.app, members.command_bodies("log {name} channel: email"), WRITES_PER_ROUND),
                "bare, ms": dispatch_ms(
                    bots.build_bare_bolt(url, before=True, check=False), members.command_bodies("x"), WRITES_PER_ROUND
                ),
                "write floor, ms": write_floor_ms(folder),
                "default, ms": dispatch_ms(
                    bots.build_bare_bolt(url, before=False, check=False), members.command_bodies("x"), 30
                ),
            }
        )
        await bot.tasks.wait_until_idle()
    ratios = (
        MeasuredRatio(
            "G1", "to bare Bolt and the write floor", rounds.ratio("ours, ms", "bare, ms", "write floor, ms"), 2
        ),
        MeasuredRatio("G1", "to Bolt as it comes", rounds.ratio("ours, ms", "default, ms"), 1 / 3),
    )
    return BenchmarkReport("A slash command with one durable write, in process", "writing", ratios, rounds.medians())


async def warm_profiles(app: AsyncApp) -> None:
    """Everybody was here before: their profiles are known."""
    for member in range(members.MEMBER_COUNT):
        await _dispatch_seconds(app, members.slash_command_body(members.bench_user_id(member), "show Dana 0"))


def dispatch_ms(app: AsyncApp, bodies: Iterator[str], each: int) -> MeasuredFigure:
    async def once() -> float:
        return median_ms([await _dispatch_seconds(app, next(bodies)) for _ in range(each)])

    return once


async def _dispatch_seconds(app: AsyncApp, body: str) -> float:
    began = time.perf_counter()
    answer = await app.async_dispatch(AsyncBoltRequest(body=body, headers=FORM_HEADERS))
    taken = time.perf_counter() - began
    if answer.status != 200 or not answer.body:
        raise RuntimeError("not answered")
    await asyncio.sleep(0)
    return taken


def write_floor_ms(folder: Path) -> MeasuredFigure:
    """One book's bytes, of one member after the other: dumps, a temporary file, fsync, rename, fsync of the folder."""
    plain = orjson.loads(next((folder / "members").glob("*.json")).read_bytes())
    beside = folder / "floor"
    beside.mkdir(exist_ok=True)
    numbers = cycle(range(members.MEMBER_COUNT))

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
        return median_ms([write() for _ in range(WRITES_PER_ROUND)])

    return once
