"""What we use of discord.py that it does not promise: another version must tell us here, by name."""

from __future__ import annotations

import inspect

import discord
import pytest
from discord.gateway import DiscordWebSocket, KeepAliveHandler, ReconnectWebSocket
from discord.http import HTTPClient, Route

from tests.adapters.discord.loopback_client import LoopbackClient
from tests.adapters.discord.servers import LoopbackDiscordApi


def test_a_connection_is_made_with_these_words() -> None:
    wanted = {"client", "gateway", "shard_id", "session", "sequence", "resume"}
    assert wanted <= set(inspect.signature(DiscordWebSocket.from_client).parameters)


@pytest.mark.parametrize("name", ["poll_event", "close"])
def test_a_connection_can_do_this(name: str) -> None:
    assert inspect.iscoroutinefunction(getattr(DiscordWebSocket, name))


def test_the_interval_of_heartbeats_can_be_shortened_when_the_library_sets_it() -> None:
    assert "interval" in inspect.signature(KeepAliveHandler).parameters
    assert {"_keep_alive", "_max_heartbeat_timeout"} <= set(DiscordWebSocket.poll_event.__code__.co_names)


def test_a_wish_to_connect_anew_says_whether_to_resume() -> None:
    assert ReconnectWebSocket(0).resume is True
    assert ReconnectWebSocket(0, resume=False).resume is False


@pytest.mark.parametrize("name", ["start_private_message", "logs_from", "bulk_upsert_global_commands", "request"])
def test_the_calls_that_we_make_ourselves_are_there(name: str) -> None:
    assert hasattr(HTTPClient, name)


@pytest.mark.parametrize("shards", [1, 2])
def test_a_client_keeps_what_we_reach_for(shards: int) -> None:
    state = LoopbackClient(LoopbackDiscordApi(), shards).client._connection
    assert {"INTERACTION_CREATE", "MESSAGE_CREATE", "READY"} <= set(state.parsers)
    assert state._ready_task is None
    assert hasattr(Route, "BASE")


async def test_a_modal_that_was_stopped_is_not_remembered() -> None:
    modal = discord.ui.Modal(title="x")
    modal.stop()
    assert modal.is_finished()
