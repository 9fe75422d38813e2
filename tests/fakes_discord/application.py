"""The routes of the bot itself: who it is, where its gateway is, its commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes_discord import errors, payloads
from tests.fakes_discord.commands import discord_command_problems
from tests.fakes_discord.state import APPLICATION_ID, BOT_USER_ID, GUILD_ID

if TYPE_CHECKING:
    from tests.fakes_discord.rest import RouteRequest
    from tests.fakes_discord.world import DiscordWorld

Json = dict[str, Any]
SESSION_STARTS = 1000  # Discord docs, Gateway, "Session Start Limit Object"


def get_bot_user(world: DiscordWorld, asked: RouteRequest) -> Json:
    return world.users[BOT_USER_ID].payload() | {"verified": True, "mfa_enabled": False, "email": None, "flags": 0}


def get_gateway(world: DiscordWorld, asked: RouteRequest) -> Json:
    return {"url": f"{world.ws_url}/gateway/"}


def get_gateway_bot(world: DiscordWorld, asked: RouteRequest) -> Json:
    limit = {"total": SESSION_STARTS, "remaining": world.starts_left, "reset_after": 86_400_000, "max_concurrency": 1}
    return get_gateway(world, asked) | {"shards": 1} | ({} if world.plain else {"session_start_limit": limit})


def get_application(world: DiscordWorld, asked: RouteRequest) -> Json:
    return payloads.application_payload() | {"approximate_guild_count": 1}


def _commands_scope(asked: RouteRequest) -> int:
    if asked.params["application"] != str(APPLICATION_ID):
        raise errors.unauthorized()
    guild = int(asked.params.get("guild", 0))
    if guild not in (0, GUILD_ID):
        raise errors.missing_access()
    return guild


def get_commands(world: DiscordWorld, asked: RouteRequest) -> list[Json]:
    return world.commands.get(_commands_scope(asked), [])


def put_commands(world: DiscordWorld, asked: RouteRequest) -> list[Json]:
    """Replaces all commands of one place; a command keeps its id as long as there is one of its name."""
    place = _commands_scope(asked)
    world.refuse("commands", discord_command_problems(asked.body))
    old = {(one["type"], one["name"]): one["id"] for one in world.commands.get(place, [])}
    kept = []
    for command in asked.body:
        kind = command.get("type", 1)
        shown = {"id": old.get((kind, command["name"])) or str(world.new_id()), "type": kind, "description": ""}
        shown |= {"application_id": str(APPLICATION_ID), "version": str(world.new_id()), "nsfw": False}
        shown |= {"default_member_permissions": None} | ({"guild_id": str(place)} if place else {})
        kept.append(shown | command)
    world.commands[place] = kept
    return kept
