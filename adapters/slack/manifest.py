"""What the app is to Slack: its commands, shortcuts, events, and no scope that nothing here needs.

The format: docs.slack.dev/reference/app-manifest. `METHODS` and `EVENTS` are the truth that the scopes follow from.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from bot.commands import COMMANDS, ROOTS

# Each method that the adapter calls, with the scope that Slack asks for it; empty: it asks for none.
METHODS = {
    "apps.connections.open": "connections:write",
    "auth.test": "",
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "conversations.history": "im:history",
    "conversations.open": "im:write",
    "users.info": "users:read",
    "views.open": "",
    "views.publish": "",
    "views.update": "",
}
# Each event that the adapter listens to.
EVENTS = {
    "app_home_opened": "",
    "app_uninstalled": "",
    "message.im": "im:history",
    "tokens_revoked": "",
    "user_change": "users:read",
}
INTERACTION = "commands"  # the scope of slash commands and shortcuts
APP_LEVEL = frozenset(["connections:write"])  # belongs to the app-level token, which no manifest can ask for

PATH = "/slack/events"  # where Slack calls in http mode, for everything
ADDRESS = re.compile(r"(?i:https)://(?P<host>[A-Za-z0-9.-]+(:[0-9]{1,5})?)(?P<path>(/[^\s?#]*)?)")
CREATE = "https://api.slack.com/apps?new_app=1&manifest_json="
SUMMARIES = {
    "outreach": "Whose turn it is with your contacts, and what is kind to do next",
    "club": "What your job club does together; nothing of your contacts",
}
TO_COME = "Your job club; its commands are still to come"
ESCAPED = ("club",)  # the roots whose text names people and channels by their ids; elsewhere a name is a name
SHORTCUTS = (
    {
        "type": "global",
        "callback_id": "log",
        "name": "Log an outreach attempt",
        "description": "Note that you reached out to someone",
    },
    {
        "type": "message",
        "callback_id": "log_message",
        "name": "Log as outreach",
        "description": "Note that you reached out, beginning from this message",
    },
)
NAME = "stalemate"
DESCRIPTION = (
    "Keeps track of whose turn it is with your contacts, and turns you kindly to someone else. Answers only you."
)

Json = dict[str, Any]


def scopes() -> list[str]:
    """The scopes of the bot token."""
    return sorted({*METHODS.values(), *EVENTS.values(), INTERACTION} - {""} - APP_LEVEL)


def manifest(url: str = "") -> Json:
    """The app's manifest: for http mode with the address that Slack shall call, for socket mode without one.

    Raises `ValueError`, with a sentence for the host, for an address that Slack would not call.
    """
    calls = {"request_url": request_url(url)} if url else {}
    return {
        "display_information": {"name": NAME, "description": DESCRIPTION},
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                # Without these two nobody could write to the bot.
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": NAME, "always_online": False},
            "shortcuts": [dict(one) for one in SHORTCUTS],
            "slash_commands": [_slash(root, calls) for root in ROOTS],
        },
        "oauth_config": {"scopes": {"bot": scopes()}},
        "settings": {
            "event_subscriptions": {**calls, "bot_events": sorted(EVENTS)},
            "interactivity": {"is_enabled": True, **calls},
            "org_deploy_enabled": False,
            "socket_mode_enabled": not url,
            "token_rotation_enabled": False,
        },
    }


def _slash(root: str, calls: Mapping[str, str]) -> Json:
    rows = [row for row in COMMANDS if row.root == root and not row.hidden]
    hint = " | ".join(row.name for row in [row for row in rows if row.core] or rows)
    return {
        "command": f"/{root}",
        **({"url": calls["request_url"]} if calls else {}),
        "description": SUMMARIES[root] if rows else TO_COME,
        **({"usage_hint": hint} if hint else {}),
        "should_escape": root in ESCAPED,
    }


def request_url(url: str) -> str:
    """Where Slack calls, from the bot's public address with or without the path. Raises `ValueError`."""
    if not url.strip().lower().startswith("https://"):
        raise ValueError("Slack calls only https://; give the public address of your reverse proxy or tunnel")
    found = ADDRESS.fullmatch(url.strip())
    if not found:
        raise ValueError("give an address such as https://bot.example.org, with nothing behind its path")
    return f"https://{found['host']}{found['path'].rstrip('/').removesuffix(PATH)}{PATH}"


def link(of: Json) -> str:
    """The page where Slack creates the app, filled in with its manifest."""
    return CREATE + quote(json.dumps(of, separators=(",", ":")), safe="")


def as_json(of: Json) -> str:
    return json.dumps(of, indent=2, ensure_ascii=False)


def as_yaml(of: Json) -> str:
    """The manifest as YAML. Texts are quoted as in JSON, which YAML reads the same way."""
    return "\n".join(_yaml(of))


def _yaml(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, held in value.items():
            lines = list(_yaml(held))
            yield from [f"{key}:", *(f"  {line}" for line in lines)] if _nested(held) else [f"{key}: {lines[0]}"]
    elif isinstance(value, list):
        for held in value:
            first, *rest = _yaml(held)
            yield from [f"- {first}", *(f"  {line}" for line in rest)]
    else:
        yield json.dumps(value, ensure_ascii=False)


def _nested(value: Any) -> bool:
    return isinstance(value, dict | list)
