"""The routes of the bot itself: who it is, where its gateway is, its commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes_discord import errors, payloads
from tests.fakes_discord.commands import command_problems
from tests.fakes_discord.state import APP, BOT, GUILD

if TYPE_CHECKING:
    from tests.fakes_discord.rest import Asked
    from tests.fakes_discord.world import World

Json = dict[str, Any]
STARTS = 1000  # Discord docs, Gateway, "Session Start Limit Object"


def me(world: World, asked: Asked) -> Json:
    return world.users[BOT].payload() | {"verified": True, "mfa_enabled": False, "email": None, "flags": 0}


def gateway(world: World, asked: Asked) -> Json:
    return {"url": f"{world.url.replace('http', 'ws', 1)}/gateway/"}


def gateway_bot(world: World, asked: Asked) -> Json:
    limit = {"total": STARTS, "remaining": world.starts_left, "reset_after": 86_400_000, "max_concurrency": 1}
    return gateway(world, asked) | {"shards": 1} | ({} if world.plain else {"session_start_limit": limit})


def about(world: World, asked: Asked) -> Json:
    return payloads.application() | {"approximate_guild_count": 1}


def _place(asked: Asked) -> int:
    if asked.params["application"] != str(APP):
        raise errors.unauthorized()
    guild = int(asked.params.get("guild", 0))
    if guild not in (0, GUILD):
        raise errors.missing_access()
    return guild


def commands(world: World, asked: Asked) -> list[Json]:
    return world.commands.get(_place(asked), [])


def set_commands(world: World, asked: Asked) -> list[Json]:
    """Replaces all commands of one place; a command keeps its id as long as there is one of its name."""
    place = _place(asked)
    world.refuse("commands", command_problems(asked.body))
    old = {(one["type"], one["name"]): one["id"] for one in world.commands.get(place, [])}
    kept = []
    for command in asked.body:
        kind = command.get("type", 1)
        shown = {"id": old.get((kind, command["name"])) or str(world.new_id()), "type": kind, "description": ""}
        shown |= {"application_id": str(APP), "version": str(world.new_id()), "nsfw": False}
        shown |= {"default_member_permissions": None} | ({"guild_id": str(place)} if place else {})
        kept.append(shown | command)
    world.commands[place] = kept
    return kept
