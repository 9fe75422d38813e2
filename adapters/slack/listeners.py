"""The listeners of the Bolt app: each hands on what a person did, and acknowledges within a second.

What the core says in time goes into the acknowledgement where Slack shows one; the rest follows by itself.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp

from adapters.common.text import cut
from adapters.slack import forms, inbound, render, unescape
from adapters.slack.element_ids import FORM, OURS
from adapters.slack.inbound import Caller, Place
from adapters.slack.intake import Taking
from adapters.slack.profiles import Profile, read
from adapters.slack.responder import Whence
from bot.commands import ROOTS
from bot.domain.errors import StoreError
from bot.domain.messages import Card, Form
from bot.faults import report
from bot.text.sanitize import NOTE
from bot.views.trouble import elsewhere, one_moment

LOG, LOG_MESSAGE = "log", "log_message"  # the callback ids of the shortcuts

log = structlog.get_logger(__name__)


class Reception(Taking):
    """What a person does on Slack, and what Slack tells by itself."""

    def listen(self, app: AsyncApp) -> None:
        """Register the roots and everything else that Slack may send; the routes behind them are the table's."""
        for root in ROOTS:
            app.command(f"/{root}")(self.command)
        app.action(re.compile(f"^{OURS}"))(self.press)
        app.view(FORM)(self.submit)
        app.shortcut(LOG)(self.shortcut)
        app.shortcut(LOG_MESSAGE)(self.message_shortcut)
        app.event("message")(self.message)
        app.event("app_home_opened")(self.home_opened)
        app.event("user_change")(self.user_change)
        app.event("tokens_revoked")(self.gone)
        app.event("app_uninstalled")(self.gone)
        app.error(_on_error)

    async def command(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        caller, event = inbound.caller(body), str(body.get("trigger_id", ""))
        if self._refused(caller, event):
            foreign = not caller.belongs(self._team)
            await ack(**({"response_type": "ephemeral", **render.message(elsewhere())} if foreign else {}))
            return
        whence = Whence(caller.user, inbound.command_place(body), event)
        text = inbound.command(body, self._profiles.name)
        doing = self._with_actor(caller, text, lambda actor: self._core.text(actor, text, self._wall(), event))
        reply = await self._soon(doing, whence)
        if isinstance(reply, Card):
            await ack(response_type="ephemeral", **render.message(reply))
        else:
            await ack()
            self._give(reply, whence)

    async def press(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """A button, on a message, in a modal or in the home."""
        caller, event = inbound.caller(body), str(body.get("trigger_id", ""))
        line, whence = inbound.pressed(body), Whence(caller.user, inbound.place(body), event, inbound.view_id(body))
        if not self._refused(caller, event):
            doing = self._with_actor(caller, line, lambda actor: self._core.press(actor, line, self._wall(), event))
            self._give(await self._soon(doing, whence), whence)
        elif not caller.belongs(self._team):
            self._give(elsewhere(), replace(whence, place=replace(whence.place, replaces=False)))
        await ack()

    async def submit(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """A form that was filled in."""
        caller, event = inbound.caller(body), str(body.get("trigger_id", ""))
        if self._refused(caller, event):
            await ack()
            return
        place = inbound.place(body)
        said = {**dict(place.fixed), **inbound.answers(body)}
        doing = self._with_actor(
            caller, place.command, lambda actor: self._core.fill(actor, place.command, said, self._wall(), event)
        )
        # Until the answer is there, the modal is where it will be shown.
        whence = Whence(caller.user, place, view=inbound.view_id(body))
        reply = await self._soon(doing, whence)
        if reply is None:
            await ack(response_action="update", view=render.card_view(one_moment(), ""))
        elif isinstance(reply, Form):
            await self._ask_again(ack, reply, place, inbound.shown(body))
        elif reply.unfinished:
            await ack(response_action="update", view=render.card_view(reply, place.metadata()))
        else:
            await ack()
            self._give(reply, Whence(caller.user, place))

    async def _ask_again(self, ack: AsyncAck, form: Form, place: Place, shown: set[str]) -> None:
        """The mend stands beside the field; another question takes the form's place."""
        wrong = forms.errors(form)
        if form.command == place.command and wrong and wrong.keys() <= shown:
            await ack(response_action="errors", errors=wrong)
        else:
            kept = replace(place, command=form.command, fixed=form.fixed)
            await ack(response_action="update", view=forms.modal(form, kept.metadata()))

    async def shortcut(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await self._log(ack, body, {})

    async def message_shortcut(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """The message's text becomes the note."""
        message = body.get("message") or {}
        await self._log(ack, body, {"note": cut(unescape.words(message.get("text"), self._profiles.name), NOTE)})

    async def _log(self, ack: AsyncAck, body: dict[str, Any], said: dict[str, str]) -> None:
        caller, event = inbound.caller(body), str(body.get("trigger_id", ""))
        # Not the response address of a message: what is answered there stands in a channel.
        whence = Whence(caller.user, trigger=event)
        if not self._refused(caller, event):
            doing = self._with_actor(caller, LOG, lambda actor: self._core.fill(actor, LOG, said, self._wall(), event))
            self._give(await self._soon(doing, whence), whence)
        elif not caller.belongs(self._team):
            self._give(elsewhere(), whence)
        await ack()

    async def message(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """A direct message in plain words."""
        said, caller, event = body["event"], inbound.event_caller(body), str(body.get("event_id", ""))
        if inbound.is_direct(said):
            whence = Whence(caller.user)
            if not self._refused(caller, event):
                text = unescape.line(said["text"], self._profiles.name)
                doing = self._with_actor(caller, text, lambda actor: self._core.hear(actor, text, self._wall(), event))
                self._give(await self._soon(doing, whence), whence)
            else:
                self._decline(caller)
        await ack()

    async def home_opened(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """The home is drawn; somebody who was never here is greeted, once."""
        caller = inbound.event_caller(body)
        if not self._refused(caller, str(body.get("event_id", ""))):
            self._work.begin(self._welcome(caller))
        await ack()

    async def _welcome(self, caller: Caller) -> None:
        profile = await self._profile(caller)
        if profile is not None and profile.team not in ("", self._team):
            return  # this event alone does not say whose member it is
        actor = await self._actor(caller)
        try:
            # Whose profile is not known yet may be a visitor: greeted another time.
            greeting = await self._core.greet(actor, self._wall()) if profile is not None else None
        except StoreError:
            greeting = None
        await self._homes.opened(actor)
        if greeting is not None:
            await self._answers.tell(greeting, caller.user)

    async def user_change(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Another zone or language, or an account that was closed."""
        caller, user = inbound.event_caller(body), body["event"].get("user")
        if caller.belongs(self._team) and isinstance(user, dict):
            if self._profiles.knows(caller.user):
                self._profiles.learn(user)
            profile = read(user)
            self._work.begin(self._meet(caller, profile, left=user.get("deleted") is True))
        await ack()

    async def _meet(self, caller: Caller, profile: Profile | None, *, left: bool) -> None:
        try:
            await self._core.meet(caller.actor(profile), self._wall(), left=left)
        except StoreError as problem:
            log.warning("a change of profile was not kept", problem=type(problem).__name__)

    async def gone(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """The app was removed or its token taken back, in either order: no call any more, and all data stay."""
        event = body["event"]
        tokens = event.get("tokens") or {}
        if str(body.get("team_id", "")) == self._team and (event["type"] == "app_uninstalled" or tokens.get("bot")):
            self._web.standing.close(str(event["type"]))
        await ack()


async def _on_error(error: Exception) -> None:
    """Bolt's own handler would log the error's text, which may quote what was typed."""
    report(error)
