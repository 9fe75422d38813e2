"""The one way to call Slack: one try a call, and every outcome told in our own words.

What Slack answered is never logged; at most the name of its error.
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

from adapters.common.rate_limits import Clock, Holds
from adapters.common.token import Revoked, Standing
from bot.domain.errors import NotTaken, TryLater, Uncertain, Undeliverable

TIMEOUT = 15.0  # seconds for a whole call
CONNECT = 8.0  # seconds until the connection stands
POST = "chat.postMessage"
QUIET = {"unfurl_links": False, "unfurl_media": False}  # with it: what is posted shows no previews
HOLD = 30.0  # seconds of rest after a 429 that does not say how long; the SDK's own figure
LONGEST_HOLD = 24 * 3600.0
KNOCK = 60.0  # seconds between two tries of a token that was refused

# Errors of the token, not of the call. (The lists of errors at docs.slack.dev/reference/methods.)
TOKEN = frozenset(
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
# Errors of the person, and of the conversation: another try there would say the same.
PERSON = frozenset(("user_not_found", "users_not_found", "user_not_visible", "user_disabled", "cannot_dm_bot"))
PLACE = frozenset(("channel_not_found", "is_archived", "not_in_channel", "method_not_supported_for_channel_type"))
# "It's possible some aspect of the operation succeeded before the error was raised."
PERHAPS = frozenset(("fatal_error", "internal_error", "service_unavailable"))
TOO_FAST = frozenset(("ratelimited", "rate_limited"))
NAME = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)
SECONDS = re.compile(r"[0-9]{1,9}", re.ASCII)

log = structlog.get_logger(__name__)

# The SDK writes whole requests and answers at DEBUG, and its error texts quote addresses that are secrets.
silent = logging.getLogger("adapters.slack.sdk")
silent.setLevel(logging.CRITICAL + 1)


class ConversationGone(Undeliverable):
    """There is no such conversation, or not for us; another may be opened with the same person."""


class ScopeMissing(NotTaken):
    """The app was not given the right to ask this."""


def new_session() -> aiohttp.ClientSession:
    """The session that all calls share. Needs a running loop; whoever opens it closes it."""
    # With a session of its own the SDK leaves its `timeout` unread: the session's is the one that counts.
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT, sock_connect=CONNECT))


def new_client(token: str, url: str, session: aiohttp.ClientSession) -> AsyncWebClient:
    """A client of slack_sdk that neither repeats a call nor logs one. `url`: the root of the API."""
    # Its default handlers repeat a call whose answer was lost: that posts twice.
    return AsyncWebClient(token, base_url=url, timeout=int(TIMEOUT), session=session, retry_handlers=[], logger=silent)


class Web:
    """Calls of the Web API with one token.

    What was answered with 429 is left alone until its time is over, and the token when it is refused. Posting is
    limited in each channel and in the workspace; every other method by itself.
    """

    def __init__(self, client: AsyncWebClient, standing: Standing, now: Clock) -> None:
        self.standing = standing
        self._client = client
        self._now = now
        self._holds = Holds(now)
        self._crowded = ""
        self._knock_at = now()

    async def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """What Slack answers to `method` ("chat.postMessage").

        Raises `Revoked`, `ScopeMissing`, `TryLater` (each: surely not done), `Undeliverable` or `Uncertain`.
        """
        self.standing.check()
        return await self._try(method, arguments)

    def check(self, method: str, channel: str = "") -> None:
        """Raises what `call` would raise without asking Slack; `channel`: where it would post, if that is known."""
        self.standing.check()
        self._holds.check(method)
        self._holds.check(_scope(method, channel))

    async def knock(self) -> bool:
        """Whether the token is taken. A refused one is tried again, once a minute at most."""
        if not self.standing.open and self._now() >= self._knock_at:
            self._knock_at = self._now() + KNOCK
            try:
                await self._try("auth.test", {})
            except (TryLater, Uncertain, Undeliverable):
                return False
            self.standing.reopen()
        return self.standing.open

    async def _try(self, method: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        scope = _scope(method, arguments.get("channel"))
        self._holds.check(method)
        self._holds.check(scope)
        ask: Callable[..., Awaitable[Any]] = getattr(self._client, method.replace(".", "_"))
        try:
            return await told(ask(**arguments))
        except Revoked as refusal:
            self._knock_at = max(self._knock_at, self._now() + KNOCK)
            self.standing.close(str(refusal))
            raise
        except TryLater as later:
            if later.after is not None:
                self._hold(method, scope, later.after.total_seconds())
            raise

    def _hold(self, method: str, scope: str, seconds: float) -> None:
        if scope != method:
            # A second channel while the first one rests: it is the workspace that is limited.
            if self._crowded not in ("", scope) and self._holds.lasts(self._crowded):
                self._holds.hold(method, seconds)
            self._crowded = scope
        self._holds.hold(scope, seconds)


def _scope(method: str, channel: object) -> str:
    """What a 429 is an answer to."""
    return f"{method} {channel}" if method == POST and channel else method


async def told(asked: Awaitable[Any]) -> dict[str, Any]:
    """The answer of a call of slack_sdk, or its failure as one of our errors. See `Web.call`."""
    try:
        answer = (await asked).data
    except SlackApiError as problem:
        raise _refusal(problem) from None
    except aiohttp.ClientConnectorError as problem:  # refused, no such host, no TLS: before the first byte
        raise TryLater(type(problem).__name__) from None
    except (aiohttp.ConnectionTimeoutError, aiohttp.ClientHttpProxyError, aiohttp.InvalidURL) as problem:
        raise TryLater(type(problem).__name__) from None
    except Exception as problem:  # a lost answer, or one that the SDK stumbles over
        raise Uncertain(type(problem).__name__) from None
    if not isinstance(answer, dict):
        raise Uncertain("no_json")
    return answer


def _refusal(problem: SlackApiError) -> Exception:
    # Either the SDK's response or, when the answer was no JSON, aiohttp's.
    response: Any = problem.response
    status: int = response.status_code if hasattr(response, "status_code") else response.status
    data = getattr(response, "data", None)
    error = data.get("error") if isinstance(data, dict) else None
    name = error if isinstance(error, str) and NAME.fullmatch(error) else ""
    if status == 429 or name in TOO_FAST:
        return TryLater("ratelimited", timedelta(seconds=_rest(response.headers)))
    if status >= 500 or (status < 400 and not name):
        return Uncertain(name or f"http_{status}")
    return _named(name or f"http_{status}")


def _named(name: str) -> Exception:
    if name in TOKEN:
        return Revoked(name)
    if name in PLACE:
        return ConversationGone(name)
    if name in PERSON:
        return Undeliverable(name)
    if name in PERHAPS:
        return Uncertain(name)
    if name == "missing_scope":
        return ScopeMissing(name)
    # The rest is refused before anything is done: a wrong argument, a setting of the app.
    return NotTaken(name)


def _rest(headers: Mapping[str, str]) -> float:
    asked = headers.get("Retry-After", "").strip()
    if not SECONDS.fullmatch(asked):
        return HOLD
    return min(max(float(asked), 1.0), LONGEST_HOLD)
