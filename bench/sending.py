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
from bench.measuring import BenchmarkReport, MeasuredFigure, MeasuredRatio, measure_in_turns
from bot.app.service import Service
from bot.domain.messages import Card
from bot.domain.model import Actor, Address, HostDefaults
from bot.domain.ports import Messenger, Store

PACED_REMINDERS, UNPACED_MESSAGES = 60, 100  # reminders at their pace, and messages without one, of one round
SENDING_STARTED_AT, SENDING_DUE_AT = datetime(2026, 11, 24, 9, tzinfo=UTC), datetime(2026, 12, 8, 8, tzinfo=UTC)
REMINDER_CARD = Card((("It's okay to send Dana your one e-mail now, and okay not to.",),))
SENDING_SECONDS = 120.0  # seconds
HURRIED_CLOCK_FACTOR = 10_000.0  # a clock so much faster leaves nothing to wait for


async def measure_sending(store: Store, _folder: Path, url: str) -> BenchmarkReport:
    async with new_slack_session() as session, open_hurried_messenger(url) as messenger:
        client = new_slack_client(bots.BENCH_BOT_TOKEN, f"{url}/api/", session)

        async def bare(number: int) -> None:
            await client.chat_postMessage(channel=f"DB{number}", text=REMINDER_CARD.text(), unfurl_links=False)

        async def ours(number: int) -> None:
            to = Address("slack", f"U{number:05}", members.BENCH_TEAM_ID)
            messenger.restore_conversation(to, f"DB{number}")
            await messenger.wait_for_turn(to)
            await messenger.send(to, REMINDER_CARD, f"key{number}")

        costs = await measure_in_turns(
            {
                "ours, ms of the processor": _cpu_ms_per_message(ours),
                "slack_sdk, ms of the processor": _cpu_ms_per_message(bare),
            }
        )
        rate = await paced_reminders_per_second(store, url)
        refused = int((await client.api_call("refused"))["count"])
    cost = costs.ratio("ours, ms of the processor", "slack_sdk, ms of the processor")
    ratios = (
        MeasuredRatio("G12", "messages a second, to the limit", rate / members.POST_LIMIT, 0.9, at_most=False),
        MeasuredRatio("G12", "refused with 429", refused, 0),
        MeasuredRatio("G12", "what the processor does, to slack_sdk with one session", cost, 2),
    )
    return BenchmarkReport("Reminders", "sending", ratios, {**costs.medians(), "reminders a second": rate})


@asynccontextmanager
async def open_hurried_messenger(url: str) -> AsyncIterator[Messenger]:
    """Our messenger, whose turns come at once."""
    bot = bots.UnservedSlackPlatform(
        SlackSetup(bot_token=bots.BENCH_BOT_TOKEN, api_url=f"{url}/api", signing_secret=members.BENCH_SIGNING_SECRET),
        bots.bench_utc_now,
        lambda: HURRIED_CLOCK_FACTOR * time.monotonic(),
    )
    try:
        yield bot.messenger
    finally:
        await bot.stop()


def _cpu_ms_per_message(send: Callable[[int], Awaitable[None]]) -> MeasuredFigure:
    async def once() -> float:
        began = time.process_time()
        await asyncio.gather(*(send(number) for number in range(UNPACED_MESSAGES)))
        return 1000 * (time.process_time() - began) / UNPACED_MESSAGES

    return once


async def paced_reminders_per_second(store: Store, url: str) -> float:
    """Reminders a second when many are due at once, each kept durably."""
    began = time.monotonic()

    def wall() -> datetime:
        return SENDING_DUE_AT + timedelta(seconds=time.monotonic() - began)

    bot = bots.UnservedSlackPlatform(
        SlackSetup(bot_token=bots.BENCH_BOT_TOKEN, api_url=f"{url}/api", signing_secret=members.BENCH_SIGNING_SECRET),
        wall,
    )
    core = Service(store, {"slack": bot.messenger}, HostDefaults("Europe/Berlin"))
    people = [Address("slack", f"U9{number:04}", members.BENCH_TEAM_ID) for number in range(PACED_REMINDERS)]
    try:
        for who in people:
            bot.messenger.restore_conversation(who, f"{members.PACED_CHANNEL_PREFIX}{who.user}")
            for said in ("settings basket: never patience: no zone: Berlin", "add Dana channel: email"):
                await core.handle_command(Actor(who), said, SENDING_STARTED_AT)
        began = time.monotonic()
        return await _reminders_swept_per_second(core, wall, people)
    finally:
        await bot.stop()


async def _reminders_swept_per_second(core: Service, wall: Callable[[], datetime], people: list[Address]) -> float:
    ticker = Ticker(core, wall)
    ticker.start()
    sent: list[datetime] = []
    async with asyncio.timeout(SENDING_SECONDS):
        while len(sent) < len(people):
            await asyncio.sleep(0.2)
            books = [book for who in people if (book := await core.store.load(who))]
            sent = sorted(reminder.sent_at for book in books for reminder in book.sent_reminders)
    await ticker.stop()
    return (len(sent) - 1) / (sent[-1] - sent[0]).total_seconds()
