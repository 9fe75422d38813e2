"""People and channels are picked, in forms and in commands, and reach the core by their ids."""

from __future__ import annotations

from typing import Any

import discord
import pytest
from discord import app_commands

from adapters.discord.forms import parse_discord_form, render_discord_form
from adapters.discord.tree import build_discord_command_tree, build_discord_commands_payload
from bot.commands import Argument, ArgumentKind, Command
from bot.domain.messages import Form, Input
from bot.handlers import member
from tests.adapters.discord.checking import check_discord_payload
from tests.adapters.discord.command_harness import FakeReception
from tests.adapters.discord.test_tree import command_schema_complaints
from tests.adapters.discord.workspace import DiscordWorkspace
from tests.fakes_discord import ADA_USER_ID, GENERAL_CHANNEL_ID, LEE_USER_ID, DiscordClientRefusal
from tests.fakes_discord.state import CHANNEL_TYPE_NEWS, CHANNEL_TYPE_VOICE
from tests.platforms.stub_service import StubService, serve_stub

PERSON_INPUT, CHANNEL_INPUT = Input("topic", "Who?", "person", required=True), Input("page", "Where?", "channel")
LEND_COMMAND = Command(
    "lend",
    "Ask somebody to stand in for you",
    member.show_board,
    (
        Argument("who", "Who?", ArgumentKind.PLATFORM_USER, required=True),
        Argument("where", "Where?", ArgumentKind.PLATFORM_CHANNEL),
        Argument("note", "Why?"),
    ),
    root="club",
)


@pytest.fixture
def stub(club: DiscordWorkspace) -> StubService:
    return serve_stub(club)


def discord_picker_components(*inputs: Input) -> list[dict[str, Any]]:
    found = render_discord_form(Form("Lend", "help", inputs)).to_dict()
    check_discord_payload(found)  # type: ignore[arg-type]
    return [one["component"] for one in found["components"]]  # type: ignore[typeddict-item]


def test_a_question_for_a_person_or_a_channel_is_a_picker() -> None:
    who, where = discord_picker_components(PERSON_INPUT, CHANNEL_INPUT)
    assert (who["type"], who["required"], who["min_values"], who["max_values"]) == (5, True, 1, 1)
    assert (where["type"], where["required"], where["min_values"], where["max_values"]) == (8, False, 0, 1)
    assert where["channel_types"] == [0, 5]
    assert "default_values" not in who
    assert "default_values" not in where


@pytest.mark.parametrize(("kind", "given", "meant"), [
    (5, ["7"], "<@7>"), (8, ["7"], "<#7>"), (3, ["7"], "7"), (5, [], ""), (8, None, ""), (5, [7], ""), ([], ["7"], "7"),
])  # fmt: skip
def test_what_is_picked_comes_back_as_a_mention(kind: Any, given: Any, meant: str) -> None:
    label = {"type": 18, "component": {"type": kind, "custom_id": "topic", "values": given}}
    assert parse_discord_form({"custom_id": "st:help", "components": [label]}) == ("help", {"topic": meant})


async def test_a_form_is_filled_by_picking(club: DiscordWorkspace, stub: StubService) -> None:
    news = club.discord.world.room("news", CHANNEL_TYPE_NEWS)
    stub.to_forms = Form("Lend", "help", (PERSON_INPUT, CHANNEL_INPUT))
    form = await club.slash("board")
    await club.ada.submit(form, topic=LEE_USER_ID, page=news.id)
    assert stub.received_inputs[-1][1:] == ("help", {"topic": f"<@{LEE_USER_ID}>", "page": f"<#{news.id}>"})


async def test_a_form_that_is_not_touched_says_what_stood_there(club: DiscordWorkspace, stub: StubService) -> None:
    inputs = (Input("topic", "Who?", "person", value=f"<@{LEE_USER_ID}>"), Input("page", "Where?", "channel"))
    stub.to_forms = Form("Lend", "help", inputs)
    await club.ada.submit(await club.slash("board"))
    assert stub.received_inputs[-1][1:] == ("help", {"topic": f"<@{LEE_USER_ID}>", "page": ""})


async def test_no_channel_without_messages_of_its_own_is_offered(club: DiscordWorkspace, stub: StubService) -> None:
    stub.to_forms = Form("Lend", "help", (CHANNEL_INPUT,))
    form = await club.slash("board")
    with pytest.raises(DiscordClientRefusal):
        await club.ada.submit(form, page=club.discord.world.room("voice", CHANNEL_TYPE_VOICE).id)


async def lend_commands_payload() -> list[dict[str, Any]]:
    return await build_discord_commands_payload(
        build_discord_command_tree(discord.Client(intents=discord.Intents.none()), FakeReception(), [LEND_COMMAND])
    )


async def test_options_of_a_command_are_pickers_too() -> None:
    [club, _menu] = await lend_commands_payload()
    who, where, note = club["options"][0]["options"]
    assert (who["type"], who["required"]) == (6, True)
    assert (where["type"], where["required"], where["channel_types"]) == (7, False, [0, 5])
    assert note["type"] == 3
    assert not {"max_length", "max_value", "choices"} & {*who, *where}
    assert list(command_schema_complaints(await lend_commands_payload())) == []


async def test_what_a_club_does_is_offered_in_servers_and_to_its_members_in_direct_messages() -> None:
    [club, menu] = await lend_commands_payload()
    assert (club["contexts"], club["integration_types"]) == ([0, 1], [0])
    assert club["default_member_permissions"] is None
    assert (menu["contexts"], menu["integration_types"]) == ([0, 1, 2], [0, 1])


@pytest.fixture
async def lending(club: DiscordWorkspace) -> FakeReception:
    """The library with a table of this one command, in the fake's server."""
    client, reception = club.bot.client, FakeReception()
    client._connection._command_tree = None
    made = build_discord_command_tree(client, reception, [LEND_COMMAND])
    club.discord.world.commands[0] = [
        {"id": "1", "version": "1", **command} for command in await build_discord_commands_payload(made)
    ]
    return reception


@pytest.mark.parametrize("known", [True, False], ids=["with what Discord tells of them", "with ids alone"])
async def test_what_is_picked_in_a_command_reaches_the_core_by_its_id(
    club: DiscordWorkspace, lending: FakeReception, known: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not known:
        monkeypatch.setattr(type(club.ada), "_resolved", lambda *_: None)
    club.discord.patience = 0.3
    await club.ada.slash("club", "lend", who=LEE_USER_ID, where=GENERAL_CHANNEL_ID, note="I travel")
    values = {"who": f"<@{LEE_USER_ID}>", "where": f"<#{GENERAL_CHANNEL_ID}>", "note": "I travel"}
    assert lending.calls == [("command", "lend", values)]
    assert lending.errors == []


async def test_it_can_be_used_in_direct_messages_and_nowhere_among_strangers(
    club: DiscordWorkspace, lending: FakeReception
) -> None:
    club.discord.patience = 0.3
    await club.ada.at("dm").slash("club", "lend", who=ADA_USER_ID)
    assert lending.calls == [("command", "lend", {"who": f"<@{ADA_USER_ID}>"})]
    with pytest.raises(DiscordClientRefusal):
        await club.ada.at("private").slash("club", "lend", who=ADA_USER_ID)


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [(3, "Lee", [("command", "lend", {"who": "Lee"})]), (4, 5, [("command", "lend", {"who": "5"})]), (9, "5", None)],
)
async def test_an_older_command_with_another_kind_of_option_is_understood_or_told(
    club: DiscordWorkspace, lending: FakeReception, kind: int, value: Any, said: Any
) -> None:
    """Discord shows a command for a while as it was; a role is nobody."""
    club.discord.patience = 0.3
    data = {"id": "1", "name": "club", "type": 1, "options": [
        {"name": "lend", "type": 1, "options": [{"name": "who", "type": kind, "value": value}]}]}  # fmt: skip
    await club.ada._do(2, data, lag=0)
    assert lending.calls == (said or [("command", "lend", {"who": "<@5>"})])


async def test_an_option_that_only_an_older_command_has_is_told(club: DiscordWorkspace, lending: FakeReception) -> None:
    club.discord.patience = 0.3
    data = {
        "id": "1",
        "name": "club",
        "type": 1,
        "options": [
            {
                "name": "lend",
                "type": 1,
                "options": [
                    {"name": "who", "type": 6, "value": str(LEE_USER_ID)},
                    {"name": "whom", "type": 6, "value": str(ADA_USER_ID)},
                ],
            }
        ],
    }
    await club.ada._do(2, data, lag=0)
    assert lending.calls == []
    assert [type(error) for error in lending.errors] == [app_commands.CommandSignatureMismatch]
