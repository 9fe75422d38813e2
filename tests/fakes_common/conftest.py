from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.fakes_common.probes import DiscordProbe, FakeProbe, SlackProbe
from tests.fakes_discord import FakeDiscord
from tests.fakes_discord.tiny import run_tiny_discord_bot
from tests.fakes_slack import FakeSlack
from tests.fakes_slack.tiny import run_in_socket_mode


@pytest.fixture(params=["slack", "discord"])
async def probe(request: pytest.FixtureRequest) -> AsyncIterator[FakeProbe]:
    if request.param == "slack":
        async with FakeSlack() as slack, run_in_socket_mode(slack) as bot:
            yield SlackProbe(slack, bot)
    else:
        async with FakeDiscord() as discord, run_tiny_discord_bot(discord) as client:
            yield DiscordProbe(discord, client)
