"""Socket Mode that comes back by itself, against a server that misbehaves."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from adapters.common.token import TokenRefused
from adapters.slack.api import new_slack_client, new_slack_session
from adapters.slack.socket import SlackSocket
from adapters.slack.socket_timing import SocketTiming
from tests.adapters.slack.servers import (
    LoopbackSlackApi,
    LoopbackSockets,
    open_slack_api,
    open_slack_sockets,
    slack_error_response,
)
from tests.platforms.loopback import wait_until

SOCKET_CODE_PATH = re.compile(r"(?<!tests.)adapters.slack|slack_bolt")
QUICK_SOCKET_TIMING = SocketTiming(
    ping_seconds=0.2,
    open_seconds=0.3,
    retry_seconds=0.02,
    max_retry_seconds=0.1,
    refused_retry_seconds=0.1,
    max_refused_retry_seconds=0.4,
    settled_seconds=0.1,
    handover_seconds=0.1,
    drain_seconds=0.5,
)


async def authorize_bolt_app() -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=None, team_id="T1", bot_id="B1", bot_user_id="U0")


class BoltHarness:
    """A real app: `command_texts` are the texts of its commands; `gate` holds its answers back."""

    def __init__(self, url: str, session: Any) -> None:
        self.command_texts: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.session = session
        client = new_slack_client("xoxb-1", url, session)
        self.app = AsyncApp(
            client=client,
            authorize=authorize_bolt_app,
            process_before_response=True,
            request_verification_enabled=False,
        )
        self.app.command("/club")(self._club)

    async def _club(self, ack: Any, body: dict[str, Any]) -> None:
        self.command_texts.append(body["text"])
        await self.gate.wait()
        if body["text"] == "stumble":
            raise ValueError("canary")
        await ack(f"heard {body['text']}")


@pytest.fixture
async def slack() -> AsyncIterator[LoopbackSlackApi]:
    async with open_slack_api() as fake:
        yield fake


@pytest.fixture
async def peer(slack: LoopbackSlackApi) -> AsyncIterator[LoopbackSockets]:
    async with open_slack_sockets(slack) as fake:
        yield fake


@pytest.fixture
async def bolt(slack: LoopbackSlackApi) -> AsyncIterator[BoltHarness]:
    async with new_slack_session() as session:
        yield BoltHarness(slack.url, session)


@pytest.fixture
async def socket(bolt: BoltHarness, peer: LoopbackSockets) -> AsyncIterator[SlackSocket]:
    made = SlackSocket(bolt.app, "xapp-canary", bolt.session, QUICK_SOCKET_TIMING)
    made.start()
    yield made
    await made.stop()
    await wait_until(lambda: not running_socket_tasks())


def running_socket_tasks() -> list[str]:
    """The tasks of ours and of Slack's client that still run."""
    files = [getattr(task.get_coro(), "cr_code", None) for task in asyncio.all_tasks()]
    return [code.co_qualname for code in files if code and SOCKET_CODE_PATH.search(code.co_filename)]


def command_envelope(number: str, text: str) -> dict[str, Any]:
    payload = {"command": "/club", "text": text, "team_id": "T1", "user_id": "U1", "channel_id": "C1"}
    return {"type": "slash_commands", "envelope_id": number, "payload": payload, "accepts_response_payload": True}


async def assert_command_acknowledged(peer: LoopbackSockets, number: str) -> None:
    """A command that is sent now is answered."""
    await peer.open[-1].send_json(command_envelope(number, "hello"))
    await wait_until(lambda: number in peer.acks)


async def test_a_command_is_answered_on_its_envelope(
    socket: SlackSocket, peer: LoopbackSockets, slack: LoopbackSlackApi
) -> None:
    await wait_until(lambda: socket.healthy)
    await assert_command_acknowledged(peer, "e1")
    assert peer.acks["e1"]["payload"] == {"text": "heard hello"}
    assert slack.tokens[0] == "Bearer xapp-canary"


async def test_a_dropped_socket_is_replaced(socket: SlackSocket, peer: LoopbackSockets) -> None:
    for number in range(5):
        await wait_until(lambda number=number: socket.healthy and peer.taken == number + 1)
        await assert_command_acknowledged(peer, f"e{number}")
        await peer.open[-1].close()
    await wait_until(lambda: socket.healthy and peer.taken == 6)
    await wait_until(lambda: len(peer.open) == 1)


async def test_a_reset_socket_is_replaced(socket: SlackSocket, peer: LoopbackSockets) -> None:
    await wait_until(lambda: socket.healthy)
    transport = peer.open[-1]._req.transport  # type: ignore[union-attr]
    assert transport is not None
    transport.abort()
    await wait_until(lambda: peer.taken == 2 and socket.healthy)
    await assert_command_acknowledged(peer, "e1")


async def test_a_silent_peer_is_given_up(socket: SlackSocket, peer: LoopbackSockets) -> None:
    await wait_until(lambda: socket.healthy)
    peer.silent = True
    await wait_until(lambda: peer.taken >= 2)
    peer.silent = False
    await wait_until(lambda: socket.healthy and peer.open)
    await assert_command_acknowledged(peer, "e1")


async def test_a_socket_on_which_nobody_greets_or_answers_is_not_healthy(
    socket: SlackSocket, peer: LoopbackSockets
) -> None:
    await wait_until(lambda: socket.healthy)
    peer.greets, peer.silent = False, True
    await peer.open[-1].close()
    await wait_until(lambda: peer.taken >= 3)
    assert not socket.healthy
    peer.greets, peer.silent = True, False
    await wait_until(lambda: socket.healthy)


async def test_a_peer_that_answers_without_a_greeting_will_do(socket: SlackSocket, peer: LoopbackSockets) -> None:
    await wait_until(lambda: socket.healthy)
    peer.greets = False
    await peer.open[-1].close()
    await wait_until(lambda: peer.taken == 2 and socket.healthy)
    await assert_command_acknowledged(peer, "e1")


@pytest.mark.parametrize("reason", ["warning", "refresh_requested", "too_many_websockets", "link_disabled"])
async def test_a_socket_that_slack_wants_back_is_replaced(
    socket: SlackSocket, peer: LoopbackSockets, reason: str
) -> None:
    await wait_until(lambda: socket.healthy)
    await peer.open[0].send_json({"type": "disconnect", "reason": reason})
    await wait_until(lambda: peer.taken == 2 and len(peer.open) == 1 and socket.healthy)
    await assert_command_acknowledged(peer, "e1")


async def test_what_is_in_hand_is_answered_on_the_old_socket(
    socket: SlackSocket, peer: LoopbackSockets, bolt: BoltHarness
) -> None:
    await wait_until(lambda: socket.healthy)
    bolt.gate.clear()
    await peer.open[0].send_json(command_envelope("e1", "slow"))
    await wait_until(lambda: bolt.command_texts)
    await peer.open[0].send_json({"type": "disconnect", "reason": "refresh_requested"})
    await wait_until(lambda: peer.taken == 2 and socket.healthy)
    assert len(peer.open) == 2
    bolt.gate.set()
    await wait_until(lambda: "e1" in peer.acks and len(peer.open) == 1)


async def test_what_slack_sends_on_the_old_socket_while_it_is_replaced_is_answered(
    socket: SlackSocket, peer: LoopbackSockets
) -> None:
    await wait_until(lambda: socket.healthy)
    old, connection = peer.open[0], socket.connection
    await old.send_json({"type": "disconnect", "reason": "refresh_requested"})
    await wait_until(lambda: socket.connection not in (None, connection))
    await old.send_json(command_envelope("e1", "hello"))
    await wait_until(lambda: "e1" in peer.acks and len(peer.open) == 1)


async def test_a_refused_address_is_not_asked_for_ever(
    socket: SlackSocket, peer: LoopbackSockets, slack: LoopbackSlackApi
) -> None:
    await wait_until(lambda: socket.healthy)
    right, peer.url = peer.url, "ws://127.0.0.1:1/link"
    before = len(slack.calls)
    await peer.open[-1].close()
    await wait_until(lambda: len(slack.calls) >= before + 3)
    assert not socket.healthy
    peer.url = right
    await wait_until(lambda: socket.healthy, 2)


async def test_a_web_api_that_fails_for_a_while_is_outwaited(
    socket: SlackSocket, peer: LoopbackSockets, slack: LoopbackSlackApi
) -> None:
    await wait_until(lambda: socket.healthy)
    working = slack.answers["apps.connections.open"][0]
    slack.answer("apps.connections.open", lambda _: slack_error_response("internal_error", 500))
    await peer.open[-1].close()
    await wait_until(lambda: len(slack.calls) >= 4)
    slack.answer("apps.connections.open", working)
    await wait_until(lambda: socket.healthy)
    await assert_command_acknowledged(peer, "e1")


async def test_a_refused_token_is_told_once_and_tried_again_slowly(
    socket: SlackSocket, peer: LoopbackSockets, slack: LoopbackSlackApi, capsys: pytest.CaptureFixture[str]
) -> None:
    await wait_until(lambda: socket.healthy)
    working = slack.answers["apps.connections.open"][0]
    slack.answer("apps.connections.open", lambda _: slack_error_response("invalid_auth"))
    await peer.open[-1].close()
    await asyncio.sleep(0.7)
    assert 3 <= len(slack.calls) <= 6
    assert capsys.readouterr().out.count("refuses the app token") == 1
    slack.answer("apps.connections.open", working)
    await wait_until(lambda: socket.healthy)


async def test_who_waits_for_the_first_socket_hears_of_a_refused_token(
    bolt: BoltHarness, peer: LoopbackSockets, slack: LoopbackSlackApi
) -> None:
    working = slack.answers["apps.connections.open"][0]
    slack.answer(
        "apps.connections.open",
        lambda _: slack_error_response("internal_error", 500),
        lambda _: slack_error_response("invalid_auth"),
    )
    socket = SlackSocket(bolt.app, "xapp-1", bolt.session, QUICK_SOCKET_TIMING)
    socket.start()
    with pytest.raises(TokenRefused, match="invalid_auth"):
        await socket.wait_open()
    slack.answer("apps.connections.open", working)
    await wait_until(lambda: socket.healthy)
    await socket.wait_open()
    await socket.stop()


async def test_an_old_socket_is_renewed(bolt: BoltHarness, peer: LoopbackSockets) -> None:
    socket = SlackSocket(bolt.app, "xapp-1", bolt.session, SocketTiming(settled_seconds=0.1, max_age_seconds=0.3))
    socket.start()
    await wait_until(lambda: peer.taken == 2 and socket.healthy)
    await socket.stop()


async def test_the_wall_clock_is_not_looked_at(
    socket: SlackSocket, peer: LoopbackSockets, monkeypatch: pytest.MonkeyPatch
) -> None:
    await wait_until(lambda: socket.healthy)
    real = time.time
    for days in (3, -3):
        monkeypatch.setattr(time, "time", lambda days=days: real() + days * 86400)
        await asyncio.sleep(0.3)
        await assert_command_acknowledged(peer, f"e{days}")
    assert peer.taken == 1


async def test_a_command_that_stumbles_is_not_acknowledged_and_not_quoted(
    socket: SlackSocket, peer: LoopbackSockets, capsys: pytest.CaptureFixture[str]
) -> None:
    await wait_until(lambda: socket.healthy)
    await peer.open[0].send_json(command_envelope("e1", "stumble"))
    await asyncio.sleep(0.1)
    await assert_command_acknowledged(peer, "e2")
    assert "e1" not in peer.acks
    assert "not acknowledged" in capsys.readouterr().out


async def test_garbage_harms_nobody(socket: SlackSocket, peer: LoopbackSockets) -> None:
    await wait_until(lambda: socket.healthy)
    for garbage in ("", "{", "[1]", '{"type": 7}', "[" * 10_000, "{" * 10_000, '{"type": "slash_commands"}', "é\x00"):
        await peer.open[-1].send_str(garbage)
    await peer.open[-1].send_bytes(b"\xff\x00")
    await assert_command_acknowledged(peer, "e1")
    assert peer.taken == 1


async def test_stopping_lets_what_is_in_hand_end(bolt: BoltHarness, peer: LoopbackSockets) -> None:
    socket = SlackSocket(bolt.app, "xapp-1", bolt.session, QUICK_SOCKET_TIMING)
    socket.start()
    await wait_until(lambda: socket.healthy)
    bolt.gate.clear()
    await peer.open[0].send_json(command_envelope("e1", "slow"))
    await wait_until(lambda: bolt.command_texts)
    asyncio.get_running_loop().call_later(0.2, bolt.gate.set)
    await socket.stop()
    assert "e1" in peer.acks
    assert not socket.healthy
    await socket.stop()


async def test_what_comes_while_it_stops_is_not_begun(bolt: BoltHarness, peer: LoopbackSockets) -> None:
    socket = SlackSocket(bolt.app, "xapp-1", bolt.session, QUICK_SOCKET_TIMING)
    socket.start()
    await wait_until(lambda: socket.healthy)
    bolt.gate.clear()
    await peer.open[0].send_json(command_envelope("e1", "in hand"))
    await wait_until(lambda: bolt.command_texts)
    stopping = asyncio.create_task(socket.stop())
    await asyncio.sleep(0.05)
    await peer.open[0].send_json(command_envelope("e2", "too late"))
    await asyncio.sleep(0.1)
    bolt.gate.set()
    await stopping
    assert list(peer.acks) == ["e1"]
    assert bolt.command_texts == ["in hand"]


async def test_stopping_does_not_hang_on_a_peer_that_reads_nothing(bolt: BoltHarness, peer: LoopbackSockets) -> None:
    socket = SlackSocket(bolt.app, "xapp-1", bolt.session, SocketTiming(drain_seconds=0.2, goodbye_seconds=0.2))
    socket.start()
    await wait_until(lambda: socket.healthy)
    bolt.gate.clear()
    peer.reading.clear()
    await peer.open[0].send_json(command_envelope("e1", "for ever"))
    await wait_until(lambda: bolt.command_texts)
    # Its server is in `receive` still; the next frame of ours is the last that it reads.
    await socket.connection.websocket.ping()  # type: ignore[union-attr]
    await asyncio.sleep(0.05)
    async with asyncio.timeout(5):  # aiohttp waits ten seconds for a goodbye, if it is let
        await socket.stop()
    assert not running_socket_tasks()
    peer.reading.set()


async def test_stopping_before_it_is_open_is_harmless(bolt: BoltHarness, slack: LoopbackSlackApi) -> None:
    slack.answer("apps.connections.open", lambda _: slack_error_response("internal_error", 500))
    socket = SlackSocket(bolt.app, "xapp-1", bolt.session, QUICK_SOCKET_TIMING)
    await socket.stop()
    socket.start()
    await socket.stop()
    assert not socket.healthy
