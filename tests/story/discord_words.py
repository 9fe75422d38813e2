"""What stands on Discord, in the words of the console: marks taken off, and moments told on the member's clock."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from bot.commands import ArgumentKind
from bot.commands.parser import missing_arguments, parse_typed_command
from bot.domain.calendar import Calendar
from tests.adapters.discord.markdown_reader import FENCED_BLOCK, MARKDOWN_INNER, unescaped_marks
from tests.fakes_discord.reading import COMPONENT_TEXT_DISPLAY, modal_inputs

Json = dict[str, Any]
# What a sentence has (with how long it still is), and what a list has; the second number must be the same as the first.
DISCORD_STORY_TIMESTAMP = r"<t:(?P<at>\d+):F>(?: \(<t:(?P=at):R>\))?"
ESCAPED_MARK = re.compile(rf"\\(?P<mark>[^0-9A-Za-z\s])|{DISCORD_STORY_TIMESTAMP}")
BOLD_LABEL = re.compile(rf"\*\*{MARKDOWN_INNER}\*\*: (?=\S)")
LIST_ITEM_PREFIX, CONTINUATION_INDENT = "- ", "  "


def discord_message_words(content: str, embeds: Iterable[Json], calendar: Calendar) -> str:
    """The text of a message. An embed has all that a notification may not say, and then that is the text."""
    [whole] = [embed["description"] for embed in embeds] or [content]
    assert unescaped_marks(whole) == [], "Discord would take it for more than words"
    return "\n".join(_discord_text_pieces(whole, calendar))


def _discord_text_pieces(text: str, calendar: Calendar) -> Iterator[str]:
    at = 0
    for block in FENCED_BLOCK.finditer(text):
        yield from _discord_text_lines(text[at : block.start()].removesuffix("\n"), calendar)
        yield block[1].replace("\u200b", "")
        at = block.end()
    if at < len(text):
        yield from _discord_text_lines(text[at:], calendar)


def _discord_text_lines(text: str, calendar: Calendar) -> Iterator[str]:
    listed = False
    for line in text.split("\n"):
        if listed and line.startswith(CONTINUATION_INDENT):
            yield unescape_discord_line(line.removeprefix(CONTINUATION_INDENT), calendar)
            continue
        listed = line.startswith(LIST_ITEM_PREFIX)
        yield (
            _discord_item_words(line.removeprefix(LIST_ITEM_PREFIX), calendar)
            if listed
            else unescape_discord_line(line, calendar)
        )


def _discord_item_words(line: str, calendar: Calendar) -> str:
    label = BOLD_LABEL.match(line)
    if label is None:
        return unescape_discord_line(line, calendar)
    return f"{unescape_discord_line(label[1], calendar)}: {unescape_discord_line(line[label.end() :], calendar)}"


def unescape_discord_line(text: str, calendar: Calendar) -> str:
    """A line without the backslashes that keep marks from being read."""
    return ESCAPED_MARK.sub(lambda found: found["mark"] or console_time(int(found["at"]), calendar), text)


def console_time(at: int, calendar: Calendar) -> str:
    """Tue 20 Oct, 15:00"""
    local = calendar.to_local(datetime.fromtimestamp(at, UTC))
    return f"{local:%a} {local.day} {local:%b}, {local:%H:%M}"


def discord_modal_words(form: Json, calendar: Calendar) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """A modal: its words, the names of what it asks, and what stands there already."""
    above = [
        unescape_discord_line(component["content"], calendar)
        for component in form["components"]
        if component["type"] == COMPONENT_TEXT_DISPLAY
    ]
    fields = [asked for _label, asked in modal_inputs(form["components"]).values()]
    values = tuple(field.get("value") or _default_choice(field) for field in fields)
    return "\n".join([form["title"], *above]), tuple(field["custom_id"] for field in fields), values


def _default_choice(field: Json) -> str:
    return next((one["value"] for one in field.get("options") or [] if one.get("default")), "")


def slash_options_of_line(line: str) -> tuple[str, Json] | None:
    """A typed command as a slash command and its options; None when it lacks one without which none can be sent."""
    said = parse_typed_command(line)
    if missing_arguments(said):
        return None
    numbers = [argument.name for argument in said.command.arguments if argument.kind is ArgumentKind.NUMBER]
    return said.command.name, {name: int(value) if name in numbers else value for name, value in said.values.items()}
