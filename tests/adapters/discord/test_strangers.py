"""Other servers, other people's screens, other bots: a book stays its member's own, and nobody else hears of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.adapters.discord.workspace import ADA_USER_ID, LEE_USER_ID, OUTREACH_ROOT, DiscordWorkspace
from tests.fakes_discord import (
    BOT_USER_ID,
    GENERAL_CHANNEL_ID,
    GUILD_ID,
    DiscordResult,
    DiscordScreenMessage,
    DiscordUser,
    faults,
    options,
    payloads,
)
from tests.fakes_discord.answers import COMMAND_TYPE, COMPONENT_TYPE
from tests.fakes_discord.faults import OPEN_DM
from tests.fakes_discord.state import DiscordChannel

SECOND_GUILD_ID = 700_000_000_000_000_099
BOARD_BUTTON_ROWS = [{"type": 1, "components": [{"type": 2, "style": 2, "label": "Board", "custom_id": "st:board"},
                                    {"type": 2, "style": 2, "label": "Add", "custom_id": "st:add"}]}]  # fmt: skip


async def slash_in_second_guild(club: DiscordWorkspace, command: str, **given: Any) -> DiscordResult:
    """Ada uses a command in another server that the bot is in."""
    who = club.ada
    found, around, inner = who._command(OUTREACH_ROOT, command)
    data = options.interaction_command_data(found, around, options.typed_options(inner, given))
    asked = payloads.interaction_payload(club.discord.world, who.user, who.channel, COMMAND_TYPE, data, None)
    asked |= {"guild_id": str(SECOND_GUILD_ID), "guild": {"id": str(SECOND_GUILD_ID), "locale": "de", "features": []}}
    return await club.discord.interact(COMMAND_TYPE, who.user, who.channel, asked, None, None, 0.0)


async def test_a_member_of_two_servers_has_one_book(club: DiscordWorkspace) -> None:
    await club.slash("add", contact="Dana", channel="email")
    assert "Dana" in (await slash_in_second_guild(club, "board")).said
    seen = await slash_in_second_guild(club, "add", contact="Priya", channel="email")
    assert seen.ephemeral
    assert await club.names() == ["Dana", "Priya"]
    await club.wait(days=9)
    assert club.ada.inbox


@pytest.mark.parametrize("reachable", [True, False])
async def test_when_the_bot_is_removed_from_a_server_nothing_is_lost(club: DiscordWorkspace, reachable: bool) -> None:
    await club.slash("add", contact="Dana", channel="email")
    if not reachable:
        club.discord.fail(OPEN_DM, with_=faults.error(403, 50278, "no server in common"), times=None)
    await club.discord.gateway.dispatch("GUILD_DELETE", {"id": str(GUILD_ID)})
    await club.wait(days=9)
    assert bool(club.ada.inbox) == reachable
    assert await club.names() == ["Dana"]
    assert "Dana" in (await club.ada.at("dm").slash(OUTREACH_ROOT, "board")).said
    assert club.bot.healthy


def post_public_card(club: DiscordWorkspace, where: DiscordChannel) -> DiscordScreenMessage:
    """A card of ours that others see, as no version of ours ever sent one."""
    return club.discord.world.post(where, {"content": "Hello", "components": BOARD_BUTTON_ROWS})


@pytest.mark.parametrize("place", ["guild", "private"])
@pytest.mark.parametrize("slow", [False, True])
@pytest.mark.quick_responses
async def test_a_card_that_others_see_is_never_replaced_by_ones_own(
    club: DiscordWorkspace, place: str, slow: bool
) -> None:
    club.discord.patience = 0.4
    ada = club.ada.at(place)
    await ada.slash(OUTREACH_ROOT, "add", contact="Dana", channel="email")
    message = post_public_card(club, ada.channel)
    if slow:
        club.store.gate.clear()
    seen = await ada.press(message, "Board")
    club.store.gate.set()
    await seen.wait_until_answered()
    assert "Dana" in seen.said
    assert seen.ephemeral
    assert (message.said, message.versions) == ("Hello", [])
    form = await ada.press(message, "Add")
    answer = await ada.submit(form, contact="Priya", channel="email")
    assert answer.ephemeral
    assert (message.said, message.versions) == ("Hello", [])
    assert not {"Dana", "Priya"} & set(" ".join(club.discord.texts().get(LEE_USER_ID, [])).split())
    ada.channel.messages.remove(message)


async def test_where_one_installed_it_for_oneself_the_other_person_sees_nothing(club: DiscordWorkspace) -> None:
    ada = club.ada.at("private")
    seen = await ada.slash(OUTREACH_ROOT, "add", contact="Dana", channel="email")
    seen = await ada.press(seen, "Who moves next?")
    menu = await ada.message_menu("Log as outreach", "I wrote to Dana")
    await ada.submit(menu, contact="Dana", channel="phone", when="yesterday")
    await club.idle()
    assert [message for message in club.lee.at("private").channel.messages if message.author == BOT_USER_ID] == []
    assert not any("Dana is" in text for text in club.discord.texts().get(LEE_USER_ID, []))


async def test_a_button_of_anothers_message_opens_nothing_of_theirs(club: DiscordWorkspace) -> None:
    """No client lets anybody press it; a forged press gets at most the presser's own book."""
    await club.slash("add", contact="Dana", channel="email")
    await club.wait(days=9)
    reminder = club.ada.inbox[-1]
    for label, custom_id in reminder.buttons:
        lee = club.lee
        data = {"custom_id": custom_id, "component_type": 2, "id": reminder.faces[0].component["id"]}
        asked = payloads.interaction_payload(
            club.discord.world,
            lee.user,
            club.discord.world.channels[GENERAL_CHANNEL_ID],
            COMPONENT_TYPE,
            data,
            reminder,
        )
        place = club.discord.world.channels[GENERAL_CHANNEL_ID]
        seen = await club.discord.interact(COMPONENT_TYPE, lee.user, place, asked, reminder, None, 0.0)
        assert "Dana" not in seen.said, label
        assert seen.ephemeral or seen.modal
    assert (await club.kinds()) == ["attempt"]
    assert reminder.versions == []


@pytest.mark.parametrize(
    "told",
    [
        {"author": DiscordUser(77, "other", bot=True).payload()},
        {"webhook_id": "88"},
        {"type": 6, "content": ""},
        {"type": 3, "content": "", "call": {"participants": [], "ended_timestamp": None}},
        {"type": 7},
        {"type": 46},
    ],
    ids=["a bot", "a webhook", "a pin", "a call", "a welcome", "a poll's result"],
)
async def test_what_no_person_wrote_is_not_heard(club: DiscordWorkspace, told: dict[str, Any]) -> None:
    await club.slash("add", contact="Dana", channel="email")
    looks, world = club.store.looks, club.discord.world
    written = world.written(club.ada.dm, {"content": "Dana"}, ADA_USER_ID)
    await club.discord.gateway.dispatch("MESSAGE_CREATE", payloads.message_payload(world, written, told=True) | told)
    await club.idle()
    assert club.ada.inbox == []
    assert club.store.looks == looks
