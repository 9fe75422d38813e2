"""The fake as a whole: started, driven and asked by tests."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import replace
from typing import Any

from aiohttp import web

from tests.fakes_common.server import FakePlatform
from tests.fakes_common.world import FakePlatformClock
from tests.fakes_slack import payloads
from tests.fakes_slack.events import Acknowledgement, EventDelivery, MissingAcknowledgement
from tests.fakes_slack.links import SocketLink, SocketLinks
from tests.fakes_slack.people import SlackPerson
from tests.fakes_slack.requests import RequestPoster
from tests.fakes_slack.responses import ResponseEndpoint
from tests.fakes_slack.state import SlackChannel, SlackScreenMessage, SlackUser
from tests.fakes_slack.web import FakeWebApi
from tests.fakes_slack.world import SLACK_BOT_USER_ID, SlackWorld

FAKE_TEAM_ID = "T0CLUB"
ACK_SECONDS = 3.0


class FakeSlack(FakePlatform[SlackWorld]):
    """Slack on 127.0.0.1. `async with FakeSlack() as slack`; the bot gets `slack.api_url` and the tokens.

    Socket Mode while `request_url` is empty, HTTP mode when it is the address of the bot. `complaints` must be empty at
    the end of a test.
    """

    def __init__(
        self,
        *,
        team: str = FAKE_TEAM_ID,
        users: Iterable[SlackUser] = (),
        clock: FakePlatformClock | None = None,
        port: int = 0,
    ) -> None:
        people = [*(users or [SlackUser("U0ADA", "ada"), SlackUser("U0LEE", "lee")])]
        super().__init__(SlackWorld(team, people, clock or FakePlatformClock()), port, ACK_SECONDS)
        self.bot_token, self.app_token, self.signing_secret = "xoxb-fake", "xapp-fake", "0123456789abcdef" * 2
        self.deliveries: list[EventDelivery] = []
        self.sockets = SocketLinks(self.world)
        self.requests = RequestPoster(self.world, self.signing_secret)
        self.web = FakeWebApi(self.world, self.bot_token, self.app_token, self.sockets.ticket)

    def application(self) -> web.Application:
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self.web.handle)
        app.router.add_post("/response/{token}", ResponseEndpoint(self.world).handle)
        app.router.add_get("/link/{ticket}", self.sockets.handle)
        return app

    async def down(self) -> None:
        self.sockets.close()
        await self.requests.close()
        await super().down()

    # -- what is asked of it

    @property
    def api_url(self) -> str:
        return f"{self.world.url}/api/"

    @property
    def env(self) -> dict[str, str]:
        """The settings of a bot in a process of its own."""
        settings = {"SLACK_BOT_TOKEN": self.bot_token, "SLACK_API_URL": self.api_url}
        if self.request_url:
            return settings | {"SLACK_SIGNING_SECRET": self.signing_secret}
        return settings | {"SLACK_APP_TOKEN": self.app_token}

    @property
    def request_url(self) -> str:
        return self.requests.url

    @request_url.setter
    def request_url(self, url: str) -> None:
        self.requests.url = url

    @property
    def sent(self) -> list[dict[str, Any]]:
        """All that the bot has said: the arguments of its calls, and what its acknowledgements carried."""
        acks = [ack.payload for delivery in self.deliveries for ack in delivery.acks if ack.payload]
        return [call.arguments for call in self.calls] + acks

    @property
    def complaints(self) -> list[str]:
        return self.world.complaints

    @property
    def links(self) -> list[SocketLink]:
        """The open connections of Socket Mode."""
        return self.sockets.open

    open_lines = links

    def person(self, user: str) -> SlackPerson:
        return SlackPerson(self, self.world.users[user])

    def room(self, channel: str, name: str, *members: str, private: bool = False, bot: bool = True) -> SlackChannel:
        """A new channel with these people, and with the bot when it was invited."""
        everybody = (*members, SLACK_BOT_USER_ID) if bot else members
        return self.world.new_room(channel, name, private=private, members=everybody)

    # -- what is handed to the bot

    async def deliver(self, kind: str, payload: dict[str, Any]) -> Acknowledgement:
        """Hand something to the bot and wait for its acknowledgement."""
        delivery = EventDelivery(kind, payload, self.world.counter.id("envelope"))
        self.deliveries.append(delivery)
        return await self._carry(delivery)

    async def _carry(self, delivery: EventDelivery) -> Acknowledgement:
        if self.request_url:
            await self.requests.carry(delivery, self.patience)
        else:
            await self.sockets.carry(delivery)
            await self._wait(delivery)
        if not delivery.acks:
            delivery.waited = True
            raise MissingAcknowledgement(
                f"{delivery.about}; failures: {delivery.failures}; complaints: {self.complaints}"
            )
        return delivery.acks[0]

    async def _wait(self, delivery: EventDelivery) -> None:
        try:
            async with asyncio.timeout(self.patience):
                await delivery.over.wait()
        except TimeoutError:
            return

    async def repeat(self, delivery: EventDelivery | None = None) -> Acknowledgement:
        """Hand out the same once more as if it were new: the same envelope, event and trigger."""
        first = delivery or self.deliveries[-1]
        again = EventDelivery(first.kind, deepcopy(first.payload), first.envelope, first.attempt)
        self.deliveries.append(again)
        return await self._carry(again)

    async def retry(self, delivery: EventDelivery | None = None) -> Acknowledgement:
        """Hand out an event again that was not acknowledged, marked as a retry."""
        late = delivery or self.deliveries[-1]
        late.over.clear()
        late.attempt, late.waited = late.attempt + 1, False
        late.envelope = self.world.counter.id("envelope")
        return await self._carry(late)

    async def echo(self, message: SlackScreenMessage, *, changed: bool = False) -> Acknowledgement:
        """Tell the bot of its own direct message, new or changed, as Slack does of each."""
        return await self._event(payloads.own_message_event(self.world, message, changed))

    async def forge(self, body: bytes, kind: str = "application/json", **headers: str) -> int:
        """HTTP mode: send a body signed with a wrong secret; `headers` replaces some, with _ for -."""
        signed = self.requests.signed(body, kind, secret="guessed")  # noqa: S106 - wrong on purpose
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return (await self.requests.post(body, signed | named, self.patience))[0]

    # -- what happens to the workspace

    def revoke(self, error: str = "token_revoked") -> None:
        """From now on every token is answered with this error; an empty one makes them good again."""
        self.world.token_error = error

    async def change_user(self, user: str, **changes: Any) -> Acknowledgement:
        """Change a user (tz, locale, deleted, name) and tell the bot."""
        changed = replace(self.world.users[user], **changes)
        self.world.users[user] = changed
        told = changed.profile(with_locale=True, team=self.world.team)
        return await self._event({"type": "user_change", "user": told, "cache_ts": int(self.clock())})

    async def tokens_revoked(self) -> Acknowledgement:
        self.revoke()
        return await self._event({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [SLACK_BOT_USER_ID]}})

    async def app_uninstalled(self) -> Acknowledgement:
        self.revoke("account_inactive")
        return await self._event({"type": "app_uninstalled"})

    async def _event(self, inner: dict[str, Any]) -> Acknowledgement:
        inner |= {"event_ts": self.world.counter.ts()}
        return await self.deliver("events_api", payloads.event_payload(self.world, inner))
