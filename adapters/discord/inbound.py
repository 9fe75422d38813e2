"""Discord's payloads → what a person did, in our words. Pure; nothing here raises, whatever comes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from adapters.common.text import cut
from adapters.discord.language import language_of
from bot.domain.model import Actor, Address
from bot.text.sanitize import NAME, clean

PLATFORM = "discord"
Payload = Mapping[str, Any]

# Discord docs, Reference, Message Formatting: <t:seconds>, <t:seconds:style>, </command words:id>.
_MOMENT = re.compile(r"<t:([0-9]{1,12})(?::[A-Za-z])?>")
_COMMAND = re.compile(r"</([^<>:\n]{1,100}):[0-9]{1,20}>")
_OLDEST = int(datetime(2000, 1, 1, tzinfo=UTC).timestamp())
_LATEST = int(datetime(9999, 12, 31, tzinfo=UTC).timestamp())
_HOLDERS = (1, 2)  # Discord docs, Application Command Option Type: a subcommand, a group of them


@dataclass(frozen=True, slots=True)
class Called:
    """A command that was called, or is still being typed: its words, what was given, and the option at work."""

    words: tuple[str, ...] = ()
    values: Mapping[str, str] | None = None
    focused: str = ""

    @property
    def given(self) -> dict[str, str]:
        return dict(self.values or {})


def actor(user_id: int | str, locale: object, name: str = "") -> Actor:
    """Whose book it is: one for all servers. Discord does not tell where its people live."""
    return Actor(Address(PLATFORM, str(user_id)), language=language_of(locale), name=cut(clean(name), NAME))


def typed(text: object) -> str:
    """What a person typed, Discord's own marks as words: moments in ISO (UTC), commands as they are typed.

    Mentions and emoji stay the harmless texts that they are.
    """
    said = text if isinstance(text, str) else ""
    return _COMMAND.sub(lambda mark: f"/{mark[1].strip()}", _MOMENT.sub(_instant, said))


def called(data: object) -> Called:
    """Out of the data of a slash command, or of its autocompletion."""
    words, options = [_name(data)], _options(data)
    while inner := next((one for one in options if one.get("type") in _HOLDERS), None):
        words.append(_name(inner))
        options = _options(inner)
    focused = next((_name(one) for one in options if one.get("focused")), "")
    return Called(tuple(words), dict(_texts(options)), focused)


def values(options: object) -> dict[str, str]:
    """The options that were given, as texts; those of a subcommand as its own."""
    return called({"options": options}).given


def _texts(options: list[Payload]) -> Iterator[tuple[str, str]]:
    for one in options:
        text = as_text(one.get("value"))
        if text is not None and _name(one):
            yield _name(one), text


def as_text(value: object) -> str | None:
    """The value of an option as it could have been typed; None for what is no text, number or flag."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return str(value) if abs(value) < 10**18 else None
    return typed(value) if isinstance(value, str) else None


def _instant(mark: re.Match[str]) -> str:
    seconds = int(mark[1])
    if not _OLDEST <= seconds <= _LATEST:
        return mark[0]
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _options(of: object) -> list[Payload]:
    found = of.get("options") if isinstance(of, Mapping) else None
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list | tuple) else []


def _name(of: object) -> str:
    name = of.get("name") if isinstance(of, Mapping) else None
    return name if isinstance(name, str) else ""
