"""What Slack refuses in messages and views: its surfaces, keys and limits, as problems in words.

Surfaces and figures come from slackblocks, which keeps a registry of them; it cannot read elements back yet
(`Element.from_dict`), so the elements are in `elements.py`.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Literal

from slackblocks import _limits as limits
from slackblocks._surfaces import validate_surface_blocks
from slackblocks.blocks import Block
from slackblocks.errors import InvalidUsageError

from tests.fakes_slack.elements import (
    ACTIONS_ELEMENTS,
    INPUT_ELEMENTS,
    SECTION_ELEMENTS,
    element_problems,
    text_object_problems,
)
from tests.fakes_slack.reading import interactive_elements

Json = dict[str, Any]
ViewSurface = Literal["message", "modal", "home"]
READ_BACK_TYPES = ("header", "divider", "context", "section")
BLOCK_KEYS = {
    "section": {"text", "fields", "accessory", "expand"},
    "header": {"text", "level"},
    "context": {"elements"},
    "actions": {"elements"},
    "divider": set(),
    "input": {"label", "element", "dispatch_action", "hint", "optional"},
    "rich_text": {"elements"},
    "image": {"image_url", "slack_file", "alt_text", "title"},
}
VIEW_KEYS = {"type", "blocks", "private_metadata", "callback_id", "external_id"}
MODAL_KEYS = VIEW_KEYS | {"title", "close", "submit", "clear_on_close", "notify_on_close", "submit_disabled"}
MAX_VIEW_BYTES = 250_000
MAX_MESSAGE_CHARS = 40_000


def _section_problems(block: Json) -> Iterator[str]:
    if not block.get("text") and not block.get("fields"):
        yield "a section needs text or fields"
    if "text" in block:
        yield from text_object_problems(block["text"], "section text", limits.SECTION_TEXT_MAX_LENGTH)
    fields = block.get("fields", [])
    if len(fields) > limits.SECTION_FIELDS_MAX_ITEMS:
        yield f"{len(fields)} fields in a section"
    for field in fields:
        yield from text_object_problems(field, "section field", limits.SECTION_FIELDS_ITEM_MAX_LENGTH)
    if "accessory" in block:
        yield from element_problems(block["accessory"], SECTION_ELEMENTS)


def _header_problems(block: Json) -> Iterator[str]:
    yield from text_object_problems(block.get("text"), "header", limits.HEADER_TEXT_MAX_LENGTH, plain=True)


def _context_problems(block: Json) -> Iterator[str]:
    inner = block.get("elements", [])
    if not 1 <= len(inner) <= limits.CONTEXT_ELEMENTS_MAX_ITEMS:
        yield f"{len(inner)} elements in a context"
    for element in inner:
        if element.get("type") != "image":
            yield from text_object_problems(element, "context", limits.TEXT_MAX_LENGTH)


def _actions_problems(block: Json) -> Iterator[str]:
    inner = block.get("elements", [])
    if not 1 <= len(inner) <= limits.ACTIONS_ELEMENTS_MAX_ITEMS:
        yield f"{len(inner)} elements in actions"
    for element in inner:
        yield from element_problems(element, ACTIONS_ELEMENTS)


def _input_problems(block: Json) -> Iterator[str]:
    yield from text_object_problems(block.get("label"), "label", limits.INPUT_LABEL_MAX_LENGTH, plain=True)
    if "hint" in block:
        yield from text_object_problems(block["hint"], "hint", limits.INPUT_HINT_MAX_LENGTH, plain=True)
    yield from element_problems(block.get("element", {}), INPUT_ELEMENTS)


def _rich_text_problems(block: Json) -> Iterator[str]:
    inner = block.get("elements")
    if not isinstance(inner, list) or not inner:
        yield "rich text needs elements"
        return
    for part in inner:
        yield from _rich_part_problems(part)


def _rich_part_problems(part: Json) -> Iterator[str]:
    """A paragraph, a list, a box or a quote, and what stands in it."""
    kind = part.get("type")
    if kind == "rich_text_list" and part.get("style") not in ("bullet", "ordered"):
        yield f"a list's style is {part.get('style')!r}"
    if kind not in RICH_PART_TYPES or not isinstance(part.get("elements"), list):
        yield f"rich text has no {kind!r}"
        return
    for element in part["elements"]:
        yield from _rich_part_problems(element) if kind == "rich_text_list" else _rich_span_problems(element)


def _rich_span_problems(span: Json) -> Iterator[str]:
    kind = span.get("type", "")
    if kind not in RICH_SPAN_KEYS:
        yield f"rich text has no {kind!r}"
        return
    needed, more = RICH_SPAN_KEYS[kind]
    yield from (f"{kind}: {key} is {span.get(key)!r}" for key in needed if span.get(key) in (None, ""))
    if unknown := set(span) - needed - more - {"type", "style"}:
        yield f"{kind} has no {', '.join(sorted(unknown))}"
    for key in MENTION_ID_KEYS & set(span):
        if not re.fullmatch("[A-Z0-9]+", str(span[key])):
            yield f"{kind}: {key} is {span[key]!r}"


MENTION_ID_KEYS = {"user_id", "channel_id", "usergroup_id"}
RICH_PART_TYPES = {"rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote"}
RICH_SPAN_KEYS: dict[str, tuple[set[str], set[str]]] = {
    "text": ({"text"}, set()),
    "date": ({"timestamp", "format"}, {"url", "fallback"}),
    "user": ({"user_id"}, set()),
    "channel": ({"channel_id"}, set()),
    "usergroup": ({"usergroup_id"}, set()),
    "broadcast": ({"range"}, set()),
    "link": ({"url"}, {"text", "unsafe"}),
    "emoji": ({"name"}, {"unicode"}),
}
BLOCK_CHECKS = {
    "section": _section_problems,
    "header": _header_problems,
    "context": _context_problems,
    "actions": _actions_problems,
    "input": _input_problems,
} | {"rich_text": _rich_text_problems}


def _read_back_problems(block: Json) -> Iterator[str]:
    """What slackblocks itself says about a block that it can read."""
    try:
        if block.get("type") in READ_BACK_TYPES and "accessory" not in block:
            Block.from_dict(block)
    except NotImplementedError:
        return
    except (InvalidUsageError, KeyError, TypeError, ValueError) as wrong:
        yield f"slackblocks: {wrong}"


def _block_problems(block: Json) -> Iterator[str]:
    kind = block.get("type", "")
    if kind in BLOCK_KEYS and (unknown := set(block) - BLOCK_KEYS[kind] - {"type", "block_id"}):
        yield f"{kind} has no {', '.join(sorted(unknown))}"
    if not 1 <= len(block.get("block_id", "set by Slack")) <= limits.BLOCK_ID_MAX_LENGTH:
        yield "block_id is empty or longer than 255"
    if kind in BLOCK_CHECKS:
        yield from BLOCK_CHECKS[kind](block)
    yield from _read_back_problems(block)
    ids = Counter(element["action_id"] for _, element in interactive_elements([block]) if "action_id" in element)
    yield from (f"action_id {one!r} {times} times in a block" for one, times in ids.items() if times > 1)


def slack_block_problems(blocks: Any, surface: ViewSurface) -> Iterator[str]:
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        yield "blocks are not a list of objects"
        return
    most = limits.MESSAGE_BLOCKS_MAX_ITEMS if surface == "message" else limits.VIEW_BLOCKS_MAX_ITEMS
    if len(blocks) > most:
        yield f"{len(blocks)} blocks, more than {most}"
    try:
        validate_surface_blocks(blocks, surface)
    except InvalidUsageError as wrong:
        yield str(wrong)
    for place, block in enumerate(blocks):
        yield from (f"blocks[{place}]: {problem}" for problem in _block_problems(block))
    ids = Counter(block["block_id"] for block in blocks if "block_id" in block)
    yield from (f"block_id {one!r} {times} times" for one, times in ids.items() if times > 1)


def slack_message_problems(message: Json) -> list[str]:
    """What Slack refuses in the blocks and attachments of a message."""
    found = list(slack_block_problems(message["blocks"], "message")) if message.get("blocks") is not None else []
    return found + (["attachments are not used here"] if message.get("attachments") else [])


def slack_view_problems(view: Any, surface: ViewSurface) -> list[str]:
    """What Slack refuses in a view."""
    return list(_view_problems(view, surface)) if isinstance(view, dict) else ["the view is not an object"]


def _view_problems(view: Json, surface: ViewSurface) -> Iterator[str]:
    if view.get("type") != surface:
        yield f"type {view.get('type')!r} instead of {surface!r}"
    if unknown := set(view) - (MODAL_KEYS if surface == "modal" else VIEW_KEYS):
        yield f"a {surface} has no {', '.join(sorted(unknown))}"
    yield from slack_block_problems(view.get("blocks"), surface)
    longest = {"private_metadata": limits.VIEW_PRIVATE_METADATA_MAX_LENGTH, "callback_id": 255, "external_id": 255}
    yield from (f"{part} is longer than {most}" for part, most in longest.items() if len(view.get(part) or "") > most)
    if len(json.dumps(view).encode()) > MAX_VIEW_BYTES:
        yield "view_too_large"
    if surface == "modal":
        yield from _modal_problems(view)


def _modal_problems(view: Json) -> Iterator[str]:
    yield from text_object_problems(view.get("title"), "title", limits.VIEW_TITLE_MAX_LENGTH, plain=True)
    for part in ("submit", "close"):
        if part in view:
            yield from text_object_problems(view[part], part, limits.VIEW_SUBMIT_MAX_LENGTH, plain=True)
    asks = any(isinstance(one, dict) and one.get("type") == "input" for one in view.get("blocks") or [])
    if asks and "submit" not in view:
        yield "a modal with an input needs submit"
