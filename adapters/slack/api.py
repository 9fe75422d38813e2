"""The only way to call Slack: one try for each call, and every failure as one of our own errors.

Slack's answers are never logged, at most the name of an error.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.common.connection_errors import connection_error_reason
from adapters.common.rate_limits import MonotonicClock, RateLimitHolds
from adapters.common.token import TokenRefused, TokenState
from bot.domain.errors import DeliveryUncertain, MessageRejected, TryLater, Undeliverable

SLACK_CALL_SECONDS = 15.0  # seconds for a whole call
SLACK_CONNECT_SECONDS = 8.0  # seconds until the connection is established
POST_METHOD = "chat.postMessage"
NO_LINK_PREVIEWS = {"unfurl_links": False, "unfurl_media": False}  # for posts without previews of links
DEFAULT_RETRY_AFTER_SECONDS = 30.0  # after a 429 that does not say how long; the SDK's own figure
MAX_RETRY_AFTER_SECONDS = 24 * 3600.0
TOKEN_RETRY_SECONDS = 60.0  # seconds between two tries of a refused token

# Errors of the token, not of the call. (The lists of errors at docs.slack.dev/reference/methods.)
TOKEN_ERRORS = frozenset(
    [
        "invalid_auth",
        "not_authed",
        "token_revoked",
        "token_expired",
        "account_inactive",
        "org_login_required",
        "team_access_not_granted",
        "not_allowed_token_type",
    ]
)
# Errors of the person, and of the conversation: a retry there would fail the same way.
PERSON_ERRORS = frozenset(("user_not_found", "users_not_found", "user_not_visible", "user_disabled", "cannot_dm_bot"))
CONVERSATION_ERRORS = frozenset(
    ("channel_not_found", "is_archived", "not_in_channel", "method_not_supported_for_channel_type")
)
# "It's possible some aspect of the operation succeeded before the error was raised."
UNCERTAIN_ERRORS = frozenset(("fatal_error", "internal_error", "service_unavailable"))
RATE_LIMIT_ERRORS = frozenset(("ratelimited", "rate_limited"))
ERROR_NAME_PATTERN = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)
RETRY_AFTER_PATTERN = re.compile(r"[0-9]{1,9}", re.ASCII)

log = structlog.get_logger(__name__)

# The SDK logs whole requests and answers at DEBUG, and its error texts quote addresses that are secrets.
silent_sdk_logger = logging.getLogger("adapters.slack.sdk")
silent_sdk_logger.setLevel(logging.CRITICAL + 1)


class ConversationGone(Undeliverable):
    """The conversation does not exist, or not for us; another may be opened with the same person."""


def new_slack_session() -> aiohttp.ClientSession:
    """The session that all calls share. Needs a running loop; the caller closes it."""
    # The SDK ignores its own `timeout` when it is given a session: the session's timeout counts.
    return aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=SLACK_CALL_SECONDS, sock_connect=SLACK_CONNECT_SECONDS)
    )


def new_slack_client(token: str, api_url: str, session: aiohttp.ClientSession) -> AsyncWebClient:
    """A slack_sdk client that neither retries nor logs calls. `api_url`: the root of the API."""
    # The default handlers repeat a call whose answer was lost, which posts twice.
    return AsyncWebClient(
        token,
        base_url=api_url,
        timeout=int(SLACK_CALL_SECONDS),
        session=session,
        retry_handlers=[],
        logger=silent_sdk_logger,
    )


class SlackApi:
    """Calls the Web API with one token.

    After a 429 the method is not called until Slack's time is over, and after a refused token none is. Posting is held
    for the channel, or for the whole workspace when a second channel is limited; other methods each by themselves.
    """

    def __init__(self, client: AsyncWebClient, token: TokenState, now: MonotonicClock) -> None:
        self.token = token
        self._client = client
        self._now = now
        self._holds = RateLimitHolds(now)
        self._limited_scope = ""
        self._token_retry_at = now()

    async def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Call `method` (such as "chat.postMessage") and return Slack's answer.

        Raises `TokenRefused`, `TryLater` (each: surely not done), `Undeliverable` or `DeliveryUncertain`.
        """
        self.token.raise_if_refused()
        return await self._call_now(method, arguments)

    def raise_if_held(self, method: str, channel: str = "") -> None:
        """Raises what `call` would raise without asking Slack. `channel`: where it would post; empty if not known."""
        self.token.raise_if_refused()
        self._holds.raise_if_held(method)
        self._holds.raise_if_held(_slack_rate_limit_scope(method, channel))

    async def retry_token(self) -> bool:
        """Whether Slack accepts the token. A refused one is tried again first, at most once a minute."""
        if not self.token.is_accepted and self._now() >= self._token_retry_at:
            self._token_retry_at = self._now() + TOKEN_RETRY_SECONDS
            try:
                await self._call_now("auth.test", {})
            except (TryLater, DeliveryUncertain, Undeliverable):
                return False
            self.token.mark_accepted()
        return self.token.is_accepted

    async def _call_now(self, method: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        scope = _slack_rate_limit_scope(method, arguments.get("channel"))
        self._holds.raise_if_held(method)
        self._holds.raise_if_held(scope)
        call_method: Callable[..., Awaitable[Any]] = getattr(self._client, method.replace(".", "_"))
        try:
            return await translate_slack_errors(call_method(**arguments))
        except TokenRefused as refusal:
            self._token_retry_at = max(self._token_retry_at, self._now() + TOKEN_RETRY_SECONDS)
            self.token.mark_refused(str(refusal))
            raise
        except TryLater as later:
            if later.retry_after is not None:
                self._hold_scope(method, scope, later.retry_after.total_seconds())
            raise

    def _hold_scope(self, method: str, scope: str, seconds: float) -> None:
        if scope != method:
            # A second channel while the first is held: the limit is the workspace's.
            if self._limited_scope not in ("", scope) and self._holds.is_held(self._limited_scope):
                self._holds.hold(method, seconds)
            self._limited_scope = scope
        self._holds.hold(scope, seconds)


def _slack_rate_limit_scope(method: str, channel: object) -> str:
    """The scope that a 429 applies to: posting in one channel, or the method."""
    return f"{method} {channel}" if method == POST_METHOD and channel else method


async def translate_slack_errors(call: Awaitable[Any]) -> dict[str, Any]:
    """The answer of a slack_sdk call. Raises its failure as one of our errors, as `SlackApi.call` does."""
    try:
        answer = (await call).data
    except SlackApiError as problem:
        raise _error_of_slack_response(problem) from None
    except aiohttp.ClientConnectorError as problem:  # refused, no such host, no TLS: before the first byte
        raise TryLater(connection_error_reason(problem)) from None
    except (aiohttp.ConnectionTimeoutError, aiohttp.ClientHttpProxyError, aiohttp.InvalidURL) as problem:
        raise TryLater(connection_error_reason(problem)) from None
    except Exception as problem:  # a lost answer, or one that the SDK cannot parse
        raise DeliveryUncertain(connection_error_reason(problem)) from None
    if not isinstance(answer, dict):
        raise DeliveryUncertain("no_json")
    return answer


def _error_of_slack_response(problem: SlackApiError) -> Exception:
    # The SDK's response or, when the answer was not JSON, aiohttp's.
    response: Any = problem.response
    status: int = response.status_code if hasattr(response, "status_code") else response.status
    data = getattr(response, "data", None)
    error = data.get("error") if isinstance(data, dict) else None
    name = error if isinstance(error, str) and ERROR_NAME_PATTERN.fullmatch(error) else ""
    if status == 429 or name in RATE_LIMIT_ERRORS:
        return TryLater("ratelimited", timedelta(seconds=_retry_after_seconds(response.headers)))
    if status >= 500 or (status < 400 and not name):
        return DeliveryUncertain(name or f"http_{status}")
    return _error_of_slack_name(name or f"http_{status}")


def _error_of_slack_name(name: str) -> Exception:
    if name in TOKEN_ERRORS:
        return TokenRefused(name)
    if name in CONVERSATION_ERRORS:
        return ConversationGone(name)
    if name in PERSON_ERRORS:
        return Undeliverable(name)
    if name in UNCERTAIN_ERRORS:
        return DeliveryUncertain(name)
    # All others are refused before anything is done: a wrong argument, a missing scope, a setting of the app.
    return MessageRejected(name)


def _retry_after_seconds(headers: Mapping[str, str]) -> float:
    seconds = headers.get("Retry-After", "").strip()
    if not RETRY_AFTER_PATTERN.fullmatch(seconds):
        return DEFAULT_RETRY_AFTER_SECONDS
    return min(max(float(seconds), 1.0), MAX_RETRY_AFTER_SECONDS)
