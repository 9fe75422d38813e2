"""How an answer of the core reaches the member: into a modal, in place of a message, or as one of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import structlog
from slack_sdk.webhook.async_client import AsyncWebhookClient

from adapters.slack import forms, render
from adapters.slack.api import SlackApi, silent_sdk_logger
from adapters.slack.direct_messages import SlackDirectMessages
from adapters.slack.inbound import DIRECT_MESSAGE_PREFIX, NO_ORIGIN, SlackOrigin
from bot.domain.errors import DeliveryUncertain, TryLater, Undeliverable
from bot.domain.messages import Card, Form, Response
from bot.views.forms import open_form_card
from bot.views.trouble import please_wait_card

MODAL_OPEN_SECONDS = 3.0  # seconds in which a modal must be open: then its trigger is dead (docs.slack.dev, "Modals")
RESPONSE_URL_HOSTS = ("hooks.slack.com", "hooks.slack-gov.com")  # where Slack's response addresses are
LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "::1")
MAX_RESPONSE_DELAY = timedelta(
    minutes=1
)  # an answer waits for so long when Slack asks for a rest; later it helps nobody

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class SlackResponseTarget:
    """Where something was said, and so where its answer goes.

    `trigger` lets a modal be opened within three seconds, once; `view` is the modal in which it was said.
    """

    user: str
    origin: SlackOrigin = NO_ORIGIN
    trigger_id: str = ""
    view_id: str = ""


class SlackResponder:
    """Into the modal, else to the response address, else in place of the message, else as a direct message.

    Nothing here raises. When all of them fail the host is told, without the words. `api`: the address of Slack's API.
    """

    def __init__(
        self, slack_api: SlackApi, direct_messages: SlackDirectMessages, session: aiohttp.ClientSession, api_url: str
    ) -> None:
        # Tests and proxies hand out addresses of their own.
        host = urlsplit(api_url).hostname or ""
        self._response_url_hosts = (*RESPONSE_URL_HOSTS, host, *(LOOPBACK_HOSTS if host in LOOPBACK_HOSTS else ()))
        self._slack_api = slack_api
        self._direct_messages = direct_messages
        self._session = session

    async def respond(self, response: Response, target: SlackResponseTarget) -> None:
        if isinstance(response, Form):
            await self._open_form(response, target)
        else:
            await self._show_card(response, target)

    async def announce_delay(self, target: SlackResponseTarget) -> SlackResponseTarget:
        """What takes longer is announced in a modal, where nothing else would show that it is on its way."""
        if target.view_id or target.origin.reply or not target.trigger_id:
            return target
        opened = await self._open_modal(render.render_card_modal(please_wait_card(), ""), target)
        view = opened.get("view") if opened else None
        return replace(target, trigger_id="", view_id=str(view["id"])) if isinstance(view, Mapping) else target

    async def _open_form(self, form: Form, target: SlackResponseTarget) -> None:
        """A form needs a modal; where none can be opened any more, a button for it."""
        place = replace(target.origin, command=form.command, fixed=form.fixed)
        if not await self._show_in_modal(forms.render_slack_form(form, place.to_metadata()), target):
            await self._show_card(open_form_card(form), replace(target, trigger_id="", view_id=""))

    async def _show_card(self, card: Card, target: SlackResponseTarget) -> None:
        """In the modal where it was asked; in place of the message; with neither of them, in a modal of its own."""
        if card.beside_pressed_card:
            target = replace(target, origin=replace(target.origin, replaces=False, ts=""))
        modal = bool(target.view_id or not target.origin.reply)
        if modal and await self._show_in_modal(render.render_card_modal(card, target.origin.to_metadata()), target):
            return
        if not (
            await self._post_to_response_url(card, target.origin)
            or await self._update_direct_message(card, target.origin)
        ):
            await self.send_direct_message(card, target.user)

    async def _show_in_modal(self, view: Mapping[str, Any], target: SlackResponseTarget) -> bool:
        if target.view_id:
            return await self._call_or_log("views.update", view_id=target.view_id, view=view) is not None
        return await self._open_modal(view, target) is not None

    async def _open_modal(self, view: Mapping[str, Any], target: SlackResponseTarget) -> dict[str, Any] | None:
        if not target.trigger_id:
            return None
        try:
            async with asyncio.timeout(MODAL_OPEN_SECONDS):
                return await self._call_or_log("views.open", trigger_id=target.trigger_id, view=view)
        except TimeoutError:
            log.info("no modal in time")
            return None

    async def _post_to_response_url(self, card: Card, origin: SlackOrigin) -> bool:
        """Whether the address that Slack gave took the answer: it does so for half an hour, five times."""
        # It rides in a modal's metadata too: only Slack's own, so that no card is ever sent to anybody else.
        if not origin.reply or urlsplit(origin.reply).hostname not in self._response_url_hosts:
            return False
        body = {
            "response_type": "ephemeral",
            "replace_original": origin.replaces,
            **render.render_slack_message(card, origin.key),
        }
        client = AsyncWebhookClient(origin.reply, session=self._session, retry_handlers=[], logger=silent_sdk_logger)
        try:
            answer = await client.send_dict(body)
        except Exception as problem:  # aiohttp's and the SDK's own; the address is a secret and is not told
            log.warning("answer not taken", problem=type(problem).__name__)
            return False
        return answer.status_code == 200 and "error" not in answer.body

    async def _update_direct_message(self, card: Card, origin: SlackOrigin) -> bool:
        """Whether the direct message was replaced, when the address took nothing any more."""
        if not origin.ts or not origin.channel.startswith(DIRECT_MESSAGE_PREFIX):
            return False
        message = render.render_slack_message(card, origin.key)
        return await self._call_or_log("chat.update", channel=origin.channel, ts=origin.ts, **message) is not None

    async def send_direct_message(self, card: Card, user: str) -> None:
        """As a direct message."""
        try:
            await self._post_with_retry(user, render.render_slack_message(card))
        except (TryLater, DeliveryUncertain, Undeliverable) as problem:
            log.warning("answer lost", problem=type(problem).__name__, why=str(problem))

    async def _post_with_retry(self, user: str, message: Mapping[str, Any]) -> None:
        """Once, and once more after a rest that Slack asked for."""
        try:
            await self._direct_messages.post_direct_message(user, message)
        except TryLater as later:
            if later.retry_after is None or later.retry_after > MAX_RESPONSE_DELAY:
                raise
            await asyncio.sleep(later.retry_after.total_seconds())
            await self._direct_messages.post_direct_message(user, message)

    async def _call_or_log(self, method: str, **arguments: Any) -> dict[str, Any] | None:
        try:
            return await self._slack_api.call(method, **arguments)
        except (TryLater, DeliveryUncertain, Undeliverable) as problem:
            log.info("not shown in its place", method=method, why=str(problem))
            return None
