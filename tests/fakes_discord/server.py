"""The fake as a whole: started, driven and asked by tests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

from aiohttp import web

from tests.fakes_common.server import FakePlatform
from tests.fakes_common.world import FakePlatformClock
from tests.fakes_discord import privacy
from tests.fakes_discord.answers import CALLBACK_SECONDS
from tests.fakes_discord.gateway import (
    OP_INVALID_SESSION,
    OP_RECONNECT,
    FakeGateway,
    FakeGatewayConnection,
    SessionStart,
)
from tests.fakes_discord.people import DiscordPerson
from tests.fakes_discord.rest import API_PREFIX, FakeRestApi
from tests.fakes_discord.seen import DiscordResult
from tests.fakes_discord.state import (
    ADA_USER_ID,
    LEE_USER_ID,
    DiscordChannel,
    DiscordInteraction,
    DiscordModal,
    DiscordRequest,
    DiscordScreenMessage,
    DiscordUser,
    Json,
)
from tests.fakes_discord.world import DiscordWorld

FAKE_DISCORD_TOKEN = "MTIz.fake.token"  # noqa: S105 - opens nothing


class FakeDiscord(FakePlatform[DiscordWorld]):
    """Discord on 127.0.0.1. `async with FakeDiscord() as discord`; the bot gets `discord.env`.

    `violations` must be empty at the end of a test.
    """

    quiet = 0.1

    def __init__(
        self, *, users: Iterable[DiscordUser] = (), clock: FakePlatformClock | None = None, port: int = 0
    ) -> None:
        people = users or [DiscordUser(ADA_USER_ID, "ada", locale="de"), DiscordUser(LEE_USER_ID, "lee")]
        super().__init__(DiscordWorld(people, clock or FakePlatformClock()), port, CALLBACK_SECONDS)
        self.token = FAKE_DISCORD_TOKEN
        self.gateway = FakeGateway(self.world, self.token)
        self.rest = FakeRestApi(self.world, self.token)

    def application(self) -> web.Application:
        app = web.Application(client_max_size=32 * 2**20)
        app.router.add_get("/gateway/", self.gateway.handle)
        app.router.add_get("/resume/", self.gateway.handle)
        self.rest.add_to(app)
        return app

    async def down(self) -> None:
        for link in self.gateway.links:
            link.drop()
        await super().down()

    # -- what is asked of it

    @property
    def api_url(self) -> str:
        return f"{self.world.url}{API_PREFIX}"

    @property
    def gateway_url(self) -> str:
        return f"{self.world.ws_url}/gateway/"

    @property
    def env(self) -> dict[str, str]:
        """The settings of a bot in a process of its own."""
        return {"DISCORD_TOKEN": self.token, "DISCORD_API_URL": self.api_url}

    @property
    def unknown(self) -> list[DiscordRequest]:
        return self.world.unknown

    @property
    def violations(self) -> list[str]:
        """All that Discord refused or would not like, and payloads that could ping."""
        return self.world.violations + privacy.ping_violations(self.calls)

    @property
    def open_lines(self) -> list[FakeGatewayConnection]:
        return self.gateway.open

    @property
    def identifies(self) -> list[SessionStart]:
        return self.gateway.identifies

    @property
    def resumes(self) -> list[SessionStart]:
        return self.gateway.resumes

    @property
    def sent(self) -> list[Any]:
        """All that the bot has said: the bodies of its requests."""
        return [call.body for call in self.calls if call.body]

    def texts(self) -> dict[int, list[str]]:
        """All text that ever reached each person, older states of messages too, by user id."""
        return privacy.texts_by_person(self.world)

    def channel_texts(self) -> dict[int, list[str]]:
        """All text that ever stood in each channel for everybody there, by channel id."""
        return privacy.texts_by_channel(self.world)

    def person(self, user: int = ADA_USER_ID, place: str = "guild") -> DiscordPerson:
        return DiscordPerson(self, self.world.users[user], place)

    def invite(self, user: DiscordUser) -> DiscordPerson:
        """One more member of the guild."""
        self.world.users[user.id] = user
        for channel in self.world.channels.values():
            channel.members += (user.id,) if channel.kind == "guild" else ()
        return self.person(user.id)

    # -- what people do

    async def interact(
        self,
        kind: int,
        user: DiscordUser,
        place: DiscordChannel,
        payload: Json,
        source: DiscordScreenMessage | None,
        form: DiscordModal | None,
        lag: float,
    ) -> DiscordResult:
        """Hand out an interaction, and wait for what a person would wait for."""
        made = self.clock() - lag
        number = self.world.new_id(made)
        token = f"aW50ZXJhY3Rpb246{number}"
        payload = {**payload, "id": str(number), "token": token}
        interaction = DiscordInteraction(number, token, kind, user.id, place.id, made, payload, source, form)
        self.world.interactions[number] = interaction
        await self.gateway.dispatch("INTERACTION_CREATE", payload)
        seen = DiscordResult(self.world, interaction)
        if not self.gateway.sessions:
            return seen  # nobody will ever hear of it
        await self.wait(lambda: not seen.failed)
        await self.wait(lambda: seen.failed or not seen.waits)
        return seen

    async def wait(self, condition: Callable[[], Any]) -> None:
        """Wait for a condition for as long as people wait."""
        try:
            async with asyncio.timeout(self.patience):
                while not condition():  # noqa: ASYNC110 - many things may make it true
                    await asyncio.sleep(0.002)
        except TimeoutError:
            return

    # -- what happens to Discord

    async def reconnect(self) -> None:
        """Ask the bot to connect again and resume (op 7)."""
        for link in self.gateway.open:
            await link.send({"op": OP_RECONNECT, "d": None})

    async def invalidate(self, *, resumable: bool = False) -> None:
        """Say that the session is no longer valid (op 9)."""
        if not resumable:
            self.gateway.sessions.clear()
        for link in self.gateway.open:
            await link.send({"op": OP_INVALID_SESSION, "d": resumable})

    def drop(self) -> None:
        """Cut the connections to the gateway without a word."""
        for link in self.gateway.open:
            link.drop()

    async def close(self, code: int) -> None:
        """Close the connections to the gateway with a code, such as 4000, 4004, 4014 or 1000."""
        for link in self.gateway.open:
            await link.close(code)

    def silence(self) -> None:
        """Leave the connections half-open: nothing is answered any more, and nothing comes."""
        for link in self.gateway.open:
            link.silence()

    async def repeat(self, event: str = "INTERACTION_CREATE") -> None:
        """Deliver the last event of this kind that a person made once more."""
        await self.gateway.repeat(event)
