"""The HTTP interface: token, record, faults, then the route."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.fakes_discord import answers, application, errors, messages
from tests.fakes_discord.errors import ApiError
from tests.fakes_discord.faults import JSON, Dropped, limited
from tests.fakes_discord.schema import schema_problems
from tests.fakes_discord.state import Call
from tests.fakes_discord.world import World

Json = dict[str, Any]
PREFIX = "/api/v10"
CHANNEL = "/channels/{channel}"
MESSAGE = CHANNEL + "/messages/{message}"
WEBHOOK = "/webhooks/{application}/{token}"
CALLBACK = "/interactions/{interaction}/{token}/callback"
GLOBAL = "/applications/{application}/commands"
IN_GUILD = "/applications/{application}/guilds/{guild}/commands"


@dataclass(frozen=True)
class Asked:
    """One request as a route takes it."""

    params: dict[str, str]
    query: dict[str, str]
    body: Any


Handler = Callable[[World, Asked], Any]
ROUTES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/users/@me", application.me),
    ("GET", "/gateway", application.gateway),
    ("GET", "/gateway/bot", application.gateway_bot),
    ("GET", "/applications/@me", application.about),
    ("GET", "/oauth2/applications/@me", application.about),
    ("GET", GLOBAL, application.commands),
    ("PUT", GLOBAL, application.set_commands),
    ("GET", IN_GUILD, application.commands),
    ("PUT", IN_GUILD, application.set_commands),
    ("GET", "/users/{user}", messages.get_user),
    ("GET", "/guilds/{guild}/members/{user}", messages.get_member),
    ("POST", "/users/@me/channels", messages.open_dm),
    ("GET", CHANNEL, messages.get_channel),
    ("GET", CHANNEL + "/messages", messages.history),
    ("POST", CHANNEL + "/messages", messages.create),
    ("GET", MESSAGE, messages.get),
    ("PATCH", MESSAGE, messages.edit),
    ("DELETE", MESSAGE, messages.delete),
    ("POST", CALLBACK, answers.callback),
    ("POST", WEBHOOK, answers.follow_up),
    ("GET", WEBHOOK + "/messages/{message}", answers.get),
    ("PATCH", WEBHOOK + "/messages/{message}", answers.edit),
    ("DELETE", WEBHOOK + "/messages/{message}", answers.delete),
)
OPEN = ("/interactions/", "/webhooks/")  # their token stands in the address


async def _body(request: web.Request) -> Any:
    """What was sent: JSON, or the JSON beside files."""
    if request.content_type.startswith("multipart/"):
        return json.loads(str((await request.post()).get("payload_json", "{}")))
    text = await request.text()
    return json.loads(text) if text else {}


def reply(status: int, body: Any) -> web.Response:
    """An answer whose content type is exactly what Discord's is."""
    if body is None:
        return web.Response(status=204)
    return web.Response(status=status, body=json.dumps(body).encode(), headers={"Content-Type": JSON})


class Rest:
    """Plays everything under /api/v10."""

    def __init__(self, world: World, token: str) -> None:
        self.world = world
        self.token = token

    def add_to(self, app: web.Application) -> None:
        for method, route, handler in ROUTES:
            app.router.add_route(method, PREFIX + route, self._playing(route, handler))
        app.router.add_route("*", "/{anywhere:.*}", self._unknown)

    async def _call(self, request: web.Request, route: str) -> Call:
        token = request.headers.get("Authorization", "").removeprefix("Bot ")
        path = request.path.removeprefix(PREFIX)
        call = Call(request.method, route, path, await _body(request), dict(request.query), self.world.clock(), token)
        self.world.calls.append(call)
        return call

    async def _unknown(self, request: web.Request) -> web.Response:
        call = await self._call(request, request.path)
        self.world.unknown.append(call)
        self.world.violate(call.name, "a route that the fake does not play")
        call.answered.append("404")
        return reply(404, errors.not_found().body)

    def _playing(self, route: str, handler: Handler) -> Callable[[web.Request], Any]:
        async def play(request: web.Request) -> web.StreamResponse:
            call = await self._call(request, route)
            asked = Asked(dict(request.match_info), call.query, call.body)
            return await faulty(self.world, request, call, lambda: self._answer(call, asked, handler))

        return play

    def _answer(self, call: Call, asked: Asked, handler: Handler) -> web.Response:
        if call.method in ("POST", "PUT", "PATCH"):
            self.world.violate(call.name, *schema_problems(call.method, call.route, call.body))
        try:
            if call.token != self.token and not call.route.startswith(OPEN):
                raise errors.unauthorized()
            answer = handler(self.world, asked)
        except ApiError as refused:
            return self._refused(call, refused)
        except (TypeError, KeyError, AttributeError, ValueError) as wrong:
            self.world.violate(call.name, f"a body that cannot be read: {wrong!r}")
            return self._refused(call, errors.invalid_form([]))
        response = reply(200, answer)
        call.answered.append(str(response.status))
        return response

    def _refused(self, call: Call, refused: ApiError) -> web.Response:
        call.answered.append(f"{refused.status} {refused.body['code']}")
        return reply(refused.status, refused.body)


async def faulty(
    world: World, request: web.Request, call: Call, answer: Callable[[], web.Response]
) -> web.StreamResponse:
    """The answer, or what a scripted fault makes of it: before or after the request had its effect."""
    world.busy += 1
    try:
        if (early := world.faults.early(f"{call.method} {call.path}")) > 0:
            world.violate("early", f"{call.name}, {early:.2f} s before its retry_after is over")
            call.answered.append("early")
            return await limited(early).answer()
        if (fault := world.faults.take(call.name, f"{call.method} {call.path}")) is None:
            return answer()
        if fault.failure.slow:
            await asyncio.sleep(fault.failure.slow)
            return answer()
        if fault.stored:
            answer()
        call.answered.append(fault.failure.name)
        return await fault.failure.answer()
    except Dropped:
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=500)
    finally:
        world.busy -= 1
