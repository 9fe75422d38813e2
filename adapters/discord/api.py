"""Calls to Discord's API: which requests may go out now, and each failure translated into an error of `bot.domain`.

Discord's answers are never logged, only their error codes.
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

from adapters.common.connection_errors import connection_error_reason
from adapters.common.rate_limits import MonotonicClock, RateLimiter, RateLimitHolds
from adapters.common.token import TokenRefused, TokenState
from bot.domain.errors import DeliveryUncertain, MessageRejected, TryLater, Undeliverable
from bot.logs import report_fault

T = TypeVar("T")

DISCORD_CALL_SECONDS = 15.0  # timeout of a whole call, with the requests that the library repeats
DISCORD_DEFAULT_HOLD_SECONDS = 30.0  # after a 429 that does not say how long
MAX_DISCORD_HOLD_SECONDS = 24 * 3600.0
# Discord docs, Rate Limits: 10,000 answers of 401, 403 and 429 in ten minutes ban the address. We stop long before.
MAX_INVALID_REQUESTS, INVALID_REQUESTS_WINDOW_SECONDS = 2_000, 600.0
GLOBAL_RATE_LIMIT_SCOPE = "everything"
CURRENT_USER_PATH = "/users/@me"  # requested to test whether a refused token is accepted again

# Error codes: Discord docs, Opcodes and Status Codes, JSON.
UNKNOWN_CHANNEL_CODE, UNKNOWN_MESSAGE_CODE, UNKNOWN_USER_CODE = 10003, 10008, 10013
OPENING_TOO_FAST_CODE, QUARANTINED_CODE = 40003, 20026
INVALID_FORM_BODY_CODE = 50035  # "invalid form body"
INVALID_WEBHOOK_TOKEN_CODE = 50027  # about the token of one interaction, not the bot's
MISSING_ACCESS_CODE = 50001
# Unknown user, direct messages off, no server in common.
UNREACHABLE_USER_CODES = frozenset((UNKNOWN_USER_CODE, 50007, 50278))
RETRY_DELAY_BY_CODE = {OPENING_TOO_FAST_CODE: timedelta(minutes=10), QUARANTINED_CODE: timedelta(hours=6)}

DISCORD_RETRY_AFTER_PATTERN = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?", re.ASCII)
# Responses to interactions use neither our token nor our global rate limit.
INTERACTION_PATH_PATTERN = re.compile(r"/(webhooks|interactions)/")
MESSAGE_ID_PATTERN = re.compile(r"(?<=/messages/)[0-9]+")

log = structlog.get_logger(__name__)

# The library writes whole requests and answers at DEBUG, and its exceptions quote what was refused. Its loggers are
# made while it is imported; setting a level would not do, because the host's configuration sets it later.
for _name in [name for name in logging.root.manager.loggerDict if name.split(".")[0] == "discord"]:
    logging.getLogger(_name).disabled = True


class DiscordChannelGone(MessageRejected):
    """The channel does not exist any more. A channel of direct messages can be opened again."""


class DiscordMessageGone(TryLater):
    """The message does not exist any more. After a send with a nonce: it was delivered before, and deleted since."""


class DiscordChannelInaccessible(Undeliverable):
    """The bot has no access to the channel. Direct messages: they are another bot's, or the user is out of reach."""


class UnreadableDiscordAnswer(DeliveryUncertain):
    """Discord did what was asked, but the library could not parse its answer."""


@dataclass(slots=True)
class _DiscordCallTrace:
    """Progress of one call, which may take several requests because the library repeats some by itself."""

    #: Whether a request was sent and not answered yet.
    is_in_flight: bool = False
    #: Whether Discord may have carried out one of the requests.
    may_be_done: bool = False
    #: Whether Discord carried out the last request.
    is_done: bool = False

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
    """Await a call of the library and translate its failure. `call`: a coroutine, not a task.

    Raises `TokenRefused`, `DiscordChannelGone`, `DiscordMessageGone` or `TryLater` (each: surely not done),
    `Undeliverable`, or `DeliveryUncertain` (it may be done).
    """
    trace = _DiscordCallTrace()
    outer_trace = _current_call_trace.set(trace)
    try:
        async with asyncio.timeout(DISCORD_CALL_SECONDS):
            return await call
    except Exception as problem:
        raise _to_discord_call_error(problem, trace) from None
    finally:
        _current_call_trace.reset(outer_trace)


def _to_discord_call_error(problem: Exception, trace: _DiscordCallTrace) -> Exception:
    if isinstance(problem, discord.HTTPException):
        outcome = _to_discord_refusal(problem.status, problem.code)
    elif isinstance(problem, discord.RateLimited):
        outcome = TryLater("ratelimited", timedelta(seconds=min(problem.retry_after, MAX_DISCORD_HOLD_SECONDS)))
    elif isinstance(problem, OSError | aiohttp.ClientError | discord.GatewayNotFound):  # a timeout is an OSError too
        reason = connection_error_reason(problem)
        outcome = DeliveryUncertain(reason) if trace.is_in_flight else TryLater(reason)
    else:
        outcome = _to_unexpected_discord_error(problem, trace)
    # A refusal says nothing about an earlier request of the same call.
    is_uncertain = trace.may_be_done and type(outcome) in (TryLater, MessageRejected)
    return DeliveryUncertain(str(outcome)) if is_uncertain else outcome


def _to_unexpected_discord_error(problem: Exception, trace: _DiscordCallTrace) -> Exception:
    if isinstance(problem, TryLater | DeliveryUncertain | Undeliverable):
        return problem
    if isinstance(problem, discord.LoginFailure):
        return TokenRefused("401")
    if trace.is_done:  # the library could not parse the answer, which we do not need
        return UnreadableDiscordAnswer("unreadable_answer")
    report_fault(problem)
    return DeliveryUncertain("fault")


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
    # The rest is refused before anything is done: a wrong argument, a missing permission.
    return TryLater(name, RETRY_DELAY_BY_CODE[number]) if number in RETRY_DELAY_BY_CODE else MessageRejected(name)


class DiscordRequestGate:
    """Checks every request of a client: none goes out after the token was refused, or while a 429 lasts."""

    def __init__(self, token_state: TokenState, now: MonotonicClock) -> None:
        self.token_state = token_state
        self._holds = RateLimitHolds(now)
        self._invalid_request_limiter = RateLimiter(
            MAX_INVALID_REQUESTS, MAX_INVALID_REQUESTS / INVALID_REQUESTS_WINDOW_SECONDS, now
        )

    def build_trace_config(self) -> aiohttp.TraceConfig:
        """The checks as aiohttp hooks, to be passed as `http_trace` of a client."""
        trace = aiohttp.TraceConfig()
        trace.on_request_start.append(self._on_request_start)
        trace.on_request_headers_sent.append(self._on_headers_sent)
        trace.on_request_end.append(self._on_request_end)
        return trace

    def raise_if_closed(self) -> None:
        """Raise what any call would raise now before a request: `TokenRefused`, or `TryLater` while a 429 lasts."""
        self.token_state.raise_if_refused()
        self._holds.raise_if_held(GLOBAL_RATE_LIMIT_SCOPE)

    async def _on_request_start(self, _: object, __: SimpleNamespace, request: aiohttp.TraceRequestStartParams) -> None:
        if _is_websocket_url(request.url):
            return
        if (trace := _current_call_trace.get()) is not None:
            trace.mark_repeated()
        if not INTERACTION_PATH_PATTERN.search(request.url.path):
            if not request.url.path.endswith(CURRENT_USER_PATH):
                self.token_state.raise_if_refused()
            self._holds.raise_if_held(GLOBAL_RATE_LIMIT_SCOPE)
        self._holds.raise_if_held(_discord_rate_limit_scope(request.method, request.url))

    async def _on_headers_sent(
        self, _: object, __: SimpleNamespace, request: aiohttp.TraceRequestHeadersSentParams
    ) -> None:
        if (trace := _current_call_trace.get()) is not None:
            trace.mark_sent()

    async def _on_request_end(self, _: object, __: SimpleNamespace, answer: aiohttp.TraceRequestEndParams) -> None:
        status, url = answer.response.status, answer.url
        if _is_websocket_url(url):
            return
        if (trace := _current_call_trace.get()) is not None:
            trace.mark_answered(status)
        if status in (401, 403, 429) and not self._invalid_request_limiter.try_take():
            log.error("discord refuses too many requests; a rest, so that it does not ban this address", status=status)
            self._holds.hold(GLOBAL_RATE_LIMIT_SCOPE, INVALID_REQUESTS_WINDOW_SECONDS)
        if status == 401 and not INTERACTION_PATH_PATTERN.search(url.path):
            self.token_state.mark_refused("401")
        if status == 429:
            # Left to the library, it would sleep in the middle of a call; and if that call is cancelled during a
            # global 429, the library would never consider the 429 over.
            answer.response.close()
            raise TryLater("ratelimited", timedelta(seconds=self._hold_rate_limited_scope(answer)))

    def _hold_rate_limited_scope(self, answer: aiohttp.TraceRequestEndParams) -> float:
        headers = answer.response.headers
        retry_after = headers.get("Retry-After", "").strip()
        seconds = (
            min(max(float(retry_after), 1.0), MAX_DISCORD_HOLD_SECONDS)
            if DISCORD_RETRY_AFTER_PATTERN.fullmatch(retry_after)
            else DISCORD_DEFAULT_HOLD_SECONDS
        )
        # Without a Via header the answer is not from Discord's API, but from the proxy in front of it.
        is_global = "X-RateLimit-Global" in headers or "Via" not in headers
        self._holds.hold(
            GLOBAL_RATE_LIMIT_SCOPE if is_global else _discord_rate_limit_scope(answer.method, answer.url), seconds
        )
        return seconds


def _is_websocket_url(url: URL) -> bool:
    return url.scheme in ("ws", "wss")


def _discord_rate_limit_scope(method: str, url: URL) -> str:
    """The scope of a 429: one method on one channel, whichever message it is about."""
    return f"{method} {MESSAGE_ID_PATTERN.sub('', url.path)}"
