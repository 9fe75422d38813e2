"""Shows the service's response to the member: in a modal, in place of a message, or as a direct message."""

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

MODAL_OPEN_SECONDS = (
    3.0  # seconds in which a modal must be open; then its trigger has expired (docs.slack.dev, "Modals")
)
RESPONSE_URL_HOSTS = ("hooks.slack.com", "hooks.slack-gov.com")  # the hosts of Slack's response URLs
LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "::1")
# The longest pause asked for by Slack after which a response is still sent; later it is of no use.
MAX_RESPONSE_DELAY = timedelta(minutes=1)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class SlackResponseTarget:
    """Where the response to an event goes."""

    user: str
    origin: SlackOrigin = NO_ORIGIN
    #: Lets one modal be opened within three seconds of the event. Empty: none.
    trigger_id: str = ""
    #: The modal in which the event happened. Empty: none.
    view_id: str = ""


class SlackResponder:
    """Shows a response in the modal, else at the response URL, else in place of the message, else as a direct message.

    Nothing here raises: when all of them fail, a warning without the text is logged. `api_url`: the root of the API.
    """

    def __init__(
        self, slack_api: SlackApi, direct_messages: SlackDirectMessages, session: aiohttp.ClientSession, api_url: str
    ) -> None:
        # Tests and proxies give response URLs of their own.
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
        """Open a modal that asks to wait, if nothing else shows the delay. Return where the response goes then."""
        if target.view_id or target.origin.reply or not target.trigger_id:
            return target
        opened = await self._open_modal(render.render_card_modal(please_wait_card(), ""), target)
        view = opened.get("view") if opened else None
        return replace(target, trigger_id="", view_id=str(view["id"])) if isinstance(view, Mapping) else target

    async def _open_form(self, form: Form, target: SlackResponseTarget) -> None:
        """Open the form in a modal; if the trigger has expired, show a card with a button for it."""
        origin = replace(target.origin, command=form.command, fixed=form.fixed)
        if not await self._show_in_modal(forms.render_slack_form(form, origin.to_metadata()), target):
            await self._show_card(open_form_card(form), replace(target, trigger_id="", view_id=""))

    async def _show_card(self, card: Card, target: SlackResponseTarget) -> None:
        """Show the card in a modal if there is one or no response URL; else, or if that fails, in the next place."""
        if card.beside_pressed_card:
            target = replace(target, origin=replace(target.origin, replaces=False, ts=""))
        in_modal = bool(target.view_id or not target.origin.reply)
        if in_modal and await self._show_in_modal(render.render_card_modal(card, target.origin.to_metadata()), target):
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
        """Post to the response URL, which works five times in half an hour. Return True if it was accepted."""
        # It comes back in a modal's metadata: only Slack's own hosts, so that a card is never sent to anybody else.
        if not origin.reply or urlsplit(origin.reply).hostname not in self._response_url_hosts:
            return False
        body = {
            "response_type": "ephemeral",
            "replace_original": origin.replaces,
            **render.render_slack_message(card, origin.key),
        }
        client = AsyncWebhookClient(origin.reply, session=self._session, retry_handlers=[], logger=silent_sdk_logger)
        try:
            response = await client.send_dict(body)
        except Exception as problem:  # aiohttp's and the SDK's own; the URL is a secret and is not logged
            log.warning("answer not taken", problem=type(problem).__name__)
            return False
        return response.status_code == 200 and "error" not in response.body

    async def _update_direct_message(self, card: Card, origin: SlackOrigin) -> bool:
        """Replace the direct message once the response URL has expired. Return True if it was replaced."""
        if not origin.ts or not origin.channel.startswith(DIRECT_MESSAGE_PREFIX):
            return False
        message = render.render_slack_message(card, origin.key)
        return await self._call_or_log("chat.update", channel=origin.channel, ts=origin.ts, **message) is not None

    async def send_direct_message(self, card: Card, user: str) -> None:
        """Send the card as a direct message. A failure is logged."""
        try:
            await self._post_with_retry(user, render.render_slack_message(card))
        except (TryLater, DeliveryUncertain, Undeliverable) as problem:
            log.warning("answer lost", problem=type(problem).__name__, why=str(problem))

    async def _post_with_retry(self, user: str, message: Mapping[str, Any]) -> None:
        """Post, and retry once after a short pause that Slack asked for."""
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
