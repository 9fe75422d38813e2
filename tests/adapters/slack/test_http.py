"""The door of HTTP mode, on a real server: only what Slack signed comes in, once, and nothing of it is told."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import logging
import os
import random
import resource
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse

from adapters.slack.http import MAX_BODY_BYTES, SeenSignatures, build_slack_http_app
from adapters.slack.port_guard import SlackHttpServer
from adapters.slack.request_body import ForgedRequest, decode_request_body, is_json_too_deep
from tests.effort import TIMES, growth

FORGED = int(os.environ.get("STALEMATE_TEST_FORGED", "300"))
SEED = int(os.environ.get("STALEMATE_TEST_SEED", "0"))
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"  # noqa: S105 the sample of Slack's own documentation
FORM = "application/x-www-form-urlencoded"
NOW = 1_795_600_000
COMMAND = urlencode({"command": "/club", "text": "canary", "user_id": "U1", "team_id": "T1"}).encode()


@dataclass
class Said:
    """What Bolt answers."""

    status: int = 200
    body: str = ""
    headers: dict[str, Sequence[str]] = field(default_factory=dict)


class App:
    """`heard`: the bodies that came through; `answer` is what they get."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.healthy = True
        self.now = float(NOW)
        self.answer: Said | Exception = Said(body='{"text": "noted"}', headers={"content-type": ["application/json"]})
        self.hold = asyncio.Event()
        self.hold.set()
        self.port = 0

    async def serve(self, body: str, headers: Mapping[str, str]) -> Said:
        assert headers["X-Slack-Signature"]
        self.heard.append(body)
        await self.hold.wait()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def wall(self) -> datetime:
        return datetime.fromtimestamp(self.now, UTC)


@pytest.fixture
async def app() -> AsyncIterator[App]:
    made = App()
    door = SlackHttpServer(
        build_slack_http_app(made.serve, SECRET, made.wall, lambda: made.healthy, body_seconds=1.0),
        header_seconds=1.0,
        drain_seconds=1,
    )
    made.port = await door.listen("127.0.0.1", 0)
    yield made
    await door.close()


@pytest.fixture(autouse=True)
def nothing_is_told(caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]) -> Iterator[None]:
    caplog.set_level(logging.DEBUG)
    yield
    said = caplog.text + "".join(capsys.readouterr())
    assert "canary" not in said
    assert "v0=" not in said


def signed(body: bytes, stamp: str = str(NOW), secret: str = SECRET) -> str:
    return "v0=" + hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()


def message(
    body: bytes = COMMAND, kind: str = FORM, stamp: str = str(NOW), signature: str | None = None, *more: bytes
) -> bytes:
    lines = [
        b"POST /slack/events HTTP/1.1",
        b"Host: bot.example",
        b"Content-Type: " + kind.encode(),
        b"Content-Length: %d" % len(body),
        b"X-Slack-Request-Timestamp: " + stamp.encode(),
        b"X-Slack-Signature: " + (signed(body, stamp) if signature is None else signature).encode(),
        *more,
    ]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


async def raw(app: App, sent: bytes, patience: float = 30) -> bytes:
    """What the server says to these bytes. Raises TimeoutError when it says nothing and does not close either."""
    reader, writer = await asyncio.open_connection("127.0.0.1", app.port)
    try:
        with contextlib.suppress(OSError):
            writer.write(sent)
            await writer.drain()
        async with asyncio.timeout(patience):
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                head = await reader.readuntil(b"\r\n\r\n")
                length = [line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
                return head + await reader.readexactly(int(length[0].split(b":")[1]) if length else 0)
            return b""
    finally:
        writer.close()


async def status(app: App, sent: bytes) -> int:
    return int((await raw(app, sent)).split(b" ")[1])


async def flood(app: App, head: bytes) -> bytes:
    """How an answer to 10 MiB in chunks begins."""
    reader, writer = await asyncio.open_connection("127.0.0.1", app.port)
    writer.write(head)
    piece = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    with contextlib.suppress(OSError):
        for _ in range(160):
            writer.write(piece)
            await writer.drain()
    answer = await reader.read(12)
    writer.close()
    return answer


def payload(deep: int) -> bytes:
    nested = b'{"a":' * deep + b"1" + b"}" * deep
    return b"payload=" + quote(nested).encode()


async def test_what_slack_signed_is_served_and_answered(app: App) -> None:
    answer = await raw(app, message())
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"Content-Type: application/json" in answer
    assert answer.endswith(b'{"text": "noted"}')
    assert app.heard == [COMMAND.decode()]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"type": "event_callback", "event": {"text": "[[[{{{\\"["}}', "application/json"),
        (b'{"type": "url_verification", "challenge": "x"}', "application/json; charset=utf-8"),
        (payload(90), FORM),
        ("text=é".encode(), FORM + "; charset=utf-8"),
        (b"", FORM),
        (b"text=" + b"x" * 1_000_000, FORM),
    ],
)
async def test_what_slack_sends_in_every_form_comes_in(app: App, body: bytes, kind: str) -> None:
    assert await status(app, message(body, kind)) == 200
    assert app.heard == [body.decode()]


MALFORMED = {
    "no JSON": (b"{", "application/json"),
    "no object": (b"[]", "application/json"),
    "an empty body that is called JSON": (b"", "application/json"),
    "deep JSON": (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "application/json"),
    "JSON that is a little too deep": (payload(150), FORM),
    "unclosed depth": (b"[" * 500_000, "application/json"),
    "JSON in a form's dress": (b'{"a":' * 10_000, FORM),
    "deep payload": (payload(10_000), FORM),
    "deep second payload": (b"payload=%7B%7D&" + payload(10_000), FORM),
    "broken payload": (b"payload=canary", FORM),
    "payload that is no object": (b"payload=3", FORM),
    "a number of 5,000 digits": (b'{"a":' + b"9" * 5000 + b"}", "application/json"),
    "many fields": (b"&".join(b"a%d=1" % index for index in range(101)), FORM),
    "a million fields": (b"a&" * 500_000, FORM),
    "not UTF-8": (b"text=\xff\xfe", FORM),
    "not UTF-8 in JSON": (b'{"a": "\xff"}', "application/json"),
    "another type": (COMMAND, "text/plain"),
    "several parts": (COMMAND, "multipart/form-data; boundary=x"),
    "no type": (COMMAND, ""),
}


@pytest.mark.parametrize("case", MALFORMED)
async def test_what_cannot_be_meant_is_refused_although_signed(app: App, case: str) -> None:
    assert await status(app, message(*MALFORMED[case])) == 401
    assert app.heard == []


STAMPS = [
    "",
    "abc",
    "nan",
    "inf",
    "-1",
    "+1795600000",
    "1_795_600_000",
    "1795600000.0",
    "1e9",
    "0x6b0",
    "٣" * 10,
    "１７９５６０００００",
    "9" * 5000,
    "0" * 13,
    " ",
    "1795600000 1",
    "1795600000\x00",
]


@pytest.mark.parametrize("stamp", STAMPS)
async def test_a_strange_timestamp_is_refused_although_signed(app: App, stamp: str) -> None:
    assert await status(app, message(stamp=stamp)) in ((400, 401) if "\x00" in stamp else (401,))
    assert app.heard == []


SIGNATURES = [
    "",
    "v0=",
    "v0=" + "0" * 64,
    "v0=" + "0" * 63,
    "v0=" + "0" * 65,
    "v1=" + signed(COMMAND)[3:],
    signed(COMMAND)[3:],
    signed(COMMAND).upper(),
    signed(COMMAND).replace("a", "A"),
    signed(COMMAND) + "0",
    signed(COMMAND) + " é",
    signed(COMMAND, secret=""),
    signed(COMMAND, secret="another"),  # noqa: S106
    signed(COMMAND, stamp=str(NOW + 1)),
    "v0=" + "٣" * 64,
]


@pytest.mark.parametrize("signature", SIGNATURES)
async def test_a_wrong_signature_is_refused(app: App, signature: str) -> None:
    assert await status(app, message(signature=signature)) == 401
    assert app.heard == []


async def test_a_signature_of_the_wrong_shape_is_refused_before_the_body_is_read(app: App) -> None:
    assert await status(app, message(signature="v0=canary")[:-1]) == 401


async def test_missing_and_doubled_headers_are_refused(app: App) -> None:
    whole = message()
    for name in (b"X-Slack-Signature", b"X-Slack-Request-Timestamp"):
        line = next(one for one in whole.split(b"\r\n") if one.startswith(name))
        assert await status(app, whole.replace(line + b"\r\n", b"")) == 401
        assert await status(app, whole.replace(line, line + b"\r\n" + line)) == 401
    assert app.heard == []


@pytest.mark.parametrize(("seconds", "expected"), [(0, 200), (299, 200), (-299, 200), (301, 401), (-301, 401)])
async def test_a_request_is_fresh_for_five_minutes_both_ways(app: App, seconds: int, expected: int) -> None:
    app.now += seconds
    assert await status(app, message()) == expected


async def test_a_compressed_body_is_refused_unread(app: App) -> None:
    assert await status(app, message(COMMAND, FORM, str(NOW), None, b"Content-Encoding: gzip")) == 401


@pytest.mark.parametrize("path", [b"/slack/events", b"/healthz", b"/nowhere"])
async def test_what_nobody_can_expect_is_refused_and_not_quoted(app: App, path: bytes) -> None:
    for hostile in (b"canary", b"canary \xff", b"\xf0\x9f", b"100-continue, canary", b"1" * 5000):
        sent = message(COMMAND, FORM, str(NOW), None, b"Expect: " + hostile).replace(b"/slack/events", path)
        answer = await raw(app, sent)
        assert answer.startswith(b"HTTP/1.1 417 ")
        assert answer.endswith(b"\r\n\r\n")
    assert app.heard == []


async def test_who_waits_to_send_a_body_is_told_to(app: App) -> None:
    answer = await raw(app, message(COMMAND, FORM, str(NOW), None, b"Expect: 100-Continue"))
    assert answer.startswith(b"HTTP/1.1 100 Continue")


async def test_a_replay_is_answered_and_has_no_effect(app: App) -> None:
    await raw(app, message())
    again = await raw(app, message())
    assert again.startswith(b"HTTP/1.1 200 ")
    assert again.endswith(b"\r\n\r\n")
    assert app.heard == [COMMAND.decode()]


async def test_a_thousand_replays_at_once_have_one_effect(app: App) -> None:
    headers = {
        "Content-Type": FORM,
        "X-Slack-Request-Timestamp": str(NOW),
        "X-Slack-Signature": signed(COMMAND),
    }
    url = f"http://127.0.0.1:{app.port}/slack/events"

    async def send(session: aiohttp.ClientSession) -> int:
        async with session.post(url, data=COMMAND, headers=headers) as response:
            return response.status

    async with aiohttp.ClientSession() as session:
        answers = await asyncio.gather(*(send(session) for _ in range(1000)))
    assert answers == [200] * 1000
    assert len(app.heard) == 1


def test_signatures_are_remembered_while_fresh_and_not_without_end() -> None:
    seen = SeenSignatures(max_signatures=100)
    for number in range(1000):
        assert not seen.is_repeat(f"v0={number}", NOW, NOW)
    assert len(seen._timestamps) == 100
    assert seen.is_repeat("v0=999", NOW, NOW + 300)
    assert not seen.is_repeat("v0=later", NOW + 301, NOW + 301)
    assert len(seen._timestamps) == 1


async def test_forged_requests_are_refused_one_and_all(app: App) -> None:
    chance = random.Random(SEED)  # noqa: S311 to play again

    def mutated() -> bytes:
        """Bytes changed in what is signed; the frame stays HTTP so that each one reaches us."""
        body = bytearray(COMMAND)
        signature, stamp = signed(COMMAND), str(NOW)
        kind = chance.randrange(4)
        if kind == 0:
            body[chance.randrange(len(body))] ^= 1 << chance.randrange(8)
        elif kind == 1:
            place = chance.randrange(len(signature))
            signature = signature[:place] + chr(chance.choice([*range(33, 127)])) + signature[place + 1 :]
        elif kind == 2:
            stamp = str(NOW + chance.choice([-1, 1]) * chance.randrange(1, 10 ** chance.randrange(1, 12)))
        else:
            signature = "v0=" + chance.randbytes(32).hex()
        if (bytes(body), signature, stamp) == (COMMAND, signed(COMMAND), str(NOW)):
            signature = "v0="
        return message(bytes(body), FORM, stamp, signature)

    for _ in range(0, FORGED, 50):
        answers = await asyncio.gather(*(status(app, mutated()) for _ in range(50)))
        assert answers == [401] * 50
    assert app.heard == []


async def test_noise_is_never_an_error_of_ours(app: App) -> None:
    chance, whole = random.Random(SEED), message()  # noqa: S311 to play again
    for _ in range(FORGED):
        noise = bytearray(whole)
        for _ in range(chance.randrange(1, 6)):
            noise[chance.randrange(len(noise))] = chance.randrange(256)
        with contextlib.suppress(TimeoutError, IndexError):
            assert int((await raw(app, bytes(noise), patience=0.05)).split(b" ")[1]) < 500
    assert set(app.heard) <= {COMMAND.decode()}


async def test_a_large_body_is_refused_before_it_is_read(app: App) -> None:
    announced = message().replace(b"Content-Length: %d" % len(COMMAND), b"Content-Length: 10485760")
    assert await status(app, announced) == 413
    assert app.heard == []


async def test_a_large_body_that_is_not_announced_leaves_memory_flat(app: App) -> None:
    head = message(b"").replace(b"Content-Length: 0", b"Transfer-Encoding: chunked")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    answers = await asyncio.gather(*(flood(app, head) for _ in range(10)))
    assert answers == [b"HTTP/1.1 413"] * 10
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000  # KiB
    assert await status(app, message()) == 200


@pytest.mark.parametrize("sent", [b"", b"POST /slack/ev", message()[:200]])
async def test_a_connection_that_never_says_its_headers_is_ended(app: App, sent: bytes) -> None:
    assert await raw(app, sent) == b"", "the server lets go of it; we would not"


async def test_a_body_that_trickles_is_ended_and_others_are_served(app: App) -> None:
    slow = [asyncio.create_task(raw(app, message()[:-1])) for _ in range(100)]
    await asyncio.sleep(0.1)
    assert await status(app, message()) == 200
    assert {answer[:13] for answer in await asyncio.gather(*slow)} == {b"HTTP/1.1 408 "}


async def test_large_bodies_that_are_never_finished_fill_no_memory_and_small_ones_pass(app: App) -> None:
    large = message(b"text=" + b"x" * 200_000)[:-1]
    slow = [asyncio.create_task(raw(app, large)) for _ in range(50)]
    await asyncio.sleep(0.15)
    assert await status(app, message()) == 200
    answers = [answer[:12] for answer in await asyncio.gather(*slow)]
    assert answers.count(b"HTTP/1.1 408") == 32
    assert answers.count(b"HTTP/1.1 503") == 18
    assert await status(app, message(b"text=" + b"x" * 200_000)) == 200


async def test_bolt_stands_behind_the_door() -> None:
    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T1", bot_user_id="U0")

    bolt = AsyncApp(authorize=authorize, signing_secret=SECRET, request_verification_enabled=False)

    async def serve(body: str, headers: Mapping[str, str]) -> BoltResponse:
        return await bolt.async_dispatch(AsyncBoltRequest(body=body, headers=dict(headers)))

    app = App()
    door = SlackHttpServer(build_slack_http_app(serve, SECRET, app.wall))
    app.port = await door.listen("127.0.0.1", 0)
    challenge = b'{"type": "url_verification", "challenge": "3eZbrw1a"}'
    assert b"3eZbrw1a" in await raw(app, message(challenge, "application/json"))
    assert await status(app, message()) == 404
    await door.close()


async def test_a_connection_that_has_spoken_is_kept(app: App) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", app.port)
    for body in (b"text=1", b"text=2"):
        writer.write(message(body))
        assert (await reader.readuntil(b'{"text": "noted"}')).startswith(b"HTTP/1.1 200 ")
        await asyncio.sleep(0.25)
    writer.close()


@pytest.mark.parametrize(
    ("request_line", "expected"),
    [
        ("GET /slack/events", 405),
        ("PUT /slack/events", 405),
        ("POST /slack/events/", 404),
        ("POST /", 404),
        ("GET /healthz", 200),
        ("POST /healthz", 405),
    ],
)
async def test_there_is_one_door_and_one_window(app: App, request_line: str, expected: int) -> None:
    assert await status(app, f"{request_line} HTTP/1.1\r\nHost: x\r\n\r\n".encode()) == expected


async def test_the_window_tells_when_something_is_wrong(app: App) -> None:
    app.healthy = False
    assert await status(app, b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n") == 503


async def test_an_error_of_ours_is_empty_and_told_without_its_text(app: App) -> None:
    app.answer = ValueError("canary")
    answer = await raw(app, message())
    assert answer.startswith(b"HTTP/1.1 500 ")
    assert answer.endswith(b"\r\n\r\n")


async def test_what_is_in_hand_is_answered_before_the_door_closes() -> None:
    app = App()
    app.hold.clear()
    door = SlackHttpServer(build_slack_http_app(app.serve, SECRET, app.wall), drain_seconds=2)
    app.port = await door.listen("127.0.0.1", 0)
    waiting = asyncio.create_task(raw(app, message()))
    while not app.heard:  # noqa: ASYNC110 what is waited for is somebody else's state
        await asyncio.sleep(0.01)
    asyncio.get_running_loop().call_later(0.2, app.hold.set)
    await door.close()
    assert (await waiting).startswith(b"HTTP/1.1 200 ")
    with pytest.raises(OSError, match="Connect"):
        await asyncio.open_connection("127.0.0.1", app.port)
    await door.close()


@pytest.mark.parametrize(("deep", "refused"), [(99, False), (100, True)])  # one more stands in each
def test_depth_is_counted_outside_of_strings(deep: int, refused: bool) -> None:
    text = '["[[[[\\\\\\"[[", {"[": 1}, ' * deep + "1" + "]" * deep
    assert is_json_too_deep(text) is refused
    assert not is_json_too_deep('"' + "[" * 1000)
    assert not is_json_too_deep("[{}]" * 1000)


@pytest.mark.parametrize("piece", ['"\\', "\\", '["', '"', "[]"])
def test_a_megabyte_of_strings_takes_no_more_for_each_of_its_bytes(piece: str) -> None:
    assert growth(lambda times: is_json_too_deep(piece * times), MAX_BODY_BYTES // TIMES // len(piece)) < 4 * TIMES


@pytest.mark.parametrize("case", ["deep JSON", "unclosed depth", "deep payload", "a million fields"])
def test_what_cannot_be_meant_takes_no_more_for_each_of_its_bytes(case: str) -> None:
    body, kind = MALFORMED[case]

    def reading(size: int) -> None:
        with contextlib.suppress(ValueError, ForgedRequest):
            decode_request_body(body[:size], kind)

    assert growth(reading, len(body) // TIMES) < 4 * TIMES
