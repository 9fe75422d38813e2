"""Messages go where they are meant to go, once, and are found again."""

from __future__ import annotations

import time
from typing import Any

import discord
import pytest
from discord.http import Route

from tests.fakes_discord import ADA, GENERAL, LEE, FakeDiscord, Person, faults
from tests.fakes_discord.tiny import TinyBot, addressed

Json = dict[str, Any]


async def dm(bot: TinyBot, user: int = ADA) -> discord.DMChannel:
    return await bot.create_dm(discord.Object(user))  # type: ignore[arg-type]


async def test_a_direct_message_arrives_in_the_one_channel_for_it(fake: FakeDiscord, bot: TinyBot, ada: Person) -> None:
    first, second = await dm(bot), await dm(bot)
    await second.send("hello")
    assert (first.id, [one.said for one in ada.inbox]) == (second.id, ["hello"])
    assert fake.person(LEE).sees == ""


async def test_the_same_nonce_is_the_same_message_whatever_the_channel(
    fake: FakeDiscord, bot: TinyBot, ada: Person
) -> None:
    first = await (await dm(bot)).send("once", nonce="same")
    second = await (await dm(bot, LEE)).send("twice", nonce="same")
    assert second.id == first.id
    assert fake.person(LEE).inbox == []
    fake.clock.move(600)
    assert (await (await dm(bot)).send("again", nonce="same")).id != first.id
    assert [one.said for one in ada.inbox] == ["once", "again"]
    assert fake.violations == []


async def test_history_is_given_from_any_side(bot: TinyBot) -> None:
    channel = await dm(bot)
    sent = [await channel.send(str(number)) for number in range(6)]

    async def told(**where: Any) -> list[str]:
        return [one.content async for one in channel.history(**where)]

    assert await told(limit=2) == ["5", "4"]
    assert await told(before=sent[2]) == ["1", "0"]
    assert await told(after=sent[2], limit=2) == ["3", "4"]
    assert await told(around=sent[2], limit=3) == ["3", "2", "1"]
    await sent[5].delete()
    assert await told(limit=1) == ["4"]


async def test_history_holds_no_private_answers(fake: FakeDiscord, bot: TinyBot, ada: Person) -> None:
    seen = await ada.at("dm").slash("outreach", "add", contact="Dana")
    channel = await dm(bot)
    assert [one async for one in channel.history()] == []
    assert seen.message is not None
    with pytest.raises(discord.NotFound, match="10008"):
        await channel.fetch_message(seen.message.id)


async def test_a_message_is_edited_and_read(bot: TinyBot, ada: Person) -> None:
    channel = await dm(bot)
    sent = await channel.send("before")
    await sent.edit(content="after")
    assert (await channel.fetch_message(sent.id)).content == "after"
    assert ada.inbox[0].versions == ["before"]


async def test_nobody_edits_what_another_wrote(fake: FakeDiscord, bot: TinyBot, ada: Person) -> None:
    await ada.says("mine")
    theirs = await (await dm(bot)).fetch_message(ada.dm.messages[0].id)
    with pytest.raises(discord.Forbidden, match="50005"):
        await theirs.edit(content="yours")


async def test_closed_doors_are_told_when_a_message_is_sent(bot: TinyBot, ada: Person) -> None:
    channel = await dm(bot)
    ada.user.closed = True
    with pytest.raises(discord.Forbidden) as raised:
        await channel.send("hello")
    assert raised.value.code == 50007


async def test_opening_direct_messages_too_fast_is_another_no(fake: FakeDiscord, bot: TinyBot) -> None:
    fake.fail(faults.OPEN_DM, with_=faults.opening_too_fast())
    with pytest.raises(discord.Forbidden) as raised:
        await dm(bot)
    assert raised.value.code == 40003


@pytest.mark.parametrize(
    ("path", "status", "number"),
    [("/users/5", 404, 10013), ("/channels/5", 404, 10003), ("/channels/5/messages", 404, 10003), ("/polls/1", 404, 0)],
)
async def test_what_is_not_there_is_not_found(
    path: str, status: int, number: int, fake: FakeDiscord, bot: TinyBot
) -> None:
    with pytest.raises(discord.HTTPException) as raised:
        await bot.http.request(Route("GET", path))
    assert (raised.value.status, raised.value.code) == (status, number)
    assert bool(fake.unknown) == (path == "/polls/1")


async def test_a_user_is_fetched_by_id(bot: TinyBot) -> None:
    assert (await bot.fetch_user(LEE)).name == "lee"
    assert (await bot.application_info()).name == "stalemate"


async def test_nobody_who_is_not_there_has_direct_messages(bot: TinyBot) -> None:
    with pytest.raises(discord.HTTPException, match="50033"):
        await dm(bot, 5)


@pytest.mark.parametrize("stored", [False, True])
async def test_a_request_can_fail_before_or_after_its_effect(
    stored: bool, fake: FakeDiscord, bot: TinyBot, ada: Person
) -> None:
    fake.fail(faults.SEND, with_=faults.html(503), stored=stored)
    with pytest.raises(discord.DiscordServerError):
        await (await dm(bot)).send("hello")
    assert len(ada.inbox) == stored
    assert fake.called(faults.SEND)[-1].answered == ["200", "html 503"][not stored :]


async def test_a_connection_can_be_cut(fake: FakeDiscord, bot: TinyBot, ada: Person) -> None:
    fake.fail(faults.SEND, with_=faults.dropped(), stored=True)
    with pytest.raises(Exception, match=r"disconnected|reset"):
        await (await dm(bot)).send("hello")
    assert len(ada.inbox) == 1


async def test_a_429_is_waited_out(fake: FakeDiscord, bot: TinyBot) -> None:
    channel = await dm(bot)
    fake.fail(faults.SEND, with_=faults.limited(0.1))
    begun = time.monotonic()
    await channel.send("hello")
    assert time.monotonic() - begun >= 0.1
    assert fake.violations == []


async def test_a_429_of_cloudflare_is_an_error_and_whoever_comes_early_is_noted(
    fake: FakeDiscord, bot: TinyBot
) -> None:
    channel = await dm(bot)
    fake.fail(faults.SEND, with_=faults.limited(5, via=False))
    with pytest.raises(discord.HTTPException, match="429"):
        await channel.send("hello")
    bot.http.max_ratelimit_timeout = 1
    with pytest.raises(discord.RateLimited):
        await channel.send("hello")
    assert "early" in fake.violations[0]


async def test_a_message_that_could_ping_is_noted(fake: FakeDiscord) -> None:
    with addressed(fake.api_url, fake.gateway_url):
        careless = discord.Client(intents=discord.Intents.none())
        await careless.login(fake.token)
        await careless.get_partial_messageable(GENERAL).send("@everyone")
        await careless.get_partial_messageable(GENERAL).send(embed=discord.Embed(description="@everyone"))
        await careless.close()
    assert fake.violations == ["POST /channels/{channel}/messages: could ping"]


async def test_what_stood_in_a_channel_can_be_searched(fake: FakeDiscord, bot: TinyBot) -> None:
    await bot.get_partial_messageable(GENERAL).send("needle")
    assert fake.channel_texts()[GENERAL] == ["needle"]
    assert fake.texts() == {ADA: ["needle"], LEE: ["needle"]}
