"""Slack's payloads → what a person did, in our words. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from adapters.slack.element_ids import key_of
from adapters.slack.forms import values
from adapters.slack.profiles import UNKNOWN, Profile
from adapters.slack.unescape import Names, line, nobody
from bot.domain.model import Actor, Address, ClubKey

PLATFORM = "slack"
DIRECT = "D"  # begins the id of direct messages
Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who did something, of which workspace, in which workspace it happened, and in which channel; see `Actor`."""

    user: str
    team: str
    where: str
    room: str = ""

    def belongs(self, team: str) -> bool:
        """Whether it is a member of our workspace, in our workspace."""
        return bool(self.user) and self.team == team and self.where == team

    def visits(self, team: str) -> bool:
        """Whether it is a member of another one, in a conversation that ours shares with it."""
        return self.team != team and self.where == team

    def actor(self, profile: Profile | None) -> Actor:
        return actor(Address(PLATFORM, self.user, self.team), profile, self.room)


def actor(address: Address, profile: Profile | None, room: str = "") -> Actor:
    """The member with what Slack tells of them; None: it could not be asked."""
    told = profile or UNKNOWN
    club = ClubKey(PLATFORM, address.team)
    return Actor(address, told.zone, told.language, name=told.name, club=club, leads=told.leads, room=room)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer goes: the address that Slack gave for it, and whether it replaces what stands there.

    `channel` and `ts`: the direct message that stands there. `room`: the channel where it was said; see `Actor`.
    `command`: that of a form, with its fixed values. All of it rides in a modal's `private_metadata`.
    """

    reply: str = field(default="", repr=False)
    replaces: bool = False
    key: str = ""
    channel: str = ""
    ts: str = ""
    room: str = ""
    command: str = ""
    fixed: tuple[tuple[str, str], ...] = ()

    def metadata(self) -> str:
        """As text for a modal; see `place`."""
        return json.dumps(asdict(self), ensure_ascii=False)


_TOLD = ("reply", "key", "channel", "ts", "command")
NOWHERE = Place()  # the answer comes as a direct message


def command(body: Payload, names: Names = nobody) -> str:
    """The typed line, its slash command in front."""
    return line(body.get("text"), names, str(body.get("command", "")))


def command_place(body: Payload) -> Place:
    """Where the answer to a slash command goes."""
    room = _room(str(body.get("channel_id") or ""), str(body.get("channel_name") or ""))
    return Place(str(body.get("response_url") or ""), room=room)


def caller(body: Payload) -> Caller:
    """The person behind a slash command, a press, a form or a shortcut."""
    user = body.get("user")
    if isinstance(user, Mapping):
        where = _id(body.get("team")) or str(user.get("team_id", ""))
        return Caller(_id(user), str(user.get("team_id", "")) or where, where, place(body).room)
    team = str(body.get("team_id", ""))
    return Caller(str(body.get("user_id", "")), team, team, command_place(body).room)


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
    where, reply = _container(body), str(body.get("response_url") or "")
    if where.get("type") != "message":
        return Place(reply)
    channel = str(where.get("channel_id") or _id(body.get("channel")))
    place = Place(reply, room=_room(channel, _named(body.get("channel"))))
    if where.get("is_ephemeral") is True:
        return replace(place, replaces=True)
    if not channel.startswith(DIRECT):
        # What stands in a channel is everybody's: a private answer in its place would be read by all.
        return place
    return replace(place, replaces=True, key=_key(body), channel=channel, ts=str(where.get("message_ts", "")))


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
        kept = {name: str(told[name]) for name in _TOLD}
        # A modal that was opened before this was told has none.
        return Place(**kept, room=str(told.get("room", "")), replaces=told["replaces"] is True, fixed=fixed)
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


def _room(channel: str, name: str) -> str:
    """The channel, unless it is a conversation of few: direct messages, or those of a group."""
    return "" if channel.startswith(DIRECT) or name == "directmessage" or name.startswith("mpdm-") else channel


def _id(of: object) -> str:
    return str(of.get("id") or "") if isinstance(of, Mapping) else ""


def _named(of: object) -> str:
    return str(of.get("name") or "") if isinstance(of, Mapping) else ""
