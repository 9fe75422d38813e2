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

from adapters.common.command_budget import RateLimiter
from adapters.common.rate_limits import MonotonicClock, RateLimitHolds
from adapters.common.token import TokenRefused, TokenState
from bot.domain.errors import DeliveryUncertain, MessageRejected, TryLater, Undeliverable
from bot.faults import report_fault

T = TypeVar("T")

DISCORD_CALL_SECONDS = 15.0  # seconds for a whole call
DISCORD_DEFAULT_HOLD_SECONDS = 30.0  # seconds of rest after a 429 that does not say how long
MAX_DISCORD_HOLD_SECONDS = 24 * 3600.0
# Discord docs, Rate Limits: 10,000 answers of 401, 403 and 429 in ten minutes ban the address. We stop long before.
MAX_INVALID_REQUESTS, INVALID_REQUESTS_WINDOW_SECONDS = 2_000, 600.0
GLOBAL_RATE_LIMIT_SCOPE = "everything"
CURRENT_USER_PATH = "/users/@me"  # asked with a token that was refused, whether it is taken again

# Error codes: Discord docs, Opcodes and Status Codes, JSON.
UNKNOWN_CHANNEL_CODE, UNKNOWN_MESSAGE_CODE, UNKNOWN_USER_CODE = 10003, 10008, 10013
OPENING_TOO_FAST_CODE, QUARANTINED_CODE = 40003, 20026
INVALID_FORM_BODY_CODE = 50035  # "invalid form body"
INVALID_WEBHOOK_TOKEN_CODE = 50027  # of one interaction, not of the bot
MISSING_ACCESS_CODE = 50001
UNREACHABLE_USER_CODES = frozenset(
    (UNKNOWN_USER_CODE, 50007, 50278)
)  # unknown, direct messages off, no server in common
RETRY_DELAY_BY_CODE = {OPENING_TOO_FAST_CODE: timedelta(minutes=10), QUARANTINED_CODE: timedelta(hours=6)}

DISCORD_RETRY_AFTER_PATTERN = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?", re.ASCII)
INTERACTION_PATH_PATTERN = re.compile(
    r"/(webhooks|interactions)/"
)  # answers to interactions: neither our token nor our global limit
MESSAGE_ID_PATTERN = re.compile(r"(?<=/messages/)[0-9]+")

log = structlog.get_logger(__name__)

# The library writes whole requests and answers at DEBUG, and its exceptions quote what was refused. Its loggers are
# made while it is imported; a level would not do, because the host's choice of one comes later.
for _name in [name for name in logging.root.manager.loggerDict if name.split(".")[0] == "discord"]:
    logging.getLogger(_name).disabled = True


class DiscordChannelGone(MessageRejected):
    """The direct messages that were remembered are not there any more; they can be opened anew."""


class DiscordMessageGone(TryLater):
    """The message is not there any more. Of a send with a nonce: it was delivered, and deleted since."""


class DiscordChannelInaccessible(Undeliverable):
    """No access to these direct messages: they are another bot's, or of somebody who is out of our reach."""


class UnreadableDiscordAnswer(DeliveryUncertain):
    """It was done, and the library stumbled over what Discord said to it."""


@dataclass(slots=True)
class _DiscordCallTrace:
    """How far a call came: a call may be several requests, because the library repeats some by itself."""

    is_in_flight: bool = False  # sent, and not answered yet
    may_be_done: bool = False  # one of its requests may have been done
    is_done: bool = False  # the last one was

    def mark_sent(self) -> None:
        self.is_in_flight = True

    def mark_answered(self, status: int) -> None:
        self.is_in_flight, self.is_done = False, 200 <= status < 300
        self.may_be_done = self.may_be_done or not 400 <= status < 500

    def mark_repeated(self) -> None:
        self.may_be_done = self.may_be_done or self.is_in_flight
        self.is_in_flight = self.is_done = False


_current_call_trace: ContextVar[_DiscordCallTrace | None] = ContextVar("trail", default=None)


async def translate_discord_errors(call: Awaitable[T]) -> T:
    """What a call of the library gives, or its failure as one of our errors. `asked`: a coroutine, not a task.

    Raises `Revoked`, `ChannelGone`, `MessageGone`, `TryLater` (each: surely not done), `Undeliverable` or `Uncertain`.
    """
    trail = _DiscordCallTrace()
    before = _current_call_trace.set(trail)
    try:
        async with asyncio.timeout(DISCORD_CALL_SECONDS):
            return await call
    except Exception as problem:
        raise _to_discord_call_error(problem, trail) from None
    finally:
        _current_call_trace.reset(before)


def _to_discord_call_error(problem: Exception, trace: _DiscordCallTrace) -> Exception:
    if isinstance(problem, discord.HTTPException):
        outcome = _to_discord_refusal(problem.status, problem.code)
    elif isinstance(problem, discord.RateLimited):
        outcome = TryLater("ratelimited", timedelta(seconds=min(problem.retry_after, MAX_DISCORD_HOLD_SECONDS)))
    elif isinstance(problem, OSError | aiohttp.ClientError | discord.GatewayNotFound):  # a timeout is an OSError too
        name = type(problem).__name__
        outcome = DeliveryUncertain(name) if trace.is_in_flight else TryLater(name)
    else:
        outcome = _to_unexpected_discord_error(problem, trace)
    # A refusal says nothing of an earlier request of the same call.
    perhaps = trace.may_be_done and type(outcome) in (TryLater, MessageRejected)
    return DeliveryUncertain(str(outcome)) if perhaps else outcome


def _to_unexpected_discord_error(problem: Exception, trace: _DiscordCallTrace) -> Exception:
    if isinstance(problem, TryLater | DeliveryUncertain | Undeliverable):
        return problem
    if isinstance(problem, discord.LoginFailure):
        return TokenRefused("401")
    if trace.is_done:
        return UnreadableDiscordAnswer(
            type(problem).__name__
        )  # the library stumbles over the answer, which we do not need
    report_fault(problem)
    return DeliveryUncertain(type(problem).__name__)


def _to_discord_refusal(status: int, code: object) -> Exception:
    number = code if isinstance(code, int) else 0
    name = str(number or f"http_{status}")
    if status >= 500 or status < 400:
        return DeliveryUncertain(name)
    if status == 401 and number != INVALID_WEBHOOK_TOKEN_CODE:
        return TokenRefused(name)
    if number == MISSING_ACCESS_CODE:
        return DiscordChannelInaccessible(name)
    if number in UNREACHABLE_USER_CODES:
        return Undeliverable(name)
    if number == QUARANTINED_CODE:
        log.error("discord has flagged the bot as spam; appeal at the Discord Developer Portal", code=number)
    if number == INVALID_FORM_BODY_CODE:
        log.error("discord does not take what we made of a card or a form; please report it", code=number)
    if number == UNKNOWN_CHANNEL_CODE:
        return DiscordChannelGone(name)
    if number == UNKNOWN_MESSAGE_CODE:
        return DiscordMessageGone(name)
    # The rest is refused before anything is done: a wrong argument, a right that is missing.
    return TryLater(name, RETRY_DELAY_BY_CODE[number]) if number in RETRY_DELAY_BY_CODE else MessageRejected(name)


class DiscordRequestGate:
    """Every request of a client passes here: none goes out after a refused token, or before a 429 is over."""

    def __init__(self, token_state: TokenState, now: MonotonicClock) -> None:
        self.token_state = token_state
        self._holds = RateLimitHolds(now)
        self._invalid_request_limiter = RateLimiter(
            MAX_INVALID_REQUESTS, MAX_INVALID_REQUESTS / INVALID_REQUESTS_WINDOW_SECONDS, now
        )

    def build_trace_config(self) -> aiohttp.TraceConfig:
        """For the `http_trace` of a client."""
        trace = aiohttp.TraceConfig()
        trace.on_request_start.append(self._on_request_start)
        trace.on_request_headers_sent.append(self._on_headers_sent)
        trace.on_request_end.append(self._on_request_end)
        return trace

    def raise_if_closed(self) -> None:
        """Raises what any call would raise now without asking Discord."""
        self.token_state.raise_if_refused()
        self._holds.raise_if_held(GLOBAL_RATE_LIMIT_SCOPE)

    async def _on_request_start(self, _: object, __: SimpleNamespace, request: aiohttp.TraceRequestStartParams) -> None:
        if _is_websocket_url(request.url):
            return
        if (trail := _current_call_trace.get()) is not None:
            trail.mark_repeated()
        if not INTERACTION_PATH_PATTERN.search(request.url.path):
            if not request.url.path.endswith(CURRENT_USER_PATH):
                self.token_state.raise_if_refused()
            self._holds.raise_if_held(GLOBAL_RATE_LIMIT_SCOPE)
        self._holds.raise_if_held(_discord_rate_limit_scope(request.method, request.url))

    async def _on_headers_sent(
        self, _: object, __: SimpleNamespace, request: aiohttp.TraceRequestHeadersSentParams
    ) -> None:
        if (trail := _current_call_trace.get()) is not None:
            trail.mark_sent()

    async def _on_request_end(self, _: object, __: SimpleNamespace, answer: aiohttp.TraceRequestEndParams) -> None:
        status, url = answer.response.status, answer.url
        if _is_websocket_url(url):
            return
        if (trail := _current_call_trace.get()) is not None:
            trail.mark_answered(status)
        if status in (401, 403, 429) and not self._invalid_request_limiter.try_take():
            log.error("discord refuses too many requests; a rest, so that it does not ban this address", status=status)
            self._holds.hold(GLOBAL_RATE_LIMIT_SCOPE, INVALID_REQUESTS_WINDOW_SECONDS)
        if status == 401 and not INTERACTION_PATH_PATTERN.search(url.path):
            self.token_state.mark_refused("401")
        if status == 429:
            # Left to the library it would sleep in the middle of a call, and a global one that is cut short
            # meanwhile would never be over for it.
            answer.response.close()
            raise TryLater("ratelimited", timedelta(seconds=self._hold_rate_limited_scope(answer)))

    def _hold_rate_limited_scope(self, answer: aiohttp.TraceRequestEndParams) -> float:
        headers = answer.response.headers
        asked = headers.get("Retry-After", "").strip()
        seconds = (
            min(max(float(asked), 1.0), MAX_DISCORD_HOLD_SECONDS)
            if DISCORD_RETRY_AFTER_PATTERN.fullmatch(asked)
            else DISCORD_DEFAULT_HOLD_SECONDS
        )
        # Without a Via header it is not Discord's API that answered, but what stands before it.
        everything = "X-RateLimit-Global" in headers or "Via" not in headers
        self._holds.hold(
            GLOBAL_RATE_LIMIT_SCOPE if everything else _discord_rate_limit_scope(answer.method, answer.url), seconds
        )
        return seconds


def _is_websocket_url(url: URL) -> bool:
    return url.scheme in ("ws", "wss")


def _discord_rate_limit_scope(method: str, url: URL) -> str:
    """What a 429 is an answer to: a method of one channel, whichever message it is about."""
    return f"{method} {MESSAGE_ID_PATTERN.sub('', url.path)}"
