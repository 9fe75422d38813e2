"""The names that our parts of a message carry, so that Discord gives them back and we know them as ours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Any

OURS = "st:"  # before every custom_id of ours: of a button, of a modal

_FIRST = 2**16  # component ids below are Discord's own, which count from 1 ("Anatomy of a Component")
_LAST = 2**31 - 1  # a component id is a positive number of 32 bits (there)
_NONCE = 24  # characters; Discord takes 25 (Discord docs, "Create Message")


def mark(key: str) -> int:
    """The id of the first button of the reminder with this key: it is looked for before a second send."""
    digest = blake2b(key.encode(), digest_size=8).digest()
    return _FIRST + int.from_bytes(digest, "big") % (_LAST - _FIRST + 1)


def mark_of(components: Iterable[Any]) -> int:
    """The mark that a message carries, from its `components` as Discord gives them; 0 when it carries none."""
    return next(filter(None, map(_marked, components)), 0)


def nonce(key: str, user: str, part: int = 0) -> str:
    """What tells Discord that this is the same message again: for a reminder, its recipient and a part of it.

    `user`: or the channel, for a post; Discord gives no id twice.
    """
    told = "\0".join((str(part), user, key))  # no id holds a NUL, so that no two are told alike
    return blake2b(told.encode()).hexdigest()[:_NONCE]


def _marked(component: Any) -> int:
    """The mark of a button of ours, or of the first one in a row."""
    if not isinstance(component, Mapping):
        return 0
    given, name = component.get("id"), component.get("custom_id")
    if isinstance(given, int) and given >= _FIRST and isinstance(name, str) and name.startswith(OURS):
        return given
    inner = component.get("components")
    return mark_of(inner) if isinstance(inner, list) else 0
