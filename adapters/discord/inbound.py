"""Discord's payloads → what a person did, in our words. Pure; nothing here raises, whatever comes."""

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
    """A command that was called, or is still being typed: its words, what was given, and the option at work."""

    words: tuple[str, ...] = ()
    values: Mapping[str, str] | None = None
    focused_option: str = ""

    @property
    def option_values(self) -> dict[str, str]:
        return dict(self.values or {})


def build_discord_actor(user_id: int | str, locale: object, name: str = "") -> Actor:
    """Whose book it is: one for all servers. Discord does not tell where its people live."""
    return Actor(
        Address(DISCORD_PLATFORM, str(user_id)),
        language=discord_locale_to_language(locale),
        display_name=truncate_with_ellipsis(sanitize_line(name), MAX_NAME_CHARS),
    )


def parse_discord_text(text: object) -> str:
    """What a person typed, Discord's own marks as words: moments in ISO (UTC), commands as they are typed.

    Mentions and emoji stay the harmless texts that they are.
    """
    said = text if isinstance(text, str) else ""
    return _COMMAND_MARK_PATTERN.sub(
        lambda mark: f"/{mark[1].strip()}", _TIMESTAMP_MARK_PATTERN.sub(_timestamp_mark_to_iso, said)
    )


def parse_called_discord_command(data: object) -> CalledDiscordCommand:
    """Out of the data of a slash command, or of its autocompletion."""
    words, options = [_discord_payload_name(data)], _discord_payload_options(data)
    while inner := next((option for option in options if option.get("type") in _SUBCOMMAND_TYPES), None):
        words.append(_discord_payload_name(inner))
        options = _discord_payload_options(inner)
    focused = next((_discord_payload_name(option) for option in options if option.get("focused")), "")
    return CalledDiscordCommand(tuple(words), dict(_discord_option_texts(options)), focused)


def parse_discord_option_values(options: object) -> dict[str, str]:
    """The options that were given, as texts; those of a subcommand as its own."""
    return parse_called_discord_command({"options": options}).option_values


def _discord_option_texts(options: list[DiscordPayload]) -> Iterator[tuple[str, str]]:
    for option in options:
        text = discord_option_to_text(option.get("value"))
        if text is not None and _discord_payload_name(option):
            yield _discord_payload_name(option), text


def discord_option_to_text(value: object) -> str | None:
    """The value of an option as it could have been typed; None for what is no text, number or flag."""
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
    found = payload.get("options") if isinstance(payload, Mapping) else None
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list | tuple) else []


def _discord_payload_name(payload: object) -> str:
    name = payload.get("name") if isinstance(payload, Mapping) else None
    return name if isinstance(name, str) else ""
