"""Socket Mode that comes back by itself, with Slack's own client against a server that misbehaves."""

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
from adapters.slack.socket import SlackSocket, SocketTiming
from tests.adapters.slack.servers import Api, Sockets, api, error, sockets, until

WATCHED = re.compile(r"(?<!tests.)adapters.slack|slack_sdk|slack_bolt")
QUICK = SocketTiming(
    ping_seconds=0.2,
    check_seconds=0.02,
    open_seconds=0.3,
    retry_seconds=0.02,
    max_retry_seconds=0.1,
    refused_retry_seconds=0.1,
    max_refused_retry_seconds=0.4,
    settled_seconds=0.1,
    drain_seconds=0.5,
)


async def authorize() -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=None, team_id="T1", bot_id="B1", bot_user_id="U0")


class Bolt:
    """A real app: `said` are the texts of its commands; `gate` holds its answers back."""

    def __init__(self, url: str, session: Any) -> None:
        self.said: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()
        client = new_slack_client("xoxb-1", url, session)
        self.app = AsyncApp(
            client=client, authorize=authorize, process_before_response=True, request_verification_enabled=False
        )
        self.app.command("/club")(self._club)

    async def _club(self, ack: Any, body: dict[str, Any]) -> None:
        self.said.append(body["text"])
        await self.gate.wait()
        if body["text"] == "stumble":
            raise ValueError("canary")
        await ack(f"heard {body['text']}")


@pytest.fixture
async def slack() -> AsyncIterator[Api]:
    async with api() as fake:
        yield fake


@pytest.fixture
async def peer(slack: Api) -> AsyncIterator[Sockets]:
    async with sockets(slack) as fake:
        yield fake


@pytest.fixture
async def bolt(slack: Api) -> AsyncIterator[Bolt]:
    async with new_slack_session() as session:
        yield Bolt(slack.url, session)


@pytest.fixture
async def socket(bolt: Bolt, peer: Sockets) -> AsyncIterator[SlackSocket]:
    made = SlackSocket(time.monotonic, QUICK)
    await made.start(bolt.app, "xapp-canary", bolt.app.client)
    yield made
    await made.stop()
    await until(lambda: not working())


def working() -> list[str]:
    """The tasks of ours and of Slack's client that still run."""
    files = [getattr(task.get_coro(), "cr_code", None) for task in asyncio.all_tasks()]
    return [code.co_qualname for code in files if code and WATCHED.search(code.co_filename)]


def envelope(number: str, text: str) -> dict[str, Any]:
    payload = {"command": "/club", "text": text, "team_id": "T1", "user_id": "U1", "channel_id": "C1"}
    return {"type": "slash_commands", "envelope_id": number, "payload": payload, "accepts_response_payload": True}


async def heard(peer: Sockets, number: str) -> None:
    """A command that is sent now is answered."""
    await peer.open[-1].send_json(envelope(number, "hello"))
    await until(lambda: number in peer.acks)


async def test_a_command_is_answered_on_its_envelope(socket: SlackSocket, peer: Sockets, slack: Api) -> None:
    await until(lambda: socket.healthy)
    await heard(peer, "e1")
    assert peer.acks["e1"]["payload"] == {"text": "heard hello"}
    assert slack.tokens[0] == "Bearer xapp-canary"


async def test_a_dropped_socket_is_replaced(socket: SlackSocket, peer: Sockets) -> None:
    for number in range(5):
        await until(lambda number=number: socket.healthy and peer.taken == number + 1)
        await heard(peer, f"e{number}")
        await peer.open[-1].close()
    await until(lambda: socket.healthy and peer.taken == 6)
    await until(lambda: len(peer.open) == 1)


async def test_a_reset_socket_is_replaced(socket: SlackSocket, peer: Sockets) -> None:
    await until(lambda: socket.healthy)
    transport = peer.open[-1]._req.transport  # type: ignore[union-attr]
    assert transport is not None
    transport.abort()
    await until(lambda: peer.taken == 2 and socket.healthy)
    await heard(peer, "e1")


async def test_a_silent_peer_is_given_up(socket: SlackSocket, peer: Sockets) -> None:
    await until(lambda: socket.healthy)
    peer.silent = True
    await until(lambda: peer.taken >= 2)
    peer.silent = False
    await until(lambda: socket.healthy and peer.open)
    await heard(peer, "e1")


async def test_a_socket_on_which_nobody_greets_or_answers_is_not_healthy(socket: SlackSocket, peer: Sockets) -> None:
    await until(lambda: socket.healthy)
    peer.greets, peer.silent = False, True
    await peer.open[-1].close()
    await until(lambda: peer.taken >= 3)
    assert not socket.healthy
    peer.greets, peer.silent = True, False
    await until(lambda: socket.healthy)


async def test_a_peer_that_answers_without_a_greeting_will_do(socket: SlackSocket, peer: Sockets) -> None:
    await until(lambda: socket.healthy)
    peer.greets = False
    await peer.open[-1].close()
    await until(lambda: peer.taken == 2 and socket.healthy)
    await heard(peer, "e1")


@pytest.mark.parametrize("reason", ["warning", "refresh_requested", "too_many_websockets", "link_disabled"])
async def test_a_socket_that_slack_wants_back_is_replaced(socket: SlackSocket, peer: Sockets, reason: str) -> None:
    await until(lambda: socket.healthy)
    await peer.open[0].send_json({"type": "disconnect", "reason": reason})
    await until(lambda: peer.taken == 2 and len(peer.open) == 1 and socket.healthy)
    await heard(peer, "e1")


async def test_what_is_in_hand_is_answered_on_the_old_socket(socket: SlackSocket, peer: Sockets, bolt: Bolt) -> None:
    await until(lambda: socket.healthy)
    bolt.gate.clear()
    await peer.open[0].send_json(envelope("e1", "slow"))
    await until(lambda: bolt.said)
    await peer.open[0].send_json({"type": "disconnect", "reason": "refresh_requested"})
    await until(lambda: peer.taken == 2 and socket.healthy)
    assert len(peer.open) == 2
    bolt.gate.set()
    await until(lambda: "e1" in peer.acks and len(peer.open) == 1)


async def test_a_refused_address_is_not_asked_for_ever(socket: SlackSocket, peer: Sockets, slack: Api) -> None:
    await until(lambda: socket.healthy)
    right, peer.url = peer.url, "ws://127.0.0.1:1/link"
    before = len(slack.calls)
    await peer.open[-1].close()
    await until(lambda: len(slack.calls) >= before + 3)
    assert not socket.healthy
    peer.url = right
    await until(lambda: socket.healthy, 2)


async def test_a_web_api_that_fails_for_a_while_is_outwaited(socket: SlackSocket, peer: Sockets, slack: Api) -> None:
    await until(lambda: socket.healthy)
    working = slack.answers["apps.connections.open"][0]
    slack.answer("apps.connections.open", lambda _: error("internal_error", 500))
    await peer.open[-1].close()
    await until(lambda: len(slack.calls) >= 4)
    slack.answer("apps.connections.open", working)
    await until(lambda: socket.healthy)
    await heard(peer, "e1")


async def test_a_peer_that_closes_at_once_is_not_stormed(bolt: Bolt, peer: Sockets) -> None:
    socket = SlackSocket(
        time.monotonic,
        SocketTiming(
            check_seconds=0.01, open_seconds=0.3, retry_seconds=0.05, max_retry_seconds=0.2, settled_seconds=5
        ),
        lambda: 1.0,
    )
    await socket.start(bolt.app, "xapp-1", bolt.app.client)
    ends = asyncio.get_running_loop().time() + 0.5
    while asyncio.get_running_loop().time() < ends:
        for one in list(peer.open):
            await one.close()
        await asyncio.sleep(0.01)
    await socket.stop()
    assert 3 <= peer.taken <= 6  # after 0.05, 0.1, 0.2, 0.2 seconds


async def test_a_refused_token_is_told_once_and_tried_again_slowly(
    socket: SlackSocket, peer: Sockets, slack: Api, capsys: pytest.CaptureFixture[str]
) -> None:
    await until(lambda: socket.healthy)
    working = slack.answers["apps.connections.open"][0]
    slack.answer("apps.connections.open", lambda _: error("invalid_auth"))
    await peer.open[-1].close()
    await asyncio.sleep(0.7)
    assert 3 <= len(slack.calls) <= 6
    assert capsys.readouterr().out.count("refuses the app token") == 1
    slack.answer("apps.connections.open", working)
    await until(lambda: socket.healthy)


async def test_who_waits_for_the_first_socket_hears_of_a_refused_token(bolt: Bolt, peer: Sockets, slack: Api) -> None:
    working = slack.answers["apps.connections.open"][0]
    slack.answer("apps.connections.open", lambda _: error("internal_error", 500), lambda _: error("invalid_auth"))
    socket = SlackSocket(time.monotonic, QUICK)
    await socket.start(bolt.app, "xapp-1", bolt.app.client)
    with pytest.raises(TokenRefused, match="invalid_auth"):
        await socket.wait_open()
    slack.answer("apps.connections.open", working)
    await until(lambda: socket.healthy)
    await socket.wait_open()
    await socket.stop()


async def test_an_old_socket_is_renewed(bolt: Bolt, peer: Sockets) -> None:
    socket = SlackSocket(time.monotonic, SocketTiming(check_seconds=0.02, settled_seconds=0.1, max_age_seconds=0.3))
    await socket.start(bolt.app, "xapp-1", bolt.app.client)
    await until(lambda: peer.taken == 2 and socket.healthy)
    await socket.stop()


async def test_the_wall_clock_is_not_looked_at(
    socket: SlackSocket, peer: Sockets, monkeypatch: pytest.MonkeyPatch
) -> None:
    await until(lambda: socket.healthy)
    real = time.time
    for days in (3, -3):
        monkeypatch.setattr(time, "time", lambda days=days: real() + days * 86400)
        await asyncio.sleep(0.3)
        await heard(peer, f"e{days}")
    assert peer.taken == 1


async def test_a_command_that_stumbles_is_not_acknowledged_and_not_quoted(
    socket: SlackSocket, peer: Sockets, capsys: pytest.CaptureFixture[str]
) -> None:
    await until(lambda: socket.healthy)
    await peer.open[0].send_json(envelope("e1", "stumble"))
    await asyncio.sleep(0.1)
    await heard(peer, "e2")
    assert "e1" not in peer.acks
    assert "not acknowledged" in capsys.readouterr().out


async def test_garbage_harms_nobody(socket: SlackSocket, peer: Sockets) -> None:
    await until(lambda: socket.healthy)
    for garbage in ("", "{", "[1]", '{"type": 7}', "[" * 10_000, "{" * 10_000, '{"type": "slash_commands"}', "é\x00"):
        await peer.open[-1].send_str(garbage)
    await peer.open[-1].send_bytes(b"\xff\x00")
    await heard(peer, "e1")
    assert peer.taken == 1


async def test_stopping_lets_what_is_in_hand_end(bolt: Bolt, peer: Sockets) -> None:
    socket = SlackSocket(time.monotonic, QUICK)
    await socket.start(bolt.app, "xapp-1", bolt.app.client)
    await until(lambda: socket.healthy)
    bolt.gate.clear()
    await peer.open[0].send_json(envelope("e1", "slow"))
    await until(lambda: bolt.said)
    asyncio.get_running_loop().call_later(0.2, bolt.gate.set)
    await socket.stop()
    assert "e1" in peer.acks
    assert not socket.healthy
    await socket.stop()


async def test_what_comes_while_it_stops_is_not_begun(bolt: Bolt, peer: Sockets) -> None:
    socket = SlackSocket(time.monotonic, QUICK)
    await socket.start(bolt.app, "xapp-1", bolt.app.client)
    await until(lambda: socket.healthy)
    bolt.gate.clear()
    await peer.open[0].send_json(envelope("e1", "in hand"))
    await until(lambda: bolt.said)
    stopping = asyncio.create_task(socket.stop())
    await asyncio.sleep(0.05)
    await peer.open[0].send_json(envelope("e2", "too late"))
    await asyncio.sleep(0.1)
    bolt.gate.set()
    await stopping
    assert list(peer.acks) == ["e1"]
    assert bolt.said == ["in hand"]


async def test_stopping_does_not_hang_on_a_peer_that_reads_nothing(bolt: Bolt, peer: Sockets) -> None:
    socket = SlackSocket(time.monotonic, SocketTiming(drain_seconds=0.2, goodbye_seconds=0.2))
    await socket.start(bolt.app, "xapp-1", bolt.app.client)
    await until(lambda: socket.healthy)
    bolt.gate.clear()
    peer.reading.clear()
    await peer.open[0].send_json(envelope("e1", "for ever"))
    await until(lambda: bolt.said)
    # Its server is in `receive` still; the next frame of ours is the last that it reads.
    await socket._client.current_session.ping()  # type: ignore[union-attr]
    await asyncio.sleep(0.05)
    async with asyncio.timeout(5):  # aiohttp waits ten seconds for a goodbye, if it is let
        await socket.stop()
    assert not working()
    peer.reading.set()


async def test_a_limit_on_new_sockets_is_kept_to(bolt: Bolt, peer: Sockets, slack: Api) -> None:
    working = slack.answers["apps.connections.open"][0]
    slack.answer("apps.connections.open", lambda _: error("ratelimited", 429, **{"Retry-After": "1"}), working)
    socket = SlackSocket(time.monotonic, QUICK)
    await socket.start(bolt.app, "xapp-1", bolt.app.client)
    await until(lambda: slack.calls)
    await asyncio.sleep(0.8)
    assert len(slack.calls) == 1
    await until(lambda: socket.healthy)
    await socket.stop()


async def test_stopping_before_it_is_open_is_harmless(bolt: Bolt, slack: Api) -> None:
    slack.answer("apps.connections.open", lambda _: error("internal_error", 500))
    socket = SlackSocket(time.monotonic, QUICK)
    await socket.stop()
    await socket.start(bolt.app, "xapp-1", bolt.app.client)
    await socket.stop()
    assert not socket.healthy
