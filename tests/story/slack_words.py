"""What stands on Slack, in the words of the console: labels as they are said, mentions as names, moments on a clock."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from adapters.slack.blocks import LABEL_GAP
from bot.domain.calendar import Calendar
from tests.fakes_slack.reading import unescaped
from tests.story.discord_words import moment

Json = dict[str, Any]
Names = Mapping[str, str]
"""The people and channels by their ids."""

TOKEN = re.compile(r"<!date\^(?P<at>\d+)\^[^|>]*\|(?P<words>[^>]*)>|<[@#](?P<id>[A-Z0-9]+)>")


def said(blocks: list[Json], names: Names, calendar: Calendar) -> str:
    """The text of a message or a modal, one line a piece, without its buttons."""
    return "\n".join(line for block in blocks for line in _block(block, names, calendar) if line)


def _block(block: Json, names: Names, calendar: Calendar) -> Iterator[str]:
    match block["type"]:
        case "rich_text":
            yield from (_part(one, names, calendar) for one in block["elements"])
        case "section" if block["text"]["type"] == "mrkdwn":
            yield _marked(block["text"]["text"], names, calendar)
        case "section" | "header":
            yield block["text"]["text"]
        case "input":
            yield block["label"]["text"]


def _part(part: Json, names: Names, calendar: Calendar) -> str:
    if part["type"] == "rich_text_list":
        return "\n".join(_part(one, names, calendar) for one in part["elements"])
    spans = [_span(one, names, calendar) for one in part["elements"]]
    if len(spans) > 1 and part["elements"][0].get("style") == {"bold": True}:
        assert spans[1].startswith(LABEL_GAP), "a label keeps a distance from what it labels"
        spans = [f"{spans[0]}: ", spans[1].removeprefix(LABEL_GAP), *spans[2:]]
    return "".join(spans)


def _span(one: Json, names: Names, calendar: Calendar) -> str:
    match one["type"]:
        case "date":
            return _moment(one["timestamp"], one["fallback"], calendar)
        case "user" | "channel":
            return names[one[f"{one['type']}_id"]]
        case _:
            return str(one["text"])


def _marked(text: str, names: Names, calendar: Calendar) -> str:
    def word(found: re.Match[str]) -> str:
        return names[found["id"]] if found["id"] else _moment(int(found["at"]), found["words"], calendar)

    return unescaped(TOKEN.sub(word, text))


def _moment(at: int, fallback: str, calendar: Calendar) -> str:
    """A client that cannot draw it says the same."""
    told = moment(at, calendar)
    assert fallback == told
    return told
