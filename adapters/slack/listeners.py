"""The listeners of the Bolt app: each passes an event to the service, and acknowledges within about a second.

A response in time goes into the acknowledgement where Slack shows it; a later one is sent in the background.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp

from adapters.common.text import truncate_with_ellipsis
from adapters.slack import forms, inbound, render, unescape
from adapters.slack.element_ids import FORM_CALLBACK_ID, SLACK_ID_PREFIX
from adapters.slack.inbound import SlackCaller, SlackOrigin
from adapters.slack.intake import SlackIntake
from adapters.slack.profiles import SlackProfile, parse_slack_profile
from adapters.slack.responder import SlackResponseTarget
from bot.commands import COMMAND_ROOTS
from bot.domain.errors import StoreError
from bot.domain.messages import Card, Form
from bot.logs import report_fault
from bot.text.sanitize import MAX_NOTE_CHARS
from bot.views.trouble import please_wait_card, wrong_workspace_card

LOG_SHORTCUT, LOG_MESSAGE_SHORTCUT = "log", "log_message"  # the callback ids of the shortcuts

log = structlog.get_logger(__name__)


class SlackListeners(SlackIntake):
    """Handles what people do on Slack, and the events that Slack sends by itself."""

    def register(self, app: AsyncApp) -> None:
        """Register a listener for everything that Slack may send. Commands are routed by their table, not here."""
        for root in COMMAND_ROOTS:
            app.command(f"/{root}")(self.on_command)
        app.action(re.compile(f"^{SLACK_ID_PREFIX}"))(self.on_button)
        app.view(FORM_CALLBACK_ID)(self.on_form_submitted)
        app.shortcut(LOG_SHORTCUT)(self.on_log_shortcut)
        app.shortcut(LOG_MESSAGE_SHORTCUT)(self.on_log_message_shortcut)
        app.event("message")(self.on_message)
        app.event("app_home_opened")(self.on_home_opened)
        app.event("user_change")(self.on_user_change)
        app.event("tokens_revoked")(self.on_app_removed)
        app.event("app_uninstalled")(self.on_app_removed)
        app.error(_report_listener_error)

    async def on_command(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        caller, event_id = inbound.parse_slack_caller(body), str(body.get("trigger_id", ""))
        if self._is_refused(caller, event_id):
            foreign = not caller.is_member_of(self._team)
            await ack(
                **(
                    {"response_type": "ephemeral", **render.render_slack_message(wrong_workspace_card())}
                    if foreign
                    else {}
                )
            )
            return
        target = SlackResponseTarget(caller.user, inbound.parse_command_origin(body), event_id)
        text = inbound.parse_slash_command(body, self._profiles.known_name)
        response = await self._respond_to_actor(
            caller, text, target, lambda actor: self._core.handle_command(actor, text, self._wall(), event_id)
        )
        if isinstance(response, Card):
            await ack(response_type="ephemeral", **render.render_slack_message(response))
        else:
            await ack()
            self._respond_in_background(response, target)

    async def on_button(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """A button was pressed, on a message, in a modal or in the home."""
        caller, event_id = inbound.parse_slack_caller(body), str(body.get("trigger_id", ""))
        line, target = (
            inbound.parse_pressed_line(body),
            SlackResponseTarget(caller.user, inbound.parse_origin(body), event_id, inbound.parse_modal_id(body)),
        )
        if not self._is_refused(caller, event_id):
            response = await self._respond_to_actor(
                caller, line, target, lambda actor: self._core.handle_button(actor, line, self._wall(), event_id)
            )
            self._respond_in_background(response, target)
        elif not caller.is_member_of(self._team):
            self._respond_in_background(
                wrong_workspace_card(), replace(target, origin=replace(target.origin, replaces=False))
            )
        await ack()

    async def on_form_submitted(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """A form was submitted."""
        caller, event_id = inbound.parse_slack_caller(body), str(body.get("trigger_id", ""))
        if self._is_refused(caller, event_id):
            await ack()
            return
        origin = inbound.parse_origin(body)
        values = {**dict(origin.fixed), **inbound.parse_submitted_values(body)}
        # A late response is shown in the modal, which stays open until then.
        target = SlackResponseTarget(caller.user, origin, view_id=inbound.parse_modal_id(body))
        response = await self._respond_to_actor(
            caller,
            origin.command,
            target,
            lambda actor: self._core.handle_form(actor, origin.command, values, self._wall(), event_id),
        )
        if response is None:
            await ack(response_action="update", view=render.render_card_modal(please_wait_card(), ""))
        elif isinstance(response, Form):
            await self._show_form_again(ack, response, origin, inbound.parse_shown_inputs(body))
        elif response.is_unfinished:
            await ack(response_action="update", view=render.render_card_modal(response, origin.to_metadata()))
        else:
            await ack()
            self._respond_in_background(response, SlackResponseTarget(caller.user, origin))

    async def _show_form_again(self, ack: AsyncAck, form: Form, origin: SlackOrigin, shown_inputs: set[str]) -> None:
        """Show the errors beside the inputs; a form that asks something else replaces the present one."""
        errors = forms.form_errors_by_block(form)
        if form.command == origin.command and errors and errors.keys() <= shown_inputs:
            await ack(response_action="errors", errors=errors)
        else:
            new_origin = replace(origin, command=form.command, fixed=form.fixed)
            await ack(response_action="update", view=forms.render_slack_form(form, new_origin.to_metadata()))

    async def on_log_shortcut(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await self._open_log_form(ack, body, {})

    async def on_log_message_shortcut(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Open the log form with the message's text as the note."""
        message = body.get("message") or {}
        await self._open_log_form(
            ack,
            body,
            {
                "note": truncate_with_ellipsis(
                    unescape.unescape_slack_text(message.get("text"), self._profiles.known_name), MAX_NOTE_CHARS
                )
            },
        )

    async def _open_log_form(self, ack: AsyncAck, body: dict[str, Any], values: dict[str, str]) -> None:
        caller, event_id = inbound.parse_slack_caller(body), str(body.get("trigger_id", ""))
        # Not the response URL of a message: a response there would appear in a channel.
        target = SlackResponseTarget(caller.user, trigger_id=event_id)
        if not self._is_refused(caller, event_id):
            response = await self._respond_to_actor(
                caller,
                LOG_SHORTCUT,
                target,
                lambda actor: self._core.handle_form(actor, LOG_SHORTCUT, values, self._wall(), event_id),
            )
            self._respond_in_background(response, target)
        elif not caller.is_member_of(self._team):
            self._respond_in_background(wrong_workspace_card(), target)
        await ack()

    async def on_message(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """A direct message to the app."""
        message, caller, event_id = body["event"], inbound.parse_event_caller(body), str(body.get("event_id", ""))
        if inbound.is_direct_message(message):
            target = SlackResponseTarget(caller.user)
            if not self._is_refused(caller, event_id):
                text = unescape.unescape_command_line(message["text"], self._profiles.known_name)
                response = await self._respond_to_actor(
                    caller,
                    text,
                    target,
                    lambda actor: self._core.handle_direct_message(actor, text, self._wall(), event_id),
                )
                self._respond_in_background(response, target)
            else:
                self._decline_visitor(caller)
        await ack()

    async def on_home_opened(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Draw the home, and greet a user who was never here, once."""
        caller = inbound.parse_event_caller(body)
        if not self._is_refused(caller, str(body.get("event_id", ""))):
            self._tasks.start(self._draw_home_and_greet(caller))
        await ack()

    async def _draw_home_and_greet(self, caller: SlackCaller) -> None:
        profile = await self._load_profile(caller)
        if profile is not None and profile.team not in ("", self._team):
            return  # this event does not name the user's workspace
        actor = await self._load_actor(caller)
        try:
            # A user whose profile is not known yet may be a visitor: greeted another time.
            greeting = await self._core.welcome_new_member(actor, self._wall()) if profile is not None else None
        except StoreError:
            greeting = None
        await self._homes.draw_opened_home(actor)
        if greeting is not None:
            await self._responder.send_direct_message(greeting, caller.user)

    async def on_user_change(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """A user's zone, language or role changed, or the account was closed or opened."""
        caller, user = inbound.parse_event_caller(body), body["event"].get("user")
        if caller.is_member_of(self._team) and isinstance(user, dict):
            if self._profiles.is_known(caller.user):
                self._profiles.remember_user(user)
            profile = parse_slack_profile(user)
            self._tasks.start(self._save_profile_change(caller, profile, left=user.get("deleted") is True))
        await ack()

    async def _save_profile_change(self, caller: SlackCaller, profile: SlackProfile | None, *, left: bool) -> None:
        try:
            await self._core.update_account(caller.to_actor(profile), self._wall(), has_left=left)
        except StoreError as problem:
            log.warning("a change of profile was not kept", problem=type(problem).__name__)

    async def on_app_removed(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """The app was removed or its token revoked, in either order: stop all calls, and keep all data."""
        event = body["event"]
        tokens = event.get("tokens") or {}
        if str(body.get("team_id", "")) == self._team and (event["type"] == "app_uninstalled" or tokens.get("bot")):
            self._slack_api.token.mark_refused(str(event["type"]))
        await ack()


async def _report_listener_error(error: Exception) -> None:
    """Report the fault. Bolt's own handler would log the error's text, which may quote what was typed."""
    report_fault(error)
