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

COMMAND_APPLICATION_ID = 4000
CALLING_USER = {"id": "77", "username": "ada", "discriminator": "0", "global_name": "Ada", "avatar": None}
MENU_MESSAGE = {
    "id": "500",
    "channel_id": "9",
    "type": 0,
    "content": "shall we talk?",
    "author": {**CALLING_USER, "id": "88", "username": "dana"},
    **{name: [] for name in ("embeds", "attachments", "components", "mentions", "mention_roles")},
    "timestamp": "2026-11-24T10:00:00+00:00",
    "edited_timestamp": None,
    **dict.fromkeys(("pinned", "tts", "mention_everyone"), False),
}
Json = dict[str, Any]
COMMAND_INTERACTION, AUTOCOMPLETE_INTERACTION = 2, 4  # Discord docs, Interaction Type
OPTION_TYPES = {str: 3, int: 4, bool: 5}


@dataclass
class FakeReception:
    """Keeps what it was told; `raises` is raised instead of an answer."""

    calls: list[tuple[Any, ...]] = field(default_factory=list)
    errors: list[app_commands.AppCommandError] = field(default_factory=list)
    suggests: Sequence[Choice] = ()
    raises: Exception | None = None
    stumbles: Exception | None = None

    async def on_command(self, interaction: discord.Interaction, command_name: str, values: dict[str, str]) -> None:
        self.record_call("command", command_name, values)

    async def suggest_choices(
        self, interaction: discord.Interaction, command_name: str, arg_name: str, typed: str
    ) -> Sequence[Choice]:
        self.record_call("suggest", command_name, arg_name, typed)
        return self.suggests

    async def on_message_menu(self, interaction: discord.Interaction, message: discord.Message) -> None:
        self.record_call("menu", message.id, message.content)

    async def on_command_error(self, interaction: discord.Interaction, error: app_commands.AppCommandError) -> None:
        self.errors.append(error)
        if self.stumbles:
            raise self.stumbles

    def record_call(self, *said: Any) -> None:
        self.calls.append(said)
        if self.raises:
            raise self.raises


@dataclass
class FakeCommandApi:
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
        return api_json_response({**CALLING_USER, "id": "4000", "bot": True})

    async def _application(self, request: web.Request) -> web.Response:
        about = {"id": "4000", "name": "stalemate", "description": "", "icon": None, "bot_public": True}
        return api_json_response(
            {**about, "bot_require_code_grant": False, "owner": CALLING_USER, "verify_key": "", "flags": 0}
        )

    async def _put(self, request: web.Request) -> web.Response:
        scope = request.match_info.get("guild", "")
        self.puts.append(scope)
        if refusal := self.refusals.get(scope):
            status, code = refusal
            return api_json_response({"code": code, "message": "no"}, status=status)
        self.commands[scope] = await request.json()
        made = [
            {**command, "id": str(n), "application_id": "4000", "version": "1"}
            for n, command in enumerate(await request.json())
        ]
        return api_json_response(made)

    async def _answered(self, request: web.Request) -> web.Response:
        if self.too_late:
            return api_json_response({"code": 10062, "message": "Unknown interaction"}, status=404)
        self.answers.append(await request.json())
        return web.Response(status=204)


@dataclass
class CommandTreeHarness:
    """A client with its tree, between the fake Discord and the reception."""

    client: discord.Client
    tree: DiscordCommandTree
    reception: FakeReception
    api: FakeCommandApi

    async def receive_interaction(self, event: Json) -> None:
        """Discord sends an interaction; until all that it begins has ended."""
        before = asyncio.all_tasks()
        self.client._connection.parse_interaction_create(event)  # type: ignore[arg-type]
        await asyncio.gather(
            *(task for task in asyncio.all_tasks() - before if task.get_name() == "CommandTree-invoker")
        )

    async def call(self, words: str, **options: Any) -> None:
        await self.receive_interaction(gateway_interaction(slash_command_data(words, **options)))

    async def type(self, words: str, focused: str, **options: Any) -> list[Json]:
        """What Discord gets to suggest while `focused` is typed."""
        await self.receive_interaction(
            gateway_interaction(autocomplete_data(words, focused, **options), AUTOCOMPLETE_INTERACTION)
        )
        told = self.api.answers.pop()
        assert told["type"] == 8  # Discord docs: APPLICATION_COMMAND_AUTOCOMPLETE_RESULT
        choices: list[Json] = told["data"]["choices"]
        return choices


@asynccontextmanager
async def open_command_tree_harness(commands: Sequence[Command] = COMMANDS) -> AsyncIterator[CommandTreeHarness]:
    api, reception = FakeCommandApi(), FakeReception()
    async with TestServer(api.app()) as server:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(discord.http.Route, "BASE", str(server.make_url("")).rstrip("/"))
            async with discord.Client(intents=discord.Intents.none()) as client:
                await client.login("a.b.c")
                yield CommandTreeHarness(
                    client, build_discord_command_tree(client, reception, commands), reception, api
                )


def api_json_response(body: object, status: int = 200) -> web.Response:
    # discord.py reads JSON only of exactly this type, without a charset.
    return web.Response(body=json.dumps(body).encode(), status=status, headers={"Content-Type": "application/json"})


def slash_command_data(words: str, **options: Any) -> Json:
    """The data of a command with its words, such as `outreach add`."""
    root, *inner = words.split()
    given = [
        {"name": name, "type": OPTION_TYPES.get(type(value), 6), "value": value} for name, value in options.items()
    ]
    for word in reversed(inner):
        given = [{"name": word, "type": 1, "options": given}]
    return {"id": "1", "name": root, "type": 1, "options": given}


def autocomplete_data(words: str, focused: str, **options: Any) -> Json:
    """The data of a command of which `focused` is still being typed."""
    data = slash_command_data(words, **options)
    for option in data["options"][0]["options"]:
        if option["name"] == focused:
            option["focused"] = True
    return data


def message_menu_data(name: str) -> Json:
    return {"id": "2", "name": name, "type": 3, "target_id": "500", "resolved": {"messages": {"500": MENU_MESSAGE}}}


def gateway_interaction(data: Json, kind: int = COMMAND_INTERACTION, **more: Any) -> Json:
    """In a direct message, as Discord sends it over the gateway."""
    return {
        "id": "1000",
        "application_id": str(COMMAND_APPLICATION_ID),
        "type": kind,
        "token": "a-token",
        "version": 1,
        "data": data,
        "user": CALLING_USER,
        "locale": "de",
        "channel_id": "9",
        "channel": {"id": "9", "type": 1, "recipients": [CALLING_USER]},
        "context": 1,
        "authorizing_integration_owners": {},
        "entitlements": [],
        "app_permissions": "0",
        "attachment_size_limit": 1,
        **more,
    }
