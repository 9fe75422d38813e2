"""An oracle for hostile text: what would ping somebody, or could be clicked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]
MRKDWN_CONTROL = re.compile(r"<([@#!]|[A-Za-z][A-Za-z0-9+.-]*:)([^<>]*)>")
BARE_ADDRESS = re.compile(
    r"(?:https?|ftp|slack)://[^\s<>|]+|mailto:[^\s<>|]+|\bwww\.[\w-]+\.\w+"
    r"|(?<![\w.])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|(?<![\w@./-])[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|io|dev|app|edu|gov|co|de|uk|eu|info|biz)\b(?!\.\w)",
    re.IGNORECASE,
)
BARE_MENTION = re.compile(r"(?<!\w)@(?:here|channel|everyone)\b|(?<![\w&])#[a-z0-9][\w-]*", re.IGNORECASE)
LIVE_RICH_TYPES = {"user", "usergroup", "channel", "broadcast", "link", "team"}


def _live_controls(text: str) -> Iterator[str]:
    yield from (
        found[0]
        for found in MRKDWN_CONTROL.finditer(text)
        if not found[0].startswith("<!date^") or _is_linked_date(found[0])
    )


def _is_linked_date(date: str) -> bool:
    # <!date^ts^format^link|fallback> is a date that can be clicked
    return date.partition("|")[0].count("^") > 2


def _auto_parsed(text: str) -> Iterator[str]:
    """What Slack makes live on its own when it is not told to take the text word for word."""
    rest = MRKDWN_CONTROL.sub(" ", text)
    yield from (found[0] for found in BARE_ADDRESS.finditer(rest))
    yield from (found[0] for found in BARE_MENTION.finditer(rest))


def _live_in_mrkdwn(text: str, verbatim: bool) -> Iterator[str]:
    yield from _live_controls(text)
    if not verbatim:
        yield from _auto_parsed(text)


def _live_in_blocks(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for child in node:
            yield from _live_in_blocks(child)
    if not isinstance(node, dict):
        return
    kind = node.get("type")
    if kind == "mrkdwn" and isinstance(node.get("text"), str):
        yield from _live_in_mrkdwn(node["text"], verbatim=node.get("verbatim") is True)
    elif kind == "markdown":
        yield from _live_in_mrkdwn(str(node.get("text", "")), verbatim=False)
        yield from re.findall(r"!?\[[^\]]*\]\([^)]*\)", str(node.get("text", "")))
    elif kind in LIVE_RICH_TYPES:
        yield f"{kind} {node.get('url') or node.get('user_id') or node.get('range') or node.get('channel_id') or ''}"
    elif isinstance(node.get("url"), str):
        yield node["url"]
    for value in node.values():
        yield from _live_in_blocks(value)


def _live_in_message_text(message: Json) -> Iterator[str]:
    text = message.get("text")
    if not isinstance(text, str) or message.get("type") in ("mrkdwn", "plain_text"):
        return
    yield from _live_controls(text)
    # Beside blocks the text only stands in notifications, where nothing is linked; words are linked when asked for.
    rest = MRKDWN_CONTROL.sub(" ", text)
    if not message.get("blocks"):
        yield from (found[0] for found in BARE_ADDRESS.finditer(rest))
    if message.get("link_names") in (True, 1, "1", "true") or message.get("parse") == "full":
        yield from (found[0] for found in BARE_MENTION.finditer(rest))


def active_mentions(said: Json | list[Json] | str) -> list[str]:
    """All that is live in a message, a view, blocks or one mrkdwn text: mentions, links, what Slack links itself.

    A date is not; text in mrkdwn that is not `verbatim` is searched for bare addresses, @here and #channels too.
    """
    if isinstance(said, str):
        return list(_live_in_mrkdwn(said, verbatim=False))
    return [*(_live_in_message_text(said) if isinstance(said, dict) else ()), *_live_in_blocks(said)]
