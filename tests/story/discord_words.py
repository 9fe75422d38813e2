"""What stands on Discord, in the words of the console: marks taken off, and moments told on the member's clock."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from bot.commands import ArgumentKind
from bot.commands.parser import missing_arguments, parse_typed_command
from bot.domain.calendar import Calendar
from tests.adapters.discord.reading import FENCE, INNER, marks
from tests.fakes_discord.reading import TEXT, inputs

Json = dict[str, Any]
# What a sentence has (with how long it still is), and what a list has; the second number must be the same as the first.
MOMENT = r"<t:(?P<at>\d+):F>(?: \(<t:(?P=at):R>\))?"
MARKED = re.compile(rf"\\(?P<mark>[^0-9A-Za-z\s])|{MOMENT}")
LABELLED = re.compile(rf"\*\*{INNER}\*\*: (?=\S)")
ITEM, SET_IN = "- ", "  "


def said(content: str, embeds: Iterable[Json], calendar: Calendar) -> str:
    """The text of a message. An embed has all that a notification may not say, and then that is the text."""
    [whole] = [embed["description"] for embed in embeds] or [content]
    assert marks(whole) == [], "Discord would take it for more than words"
    return "\n".join(_pieces(whole, calendar))


def _pieces(text: str, calendar: Calendar) -> Iterator[str]:
    at = 0
    for block in FENCE.finditer(text):
        yield from _lines(text[at : block.start()].removesuffix("\n"), calendar)
        yield block[1].replace("\u200b", "")
        at = block.end()
    if at < len(text):
        yield from _lines(text[at:], calendar)


def _lines(text: str, calendar: Calendar) -> Iterator[str]:
    listed = False
    for line in text.split("\n"):
        if listed and line.startswith(SET_IN):
            yield unmarked(line.removeprefix(SET_IN), calendar)
            continue
        listed = line.startswith(ITEM)
        yield _item(line.removeprefix(ITEM), calendar) if listed else unmarked(line, calendar)


def _item(line: str, calendar: Calendar) -> str:
    label = LABELLED.match(line)
    if label is None:
        return unmarked(line, calendar)
    return f"{unmarked(label[1], calendar)}: {unmarked(line[label.end() :], calendar)}"


def unmarked(text: str, calendar: Calendar) -> str:
    """A line without the backslashes that keep marks from being read."""
    return MARKED.sub(lambda found: found["mark"] or moment(int(found["at"]), calendar), text)


def moment(at: int, calendar: Calendar) -> str:
    """Tue 20 Oct, 15:00"""
    local = calendar.to_local(datetime.fromtimestamp(at, UTC))
    return f"{local:%a} {local.day} {local:%b}, {local:%H:%M}"


def asked(form: Json, calendar: Calendar) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """A modal: its words, the names of what it asks, and what stands there already."""
    above = [unmarked(one["content"], calendar) for one in form["components"] if one["type"] == TEXT]
    fields = [asked for _label, asked in inputs(form["components"]).values()]
    values = tuple(field.get("value") or _chosen(field) for field in fields)
    return "\n".join([form["title"], *above]), tuple(field["custom_id"] for field in fields), values


def _chosen(field: Json) -> str:
    return next((one["value"] for one in field.get("options") or [] if one.get("default")), "")


def options(line: str) -> tuple[str, Json] | None:
    """A typed command as a slash command and its options; None when it lacks one without which none can be sent."""
    said = parse_typed_command(line)
    if missing_arguments(said):
        return None
    numbers = [argument.name for argument in said.command.arguments if argument.kind is ArgumentKind.NUMBER]
    return said.command.name, {name: int(value) if name in numbers else value for name, value in said.values.items()}
