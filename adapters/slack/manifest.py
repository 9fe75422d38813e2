"""The app's manifest: its commands, shortcuts and events, and only the scopes that they need.

The format: docs.slack.dev/reference/app-manifest. The scopes are derived from `METHOD_SCOPES` and `EVENT_SCOPES`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from bot.commands import COMMAND_ROOTS, COMMANDS

# Each method that the adapter calls, with the scope that it needs; empty: none.
METHOD_SCOPES = {
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
# Each event that the adapter listens to, likewise.
EVENT_SCOPES = {
    "app_home_opened": "",
    "app_uninstalled": "",
    "message.im": "im:history",
    "tokens_revoked": "",
    "user_change": "users:read",
}
INTERACTION_SCOPE = "commands"  # the scope of slash commands and shortcuts
APP_TOKEN_SCOPES = frozenset(["connections:write"])  # of the app-level token, which a manifest cannot request

HTTP_EVENTS_PATH = "/slack/events"  # where Slack sends all requests in HTTP mode
PUBLIC_URL_PATTERN = re.compile(r"(?i:https)://(?P<host>[A-Za-z0-9.-]+(:[0-9]{1,5})?)(?P<path>(/[^\s?#]*)?)")
CREATE_APP_URL = "https://api.slack.com/apps?new_app=1&manifest_json="
SLASH_COMMAND_SUMMARIES = {
    "outreach": "Whose turn it is with your contacts, and what is kind to do next",
    "club": "What your job club does together; nothing of your contacts",
}
UNFINISHED_COMMAND_SUMMARY = "Your job club; its commands are still to come"
ESCAPED_ROOTS = ("club",)  # roots for which Slack sends typed people and channels as ids; elsewhere they stay text
SHORTCUT_DECLARATIONS = (
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
SLACK_APP_NAME = "stalemate"
SLACK_APP_DESCRIPTION = (
    "Keeps track of whose turn it is with your contacts, and turns you kindly to someone else. Answers only you."
)

ManifestJson = dict[str, Any]


def bot_token_scopes() -> list[str]:
    """The scopes of the bot token."""
    return sorted({*METHOD_SCOPES.values(), *EVENT_SCOPES.values(), INTERACTION_SCOPE} - {""} - APP_TOKEN_SCOPES)


def build_slack_manifest(url: str = "") -> ManifestJson:
    """The manifest: for HTTP mode if `url` is the bot's public address, for Socket Mode if it is empty.

    Raises `ValueError`, with a sentence for the host, for an address that Slack would not call.
    """
    calls = {"request_url": build_request_url(url)} if url else {}
    return {
        "display_information": {"name": SLACK_APP_NAME, "description": SLACK_APP_DESCRIPTION},
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                # Without these two nobody could write to the bot.
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": SLACK_APP_NAME, "always_online": False},
            "shortcuts": [dict(declaration) for declaration in SHORTCUT_DECLARATIONS],
            "slash_commands": [_slash_command_declaration(root, calls) for root in COMMAND_ROOTS],
        },
        "oauth_config": {"scopes": {"bot": bot_token_scopes()}},
        "settings": {
            "event_subscriptions": {**calls, "bot_events": sorted(EVENT_SCOPES)},
            "interactivity": {"is_enabled": True, **calls},
            "org_deploy_enabled": False,
            "socket_mode_enabled": not url,
            "token_rotation_enabled": False,
        },
    }


def _slash_command_declaration(root: str, calls: Mapping[str, str]) -> ManifestJson:
    rows = [row for row in COMMANDS if row.root == root and not row.is_hidden]
    hint = " | ".join(row.name for row in [row for row in rows if row.is_essential] or rows)
    return {
        "command": f"/{root}",
        **({"url": calls["request_url"]} if calls else {}),
        "description": SLASH_COMMAND_SUMMARIES[root] if rows else UNFINISHED_COMMAND_SUMMARY,
        **({"usage_hint": hint} if hint else {}),
        "should_escape": root in ESCAPED_ROOTS,
    }


def build_request_url(url: str) -> str:
    """The URL that Slack calls. `url`: the bot's public address, with or without that path. Raises `ValueError`."""
    if not url.strip().lower().startswith("https://"):
        raise ValueError("Slack calls only https://; give the public address of your reverse proxy or tunnel")
    match = PUBLIC_URL_PATTERN.fullmatch(url.strip())
    if not match:
        raise ValueError("give an address such as https://bot.example.org, with nothing behind its path")
    return f"https://{match['host']}{match['path'].rstrip('/').removesuffix(HTTP_EVENTS_PATH)}{HTTP_EVENTS_PATH}"


def create_app_link(manifest: ManifestJson) -> str:
    """The URL of Slack's page for creating the app, with the manifest filled in."""
    return CREATE_APP_URL + quote(json.dumps(manifest, separators=(",", ":")), safe="")


def manifest_to_json(manifest: ManifestJson) -> str:
    return json.dumps(manifest, indent=2, ensure_ascii=False)


def manifest_to_yaml(manifest: ManifestJson) -> str:
    """The manifest as YAML. Texts are quoted as in JSON, which YAML parses the same way."""
    return "\n".join(_yaml_lines(manifest))


def _yaml_lines(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            lines = list(_yaml_lines(item))
            yield from (
                [f"{key}:", *(f"  {line}" for line in lines)] if _is_yaml_container(item) else [f"{key}: {lines[0]}"]
            )
    elif isinstance(value, list):
        for item in value:
            first, *rest = _yaml_lines(item)
            yield from [f"- {first}", *(f"  {line}" for line in rest)]
    else:
        yield json.dumps(value, ensure_ascii=False)


def _is_yaml_container(value: Any) -> bool:
    return isinstance(value, dict | list)
