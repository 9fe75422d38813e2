"""Undoes Slack's escaping of typed text, and the links and mentions that Slack makes of it. Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from adapters.slack.text import SLACK_ID_PATTERN
from bot.commands.parser import peek

# What Slack makes of a web address, a mail address or a number in what people type: <address|shown>.
_ESCAPED_LINK_PATTERN = re.compile(r"<(?:https?|mailto|tel):[^<>|]*\|([^<>]*)>|<((?:https?|mailto|tel):[^<>|]*)>")
# And of @somebody and #somewhere: <@id|shown>, or without the shown text. (docs.slack.dev, "Formatting message text".)
_ESCAPED_MENTION_PATTERN = re.compile(
    rf"<(?P<sign>[@#])(?P<id>{SLACK_ID_PATTERN.pattern})(?:\|(?P<shown>[^<>]*))?>", re.ASCII
)
# @here, @channel and @everyone, and user groups.
_ESCAPED_BROADCAST_PATTERN = re.compile(
    r"<!(here|channel|everyone)(?:\|[^<>]*)?>|<!subteam\^\w+\|@?([^<>]+)>", re.ASCII
)

FindUserName = Callable[[str], str]
"""The name of the person with this id; empty if it is not known."""


def no_user_name(_user: str) -> str:
    return ""


def unescape_slack_text(text: object, find_name: FindUserName = no_user_name, *, keep_ids: bool = False) -> str:
    """The text as it was typed. A mention becomes its name if that is known; with `keep_ids`, `<@id>` or `<#id>`."""
    bare = _ESCAPED_LINK_PATTERN.sub(lambda link: link[1] or link[2], text if isinstance(text, str) else "")
    bare = _ESCAPED_BROADCAST_PATTERN.sub(lambda call: f"@{call[1] or call[2]}", bare)
    return html.unescape(
        _ESCAPED_MENTION_PATTERN.sub(lambda match: _unescape_mention(match, find_name, keep_ids=keep_ids), bare)
    )


def unescape_command_line(text: object, find_name: FindUserName = no_user_name, root: str = "") -> str:
    """The typed command line after its `root`. A club command that takes people or channels gets their ids."""
    line = f"{root} {text if isinstance(text, str) else ''}".strip()
    return unescape_slack_text(line, find_name, keep_ids=peek(line).keeps_mentions)


def _unescape_mention(match: re.Match[str], find_name: FindUserName, *, keep_ids: bool) -> str:
    sign, mentioned_id = match["sign"], match["id"]
    known_name = html.escape(find_name(mentioned_id), quote=False) if sign == "@" else ""
    shown = "" if keep_ids else match["shown"] or known_name
    return f"{sign}{shown}" if shown else f"<{sign}{mentioned_id}>"
