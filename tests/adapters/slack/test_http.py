"""HTTP mode on a real server: only what Slack signed comes in, and nothing of it is told."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
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

import pytest
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse

from adapters.slack.http import MAX_BODY_BYTES, SlackHttpServer

FORGED_REQUEST_COUNT = int(os.environ.get("STALEMATE_TEST_FORGED", "300"))
HTTP_FORGERY_SEED = int(os.environ.get("STALEMATE_TEST_SEED", "0"))
SAMPLE_SIGNING_SECRET = "8f742231b10e8888abcd99yyyzzz85a5"  # noqa: S105 the sample of Slack's own documentation
FORM_CONTENT_TYPE = "application/x-www-form-urlencoded"
HTTP_NOW = 1_795_600_000
HTTP_COMMAND_BODY = urlencode({"command": "/club", "text": "canary", "user_id": "U1", "team_id": "T1"}).encode()


@dataclass
class FakeBoltResponse:
    """What Bolt answers."""

    status: int = 200
    body: str = ""
    headers: dict[str, Sequence[str]] = field(default_factory=dict)


class FakeBoltServer:
    """`heard`: the bodies that came through; `answer` is what they get."""

    def __init__(self) -> None:
        self.received_bodies: list[str] = []
        self.healthy = True
        self.now = float(HTTP_NOW)
        self.answer: FakeBoltResponse | Exception = FakeBoltResponse(
            body='{"text": "noted"}', headers={"content-type": ["application/json"]}
        )
        self.hold = asyncio.Event()
        self.hold.set()
        self.port = 0

    async def serve(self, body: str, headers: Mapping[str, str]) -> FakeBoltResponse:
        assert headers["X-Slack-Signature"]
        self.received_bodies.append(body)
        await self.hold.wait()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def wall(self) -> datetime:
        return datetime.fromtimestamp(self.now, UTC)


@pytest.fixture
async def app() -> AsyncIterator[FakeBoltServer]:
    made = FakeBoltServer()
    door = SlackHttpServer(made.serve, SAMPLE_SIGNING_SECRET, made.wall, lambda: made.healthy, drain_seconds=1)
    made.port = await door.listen("127.0.0.1", 0)
    yield made
    await door.close()


@pytest.fixture(autouse=True)
def nothing_is_told(caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]) -> Iterator[None]:
    caplog.set_level(logging.DEBUG)
    yield
    # Not `caplog.text`, which holds here what was logged after the test.
    said = "".join([*map(logging.Formatter().format, caplog.get_records("call")), *capsys.readouterr()])
    assert "canary" not in said
    assert "v0=" not in said


def sign_http_body(body: bytes, stamp: str = str(HTTP_NOW), secret: str = SAMPLE_SIGNING_SECRET) -> str:
    return "v0=" + hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()


def raw_http_request(
    body: bytes = HTTP_COMMAND_BODY,
    kind: str = FORM_CONTENT_TYPE,
    stamp: str = str(HTTP_NOW),
    signature: str | None = None,
    *more: bytes,
) -> bytes:
    lines = [
        b"POST /slack/events HTTP/1.1",
        b"Host: bot.example",
        b"Content-Type: " + kind.encode(),
        b"Content-Length: %d" % len(body),
        b"X-Slack-Request-Timestamp: " + stamp.encode(),
        b"X-Slack-Signature: " + (sign_http_body(body, stamp) if signature is None else signature).encode(),
        *more,
    ]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


async def send_raw_bytes(app: FakeBoltServer, sent: bytes, patience: float = 30) -> bytes:
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


async def http_status(app: FakeBoltServer, sent: bytes) -> int:
    return int((await send_raw_bytes(app, sent)).split(b" ")[1])


async def flood_with_chunks(app: FakeBoltServer, head: bytes) -> bytes:
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


def nested_payload_body(deep: int) -> bytes:
    nested = b'{"a":' * deep + b"1" + b"}" * deep
    return b"payload=" + quote(nested).encode()


async def test_what_slack_signed_is_served_and_answered(app: FakeBoltServer) -> None:
    answer = await send_raw_bytes(app, raw_http_request())
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"Content-Type: application/json" in answer
    assert answer.endswith(b'{"text": "noted"}')
    assert app.received_bodies == [HTTP_COMMAND_BODY.decode()]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"type": "event_callback", "event": {"text": "[[[{{{\\"["}}', "application/json"),
        (b'{"type": "url_verification", "challenge": "x"}', "application/json; charset=utf-8"),
        (nested_payload_body(90), FORM_CONTENT_TYPE),
        ("text=é".encode(), FORM_CONTENT_TYPE + "; charset=utf-8"),
        (b"", FORM_CONTENT_TYPE),
        (b"text=" + b"x" * 1_000_000, FORM_CONTENT_TYPE),
    ],
)
async def test_what_slack_sends_in_every_form_comes_in(app: FakeBoltServer, body: bytes, kind: str) -> None:
    assert await http_status(app, raw_http_request(body, kind)) == 200
    assert app.received_bodies == [body.decode()]


async def test_what_is_no_text_is_refused_although_signed(app: FakeBoltServer) -> None:
    assert await http_status(app, raw_http_request(b"text=\xff\xfe")) == 401
    assert app.received_bodies == []


INVALID_HTTP_TIMESTAMPS = [
    "",
    "abc",
    "nan",
    "inf",
    "-1",
    "1795600000.0",
    "1e9",
    "0x6b0",
    "٣" * 10,
    "9" * 5000,
    "0" * 13,
    " ",
    "1795600000 1",
    "1795600000\x00",
]


@pytest.mark.parametrize("stamp", INVALID_HTTP_TIMESTAMPS)
async def test_a_strange_timestamp_is_refused_although_signed(app: FakeBoltServer, stamp: str) -> None:
    assert await http_status(app, raw_http_request(stamp=stamp)) in ((400, 401) if "\x00" in stamp else (401,))
    assert app.received_bodies == []


INVALID_SIGNATURES = [
    "",
    "v0=",
    "v0=" + "0" * 64,
    "v0=" + "0" * 63,
    "v0=" + "0" * 65,
    "v1=" + sign_http_body(HTTP_COMMAND_BODY)[3:],
    sign_http_body(HTTP_COMMAND_BODY)[3:],
    sign_http_body(HTTP_COMMAND_BODY).upper(),
    sign_http_body(HTTP_COMMAND_BODY).replace("a", "A"),
    sign_http_body(HTTP_COMMAND_BODY) + "0",
    sign_http_body(HTTP_COMMAND_BODY) + " é",
    sign_http_body(HTTP_COMMAND_BODY, secret=""),
    sign_http_body(HTTP_COMMAND_BODY, secret="another"),  # noqa: S106
    sign_http_body(HTTP_COMMAND_BODY, stamp=str(HTTP_NOW + 1)),
    "v0=" + "٣" * 64,
]


@pytest.mark.parametrize("signature", INVALID_SIGNATURES)
async def test_a_wrong_signature_is_refused(app: FakeBoltServer, signature: str) -> None:
    assert await http_status(app, raw_http_request(signature=signature)) == 401
    assert app.received_bodies == []


async def test_missing_and_doubled_headers_are_refused(app: FakeBoltServer) -> None:
    whole = raw_http_request()
    for name in (b"X-Slack-Signature", b"X-Slack-Request-Timestamp"):
        line = next(one for one in whole.split(b"\r\n") if one.startswith(name))
        assert await http_status(app, whole.replace(line + b"\r\n", b"")) == 401
        assert await http_status(app, whole.replace(line, line + b"\r\n" + line)) == 401
    assert app.received_bodies == []


@pytest.mark.parametrize(("seconds", "expected"), [(0, 200), (299, 200), (-299, 200), (301, 401), (-301, 401)])
async def test_a_request_is_fresh_for_five_minutes_both_ways(app: FakeBoltServer, seconds: int, expected: int) -> None:
    app.now += seconds
    assert await http_status(app, raw_http_request()) == expected


async def test_a_body_is_never_unpacked(app: FakeBoltServer) -> None:
    for packed in (gzip.compress(HTTP_COMMAND_BODY), gzip.compress(b"x" * 100_000_000)):
        sent = raw_http_request(packed, FORM_CONTENT_TYPE, str(HTTP_NOW), None, b"Content-Encoding: gzip")
        assert await http_status(app, sent) == 401
    assert app.received_bodies == []


async def test_what_is_expected_of_us_is_neither_quoted_nor_an_error(app: FakeBoltServer) -> None:
    for hostile in (b"canary", b"canary \xff", b"\xf0\x9f", b"100-continue, canary", b"1" * 5000):
        sent = raw_http_request(HTTP_COMMAND_BODY, FORM_CONTENT_TYPE, str(HTTP_NOW), None, b"Expect: " + hostile)
        assert (await send_raw_bytes(app, sent)).endswith(b'{"text": "noted"}')
        forged = sent.replace(b"v0=", b"v1=")
        assert (await send_raw_bytes(app, forged)).startswith(b"HTTP/1.1 401 ")


async def test_forged_requests_are_refused_one_and_all(app: FakeBoltServer) -> None:
    chance = random.Random(HTTP_FORGERY_SEED)  # noqa: S311 to play again

    def mutated() -> bytes:
        """Bytes changed in what is signed; the frame stays HTTP so that each one reaches us."""
        body = bytearray(HTTP_COMMAND_BODY)
        signature, stamp = sign_http_body(HTTP_COMMAND_BODY), str(HTTP_NOW)
        kind = chance.randrange(4)
        if kind == 0:
            body[chance.randrange(len(body))] ^= 1 << chance.randrange(8)
        elif kind == 1:
            place = chance.randrange(len(signature))
            signature = signature[:place] + chr(chance.choice([*range(33, 127)])) + signature[place + 1 :]
        elif kind == 2:
            stamp = str(HTTP_NOW + chance.choice([-1, 1]) * chance.randrange(1, 10 ** chance.randrange(1, 12)))
        else:
            signature = "v0=" + chance.randbytes(32).hex()
        if (bytes(body), signature, stamp) == (HTTP_COMMAND_BODY, sign_http_body(HTTP_COMMAND_BODY), str(HTTP_NOW)):
            signature = "v0="
        return raw_http_request(bytes(body), FORM_CONTENT_TYPE, stamp, signature)

    for _ in range(0, FORGED_REQUEST_COUNT, 50):
        answers = await asyncio.gather(*(http_status(app, mutated()) for _ in range(50)))
        assert answers == [401] * 50
    assert app.received_bodies == []


async def test_noise_is_never_an_error_of_ours(app: FakeBoltServer) -> None:
    chance, whole = random.Random(HTTP_FORGERY_SEED), raw_http_request()  # noqa: S311 to play again
    for _ in range(FORGED_REQUEST_COUNT):
        noise = bytearray(whole)
        for _ in range(chance.randrange(1, 6)):
            noise[chance.randrange(len(noise))] = chance.randrange(256)
        with contextlib.suppress(TimeoutError, IndexError):
            assert int((await send_raw_bytes(app, bytes(noise), patience=0.05)).split(b" ")[1]) < 500
    assert set(app.received_bodies) <= {HTTP_COMMAND_BODY.decode()}


@pytest.mark.parametrize(
    "broken", [b"canary", b"POST canary", b"GET / HTTP/canary", b"POST /canary HTTP/1.1\r\nno colon"]
)
async def test_a_broken_request_is_refused_and_not_quoted_in_the_log(app: FakeBoltServer, broken: bytes) -> None:
    assert await http_status(app, broken + b"\r\nX-Slack-Signature: v0=canary\r\n\r\n") == 400


async def test_a_large_body_is_refused_although_signed(app: FakeBoltServer) -> None:
    assert await http_status(app, raw_http_request(b"text=" + b"x" * MAX_BODY_BYTES)) == 413
    assert app.received_bodies == []


async def test_a_large_body_that_is_not_announced_leaves_memory_flat(app: FakeBoltServer) -> None:
    head = raw_http_request(b"").replace(b"Content-Length: 0", b"Transfer-Encoding: chunked")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    answers = await asyncio.gather(*(flood_with_chunks(app, head) for _ in range(10)))
    assert answers == [b"HTTP/1.1 413"] * 10
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000  # KiB
    assert await http_status(app, raw_http_request()) == 200


async def test_bolt_stands_behind_the_door() -> None:
    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T1", bot_user_id="U0")

    bolt = AsyncApp(authorize=authorize, signing_secret=SAMPLE_SIGNING_SECRET, request_verification_enabled=False)

    async def serve(body: str, headers: Mapping[str, str]) -> BoltResponse:
        return await bolt.async_dispatch(AsyncBoltRequest(body=body, headers=dict(headers)))

    app = FakeBoltServer()
    door = SlackHttpServer(serve, SAMPLE_SIGNING_SECRET, app.wall, lambda: True)
    app.port = await door.listen("127.0.0.1", 0)
    challenge = b'{"type": "url_verification", "challenge": "3eZbrw1a"}'
    assert b"3eZbrw1a" in await send_raw_bytes(app, raw_http_request(challenge, "application/json"))
    assert await http_status(app, raw_http_request()) == 404
    await door.close()


async def test_a_connection_that_has_spoken_is_kept(app: FakeBoltServer) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", app.port)
    for body in (b"text=1", b"text=2"):
        writer.write(raw_http_request(body))
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
async def test_there_is_one_door_and_one_window(app: FakeBoltServer, request_line: str, expected: int) -> None:
    assert await http_status(app, f"{request_line} HTTP/1.1\r\nHost: x\r\n\r\n".encode()) == expected


async def test_the_window_tells_when_something_is_wrong(app: FakeBoltServer) -> None:
    app.healthy = False
    assert await http_status(app, b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n") == 503


async def test_an_error_of_ours_is_empty_and_told_without_its_text(app: FakeBoltServer) -> None:
    app.answer = ValueError("canary")
    answer = await send_raw_bytes(app, raw_http_request())
    assert answer.startswith(b"HTTP/1.1 500 ")
    assert answer.endswith(b"\r\n\r\n")


async def test_what_is_in_hand_is_answered_before_the_door_closes() -> None:
    app = FakeBoltServer()
    app.hold.clear()
    door = SlackHttpServer(app.serve, SAMPLE_SIGNING_SECRET, app.wall, lambda: True, drain_seconds=2)
    app.port = await door.listen("127.0.0.1", 0)
    waiting = asyncio.create_task(send_raw_bytes(app, raw_http_request()))
    while not app.received_bodies:  # noqa: ASYNC110 what is waited for is somebody else's state
        await asyncio.sleep(0.01)
    asyncio.get_running_loop().call_later(0.2, app.hold.set)
    await door.close()
    assert (await waiting).startswith(b"HTTP/1.1 200 ")
    with pytest.raises(OSError, match="Connect"):
        await asyncio.open_connection("127.0.0.1", app.port)
    await door.close()
