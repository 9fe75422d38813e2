"""The gateway breaks in all the ways in which it does, and the real library comes back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import discord
import pytest

from tests.fakes_discord import DiscordPerson, FakeDiscord
from tests.fakes_discord.tiny import TinyDiscordBot, patch_discord_urls


@asynccontextmanager
async def logged_in(fake: FakeDiscord, client: discord.Client) -> AsyncIterator[asyncio.Future[None]]:
    """The client while it connects; what comes of that."""
    with patch_discord_urls(fake.api_url, fake.gateway_url):
        await client.login(fake.token)
        connecting = asyncio.ensure_future(client.connect())
        yield connecting
        await client.close()
        await asyncio.gather(connecting, return_exceptions=True)


async def test_a_bot_logs_in_and_is_ready(fake: FakeDiscord, bot: TinyDiscordBot) -> None:
    assert bot.user is not None
    assert (bot.user.name, [guild.name for guild in bot.guilds]) == ("stalemate", ["Job club"])
    assert [identify.via for identify in fake.identifies] == ["gateway"]
    assert {command["name"] for command in fake.world.commands[0]} == {"outreach", "Log it"}
    assert fake.unknown == []
    assert fake.violations == []


async def test_compressed_events_arrive(fake: FakeDiscord, bot: TinyDiscordBot) -> None:
    assert fake.gateway.open[0].zlib is not None


async def test_a_wrong_token_is_refused(fake: FakeDiscord) -> None:
    with patch_discord_urls(fake.api_url, fake.gateway_url):
        bot = TinyDiscordBot()
        with pytest.raises(discord.LoginFailure):
            await bot.login("wrong")
        await bot.close()
    assert fake.calls[-1].answered == ["401 0"]


@pytest.mark.parametrize(
    ("code", "error"), [(4004, discord.ConnectionClosed), (4014, discord.PrivilegedIntentsRequired)]
)
async def test_some_codes_end_the_connection_for_good(code: int, error: type[Exception], fake: FakeDiscord) -> None:
    async with logged_in(fake, TinyDiscordBot()) as connecting:
        await fake.connected()
        await fake.close(code)
        with pytest.raises(error):
            await asyncio.wait_for(connecting, 5)


async def test_an_intent_that_is_not_switched_on_is_refused(fake: FakeDiscord) -> None:
    async with logged_in(fake, discord.Client(intents=discord.Intents(guilds=True, members=True))) as connecting:
        with pytest.raises(discord.PrivilegedIntentsRequired):
            await asyncio.wait_for(connecting, 5)


async def test_an_event_can_come_twice(fake: FakeDiscord, bot: TinyDiscordBot, ada: DiscordPerson) -> None:
    await ada.says("hello")
    await fake.repeat("MESSAGE_CREATE")
    await fake.until(lambda: len(bot.seen) == 2)
    assert {what.content for _, what in bot.seen} == {"hello"}
    await ada.slash("outreach", "add", contact="Dana")
    await fake.repeat()
    await fake.until(lambda: any("answered twice" in violation for violation in fake.violations))


async def test_nobody_hears_of_direct_messages_without_the_intent(fake: FakeDiscord, ada: DiscordPerson) -> None:
    async with logged_in(fake, discord.Client(intents=discord.Intents.none())):
        await fake.connected()
        await ada.says("hello", wait=False)
        await fake.settled()
        (session,) = fake.gateway.sessions.values()
        assert [event["t"] for event in session.events] == ["READY"]
