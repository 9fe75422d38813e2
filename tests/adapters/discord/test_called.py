"""Commands, menus and suggestions that are asked for, through the library, from the gateway to whoever answers."""

from __future__ import annotations

from typing import Any

import pytest
from discord import app_commands
from structlog.testing import capture_logs

from adapters.discord.tree import MESSAGE_MENU_NAME, ordered_option_arguments
from bot.commands import COMMANDS, ArgumentKind
from bot.domain.messages import Choice
from tests.adapters.discord.command_harness import (
    AUTOCOMPLETE_INTERACTION,
    Json,
    autocomplete_data,
    gateway_interaction,
    message_menu_data,
    open_command_tree_harness,
    slash_command_data,
)

CALLABLE_COMMANDS = [row for row in COMMANDS if not row.is_hidden]


async def test_a_command_is_told_with_what_was_given_as_texts() -> None:
    async with open_command_tree_harness() as here:
        await here.call("outreach board", page=2)
        await here.call("outreach log", contact="Dana", channel="email", when="<t:1796306400:F>")
        await here.call("outreach undo")
        assert here.reception.calls == [
            ("command", "board", {"page": "2"}),
            ("command", "log", {"contact": "Dana", "channel": "email", "when": "2026-12-03T14:00:00Z"}),
            ("command", "undo", {}),
        ]
        assert not here.reception.errors


async def test_every_command_can_be_called_with_all_that_it_asks() -> None:
    async with open_command_tree_harness() as here:
        for row in CALLABLE_COMMANDS:
            picked = [
                arg
                for arg in ordered_option_arguments(row)
                if arg.kind in (ArgumentKind.PLATFORM_USER, ArgumentKind.PLATFORM_CHANNEL)
            ]
            given = {
                arg.name: 1 if arg.kind is ArgumentKind.NUMBER else "x"
                for arg in ordered_option_arguments(row)
                if arg not in picked
            }
            if any(arg.required for arg in picked):
                continue  # a person comes with what Discord knows of them: see `test_pickers`
            await here.call(f"{row.root} {row.name}", **given)
            assert here.reception.calls.pop() == ("command", row.name, {name: str(one) for name, one in given.items()})
        assert not here.reception.errors


async def test_a_command_of_a_server_that_tries_it_out_is_the_same() -> None:
    async with open_command_tree_harness() as here:
        guild = {"guild_id": "6", "member": {"user": gateway_interaction({})["user"], "roles": [], "permissions": "0"}}
        data = {**slash_command_data("outreach show", contact="Dana"), "guild_id": "6"}
        event = {**gateway_interaction(data), **guild, "context": 0}
        del event["user"]
        event["member"] |= {"joined_at": "2026-01-01T00:00:00+00:00", "deaf": False, "mute": False, "flags": 0}
        await here.receive_interaction(event)
        assert here.reception.calls == [("command", "show", {"contact": "Dana"})]


async def test_a_message_can_be_logged() -> None:
    async with open_command_tree_harness() as here:
        await here.receive_interaction(gateway_interaction(message_menu_data(MESSAGE_MENU_NAME)))
        assert here.reception.calls == [("menu", 500, "shall we talk?")]


@pytest.mark.parametrize(
    ("words", "options", "error"),
    [
        ("outreach gone", {}, app_commands.CommandNotFound),
        ("gone", {}, app_commands.CommandNotFound),
        ("outreach", {"contact": "Dana"}, app_commands.CommandSignatureMismatch),
        ("outreach show", {}, app_commands.CommandSignatureMismatch),
        ("outreach show", {"contact": "Dana", "gone": "x"}, app_commands.CommandSignatureMismatch),
        ("outreach show", {"contact": 1.5}, app_commands.TransformerError),
    ],
)
async def test_a_command_of_an_older_tree_gets_an_answer(words: str, options: Json, error: type[Exception]) -> None:
    async with open_command_tree_harness() as here:
        await here.call(words, **options)
        assert here.reception.calls == []
        assert [type(one) for one in here.reception.errors] == [error]


async def test_a_menu_of_an_older_tree_gets_an_answer() -> None:
    async with open_command_tree_harness() as here:
        await here.receive_interaction(gateway_interaction(message_menu_data("Log it")))
        assert [type(error) for error in here.reception.errors] == [app_commands.CommandNotFound]


async def test_a_fault_comes_to_where_it_is_answered() -> None:
    async with open_command_tree_harness() as here:
        here.reception.raises = LookupError("Dana Smith")
        await here.call("outreach show", contact="Dana Smith")
        await here.receive_interaction(gateway_interaction(message_menu_data(MESSAGE_MENU_NAME)))
        assert [type(error) for error in here.reception.errors] == [app_commands.CommandInvokeError] * 2


async def test_a_fault_there_is_told_to_the_host_without_a_word_of_a_person(capfd: Any, caplog: Any) -> None:
    with capture_logs() as told:
        async with open_command_tree_harness() as here:
            here.reception.stumbles = LookupError("Dana Smith")
            await here.call("outreach show", contact=1.5)
            here.reception.raises = LookupError("Dana Smith")
            await here.call("outreach show", contact="Dana Smith")
            assert await here.type("outreach show", "contact", contact="Dana Smith") == []
    assert [one["error"] for one in told] == ["LookupError"] * 3
    assert "Dana" not in f"{told}{caplog.text}{''.join(capfd.readouterr())}"


async def test_suggestions_that_come_too_late_trouble_nobody(caplog: Any) -> None:
    with capture_logs() as told:
        async with open_command_tree_harness() as here:
            here.reception.suggests = [Choice("#abc", "Dana Smith")]
            here.api.too_late = True
            await here.receive_interaction(
                gateway_interaction(
                    autocomplete_data("outreach show", "contact", contact="Dana"), AUTOCOMPLETE_INTERACTION
                )
            )
            assert here.reception.calls
            assert not here.reception.errors
    assert [(one["log_level"], one["why"]) for one in told] == [("debug", "10062")]
    assert not [record for record in caplog.records if record.name.startswith("discord.app_commands")]


async def test_what_could_be_meant_is_asked_for_the_option_at_work() -> None:
    async with open_command_tree_harness() as here:
        here.reception.suggests = [Choice("#abc", "Dana Smith, Acme")]
        assert await here.type("outreach log", "contact", contact="da", channel="email", note="hi") == [
            {"name": "Dana Smith, Acme", "value": "#abc"}
        ]
        assert here.reception.calls == [("suggest", "log", "contact", "da")]


@pytest.mark.parametrize(
    ("words", "focused"),
    [("outreach gone", "contact"), ("outreach show", "gone"), ("outreach add", "company"), ("club wall", "page")],
)
async def test_an_older_tree_that_asks_for_suggestions_gets_none(words: str, focused: str) -> None:
    async with open_command_tree_harness() as here:
        assert await here.type(words, focused, **{focused: "x"}) == []
        assert (here.reception.calls, here.reception.errors) == ([], [])


async def test_data_that_makes_no_sense_gets_no_suggestion() -> None:
    async with open_command_tree_harness() as here:
        await here.receive_interaction(
            gateway_interaction({"id": "1", "name": "outreach", "type": 1}, AUTOCOMPLETE_INTERACTION)
        )
        assert here.api.answers[-1]["data"] == {"choices": []}
