"""Channels of servers: what the bot may do there, who sees what, and who picks whom."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes_discord import (
    DiscordClientRefusal,
    DiscordPerson,
    FakeDiscord,
)
from tests.fakes_discord.components import component_layout_problems
from tests.fakes_discord.state import OTHER_GUILD_ID
from tests.fakes_discord.tiny import TinyDiscordBot

Json = dict[str, Any]


async def test_where_the_bot_is_not_only_who_has_it_for_themselves_uses_it(
    fake: FakeDiscord, bot: TinyDiscordBot, ada: DiscordPerson
) -> None:
    there = fake.world.room("elsewhere", guild=OTHER_GUILD_ID)
    ada.user.leads, there.reads = True, False
    seen = await ada.at(there).slash("outreach", "add", contact="Dana")
    assert seen.ephemeral
    told = bot.seen[-1][1]
    assert (told.guild_id, told.is_guild_integration(), told.is_user_integration()) == (OTHER_GUILD_ID, False, True)
    assert (told.permissions.manage_guild, told.app_permissions.read_message_history) == (True, False)
    ada.user.installed = False
    with pytest.raises(DiscordClientRefusal):
        await ada.at(there).slash("outreach", "add", contact="Dana")


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
