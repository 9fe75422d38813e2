"""The life of `stalemate run` with Slack and Discord in one process, one of which is down.

Five seconds: two processes, which look at their clocks once a second.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

from bot.domain.calendar import Calendar
from tests.fakes_discord import FakeDiscord
from tests.fakes_discord import FakePlatformClock as DiscordClock
from tests.fakes_slack import FakeSlack
from tests.fakes_slack import SlackUser as Member
from tests.fakes_slack.state import FakePlatformClock as SlackClock
from tests.story.process import (
    CLOCK_LOOK_SECONDS,
    MovedClock,
    free_port,
    make_folder,
    open_process_starter,
    requires_faketime,
)

pytestmark = requires_faketime()


async def test_where_one_platform_is_down_the_other_serves_and_reminds(tmp_path: Path) -> None:
    await asyncio.gather(
        serve_discord_alone(make_folder(tmp_path / "discord")), serve_slack_alone(make_folder(tmp_path / "slack"))
    )


def clock_at_noon(folder: Path) -> MovedClock:
    return MovedClock.at(folder, Calendar("Europe/Berlin"), datetime.fromisoformat("2026-10-20T12:00"))


def moved_clock_settings(clock: MovedClock) -> dict[str, str]:
    return {**clock.env, "STALEMATE_MAX_SLEEP": str(round(CLOCK_LOOK_SECONDS)), "STALEMATE_ZONE": "Europe/Berlin"}


async def serve_discord_alone(folder: Path) -> None:
    clock, gone = clock_at_noon(folder), f"http://127.0.0.1:{free_port()}/api/"
    tokens = {**FakeSlack().env, "SLACK_API_URL": gone}
    discord = FakeDiscord(clock=DiscordClock(lambda: clock.now().timestamp()))
    async with discord, open_process_starter(folder, {**tokens, **moved_clock_settings(clock)}) as start:
        bot = await start(**discord.env)
        await discord.connected(within=30)
        await discord.until(lambda: discord.world.commands[0], within=30)
        ada = discord.person()
        await ada.slash("outreach", "add", contact="Dana", channel="email")
        await ada.slash("outreach", "plan", contact="Dana", when="today 15:00")
        clock.to(clock.now() + timedelta(hours=5))
        await discord.until(lambda: any("Did your call" in one.said for one in ada.inbox), within=30)
        await bot.wait_for_log("slack cannot be reached yet")
        await bot.stop()


async def serve_slack_alone(folder: Path) -> None:
    clock, gone = clock_at_noon(folder), f"http://127.0.0.1:{free_port()}/api/v10"
    tokens = {"DISCORD_TOKEN": "MTIz.fake.token", "DISCORD_API_URL": gone}
    users = [Member("U0ADA", "ada", tz="Europe/Berlin")]
    slack = FakeSlack(users=users, clock=SlackClock(lambda: clock.now().timestamp()))
    async with slack, open_process_starter(folder, {**tokens, **moved_clock_settings(clock)}) as start:
        bot = await start(**slack.env)
        await slack.connected(within=30)
        ada = slack.person("U0ADA")
        await ada.command("/outreach", "add Dana channel: email")
        await ada.command("/outreach", "plan Dana when: today 15:00")
        clock.to(clock.now() + timedelta(hours=5))
        await slack.until(lambda: any("Did your call" in one.text for one in ada.received), within=30)
        await bot.wait_for_log("discord cannot be reached yet")
        await bot.stop()
