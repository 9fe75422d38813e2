"""Blocks as a person reads them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]
CONTROL = re.compile(r"<([^<>]*)>")


def unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def escaped(text: str) -> str:
    """Text as Slack keeps it, and hands it to bots."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _control(found: re.Match[str]) -> str:
    inside, _, label = found[1].partition("|")
    if inside.startswith("!date^"):
        return label
    if inside.startswith("!"):
        return label or "@" + inside[1:].partition("^")[0]
    if inside.startswith(("@", "#")):
        return inside[0] + (label or inside[1:])
    return label or inside


def mrkdwn(text: str) -> str:
    """What a reader sees of mrkdwn; dates are shown as their fallback, marks such as `*` stay."""
    return unescaped(CONTROL.sub(_control, text))


def _rich(element: Json) -> str:
    kind = element.get("type", "")
    if "elements" in element:
        inner = [_rich(one) for one in element["elements"]]
        return "\n".join(inner) if kind in ("rich_text", "rich_text_list") else "".join(inner)
    shown = {
        "date": element.get("fallback", ""),
        "link": element.get("text") or element.get("url", ""),
        "user": f"@{element.get('user_id', '')}",
        "channel": f"#{element.get('channel_id', '')}",
        "broadcast": f"@{element.get('range', '')}",
        "emoji": f":{element.get('name', '')}:",
    }
    return str(element.get("text", "") if kind == "text" else shown.get(kind, ""))


def _text(text: Json | None) -> str:
    # A plain_text object is shown as it was sent: whoever escapes it has made a mistake that tests shall see.
    if not text:
        return ""
    return mrkdwn(text["text"]) if text.get("type") == "mrkdwn" else str(text.get("text", ""))


def _block(block: Json) -> Iterator[str]:
    kind = block.get("type")
    if kind == "rich_text":
        yield _rich(block)
    elif kind == "context":
        yield " ".join(_text(one) for one in block.get("elements", []) if one.get("type") != "image")
    elif kind == "markdown":
        yield str(block.get("text", ""))
    else:
        yield from (_text(block.get(part)) for part in ("text", "label", "hint") if block.get(part))
        yield from (_text(one) for one in block.get("fields", []))


def visible_text(said: list[Json] | str) -> str:
    """What a person reads in blocks, or in a message's text, one line a piece; buttons are not text."""
    if isinstance(said, str):
        return mrkdwn(said)
    return "\n".join(line for block in said for line in _block(block) if line)


def elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Each interactive element with the block that it stands in."""
    for block in blocks:
        inner = block.get("elements", []) if block.get("type") == "actions" else []
        for element in [block.get("accessory"), block.get("element"), *inner]:
            if element and element.get("type") != "image":
                yield block, element


def buttons(blocks: list[Json]) -> list[tuple[str, str]]:
    """The buttons as (label, value), in the order in which they stand."""
    return [(one["text"]["text"], one.get("value", "")) for _, one in elements(blocks) if one["type"] == "button"]


def inputs(blocks: list[Json]) -> dict[str, Json]:
    """The questions of a form: the element of each input block, by block_id."""
    return {block["block_id"]: block["element"] for block in blocks if block.get("type") == "input"}
