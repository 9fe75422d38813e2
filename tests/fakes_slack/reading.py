"""Blocks as a person reads them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]
ANGLE_CONTROL = re.compile(r"<([^<>]*)>")


def unescape_entities(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def escape_entities(text: str) -> str:
    """Text as Slack keeps it, and hands it to bots."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _visible_control(found: re.Match[str]) -> str:
    inside, _, label = found[1].partition("|")
    if inside.startswith("!date^"):
        return label
    if inside.startswith("!"):
        return label or "@" + inside[1:].partition("^")[0]
    if inside.startswith(("@", "#")):
        return inside[0] + (label or inside[1:])
    return label or inside


def visible_mrkdwn(text: str) -> str:
    """What a reader sees of mrkdwn; dates are shown as their fallback, marks such as `*` stay."""
    return unescape_entities(ANGLE_CONTROL.sub(_visible_control, text))


def _visible_rich_text(element: Json) -> str:
    kind = element.get("type", "")
    if "elements" in element:
        inner = [_visible_rich_text(one) for one in element["elements"]]
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


def _visible_text_object(text: Json | None) -> str:
    # A plain_text object is shown as it was sent: whoever escapes it has made a mistake that tests shall see.
    if not text:
        return ""
    return visible_mrkdwn(text["text"]) if text.get("type") == "mrkdwn" else str(text.get("text", ""))


def _visible_block_lines(block: Json) -> Iterator[str]:
    kind = block.get("type")
    if kind == "rich_text":
        yield _visible_rich_text(block)
    elif kind == "context":
        yield " ".join(_visible_text_object(one) for one in block.get("elements", []) if one.get("type") != "image")
    elif kind == "markdown":
        yield str(block.get("text", ""))
    else:
        yield from (_visible_text_object(block.get(part)) for part in ("text", "label", "hint") if block.get(part))
        yield from (_visible_text_object(one) for one in block.get("fields", []))


def visible_block_text(said: list[Json] | str) -> str:
    """What a person reads in blocks, or in a message's text, one line a piece; buttons are not text."""
    if isinstance(said, str):
        return visible_mrkdwn(said)
    return "\n".join(line for block in said for line in _visible_block_lines(block) if line)


def interactive_elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Each interactive element with the block that it stands in."""
    for block in blocks:
        inner = block.get("elements", []) if block.get("type") == "actions" else []
        for element in [block.get("accessory"), block.get("element"), *inner]:
            if element and element.get("type") != "image":
                yield block, element


def pressable_faces(blocks: list[Json]) -> Iterator[tuple[str, str, Json, Json]]:
    """Each button, and each option of a select or a menu outside a form: label, value, block and element."""
    for block, element in interactive_elements(blocks):
        if element["type"] == "button":
            yield element["text"]["text"], element.get("value", ""), block, element
        elif element["type"] in ("overflow", "static_select") and block["type"] != "input":
            yield from ((one["text"]["text"], one["value"], block, element) for one in element["options"])


def block_buttons(blocks: list[Json]) -> list[tuple[str, str]]:
    """What can be pressed or chosen as (label, value), in the order in which it stands."""
    return [(label, value) for label, value, _block, _element in pressable_faces(blocks)]


def input_elements(blocks: list[Json]) -> dict[str, Json]:
    """The questions of a form: the element of each input block, by block_id."""
    return {block["block_id"]: block["element"] for block in blocks if block.get("type") == "input"}
