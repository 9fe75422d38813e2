"""An interaction is answered once, in time, and in a way that fits; its webhook lives for a while."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import discord
import pytest
from discord.http import Route

from tests.fakes_discord import APP, Clock, FakeDiscord, Person, faults
from tests.fakes_discord.tiny import TinyBot, buttons, running

Json = dict[str, Any]


@pytest.fixture
async def mute(fake: FakeDiscord) -> AsyncIterator[TinyBot]:
    """A bot that answers nothing by itself."""
    fake.patience = 0.0
    async with running(fake) as bot:
        bot.deaf = True
        yield bot


async def ask(ada: Person) -> tuple[int, str]:
    """Somebody uses a command: the interaction's id and token."""
    seen = await ada.slash("outreach", "add", contact="Dana")
    return seen.interaction.id, seen.interaction.token


async def answer(bot: TinyBot, to: tuple[int, str], body: Json) -> Any:
    route = Route("POST", f"/interactions/{to[0]}/{to[1]}/callback")
    return await bot.http.request(route, json=body, params={"with_response": "1"})


def say(text: str = "yes", **more: Any) -> Json:
    return {"type": 4, "data": {"content": text, "allowed_mentions": {"parse": []}, **more}}


async def code(calling: Any) -> tuple[int, int]:
    with pytest.raises(discord.HTTPException) as raised:
        await calling
    return raised.value.status, raised.value.code


async def test_three_seconds_later_the_interaction_is_unknown(fake: FakeDiscord, mute: TinyBot, ada: Person) -> None:
    to = await ask(ada)
    fake.clock.move(3.1)
    assert await code(answer(mute, to, say())) == (404, 10062)
    assert await code(answer(mute, (1, "other"), say())) == (404, 10062)


async def test_an_interaction_can_come_late(fake: FakeDiscord, mute: TinyBot, ada: Person) -> None:
    seen = await ada.slash("outreach", "add", contact="Dana", lag=3.1)
    assert discord.utils.snowflake_time(seen.interaction.id).timestamp() < fake.clock() - 3
    to = seen.interaction.id, seen.interaction.token
    assert await code(answer(mute, to, say())) == (404, 10062)


async def test_a_second_answer_is_refused_and_noted(fake: FakeDiscord, mute: TinyBot, ada: Person) -> None:
    to = await ask(ada)
    await answer(mute, to, say())
    assert await code(answer(mute, to, say())) == (400, 40060)
    assert fake.violations == ["callback: answered twice"]


@pytest.mark.parametrize("kind", [6, 7, 8, 1])
async def test_a_command_cannot_be_answered_with_a_change_or_with_choices(
    kind: int, fake: FakeDiscord, mute: TinyBot, ada: Person
) -> None:
    assert await code(answer(mute, await ask(ada), {"type": kind, "data": {"choices": []}})) == (400, 50035)
    assert any("type" in violation for violation in fake.violations)


async def test_a_form_is_not_answered_with_a_form(fake: FakeDiscord, mute: TinyBot, ada: Person) -> None:
    fake.patience = 3
    await ada.slash("outreach", "form")
    assert ada.modal is not None
    seen = await ada.submit()
    assert seen.said == "Saved: Dana ['email']"
    fresh = fake.world.interactions[seen.interaction.id]
    fresh.callback = None
    for kind in (9, 7):  # there is no message either that could be changed
        assert await code(answer(mute, (fresh.id, fresh.token), {"type": kind, "data": {}})) == (400, 50035)
    assert fake.violations.count("callback: type: Value of field 'type' must be one of (4, 5).") == 2


async def test_an_autocompletion_takes_choices_alone(fake: FakeDiscord, mute: TinyBot, ada: Person) -> None:
    await ada.autocomplete("outreach", "add", "contact", "D")
    await fake.settled()
    interaction = list(fake.world.interactions.values())[-1]
    interaction.callback = None
    to = interaction.id, interaction.token
    assert await code(answer(mute, to, say())) == (400, 50035)
    many = [{"name": str(number), "value": str(number)} for number in range(26)]
    assert await code(answer(mute, to, {"type": 8, "data": {"choices": many}})) == (400, 50035)
    empty = [{"name": "", "value": "x"}]
    assert await code(answer(mute, to, {"type": 8, "data": {"choices": empty}})) == (400, 50035)


async def test_the_answer_that_was_asked_for_comes_back(mute: TinyBot, ada: Person) -> None:
    told = await answer(mute, await ask(ada), say(flags=64))
    assert told["interaction"]["response_message_ephemeral"] is True
    assert told["resource"]["message"]["content"] == "yes"
    assert told["resource"]["message"]["id"] == told["interaction"]["response_message_id"]


async def test_a_follow_up_takes_the_place_of_thinking_and_then_stands_beside(
    fake: FakeDiscord, mute: TinyBot, ada: Person
) -> None:
    seen = await ada.slash("outreach", "add", contact="Dana")
    await answer(mute, (seen.interaction.id, seen.interaction.token), {"type": 5, "data": {"flags": 64}})
    assert (seen.thinking, seen.message, seen.said) == (True, None, "")
    interaction = mute.seen[-1][1]
    await interaction.followup.send("one", view=buttons("Done"))
    assert (seen.thinking, seen.said, seen.ephemeral) == (False, "one", True)
    second = await interaction.followup.send("two", ephemeral=True, wait=True)
    assert [message.said for message in seen.messages] == ["one", "two"]
    await second.delete()
    await interaction.delete_original_response()
    assert ada.window == []


async def test_a_webhook_dies_after_fifteen_minutes(ada: Person, fake: FakeDiscord, mute: TinyBot) -> None:
    interaction_id, token = await ask(ada)
    edit = Route("PATCH", f"/webhooks/{APP}/{token}/messages/@original")
    assert await code(mute.http.request(edit, json={"content": "early"})) == (404, 10015)
    await answer(mute, (interaction_id, token), say())
    await mute.http.request(edit, json={"content": "later", "allowed_mentions": {"parse": []}})
    assert ada.window[-1].versions == ["yes"]
    fake.clock.move(15 * 60)
    assert await code(mute.http.request(edit, json={"content": "too late"})) == (401, 50027)


async def test_an_answer_can_get_lost_after_it_was_given(fake: FakeDiscord, bot: TinyBot, ada: Person) -> None:
    fake.fail(faults.CALLBACK, with_=faults.dropped(), stored=True)
    seen = await ada.slash("outreach", "add", contact="Dana")
    assert seen.said == "Noted: Dana  1"


async def test_a_clock_of_ones_own_makes_the_ids() -> None:
    async with FakeDiscord(clock=Clock(base=lambda: 1_800_000_000.0)) as fake, running(fake):
        seen = await fake.person().slash("outreach", "add", contact="Dana")
        assert seen.message is not None
        assert discord.utils.snowflake_time(seen.message.id).timestamp() == 1_800_000_000
