"""The life of `stalemate run` with Slack and Discord in one process, one of which is down."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

from bot.domain.calendar import Calendar
from tests.fakes_discord import Clock as DiscordClock
from tests.fakes_discord import FakeDiscord
from tests.fakes_slack import FakeSlack
from tests.fakes_slack import User as Member
from tests.fakes_slack.state import Clock as SlackClock
from tests.story.process import LOOK, Machine, free_port, fresh, moved_clock, starter

pytestmark = moved_clock()


async def test_where_one_platform_is_down_the_other_serves_and_reminds(tmp_path: Path) -> None:
    await asyncio.gather(discord_alone(fresh(tmp_path / "discord")), slack_alone(fresh(tmp_path / "slack")))


def noon(folder: Path) -> Machine:
    return Machine.at(folder, Calendar("Europe/Berlin"), datetime.fromisoformat("2026-10-20T12:00"))


def settings(clock: Machine) -> dict[str, str]:
    return {**clock.env, "STALEMATE_MAX_SLEEP": str(round(LOOK)), "STALEMATE_ZONE": "Europe/Berlin"}


async def discord_alone(folder: Path) -> None:
    clock, gone = noon(folder), f"http://127.0.0.1:{free_port()}/api/"
    tokens = {**FakeSlack().env, "SLACK_API_URL": gone}
    discord = FakeDiscord(clock=DiscordClock(lambda: clock.now().timestamp()))
    async with discord, starter(folder, {**tokens, **settings(clock)}) as start:
        bot = await start(**discord.env)
        await discord.connected(within=30)
        await discord.until(lambda: discord.world.commands[0], within=30)
        ada = discord.person()
        await ada.slash("outreach", "add", contact="Dana", channel="email")
        await ada.slash("outreach", "plan", contact="Dana", when="today 15:00")
        clock.to(clock.now() + timedelta(hours=5))
        await discord.until(lambda: any("Did your call" in one.said for one in ada.inbox), within=30)
        await bot.tells("slack cannot be reached yet")
        await bot.stop()


async def slack_alone(folder: Path) -> None:
    clock, gone = noon(folder), f"http://127.0.0.1:{free_port()}/api/v10"
    tokens = {"DISCORD_TOKEN": "MTIz.fake.token", "DISCORD_API_URL": gone}
    users = [Member("U0ADA", "ada", tz="Europe/Berlin")]
    slack = FakeSlack(users=users, clock=SlackClock(lambda: clock.now().timestamp()))
    async with slack, starter(folder, {**tokens, **settings(clock)}) as start:
        bot = await start(**slack.env)
        await slack.connected(within=30)
        ada = slack.person("U0ADA")
        await ada.command("/outreach", "add Dana channel: email")
        await ada.command("/outreach", "plan Dana when: today 15:00")
        clock.to(clock.now() + timedelta(hours=5))
        await slack.until(lambda: any("Did your call" in one.text for one in ada.received), within=30)
        await bot.tells("discord cannot be reached yet")
        await bot.stop()
