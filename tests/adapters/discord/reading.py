"""What Discord's clients read in a text: a small reader of their markdown, which knows nothing of how we escape.

It reads from left to right as they do, and takes for a mark whatever one of them has been seen to take for one. Where
they differ it reads more, never less.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

Node = tuple[str, str]
"""What it is, and what a reader sees of it."""

INNER = r"((?:\\[\s\S]|[^\\])+?)"  # what bold and its like hold: a mark behind a backslash does not end it
FENCE = re.compile(r"```(?:[a-z0-9_+\-.#]+?\n)?\n*([^\n][\s\S]*?)\n*```", re.IGNORECASE)
AT_START = {
    "heading": re.compile(r" *#{1,3}[\s\ufeff]+\S"),
    "small print": re.compile(r" *-#[\s\ufeff]+\S"),
    "quote": re.compile(r" *>(?:>>)?\s"),
}
ITEM = re.compile(r"( *)(?:[*+-]|\d+\.)[ \u00a0\u2000-\u200a\u3000\ufeff]([^\n]*(?:\n +[^\n]*)*)\n?")
ESCAPE = re.compile(r"\\([^0-9A-Za-z\s])")
MOMENT = re.compile(r"<t:(-?\d+)(?::([tTdDfFR]))?>")
INSIDE = {
    "address": re.compile(r"<[^: >]+:/[^ >]+>|\b[a-z][a-z0-9+.-]*://\S", re.IGNORECASE),
    "named link": re.compile(r"\[(?:\[[^\]]*\]|[^\[\]])*\]\(\s*\S"),
    "mention": re.compile(r"<@[!&]?\d+>|<#\d+>|@everyone|@here"),
    "command": re.compile(r"</[^>\n]+:\d+>"),
    "emoji": re.compile(r"<a?:\w+:\d+>|:[\w+-]*[a-z0-9][\w+-]*(?:::skin-tone-\d)?:", re.IGNORECASE),
    "place": re.compile(r"<(?:id|sound):[^>\n]+>"),
    "mail": re.compile(r"<[^\s<>@]+@[^\s<>]+>"),
    "phone": re.compile(r"<\+?\d[\d ()-]+>"),
    "underlined": re.compile(rf"__{INNER}__(?!_)"),
    "struck out": re.compile(r"~~(?=\S)[\s\S]*?\S~~"),
    "hidden": re.compile(r"\|\|[\s\S]+?\|\|"),
    "slanted": re.compile(rf"_{INNER}_|\*(?=\S){INNER}\*(?!\*)"),
    "code": re.compile(r"(`+)([\s\S]*?[^`])\1(?!`)"),
}
BOLD = re.compile(rf"\*\*{INNER}\*\*(?!\*)")
# Found wherever it stands, behind a backslash too: what a server looks for before any client reads.
INVITATION = re.compile(
    r"discord(?:app)?\.(?:gg|gift|new|com/(?:invite|template|gifts))/?\S|dis\.gd/\S|https?://", re.IGNORECASE
)


def read(text: str) -> Iterator[Node]:
    """The text as a client takes it apart; what is no more than text has the kind ""."""
    at = 0
    while at < len(text):
        starts = at == 0 or text[at - 1] == "\n"
        if found := FENCE.match(text, at):
            yield "block", found[1]
            at = found.end()
        elif starts and (kind := _first(AT_START, text, at)):
            yield kind, text[at]
            at += 1
        elif starts and (found := ITEM.match(text, at)):
            yield "item", "• " + "\n  ".join(shown(re.sub(r"\n +", "\n", found[2])).split("\n")) + "\n"
            yield from ((kind, "") for kind, _seen in read(re.sub(r"\n +", "\n", found[2])) if kind)
            at = found.end()
        else:
            at = yield from _inside(text, at)


def _inside(text: str, at: int) -> Iterator[Node]:
    if found := ESCAPE.match(text, at):
        yield "", found[1]
    elif found := MOMENT.match(text, at):
        yield "moment", told(int(found[1]), found[2] or "f")
    elif found := BOLD.match(text, at):
        yield "bold", shown(found[1])
        yield from ((kind, "") for kind, _seen in read(found[1]) if kind)
    elif kind := _first(INSIDE, text, at):
        yield kind, text[at]
        return at + 1
    else:
        yield "", text[at]
        return at + 1
    return found.end()


def _first(rules: dict[str, re.Pattern[str]], text: str, at: int) -> str:
    return next((kind for kind, rule in rules.items() if rule.match(text, at)), "")


def told(at: int, style: str) -> str:
    """A moment, as somebody in London reads it."""
    return "⟨ago⟩" if style == "R" else f"⟨{datetime.fromtimestamp(at, UTC):%a %d %b %Y %H:%M}⟩"


def shown(text: str) -> str:
    """What a reader sees."""
    seen = "".join(f"{_boxed(seen)}\n" if kind == "block" else seen for kind, seen in read(text))
    return seen.strip("\n")


def _boxed(text: str) -> str:
    return "\n".join(f"│ {line}" for line in text.split("\n"))


def marks(text: str) -> list[str]:
    """Everything that a client or the server would take for more than text, except for what a card is made of."""
    found = [kind for kind, _seen in read(text) if kind not in ("", "moment", "item", "bold", "block")]
    return found + [f"address {one}" for one in INVITATION.findall(FENCE.sub("", text))]
