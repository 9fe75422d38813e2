"""Response addresses: an answer to an interaction, five times within 30 minutes."""

from __future__ import annotations

from aiohttp import web

from tests.fakes_common.server import answer_with_faults
from tests.fakes_slack.state import Json, ResponseAddress, SlackCall
from tests.fakes_slack.web import parse_call_arguments, too_early
from tests.fakes_slack.world import SlackApiRefusal, SlackWorld

MAX_RESPONSE_USES = 5
RESPONSE_SECONDS = 30 * 60
RESPONSE_CALL_NAME = "response_url"
RESPONSE_KEYS = {
    *("text", "blocks", "attachments", "response_type", "replace_original", "delete_original", "thread_ts"),
    *("mrkdwn", "metadata", "unfurl_links", "unfurl_media"),
}


def is_true_flag(value: object) -> bool:
    return value in (True, "true")


class ResponseEndpoint:
    """Plays `/response/{token}`."""

    def __init__(self, world: SlackWorld) -> None:
        self.world = world

    async def handle(self, request: web.Request) -> web.StreamResponse:
        call = SlackCall(RESPONSE_CALL_NAME, await parse_call_arguments(request), self.world.clock())
        self.world.calls.append(call)
        token = request.match_info["token"]
        return await answer_with_faults(self.world, request, call, lambda: self._answer(token, call), too_early)

    async def _answer(self, token: str, call: SlackCall) -> web.Response:
        try:
            self._play(self._open(token), call.arguments)
        except SlackApiRefusal as refused:
            error = refused.answer["error"]
            call.answered.append(error)
            gone = error in ("expired_url", "used_url")
            return web.json_response(refused.answer, status=404 if gone else 400)
        call.answered.append("ok")
        return web.Response(text="ok")

    def _open(self, token: str) -> ResponseAddress:
        address = self.world.addresses.get(token)
        if address is None or self.world.clock() - address.made > RESPONSE_SECONDS:
            raise SlackApiRefusal("expired_url")
        if address.uses >= MAX_RESPONSE_USES:
            raise SlackApiRefusal("used_url")
        address.uses += 1
        return address

    def _play(self, address: ResponseAddress, sent: Json) -> None:
        self.world.complain(
            RESPONSE_CALL_NAME, *(f"no argument {name!r}" for name in sorted(sent.keys() - RESPONSE_KEYS))
        )
        replaces, deletes = is_true_flag(sent.get("replace_original")), is_true_flag(sent.get("delete_original"))
        if (replaces or deletes) and address.original is None:
            self.world.complain(RESPONSE_CALL_NAME, "there is no original to replace or delete")
        if deletes and address.original is not None:
            address.original.gone = True
            if not sent.get("text") and not sent.get("blocks"):
                return
        self.world.checked(RESPONSE_CALL_NAME, sent)
        if replaces and address.original is not None:
            self.world.change(address.original, sent)
            return
        only_for = "" if sent.get("response_type") == "in_channel" else address.user
        self.world.post(address.channel, sent, only_for=only_for)
