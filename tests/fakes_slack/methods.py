"""The methods of the Web API that the fake plays."""

from __future__ import annotations

from collections.abc import Callable

from tests.fakes_slack.state import Json, SlackScreenMessage, SlackView
from tests.fakes_slack.world import SLACK_APP_ID, SLACK_BOT_USER_ID, SlackApiRefusal, SlackWorld

ApiMethod = Callable[[SlackWorld, Json], Json]


def auth_test(world: SlackWorld, _given: Json) -> Json:
    names = {"team": "Job club", "user": "stalemate"}
    return {"url": f"{world.url}/", **names, "team_id": world.team, "user_id": SLACK_BOT_USER_ID, "bot_id": "B0BOT"} | {
        "is_enterprise_install": False,
        "app_id": SLACK_APP_ID,
    }


def conversations_open(world: SlackWorld, given: Json) -> Json:
    user = world.users.get(given.get("users", ""))
    if user is None:
        raise SlackApiRefusal("user_not_found" if given.get("users") else "users_list_not_supplied")
    if user.deleted:
        raise SlackApiRefusal("user_disabled")
    known = f"D{user.id[1:]}" in world.channels
    return {"channel": {"id": world.dm(user.id)}} | ({"no_op": True, "already_open": True} if known else {})


def _is_within_range(message: SlackScreenMessage, given: Json) -> bool:
    ts, oldest, latest = float(message.ts), float(given.get("oldest") or 0), float(given.get("latest") or "inf")
    return oldest <= ts <= latest if _is_true_argument(given.get("inclusive")) else oldest < ts < latest


def _is_true_argument(value: object) -> bool:
    return value in (True, 1, "1", "true", "True")


def conversations_history(world: SlackWorld, given: Json) -> Json:
    """The newest first; with a cursor from one page to the next."""
    channel = given.get("channel", "")
    if channel not in world.channels:
        raise SlackApiRefusal("channel_not_found")
    found = [one for one in reversed(world.channels[channel]) if not one.gone and _is_within_range(one, given)]
    limit = min(int(given.get("limit") or 100), 999)
    cursor = given.get("cursor") or "next:0"
    if not cursor.startswith("next:"):
        raise SlackApiRefusal("invalid_cursor")
    start = int(cursor.removeprefix("next:"))
    page = [one.payload(_is_true_argument(given.get("include_all_metadata"))) for one in found[start : start + limit]]
    more = len(found) > start + limit
    after = f"next:{start + limit}" if more else ""
    return {"messages": page, "has_more": more, "pin_count": 0, "response_metadata": {"next_cursor": after}}


def post_message(world: SlackWorld, given: Json) -> Json:
    channel = world.open_to_bot(given["channel"])
    world.checked("chat.postMessage", given)
    message = world.post(channel, given)
    return {"channel": channel, "ts": message.ts, "message": message.payload(True)}


def update_message(world: SlackWorld, given: Json) -> Json:
    channel = world.open_to_bot(given["channel"])
    message = world.find(channel, given["ts"])
    if message.author != SLACK_BOT_USER_ID:
        raise SlackApiRefusal("cant_update_message")
    world.checked("chat.update", given)
    world.change(message, given)
    return {"channel": channel, "ts": message.ts, "text": message.text, "message": message.payload()}


def view_payload(world: SlackWorld, view: SlackView) -> Json:
    """A view as Slack hands it out."""
    return {
        **dict.fromkeys(("private_metadata", "callback_id", "external_id"), ""),
        **dict.fromkeys(("title", "submit", "close")),
        "clear_on_close": False,
        "notify_on_close": False,
        **view.body,
        "id": view.id,
        "team_id": world.team,
        "state": {"values": {}},
        "hash": view.hash,
        "previous_view_id": None,
        "root_view_id": view.id,
        "app_id": SLACK_APP_ID,
        "app_installed_team_id": world.team,
        "bot_id": "B0BOT",
    }


def views_open(world: SlackWorld, given: Json) -> Json:
    world.checked_view("views.open", given["view"], "modal")
    trigger = world.use_trigger(given["trigger_id"])
    view = world.new_view(trigger.user, given["view"])
    world.screens[trigger.user].stack[:] = [view]
    return {"view": view_payload(world, view)}


def _named_view(world: SlackWorld, given: Json) -> SlackView:
    for view in world.views.values():
        if view.id == given.get("view_id") and view in world.screens[view.user].stack:
            return view
    raise SlackApiRefusal("not_found")


def views_update(world: SlackWorld, given: Json) -> Json:
    world.checked_view("views.update", given.get("view"), "modal")
    view = _named_view(world, given)
    if given.get("hash") not in (None, view.hash):
        raise SlackApiRefusal("hash_conflict")
    world.change_view(view, given["view"])
    return {"view": view_payload(world, view)}


def views_publish(world: SlackWorld, given: Json) -> Json:
    if given["user_id"] not in world.users:
        raise SlackApiRefusal("invalid_arguments", response_metadata={"messages": ["[ERROR] user_not_found"]})
    world.checked_view("views.publish", given["view"], "home")
    screen = world.screens[given["user_id"]]
    if given.get("hash") and (screen.home is None or screen.home.hash != given["hash"]):
        raise SlackApiRefusal("hash_conflict")
    if screen.home is None:
        screen.home = world.new_view(given["user_id"], given["view"])
    else:
        world.change_view(screen.home, given["view"])
    return {"view": view_payload(world, screen.home)}


def users_info(world: SlackWorld, given: Json) -> Json:
    user = world.users.get(given.get("user", ""))
    if user is None:
        raise SlackApiRefusal("user_not_found")
    return {"user": user.profile(_is_true_argument(given.get("include_locale")), world.team)}


API_METHODS: dict[str, ApiMethod] = {
    "auth.test": auth_test,
    "conversations.open": conversations_open,
    "conversations.history": conversations_history,
    "chat.postMessage": post_message,
    "chat.update": update_message,
    "views.open": views_open,
    "views.update": views_update,
    "views.publish": views_publish,
    "users.info": users_info,
}
