from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.fakes_slack import FakeSlack, SlackUser
from tests.fakes_slack.tiny import TinySlackBot, run_in_http_mode, run_in_socket_mode


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    users = [SlackUser("U0ADA", "ada", tz="Europe/Berlin", locale="de-DE"), SlackUser("U0LEE", "lee")]
    async with FakeSlack(users=[*users, SlackUser("U0FAR", "far", team="T0FAR")]) as fake:
        yield fake


@pytest.fixture(params=[run_in_socket_mode, run_in_http_mode], ids=["socket", "http"])
async def bot(request: pytest.FixtureRequest, slack: FakeSlack) -> AsyncIterator[TinySlackBot]:
    async with request.param(slack) as running:
        yield running


@pytest.fixture
async def socket_bot(slack: FakeSlack) -> AsyncIterator[TinySlackBot]:
    async with run_in_socket_mode(slack) as running:
        yield running


@pytest.fixture
async def http_bot(slack: FakeSlack) -> AsyncIterator[TinySlackBot]:
    async with run_in_http_mode(slack) as running:
        yield running
