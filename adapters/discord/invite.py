"""Links that install the bot in a server, or for one member.

Their format: docs.discord.com/developers/topics/oauth2, Bot Authorization Flow.
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

from bot.domain.errors import HostRequestRefused

# What club posts need. The history is read to look for a post whose answer was lost, before it is posted again.
# Responses to commands and direct messages need no permission.
BOT_PERMISSIONS = discord.Permissions(view_channel=True, send_messages=True, read_message_history=True)
SERVER_SCOPES = ("bot", "applications.commands")
USER_SCOPES = ("applications.commands",)
# Discord docs, Application, Application Integration Types.
SERVER_INSTALL, USER_INSTALL = "0", "1"

INVITE_TIMEOUT_SECONDS = 10.0
# Discord docs, Reference, User Agent: a request without this format may be rejected.
DISCORD_USER_AGENT = f"DiscordBot (https://github.com/Rapptz/discord.py, {discord.__version__})"
SNOWFLAKE_PATTERN = re.compile(r"[0-9]{15,20}", re.ASCII)


@dataclass(frozen=True, slots=True)
class DiscordInvite:
    """The link for the host."""

    url: str
    #: Sentences for the host about settings that would make the link fail, or the bot useless.
    hints: tuple[str, ...] = ()


class _ApplicationUnavailable(Exception):
    """Discord did not answer usefully; `str()` says why and completes "because …"."""


async def build_discord_invite(token: str, url: str, *, for_me: bool = False) -> DiscordInvite:
    """The link for the application with this token. `url`: the API root with its version. `for_me`: a user install.

    Raises `HostRequestRefused`; its sentence does not contain the token.
    """
    try:
        application = await _fetch_discord_application(token, url)
    except _ApplicationUnavailable as problem:
        return DiscordInvite(
            build_discord_install_url(_guess_application_id(token, problem), for_me=for_me),
            (_guessed_id_hint(problem),),
        )
    hints = tuple(_install_hints(application, for_me=for_me))
    return DiscordInvite(build_discord_install_url(application["id"], for_me=for_me), hints)


def build_discord_install_url(application_id: str, *, for_me: bool = False) -> str:
    """The URL of Discord's page that installs the application with this id."""
    if for_me:
        return f"{oauth_url(application_id, scopes=USER_SCOPES)}&integration_type={USER_INSTALL}"
    url = oauth_url(application_id, scopes=SERVER_SCOPES, permissions=BOT_PERMISSIONS)
    return f"{url}&integration_type={SERVER_INSTALL}"


def parse_bot_id_from_token(token: str) -> str:
    """The id of the bot's account, which its token contains; empty when it cannot be read."""
    encoded = token.partition(".")[0]
    try:
        bot_id = base64.b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True).decode("ascii")
    except ValueError:
        return ""
    return bot_id if SNOWFLAKE_PATTERN.fullmatch(bot_id) else ""


async def _fetch_discord_application(token: str, url: str) -> Mapping[str, Any]:
    """Discord's record of the application. Raises `HostRequestRefused` or `_ApplicationUnavailable`."""
    headers = {"Authorization": f"Bot {token}", "User-Agent": DISCORD_USER_AGENT}
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=INVITE_TIMEOUT_SECONDS)) as session,
            session.get(f"{url.rstrip('/')}/applications/@me", headers=headers, allow_redirects=False) as answer,
        ):
            if answer.status == 200:
                return _parse_discord_application(await answer.json())
            status = answer.status
    except TimeoutError:
        raise _ApplicationUnavailable(f"it did not answer within {INVITE_TIMEOUT_SECONDS:.0f} seconds") from None
    except aiohttp.ClientResponseError:
        raise _ApplicationUnavailable("its answer cannot be read") from None
    except (OSError, aiohttp.ClientError):
        raise _ApplicationUnavailable("it cannot be reached") from None
    except (ValueError, RecursionError):
        raise _ApplicationUnavailable("its answer cannot be read") from None
    if status == 401:
        raise HostRequestRefused(
            "Discord refuses DISCORD_TOKEN (401). Copy the token anew from the Bot page of the Developer Portal "
            "(Reset Token), and try again."
        )
    raise _ApplicationUnavailable(f"it answered {status}")


def _parse_discord_application(answer: object) -> Mapping[str, Any]:
    if isinstance(answer, Mapping) and SNOWFLAKE_PATTERN.fullmatch(str(answer.get("id"))):
        return answer
    raise _ApplicationUnavailable("its answer cannot be read")


def _guess_application_id(token: str, problem: _ApplicationUnavailable) -> str:
    if application := parse_bot_id_from_token(token):
        return application
    raise HostRequestRefused(
        f"Discord does not tell the application's id, because {problem}, and DISCORD_TOKEN holds none. Copy the token "
        "anew from the Bot page of the Developer Portal, or try again when Discord can be reached."
    )


def _guessed_id_hint(problem: _ApplicationUnavailable) -> str:
    return (
        f"The application's id was read from the token, because Discord did not tell it ({problem}); "
        "for an old application it can be another, and then this link leads nowhere."
    )


def _install_hints(application: Mapping[str, Any], *, for_me: bool) -> Iterator[str]:
    """Settings that make the link fail or the bot useless, each with the Developer Portal page that changes it."""
    if application.get("interactions_endpoint_url"):
        yield _developer_portal_hint(
            "Commands would not reach this bot: empty Interactions Endpoint URL", "General Information"
        )
    if application.get("bot_public") is False:
        yield _developer_portal_hint(
            "Nobody but the application's owner can install it: for others switch on Public Bot", "Bot"
        )
    if application.get("bot_require_code_grant") is True and not for_me:
        yield _developer_portal_hint("This link cannot work: switch off Requires OAuth2 Code Grant", "Bot")
    allowed = application.get("integration_types_config")
    if not isinstance(allowed, Mapping) or not allowed:  # never set, so the types are unknown
        return
    if SERVER_INSTALL not in allowed and not for_me:
        yield _developer_portal_hint("This link cannot work: switch on Guild Install", "Installation")
    if USER_INSTALL not in allowed:
        yield _developer_portal_hint("Members cannot install it for themselves: switch on User Install", "Installation")


def _developer_portal_hint(sentence: str, page: str) -> str:
    return f"{sentence} (Developer Portal, {page})."
