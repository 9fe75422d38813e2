"""Each fake with a tiny bot of the vendor's library, in the words of the contract that both fakes keep."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import aiohttp
import discord
from discord.http import Route
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes_common.failures import Failure
from tests.fakes_discord import ADA_USER_ID, LEE_USER_ID, FakeDiscord
from tests.fakes_discord import faults as discord_faults
from tests.fakes_discord.schema import openapi_document
from tests.fakes_discord.state import OTHER_GUILD_ID
from tests.fakes_discord.tiny import TinyDiscordBot
from tests.fakes_slack import FakeSlack
from tests.fakes_slack import faults as slack_faults
from tests.fakes_slack.tiny import TinySlackBot
from tests.fakes_slack.web import slack_method_specs


class SlackProbe:
    """Calls Slack as the bot.

    `errors`: what the library raises; `interface`: empty where what the vendor has published is not there;
    `closed_rooms`: which answer a room gives of which this part is so.
    """

    send_name, ok = "chat.postMessage", "ok"
    errors = (SlackApiError, ValueError, aiohttp.ClientError)
    closed_rooms = (
        ("not_in_channel", "members", set()),
        ("channel_not_found", "deleted", True),
        ("is_archived", "archived", True),
        ("restricted_action", "refuses", "restricted_action"),
    )

    def __init__(self, fake: FakeSlack, bot: TinySlackBot) -> None:
        self.fake, self.bot, self.ada = fake, bot, fake.person("U0ADA")
        self.client = AsyncWebClient(fake.bot_token, base_url=fake.api_url, retry_handlers=[], timeout=1)
        self.inbox, self.write, self.interface = self.ada.dm, self.ada.write, slack_method_specs()

    def call(self, method: str, **given: Any) -> Any:
        return self.client.api_call(method, data=given)

    def refused_calls(self) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
        """The answer, what is noted, and the call that is refused so."""
        wrong = {"channel": self.inbox, "text": "x"}
        yield "no_text", "no top-level text", self.send_name, wrong | {"text": ""}
        yield "msg_too_long", "longer than 40,000", self.send_name, wrong | {"text": "x" * 40_001}
        yield "channel_not_found", "", self.send_name, wrong | {"channel": "U0NOBODY"}
        yield "user_not_found", "", "users.info", {"user": "U0NOBODY"}
        yield "unknown_method", "does not play", "chat.shout", {}

    def send(self, text: str, to: str = "", **more: Any) -> Any:
        return self.call(self.send_name, channel=to or self.inbox, text=text, **more)

    async def history(self, limit: int = 10) -> list[str]:
        told = await self.call("conversations.history", channel=self.inbox, limit=limit)
        return [one["text"] for one in told["messages"]]

    async def name_of_lee(self) -> str:
        return str((await self.call("users.info", user="U0LEE"))["user"]["name"])

    def room(self) -> Any:
        return self.fake.room("C0CLUB", "jobclub", "U0ADA", "U0LEE")

    def limited(self, seconds: float) -> Failure:
        return slack_faults.limited(seconds)

    @property
    def received(self) -> list[Any]:
        return self.ada.received

    @property
    def noted(self) -> list[str]:
        return self.fake.complaints


class DiscordProbe:
    """The same for Discord."""

    send_name, ok = discord_faults.CREATE_MESSAGE, "200"
    errors = (discord.DiscordException, ValueError, TypeError, aiohttp.ClientError)
    closed_rooms = (
        ("404 10003", "gone", True),
        ("403 50001", "guild", OTHER_GUILD_ID),
        ("403 50001", "sees", False),
        ("403 50013", "sends", False),
        ("400 50083", "archived", True),
    )

    def __init__(self, fake: FakeDiscord, bot: TinyDiscordBot) -> None:
        self.fake, self.bot, self.ada = fake, bot, fake.person(ADA_USER_ID)
        self.inbox, self.write, self.interface = self.ada.dm.id, self.ada.says, openapi_document()
        bot.http.max_ratelimit_timeout = 0.5  # whoever would have to wait longer gets an error

    def call(self, route: str, **given: Any) -> Any:
        given |= {"allowed_mentions": {"parse": []}} if "content" in given else {}
        body = {"json": given} if given else {}
        return self.bot.http.request(Route(*route.split()), **body)

    def refused_calls(self) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
        channel = f"/channels/{self.inbox}/messages"
        yield "400 50006", "an empty message", f"POST {channel}", {"content": ""}
        yield "400 50035", "2000 or fewer", f"POST {channel}", {"content": "x" * 2001}
        yield "400 50033", "", "POST /users/@me/channels", {"recipient_id": 5}
        yield "404 10013", "", "GET /users/5", {}
        yield "404 10003", "", "GET /channels/5", {}
        yield "404 10003", "", "GET /channels/5/messages", {}
        yield "404", "does not play", "GET /polls/1", {}

    def send(self, text: str, to: int = 0, **more: Any) -> Any:
        return self.call(f"POST /channels/{to or self.inbox}/messages", content=text, **more)

    async def history(self, limit: int = 10) -> list[str]:
        return [one.content async for one in self.bot.get_partial_messageable(self.inbox).history(limit=limit)]

    async def name_of_lee(self) -> str:
        return (await self.bot.fetch_user(LEE_USER_ID)).name

    def room(self) -> Any:
        return self.fake.world.room("club")

    def limited(self, seconds: float) -> Failure:
        return discord_faults.limited(seconds, via=False)

    @property
    def received(self) -> list[Any]:
        return self.ada.inbox

    @property
    def noted(self) -> list[str]:
        return self.fake.violations


FakeProbe = SlackProbe | DiscordProbe
