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
from adapters.slack.api import Web, silent
from adapters.slack.direct_messages import Channels
from adapters.slack.inbound import DIRECT, NOWHERE, Place
from bot.domain.errors import TryLater, Uncertain, Undeliverable
from bot.domain.messages import Card, Form, Reply
from bot.views.forms import offered
from bot.views.trouble import one_moment

OPENED = 3.0  # seconds in which a modal must be open: then its trigger is dead (docs.slack.dev, "Modals")
HOOKS = ("hooks.slack.com", "hooks.slack-gov.com")  # where Slack's response addresses are
LOOPBACK = ("localhost", "127.0.0.1", "::1")
PATIENCE = timedelta(minutes=1)  # an answer waits for so long when Slack asks for a rest; later it helps nobody

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Whence:
    """Where something was said, and so where its answer goes.

    `trigger` lets a modal be opened within three seconds, once; `view` is the modal in which it was said.
    """

    user: str
    place: Place = NOWHERE
    trigger: str = ""
    view: str = ""


class Answers:
    """Into the modal, else to the response address, else in place of the message, else as a direct message.

    Nothing here raises. When all of them fail the host is told, without the words. `api`: the address of Slack's API.
    """

    def __init__(self, web: Web, channels: Channels, session: aiohttp.ClientSession, api: str) -> None:
        # Tests and proxies hand out addresses of their own.
        host = urlsplit(api).hostname or ""
        self._hosts = (*HOOKS, host, *(LOOPBACK if host in LOOPBACK else ()))
        self._web = web
        self._channels = channels
        self._session = session

    async def give(self, reply: Reply, whence: Whence) -> None:
        if isinstance(reply, Form):
            await self._ask(reply, whence)
        else:
            await self._show(reply, whence)

    async def wait(self, whence: Whence) -> Whence:
        """What takes longer is announced in a modal, where nothing else would show that it is on its way."""
        if whence.view or whence.place.reply or not whence.trigger:
            return whence
        opened = await self._open(render.card_view(one_moment(), ""), whence)
        view = opened.get("view") if opened else None
        return replace(whence, trigger="", view=str(view["id"])) if isinstance(view, Mapping) else whence

    async def _ask(self, form: Form, whence: Whence) -> None:
        """A form needs a modal; where none can be opened any more, a button for it."""
        place = replace(whence.place, command=form.command, fixed=form.fixed)
        if not await self._in_view(forms.modal(form, place.metadata()), whence):
            await self._show(offered(form), replace(whence, trigger="", view=""))

    async def _show(self, card: Card, whence: Whence) -> None:
        """In the modal where it was asked; in place of the message; with neither of them, in a modal of its own."""
        if card.aside:
            whence = replace(whence, place=replace(whence.place, replaces=False, ts=""))
        modal = bool(whence.view or not whence.place.reply)
        if modal and await self._in_view(render.card_view(card, whence.place.metadata()), whence):
            return
        if not (await self._respond(card, whence.place) or await self._replace(card, whence.place)):
            await self.tell(card, whence.user)

    async def _in_view(self, view: Mapping[str, Any], whence: Whence) -> bool:
        if whence.view:
            return await self._try("views.update", view_id=whence.view, view=view) is not None
        return await self._open(view, whence) is not None

    async def _open(self, view: Mapping[str, Any], whence: Whence) -> dict[str, Any] | None:
        if not whence.trigger:
            return None
        try:
            async with asyncio.timeout(OPENED):
                return await self._try("views.open", trigger_id=whence.trigger, view=view)
        except TimeoutError:
            log.info("no modal in time")
            return None

    async def _respond(self, card: Card, place: Place) -> bool:
        """Whether the address that Slack gave took the answer: it does so for half an hour, five times."""
        # It rides in a modal's metadata too: only Slack's own, so that no card is ever sent to anybody else.
        if not place.reply or urlsplit(place.reply).hostname not in self._hosts:
            return False
        body = {"response_type": "ephemeral", "replace_original": place.replaces, **render.message(card, place.key)}
        client = AsyncWebhookClient(place.reply, session=self._session, retry_handlers=[], logger=silent)
        try:
            answer = await client.send_dict(body)
        except Exception as problem:  # aiohttp's and the SDK's own; the address is a secret and is not told
            log.warning("answer not taken", problem=type(problem).__name__)
            return False
        return answer.status_code == 200 and "error" not in answer.body

    async def _replace(self, card: Card, place: Place) -> bool:
        """Whether the direct message was replaced, when the address took nothing any more."""
        if not place.ts or not place.channel.startswith(DIRECT):
            return False
        message = render.message(card, place.key)
        return await self._try("chat.update", channel=place.channel, ts=place.ts, **message) is not None

    async def tell(self, card: Card, user: str) -> None:
        """As a direct message."""
        try:
            await self._post(user, render.message(card))
        except (TryLater, Uncertain, Undeliverable) as problem:
            log.warning("answer lost", problem=type(problem).__name__, why=str(problem))

    async def _post(self, user: str, message: Mapping[str, Any]) -> None:
        """Once, and once more after a rest that Slack asked for."""
        try:
            await self._channels.post(user, message)
        except TryLater as later:
            if later.after is None or later.after > PATIENCE:
                raise
            await asyncio.sleep(later.after.total_seconds())
            await self._channels.post(user, message)

    async def _try(self, method: str, **arguments: Any) -> dict[str, Any] | None:
        try:
            return await self._web.call(method, **arguments)
        except (TryLater, Uncertain, Undeliverable) as problem:
            log.info("not shown in its place", method=method, why=str(problem))
            return None
