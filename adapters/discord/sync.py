"""The commands made known to Discord: only when they have changed, and a refusal stops nobody."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from discord import app_commands
from discord.http import HTTPClient

from adapters.discord.api import told
from adapters.discord.tree import Json, payload
from bot.domain.errors import StoreUnavailable, TryLater, Uncertain, Undeliverable
from bot.domain.ports import Memos

MEMO = "discord.commands"
EVERYWHERE = ""  # the scope of the global commands; that of a server's is its id

# Discord docs, Opcodes and Status Codes, JSON Error Codes.
NO_ACCESS = ("50001", "10004")  # the bot is not in that server, or there is none
SPENT = "30034"  # 200 new commands a day
REFUSED = ("50035", "http_400")  # what we sent

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Scope:
    """One place where Discord keeps commands of ours: everywhere, or one server."""

    http: HTTPClient
    application: int
    guild: str = EVERYWHERE

    async def put(self, commands: list[Json]) -> bool:
        """Replace what is kept there. Whether Discord took it; if not, the host is told why."""
        try:
            await told(self._put(commands))
        except (TryLater, Uncertain, Undeliverable) as problem:
            why = str(problem)
            log.warning("Discord did not take the commands", server=self.guild or "all", why=why, mend=mend(why))
            return False
        log.info("Discord has the commands", server=self.guild or "all", commands=len(commands))
        return True

    async def _put(self, commands: list[Json]) -> None:
        if self.guild == EVERYWHERE:
            await self.http.bulk_upsert_global_commands(self.application, commands)
        else:
            await self.http.bulk_upsert_guild_commands(self.application, int(self.guild), commands)


async def sync(
    tree: app_commands.CommandTree[Any],
    client_http: HTTPClient,
    application_id: int,
    memos: Memos,
    dev_guild: int | None,
) -> bool:
    """Discord has exactly these commands: in the dev guild when there is one (at once), else everywhere.

    What we put elsewhere before is taken away. Nothing is sent when nothing has changed. Whether all of it was taken;
    what was not can be tried again.
    """
    commands = await payload(tree)
    wanted, mark = EVERYWHERE if dev_guild is None else str(dev_guild), digest(commands)
    before = await _remembered(memos, application_id)
    after = dict(before)
    if before.get(wanted) != mark and await Scope(client_http, application_id, wanted).put(commands):
        after[wanted] = mark
    # Last, and only when the others stand: for a moment two of each are better than none.
    for left in before.keys() - {wanted} if after.get(wanted) == mark else ():
        if await Scope(client_http, application_id, left).put([]):
            del after[left]
    if after != before:
        await _remember(memos, application_id, after)
    return after == {wanted: mark}


def digest(commands: list[Json]) -> str:
    """The same for the same commands, whatever the order of their keys."""
    return hashlib.sha256(json.dumps(commands, sort_keys=True).encode()).hexdigest()


def mend(why: str) -> str:
    """What the host can do about a refusal; `why` as `told` gives it."""
    if why in NO_ACCESS:
        return "invite the bot to that server with the scope applications.commands, or empty DISCORD_DEV_GUILD"
    if why == SPENT:
        return "wait a day: Discord takes 200 new commands a day"
    if why in REFUSED:
        return "please report it: Discord does not take the commands as they are"
    return "nothing, if it was only for a moment: they are sent again soon"


async def _remembered(memos: Memos, application: int) -> dict[str, str]:
    """The digest of what was put where, for this application; nothing when that cannot be read."""
    try:
        kept = json.loads(await memos.memo(MEMO))
    except (StoreUnavailable, ValueError, RecursionError):
        return {}
    if not isinstance(kept, Mapping) or kept.get("application") != str(application):
        return {}
    scopes = kept.get("scopes")
    found = scopes.items() if isinstance(scopes, Mapping) else ()
    return {scope: str(held) for scope, held in found if scope == EVERYWHERE or scope.isdecimal()}


async def _remember(memos: Memos, application: int, scopes: Mapping[str, str]) -> None:
    try:
        await memos.keep_memo(MEMO, json.dumps({"application": str(application), "scopes": scopes}))
    except StoreUnavailable:
        log.warning("the store could not note which commands Discord has; the next start sends them again")
