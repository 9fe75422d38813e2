"""Who a Slack user is, as far as we need it: asked when needed, remembered for a while, never waited for long."""

from __future__ import annotations

import asyncio
import html
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.common.rate_limits import Clock, Pacer
from adapters.common.recent import Recent
from adapters.common.text import cut
from adapters.slack.api import Web
from bot.domain.errors import TryLater, Uncertain, Undeliverable
from bot.text.sanitize import NAME, clean

DAY = 24 * 3600.0
LEADING = 5 * 60.0  # seconds for which somebody who leads is believed to lead still
FOLLOWING = 10.0  # and everybody else not to lead: who was made an admin just now tries again
MOST = 10_000  # users remembered; the ones looked at longest ago are forgotten first


@dataclass(frozen=True, slots=True)
class Profile:
    """What Slack tells about a user. `zone` (IANA) and `language` ("en") are empty when it does not tell.

    `guest`: not a full member of this workspace, or one of another that shares a channel with it. `name`: as others
    see them. `leads`: an admin or owner of the workspace.
    """

    zone: str = ""
    language: str = ""
    deleted: bool = False
    team: str = ""
    guest: bool = False
    name: str = ""
    leads: bool = False


UNKNOWN = Profile()


class Profiles:
    """Profiles by user id. Nothing here raises: what cannot be known is None."""

    def __init__(self, web: Web, pace: Pacer, now: Clock, age: float = DAY, most: int = MOST) -> None:
        self._web = web
        self._pace = pace
        self._now = now
        self._age = age
        self._known: Recent[str, tuple[float, Profile]] = Recent(most)
        self._asking: dict[str, asyncio.Task[Profile | None]] = {}

    async def of(self, user: str, within: float = 0.5) -> Profile | None:
        """The profile, or None when asking takes longer than `within` seconds; it is then there the next time."""
        return self._fresh(user) or await self._asked(user, within) or self._kept(user)

    async def look(self, user: str, within: float = 2.0) -> Profile | None:
        """As `of`, for what nobody waits for: Slack is asked only when the pace leaves room."""
        if self._fresh(user) is None and user not in self._asking and not self._pace.try_turn():
            return self._kept(user)
        return await self.of(user, within)

    async def lately(self, user: str, within: float = 1.5) -> Profile | None:
        """As `of`, for what hangs on their role: no older than minutes, as far as Slack can be asked now.

        Slack tells of a change by itself, too; this is for what was told while nobody listened.
        """
        known = self._fresh(user)
        if known is None:
            return await self.of(user, within)
        if self._fresh(user, LEADING if known.leads else FOLLOWING) or not self._pace.try_turn():
            return known
        return await self._asked(user, within) or known

    def name(self, user: str) -> str:
        """How others see them, as far as that is known without asking."""
        kept = self._kept(user)
        return kept.name if kept else ""

    def forget(self, user: str) -> None:
        """Ask anew the next time."""
        self._known.drop(user)

    def knows(self, user: str) -> bool:
        return user in self._known

    def learn(self, told: object) -> None:
        """Take a user object of Slack's as the present state, such as that of a `user_change` event."""
        profile, user = read(told), told.get("id") if isinstance(told, Mapping) else None
        if profile is not None and isinstance(user, str) and user:
            self._keep(user, profile)

    async def stop(self) -> None:
        """Give up what is being asked."""
        asking = list(self._asking.values())
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)

    async def _asked(self, user: str, within: float) -> Profile | None:
        task = self._asking.get(user)
        if task is None:
            task = self._asking[user] = asyncio.create_task(self._ask(user))
            task.add_done_callback(lambda _: self._asking.pop(user, None))
        done, _ = await asyncio.wait((task,), timeout=within)
        return task.result() if done and not task.cancelled() else None

    async def _ask(self, user: str) -> Profile | None:
        try:
            answer = await self._web.call("users.info", user=user, include_locale=True)
        except (TryLater, Uncertain, Undeliverable):
            return None
        profile = read(answer.get("user"))
        if profile is not None:
            self._keep(user, profile)
        return profile

    def _fresh(self, user: str, age: float | None = None) -> Profile | None:
        at, profile = self._known.get(user) or (0.0, None)
        return profile if profile is not None and self._now() - at < (age or self._age) else None

    def _kept(self, user: str) -> Profile | None:
        return self._known[user][1] if user in self._known else None

    def _keep(self, user: str, profile: Profile) -> None:
        self._known.put(user, (self._now(), profile))


def read(told: object) -> Profile | None:
    """A user object of Slack's as a profile; None when it is none."""
    if not isinstance(told, Mapping):
        return None
    guest = _any(told, "is_restricted", "is_ultra_restricted", "is_stranger")
    deleted = told.get("deleted") is True
    return Profile(
        zone=_text(told, "tz"),
        language=_text(told, "locale").partition("-")[0].lower(),
        deleted=deleted,
        team=_text(told, "team_id"),
        guest=guest,
        name=_name(told),
        leads=_any(told, "is_admin", "is_owner", "is_primary_owner") and not guest and not deleted,
    )


def _name(told: Mapping[Any, Any]) -> str:
    """The name that they chose to be called by, else their full one; on one line, with nothing invisible."""
    shown = told.get("profile")
    profile = shown if isinstance(shown, Mapping) else {}
    found = _text(profile, "display_name"), _text(profile, "real_name"), _text(told, "real_name")
    cleaned = (clean(html.unescape(name)) for name in found)
    return cut(next((name for name in cleaned if name), ""), NAME)


def _any(told: Mapping[Any, Any], *marks: str) -> bool:
    return any(told.get(mark) is True for mark in marks)


def _text(told: Mapping[Any, Any], key: str) -> str:
    value = told.get(key)
    return value if isinstance(value, str) else ""
