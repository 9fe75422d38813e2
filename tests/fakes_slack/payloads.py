"""The payloads that Slack sends, in their true shapes."""

from __future__ import annotations

import re
from typing import Any

from tests.fakes_slack.forms import action_of, state_of
from tests.fakes_slack.methods import view_payload
from tests.fakes_slack.reading import escaped
from tests.fakes_slack.state import Json, Message, User, View
from tests.fakes_slack.world import APP, BOT, World

DOMAIN = "jobclub"
VERIFICATION = "an old verification word"
CALLS = ("here", "channel", "everyone")
AT, HASH = re.compile(r"(?<!\S)@([\w.-]+)"), re.compile(r"(?<!\S)#([\w.-]+)")
LINK = re.compile(r"https?://\S+|(?<![\w.])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def typed(text: str) -> str:
    """What a person typed as Slack hands it on: escaped, with links and addresses in angle brackets."""

    def marked(found: re.Match[str]) -> str:
        return f"<{found[0]}>" if "://" in found[0] else f"<mailto:{found[0]}|{found[0]}>"

    return LINK.sub(marked, escaped(text))


def named(world: World, text: str) -> str:
    """The same for a command that asked for it: people, channels and calls in angle brackets as well."""
    people = {user.name: user.id for user in world.users.values()}
    rooms = {room.name: room for room in world.rooms.values()}

    def person(found: re.Match[str]) -> str:
        if found[1] in CALLS:
            return f"<!{found[1]}>"
        return f"<@{people[found[1]]}|{found[1]}>" if found[1] in people else found[0]

    def room(found: re.Match[str]) -> str:
        of = rooms.get(found[1])
        # The name of a private one is not told. (Seen in payloads; docs.slack.dev does not mention it.)
        return found[0] if of is None else f"<#{of.id}|{'' if of.private else of.name}>"

    return HASH.sub(room, AT.sub(person, typed(text)))


def _user(world: World, user: User) -> Json:
    return {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team or world.team}


def _channel(world: World, channel: str) -> Json:
    room = world.rooms.get(channel)
    return {"id": channel, "name": "directmessage" if room is None else "privategroup" if room.private else room.name}


def command(world: World, user: User, name: str, text: str, channel: str) -> Json:
    where = _channel(world, channel)
    return {
        "token": VERIFICATION,
        "team_id": user.team or world.team,
        "team_domain": DOMAIN,
        "channel_id": channel,
        "channel_name": where["name"],
        "user_id": user.id,
        "user_name": user.name,
        "command": name,
        "text": named(world, text) if name in world.escaping else escaped(text),
        "api_app_id": APP,
        "is_enterprise_install": "false",
        "response_url": world.new_address(user.id, channel),
        "trigger_id": world.new_trigger(user.id),
    }


def event(world: World, inner: Json) -> Json:
    authorization = {"team_id": world.team, "user_id": BOT, "is_bot": True, "enterprise_id": None}
    return {
        "token": VERIFICATION,
        "team_id": world.team,
        "context_team_id": world.team,
        "context_enterprise_id": None,
        "api_app_id": APP,
        "event": inner,
        "type": "event_callback",
        "event_id": world.counter.id("Ev"),
        "event_time": int(world.clock()),
        "authorizations": [authorization | {"is_enterprise_install": False}],
        "is_ext_shared_channel": False,
        "event_context": world.counter.id("4-"),
    }


def direct_message(world: World, user: User, message: Message) -> Json:
    return message.payload() | {
        "client_msg_id": world.counter.id("client-"),
        "team": user.team or world.team,
        "user_team": user.team or world.team,
        "channel": message.channel,
        "channel_type": "im",
        "event_ts": message.ts,
    }


def echo(world: World, message: Message, changed: bool) -> Json:
    """A message event about a message that stands there: as new, or as changed."""
    mark = {"bot_id": "B0BOT", "app_id": APP} if message.author == BOT else {}
    own = message.payload() | mark | {"team": world.team}
    where = {"channel": message.channel, "channel_type": "im", "event_ts": world.counter.ts()}
    if not changed:
        return own | where
    before = own | {"text": message.versions[-1] if message.versions else message.text}
    outer = {"type": "message", "subtype": "message_changed", "hidden": True, "ts": world.counter.ts()}
    return outer | {"message": own, "previous_message": before} | where


def rich(text: str) -> list[Json]:
    """The blocks that Slack makes of what a person typed."""
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return [{"type": "rich_text", "elements": [section]}]


def _interaction(world: World, user: User, kind: str) -> Json:
    return {
        "type": kind,
        "user": _user(world, user),
        "api_app_id": APP,
        "token": VERIFICATION,
        "trigger_id": world.new_trigger(user.id),
        "team": {"id": world.team, "domain": DOMAIN},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _kept(node: Any) -> Any:
    """Blocks as Slack gives them back: their texts are escaped, plain ones too (bolt-python issue 513)."""
    if isinstance(node, list):
        return [_kept(one) for one in node]
    if not isinstance(node, dict):
        return node
    if node.get("type") == "plain_text":
        return node | {"text": escaped(node["text"])}
    return {name: _kept(value) for name, value in node.items()}


def press_message(world: World, user: User, message: Message, block: Json, element: Json, choice: str = "") -> Json:
    """`block_actions` of a message; Slack shows the message itself only when it is not ephemeral."""
    container = {"type": "message", "message_ts": message.ts, "channel_id": message.channel}
    stands = [*world.shown[user.id], *world.channels.get(message.channel, [])]
    standing = next((stand for stand in stands if stand.ts == message.ts), message)
    seen = {} if message.only_for else {"message": _kept(message.payload() | {"bot_id": "B0BOT", "team": world.team})}
    inner = _interaction(world, user, "block_actions") | seen
    return inner | {
        "container": container | {"is_ephemeral": bool(message.only_for)},
        "channel": _channel(world, message.channel),
        "state": {"values": {}},
        "response_url": world.new_address(user.id, message.channel, standing),
        "actions": [_kept(action_of(block, element, choice)) | {"action_ts": world.counter.ts()}],
    }


def press_view(world: World, user: User, view: View, block: Json, element: Json, choice: str = "") -> Json:
    inner = _interaction(world, user, "block_actions")
    world.triggers[inner["trigger_id"]].view = view.id
    return inner | {
        "container": {"type": "view", "view_id": view.id},
        "view": _kept(view_payload(world, view)) | {"state": {"values": state_of(view)}},
        "actions": [_kept(action_of(block, element, choice)) | {"action_ts": world.counter.ts()}],
    }


def submission(world: World, user: User, view: View) -> Json:
    inner = _interaction(world, user, "view_submission")
    world.triggers[inner["trigger_id"]].view = view.id
    return inner | {
        "view": _kept(view_payload(world, view)) | {"state": {"values": state_of(view)}},
        "response_urls": [],
    }


def closed(world: World, user: User, view: View, cleared: bool) -> Json:
    inner = _interaction(world, user, "view_closed")
    del inner["trigger_id"]
    return inner | {"view": _kept(view_payload(world, view)), "is_cleared": cleared}


def shortcut(world: World, user: User, callback: str) -> Json:
    return _interaction(world, user, "shortcut") | {"callback_id": callback, "action_ts": world.counter.ts()}


def message_shortcut(world: World, user: User, callback: str, message: Message) -> Json:
    return _interaction(world, user, "message_action") | {
        "callback_id": callback,
        "action_ts": world.counter.ts(),
        "channel": _channel(world, message.channel),
        "message_ts": message.ts,
        "message": message.payload() | {"team": world.team},
        "response_url": world.new_address(user.id, message.channel),
    }
