"""The commands made known to Discord."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import discord
import pytest
from structlog.testing import capture_logs

from adapters.discord.sync import SYNCED_COMMANDS_KEY, digest_discord_commands, sync_discord_commands
from adapters.discord.tree import build_discord_commands_payload
from bot.commands import COMMANDS
from bot.domain.errors import StoreUnavailable
from storage.memory import MemoryStore
from tests.adapters.discord.command_harness import COMMAND_APPLICATION_ID, CommandTreeHarness, open_command_tree_harness
from tests.adapters.discord.workspace import DiscordWorkspace
from tests.fakes_discord import faults
from tests.fakes_discord.faults import PUT_COMMANDS

DEV_GUILD_ID = 600


class FailingKeyValueStore(MemoryStore):
    """A store whose memos cannot be read, or not be written."""

    def __init__(self, *failing: str) -> None:
        super().__init__()
        self.failing = failing

    async def load_value(self, key: str) -> str:
        if "read" in self.failing:
            raise StoreUnavailable("the disk is gone")
        return await super().load_value(key)

    async def save_value(self, key: str, value: str) -> None:
        if "write" in self.failing:
            raise StoreUnavailable("the disk is full")
        await super().save_value(key, value)


@dataclass
class SyncHarness:
    """Starts the bot, again and again, with the same store or without it."""

    here: CommandTreeHarness
    memos: MemoryStore = field(default_factory=MemoryStore)
    application: int = COMMAND_APPLICATION_ID

    async def start(self, dev_guild: int | None = None) -> bool:
        return await sync_discord_commands(
            self.here.tree, self.here.client.http, self.application, self.memos, dev_guild
        )

    async def puts(self, dev_guild: int | None = None) -> list[str]:
        """The scopes that this start sends something to."""
        before = len(self.here.api.puts)
        await self.start(dev_guild)
        return self.here.api.puts[before:]

    @property
    def commands(self) -> dict[str, list[str]]:
        """The names of what Discord keeps, by scope."""
        return {scope: [one["name"] for one in kept] for scope, kept in self.here.api.commands.items()}


@pytest.fixture
async def host() -> AsyncIterator[SyncHarness]:
    async with open_command_tree_harness() as here:
        yield SyncHarness(here)


SYNCED_COMMAND_NAMES = ["outreach", "club", "Log as outreach"]


async def test_the_commands_are_sent_once(host: SyncHarness) -> None:
    assert await host.puts() == [""]
    assert host.here.api.commands == {"": await build_discord_commands_payload(host.here.tree)}
    assert await host.puts() == []
    assert await host.start()


async def test_changed_commands_are_sent(host: SyncHarness) -> None:
    await host.start()
    async with open_command_tree_harness(COMMANDS[1:]) as changed:
        assert await sync_discord_commands(changed.tree, changed.client.http, COMMAND_APPLICATION_ID, host.memos, None)
        assert changed.api.puts == [""]


async def test_to_try_things_out_one_server_has_them_and_nobody_else(host: SyncHarness) -> None:
    await host.start()
    assert await host.puts(DEV_GUILD_ID) == ["600", ""]
    assert host.commands == {"": [], "600": SYNCED_COMMAND_NAMES}
    assert await host.puts(DEV_GUILD_ID) == []


async def test_after_that_everybody_has_them_and_the_server_no_second_ones(host: SyncHarness) -> None:
    await host.start(DEV_GUILD_ID)
    assert host.commands == {"600": SYNCED_COMMAND_NAMES}
    assert await host.puts() == ["", "600"]
    assert host.commands == {"": SYNCED_COMMAND_NAMES, "600": []}


async def test_another_server_takes_its_place(host: SyncHarness) -> None:
    await host.start(DEV_GUILD_ID)
    assert await host.puts(601) == ["601", "600"]


async def test_another_application_gets_its_own(host: SyncHarness) -> None:
    await host.memos.save_value(SYNCED_COMMANDS_KEY, json.dumps({"application": "1", "scopes": {"": "x", "600": "y"}}))
    assert await host.puts() == [""]
    assert json.loads(await host.memos.load_value(SYNCED_COMMANDS_KEY))["application"] == str(COMMAND_APPLICATION_ID)


@pytest.mark.parametrize(
    "kept", ["", "{", "[]", "5", '{"application": "4000"}', '{"application": "4000", "scopes": 5}']
)
async def test_a_memo_that_makes_no_sense_means_one_more_sync(host: SyncHarness, kept: str) -> None:
    await host.memos.save_value(SYNCED_COMMANDS_KEY, kept)
    assert await host.puts() == [""]
    assert await host.puts() == []


@pytest.mark.parametrize("failing", ["read", "write"])
async def test_a_store_that_fails_means_one_more_sync(host: SyncHarness, failing: str) -> None:
    host.memos = FailingKeyValueStore(failing)
    with capture_logs() as told:
        assert [await host.puts(), await host.puts()] == [[""], [""]]
    assert ("the store could not note" in str(told)) is (failing == "write")


async def test_a_server_without_the_bot_is_told_and_everybody_keeps_theirs(host: SyncHarness) -> None:
    await host.start()
    host.here.api.refusals = {"600": (403, 50001)}
    with capture_logs() as told:
        assert not await host.start(DEV_GUILD_ID)
    assert told[0]["server"] == "600"
    assert "invite the bot to that server" in told[0]["mend"]
    assert host.commands == {"": SYNCED_COMMAND_NAMES}
    host.here.api.refusals = {}
    assert await host.puts(DEV_GUILD_ID) == ["600", ""]


async def test_what_could_not_be_taken_away_is_tried_again(host: SyncHarness) -> None:
    await host.start(DEV_GUILD_ID)
    host.here.api.refusals = {"600": (503, 0)}
    assert not await host.start()
    assert host.commands == {"": SYNCED_COMMAND_NAMES, "600": SYNCED_COMMAND_NAMES}
    host.here.api.refusals = {}
    assert await host.puts() == ["600"]
    assert await host.puts() == []


@pytest.mark.parametrize(
    ("status", "code", "why", "said"),
    [
        (400, 50035, "50035", "please report it"),
        (404, 10004, "10004", "invite the bot"),
        (429, 0, "http_429", "only for a moment"),
        (400, 30034, "30034", "200 new commands a day"),
        (503, 0, "http_503", "only for a moment"),
    ],
)
async def test_a_refusal_is_told_with_its_mend_and_tried_again(
    host: SyncHarness, status: int, code: int, why: str, said: str
) -> None:
    host.here.api.refusals = {"": (status, code)}
    with capture_logs() as told:
        assert not await host.start()
    [warning] = [one for one in told if one["log_level"] == "warning"]
    assert warning["why"] == why
    assert said in warning["mend"]
    host.here.api.refusals = {}
    assert await host.puts() == [""]


async def test_a_network_that_fails_stops_nobody(host: SyncHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discord.http.Route, "BASE", "http://127.0.0.1:1")  # nobody listens there
    with capture_logs() as told:
        assert not await host.start()
    assert told[0]["why"] == "no_connection"
    assert "only for a moment" in told[0]["mend"]


async def test_the_digest_is_that_of_the_commands_whatever_the_order_of_their_keys(host: SyncHarness) -> None:
    commands = await build_discord_commands_payload(host.here.tree)
    turned = [dict(reversed(command.items())) for command in commands]
    assert digest_discord_commands(turned) == digest_discord_commands(commands)
    assert digest_discord_commands(commands[1:]) != digest_discord_commands(commands)
    assert digest_discord_commands(list(reversed(commands))) != digest_discord_commands(commands)


async def test_commands_that_discord_did_not_take_are_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.discord.platform.COMMAND_SYNC_PAUSE_SECONDS", 0.05)
    club = await DiscordWorkspace.open()
    await club.store.save_value("discord.commands", "")
    fault = club.discord.fail(PUT_COMMANDS, with_=faults.limited(0.1), times=2)
    await club.bot.stop()
    await club.start()
    assert fault.happened == 2
    assert [call.answered for call in club.discord.called(PUT_COMMANDS)][-1] == ["200"]
    await club.close()
    club.harmless()
