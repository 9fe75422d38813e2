"""Messages go where they are meant to go, once, and are found again."""

from __future__ import annotations

from typing import Any

import discord

from tests.fakes_discord import ADA_USER_ID, GENERAL_CHANNEL_ID, LEE_USER_ID, DiscordPerson, FakeDiscord
from tests.fakes_discord.tiny import TinyDiscordBot, patch_discord_urls

Json = dict[str, Any]


async def open_user_dm(bot: TinyDiscordBot, user: int = ADA_USER_ID) -> discord.DMChannel:
    return await bot.create_dm(discord.Object(user))  # type: ignore[arg-type]


async def test_the_same_nonce_is_the_same_message_whatever_the_channel(
    fake: FakeDiscord, bot: TinyDiscordBot, ada: DiscordPerson
) -> None:
    first = await (await open_user_dm(bot)).send("once", nonce="same")
    second = await (await open_user_dm(bot, LEE_USER_ID)).send("twice", nonce="same")
    assert second.id == first.id
    assert fake.person(LEE_USER_ID).inbox == []
    fake.clock.move(600)
    assert (await (await open_user_dm(bot)).send("again", nonce="same")).id != first.id
    assert [one.said for one in ada.inbox] == ["once", "again"]
    assert fake.violations == []


async def test_history_is_given_page_by_page(fake: FakeDiscord, bot: TinyDiscordBot, ada: DiscordPerson) -> None:
    channel = await open_user_dm(bot)
    sent = [await channel.send(str(number)) for number in range(6)]

    async def told(**where: Any) -> list[str]:
        return [one.content async for one in channel.history(**where)]

    assert await told(limit=2) == ["5", "4"]
    assert await told(before=sent[2]) == ["1", "0"]
    fake.world.remove(ada.dm.messages[5])
    assert await told(limit=1) == ["4"]


async def test_history_holds_no_private_answers(fake: FakeDiscord, bot: TinyDiscordBot, ada: DiscordPerson) -> None:
    await ada.at("dm").slash("outreach", "add", contact="Dana")
    channel = await open_user_dm(bot)
    assert [one async for one in channel.history()] == []


async def test_a_message_that_could_ping_is_noted(fake: FakeDiscord) -> None:
    with patch_discord_urls(fake.api_url, fake.gateway_url):
        careless = discord.Client(intents=discord.Intents.none())
        await careless.login(fake.token)
        await careless.get_partial_messageable(GENERAL_CHANNEL_ID).send("@everyone")
        await careless.get_partial_messageable(GENERAL_CHANNEL_ID).send(embed=discord.Embed(description="@everyone"))
        await careless.close()
    assert fake.violations == ["POST /channels/{channel}/messages: could ping"]


async def test_what_stood_in_a_channel_can_be_searched(fake: FakeDiscord, bot: TinyDiscordBot) -> None:
    await bot.get_partial_messageable(GENERAL_CHANNEL_ID).send("needle")
    assert fake.channel_texts()[GENERAL_CHANNEL_ID] == ["needle"]
    assert fake.texts() == {ADA_USER_ID: ["needle"], LEE_USER_ID: ["needle"]}
