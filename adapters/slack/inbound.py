"""Parses Slack's payloads into our own terms: who did what, and where the response goes. Pure."""

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
DIRECT_MESSAGE_PREFIX = "D"  # begins the id of a direct message channel
SlackPayload = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SlackCaller:
    """The user behind an event."""

    user: str
    #: The user's own workspace. Empty: not known.
    team: str
    #: The workspace in which the event happened.
    event_team: str
    #: The club's channel in which it happened. Empty: in private.
    channel: str = ""

    def is_member_of(self, team: str) -> bool:
        """Whether a member of workspace `team` did this inside it."""
        return bool(self.user) and self.team == team and self.event_team == team

    def is_visitor_to(self, team: str) -> bool:
        """Whether a member of another workspace did this in a conversation shared with `team`."""
        return self.team != team and self.event_team == team

    def to_actor(self, profile: SlackProfile | None) -> Actor:
        return to_slack_actor(Address(SLACK_PLATFORM, self.user, self.team), profile, self.channel)


def to_slack_actor(address: Address, profile: SlackProfile | None, channel: str = "") -> Actor:
    """The actor with what Slack tells about them. `profile` is None if Slack could not be asked."""
    known = profile or UNKNOWN_PROFILE
    club = ClubKey(SLACK_PLATFORM, address.team)
    return Actor(
        address,
        known.zone,
        known.language,
        display_name=known.name,
        club=club,
        may_set_up_club=known.is_admin,
        club_channel_id=channel,
    )


@dataclass(frozen=True, slots=True)
class SlackOrigin:
    """The message or form that a response goes to. Modals carry it in their `private_metadata`, by field names."""

    #: Slack's response URL. Empty: none.
    reply: str = field(default="", repr=False)
    #: Whether the response replaces the message of the event.
    replaces: bool = False
    #: The key of the reminder that is replaced. Empty: it is no reminder.
    key: str = ""
    #: Channel and timestamp of the direct message that is replaced. Empty: none.
    channel: str = ""
    ts: str = ""
    #: The club's channel in which the event happened. Empty: in private.
    room: str = ""
    #: The command of a form, and its values that are not asked for.
    command: str = ""
    fixed: tuple[tuple[str, str], ...] = ()

    def to_metadata(self) -> str:
        """As JSON for a modal's `private_metadata`; `parse_origin` reads it back."""
        return json.dumps(asdict(self), ensure_ascii=False)


_METADATA_TEXT_KEYS = ("reply", "key", "channel", "ts", "command")
NO_ORIGIN = SlackOrigin()  # the response is a direct message


def parse_slash_command(body: SlackPayload, find_name: FindUserName = no_user_name) -> str:
    """The typed line after its slash command."""
    return unescape_command_line(body.get("text"), find_name, str(body.get("command", "")))


def parse_command_origin(body: SlackPayload) -> SlackOrigin:
    """Where the response to a slash command goes."""
    club_channel = _club_channel_or_empty(str(body.get("channel_id") or ""), str(body.get("channel_name") or ""))
    return SlackOrigin(str(body.get("response_url") or ""), room=club_channel)


def parse_slack_caller(body: SlackPayload) -> SlackCaller:
    """The user behind a slash command, a button, a form or a shortcut."""
    user = body.get("user")
    if isinstance(user, Mapping):
        event_team = _payload_id(body.get("team")) or str(user.get("team_id", ""))
        team = str(user.get("team_id", "")) or event_team
        return SlackCaller(_payload_id(user), team, event_team, parse_origin(body).room)
    team = str(body.get("team_id", ""))
    return SlackCaller(str(body.get("user_id", "")), team, team, parse_command_origin(body).room)


def parse_event_caller(body: SlackPayload) -> SlackCaller:
    """The user behind an event. Slack names the user's team only where it differs from the event's or may differ."""
    event, event_team = body.get("event", {}), str(body.get("team_id", ""))
    user = event.get("user")
    if isinstance(user, Mapping):
        return SlackCaller(_payload_id(user), str(user.get("team_id") or event_team), event_team)
    named_team = event.get("user_team") or event.get("source_team") or event.get("team")
    shared = body.get("is_ext_shared_channel") is True or body.get("context_team_id") not in (None, "", event_team)
    return SlackCaller(str(user or ""), str(named_team or ("" if shared else event_team)), event_team)


def is_direct_message(event: SlackPayload) -> bool:
    """Whether a person wrote this message to the app: not a bot's, an edit or a notice."""
    kind = event.get("channel_type") or ("im" if str(event.get("channel", "")).startswith("D") else "")
    has_writer = kind == "im" and isinstance(event.get("user"), str)
    return has_writer and not event.get("subtype") and not event.get("bot_id") and bool(event.get("text"))


def parse_pressed_line(body: SlackPayload) -> str:
    """The command line of the button that was pressed, or of the option that was chosen."""
    action = (body.get("actions") or [{}])[0]
    chosen = action.get("selected_option")
    return str((chosen if isinstance(chosen, Mapping) else action).get("value") or "")


def parse_origin(body: SlackPayload) -> SlackOrigin:
    """Where the response to a button or a form goes."""
    view = body.get("view")
    if isinstance(view, Mapping) and view.get("private_metadata"):
        return _origin_from_metadata(str(view["private_metadata"]))
    container, reply = _payload_container(body), str(body.get("response_url") or "")
    if container.get("type") != "message":
        return SlackOrigin(reply)
    channel = str(container.get("channel_id") or _payload_id(body.get("channel")))
    origin = SlackOrigin(reply, room=_club_channel_or_empty(channel, _payload_name(body.get("channel"))))
    if container.get("is_ephemeral") is True:
        return replace(origin, replaces=True)
    if not channel.startswith(DIRECT_MESSAGE_PREFIX):
        # Everybody reads a message in a channel: a private response must not replace it.
        return origin
    return replace(
        origin,
        replaces=True,
        key=_parse_replaced_reminder_key(body),
        channel=channel,
        ts=str(container.get("message_ts", "")),
    )


def parse_modal_id(body: SlackPayload) -> str:
    """The id of the modal in which the event happened; empty for a message and for the home."""
    view = body.get("view")
    return str(view.get("id", "")) if isinstance(view, Mapping) and view.get("type") == "modal" else ""


def parse_submitted_values(body: SlackPayload) -> dict[str, str]:
    """The values of a submitted form by input."""
    return parse_slack_form_values(body.get("view", {}).get("state", {}).get("values", {}))


def parse_shown_inputs(body: SlackPayload) -> set[str]:
    """The names of the inputs that the form shows."""
    blocks = body.get("view", {}).get("blocks", [])
    return {str(block.get("block_id", "")) for block in blocks if block.get("type") == "input"}


def _origin_from_metadata(metadata: str) -> SlackOrigin:
    try:
        saved = json.loads(metadata)
        fixed = tuple((str(name), str(value)) for name, value in saved.pop("fixed"))
        texts = {name: str(saved[name]) for name in _METADATA_TEXT_KEYS}
        # A modal that an earlier version opened has no `room`.
        return SlackOrigin(**texts, room=str(saved.get("room", "")), replaces=saved["replaces"] is True, fixed=fixed)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return NO_ORIGIN


def _parse_replaced_reminder_key(body: SlackPayload) -> str:
    """The key of the reminder that is replaced. The message keeps it, because a second send looks for it."""
    message = body.get("message")
    blocks = message.get("blocks") if isinstance(message, Mapping) else None
    return parse_reminder_key(str(blocks[0].get("block_id", ""))) if blocks else ""


def _payload_container(body: SlackPayload) -> SlackPayload:
    container = body.get("container")
    return container if isinstance(container, Mapping) else {}


def _club_channel_or_empty(channel: str, channel_name: str) -> str:
    """The channel's id; empty if it is a direct or group direct message."""
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
