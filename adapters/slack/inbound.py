"""Slack's payloads → what a person did, in our words. Pure."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from adapters.slack.forms import values
from adapters.slack.marks import key_of
from bot.model import Actor, Address

PLATFORM = "slack"
Payload = Mapping[str, Any]

# What Slack makes of a web address, a mail address or a number in what people type: <address|shown>.
_LINK = re.compile(r"<(?:https?|mailto|tel):[^<>|]*\|([^<>]*)>|<((?:https?|mailto|tel):[^<>|]*)>")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who did something, of which workspace, and in which workspace it happened."""

    user: str
    team: str
    where: str

    def belongs(self, team: str) -> bool:
        """Whether it is a member of our workspace, in our workspace."""
        return bool(self.user) and self.team == team and self.where == team

    def visits(self, team: str) -> bool:
        """Whether it is a member of another one, in a conversation that ours shares with it."""
        return self.team != team and self.where == team

    def actor(self, zone: str = "", language: str = "") -> Actor:
        return Actor(Address(PLATFORM, self.user, self.team), zone, language)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer goes: the address that Slack gave for it, and whether it replaces what stands there.

    `channel` and `ts`: the direct message that stands there. `command`: that of a form, with its fixed values. All of
    it rides in a modal's `private_metadata`.
    """

    reply: str = field(default="", repr=False)
    replaces: bool = False
    key: str = ""
    channel: str = ""
    ts: str = ""
    command: str = ""
    fixed: tuple[tuple[str, str], ...] = ()

    def metadata(self) -> str:
        """As text for a modal; see `place`."""
        return json.dumps(asdict(self), ensure_ascii=False)


_TOLD = ("reply", "key", "channel", "ts", "command")
NOWHERE = Place()  # the answer comes as a direct message


def command(body: Payload) -> str:
    """The typed line, its slash command in front."""
    return f"{body.get('command', '')} {typed(body.get('text'))}"


def typed(text: object) -> str:
    """What a person typed, as they typed it: Slack escapes it, and makes links of what looks like one."""
    bare = _LINK.sub(lambda link: link[1] or link[2], text if isinstance(text, str) else "")
    return html.unescape(bare)


def caller(body: Payload) -> Caller:
    """The person behind a slash command, a press, a form or a shortcut."""
    user = body.get("user")
    if isinstance(user, Mapping):
        where = _id(body.get("team")) or str(user.get("team_id", ""))
        return Caller(_id(user), str(user.get("team_id", "")) or where, where)
    team = str(body.get("team_id", ""))
    return Caller(str(body.get("user_id", "")), team, team)


def event_caller(body: Payload) -> Caller:
    """The person behind an event. Slack names the team of a writer only where it differs or may differ."""
    event, where = body.get("event", {}), str(body.get("team_id", ""))
    user = event.get("user")
    if isinstance(user, Mapping):
        return Caller(_id(user), str(user.get("team_id") or where), where)
    named = event.get("user_team") or event.get("source_team") or event.get("team")
    shared = body.get("is_ext_shared_channel") is True or body.get("context_team_id") not in (None, "", where)
    return Caller(str(user or ""), str(named or ("" if shared else where)), where)


def is_direct(event: Payload) -> bool:
    """Whether a message is one that a person wrote to the app: no bot's, no edit, no join."""
    kind = event.get("channel_type") or ("im" if str(event.get("channel", "")).startswith("D") else "")
    said = kind == "im" and isinstance(event.get("user"), str)
    return said and not event.get("subtype") and not event.get("bot_id") and bool(event.get("text"))


def pressed(body: Payload) -> str:
    """The line of the button."""
    actions = body.get("actions") or [{}]
    return str(actions[0].get("value") or "")


def place(body: Payload) -> Place:
    """Where the answer to a press or a form goes."""
    view = body.get("view")
    if isinstance(view, Mapping) and view.get("private_metadata"):
        return _kept(str(view["private_metadata"]))
    where = _container(body)
    on_message = where.get("type") == "message"
    place = Place(str(body.get("response_url") or ""), replaces=on_message, key=_key(body))
    if not on_message or where.get("is_ephemeral"):
        return place
    return replace(place, channel=str(where.get("channel_id", "")), ts=str(where.get("message_ts", "")))


def view_id(body: Payload) -> str:
    """The modal in which it happened; empty for a message and for the home."""
    view = body.get("view")
    return str(view.get("id", "")) if isinstance(view, Mapping) and view.get("type") == "modal" else ""


def answers(body: Payload) -> dict[str, str]:
    """What was typed into a form."""
    return values(body.get("view", {}).get("state", {}).get("values", {}))


def shown(body: Payload) -> set[str]:
    """The names of the questions that the form shows."""
    blocks = body.get("view", {}).get("blocks", [])
    return {str(block.get("block_id", "")) for block in blocks if block.get("type") == "input"}


def _kept(metadata: str) -> Place:
    try:
        told = json.loads(metadata)
        fixed = tuple((str(name), str(value)) for name, value in told.pop("fixed"))
        return Place(**{name: str(told[name]) for name in _TOLD}, replaces=told["replaces"] is True, fixed=fixed)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return NOWHERE


def _key(body: Payload) -> str:
    """The mark of a reminder, which its message keeps when it is replaced: it is looked for before a second send."""
    message = body.get("message")
    blocks = message.get("blocks") if isinstance(message, Mapping) else None
    return key_of(str(blocks[0].get("block_id", ""))) if blocks else ""


def _container(body: Payload) -> Payload:
    found = body.get("container")
    return found if isinstance(found, Mapping) else {}


def _id(of: object) -> str:
    return str(of.get("id") or "") if isinstance(of, Mapping) else ""
