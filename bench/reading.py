"""G2 and G3: a command that reads, by HTTP and by Socket Mode."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AsyncExitStack
from itertools import islice
from pathlib import Path
from random import Random

from bench import bots, members
from bench.measuring import Figure, Ratio, Report, in_turns, p50
from bot.domain.ports import Store

EACH, AT_ONCE = 300, 1500  # commands of one round
OURS, BARE, DEFAULT = "xapp-ours", "xapp-bare", "xapp-default"


async def by_http(store: Store, _folder: Path, url: str) -> Report:
    async with AsyncExitStack() as stack:
        bot = await stack.enter_async_context(bots.ours(store, url))
        bare = await stack.enter_async_context(bots.by_http(bots.bare(url, before=True)))
        default = await stack.enter_async_context(bots.by_http(bots.bare(url, before=False)))
        await bots.ask(url, everybody(), port=bot.port, at_once=1)
        rounds = await in_turns(
            {
                "ours, ms": alone(url, EACH, port=bot.port),
                "ours, with who else there is, ms": alone(url, 60, 1, port=bot.port),
                "bare, ms": alone(url, EACH, port=bare),
                "default, ms": alone(url, 30, port=default),
                "ours, 64 at once, a second": together(url, bot.port),
                "bare, 64 at once, a second": together(url, bare),
            }
        )
    together_ratio = rounds.ratio("ours, 64 at once, a second", "bare, 64 at once, a second")
    ratios = (
        Ratio("G2", "one at a time, to bare Bolt", rounds.ratio("ours, ms", "bare, ms"), 2.5),
        Ratio("G2", "one at a time, to Bolt as it comes", rounds.ratio("ours, ms", "default, ms"), 1 / 10),
        Ratio("G2", "64 at once, requests a second, to bare Bolt", together_ratio, 0.6, at_most=False),
    )
    return Report("A command that reads, by HTTP", "http", ratios, rounds.medians())


async def by_socket(store: Store, _folder: Path, url: str) -> Report:
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(bots.ours(store, url, app_token=OURS))
        await stack.enter_async_context(bots.by_socket(bots.bare(url, before=True), BARE))
        await stack.enter_async_context(bots.by_socket(bots.bare(url, before=False), DEFAULT))
        await bots.ask(url, everybody(), socket=OURS)
        rounds = await in_turns(
            {
                "ours, ms": alone(url, EACH, socket=OURS),
                "bare, ms": alone(url, EACH, socket=BARE),
                "default, ms": alone(url, 30, socket=DEFAULT),
            }
        )
    ratios = (Ratio("G3", "one at a time, to bare Bolt", rounds.ratio("ours, ms", "bare, ms"), 3),)
    return Report("A command that reads, by Socket Mode", "socket", ratios, rounds.medians())


def everybody() -> list[tuple[str, str]]:
    """Everybody was here before: their profiles are known."""
    return [(members.user(member), "show Dana 0") for member in range(members.MEMBERS)]


def shows(kind: int = 0) -> Iterator[tuple[str, str]]:
    """Cards of contacts who are not waited for, for members in no order; `kind` 1: of those who are."""
    chance = Random(2)  # noqa: S311 (nothing secret)
    while True:
        yield (
            members.user(chance.randrange(members.MEMBERS)),
            f"show {members.name(2 * chance.randrange(members.CONTACTS // 2) + kind)}",
        )


def alone(url: str, each: int, kind: int = 0, **where: object) -> Figure:
    asked = shows(kind)

    async def once() -> float:
        answer = await bots.ask(url, list(islice(asked, each)), at_once=1, **where)
        return p50(answer["each"])

    return once


def together(url: str, port: int) -> Figure:
    asked = shows()

    async def once() -> float:
        answer = await bots.ask(url, list(islice(asked, AT_ONCE)), port=port, at_once=64)
        return float(answer["rate"])

    return once
