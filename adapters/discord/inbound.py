"""Parses Discord's payloads into the bot's own types. Pure; nothing here raises, whatever the payload."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from adapters.common.text import truncate_with_ellipsis
from adapters.discord.language import discord_locale_to_language
from bot.domain.model import Actor, Address
from bot.text.sanitize import MAX_NAME_CHARS, sanitize_line

DISCORD_PLATFORM = "discord"
DiscordPayload = Mapping[str, Any]

# Discord docs, Reference, Message Formatting: <t:seconds>, <t:seconds:style>, </command words:id>.
_TIMESTAMP_MARK_PATTERN = re.compile(r"<t:([0-9]{1,12})(?::[A-Za-z])?>")
_COMMAND_MARK_PATTERN = re.compile(r"</([^<>:\n]{1,100}):[0-9]{1,20}>")
_MIN_TIMESTAMP_SECONDS = int(datetime(2000, 1, 1, tzinfo=UTC).timestamp())
_MAX_TIMESTAMP_SECONDS = int(datetime(9999, 12, 31, tzinfo=UTC).timestamp())
_SUBCOMMAND_TYPES = (1, 2)  # Discord docs, Application Command Option Type: a subcommand, a group of them


@dataclass(frozen=True, slots=True)
class CalledDiscordCommand:
    """A command that was called, or is still being typed."""

    #: The names of the command and its subcommands.
    words: tuple[str, ...] = ()
    #: The options that were given, as text. None: no options.
    values: Mapping[str, str] | None = None
    #: The option that is being typed; empty when the command was called.
    focused_option: str = ""

    @property
    def option_values(self) -> dict[str, str]:
        return dict(self.values or {})


def build_discord_actor(user_id: int | str, locale: object, name: str = "") -> Actor:
    """The member as an actor: one address, and so one book, for all servers. Discord sends no time zone."""
    return Actor(
        Address(DISCORD_PLATFORM, str(user_id)),
        language=discord_locale_to_language(locale),
        display_name=truncate_with_ellipsis(sanitize_line(name), MAX_NAME_CHARS),
    )


def parse_discord_text(text: object) -> str:
    """The text that a member typed, with Discord's marks as words: timestamps in ISO 8601 (UTC), commands as typed.

    The marks of mentions and emoji stay as they are. "" for anything but text.
    """
    typed = text if isinstance(text, str) else ""
    return _COMMAND_MARK_PATTERN.sub(
        lambda mark: f"/{mark[1].strip()}", _TIMESTAMP_MARK_PATTERN.sub(_timestamp_mark_to_iso, typed)
    )


def parse_called_discord_command(data: object) -> CalledDiscordCommand:
    """Parse the data of a slash command, or of its autocompletion."""
    words, options = [_discord_payload_name(data)], _discord_payload_options(data)
    while inner := next((option for option in options if option.get("type") in _SUBCOMMAND_TYPES), None):
        words.append(_discord_payload_name(inner))
        options = _discord_payload_options(inner)
    focused = next((_discord_payload_name(option) for option in options if option.get("focused")), "")
    return CalledDiscordCommand(tuple(words), dict(_discord_option_texts(options)), focused)


def _discord_option_texts(options: list[DiscordPayload]) -> Iterator[tuple[str, str]]:
    for option in options:
        text = discord_option_to_text(option.get("value"))
        if text is not None and _discord_payload_name(option):
            yield _discord_payload_name(option), text


def discord_option_to_text(value: object) -> str | None:
    """The value of an option as it could have been typed; None for anything but text, an integer or a boolean."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return str(value) if abs(value) < 10**18 else None
    return parse_discord_text(value) if isinstance(value, str) else None


def _timestamp_mark_to_iso(mark: re.Match[str]) -> str:
    seconds = int(mark[1])
    if not _MIN_TIMESTAMP_SECONDS <= seconds <= _MAX_TIMESTAMP_SECONDS:
        return mark[0]
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _discord_payload_options(payload: object) -> list[DiscordPayload]:
    options = payload.get("options") if isinstance(payload, Mapping) else None
    return [option for option in options if isinstance(option, Mapping)] if isinstance(options, list | tuple) else []


def _discord_payload_name(payload: object) -> str:
    name = payload.get("name") if isinstance(payload, Mapping) else None
    return name if isinstance(name, str) else ""
