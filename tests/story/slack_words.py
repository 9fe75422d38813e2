"""What stands on Slack, in the words of the console: labels as they are said, mentions as names, moments on a clock."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from adapters.slack.blocks import LABEL_GAP
from bot.domain.calendar import Calendar
from tests.fakes_slack.reading import unescape_entities
from tests.story.discord_words import console_time

Json = dict[str, Any]
MentionNames = Mapping[str, str]
"""The people and channels by their ids."""

SLACK_STORY_TOKEN = re.compile(r"<!date\^(?P<at>\d+)\^[^|>]*\|(?P<words>[^>]*)>|<[@#](?P<id>[A-Z0-9]+)>")


def slack_blocks_words(blocks: list[Json], names: MentionNames, calendar: Calendar) -> str:
    """The text of a message or a modal, one line a piece, without its buttons."""
    return "\n".join(line for block in blocks for line in _slack_block_words(block, names, calendar) if line)


def _slack_block_words(block: Json, names: MentionNames, calendar: Calendar) -> Iterator[str]:
    match block["type"]:
        case "rich_text":
            yield from (_slack_part_words(one, names, calendar) for one in block["elements"])
        case "section" if block["text"]["type"] == "mrkdwn":
            yield _mrkdwn_words(block["text"]["text"], names, calendar)
        case "section" | "header":
            yield block["text"]["text"]
        case "input":
            yield block["label"]["text"]


def _slack_part_words(part: Json, names: MentionNames, calendar: Calendar) -> str:
    if part["type"] == "rich_text_list":
        return "\n".join(_slack_part_words(one, names, calendar) for one in part["elements"])
    spans = [_slack_span_words(one, names, calendar) for one in part["elements"]]
    if len(spans) > 1 and part["elements"][0].get("style") == {"bold": True}:
        assert spans[1].startswith(LABEL_GAP), "a label keeps a distance from what it labels"
        spans = [f"{spans[0]}: ", spans[1].removeprefix(LABEL_GAP), *spans[2:]]
    return "".join(spans)


def _slack_span_words(span: Json, names: MentionNames, calendar: Calendar) -> str:
    match span["type"]:
        case "date":
            return _slack_time_words(span["timestamp"], span["fallback"], calendar)
        case "user" | "channel":
            return names[span[f"{span['type']}_id"]]
        case _:
            return str(span["text"])


def _mrkdwn_words(text: str, names: MentionNames, calendar: Calendar) -> str:
    def word(found: re.Match[str]) -> str:
        return names[found["id"]] if found["id"] else _slack_time_words(int(found["at"]), found["words"], calendar)

    return unescape_entities(SLACK_STORY_TOKEN.sub(word, text))


def _slack_time_words(at: int, fallback: str, calendar: Calendar) -> str:
    """A client that cannot draw it says the same."""
    told = console_time(at, calendar)
    assert fallback == told
    return told
