"""Requests that Slack did not sign, and such that it did, a second time: neither has an effect, and none is told.

`STALEMATE_TEST_FORGED` and `STALEMATE_TEST_REPLAYED` are how many come to the bot's open port, over bare sockets.
"""

from __future__ import annotations

import asyncio
import gzip
import logging
import random
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.adapters.slack.workspace import SlackWorkspace
from tests.fakes_slack import payloads
from tests.fakes_slack.people import SLACK_GENERAL_CHANNEL
from tests.fakes_slack.requests import URLENCODED, sign_slack_request
from tests.faults.figures import printed_seed, report_figure, trial_count

FORGED_COUNT, REPLAYED_COUNT = trial_count("FORGED", 400), trial_count("REPLAYED", 60)
CONCURRENT_FORGERIES = 20
FORGED_CANARY = "Zuqadx"  # in the body of each request
STRANGE_TIMESTAMPS = (
    "",
    "abc",
    "nan",
    "inf",
    "-1",
    "+7",
    "1_7",
    "1e9",
    "0x6b0",
    "1795600000.0",
    "9" * 5000,
    "0" * 13,
    "٣" * 10,
    "１７",
)
NOT_UTF8 = (b"\xff\xfe", b"\xc3\x28", b"\xed\xa0\x80", b"\xc0\xaf", b"\x80")
HOSTILE_HEADERS = (
    b"X-Slack-Signature : v0=00",
    b" X-Folded: yes",
    b"X-\xff: \xfe\xff",
    b"X-Nul: a\x00b",
    b"X-Return: a\rX-Slack-Signature: v0=00",
    b"No-Colon",
    b": no name",
    b"X-Long: " + b"x" * 9000,
    b"Content-Length: 5",
    b"Content-Length: -1",
    b"Transfer-Encoding: chunked",
    b"Transfer-Encoding: \xff",
    b"Content-Type: application/json",
    b"Cookie: \xf0\x9f\x98\x80",
    b"Expect: 100-continue, \xff",
    b"X-Slack-Retry-Num: " + b"9" * 5000,
)


@dataclass(frozen=True)
class RawForgery:
    """What goes over the line; the headers that prove who sent it may stand there twice, or not at all."""

    body: bytes
    stamps: tuple[bytes, ...]
    signatures: tuple[bytes, ...]
    more: tuple[bytes, ...] = ()
    kind: str = URLENCODED

    @property
    def raw(self) -> bytes:
        lines = [
            b"POST /slack/events HTTP/1.1",
            b"Host: bot.example",
            b"Content-Type: " + self.kind.encode(),
            b"Content-Length: %d" % len(self.body),
            *(b"X-Slack-Request-Timestamp: " + stamp for stamp in self.stamps),
            *(b"X-Slack-Signature: " + one for one in self.signatures),
            *self.more,
        ]
        return b"\r\n".join(lines) + b"\r\n\r\n" + self.body


class Forger:
    """Knows a request that Slack has just signed, and everything but the secret. Some even have that."""

    def __init__(self, club: SlackWorkspace, chance: random.Random) -> None:
        self.club = club
        self.chance = chance
        self.unused: list[bytes] = []

    def genuine(self, text: str = "board") -> RawForgery:
        """As Slack sends it now."""
        ada = self.club.ada.user
        command: dict[str, Any] = payloads.command_payload(
            self.club.slack.world, ada, "/outreach", f"{text} {FORGED_CANARY}", SLACK_GENERAL_CHANNEL
        )
        return self.signed(urlencode(command).encode(), self.stamp())

    def stamp(self, ahead: int = 0) -> str:
        return str(int(self.club.slack.clock()) + ahead)

    def signed(self, body: bytes, stamp: str, secret: str | None = None) -> RawForgery:
        right = self.club.slack.signing_secret if secret is None else secret
        return RawForgery(body, (stamp.encode(),), (sign_slack_request(body, stamp, right).encode(),))

    def flipped(self, text: bytes) -> bytes:
        place = self.chance.randrange(len(text))
        return text[:place] + bytes([text[place] ^ 1 << self.chance.randrange(8)]) + text[place + 1 :]

    def nothing_proves_it(self, true: RawForgery) -> RawForgery:
        missing: list[dict[str, Any]] = [{"stamps": ()}, {"signatures": ()}, {"stamps": (), "signatures": ()}]
        return replace(true, **self.chance.choice(missing))

    def proved_twice(self, true: RawForgery) -> RawForgery:
        right, wrong = true.signatures[0], b"v0=" + b"0" * 64
        two = self.chance.choice([(right, right), (right, wrong), (wrong, right)])
        stamps: tuple[bytes, ...] = true.stamps * 2
        return replace(true, **self.chance.choice([{"signatures": two}, {"stamps": stamps}]))

    def a_strange_time(self, true: RawForgery) -> RawForgery:
        return self.signed(true.body, self.chance.choice(STRANGE_TIMESTAMPS))

    def another_time(self, true: RawForgery) -> RawForgery:
        """Signed by Slack, but long ago, or far from now."""
        far = self.chance.randrange(301, 10 ** self.chance.randrange(3, 12))
        return self.signed(true.body, self.stamp(far if self.chance.random() < 0.5 else -min(far, 10**9)))

    def another_key(self, true: RawForgery) -> RawForgery:
        keys = ("", "guessed", self.club.slack.signing_secret[:-1], self.club.slack.signing_secret.upper())
        return self.signed(true.body, true.stamps[0].decode(), self.chance.choice(keys))

    def another_body(self, true: RawForgery) -> RawForgery:
        return replace(true, signatures=self.genuine("forget me").signatures)

    def a_flipped_bit(self, true: RawForgery) -> RawForgery:
        changed: list[Callable[[], dict[str, Any]]] = [
            lambda: {"body": self.flipped(true.body)},
            lambda: {"signatures": (self.flipped(true.signatures[0]),)},
            lambda: {"stamps": (self.flipped(true.stamps[0]),)},
        ]
        return replace(true, **self.chance.choice(changed)())

    def a_signature_of_another_shape(self, true: RawForgery) -> RawForgery:
        right = true.signatures[0]
        shapes = (b"", b"v0=", right[3:], right[:-1], right + b"0", b"v1=" + right[3:], right.upper(), right + b"\xff")
        return replace(true, signatures=(self.chance.choice(shapes),))

    def bytes_that_are_no_text(self, true: RawForgery) -> RawForgery:
        body = true.body + self.chance.choice(NOT_UTF8)
        return self.chance.choice([self.signed(body, true.stamps[0].decode()), replace(true, body=body)])

    def a_packed_body(self, true: RawForgery) -> RawForgery:
        packed = self.signed(gzip.compress(true.body), true.stamps[0].decode())
        return replace(
            packed, more=(b"Content-Encoding: " + self.chance.choice([b"gzip", b"deflate", b"br", b"\xff"]),)
        )

    def hostile_headers(self, true: RawForgery) -> RawForgery:
        guessed = b"v0=" + b"%064x" % self.chance.getrandbits(256)
        self.unused = self.unused or self.chance.sample(HOSTILE_HEADERS, len(HOSTILE_HEADERS))  # each has its turn
        return replace(true, signatures=(guessed,), more=(self.unused.pop(),))


FORGERY_WAYS = (
    Forger.nothing_proves_it,
    Forger.proved_twice,
    Forger.a_strange_time,
    Forger.another_time,
    Forger.another_key,
    Forger.another_body,
    Forger.a_flipped_bit,
    Forger.a_signature_of_another_shape,
    Forger.bytes_that_are_no_text,
    Forger.a_packed_body,
    Forger.hostile_headers,
)


@pytest.fixture
async def club() -> AsyncIterator[SlackWorkspace]:
    opened = await SlackWorkspace.open(http=True)
    yield opened
    await opened.close()
    opened.harmless()


@pytest.fixture(autouse=True)
def nothing_is_told(caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]) -> Iterator[None]:
    caplog.set_level(logging.DEBUG)
    yield
    # Not `caplog.text`, which holds here what was logged after the test.
    said = "".join([*map(logging.Formatter().format, caplog.get_records("call")), *capsys.readouterr()])
    assert not [word for word in (FORGED_CANARY, "v0=", "/outreach", "0123456789abcdef") if word in said]


async def forged_request_status(club: SlackWorkspace, sent: bytes) -> int:
    """What the bot answers to these bytes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", club.bot.port)
    try:
        writer.write(sent)
        async with asyncio.timeout(10):
            return int((await reader.readline()).split()[1])
    finally:
        writer.close()


async def statuses_at_once(club: SlackWorkspace, sent: list[bytes]) -> list[int]:
    return await asyncio.gather(*(forged_request_status(club, one) for one in sent))


async def test_what_slack_did_not_sign_or_cannot_mean_is_refused(club: SlackWorkspace) -> None:
    await club.says("add Dana channel: none")
    forger = Forger(club, random.Random(printed_seed()))  # noqa: S311
    looks, calls, book = club.store.looks, len(club.slack.calls), await club.book()
    for begun in range(0, FORGED_COUNT, CONCURRENT_FORGERIES):
        ways = [FORGERY_WAYS[number % len(FORGERY_WAYS)] for number in range(begun, begun + CONCURRENT_FORGERIES)]
        forged = [way(forger, forger.genuine()) for way in ways]
        answers = await statuses_at_once(club, [one.raw for one in forged])
        wrong = [(way.__name__, got) for way, got in zip(ways, answers, strict=True) if not 400 <= got < 500]
        assert wrong == []
    await club.idle()
    assert (club.store.looks - 1, len(club.slack.calls)) == (looks, calls), "nothing was as much as looked up"
    assert await club.book() == book
    assert await forged_request_status(club, forger.genuine().raw) == 200, "and who is genuine is let in"
    await club.idle()
    report_figure("forged requests", forged=FORGED_COUNT, **{"let in": 0, "errors of ours": 0})


async def test_what_slack_signed_once_has_one_effect(club: SlackWorkspace) -> None:
    await club.says(f"add {FORGED_CANARY} channel: none")
    forger = Forger(club, random.Random(printed_seed()))  # noqa: S311
    done = replayed = 0
    while replayed < REPLAYED_COUNT:
        true = forger.genuine(f"snooze until: in {20 + done} days contact:")
        true = forger.signed(true.body, forger.stamp(forger.chance.randrange(-250, 250))).raw
        done += 1
        first = (
            CONCURRENT_FORGERIES if forger.chance.random() < 0.5 else 1
        )  # it comes alone, or all of them come together
        assert await statuses_at_once(club, [true] * first) == [200] * first
        await club.idle()
        for _ in range(CONCURRENT_FORGERIES + 1 - first):
            club.clock.move(club.clock.now() + timedelta(seconds=forger.chance.choice((0, 0, 1, 15))))
            assert await forged_request_status(club, true) in (200, 401), "it is done, or no longer fresh"
        await club.idle()
        replayed += CONCURRENT_FORGERIES
        assert await club.kinds(FORGED_CANARY) == ["snoozed"] * done
    report_figure("forged requests", replayed=replayed, **{"done twice": 0, "errors of ours": 0})
