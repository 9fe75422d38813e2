"""An interaction is answered once, in time, and in a way that fits; its webhook lives for a while."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import discord
import pytest
from discord.http import Route

from tests.fakes_discord import APPLICATION_ID, DiscordPerson, FakeDiscord
from tests.fakes_discord.tiny import TinyDiscordBot, persistent_buttons, run_tiny_discord_bot

Json = dict[str, Any]


@pytest.fixture
async def mute(fake: FakeDiscord) -> AsyncIterator[TinyDiscordBot]:
    """A bot that answers nothing by itself."""
    fake.patience = 0.0
    async with run_tiny_discord_bot(fake) as bot:
        bot.deaf = True
        yield bot


async def start_interaction(ada: DiscordPerson) -> tuple[int, str]:
    """Somebody uses a command: the interaction's id and token."""
    seen = await ada.slash("outreach", "add", contact="Dana")
    return seen.interaction.id, seen.interaction.token


async def post_callback(bot: TinyDiscordBot, to: tuple[int, str], body: Json) -> Any:
    route = Route("POST", f"/interactions/{to[0]}/{to[1]}/callback")
    return await bot.http.request(route, json=body, params={"with_response": "1"})


def message_callback(text: str = "yes", **more: Any) -> Json:
    return {"type": 4, "data": {"content": text, "allowed_mentions": {"parse": []}, **more}}


async def http_error_of(calling: Any) -> tuple[int, int]:
    with pytest.raises(discord.HTTPException) as raised:
        await calling
    return raised.value.status, raised.value.code


async def test_three_seconds_later_the_interaction_is_unknown(
    fake: FakeDiscord, mute: TinyDiscordBot, ada: DiscordPerson
) -> None:
    to = await start_interaction(ada)
    fake.clock.move(3.1)
    assert await http_error_of(post_callback(mute, to, message_callback())) == (404, 10062)
    assert await http_error_of(post_callback(mute, (1, "other"), message_callback())) == (404, 10062)


async def test_an_interaction_can_come_late(fake: FakeDiscord, mute: TinyDiscordBot, ada: DiscordPerson) -> None:
    seen = await ada.slash("outreach", "add", contact="Dana", lag=3.1)
    assert discord.utils.snowflake_time(seen.interaction.id).timestamp() < fake.clock() - 3
    to = seen.interaction.id, seen.interaction.token
    assert await http_error_of(post_callback(mute, to, message_callback())) == (404, 10062)


async def test_a_second_answer_is_refused_and_noted(
    fake: FakeDiscord, mute: TinyDiscordBot, ada: DiscordPerson
) -> None:
    to = await start_interaction(ada)
    await post_callback(mute, to, message_callback())
    assert await http_error_of(post_callback(mute, to, message_callback())) == (400, 40060)
    assert fake.violations == ["callback: answered twice"]


@pytest.mark.parametrize("kind", [6, 7, 8, 1])
async def test_a_command_cannot_be_answered_with_a_change_or_with_choices(
    kind: int, fake: FakeDiscord, mute: TinyDiscordBot, ada: DiscordPerson
) -> None:
    assert await http_error_of(
        post_callback(mute, await start_interaction(ada), {"type": kind, "data": {"choices": []}})
    ) == (400, 50035)
    assert any("type" in violation for violation in fake.violations)


async def test_a_form_is_not_answered_with_a_form(fake: FakeDiscord, mute: TinyDiscordBot, ada: DiscordPerson) -> None:
    fake.patience = 3
    await ada.slash("outreach", "form")
    assert ada.modal is not None
    seen = await ada.submit()
    assert seen.said == "Saved: Dana ['email']"
    fresh = fake.world.interactions[seen.interaction.id]
    fresh.callback = None
    for kind in (9, 7):  # there is no message either that could be changed
        assert await http_error_of(post_callback(mute, (fresh.id, fresh.token), {"type": kind, "data": {}})) == (
            400,
            50035,
        )
    assert fake.violations.count("callback: type: Value of field 'type' must be one of (4, 5).") == 2


async def test_an_autocompletion_takes_choices_alone(
    fake: FakeDiscord, mute: TinyDiscordBot, ada: DiscordPerson
) -> None:
    await ada.autocomplete("outreach", "add", "contact", "D")
    await fake.settled()
    interaction = list(fake.world.interactions.values())[-1]
    interaction.callback = None
    to = interaction.id, interaction.token
    assert await http_error_of(post_callback(mute, to, message_callback())) == (400, 50035)
    many = [{"name": str(number), "value": str(number)} for number in range(26)]
    assert await http_error_of(post_callback(mute, to, {"type": 8, "data": {"choices": many}})) == (400, 50035)
    empty = [{"name": "", "value": "x"}]
    assert await http_error_of(post_callback(mute, to, {"type": 8, "data": {"choices": empty}})) == (400, 50035)


async def test_the_answer_that_was_asked_for_comes_back(mute: TinyDiscordBot, ada: DiscordPerson) -> None:
    told = await post_callback(mute, await start_interaction(ada), message_callback(flags=64))
    assert told["interaction"]["response_message_ephemeral"] is True
    assert told["resource"]["message"]["content"] == "yes"
    assert told["resource"]["message"]["id"] == told["interaction"]["response_message_id"]


async def test_a_follow_up_takes_the_place_of_thinking_and_then_stands_beside(
    fake: FakeDiscord, mute: TinyDiscordBot, ada: DiscordPerson
) -> None:
    seen = await ada.slash("outreach", "add", contact="Dana")
    await post_callback(mute, (seen.interaction.id, seen.interaction.token), {"type": 5, "data": {"flags": 64}})
    assert (seen.thinking, seen.message, seen.said) == (True, None, "")
    interaction = mute.seen[-1][1]
    await interaction.followup.send("one", view=persistent_buttons("Done"))
    assert (seen.thinking, seen.said, seen.ephemeral) == (False, "one", True)
    await interaction.followup.send("two", ephemeral=True, wait=True)
    assert [message.said for message in seen.messages] == ["one", "two"]


async def test_a_webhook_dies_after_fifteen_minutes(
    ada: DiscordPerson, fake: FakeDiscord, mute: TinyDiscordBot
) -> None:
    interaction_id, token = await start_interaction(ada)
    edit = Route("PATCH", f"/webhooks/{APPLICATION_ID}/{token}/messages/@original")
    assert await http_error_of(mute.http.request(edit, json={"content": "early"})) == (404, 10015)
    await post_callback(mute, (interaction_id, token), message_callback())
    await mute.http.request(edit, json={"content": "later", "allowed_mentions": {"parse": []}})
    assert ada.window[-1].versions == ["yes"]
    fake.clock.move(15 * 60)
    assert await http_error_of(mute.http.request(edit, json={"content": "too late"})) == (401, 50027)
