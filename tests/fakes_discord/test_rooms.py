"""Channels of servers: what the bot may do there, who sees what, and who picks whom."""

from __future__ import annotations

from typing import Any

import discord
import pytest

from tests.fakes_discord import (
    ADA_USER_ID,
    GENERAL_CHANNEL_ID,
    GUILD_ID,
    LEE_USER_ID,
    DiscordClientRefusal,
    DiscordPerson,
    DiscordUser,
    FakeDiscord,
    tiny,
)
from tests.fakes_discord.components import component_layout_problems
from tests.fakes_discord.state import (
    CHANNEL_TYPE_NEWS,
    CHANNEL_TYPE_THREAD,
    CHANNEL_TYPE_VOICE,
    OTHER_GUILD_ID,
    DiscordChannel,
)
from tests.fakes_discord.tiny import TinyDiscordBot, persistent_buttons

Json = dict[str, Any]


@pytest.fixture
def room(fake: FakeDiscord) -> DiscordChannel:
    return fake.world.room("club")


def partial_channel(bot: TinyDiscordBot, room: DiscordChannel) -> discord.PartialMessageable:
    return bot.get_partial_messageable(room.id)


async def test_a_post_is_seen_by_everybody_and_an_answer_to_a_press_by_one(
    fake: FakeDiscord, bot: TinyDiscordBot, ada: DiscordPerson, room: DiscordChannel
) -> None:
    await partial_channel(bot, room).send("hello", view=persistent_buttons("Form"))
    [post] = room.messages
    kim = fake.invite(DiscordUser(5, "kim"))
    assert [person.sees for person in (ada, fake.person(LEE_USER_ID), kim)] == ["hello"] * 3
    form = await kim.press(post, "Form")
    assert form.modal is not None
    assert ada.modal is None
    assert kim.window == [post]


async def test_who_may_not_read_the_history_is_given_none_of_it(bot: TinyDiscordBot, room: DiscordChannel) -> None:
    await partial_channel(bot, room).send("hello")
    assert len([one async for one in partial_channel(bot, room).history()]) == 1
    room.reads = False
    assert [one async for one in partial_channel(bot, room).history()] == []


async def test_a_press_says_who_may_what_and_where(
    fake: FakeDiscord, bot: TinyDiscordBot, ada: DiscordPerson, room: DiscordChannel
) -> None:
    await partial_channel(bot, room).send("hello", view=persistent_buttons("Done"))
    ada.user.leads, ada.user.nick, room.reads = True, "Ada of the club", False
    seen = await fake.person(LEE_USER_ID).press(room.messages[0], "Done")
    assert not seen.interaction.payload["member"]["nick"]
    told = bot.seen[-1][1]
    assert (told.guild_id, told.channel_id, told.permissions.manage_guild) == (GUILD_ID, room.id, False)
    assert told.app_permissions.read_message_history is False
    await ada.at(room).slash("outreach", "add", contact="Dana")
    told = bot.seen[-1][1]
    assert (told.user.display_name, told.permissions.manage_guild) == ("Ada of the club", True)
    assert told.is_guild_integration()


async def test_where_the_bot_is_not_only_who_has_it_for_themselves_uses_it(
    fake: FakeDiscord, bot: TinyDiscordBot, ada: DiscordPerson
) -> None:
    there = fake.world.room("elsewhere", guild=OTHER_GUILD_ID)
    seen = await ada.at(there).slash("outreach", "add", contact="Dana")
    assert seen.ephemeral
    told = bot.seen[-1][1]
    assert (told.guild_id, told.is_guild_integration(), told.is_user_integration()) == (OTHER_GUILD_ID, False, True)
    ada.user.installed = False
    with pytest.raises(DiscordClientRefusal):
        await ada.at(there).slash("outreach", "add", contact="Dana")


async def test_a_thread_is_a_place_like_any(fake: FakeDiscord, bot: TinyDiscordBot, ada: DiscordPerson) -> None:
    thread = fake.world.room("side", CHANNEL_TYPE_THREAD)
    await ada.at(thread).slash("outreach", "add", contact="Dana")
    assert isinstance(bot.seen[-1][1].channel, discord.Thread)
    assert fake.violations == []


class PickerModal(discord.ui.Modal):
    who: Any = discord.ui.Label(text="Who?", component=discord.ui.UserSelect(custom_id="who", required=True))
    where: Any = discord.ui.Label(
        text="Where?",
        component=discord.ui.ChannelSelect(
            custom_id="where", channel_types=[discord.ChannelType.text, discord.ChannelType.news], required=False,
            min_values=0, default_values=[discord.Object(GENERAL_CHANNEL_ID)],
        ),
    )  # fmt: skip


@pytest.fixture
async def asking(
    fake: FakeDiscord, bot: TinyDiscordBot, ada: DiscordPerson, monkeypatch: pytest.MonkeyPatch
) -> DiscordPerson:
    async def thanks(self: TinyDiscordBot, interaction: discord.Interaction[Any]) -> None:
        if interaction.type is discord.InteractionType.modal_submit:
            self.seen.append(("submit", interaction))
            await interaction.response.send_message("Thanks.", ephemeral=True)

    monkeypatch.setattr(tiny, "tiny_discord_modal", lambda: PickerModal(title="Club", custom_id="club"))
    monkeypatch.setattr(TinyDiscordBot, "on_interaction", thanks)
    await ada.slash("outreach", "form")
    return ada


async def test_people_and_channels_are_picked_in_a_form(
    fake: FakeDiscord, bot: TinyDiscordBot, asking: DiscordPerson
) -> None:
    news = fake.world.room("news", CHANNEL_TYPE_NEWS)
    await asking.submit(who=LEE_USER_ID, where=news.id)
    data = bot.seen[-1][1].data
    picks = [one["component"] for one in data["components"]]
    assert [(pick["type"], pick["values"]) for pick in picks] == [(5, [str(LEE_USER_ID)]), (8, [str(news.id)])]
    assert data["resolved"]["users"][str(LEE_USER_ID)]["username"] == "lee"
    assert data["resolved"]["members"].keys() == {str(LEE_USER_ID)}
    assert data["resolved"]["channels"][str(news.id)]["type"] == CHANNEL_TYPE_NEWS
    assert fake.violations == []


async def test_what_stands_in_a_form_already_is_sent_as_it_stands(bot: TinyDiscordBot, asking: DiscordPerson) -> None:
    await asking.submit(who=ADA_USER_ID)
    assert bot.seen[-1][1].data["components"][1]["component"]["values"] == [str(GENERAL_CHANNEL_ID)]


@pytest.mark.parametrize("given", [{}, {"who": 99}, {"who": [ADA_USER_ID, LEE_USER_ID]}, {"who": "Lee"}])
async def test_nobody_else_can_be_picked(asking: DiscordPerson, given: Json) -> None:
    with pytest.raises(DiscordClientRefusal):
        await asking.submit(None, given)


async def test_no_channel_of_another_kind_or_server_can_be_picked(fake: FakeDiscord, asking: DiscordPerson) -> None:
    for room in (fake.world.room("voice", CHANNEL_TYPE_VOICE), fake.world.room("there", guild=OTHER_GUILD_ID)):
        with pytest.raises(DiscordClientRefusal):
            await asking.submit(who=LEE_USER_ID, where=room.id)


@pytest.mark.parametrize(
    "select",
    [
        {"type": 5, "default_values": [{"id": "1", "type": "channel"}]},
        {"type": 8, "default_values": [{"id": "1", "type": "user"}]},
        {"type": 5, "default_values": [{"id": "1", "type": "user"}, {"id": "2", "type": "user"}]},
        {"type": 3, "options": [{"label": "a", "value": "a"}], "default_values": [{"id": "1", "type": "user"}]},
    ],
)
def test_discord_refuses_who_cannot_be_picked_already(select: Json) -> None:
    assert list(component_layout_problems([{"custom_id": "who", **select}], ()))
    fine = {"custom_id": "who", "type": 5, "default_values": [{"id": "1", "type": "user"}]}
    assert list(component_layout_problems([fine], ())) == []
