"""Slack's payloads → what a person did, in our words. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from adapters.slack.element_ids import parse_reminder_key
from adapters.slack.forms import parse_slack_form_values
from adapters.slack.profiles import UNKNOWN_PROFILE, SlackProfile
from adapters.slack.unescape import FindUserName, no_user_name, unescape_command_line
from bot.domain.model import Actor, Address, ClubKey

SLACK_PLATFORM = "slack"
DIRECT_MESSAGE_PREFIX = "D"  # begins the id of direct messages
SlackPayload = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SlackCaller:
    """Who did something, of which workspace, in which workspace it happened, and in which channel; see `Actor`."""

    user: str
    team: str
    event_team: str
    channel: str = ""

    def is_member_of(self, team: str) -> bool:
        """Whether it is a member of our workspace, in our workspace."""
        return bool(self.user) and self.team == team and self.event_team == team

    def is_visitor_to(self, team: str) -> bool:
        """Whether it is a member of another one, in a conversation that ours shares with it."""
        return self.team != team and self.event_team == team

    def to_actor(self, profile: SlackProfile | None) -> Actor:
        return to_slack_actor(Address(SLACK_PLATFORM, self.user, self.team), profile, self.channel)


def to_slack_actor(address: Address, profile: SlackProfile | None, channel: str = "") -> Actor:
    """The member with what Slack tells of them; None: it could not be asked."""
    told = profile or UNKNOWN_PROFILE
    club = ClubKey(SLACK_PLATFORM, address.team)
    return Actor(
        address,
        told.zone,
        told.language,
        display_name=told.name,
        club=club,
        may_set_up_club=told.is_admin,
        club_channel_id=channel,
    )


@dataclass(frozen=True, slots=True)
class SlackOrigin:
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

    def to_metadata(self) -> str:
        """As text for a modal; see `place`."""
        return json.dumps(asdict(self), ensure_ascii=False)


_METADATA_TEXT_KEYS = ("reply", "key", "channel", "ts", "command")
NO_ORIGIN = SlackOrigin()  # the answer comes as a direct message


def parse_slash_command(body: SlackPayload, find_name: FindUserName = no_user_name) -> str:
    """The typed line, its slash command in front."""
    return unescape_command_line(body.get("text"), find_name, str(body.get("command", "")))


def parse_command_origin(body: SlackPayload) -> SlackOrigin:
    """Where the answer to a slash command goes."""
    room = _club_channel_or_empty(str(body.get("channel_id") or ""), str(body.get("channel_name") or ""))
    return SlackOrigin(str(body.get("response_url") or ""), room=room)


def parse_slack_caller(body: SlackPayload) -> SlackCaller:
    """The person behind a slash command, a press, a form or a shortcut."""
    user = body.get("user")
    if isinstance(user, Mapping):
        where = _payload_id(body.get("team")) or str(user.get("team_id", ""))
        return SlackCaller(_payload_id(user), str(user.get("team_id", "")) or where, where, parse_origin(body).room)
    team = str(body.get("team_id", ""))
    return SlackCaller(str(body.get("user_id", "")), team, team, parse_command_origin(body).room)


def parse_event_caller(body: SlackPayload) -> SlackCaller:
    """The person behind an event. Slack names the team of a writer only where it differs or may differ."""
    event, where = body.get("event", {}), str(body.get("team_id", ""))
    user = event.get("user")
    if isinstance(user, Mapping):
        return SlackCaller(_payload_id(user), str(user.get("team_id") or where), where)
    named = event.get("user_team") or event.get("source_team") or event.get("team")
    shared = body.get("is_ext_shared_channel") is True or body.get("context_team_id") not in (None, "", where)
    return SlackCaller(str(user or ""), str(named or ("" if shared else where)), where)


def is_direct_message(event: SlackPayload) -> bool:
    """Whether a message is one that a person wrote to the app: no bot's, no edit, no join."""
    kind = event.get("channel_type") or ("im" if str(event.get("channel", "")).startswith("D") else "")
    said = kind == "im" and isinstance(event.get("user"), str)
    return said and not event.get("subtype") and not event.get("bot_id") and bool(event.get("text"))


def parse_pressed_line(body: SlackPayload) -> str:
    """The line of the button."""
    actions = body.get("actions") or [{}]
    return str(actions[0].get("value") or "")


def parse_origin(body: SlackPayload) -> SlackOrigin:
    """Where the answer to a press or a form goes."""
    view = body.get("view")
    if isinstance(view, Mapping) and view.get("private_metadata"):
        return _origin_from_metadata(str(view["private_metadata"]))
    where, reply = _payload_container(body), str(body.get("response_url") or "")
    if where.get("type") != "message":
        return SlackOrigin(reply)
    channel = str(where.get("channel_id") or _payload_id(body.get("channel")))
    place = SlackOrigin(reply, room=_club_channel_or_empty(channel, _payload_name(body.get("channel"))))
    if where.get("is_ephemeral") is True:
        return replace(place, replaces=True)
    if not channel.startswith(DIRECT_MESSAGE_PREFIX):
        # What stands in a channel is everybody's: a private answer in its place would be read by all.
        return place
    return replace(
        place,
        replaces=True,
        key=_parse_replaced_reminder_key(body),
        channel=channel,
        ts=str(where.get("message_ts", "")),
    )


def parse_modal_id(body: SlackPayload) -> str:
    """The modal in which it happened; empty for a message and for the home."""
    view = body.get("view")
    return str(view.get("id", "")) if isinstance(view, Mapping) and view.get("type") == "modal" else ""


def parse_submitted_values(body: SlackPayload) -> dict[str, str]:
    """What was typed into a form."""
    return parse_slack_form_values(body.get("view", {}).get("state", {}).get("values", {}))


def parse_shown_inputs(body: SlackPayload) -> set[str]:
    """The names of the questions that the form shows."""
    blocks = body.get("view", {}).get("blocks", [])
    return {str(block.get("block_id", "")) for block in blocks if block.get("type") == "input"}


def _origin_from_metadata(metadata: str) -> SlackOrigin:
    try:
        told = json.loads(metadata)
        fixed = tuple((str(name), str(value)) for name, value in told.pop("fixed"))
        kept = {name: str(told[name]) for name in _METADATA_TEXT_KEYS}
        # A modal that was opened before this was told has none.
        return SlackOrigin(**kept, room=str(told.get("room", "")), replaces=told["replaces"] is True, fixed=fixed)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return NO_ORIGIN


def _parse_replaced_reminder_key(body: SlackPayload) -> str:
    """The mark of a reminder, which its message keeps when it is replaced: it is looked for before a second send."""
    message = body.get("message")
    blocks = message.get("blocks") if isinstance(message, Mapping) else None
    return parse_reminder_key(str(blocks[0].get("block_id", ""))) if blocks else ""


def _payload_container(body: SlackPayload) -> SlackPayload:
    found = body.get("container")
    return found if isinstance(found, Mapping) else {}


def _club_channel_or_empty(channel: str, channel_name: str) -> str:
    """The channel, unless it is a conversation of few: direct messages, or those of a group."""
    return (
        ""
        if channel.startswith(DIRECT_MESSAGE_PREFIX)
        or channel_name == "directmessage"
        or channel_name.startswith("mpdm-")
        else channel
    )


def _payload_id(payload: object) -> str:
    return str(payload.get("id") or "") if isinstance(payload, Mapping) else ""


def _payload_name(payload: object) -> str:
    return str(payload.get("name") or "") if isinstance(payload, Mapping) else ""
