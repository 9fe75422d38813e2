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
from tests.cpu_cost import GROWTH_FACTOR, cpu_growth

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
    door = SlackHttpServer(
        build_slack_http_app(made.serve, SAMPLE_SIGNING_SECRET, made.wall, lambda: made.healthy, body_seconds=1.0),
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


MALFORMED_BODIES = {
    "no JSON": (b"{", "application/json"),
    "no object": (b"[]", "application/json"),
    "an empty body that is called JSON": (b"", "application/json"),
    "deep JSON": (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "application/json"),
    "JSON that is a little too deep": (nested_payload_body(150), FORM_CONTENT_TYPE),
    "unclosed depth": (b"[" * 500_000, "application/json"),
    "JSON in a form's dress": (b'{"a":' * 10_000, FORM_CONTENT_TYPE),
    "deep payload": (nested_payload_body(10_000), FORM_CONTENT_TYPE),
    "deep second payload": (b"payload=%7B%7D&" + nested_payload_body(10_000), FORM_CONTENT_TYPE),
    "broken payload": (b"payload=canary", FORM_CONTENT_TYPE),
    "payload that is no object": (b"payload=3", FORM_CONTENT_TYPE),
    "a number of 5,000 digits": (b'{"a":' + b"9" * 5000 + b"}", "application/json"),
    "many fields": (b"&".join(b"a%d=1" % index for index in range(101)), FORM_CONTENT_TYPE),
    "a million fields": (b"a&" * 500_000, FORM_CONTENT_TYPE),
    "not UTF-8": (b"text=\xff\xfe", FORM_CONTENT_TYPE),
    "not UTF-8 in JSON": (b'{"a": "\xff"}', "application/json"),
    "another type": (HTTP_COMMAND_BODY, "text/plain"),
    "several parts": (HTTP_COMMAND_BODY, "multipart/form-data; boundary=x"),
    "no type": (HTTP_COMMAND_BODY, ""),
}


@pytest.mark.parametrize("case", MALFORMED_BODIES)
async def test_what_cannot_be_meant_is_refused_although_signed(app: FakeBoltServer, case: str) -> None:
    assert await http_status(app, raw_http_request(*MALFORMED_BODIES[case])) == 401
    assert app.received_bodies == []


INVALID_HTTP_TIMESTAMPS = [
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


async def test_a_signature_of_the_wrong_shape_is_refused_before_the_body_is_read(app: FakeBoltServer) -> None:
    assert await http_status(app, raw_http_request(signature="v0=canary")[:-1]) == 401


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


async def test_a_compressed_body_is_refused_unread(app: FakeBoltServer) -> None:
    assert (
        await http_status(
            app, raw_http_request(HTTP_COMMAND_BODY, FORM_CONTENT_TYPE, str(HTTP_NOW), None, b"Content-Encoding: gzip")
        )
        == 401
    )


@pytest.mark.parametrize("path", [b"/slack/events", b"/healthz", b"/nowhere"])
async def test_what_nobody_can_expect_is_refused_and_not_quoted(app: FakeBoltServer, path: bytes) -> None:
    for hostile in (b"canary", b"canary \xff", b"\xf0\x9f", b"100-continue, canary", b"1" * 5000):
        sent = raw_http_request(
            HTTP_COMMAND_BODY, FORM_CONTENT_TYPE, str(HTTP_NOW), None, b"Expect: " + hostile
        ).replace(b"/slack/events", path)
        answer = await send_raw_bytes(app, sent)
        assert answer.startswith(b"HTTP/1.1 417 ")
        assert answer.endswith(b"\r\n\r\n")
    assert app.received_bodies == []


async def test_who_waits_to_send_a_body_is_told_to(app: FakeBoltServer) -> None:
    answer = await send_raw_bytes(
        app, raw_http_request(HTTP_COMMAND_BODY, FORM_CONTENT_TYPE, str(HTTP_NOW), None, b"Expect: 100-Continue")
    )
    assert answer.startswith(b"HTTP/1.1 100 Continue")


async def test_a_replay_is_answered_and_has_no_effect(app: FakeBoltServer) -> None:
    await send_raw_bytes(app, raw_http_request())
    again = await send_raw_bytes(app, raw_http_request())
    assert again.startswith(b"HTTP/1.1 200 ")
    assert again.endswith(b"\r\n\r\n")
    assert app.received_bodies == [HTTP_COMMAND_BODY.decode()]


async def test_a_thousand_replays_at_once_have_one_effect(app: FakeBoltServer) -> None:
    headers = {
        "Content-Type": FORM_CONTENT_TYPE,
        "X-Slack-Request-Timestamp": str(HTTP_NOW),
        "X-Slack-Signature": sign_http_body(HTTP_COMMAND_BODY),
    }
    url = f"http://127.0.0.1:{app.port}/slack/events"

    async def send(session: aiohttp.ClientSession) -> int:
        async with session.post(url, data=HTTP_COMMAND_BODY, headers=headers) as response:
            return response.status

    async with aiohttp.ClientSession() as session:
        answers = await asyncio.gather(*(send(session) for _ in range(1000)))
    assert answers == [200] * 1000
    assert len(app.received_bodies) == 1


def test_signatures_are_remembered_while_fresh_and_not_without_end() -> None:
    seen = SeenSignatures(max_signatures=100)
    for number in range(1000):
        assert not seen.is_repeat(f"v0={number}", HTTP_NOW, HTTP_NOW)
    assert len(seen._timestamps) == 100
    assert seen.is_repeat("v0=999", HTTP_NOW, HTTP_NOW + 300)
    assert not seen.is_repeat("v0=later", HTTP_NOW + 301, HTTP_NOW + 301)
    assert len(seen._timestamps) == 1


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


async def test_a_large_body_is_refused_before_it_is_read(app: FakeBoltServer) -> None:
    announced = raw_http_request().replace(b"Content-Length: %d" % len(HTTP_COMMAND_BODY), b"Content-Length: 10485760")
    assert await http_status(app, announced) == 413
    assert app.received_bodies == []


async def test_a_large_body_that_is_not_announced_leaves_memory_flat(app: FakeBoltServer) -> None:
    head = raw_http_request(b"").replace(b"Content-Length: 0", b"Transfer-Encoding: chunked")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    answers = await asyncio.gather(*(flood_with_chunks(app, head) for _ in range(10)))
    assert answers == [b"HTTP/1.1 413"] * 10
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000  # KiB
    assert await http_status(app, raw_http_request()) == 200


@pytest.mark.parametrize("sent", [b"", b"POST /slack/ev", raw_http_request()[:200]])
async def test_a_connection_that_never_says_its_headers_is_ended(app: FakeBoltServer, sent: bytes) -> None:
    assert await send_raw_bytes(app, sent) == b"", "the server lets go of it; we would not"


async def test_a_body_that_trickles_is_ended_and_others_are_served(app: FakeBoltServer) -> None:
    slow = [asyncio.create_task(send_raw_bytes(app, raw_http_request()[:-1])) for _ in range(100)]
    await asyncio.sleep(0.1)
    assert await http_status(app, raw_http_request()) == 200
    assert {answer[:13] for answer in await asyncio.gather(*slow)} == {b"HTTP/1.1 408 "}


async def test_large_bodies_that_are_never_finished_fill_no_memory_and_small_ones_pass(app: FakeBoltServer) -> None:
    large = raw_http_request(b"text=" + b"x" * 200_000)[:-1]
    slow = [asyncio.create_task(send_raw_bytes(app, large)) for _ in range(50)]
    await asyncio.sleep(0.15)
    assert await http_status(app, raw_http_request()) == 200
    answers = [answer[:12] for answer in await asyncio.gather(*slow)]
    assert answers.count(b"HTTP/1.1 408") == 32
    assert answers.count(b"HTTP/1.1 503") == 18
    assert await http_status(app, raw_http_request(b"text=" + b"x" * 200_000)) == 200


async def test_bolt_stands_behind_the_door() -> None:
    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T1", bot_user_id="U0")

    bolt = AsyncApp(authorize=authorize, signing_secret=SAMPLE_SIGNING_SECRET, request_verification_enabled=False)

    async def serve(body: str, headers: Mapping[str, str]) -> BoltResponse:
        return await bolt.async_dispatch(AsyncBoltRequest(body=body, headers=dict(headers)))

    app = FakeBoltServer()
    door = SlackHttpServer(build_slack_http_app(serve, SAMPLE_SIGNING_SECRET, app.wall))
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
    door = SlackHttpServer(build_slack_http_app(app.serve, SAMPLE_SIGNING_SECRET, app.wall), drain_seconds=2)
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


@pytest.mark.parametrize(("deep", "refused"), [(99, False), (100, True)])  # one more stands in each
def test_depth_is_counted_outside_of_strings(deep: int, refused: bool) -> None:
    text = '["[[[[\\\\\\"[[", {"[": 1}, ' * deep + "1" + "]" * deep
    assert is_json_too_deep(text) is refused
    assert not is_json_too_deep('"' + "[" * 1000)
    assert not is_json_too_deep("[{}]" * 1000)


@pytest.mark.parametrize("piece", ['"\\', "\\", '["', '"', "[]"])
def test_a_megabyte_of_strings_takes_no_more_for_each_of_its_bytes(piece: str) -> None:
    assert (
        cpu_growth(lambda times: is_json_too_deep(piece * times), MAX_BODY_BYTES // GROWTH_FACTOR // len(piece))
        < 4 * GROWTH_FACTOR
    )


@pytest.mark.parametrize("case", ["deep JSON", "unclosed depth", "deep payload", "a million fields"])
def test_what_cannot_be_meant_takes_no_more_for_each_of_its_bytes(case: str) -> None:
    body, kind = MALFORMED_BODIES[case]

    def reading(size: int) -> None:
        with contextlib.suppress(ValueError, ForgedRequest):
            decode_request_body(body[:size], kind)

    assert cpu_growth(reading, len(body) // GROWTH_FACTOR) < 4 * GROWTH_FACTOR
