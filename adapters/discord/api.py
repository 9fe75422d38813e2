"""Calls of Discord: what may go out now, and every outcome told in our own words.

What Discord answered is never logged; at most the number of its error.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace
from typing import TypeVar

import aiohttp
import discord
import structlog
from yarl import URL

from adapters.common.command_budget import Budget
from adapters.common.rate_limits import Clock, Holds
from adapters.common.token import Revoked, Standing
from bot.domain.errors import NotTaken, TryLater, Uncertain, Undeliverable
from bot.faults import report

T = TypeVar("T")

TIMEOUT = 15.0  # seconds for a whole call
HOLD = 30.0  # seconds of rest after a 429 that does not say how long
LONGEST_HOLD = 24 * 3600.0
# Discord docs, Rate Limits: 10,000 answers of 401, 403 and 429 in ten minutes ban the address. We stop long before.
INVALID, INVALID_WINDOW = 2_000, 600.0
EVERYTHING = "everything"
KNOCK = "/users/@me"  # asked with a token that was refused, whether it is taken again

# Error codes: Discord docs, Opcodes and Status Codes, JSON.
UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, UNKNOWN_USER = 10003, 10008, 10013
OPENING_TOO_FAST, QUARANTINED = 40003, 20026
NOT_TAKEN = 50035  # "invalid form body"
WEBHOOK_TOKEN = 50027  # of one interaction, not of the bot
NO_ACCESS = 50001
PERSON = frozenset((UNKNOWN_USER, 50007, 50278))  # unknown, direct messages off, no server in common
REST = {OPENING_TOO_FAST: timedelta(minutes=10), QUARANTINED: timedelta(hours=6)}

SECONDS = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?", re.ASCII)
OF_ITSELF = re.compile(r"/(webhooks|interactions)/")  # answers to interactions: neither our token nor our global limit
LATER_IDS = re.compile(r"(?<=/messages/)[0-9]+")

log = structlog.get_logger(__name__)

# The library writes whole requests and answers at DEBUG, and its exceptions quote what was refused. Its loggers are
# made while it is imported; a level would not do, because the host's choice of one comes later.
for _name in [name for name in logging.root.manager.loggerDict if name.split(".")[0] == "discord"]:
    logging.getLogger(_name).disabled = True


class ChannelGone(NotTaken):
    """The direct messages that were remembered are not there any more; they can be opened anew."""


class MessageGone(TryLater):
    """The message is not there any more. Of a send with a nonce: it was delivered, and deleted since."""


class NotOurs(Undeliverable):
    """No access to these direct messages: they are another bot's, or of somebody who is out of our reach."""


class Unread(Uncertain):
    """It was done, and the library stumbled over what Discord said to it."""


@dataclass(slots=True)
class _Trail:
    """How far a call came: a call may be several requests, because the library repeats some by itself."""

    out: bool = False  # sent, and not answered yet
    perhaps: bool = False  # one of its requests may have been done
    done: bool = False  # the last one was

    def sent(self) -> None:
        self.out = True

    def answered(self, status: int) -> None:
        self.out, self.done = False, 200 <= status < 300
        self.perhaps = self.perhaps or not 400 <= status < 500

    def again(self) -> None:
        self.perhaps = self.perhaps or self.out
        self.out = self.done = False


_trail: ContextVar[_Trail | None] = ContextVar("trail", default=None)


async def told(asked: Awaitable[T]) -> T:
    """What a call of the library gives, or its failure as one of our errors. `asked`: a coroutine, not a task.

    Raises `Revoked`, `ChannelGone`, `MessageGone`, `TryLater` (each: surely not done), `Undeliverable` or `Uncertain`.
    """
    trail = _Trail()
    before = _trail.set(trail)
    try:
        async with asyncio.timeout(TIMEOUT):
            return await asked
    except Exception as problem:
        raise _outcome(problem, trail) from None
    finally:
        _trail.reset(before)


def _outcome(problem: Exception, trail: _Trail) -> Exception:
    if isinstance(problem, discord.HTTPException):
        outcome = _refusal(problem.status, problem.code)
    elif isinstance(problem, discord.RateLimited):
        outcome = TryLater("ratelimited", timedelta(seconds=min(problem.retry_after, LONGEST_HOLD)))
    elif isinstance(problem, OSError | aiohttp.ClientError | discord.GatewayNotFound):  # a timeout is an OSError too
        name = type(problem).__name__
        outcome = Uncertain(name) if trail.out else TryLater(name)
    else:
        outcome = _other(problem, trail)
    # A refusal says nothing of an earlier request of the same call.
    perhaps = trail.perhaps and type(outcome) in (TryLater, NotTaken)
    return Uncertain(str(outcome)) if perhaps else outcome


def _other(problem: Exception, trail: _Trail) -> Exception:
    if isinstance(problem, TryLater | Uncertain | Undeliverable):
        return problem
    if isinstance(problem, discord.LoginFailure):
        return Revoked("401")
    if trail.done:
        return Unread(type(problem).__name__)  # the library stumbles over the answer, which we do not need
    report(problem)
    return Uncertain(type(problem).__name__)


def _refusal(status: int, code: object) -> Exception:
    number = code if isinstance(code, int) else 0
    name = str(number or f"http_{status}")
    if status >= 500 or status < 400:
        return Uncertain(name)
    if status == 401 and number != WEBHOOK_TOKEN:
        return Revoked(name)
    if number == NO_ACCESS:
        return NotOurs(name)
    if number in PERSON:
        return Undeliverable(name)
    if number == QUARANTINED:
        log.error("discord has flagged the bot as spam; appeal at the Discord Developer Portal", code=number)
    if number == NOT_TAKEN:
        log.error("discord does not take what we made of a card or a form; please report it", code=number)
    if number == UNKNOWN_CHANNEL:
        return ChannelGone(name)
    if number == UNKNOWN_MESSAGE:
        return MessageGone(name)
    # The rest is refused before anything is done: a wrong argument, a right that is missing.
    return TryLater(name, REST[number]) if number in REST else NotTaken(name)


class Gate:
    """Every request of a client passes here: none goes out after a refused token, or before a 429 is over."""

    def __init__(self, standing: Standing, now: Clock) -> None:
        self.standing = standing
        self._holds = Holds(now)
        self._invalid = Budget(INVALID, INVALID / INVALID_WINDOW, now)

    def trace(self) -> aiohttp.TraceConfig:
        """For the `http_trace` of a client."""
        trace = aiohttp.TraceConfig()
        trace.on_request_start.append(self._starts)
        trace.on_request_headers_sent.append(self._sent)
        trace.on_request_end.append(self._ends)
        return trace

    def check(self) -> None:
        """Raises what any call would raise now without asking Discord."""
        self.standing.check()
        self._holds.check(EVERYTHING)

    async def _starts(self, _: object, __: SimpleNamespace, asked: aiohttp.TraceRequestStartParams) -> None:
        if _is_socket(asked.url):
            return
        if (trail := _trail.get()) is not None:
            trail.again()
        if not OF_ITSELF.search(asked.url.path):
            if not asked.url.path.endswith(KNOCK):
                self.standing.check()
            self._holds.check(EVERYTHING)
        self._holds.check(_scope(asked.method, asked.url))

    async def _sent(self, _: object, __: SimpleNamespace, asked: aiohttp.TraceRequestHeadersSentParams) -> None:
        if (trail := _trail.get()) is not None:
            trail.sent()

    async def _ends(self, _: object, __: SimpleNamespace, answer: aiohttp.TraceRequestEndParams) -> None:
        status, url = answer.response.status, answer.url
        if _is_socket(url):
            return
        if (trail := _trail.get()) is not None:
            trail.answered(status)
        if status in (401, 403, 429) and not self._invalid.take():
            log.error("discord refuses too many requests; a rest, so that it does not ban this address", status=status)
            self._holds.hold(EVERYTHING, INVALID_WINDOW)
        if status == 401 and not OF_ITSELF.search(url.path):
            self.standing.close("401")
        if status == 429:
            # Left to the library it would sleep in the middle of a call, and a global one that is cut short
            # meanwhile would never be over for it.
            answer.response.close()
            raise TryLater("ratelimited", timedelta(seconds=self._rest(answer)))

    def _rest(self, answer: aiohttp.TraceRequestEndParams) -> float:
        headers = answer.response.headers
        asked = headers.get("Retry-After", "").strip()
        seconds = min(max(float(asked), 1.0), LONGEST_HOLD) if SECONDS.fullmatch(asked) else HOLD
        # Without a Via header it is not Discord's API that answered, but what stands before it.
        everything = "X-RateLimit-Global" in headers or "Via" not in headers
        self._holds.hold(EVERYTHING if everything else _scope(answer.method, answer.url), seconds)
        return seconds


def _is_socket(url: URL) -> bool:
    return url.scheme in ("ws", "wss")


def _scope(method: str, url: URL) -> str:
    """What a 429 is an answer to: a method of one channel, whichever message it is about."""
    return f"{method} {LATER_IDS.sub('', url.path)}"
