"""Commands as Discord sends them, a place where they are answered, and as much of Discord as a tree needs.

Everything between is the library itself: a real client, real interactions, real HTTP.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import discord
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from discord import app_commands

from adapters.discord.tree import DiscordCommandTree, build_discord_command_tree
from bot.commands import COMMANDS, Command
from bot.domain.messages import Choice

APPLICATION = 4000
MEMBER = {"id": "77", "username": "ada", "discriminator": "0", "global_name": "Ada", "avatar": None}
MESSAGE = {
    "id": "500",
    "channel_id": "9",
    "type": 0,
    "content": "shall we talk?",
    "author": {**MEMBER, "id": "88", "username": "dana"},
    **{name: [] for name in ("embeds", "attachments", "components", "mentions", "mention_roles")},
    "timestamp": "2026-11-24T10:00:00+00:00",
    "edited_timestamp": None,
    **dict.fromkeys(("pinned", "tts", "mention_everyone"), False),
}
Json = dict[str, Any]
COMMAND, AUTOCOMPLETE = 2, 4  # Discord docs, Interaction Type
KINDS = {str: 3, int: 4, bool: 5}


@dataclass
class FakeReception:
    """Keeps what it was told; `raises` is raised instead of an answer."""

    said: list[tuple[Any, ...]] = field(default_factory=list)
    errors: list[app_commands.AppCommandError] = field(default_factory=list)
    suggests: Sequence[Choice] = ()
    raises: Exception | None = None
    stumbles: Exception | None = None

    async def on_command(self, interaction: discord.Interaction, command_name: str, values: dict[str, str]) -> None:
        self.tell("command", command_name, values)

    async def suggest_choices(
        self, interaction: discord.Interaction, command_name: str, arg_name: str, typed: str
    ) -> Sequence[Choice]:
        self.tell("suggest", command_name, arg_name, typed)
        return self.suggests

    async def on_message_menu(self, interaction: discord.Interaction, message: discord.Message) -> None:
        self.tell("menu", message.id, message.content)

    async def on_command_error(self, interaction: discord.Interaction, error: app_commands.AppCommandError) -> None:
        self.errors.append(error)
        if self.stumbles:
            raise self.stumbles

    def tell(self, *said: Any) -> None:
        self.said.append(said)
        if self.raises:
            raise self.raises


@dataclass
class FakeApi:
    """Keeps commands by scope, refuses what it is told to, and keeps the answers to interactions.

    `refusals`: status and code for the next calls of a scope.
    """

    commands: dict[str, list[Json]] = field(default_factory=dict)
    puts: list[str] = field(default_factory=list)
    refusals: dict[str, tuple[int, int]] = field(default_factory=dict)
    answers: list[Json] = field(default_factory=list)
    too_late: bool = False

    def app(self) -> web.Application:
        made = web.Application()
        made.router.add_get("/users/@me", self._me)
        made.router.add_get("/oauth2/applications/@me", self._application)
        made.router.add_put("/applications/4000/commands", self._put)
        made.router.add_put("/applications/4000/guilds/{guild}/commands", self._put)
        made.router.add_post("/interactions/{id}/{token}/callback", self._answered)
        return made

    async def _me(self, request: web.Request) -> web.Response:
        return answer({**MEMBER, "id": "4000", "bot": True})

    async def _application(self, request: web.Request) -> web.Response:
        about = {"id": "4000", "name": "stalemate", "description": "", "icon": None, "bot_public": True}
        return answer({**about, "bot_require_code_grant": False, "owner": MEMBER, "verify_key": "", "flags": 0})

    async def _put(self, request: web.Request) -> web.Response:
        scope = request.match_info.get("guild", "")
        self.puts.append(scope)
        if refusal := self.refusals.get(scope):
            status, code = refusal
            return answer({"code": code, "message": "no"}, status=status)
        self.commands[scope] = await request.json()
        made = [
            {**one, "id": str(n), "application_id": "4000", "version": "1"}
            for n, one in enumerate(await request.json())
        ]
        return answer(made)

    async def _answered(self, request: web.Request) -> web.Response:
        if self.too_late:
            return answer({"code": 10062, "message": "Unknown interaction"}, status=404)
        self.answers.append(await request.json())
        return web.Response(status=204)


@dataclass
class World:
    """A client with its tree, between the fake Discord and the reception."""

    client: discord.Client
    tree: DiscordCommandTree
    reception: FakeReception
    api: FakeApi

    async def comes(self, event: Json) -> None:
        """Discord sends an interaction; until all that it begins has ended."""
        before = asyncio.all_tasks()
        self.client._connection.parse_interaction_create(event)  # type: ignore[arg-type]
        await asyncio.gather(
            *(task for task in asyncio.all_tasks() - before if task.get_name() == "CommandTree-invoker")
        )

    async def call(self, words: str, **options: Any) -> None:
        await self.comes(interaction(slash(words, **options)))

    async def type(self, words: str, focused: str, **options: Any) -> list[Json]:
        """What Discord gets to suggest while `focused` is typed."""
        await self.comes(interaction(typing(words, focused, **options), AUTOCOMPLETE))
        told = self.api.answers.pop()
        assert told["type"] == 8  # Discord docs: APPLICATION_COMMAND_AUTOCOMPLETE_RESULT
        choices: list[Json] = told["data"]["choices"]
        return choices


@asynccontextmanager
async def world(commands: Sequence[Command] = COMMANDS) -> AsyncIterator[World]:
    api, reception = FakeApi(), FakeReception()
    async with TestServer(api.app()) as server:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(discord.http.Route, "BASE", str(server.make_url("")).rstrip("/"))
            async with discord.Client(intents=discord.Intents.none()) as client:
                await client.login("a.b.c")
                yield World(client, build_discord_command_tree(client, reception, commands), reception, api)


def answer(body: object, status: int = 200) -> web.Response:
    # discord.py reads JSON only of exactly this type, without a charset.
    return web.Response(body=json.dumps(body).encode(), status=status, headers={"Content-Type": "application/json"})


def slash(words: str, **options: Any) -> Json:
    """The data of a command with its words, such as `outreach add`."""
    root, *inner = words.split()
    given = [{"name": name, "type": KINDS.get(type(value), 6), "value": value} for name, value in options.items()]
    for word in reversed(inner):
        given = [{"name": word, "type": 1, "options": given}]
    return {"id": "1", "name": root, "type": 1, "options": given}


def typing(words: str, focused: str, **options: Any) -> Json:
    """The data of a command of which `focused` is still being typed."""
    data = slash(words, **options)
    for one in data["options"][0]["options"]:
        if one["name"] == focused:
            one["focused"] = True
    return data


def on_message(name: str) -> Json:
    return {"id": "2", "name": name, "type": 3, "target_id": "500", "resolved": {"messages": {"500": MESSAGE}}}


def interaction(data: Json, kind: int = COMMAND, **more: Any) -> Json:
    """In a direct message, as Discord sends it over the gateway."""
    return {
        "id": "1000",
        "application_id": str(APPLICATION),
        "type": kind,
        "token": "a-token",
        "version": 1,
        "data": data,
        "user": MEMBER,
        "locale": "de",
        "channel_id": "9",
        "channel": {"id": "9", "type": 1, "recipients": [MEMBER]},
        "context": 1,
        "authorizing_integration_owners": {},
        "entitlements": [],
        "app_permissions": "0",
        "attachment_size_limit": 1,
        **more,
    }
