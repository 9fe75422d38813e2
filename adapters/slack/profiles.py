"""Profiles of Slack users: requested when needed, cached for a day, and never waited for long."""

from __future__ import annotations

import asyncio
import html
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.common.rate_limits import MonotonicClock, RequestPacer
from adapters.common.recent import RecentEntries
from adapters.common.text import truncate_with_ellipsis
from adapters.slack.api import SlackApi
from bot.domain.errors import DeliveryUncertain, TryLater, Undeliverable
from bot.text.sanitize import MAX_NAME_CHARS, sanitize_line

PROFILE_AGE_SECONDS = 24 * 3600.0
ADMIN_PROFILE_AGE_SECONDS = 5 * 60.0  # seconds for which a cached profile of an admin counts as recent
OTHER_PROFILE_AGE_SECONDS = 10.0  # the same for everybody else: a user who was just made an admin tries again soon
MAX_CACHED_PROFILES = 10_000  # users remembered; the ones requested longest ago are forgotten first


@dataclass(frozen=True, slots=True)
class SlackProfile:
    """What Slack tells about a user. A text is empty where Slack does not tell it."""

    #: IANA name of the time zone.
    zone: str = ""
    #: Language code without the region, such as "en".
    language: str = ""
    #: Whether the account is closed.
    deleted: bool = False
    #: Id of the user's own workspace.
    team: str = ""
    #: Not a full member of this workspace, or a member of another that shares a channel with it.
    guest: bool = False
    #: As other people see it.
    name: str = ""
    #: An admin or owner of the workspace, with an open account.
    is_admin: bool = False


UNKNOWN_PROFILE = SlackProfile()


class SlackProfiles:
    """Cached profiles by user id. Nothing here raises: a profile that cannot be had is None."""

    def __init__(
        self,
        slack_api: SlackApi,
        pacer: RequestPacer,
        now: MonotonicClock,
        max_age_seconds: float = PROFILE_AGE_SECONDS,
        max_profiles: int = MAX_CACHED_PROFILES,
    ) -> None:
        self._slack_api = slack_api
        self._pacer = pacer
        self._now = now
        self._max_age_seconds = max_age_seconds
        self._cache: RecentEntries[str, tuple[float, SlackProfile]] = RecentEntries(max_profiles)
        self._requests: dict[str, asyncio.Task[SlackProfile | None]] = {}

    async def find_profile(self, user: str, wait_seconds: float = 0.5) -> SlackProfile | None:
        """The profile; if Slack takes longer than `wait_seconds`, the cached one, however old, or None.

        A request that takes longer goes on, so that a later call finds its result.
        """
        return (
            self._fresh_profile(user) or await self._wait_for_request(user, wait_seconds) or self._cached_profile(user)
        )

    async def find_unhurried(self, user: str, wait_seconds: float = 2.0) -> SlackProfile | None:
        """As `find_profile`, for background work: Slack is asked only if the rate limit leaves room."""
        if self._fresh_profile(user) is None and user not in self._requests and not self._pacer.try_take_turn():
            return self._cached_profile(user)
        return await self.find_profile(user, wait_seconds)

    async def find_recent(self, user: str, wait_seconds: float = 1.5) -> SlackProfile | None:
        """As `find_profile`, for what depends on the user's role: minutes old at most, if Slack can be asked now.

        Slack also reports changes by itself; this covers those that it reported while the bot was not running.
        """
        known = self._fresh_profile(user)
        if known is None:
            return await self.find_profile(user, wait_seconds)
        if (
            self._fresh_profile(user, ADMIN_PROFILE_AGE_SECONDS if known.is_admin else OTHER_PROFILE_AGE_SECONDS)
            or not self._pacer.try_take_turn()
        ):
            return known
        return await self._wait_for_request(user, wait_seconds) or known

    def known_name(self, user: str) -> str:
        """The user's name from the cache; empty if it is not known. Never asks Slack."""
        profile = self._cached_profile(user)
        return profile.name if profile else ""

    def forget(self, user: str) -> None:
        """Drop the cached profile: the next look-up asks Slack."""
        self._cache.pop(user, None)

    def is_known(self, user: str) -> bool:
        return user in self._cache

    def remember_user(self, user_payload: object) -> None:
        """Cache a user object of Slack's as the present state, such as that of a `user_change` event."""
        profile, user = (
            parse_slack_profile(user_payload),
            user_payload.get("id") if isinstance(user_payload, Mapping) else None,
        )
        if profile is not None and isinstance(user, str) and user:
            self._cache_profile(user, profile)

    async def stop(self) -> None:
        """Cancel the requests in progress."""
        asking = list(self._requests.values())
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)

    async def _wait_for_request(self, user: str, wait_seconds: float) -> SlackProfile | None:
        task = self._requests.get(user)
        if task is None:
            task = self._requests[user] = asyncio.create_task(self._request_profile(user))
            task.add_done_callback(lambda _: self._requests.pop(user, None))
        done, _ = await asyncio.wait((task,), timeout=wait_seconds)
        return task.result() if done and not task.cancelled() else None

    async def _request_profile(self, user: str) -> SlackProfile | None:
        try:
            response = await self._slack_api.call("users.info", user=user, include_locale=True)
        except (TryLater, DeliveryUncertain, Undeliverable):
            return None
        profile = parse_slack_profile(response.get("user"))
        if profile is not None:
            self._cache_profile(user, profile)
        return profile

    def _fresh_profile(self, user: str, max_age_seconds: float | None = None) -> SlackProfile | None:
        cached_at, profile = self._cache.get(user) or (0.0, None)
        age_limit = max_age_seconds or self._max_age_seconds
        return profile if profile is not None and self._now() - cached_at < age_limit else None

    def _cached_profile(self, user: str) -> SlackProfile | None:
        return self._cache[user][1] if user in self._cache else None

    def _cache_profile(self, user: str, profile: SlackProfile) -> None:
        self._cache[user] = (self._now(), profile)


def parse_slack_profile(user_payload: object) -> SlackProfile | None:
    """A user object of Slack's as a profile; None if it is no object."""
    if not isinstance(user_payload, Mapping):
        return None
    guest = _has_any_flag(user_payload, "is_restricted", "is_ultra_restricted", "is_stranger")
    deleted = user_payload.get("deleted") is True
    return SlackProfile(
        zone=_payload_text(user_payload, "tz"),
        language=_payload_text(user_payload, "locale").partition("-")[0].lower(),
        deleted=deleted,
        team=_payload_text(user_payload, "team_id"),
        guest=guest,
        name=_parse_profile_name(user_payload),
        is_admin=_has_any_flag(user_payload, "is_admin", "is_owner", "is_primary_owner") and not guest and not deleted,
    )


def _parse_profile_name(user_payload: Mapping[Any, Any]) -> str:
    """The user's display name, else the full name; on one line, without invisible characters."""
    shown = user_payload.get("profile")
    profile = shown if isinstance(shown, Mapping) else {}
    names = (
        _payload_text(profile, "display_name"),
        _payload_text(profile, "real_name"),
        _payload_text(user_payload, "real_name"),
    )
    cleaned = (sanitize_line(html.unescape(name)) for name in names)
    return truncate_with_ellipsis(next((name for name in cleaned if name), ""), MAX_NAME_CHARS)


def _has_any_flag(user_payload: Mapping[Any, Any], *flags: str) -> bool:
    return any(user_payload.get(flag) is True for flag in flags)


def _payload_text(payload: Mapping[Any, Any], key: str) -> str:
    value = payload.get(key)
    return value if isinstance(value, str) else ""
