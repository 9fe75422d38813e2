"""The payloads that Slack sends, in their true shapes."""

from __future__ import annotations

import re
from typing import Any

from tests.fakes_slack.forms import block_action, view_state
from tests.fakes_slack.methods import view_payload
from tests.fakes_slack.reading import escape_entities
from tests.fakes_slack.state import Json, SlackScreenMessage, SlackUser, SlackView
from tests.fakes_slack.world import SLACK_APP_ID, SLACK_BOT_USER_ID, SlackWorld

TEAM_DOMAIN = "jobclub"
VERIFICATION_TOKEN = "an old verification word"  # noqa: S105 - nobody looks at it
GROUP_MENTION_NAMES = ("here", "channel", "everyone")
AT_NAME, HASH_NAME = re.compile(r"(?<!\S)@([\w.-]+)"), re.compile(r"(?<!\S)#([\w.-]+)")
TYPED_LINK = re.compile(r"https?://\S+|(?<![\w.])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def escape_typed_text(text: str) -> str:
    """What a person typed as Slack hands it on: escaped, with links and addresses in angle brackets."""

    def marked(found: re.Match[str]) -> str:
        return f"<{found[0]}>" if "://" in found[0] else f"<mailto:{found[0]}|{found[0]}>"

    return TYPED_LINK.sub(marked, escape_entities(text))


def escape_command_text(world: SlackWorld, text: str) -> str:
    """The same for a command that asked for it: people, channels and calls in angle brackets as well."""
    people = {user.name: user.id for user in world.users.values()}
    rooms = {room.name: room for room in world.rooms.values()}

    def person(found: re.Match[str]) -> str:
        if found[1] in GROUP_MENTION_NAMES:
            return f"<!{found[1]}>"
        return f"<@{people[found[1]]}|{found[1]}>" if found[1] in people else found[0]

    def room(found: re.Match[str]) -> str:
        of = rooms.get(found[1])
        # The name of a private one is not told. (Seen in payloads; docs.slack.dev does not mention it.)
        return found[0] if of is None else f"<#{of.id}|{'' if of.private else of.name}>"

    return HASH_NAME.sub(room, AT_NAME.sub(person, escape_typed_text(text)))


def _user_payload(world: SlackWorld, user: SlackUser) -> Json:
    return {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team or world.team}


def _channel_payload(world: SlackWorld, channel: str) -> Json:
    room = world.rooms.get(channel)
    return {"id": channel, "name": "directmessage" if room is None else "privategroup" if room.private else room.name}


def command_payload(world: SlackWorld, user: SlackUser, name: str, text: str, channel: str) -> Json:
    where = _channel_payload(world, channel)
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": user.team or world.team,
        "team_domain": TEAM_DOMAIN,
        "channel_id": channel,
        "channel_name": where["name"],
        "user_id": user.id,
        "user_name": user.name,
        "command": name,
        "text": escape_command_text(world, text) if name in world.escaping else escape_entities(text),
        "api_app_id": SLACK_APP_ID,
        "is_enterprise_install": "false",
        "response_url": world.new_address(user.id, channel),
        "trigger_id": world.new_trigger(user.id),
    }


def event_payload(world: SlackWorld, inner: Json) -> Json:
    authorization = {"team_id": world.team, "user_id": SLACK_BOT_USER_ID, "is_bot": True, "enterprise_id": None}
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": world.team,
        "context_team_id": world.team,
        "context_enterprise_id": None,
        "api_app_id": SLACK_APP_ID,
        "event": inner,
        "type": "event_callback",
        "event_id": world.counter.id("Ev"),
        "event_time": int(world.clock()),
        "authorizations": [authorization | {"is_enterprise_install": False}],
        "is_ext_shared_channel": False,
        "event_context": world.counter.id("4-"),
    }


def direct_message_event(world: SlackWorld, user: SlackUser, message: SlackScreenMessage) -> Json:
    return message.payload() | {
        "client_msg_id": world.counter.id("client-"),
        "team": user.team or world.team,
        "user_team": user.team or world.team,
        "channel": message.channel,
        "channel_type": "im",
        "event_ts": message.ts,
    }


def own_message_event(world: SlackWorld, message: SlackScreenMessage, changed: bool) -> Json:
    """A message event about a message that stands there: as new, or as changed."""
    mark = {"bot_id": "B0BOT", "app_id": SLACK_APP_ID} if message.author == SLACK_BOT_USER_ID else {}
    own = message.payload() | mark | {"team": world.team}
    where = {"channel": message.channel, "channel_type": "im", "event_ts": world.counter.ts()}
    if not changed:
        return own | where
    before = own | {"text": message.versions[-1] if message.versions else message.text}
    outer = {"type": "message", "subtype": "message_changed", "hidden": True, "ts": world.counter.ts()}
    return outer | {"message": own, "previous_message": before} | where


def typed_rich_text(text: str) -> list[Json]:
    """The blocks that Slack makes of what a person typed."""
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return [{"type": "rich_text", "elements": [section]}]


def _base_interaction(world: SlackWorld, user: SlackUser, kind: str) -> Json:
    return {
        "type": kind,
        "user": _user_payload(world, user),
        "api_app_id": SLACK_APP_ID,
        "token": VERIFICATION_TOKEN,
        "trigger_id": world.new_trigger(user.id),
        "team": {"id": world.team, "domain": TEAM_DOMAIN},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _escaped_blocks(node: Any) -> Any:
    """Blocks as Slack gives them back: their texts are escaped, plain ones too (bolt-python issue 513)."""
    if isinstance(node, list):
        return [_escaped_blocks(one) for one in node]
    if not isinstance(node, dict):
        return node
    if node.get("type") == "plain_text":
        return node | {"text": escape_entities(node["text"])}
    return {name: _escaped_blocks(value) for name, value in node.items()}


def message_press_payload(
    world: SlackWorld, user: SlackUser, message: SlackScreenMessage, block: Json, element: Json, choice: str = ""
) -> Json:
    """`block_actions` of a message; Slack shows the message itself only when it is not ephemeral."""
    container = {"type": "message", "message_ts": message.ts, "channel_id": message.channel}
    stands = [*world.shown[user.id], *world.channels.get(message.channel, [])]
    standing = next((stand for stand in stands if stand.ts == message.ts), message)
    seen = (
        {}
        if message.only_for
        else {"message": _escaped_blocks(message.payload() | {"bot_id": "B0BOT", "team": world.team})}
    )
    inner = _base_interaction(world, user, "block_actions") | seen
    return inner | {
        "container": container | {"is_ephemeral": bool(message.only_for)},
        "channel": _channel_payload(world, message.channel),
        "state": {"values": {}},
        "response_url": world.new_address(user.id, message.channel, standing),
        "actions": [_escaped_blocks(block_action(block, element, choice)) | {"action_ts": world.counter.ts()}],
    }


def view_press_payload(
    world: SlackWorld, user: SlackUser, view: SlackView, block: Json, element: Json, choice: str = ""
) -> Json:
    inner = _base_interaction(world, user, "block_actions")
    return inner | {
        "container": {"type": "view", "view_id": view.id},
        "view": _escaped_blocks(view_payload(world, view)) | {"state": {"values": view_state(view)}},
        "actions": [_escaped_blocks(block_action(block, element, choice)) | {"action_ts": world.counter.ts()}],
    }


def view_submission_payload(world: SlackWorld, user: SlackUser, view: SlackView) -> Json:
    inner = _base_interaction(world, user, "view_submission")
    return inner | {
        "view": _escaped_blocks(view_payload(world, view)) | {"state": {"values": view_state(view)}},
        "response_urls": [],
    }


def view_closed_payload(world: SlackWorld, user: SlackUser, view: SlackView, cleared: bool) -> Json:
    inner = _base_interaction(world, user, "view_closed")
    del inner["trigger_id"]
    return inner | {"view": _escaped_blocks(view_payload(world, view)), "is_cleared": cleared}


def shortcut_payload(world: SlackWorld, user: SlackUser, callback: str) -> Json:
    return _base_interaction(world, user, "shortcut") | {"callback_id": callback, "action_ts": world.counter.ts()}


def message_shortcut_payload(world: SlackWorld, user: SlackUser, callback: str, message: SlackScreenMessage) -> Json:
    return _base_interaction(world, user, "message_action") | {
        "callback_id": callback,
        "action_ts": world.counter.ts(),
        "channel": _channel_payload(world, message.channel),
        "message_ts": message.ts,
        "message": message.payload() | {"team": world.team},
        "response_url": world.new_address(user.id, message.channel),
    }
