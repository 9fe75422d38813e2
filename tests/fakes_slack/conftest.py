from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.fakes_slack import FakeSlack, User
from tests.fakes_slack.tiny import TinyBot, http_mode, socket_mode


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    users = [User("U0ADA", "ada", tz="Europe/Berlin", locale="de-DE"), User("U0LEE", "lee")]
    async with FakeSlack(users=[*users, User("U0FAR", "far", team="T0FAR")]) as fake:
        yield fake


@pytest.fixture(params=[socket_mode, http_mode], ids=["socket", "http"])
async def bot(request: pytest.FixtureRequest, slack: FakeSlack) -> AsyncIterator[TinyBot]:
    async with request.param(slack) as running:
        yield running


@pytest.fixture
async def socket_bot(slack: FakeSlack) -> AsyncIterator[TinyBot]:
    async with socket_mode(slack) as running:
        yield running


@pytest.fixture
async def http_bot(slack: FakeSlack) -> AsyncIterator[TinyBot]:
    async with http_mode(slack) as running:
        yield running
