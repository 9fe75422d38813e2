"""The HTTP interface: token, record, faults, then the route."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.fakes_common.failures import JSON_CONTENT_TYPE
from tests.fakes_common.server import answer_with_faults
from tests.fakes_discord import answers, application, errors, messages
from tests.fakes_discord.errors import ApiError
from tests.fakes_discord.faults import limited
from tests.fakes_discord.schema import body_schema_problems
from tests.fakes_discord.state import DiscordRequest
from tests.fakes_discord.world import DiscordWorld

Json = dict[str, Any]
API_PREFIX = "/api/v10"
CHANNEL_ROUTE = "/channels/{channel}"
WEBHOOK_ROUTE = "/webhooks/{application}/{token}"
CALLBACK_ROUTE = "/interactions/{interaction}/{token}/callback"
GLOBAL_COMMANDS_ROUTE = "/applications/{application}/commands"
GUILD_COMMANDS_ROUTE = "/applications/{application}/guilds/{guild}/commands"


@dataclass(frozen=True)
class RouteRequest:
    """One request as a route takes it."""

    params: dict[str, str]
    query: dict[str, str]
    body: Any


RouteHandler = Callable[[DiscordWorld, RouteRequest], Any]
REST_ROUTES: tuple[tuple[str, str, RouteHandler], ...] = (
    ("GET", "/users/@me", application.get_bot_user),
    ("GET", "/gateway", application.get_gateway),
    ("GET", "/gateway/bot", application.get_gateway_bot),
    ("GET", "/applications/@me", application.get_application),
    ("GET", "/oauth2/applications/@me", application.get_application),
    ("GET", GLOBAL_COMMANDS_ROUTE, application.get_commands),
    ("PUT", GLOBAL_COMMANDS_ROUTE, application.put_commands),
    ("GET", GUILD_COMMANDS_ROUTE, application.get_commands),
    ("PUT", GUILD_COMMANDS_ROUTE, application.put_commands),
    ("GET", "/users/{user}", messages.get_user),
    ("GET", "/guilds/{guild}/members/{user}", messages.get_member),
    ("POST", "/users/@me/channels", messages.create_dm),
    ("GET", CHANNEL_ROUTE, messages.get_channel),
    ("GET", CHANNEL_ROUTE + "/messages", messages.get_channel_messages),
    ("POST", CHANNEL_ROUTE + "/messages", messages.create_message),
    ("POST", CALLBACK_ROUTE, answers.answer_interaction),
    ("POST", WEBHOOK_ROUTE, answers.create_follow_up),
    ("PATCH", WEBHOOK_ROUTE + "/messages/{message}", answers.edit_webhook_message),
)
TOKENLESS_PREFIXES = ("/interactions/", "/webhooks/")  # their token stands in the address


async def _request_body(request: web.Request) -> Any:
    """What was sent: JSON, or the JSON beside files."""
    if request.content_type.startswith("multipart/"):
        return json.loads(str((await request.post()).get("payload_json", "{}")))
    text = await request.text()
    return json.loads(text) if text else {}


def rest_response(status: int, body: Any) -> web.Response:
    """An answer whose content type is exactly what Discord's is."""
    if body is None:
        return web.Response(status=204)
    return web.Response(status=status, body=json.dumps(body).encode(), headers={"Content-Type": JSON_CONTENT_TYPE})


class FakeRestApi:
    """Plays everything under /api/v10."""

    def __init__(self, world: DiscordWorld, token: str) -> None:
        self.world = world
        self.token = token

    def add_to(self, app: web.Application) -> None:
        for method, route, handler in REST_ROUTES:
            app.router.add_route(method, API_PREFIX + route, self._playing(route, handler))
        app.router.add_route("*", "/{anywhere:.*}", self._unknown)

    async def _call(self, request: web.Request, route: str) -> DiscordRequest:
        token = request.headers.get("Authorization", "").removeprefix("Bot ")
        path = request.path.removeprefix(API_PREFIX)
        call = DiscordRequest(
            request.method, route, path, await _request_body(request), dict(request.query), self.world.clock(), token
        )
        self.world.calls.append(call)
        return call

    async def _unknown(self, request: web.Request) -> web.Response:
        call = await self._call(request, request.path)
        self.world.unknown.append(call)
        self.world.complain(call.name, "a route that the fake does not play")
        call.answered.append("404")
        return rest_response(404, errors.not_found().body)

    def _playing(self, route: str, handler: RouteHandler) -> Callable[[web.Request], Any]:
        async def play(request: web.Request) -> web.StreamResponse:
            call = await self._call(request, route)
            asked = RouteRequest(dict(request.match_info), call.query, call.body)
            return await answer_with_faults(
                self.world, request, call, lambda: self._answer(call, asked, handler), limited
            )

        return play

    async def _answer(self, call: DiscordRequest, asked: RouteRequest, handler: RouteHandler) -> web.Response:
        if call.method in ("POST", "PUT", "PATCH"):
            self.world.complain(call.name, *body_schema_problems(call.method, call.route, call.body))
        try:
            if call.token != self.token and not call.route.startswith(TOKENLESS_PREFIXES):
                raise errors.unauthorized()
            answer = handler(self.world, asked)
        except ApiError as refused:
            return self._refused(call, refused)
        except (TypeError, KeyError, AttributeError, ValueError) as wrong:
            self.world.complain(call.name, f"a body that cannot be read: {wrong!r}")
            return self._refused(call, errors.invalid_form([]))
        response = rest_response(200, answer)
        call.answered.append(str(response.status))
        return response

    def _refused(self, call: DiscordRequest, refused: ApiError) -> web.Response:
        call.answered.append(f"{refused.status} {refused.body['code']}")
        return rest_response(refused.status, refused.body)
