"""The links with which the bot is installed: in a server, or by a member for themselves.

How they are made: docs.discord.com/developers/topics/oauth2, Bot Authorization Flow.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
import discord
from discord.utils import oauth_url

from bot.domain.errors import Refused

# What the club's posts need: the history, because a post whose answer was lost is looked for before it is made again.
# Answers to commands and direct messages need no permission at all.
NEEDED = discord.Permissions(view_channel=True, send_messages=True, read_message_history=True)
SERVER_SCOPES = ("bot", "applications.commands")
OWN_SCOPES = ("applications.commands",)
# Discord docs, Application, Application Integration Types.
IN_SERVER, FOR_ME = "0", "1"

WAIT = 10.0  # seconds
# Discord docs, Reference, User Agent: one without this shape may be turned away.
AGENT = f"DiscordBot (https://github.com/Rapptz/discord.py, {discord.__version__})"
SNOWFLAKE = re.compile(r"[0-9]{15,20}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Invite:
    """The link, and sentences for the host about what stands in its way."""

    address: str
    hints: tuple[str, ...] = ()


class _Unasked(Exception):
    """Discord told nothing. The words say why, and complete "because …"."""


async def invite(token: str, url: str, *, for_me: bool = False) -> Invite:
    """The link for the application whose token this is. `url`: the root of the API with its version.

    Raises `Refused`, with a sentence that does not hold the token.
    """
    try:
        told = await _application(token, url)
    except _Unasked as problem:
        return Invite(link(_guessed(token, problem), for_me=for_me), (_guess_told(problem),))
    return Invite(link(told["id"], for_me=for_me), tuple(_hints(told, for_me=for_me)))


def link(application: str, *, for_me: bool = False) -> str:
    """The page at Discord on which the application with this id is installed."""
    if for_me:
        return f"{oauth_url(application, scopes=OWN_SCOPES)}&integration_type={FOR_ME}"
    return f"{oauth_url(application, scopes=SERVER_SCOPES, permissions=NEEDED)}&integration_type={IN_SERVER}"


def id_in(token: str) -> str:
    """The id of the bot's account, which stands in its token; empty when none can be read."""
    first = token.partition(".")[0]
    try:
        read = base64.b64decode(first + "=" * (-len(first) % 4), altchars=b"-_", validate=True).decode("ascii")
    except ValueError:
        return ""
    return read if SNOWFLAKE.fullmatch(read) else ""


async def _application(token: str, url: str) -> Mapping[str, Any]:
    """What Discord says of the application. Raises `Refused` or `_Unasked`."""
    headers = {"Authorization": f"Bot {token}", "User-Agent": AGENT}
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=WAIT)) as session,
            session.get(f"{url.rstrip('/')}/applications/@me", headers=headers, allow_redirects=False) as answer,
        ):
            if answer.status == 200:
                return _read(await answer.json())
            status = answer.status
    except TimeoutError:
        raise _Unasked(f"it did not answer within {WAIT:.0f} seconds") from None
    except aiohttp.ClientResponseError:
        raise _Unasked("its answer cannot be read") from None
    except (OSError, aiohttp.ClientError):
        raise _Unasked("it cannot be reached") from None
    except (ValueError, RecursionError):
        raise _Unasked("its answer cannot be read") from None
    if status == 401:
        raise Refused(
            "Discord refuses DISCORD_TOKEN (401). Copy the token anew from the Bot page of the Developer Portal "
            "(Reset Token), and try again."
        )
    raise _Unasked(f"it answered {status}")


def _read(answer: object) -> Mapping[str, Any]:
    if isinstance(answer, Mapping) and SNOWFLAKE.fullmatch(str(answer.get("id"))):
        return answer
    raise _Unasked("its answer cannot be read")


def _guessed(token: str, problem: _Unasked) -> str:
    if application := id_in(token):
        return application
    raise Refused(
        f"Discord does not tell the application's id, because {problem}, and DISCORD_TOKEN holds none. Copy the token "
        "anew from the Bot page of the Developer Portal, or try again when Discord can be reached."
    )


def _guess_told(problem: _Unasked) -> str:
    return (
        f"The application's id was read from the token, because Discord did not tell it ({problem}); "
        "for an old application it can be another, and then this link leads nowhere."
    )


def _hints(application: Mapping[str, Any], *, for_me: bool) -> Iterator[str]:
    """What would make the link fail, or the bot silent: each with the page of the Developer Portal that mends it."""
    if application.get("interactions_endpoint_url"):
        yield _mend("Commands would not reach this bot: empty Interactions Endpoint URL", "General Information")
    if application.get("bot_public") is False:
        yield _mend("Nobody but the application's owner can install it: for others switch on Public Bot", "Bot")
    if application.get("bot_require_code_grant") is True and not for_me:
        yield _mend("This link cannot work: switch off Requires OAuth2 Code Grant", "Bot")
    allowed = application.get("integration_types_config")
    if not isinstance(allowed, Mapping) or not allowed:  # never set, so nothing is known
        return
    if IN_SERVER not in allowed and not for_me:
        yield _mend("This link cannot work: switch on Guild Install", "Installation")
    if FOR_ME not in allowed:
        yield _mend("Members cannot install it for themselves: switch on User Install", "Installation")


def _mend(said: str, page: str) -> str:
    return f"{said} (Developer Portal, {page})."
