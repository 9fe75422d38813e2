"""The gateway breaks in all the ways in which it does, and the real library comes back."""

from __future__ import annotations

import asyncio

import discord
import pytest

from tests.fakes_discord import DiscordPerson, FakeDiscord
from tests.fakes_discord.tiny import TinyDiscordBot, patch_discord_urls, run_tiny_discord_bot


async def assert_bot_is_back(fake: FakeDiscord, ada: DiscordPerson) -> None:
    """The bot listens again, and answers."""
    await fake.until(lambda: fake.gateway.open, within=5)
    assert not (await ada.slash("outreach", "add", contact="Dana")).failed


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


@pytest.mark.parametrize("how", ["reconnect", "drop", "4000", "1000"])
async def test_a_broken_connection_is_resumed_without_a_new_session(
    how: str, fake: FakeDiscord, bot: TinyDiscordBot, ada: DiscordPerson
) -> None:
    if how == "reconnect":
        await fake.reconnect()
    elif how == "drop":
        fake.drop()
    else:
        await fake.close(int(how))
    await fake.until(lambda: fake.resumes, within=5)
    await assert_bot_is_back(fake, ada)
    assert (len(fake.identifies), fake.resumes[0].via) == (1, "resume")


async def test_what_was_missed_comes_with_the_resume(
    fake: FakeDiscord, bot: TinyDiscordBot, ada: DiscordPerson
) -> None:
    fake.gateway.refuse = 1
    fake.drop()
    await fake.until(lambda: fake.gateway.refused)
    await ada.says("are you there", wait=False)
    assert await fake.until(lambda: ada.inbox, within=5)
    assert [what.content for name, what in bot.seen if name == "message"] == ["are you there"]
    assert len(fake.identifies) == 1


@pytest.mark.parametrize(("resumable", "identified", "via"), [(True, 1, "gateway"), (False, 2, "gateway")])
async def test_an_invalid_session_is_begun_anew(
    resumable: bool, identified: int, via: str, fake: FakeDiscord, bot: TinyDiscordBot, ada: DiscordPerson
) -> None:
    await fake.invalidate(resumable=resumable)
    await fake.until(lambda: len(fake.identifies) + len(fake.resumes) == 2, within=5)
    await assert_bot_is_back(fake, ada)
    assert (len(fake.identifies), fake.identifies[-1].via) == (identified, via)


async def test_a_session_that_cannot_be_resumed_is_begun_anew(
    fake: FakeDiscord, bot: TinyDiscordBot, ada: DiscordPerson
) -> None:
    fake.gateway.resumable = False
    fake.drop()
    await fake.until(lambda: len(fake.identifies) == 2, within=5)
    await assert_bot_is_back(fake, ada)
    assert len(fake.resumes) == 1


@pytest.mark.parametrize(
    ("code", "error"), [(4004, discord.ConnectionClosed), (4014, discord.PrivilegedIntentsRequired)]
)
async def test_some_codes_end_the_connection_for_good(code: int, error: type[Exception], fake: FakeDiscord) -> None:
    with patch_discord_urls(fake.api_url, fake.gateway_url):
        bot = TinyDiscordBot()
        await bot.login(fake.token)
        task = asyncio.ensure_future(bot.connect())
        await fake.connected()
        await fake.close(code)
        with pytest.raises(error):
            await asyncio.wait_for(task, 5)
        await bot.close()


async def test_an_intent_that_is_not_switched_on_is_refused(fake: FakeDiscord) -> None:
    with patch_discord_urls(fake.api_url, fake.gateway_url):
        bot = discord.Client(intents=discord.Intents(guilds=True, members=True))
        await bot.login(fake.token)
        with pytest.raises(discord.PrivilegedIntentsRequired):
            await asyncio.wait_for(bot.connect(), 5)
        await bot.close()


@pytest.mark.parametrize("how", ["no acks", "silence"])
async def test_a_half_open_connection_is_given_up(how: str, fake: FakeDiscord, ada: DiscordPerson) -> None:
    fake.gateway.interval = 0.05
    async with run_tiny_discord_bot(fake, heartbeat_timeout=0.3):
        if how == "silence":
            fake.silence()
        else:
            fake.gateway.acks = False
        await fake.until(lambda: fake.resumes, within=5)
        fake.gateway.acks = True
        await assert_bot_is_back(fake, ada)


async def test_an_event_can_come_twice(fake: FakeDiscord, bot: TinyDiscordBot, ada: DiscordPerson) -> None:
    await ada.says("hello")
    await fake.repeat("MESSAGE_CREATE")
    await fake.until(lambda: len(bot.seen) == 2)
    assert {what.content for _, what in bot.seen} == {"hello"}
    await ada.slash("outreach", "add", contact="Dana")
    await fake.repeat()
    await fake.until(lambda: any("answered twice" in violation for violation in fake.violations))


async def test_nobody_hears_of_direct_messages_without_the_intent(fake: FakeDiscord, ada: DiscordPerson) -> None:
    with patch_discord_urls(fake.api_url, fake.gateway_url):
        bot = discord.Client(intents=discord.Intents.none())
        await bot.login(fake.token)
        task = asyncio.ensure_future(bot.connect())
        await fake.connected()
        await ada.says("hello", wait=False)
        await fake.settled()
        (session,) = fake.gateway.sessions.values()
        assert [event["t"] for event in session.events] == ["READY"]
        await bot.close()
        await task
