"""G2 and G3: a command that reads, by HTTP and by Socket Mode."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AsyncExitStack
from itertools import islice
from pathlib import Path
from random import Random

from adapters.slack.platform import SlackPlatform
from bench import bots, members
from bench.measuring import BenchmarkReport, MeasuredFigure, MeasuredRatio, measure_in_turns, median_ms
from bot.domain.ports import Store

READS_PER_ROUND, CONCURRENT_READS = 300, 1500  # commands of one round
OUR_APP_TOKEN, BARE_APP_TOKEN, DEFAULT_APP_TOKEN = "xapp-ours", "xapp-bare", "xapp-default"


async def measure_reading_by_http(store: Store, _folder: Path, url: str) -> BenchmarkReport:
    async with AsyncExitStack() as stack:
        bot = await stack.enter_async_context(bots.run_our_bot(store, url, SlackPlatform))
        bare = await stack.enter_async_context(bots.serve_bolt_by_http(bots.build_bare_bolt(url, before=True)))
        default = await stack.enter_async_context(bots.serve_bolt_by_http(bots.build_bare_bolt(url, before=False)))
        await bots.send_commands(url, command_from_everybody(), port=bot.port, at_once=1)
        rounds = await measure_in_turns(
            {
                "ours, ms": one_at_a_time(url, READS_PER_ROUND, port=bot.port),
                "ours, with who else there is, ms": one_at_a_time(url, 60, 1, port=bot.port),
                "bare, ms": one_at_a_time(url, READS_PER_ROUND, port=bare),
                "default, ms": one_at_a_time(url, 30, port=default),
                "ours, 64 at once, a second": many_at_once(url, bot.port),
                "bare, 64 at once, a second": many_at_once(url, bare),
            }
        )
    together_ratio = rounds.ratio("ours, 64 at once, a second", "bare, 64 at once, a second")
    ratios = (
        MeasuredRatio("G2", "one at a time, to bare Bolt", rounds.ratio("ours, ms", "bare, ms"), 2.5),
        MeasuredRatio("G2", "one at a time, to Bolt as it comes", rounds.ratio("ours, ms", "default, ms"), 1 / 10),
        MeasuredRatio("G2", "64 at once, requests a second, to bare Bolt", together_ratio, 0.6, at_most=False),
    )
    return BenchmarkReport("A command that reads, by HTTP", "http", ratios, rounds.medians())


async def measure_reading_by_socket(store: Store, _folder: Path, url: str) -> BenchmarkReport:
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(bots.run_our_bot(store, url, SlackPlatform, OUR_APP_TOKEN))
        await stack.enter_async_context(
            bots.connect_bolt_by_socket(bots.build_bare_bolt(url, before=True), BARE_APP_TOKEN)
        )
        await stack.enter_async_context(
            bots.connect_bolt_by_socket(bots.build_bare_bolt(url, before=False), DEFAULT_APP_TOKEN)
        )
        await bots.send_commands(url, command_from_everybody(), socket=OUR_APP_TOKEN)
        rounds = await measure_in_turns(
            {
                "ours, ms": one_at_a_time(url, READS_PER_ROUND, socket=OUR_APP_TOKEN),
                "bare, ms": one_at_a_time(url, READS_PER_ROUND, socket=BARE_APP_TOKEN),
                "default, ms": one_at_a_time(url, 30, socket=DEFAULT_APP_TOKEN),
            }
        )
    ratios = (MeasuredRatio("G3", "one at a time, to bare Bolt", rounds.ratio("ours, ms", "bare, ms"), 3),)
    return BenchmarkReport("A command that reads, by Socket Mode", "socket", ratios, rounds.medians())


def command_from_everybody() -> list[tuple[str, str]]:
    """Everybody was here before: their profiles are known."""
    return [(members.bench_user_id(member), "show Dana 0") for member in range(members.MEMBER_COUNT)]


def show_commands(kind: int = 0) -> Iterator[tuple[str, str]]:
    """Cards of contacts who are not waited for, for members in no order; `kind` 1: of those who are."""
    chance = Random(2)  # noqa: S311 (nothing secret)
    while True:
        yield (
            members.bench_user_id(chance.randrange(members.MEMBER_COUNT)),
            f"show {members.bench_contact_name(2 * chance.randrange(members.CONTACTS_PER_MEMBER // 2) + kind)}",
        )


def one_at_a_time(url: str, each: int, kind: int = 0, **where: object) -> MeasuredFigure:
    asked = show_commands(kind)

    async def once() -> float:
        answer = await bots.send_commands(url, list(islice(asked, each)), at_once=1, **where)
        return median_ms(answer["each"])

    return once


def many_at_once(url: str, port: int) -> MeasuredFigure:
    asked = show_commands()

    async def once() -> float:
        answer = await bots.send_commands(url, list(islice(asked, CONCURRENT_READS)), port=port, at_once=64)
        return float(answer["rate"])

    return once
