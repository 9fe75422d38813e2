"""What people type, as they typed it: Slack escapes it, and makes links and mentions of what looks like one. Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from adapters.slack.text import ID
from bot.commands import BY_NAME, Command, Takes

CLUB = "club"  # the root whose commands take people and channels
PICKED = (Takes.PERSON, Takes.ROOM)

# What Slack makes of a web address, a mail address or a number in what people type: <address|shown>.
_LINK = re.compile(r"<(?:https?|mailto|tel):[^<>|]*\|([^<>]*)>|<((?:https?|mailto|tel):[^<>|]*)>")
# And of @somebody and #somewhere: <@id|shown>, or without what was shown. (docs.slack.dev, "Formatting message text".)
_MENTION = re.compile(rf"<(?P<sign>[@#])(?P<id>{ID.pattern})(?:\|(?P<shown>[^<>]*))?>", re.ASCII)
# @here and its like, and groups of people.
_CALL = re.compile(r"<!(here|channel|everyone)(?:\|[^<>]*)?>|<!subteam\^\w+\|@?([^<>]+)>", re.ASCII)

Names = Callable[[str], str]
"""The name of a person with this id, as far as it is known; else empty."""


def nobody(_user: str) -> str:
    return ""


def words(text: object, names: Names = nobody, *, ids: bool = False) -> str:
    """The words of a person. A mention is said in words where they are known; with `ids` it is `<@id>` or `<#id>`."""
    bare = _LINK.sub(lambda link: link[1] or link[2], text if isinstance(text, str) else "")
    bare = _CALL.sub(lambda call: f"@{call[1] or call[2]}", bare)
    return html.unescape(_MENTION.sub(lambda found: _mention(found, names, ids=ids), bare))


def line(text: object, names: Names = nobody, root: str = "") -> str:
    """A typed command, its slash command in front. One that takes people or channels gets them by their ids."""
    said = f"{root} {text if isinstance(text, str) else ''}".strip()
    row = _row(said)
    ids = of_club(said) and (row is None or any(one.takes in PICKED for one in row.args))
    return words(said, names, ids=ids)


def of_club(said: str) -> bool:
    """Whether a line, typed or of a button, is one of the club's: who leads may do more there."""
    row = _row(said)
    return _first(said)[0] == CLUB or (row is not None and row.root == CLUB)


def _row(said: str) -> Command | None:
    first, rest = _first(said)
    return BY_NAME.get(_first(rest)[0] if first == CLUB else first)


def _first(said: str) -> tuple[str, str]:
    word, *rest = said.split(None, 1) or [""]
    return word.lstrip("/").casefold(), "".join(rest)


def _mention(found: re.Match[str], names: Names, *, ids: bool) -> str:
    sign, of = found["sign"], found["id"]
    named = html.escape(names(of), quote=False) if sign == "@" else ""
    shown = "" if ids else found["shown"] or named
    return f"{sign}{shown}" if shown else f"<{sign}{of}>"
