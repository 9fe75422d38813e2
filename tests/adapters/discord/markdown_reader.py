"""What Discord's clients read in a text: a small reader of their markdown, which knows nothing of how we escape.

It reads from left to right as they do, and takes for a mark whatever one of them has been seen to take for one. Where
they differ it reads more, never less.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

MarkdownNode = tuple[str, str]
"""What it is, and what a reader sees of it."""

MARKDOWN_INNER = r"((?:\\[\s\S]|[^\\])+?)"  # what bold and its like hold: a mark behind a backslash does not end it
FENCED_BLOCK = re.compile(r"```(?:[a-z0-9_+\-.#]+?\n)?\n*([^\n][\s\S]*?)\n*```", re.IGNORECASE)
LINE_START_MARKS = {
    "heading": re.compile(r" *#{1,3}[\s\ufeff]+\S"),
    "small print": re.compile(r" *-#[\s\ufeff]+\S"),
    "quote": re.compile(r" *>(?:>>)?\s"),
}
LIST_ITEM = re.compile(r"( *)(?:[*+-]|\d+\.)[ \u00a0\u2000-\u200a\u3000\ufeff]([^\n]*(?:\n +[^\n]*)*)\n?")
BACKSLASH_ESCAPE = re.compile(r"\\([^0-9A-Za-z\s])")
DISCORD_TIMESTAMP = re.compile(r"<t:(-?\d+)(?::([tTdDfFR]))?>")
INLINE_MARKS = {
    "address": re.compile(r"<[^: >]+:/[^ >]+>|\b[a-z][a-z0-9+.-]*://\S", re.IGNORECASE),
    "named link": re.compile(r"\[(?:\[[^\]]*\]|[^\[\]])*\]\(\s*\S"),
    "mention": re.compile(r"<@[!&]?\d+>|<#\d+>|@everyone|@here"),
    "command": re.compile(r"</[^>\n]+:\d+>"),
    "emoji": re.compile(r"<a?:\w+:\d+>|:[\w+-]*[a-z0-9][\w+-]*(?:::skin-tone-\d)?:", re.IGNORECASE),
    "place": re.compile(r"<(?:id|sound):[^>\n]+>"),
    "mail": re.compile(r"<[^\s<>@]+@[^\s<>]+>"),
    "phone": re.compile(r"<\+?\d[\d ()-]+>"),
    "underlined": re.compile(rf"__{MARKDOWN_INNER}__(?!_)"),
    "struck out": re.compile(r"~~(?=\S)[\s\S]*?\S~~"),
    "hidden": re.compile(r"\|\|[\s\S]+?\|\|"),
    "slanted": re.compile(rf"_{MARKDOWN_INNER}_|\*(?=\S){MARKDOWN_INNER}\*(?!\*)"),
    "code": re.compile(r"(`+)([\s\S]*?[^`])\1(?!`)"),
}
BOLD_MARKDOWN = re.compile(rf"\*\*{MARKDOWN_INNER}\*\*(?!\*)")
# Found wherever it stands, behind a backslash too: what a server looks for before any client reads.
INVITE_ADDRESS = re.compile(
    r"discord(?:app)?\.(?:gg|gift|new|com/(?:invite|template|gifts))/?\S|dis\.gd/\S|https?://", re.IGNORECASE
)


def parse_discord_markdown(text: str) -> Iterator[MarkdownNode]:
    """The text as a client takes it apart; what is no more than text has the kind ""."""
    at = 0
    while at < len(text):
        starts = at == 0 or text[at - 1] == "\n"
        if found := FENCED_BLOCK.match(text, at):
            yield "block", found[1]
            at = found.end()
        elif starts and (kind := _first_matching_mark(LINE_START_MARKS, text, at)):
            yield kind, text[at]
            at += 1
        elif starts and (found := LIST_ITEM.match(text, at)):
            yield "item", "• " + "\n  ".join(visible_discord_text(re.sub(r"\n +", "\n", found[2])).split("\n")) + "\n"
            yield from ((kind, "") for kind, _seen in parse_discord_markdown(re.sub(r"\n +", "\n", found[2])) if kind)
            at = found.end()
        else:
            at = yield from _parse_inline_markdown(text, at)


def _parse_inline_markdown(text: str, at: int) -> Iterator[MarkdownNode]:
    if found := BACKSLASH_ESCAPE.match(text, at):
        yield "", found[1]
    elif found := DISCORD_TIMESTAMP.match(text, at):
        yield "moment", format_reader_timestamp(int(found[1]), found[2] or "f")
    elif found := BOLD_MARKDOWN.match(text, at):
        yield "bold", visible_discord_text(found[1])
        yield from ((kind, "") for kind, _seen in parse_discord_markdown(found[1]) if kind)
    elif kind := _first_matching_mark(INLINE_MARKS, text, at):
        yield kind, text[at]
        return at + 1
    else:
        yield "", text[at]
        return at + 1
    return found.end()


def _first_matching_mark(rules: dict[str, re.Pattern[str]], text: str, at: int) -> str:
    return next((kind for kind, rule in rules.items() if rule.match(text, at)), "")


def format_reader_timestamp(at: int, style: str) -> str:
    """A moment, as somebody in London reads it."""
    return "⟨ago⟩" if style == "R" else f"⟨{datetime.fromtimestamp(at, UTC):%a %d %b %Y %H:%M}⟩"


def visible_discord_text(text: str) -> str:
    """What a reader sees."""
    seen = "".join(
        f"{_boxed_code_lines(seen)}\n" if kind == "block" else seen for kind, seen in parse_discord_markdown(text)
    )
    return seen.strip("\n")


def _boxed_code_lines(text: str) -> str:
    return "\n".join(f"│ {line}" for line in text.split("\n"))


def unescaped_marks(text: str) -> list[str]:
    """Everything that a client or the server would take for more than text, except for what a card is made of."""
    found = [
        kind for kind, _seen in parse_discord_markdown(text) if kind not in ("", "moment", "item", "bold", "block")
    ]
    return found + [f"address {one}" for one in INVITE_ADDRESS.findall(FENCED_BLOCK.sub("", text))]
