"""The names that our parts of a message carry, so that Discord gives them back and we know them as ours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Any

DISCORD_ID_PREFIX = "st:"  # before every custom_id of ours: of a button, of a modal

_MIN_COMPONENT_ID = 2**16  # component ids below are Discord's own, which count from 1 ("Anatomy of a Component")
_MAX_COMPONENT_ID = 2**31 - 1  # a component id is a positive number of 32 bits (there)
_NONCE_CHARS = 24  # characters; Discord takes 25 (Discord docs, "Create Message")


def discord_reminder_mark(key: str) -> int:
    """The id of the first button of the reminder with this key: it is looked for before a second send."""
    digest = blake2b(key.encode(), digest_size=8).digest()
    return _MIN_COMPONENT_ID + int.from_bytes(digest, "big") % (_MAX_COMPONENT_ID - _MIN_COMPONENT_ID + 1)


def find_discord_reminder_mark(components: Iterable[Any]) -> int:
    """The mark that a message carries, from its `components` as Discord gives them; 0 when it carries none."""
    return next(filter(None, map(_discord_component_mark, components)), 0)


def discord_message_nonce(key: str, recipient: str, part: int = 0) -> str:
    """What tells Discord that this is the same message again: for a reminder, its recipient and a part of it.

    `user`: or the channel, for a post; Discord gives no id twice.
    """
    told = "\0".join((str(part), recipient, key))  # no id holds a NUL, so that no two are told alike
    return blake2b(told.encode()).hexdigest()[:_NONCE_CHARS]


def _discord_component_mark(component: Any) -> int:
    """The mark of a button of ours, or of the first one in a row."""
    if not isinstance(component, Mapping):
        return 0
    given, name = component.get("id"), component.get("custom_id")
    if (
        isinstance(given, int)
        and given >= _MIN_COMPONENT_ID
        and isinstance(name, str)
        and name.startswith(DISCORD_ID_PREFIX)
    ):
        return given
    inner = component.get("components")
    return find_discord_reminder_mark(inner) if isinstance(inner, list) else 0
