"""Builds the parts of the Slack adapter, serves by a socket or by HTTP, and closes everything."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse

from adapters.common.deadline import ResponseTiming
from adapters.common.rate_limits import AsyncSleep, MonotonicClock, RequestPacer
from adapters.common.supervisor import retry_until_reached
from adapters.common.tasks import BackgroundTasks
from adapters.common.token import TokenRefused, TokenState
from adapters.slack import render
from adapters.slack.api import SlackApi, new_slack_client, new_slack_session, silent_sdk_logger
from adapters.slack.direct_messages import SlackDirectMessages
from adapters.slack.home import HOME_DEBOUNCE_SECONDS, SlackHomes
from adapters.slack.http import SlackHttpServer
from adapters.slack.listeners import SlackListeners
from adapters.slack.messenger import SlackMessenger
from adapters.slack.profiles import SlackProfiles
from adapters.slack.responder import SlackResponder
from adapters.slack.socket import SlackSocket
from adapters.slack.socket_timing import SocketTiming
from bot.app.service import Service
from bot.domain.errors import HostRequestRefused

SLACK_DRAIN_SECONDS = 2.5  # seconds to wait for running tasks when we stop

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackSetup:
    """How to reach Slack: by a socket with `app_token`, else by HTTP with the other three."""

    bot_token: str = field(repr=False)
    #: The root of the Web API.
    api_url: str = "https://slack.com/api/"
    #: The app-level token of Socket Mode. Empty: HTTP mode.
    app_token: str = field(default="", repr=False)
    #: Verifies Slack's requests in HTTP mode.
    signing_secret: str = field(default="", repr=False)
    #: Where HTTP mode listens; port 0 lets the system choose one.
    host: str = "127.0.0.1"
    port: int = 3000


class SlackPlatform:
    """The bot in one workspace. Create it inside the event loop that it runs in. `wall` gives the time in UTC."""

    def __init__(
        self,
        setup: SlackSetup,
        wall: Callable[[], datetime],
        now: MonotonicClock = time.monotonic,
        home_debounce_seconds: float = HOME_DEBOUNCE_SECONDS,
        sleep: AsyncSleep = asyncio.sleep,
        timing: SocketTiming | None = None,
        response_timing: ResponseTiming | None = None,
    ) -> None:
        self._setup = setup
        self._wall = wall
        self._session = new_slack_session()
        self._client = new_slack_client(setup.bot_token, setup.api_url.rstrip("/") + "/", self._session)
        self._slack_api = SlackApi(self._client, TokenState("slack"), now)
        self.tasks = BackgroundTasks()
        # docs.slack.dev: users.info is of tier 4, a hundred a minute
        self._profiles = SlackProfiles(self._slack_api, RequestPacer(100 / 60, 100 / 60, now), now)
        direct_messages = SlackDirectMessages(self._slack_api)
        self.messenger = SlackMessenger(
            self._slack_api, direct_messages, render.render_slack_message, self._profiles, now, sleep
        )
        self._homes = SlackHomes(self._slack_api, self._profiles, self.tasks, wall, now, home_debounce_seconds)
        responder = SlackResponder(self._slack_api, direct_messages, self._session, setup.api_url)
        self._listeners = SlackListeners(
            self._slack_api,
            responder,
            self._profiles,
            self._homes,
            self.tasks,
            wall,
            now,
            response_timing or ResponseTiming(),
        )
        self._socket_timing = timing or SocketTiming(now=now)
        self._socket: SlackSocket | None = None
        self._http_server: SlackHttpServer | None = None
        self.port = 0

    @property
    def healthy(self) -> bool:
        """Whether Slack can reach us and accepts our token."""
        is_reachable = self._socket.healthy if self._socket is not None else self._http_server is not None
        return self._slack_api.token.is_accepted and is_reachable

    async def start(self, core: Service) -> None:
        """Retry until Slack is reached, then serve. Raises `HostRequestRefused` (token refused, port in use)."""
        identity = await self._fetch_bot_identity()
        app = self._build_bolt_app(identity)
        self._listeners.start_serving(core, str(identity["team_id"]))
        self._listeners.register(app)
        self._homes.follow_changes(core)
        if self._setup.app_token:
            await self._open_socket(app)
        else:
            await self._open_http_server(app)

    async def stop(self) -> None:
        """Accept nothing new, let running tasks finish, and close. Stopping twice is harmless."""
        async with AsyncExitStack() as stack:  # from the last line to the first, even if one of them fails
            stack.push_async_callback(self._session.close)
            stack.push_async_callback(self._profiles.stop)
            stack.callback(self._homes.stop)
            stack.push_async_callback(self.tasks.drain, SLACK_DRAIN_SECONDS)
            if self._http_server is not None:
                stack.push_async_callback(self._http_server.close)
            if self._socket is not None:
                stack.push_async_callback(self._socket.stop)

    async def _fetch_bot_identity(self) -> Mapping[str, object]:
        """The ids of our workspace and bot user, from `auth.test`. Retries with backoff until Slack answers."""
        try:
            return await retry_until_reached("slack", lambda: self._slack_api.call("auth.test"), self._socket_timing)
        except TokenRefused as refusal:
            mend = "Copy it anew from OAuth & Permissions; after a removal, install the app again"
            raise HostRequestRefused(f"Slack refuses SLACK_BOT_TOKEN ({refusal}). {mend}.") from None

    def _build_bolt_app(self, identity: Mapping[str, object]) -> AsyncApp:
        # Bolt's own check of signatures is off because `http` has made it already.
        known = AuthorizeResult(
            enterprise_id=None,
            team_id=str(identity["team_id"]),
            bot_id=str(identity.get("bot_id", "")),
            bot_user_id=str(identity.get("user_id", "")),
            bot_token=self._setup.bot_token,
        )

        async def authorize() -> AuthorizeResult:
            return known

        return AsyncApp(
            client=self._client,
            authorize=authorize,
            name="stalemate",
            logger=silent_sdk_logger,
            process_before_response=True,
            request_verification_enabled=False,
            signing_secret=self._setup.signing_secret or "unused",
        )

    async def _open_socket(self, app: AsyncApp) -> None:
        self._socket = SlackSocket(app, self._setup.app_token, self._session, self._socket_timing)
        self._socket.start()
        try:
            await self._socket.wait_open()
        except TokenRefused as refusal:
            mend = "Copy it anew from Basic Information, App-Level Tokens; it needs the scope connections:write"
            raise HostRequestRefused(f"Slack refuses SLACK_APP_TOKEN ({refusal}). {mend}.") from None

    async def _open_http_server(self, app: AsyncApp) -> None:
        async def serve(body: str, headers: Mapping[str, str]) -> BoltResponse:
            return await app.async_dispatch(AsyncBoltRequest(body=body, headers=dict(headers)))

        self._http_server = SlackHttpServer(serve, self._setup.signing_secret, self._wall, lambda: self.healthy)
        try:
            self.port = await self._http_server.listen(self._setup.host, self._setup.port)
        except OSError as problem:
            where = f"{self._setup.host}:{self._setup.port}"
            why = problem.strerror or type(problem).__name__
            raise HostRequestRefused(
                f"HTTP_PORT: {where} cannot be opened ({why}). Choose another, or end what holds it."
            ) from None
        log.info("listening for slack", port=self.port)
