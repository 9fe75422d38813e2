"""Slack, put together: opened, served by a socket or by HTTP, and closed."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse

from adapters.common.rate_limits import Clock, Pacer, Sleep
from adapters.common.tasks import Work
from adapters.common.token import Revoked, Standing
from adapters.slack import render
from adapters.slack.api import Web, new_client, new_session, silent
from adapters.slack.direct_messages import Channels
from adapters.slack.home import CALM, Homes
from adapters.slack.http import web_app
from adapters.slack.listeners import Reception
from adapters.slack.messenger import SlackMessenger
from adapters.slack.port_guard import Door
from adapters.slack.profiles import Profiles
from adapters.slack.responder import Answers
from adapters.slack.socket import Socket, Timing
from bot.app.service import Core
from bot.domain.errors import Refused, TryLater, Uncertain, Undeliverable

DRAIN = 2.5  # seconds for what is in hand when we leave
LONGEST_PAUSE = 30.0  # seconds between two tries to reach Slack at the start

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """How to reach Slack. With `app_token` by a socket, else by HTTP on `host` and `port`, signed with `secret`."""

    token: str = field(repr=False)
    url: str = "https://slack.com/api/"
    app_token: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)
    host: str = "127.0.0.1"
    port: int = 3000


class Slack:
    """One workspace. Build it inside the loop that it runs in."""

    def __init__(
        self,
        setup: Setup,
        wall: Callable[[], datetime],
        now: Clock = time.monotonic,
        calm: float = CALM,
        sleep: Sleep = asyncio.sleep,
        timing: Timing | None = None,
    ) -> None:
        self._setup = setup
        self._wall = wall
        self._session = new_session()
        self._client = new_client(setup.token, setup.url.rstrip("/") + "/", self._session)
        self._web = Web(self._client, Standing("slack"), now)
        self.work = Work()
        # docs.slack.dev: users.info is of tier 4, a hundred a minute
        self._profiles = Profiles(self._web, Pacer(100 / 60, 100 / 60, now), now)
        channels = Channels(self._web)
        self.messenger = SlackMessenger(self._web, channels, render.message, self._profiles, now, sleep)
        self._homes = Homes(self._web, self._profiles, self.work, wall, now, calm)
        answers = Answers(self._web, channels, self._session, setup.url)
        self._reception = Reception(self._web, answers, self._profiles, self._homes, self.work, wall, now)
        self._socket = Socket(now, timing)
        self._door: Door | None = None
        self.port = 0

    @property
    def healthy(self) -> bool:
        """Whether Slack can reach us and takes our token."""
        return self._web.standing.open and (self._door is not None or self._socket.healthy)

    async def start(self, core: Core) -> None:
        """Reach Slack, however long that takes, and serve. Raises `Refused`."""
        who = await self._introduced()
        app = self._app(who)
        self._reception.serve(core, str(who["team_id"]))
        self._reception.listen(app)
        self._homes.watch(core)
        if self._setup.app_token:
            await self._open_socket(app)
        else:
            await self._open_door(app)

    async def stop(self) -> None:
        """Take nothing new, let what is in hand end, and close. Twice is harmless."""
        async with AsyncExitStack() as ends:  # from the last line to the first, whatever fails on the way
            ends.push_async_callback(self._session.close)
            ends.push_async_callback(self._profiles.stop)
            ends.callback(self._homes.stop)
            ends.push_async_callback(self.work.drain, DRAIN)
            if self._door is not None:
                ends.push_async_callback(self._door.close)
            ends.push_async_callback(self._socket.stop)

    async def _introduced(self) -> Mapping[str, object]:
        """Who we are, from Slack itself."""
        pause = 1.0
        while True:
            try:
                return await self._web.call("auth.test")
            except Revoked as refusal:
                mend = "Copy it anew from OAuth & Permissions; after a removal, install the app again"
                raise Refused(f"Slack refuses SLACK_BOT_TOKEN ({refusal}). {mend}.") from None
            except (TryLater, Uncertain, Undeliverable) as problem:
                log.warning("slack cannot be reached yet", why=str(problem))
            await asyncio.sleep(pause * (0.5 + random.random() / 2))  # noqa: S311 (jitter, no secret)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _app(self, who: Mapping[str, object]) -> AsyncApp:
        # Bolt's own check of signatures is off because the gate has made it already. (See `gate`.)
        known = AuthorizeResult(
            enterprise_id=None,
            team_id=str(who["team_id"]),
            bot_id=str(who.get("bot_id", "")),
            bot_user_id=str(who.get("user_id", "")),
            bot_token=self._setup.token,
        )

        async def authorize() -> AuthorizeResult:
            return known

        return AsyncApp(
            client=self._client,
            authorize=authorize,
            name="stalemate",
            logger=silent,
            process_before_response=True,
            request_verification_enabled=False,
            signing_secret=self._setup.secret or "unused",
        )

    async def _open_socket(self, app: AsyncApp) -> None:
        await self._socket.start(app, self._setup.app_token, self._client)
        try:
            await self._socket.opened()
        except Revoked as refusal:
            mend = "Copy it anew from Basic Information, App-Level Tokens; it needs the scope connections:write"
            raise Refused(f"Slack refuses SLACK_APP_TOKEN ({refusal}). {mend}.") from None

    async def _open_door(self, app: AsyncApp) -> None:
        async def serve(body: str, headers: Mapping[str, str]) -> BoltResponse:
            return await app.async_dispatch(AsyncBoltRequest(body=body, headers=dict(headers)))

        self._door = Door(web_app(serve, self._setup.secret, self._wall, lambda: self.healthy))
        try:
            self.port = await self._door.open(self._setup.host, self._setup.port)
        except OSError as problem:
            where = f"{self._setup.host}:{self._setup.port}"
            why = problem.strerror or type(problem).__name__
            raise Refused(
                f"HTTP_PORT: {where} cannot be opened ({why}). Choose another, or end what holds it."
            ) from None
        log.info("listening for slack", port=self.port)
