"""The Web API over HTTP: tokens, arguments, faults, then the method."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from aiohttp import web

from tests.fakes_common.server import answer_with_faults
from tests.fakes_slack.faults import Failure, limited
from tests.fakes_slack.methods import API_METHODS
from tests.fakes_slack.state import Json, SlackCall
from tests.fakes_slack.world import SlackApiRefusal, SlackWorld

SLACK_WEB_API_FILE = Path(__file__).parents[3] / "shared" / "api-specs" / "slack-web-api.json"
JSON_ARGUMENTS = ("blocks", "view", "metadata", "attachments")
COMMON_ARGUMENTS = {"token", "team_id"}  # taken by each method: Bolt adds the team to what it calls
REQUIRED_ARGUMENTS = {
    "chat.postMessage": ("channel",),
    "chat.update": ("channel", "ts"),
    "conversations.history": ("channel",),
    "users.info": ("user",),
    "views.open": ("trigger_id", "view"),
    "views.update": ("view",),
    "views.publish": ("user_id", "view"),
}


def slack_method_specs() -> dict[str, Json]:
    """Slack's methods with their arguments, empty where the file is not there."""
    return dict(json.loads(SLACK_WEB_API_FILE.read_text(encoding="utf-8"))) if SLACK_WEB_API_FILE.exists() else {}


async def parse_call_arguments(request: web.Request) -> Json:
    """What was sent, by query, form or JSON; values that hold JSON are read."""
    given: Json = dict(request.query)
    if request.content_type == "application/json":
        given |= json.loads(await request.text() or "{}")
    else:
        given |= {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    for name in JSON_ARGUMENTS:
        if isinstance(given.get(name), str) and given[name]:
            given[name] = json.loads(given[name])
    return given


def too_early(seconds: float) -> Failure:
    """Slack says whole seconds."""
    return limited(int(seconds) + 1)


def bearer_token(request: web.Request) -> str:
    return request.headers.get("Authorization", "").removeprefix("Bearer ").strip()


class FakeWebApi:
    """Plays `/api/{method}`; `open_link` gives the address of a new Socket Mode connection."""

    def __init__(self, world: SlackWorld, bot_token: str, app_token: str, open_link: Callable[[], str]) -> None:
        self.world = world
        self.bot_token = bot_token
        self.app_token = app_token
        self.open_link = open_link
        self.spec = slack_method_specs()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        given = await parse_call_arguments(request)
        call = SlackCall(method, given, self.world.clock(), bearer_token(request))
        self.world.calls.append(call)
        self._compare(request, call)
        return await answer_with_faults(self.world, request, call, lambda: self._answer(call), too_early)

    def _compare(self, request: web.Request, call: SlackCall) -> None:
        spec = self.spec.get(call.method)
        if call.method not in API_METHODS and call.method != "apps.connections.open":
            self.world.complain(call.method, "a method that the fake does not play")
        if spec is None:
            return
        known, given = spec["args"], call.arguments.keys() - COMMON_ARGUMENTS
        self.world.complain(call.method, *(f"no argument {name!r}" for name in sorted(given - known.keys())))
        missing = sorted(name for name, one in known.items() if one["required"] and name not in given)
        self.world.complain(call.method, *(f"argument {name!r} is missing" for name in missing))
        if request.content_type == "application/json" and call.arguments and not spec["json"]:
            self.world.complain(call.method, "takes no JSON")

    async def _answer(self, call: SlackCall) -> web.Response:
        try:
            answer = {"ok": True, **self._played(call)}
        except SlackApiRefusal as refused:
            answer = refused.answer
        call.answered.append("ok" if answer["ok"] else answer["error"])
        return web.json_response(answer, headers={"x-oauth-scopes": "chat:write,commands,im:history,users:read"})

    def _played(self, call: SlackCall) -> Json:
        self._known(call)
        if call.method == "apps.connections.open":
            return {"url": self.open_link()}
        if call.method not in API_METHODS:
            raise SlackApiRefusal("unknown_method", req_method=call.method)
        if missing := [name for name in REQUIRED_ARGUMENTS.get(call.method, ()) if not call.arguments.get(name)]:
            self.world.complain(call.method, *(f"needs {name!r}" for name in missing))
            raise SlackApiRefusal("invalid_arguments", response_metadata={"messages": [f"[ERROR] missing {missing}"]})
        return API_METHODS[call.method](self.world, call.arguments)

    def _known(self, call: SlackCall) -> None:
        token = call.token or call.arguments.get("token", "")
        if not token:
            raise SlackApiRefusal("not_authed")
        if self.world.token_error:
            raise SlackApiRefusal(self.world.token_error)
        wanted = self.app_token if call.method == "apps.connections.open" else self.bot_token
        if token != wanted:
            raise SlackApiRefusal(
                "not_allowed_token_type" if token in (self.app_token, self.bot_token) else "invalid_auth"
            )
