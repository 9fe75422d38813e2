"""What is the same for all that a person does: whether it is for us, who they are, and when the answer comes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime
from typing import Any

import structlog

from adapters.common.command_budget import Budget
from adapters.common.deadline import soon
from adapters.common.per_member_lock import Turns
from adapters.common.rate_limits import Clock
from adapters.common.tasks import Once, Work
from adapters.slack.api import Web
from adapters.slack.home import Homes
from adapters.slack.inbound import Caller
from adapters.slack.profiles import Profile, Profiles
from adapters.slack.responder import Answers, Whence
from adapters.slack.unescape import of_club
from bot.app.service import Core
from bot.domain.messages import Reply
from bot.domain.model import Actor
from bot.views.trouble import elsewhere, one_at_a_time

GRACE = 0.3  # seconds in which an acknowledgement that redraws a modal arrives: what is shown next must not be first
AT_ONCE, A_SECOND = 200, 20  # of one person: no hand is so fast, and a script must not keep the others waiting
MINUTE, HOUR = 60.0, 3600.0

log = structlog.get_logger(__name__)


class Taking:
    """Only members of our workspace, in our workspace, reach the core; each event once, and nobody in a flood."""

    def __init__(
        self,
        web: Web,
        answers: Answers,
        profiles: Profiles,
        homes: Homes,
        work: Work,
        wall: Callable[[], datetime],
        now: Clock,
    ) -> None:
        self._web = web
        self._answers = answers
        self._profiles = profiles
        self._homes = homes
        self._work = work
        self._wall = wall
        self._once = Once()
        self._budget = Budget(AT_ONCE, A_SECOND, now)
        self._turns = Turns()
        self._told = Budget(1, 1 / MINUTE, now)
        self._visits = Budget(1, 1 / HOUR, now)

    def serve(self, core: Core, team: str) -> None:
        """From now on. `team` is our workspace."""
        self._core = core
        self._team = team

    def _refused(self, caller: Caller, event: str) -> bool:
        """Whether it is not for us, or was here already."""
        if not caller.belongs(self._team):
            log.info("refused: another workspace")
            return True
        return self._once.again(event) or self._floods(caller)

    def _floods(self, caller: Caller) -> bool:
        if self._budget.take(caller.user):
            return False
        if self._told.take(caller.user):
            self._work.begin(self._answers.tell(one_at_a_time(), caller.user))
        return True

    def _decline(self, caller: Caller) -> None:
        """A visitor who writes is told once in an hour that this bot is not theirs."""
        if caller.visits(self._team) and self._visits.take(caller.user):
            self._give(elsewhere(), Whence(caller.user))

    async def _with_actor(self, caller: Caller, line: str, doing: Callable[[Actor], Awaitable[Reply]]) -> Reply:
        """`line`: what is done, or the command that it is done by."""
        actor = await self._actor(caller, line)
        return await self._turns.take(caller.user, lambda: doing(actor))

    async def _actor(self, caller: Caller, line: str = "") -> Actor:
        return caller.actor(await self._profile(caller, lately=of_club(line)))

    async def _profile(self, caller: Caller, *, lately: bool = False) -> Profile | None:
        if not self._web.standing.open:
            # Whoever can speak to us may have installed the app anew; only then can they be answered.
            await self._web.knock()
        profile = await (self._profiles.lately(caller.user) if lately else self._profiles.of(caller.user))
        if profile is not None and profile.deleted:  # who speaks is there
            self._profiles.forget(caller.user)
        return profile

    async def _soon(self, doing: Coroutine[Any, Any, Reply], whence: Whence) -> Reply | None:
        """The answer, or None when it takes longer: it then goes its way when it is there."""
        return await soon(self._work, doing, lambda task: self._late(task, whence))

    async def _late(self, task: asyncio.Task[Reply], whence: Whence) -> None:
        where = await self._answers.wait(whence)
        if whence.view:
            await asyncio.sleep(GRACE)
        await self._answers.give(await task, where)

    def _give(self, reply: Reply | None, whence: Whence) -> None:
        if reply is not None:
            self._work.begin(self._answers.give(reply, whence))
