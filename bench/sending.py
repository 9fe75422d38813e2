"""G12: reminders against the platform's limit, and what one costs beside a bare call of slack_sdk."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from adapters.slack.api import new_slack_client, new_slack_session
from adapters.slack.platform import SlackSetup
from adapters.ticker import Ticker
from bench import bots, members
from bench.measuring import Figure, Ratio, Report, in_turns
from bot.app.service import Service
from bot.domain.messages import Card
from bot.domain.model import Actor, Address, HostDefaults
from bot.domain.ports import Messenger, Store

MANY, EACH = 60, 100  # reminders at their pace, and messages without one, of one round
BEGAN, DUE = datetime(2026, 11, 24, 9, tzinfo=UTC), datetime(2026, 12, 8, 8, tzinfo=UTC)
CARD = Card((("It's okay to send Dana your one e-mail now, and okay not to.",),))
PATIENCE = 120.0  # seconds
HURRY = 10_000.0  # a clock so much faster leaves nothing to wait for


async def measure(store: Store, _folder: Path, url: str) -> Report:
    async with new_slack_session() as session, hurried(url) as messenger:
        client = new_slack_client(bots.TOKEN, f"{url}/api/", session)

        async def bare(number: int) -> None:
            await client.chat_postMessage(channel=f"DB{number}", text=CARD.text(), unfurl_links=False)

        async def ours(number: int) -> None:
            to = Address("slack", f"U{number:05}", members.TEAM)
            messenger.restore_conversation(to, f"DB{number}")
            await messenger.wait_for_turn(to)
            await messenger.send(to, CARD, f"key{number}")

        costs = await in_turns(
            {"ours, ms of the processor": _cost(ours), "slack_sdk, ms of the processor": _cost(bare)}
        )
        rate = await paced(store, url)
        refused = int((await client.api_call("refused"))["count"])
    cost = costs.ratio("ours, ms of the processor", "slack_sdk, ms of the processor")
    ratios = (
        Ratio("G12", "messages a second, to the limit", rate / members.LIMIT, 0.9, at_most=False),
        Ratio("G12", "refused with 429", refused, 0),
        Ratio("G12", "what the processor does, to slack_sdk with one session", cost, 2),
    )
    return Report("Reminders", "sending", ratios, {**costs.medians(), "reminders a second": rate})


@asynccontextmanager
async def hurried(url: str) -> AsyncIterator[Messenger]:
    """Our messenger, whose turns come at once."""
    bot = bots.InProcess(
        SlackSetup(bot_token=bots.TOKEN, api_url=f"{url}/api", signing_secret=members.SECRET),
        bots.wall,
        lambda: HURRY * time.monotonic(),
    )
    try:
        yield bot.messenger
    finally:
        await bot.stop()


def _cost(send: Callable[[int], Awaitable[None]]) -> Figure:
    async def once() -> float:
        began = time.process_time()
        await asyncio.gather(*(send(number) for number in range(EACH)))
        return 1000 * (time.process_time() - began) / EACH

    return once


async def paced(store: Store, url: str) -> float:
    """Reminders a second when many are due at once, each kept durably."""
    began = time.monotonic()

    def wall() -> datetime:
        return DUE + timedelta(seconds=time.monotonic() - began)

    bot = bots.InProcess(SlackSetup(bot_token=bots.TOKEN, api_url=f"{url}/api", signing_secret=members.SECRET), wall)
    core = Service(store, {"slack": bot.messenger}, HostDefaults("Europe/Berlin"))
    people = [Address("slack", f"U9{number:04}", members.TEAM) for number in range(MANY)]
    try:
        for who in people:
            bot.messenger.restore_conversation(who, f"{members.PACED}{who.user}")
            for said in ("settings basket: never patience: no zone: Berlin", "add Dana channel: email"):
                await core.handle_command(Actor(who), said, BEGAN)
        began = time.monotonic()
        return await _swept(core, wall, people)
    finally:
        await bot.stop()


async def _swept(core: Service, wall: Callable[[], datetime], people: list[Address]) -> float:
    ticker = Ticker(core, wall)
    ticker.start()
    sent: list[datetime] = []
    async with asyncio.timeout(PATIENCE):
        while len(sent) < len(people):
            await asyncio.sleep(0.2)
            books = [book for who in people if (book := await core.store.load_book(who))]
            sent = sorted(reminder.sent_at for book in books for reminder in book.sent_reminders)
    await ticker.stop()
    return (len(sent) - 1) / (sent[-1] - sent[0]).total_seconds()
