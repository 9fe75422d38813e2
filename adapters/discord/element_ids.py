"""Ids that mark our buttons, modals and messages, so that we recognize them when Discord sends them back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Any

DISCORD_ID_PREFIX = "st:"  # in front of every custom_id of ours, of a button or a modal

# Discord docs, "Anatomy of a Component": ids below are Discord's own, which count from 1; an id is a positive 32 bits.
_MIN_COMPONENT_ID, _MAX_COMPONENT_ID = 2**16, 2**31 - 1
_NONCE_CHARS = 24  # Discord accepts 25 (Discord docs, "Create Message")


def discord_reminder_mark(key: str) -> int:
    """The component id for the first button of the reminder with this idempotency key, to find its message again."""
    digest = blake2b(key.encode(), digest_size=8).digest()
    return _MIN_COMPONENT_ID + int.from_bytes(digest, "big") % (_MAX_COMPONENT_ID - _MIN_COMPONENT_ID + 1)


def find_discord_reminder_mark(components: Iterable[Any]) -> int:
    """The reminder mark in a message's `components`, as Discord sends them; 0 when there is none."""
    return next(filter(None, map(_discord_component_mark, components)), 0)


def discord_message_nonce(key: str, recipient: str, part: int = 0) -> str:
    """The nonce by which Discord rejects a duplicate; it depends on the idempotency key, the recipient and the part.

    `recipient`: the id of a user, or of a channel for a post; Discord never uses an id for both.
    """
    source = "\0".join((str(part), recipient, key))  # no id contains a NUL, so the parts cannot run into one another
    return blake2b(source.encode()).hexdigest()[:_NONCE_CHARS]


def _discord_component_mark(component: Any) -> int:
    """The mark of a button of ours, or the first one in a row of buttons; 0 for none."""
    if not isinstance(component, Mapping):
        return 0
    component_id, custom_id = component.get("id"), component.get("custom_id")
    if (
        isinstance(component_id, int)
        and component_id >= _MIN_COMPONENT_ID
        and isinstance(custom_id, str)
        and custom_id.startswith(DISCORD_ID_PREFIX)
    ):
        return component_id
    children = component.get("components")
    return find_discord_reminder_mark(children) if isinstance(children, list) else 0
