"""Uploads the commands to Discord, only when they have changed. A refusal is logged and stops nothing else."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from discord import app_commands
from discord.http import HTTPClient

from adapters.discord.api import translate_discord_errors
from adapters.discord.tree import DiscordJson, build_discord_commands_payload
from bot.domain.errors import DeliveryUncertain, StoreUnavailable, TryLater, Undeliverable
from bot.domain.ports import KeyValueStore

SYNCED_COMMANDS_KEY = "discord.commands"
GLOBAL_COMMAND_SCOPE = ""  # the scope of the global commands; the scope of a server's commands is its id

# Discord docs, Opcodes and Status Codes, JSON Error Codes.
NO_SERVER_ACCESS_CODES = ("50001", "10004")  # the bot is not in that server, or there is none
DAILY_COMMAND_LIMIT_CODE = "30034"  # 200 new commands a day
INVALID_COMMANDS_CODES = ("50035", "http_400")  # the payload is invalid

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class DiscordCommandScope:
    """A set of commands that Discord keeps for the application: the global ones, or those of one server."""

    http: HTTPClient
    application_id: int
    #: Id of the server. Empty: the global commands.
    guild_id: str = GLOBAL_COMMAND_SCOPE

    async def replace_commands(self, commands: list[DiscordJson]) -> bool:
        """Replace all commands of the scope. Returns whether Discord accepted them; a refusal is logged with advice."""
        try:
            await translate_discord_errors(self._upload_commands(commands))
        except (TryLater, DeliveryUncertain, Undeliverable) as problem:
            why = str(problem)
            log.warning(
                "Discord did not take the commands",
                server=self.guild_id or "all",
                why=why,
                mend=advise_on_command_refusal(why),
            )
            return False
        log.info("Discord has the commands", server=self.guild_id or "all", commands=len(commands))
        return True

    async def _upload_commands(self, commands: list[DiscordJson]) -> None:
        if self.guild_id == GLOBAL_COMMAND_SCOPE:
            await self.http.bulk_upsert_global_commands(self.application_id, commands)
        else:
            await self.http.bulk_upsert_guild_commands(self.application_id, int(self.guild_id), commands)


async def sync_discord_commands(
    tree: app_commands.CommandTree[Any],
    http: HTTPClient,
    application_id: int,
    key_values: KeyValueStore,
    dev_guild: int | None,
) -> bool:
    """Upload the commands to the dev guild if there is one, else as global commands, and remove them elsewhere.

    Nothing is sent when nothing has changed. Returns whether Discord accepted everything; if not, call it again later.
    """
    commands = await build_discord_commands_payload(tree)
    wanted, digest = GLOBAL_COMMAND_SCOPE if dev_guild is None else str(dev_guild), digest_discord_commands(commands)
    before = await _load_synced_commands(key_values, application_id)
    after = dict(before)
    if before.get(wanted) != digest and await DiscordCommandScope(http, application_id, wanted).replace_commands(
        commands
    ):
        after[wanted] = digest
    # Last, and only once the new commands are accepted: for a moment, two of each are better than none.
    for obsolete in before.keys() - {wanted} if after.get(wanted) == digest else ():
        if await DiscordCommandScope(http, application_id, obsolete).replace_commands([]):
            del after[obsolete]
    if after != before:
        await _save_synced_commands(key_values, application_id, after)
    return after == {wanted: digest}


def digest_discord_commands(commands: list[DiscordJson]) -> str:
    """A SHA-256 digest that does not depend on the order of keys."""
    return hashlib.sha256(json.dumps(commands, sort_keys=True).encode()).hexdigest()


def advise_on_command_refusal(why: str) -> str:
    """What the host can do about a refusal. `why`: the text of an error of `translate_discord_errors`."""
    if why in NO_SERVER_ACCESS_CODES:
        return "invite the bot to that server with the scope applications.commands, or empty DISCORD_DEV_GUILD"
    if why == DAILY_COMMAND_LIMIT_CODE:
        return "wait a day: Discord takes 200 new commands a day"
    if why in INVALID_COMMANDS_CODES:
        return "please report it: Discord does not take the commands as they are"
    return "nothing, if it was only for a moment: they are sent again soon"


async def _load_synced_commands(key_values: KeyValueStore, application_id: int) -> dict[str, str]:
    """Digests of this application's uploaded commands by scope; empty when they cannot be read."""
    try:
        stored = json.loads(await key_values.load_value(SYNCED_COMMANDS_KEY))
    except (StoreUnavailable, ValueError, RecursionError):
        return {}
    if not isinstance(stored, Mapping) or stored.get("application") != str(application_id):
        return {}
    scopes = stored.get("scopes")
    digests = scopes.items() if isinstance(scopes, Mapping) else ()
    return {scope: str(digest) for scope, digest in digests if scope == GLOBAL_COMMAND_SCOPE or scope.isdecimal()}


async def _save_synced_commands(key_values: KeyValueStore, application_id: int, scopes: Mapping[str, str]) -> None:
    try:
        await key_values.save_value(
            SYNCED_COMMANDS_KEY, json.dumps({"application": str(application_id), "scopes": scopes})
        )
    except StoreUnavailable:
        log.warning("the store could not note which commands Discord has; the next start sends them again")
