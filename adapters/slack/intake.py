"""What is Slack's own in taking events: who is in our workspace, their profiles, and where a late response goes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog

from adapters.common.deadline import ResponseTiming
from adapters.common.intake import Intake
from adapters.common.rate_limits import MonotonicClock, RateLimiter
from adapters.common.tasks import BackgroundTasks
from adapters.slack.api import SlackApi
from adapters.slack.home import SlackHomes
from adapters.slack.inbound import SlackCaller
from adapters.slack.profiles import SlackProfile, SlackProfiles
from adapters.slack.responder import SlackResponder, SlackResponseTarget
from bot.app.service import Service
from bot.commands.parser import peek
from bot.domain.messages import Response
from bot.domain.model import Actor
from bot.views.trouble import wrong_workspace_card

VISITOR_NOTICE_SECONDS = 3600.0

log = structlog.get_logger(__name__)


class SlackIntake(Intake):
    """Passes events to the service, only from members of our workspace and inside it."""

    def __init__(
        self,
        slack_api: SlackApi,
        responder: SlackResponder,
        profiles: SlackProfiles,
        homes: SlackHomes,
        tasks: BackgroundTasks,
        wall: Callable[[], datetime],
        now: MonotonicClock,
        timing: ResponseTiming,
    ) -> None:
        super().__init__(tasks, wall, now, timing)
        self._slack_api = slack_api
        self._responder = responder
        self._profiles = profiles
        self._homes = homes
        self._visitor_notice_limiter = RateLimiter(1, 1 / VISITOR_NOTICE_SECONDS, now)

    def start_serving(self, core: Service, team: str) -> None:
        """Start passing events to `core`; `team` is the id of the only workspace that is served."""
        self._core = core
        self._team = team

    def _is_refused(self, caller: SlackCaller, event_id: str) -> bool:
        """Whether the event is of another workspace, is a repeat, or exceeds the caller's rate."""
        if not caller.is_member_of(self._team):
            log.info("refused: another workspace")
            return True
        return self._is_repeat_or_flood(
            caller.user, event_id, lambda card: self._responder.send_direct_message(card, caller.user)
        )

    def _decline_visitor(self, caller: SlackCaller) -> None:
        """Tell a visitor from another workspace, at most once an hour, that this bot is not for them."""
        if caller.is_visitor_to(self._team) and self._visitor_notice_limiter.try_take(caller.user):
            self._respond_in_background(wrong_workspace_card(), SlackResponseTarget(caller.user))

    async def _respond_to_actor(
        self,
        caller: SlackCaller,
        line: str,
        target: SlackResponseTarget,
        action: Callable[[Actor], Awaitable[Response]],
    ) -> Response | None:
        """The response, or None when it takes longer; a background task then sends it.

        `line` is the command that the action runs; a club's needs a recent profile.
        """

        async def run() -> Response:
            return await action(await self._load_actor(caller, line))

        return await self._respond_in_turn(caller.user, run, lambda task: self._respond_late(task, target))

    async def _load_actor(self, caller: SlackCaller, line: str = "") -> Actor:
        return caller.to_actor(await self._load_profile(caller, recent=peek(line).needs_role))

    async def _load_profile(self, caller: SlackCaller, *, recent: bool = False) -> SlackProfile | None:
        if not self._slack_api.token.is_accepted:
            # An event may mean that the app was installed again; until the token works nothing can be answered.
            await self._slack_api.retry_token()
        profile = await (
            self._profiles.find_recent(caller.user) if recent else self._profiles.find_profile(caller.user)
        )
        if profile is not None and profile.deleted:  # someone who acts has an account
            self._profiles.forget(caller.user)
        return profile

    async def _respond_late(self, task: asyncio.Task[Response], target: SlackResponseTarget) -> None:
        late_target = await self._responder.announce_delay(target)
        if target.view_id:
            await asyncio.sleep(self._timing.modal_redraw)
        await self._responder.respond(await task, late_target)

    def _respond_in_background(self, response: Response | None, target: SlackResponseTarget) -> None:
        if response is not None:
            self._tasks.start(self._responder.respond(response, target))
