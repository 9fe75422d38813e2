"""Who a user is: asked once, remembered, and never waited for long."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from adapters.common.rate_limits import RequestPacer
from adapters.common.token import TokenState
from adapters.slack.api import SlackApi, new_slack_client, new_slack_session
from adapters.slack.profiles import PROFILE_AGE_SECONDS, SlackProfile, SlackProfiles, parse_slack_profile
from tests.adapters.slack.servers import LoopbackSlackApi, open_slack_api, slack_error_response, slack_ok_response
from tests.platforms.loopback import wait_until

LEE_USER_INFO = {
    "id": "U1",
    "team_id": "T1",
    "tz": "Europe/Berlin",
    "locale": "de-DE",
    "deleted": False,
    "is_restricted": False,
}
BERLIN_PROFILE = SlackProfile("Europe/Berlin", "de", team="T1")


class ProfileClock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> ProfileClock:
    return ProfileClock()


@pytest.fixture
async def slack() -> AsyncIterator[LoopbackSlackApi]:
    async with open_slack_api() as fake:
        fake.answer("users.info", {"user": LEE_USER_INFO})
        yield fake


@pytest.fixture
async def profiles(slack: LoopbackSlackApi, clock: ProfileClock) -> AsyncIterator[SlackProfiles]:
    async with new_slack_session() as session:
        our = SlackApi(new_slack_client("xoxb-1", slack.url, session), TokenState("slack"), clock)
        made = SlackProfiles(our, RequestPacer(100 / 60, 100 / 60, clock), clock, max_profiles=3)
        yield made
        await made.stop()


async def answer_users_info_slowly(request: web.Request) -> web.Response:
    await asyncio.sleep(0.3)
    return slack_ok_response(user=LEE_USER_INFO)


async def test_a_profile_is_asked_once_and_with_the_language(profiles: SlackProfiles, slack: LoopbackSlackApi) -> None:
    assert [await profiles.find_profile("U1") for _ in range(3)] == [BERLIN_PROFILE] * 3
    assert slack.arguments_for("users.info") == [{"user": "U1", "include_locale": "1"}]


async def test_it_is_asked_anew_after_a_day(
    profiles: SlackProfiles, slack: LoopbackSlackApi, clock: ProfileClock
) -> None:
    await profiles.find_profile("U1")
    clock.now += PROFILE_AGE_SECONDS
    slack.answer("users.info", {"user": {**LEE_USER_INFO, "deleted": True}})
    found = await profiles.find_profile("U1")
    assert found is not None
    assert found.deleted


async def test_many_who_ask_at_once_share_one_call(profiles: SlackProfiles, slack: LoopbackSlackApi) -> None:
    assert await asyncio.gather(*(profiles.find_profile("U1") for _ in range(50))) == [BERLIN_PROFILE] * 50
    assert len(slack.calls) == 1


async def test_a_slow_answer_is_not_waited_for_and_is_there_the_next_time(
    profiles: SlackProfiles, slack: LoopbackSlackApi
) -> None:
    gate = asyncio.Event()

    async def held(_request: web.Request) -> web.Response:
        await gate.wait()
        return slack_ok_response(user=LEE_USER_INFO)

    slack.answer("users.info", held)
    assert await profiles.find_profile("U1", wait_seconds=0.05) is None
    gate.set()
    await wait_until(lambda: profiles.is_known("U1"))
    assert await profiles.find_profile("U1", wait_seconds=0.05) == BERLIN_PROFILE
    assert len(slack.calls) == 1


@pytest.mark.parametrize("name", ["user_not_found", "invalid_auth", "fatal_error", "missing_scope", "ratelimited"])
async def test_nothing_is_raised_and_what_was_known_stays(
    profiles: SlackProfiles, slack: LoopbackSlackApi, clock: ProfileClock, name: str
) -> None:
    await profiles.find_profile("U1")
    clock.now += PROFILE_AGE_SECONDS
    slack.answer("users.info", lambda _: slack_error_response(name))
    assert await profiles.find_profile("U1") == BERLIN_PROFILE
    assert await profiles.find_profile("U2") is None


async def test_a_change_is_learned_without_asking(profiles: SlackProfiles, slack: LoopbackSlackApi) -> None:
    profiles.remember_user({**LEE_USER_INFO, "tz": "America/Lima"})
    found = await profiles.find_profile("U1")
    assert found is not None
    assert found.zone == "America/Lima"
    assert slack.calls == []


@pytest.mark.parametrize("told", [None, 3, [], "U1", {}, {"id": 7}, {"id": ""}])
async def test_what_is_no_user_teaches_nothing(profiles: SlackProfiles, told: object) -> None:
    profiles.remember_user(told)
    assert not profiles._cache


def test_odd_values_are_left_empty() -> None:
    assert parse_slack_profile({"tz": None, "locale": 7, "deleted": "yes", "team_id": []}) == SlackProfile()
    assert parse_slack_profile({"locale": "pt-BR", "is_stranger": True}) == SlackProfile(language="pt", guest=True)


async def test_the_ones_looked_at_longest_ago_are_forgotten(profiles: SlackProfiles, slack: LoopbackSlackApi) -> None:
    for user in ("U1", "U2", "U3", "U4"):
        await profiles.find_profile(user)
    await profiles.find_profile("U4")
    assert len(slack.calls) == 4
    await profiles.find_profile("U1")
    assert len(slack.calls) == 5


async def test_what_nobody_waits_for_is_asked_only_when_the_pace_leaves_room(
    profiles: SlackProfiles, slack: LoopbackSlackApi, clock: ProfileClock
) -> None:
    found = [await profiles.find_unhurried(f"U{index}") for index in range(10)]
    assert found == [BERLIN_PROFILE, *[None] * 9]
    assert len(slack.calls) == 1
    clock.now += 1
    assert await profiles.find_unhurried("U1") == BERLIN_PROFILE


async def test_a_person_who_asks_does_not_wait_for_the_pace(profiles: SlackProfiles, slack: LoopbackSlackApi) -> None:
    assert [await profiles.find_profile(f"U{index}") for index in range(3)] == [BERLIN_PROFILE] * 3


async def test_stopping_leaves_nothing_behind(profiles: SlackProfiles, slack: LoopbackSlackApi) -> None:
    slack.answer("users.info", answer_users_info_slowly)
    await profiles.find_profile("U1", wait_seconds=0.01)
    await profiles.stop()
    assert not profiles._requests
