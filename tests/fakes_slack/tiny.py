"""A tiny real bot on slack_bolt, to prove that the fake is what the SDKs expect."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes_slack.slack import FakeSlack

Json = dict[str, Any]
TINY_EVENTS_PATH = "/slack/events"


def plain_text(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def section_message(text: str, *labels: str) -> Json:
    """A message with a section and buttons."""
    blocks: list[Json] = [{"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}]
    if labels:
        faces = enumerate(labels)
        pressed = [
            {"type": "button", "action_id": f"st:{n}", "text": plain_text(label), "value": label} for n, label in faces
        ]
        blocks.append({"type": "actions", "elements": pressed})
    return {"text": text, "blocks": blocks}


def tiny_slack_modal(title: str = "Add someone", **fixed: str) -> Json:
    options = [{"text": plain_text(one), "value": one.lower()} for one in ("Email", "Call")]
    elements: Json = {
        "contact": {"type": "plain_text_input", "action_id": "value", "initial_value": fixed.get("contact", "Dana")},
        "channel": {"type": "static_select", "action_id": "value", "options": options, "initial_option": options[0]},
        "on": {"type": "datepicker", "action_id": "value"},
        "at": {"type": "datetimepicker", "action_id": "value"},
        "days": {"type": "number_input", "action_id": "value", "is_decimal_allowed": False, "min_value": "1"},
    }
    asked = [
        {
            "type": "input",
            "block_id": name,
            "label": plain_text(name),
            "element": element,
            "optional": name != "contact",
        }
        for name, element in elements.items()
    ]
    return {
        "type": "modal",
        "callback_id": "st:form",
        "title": plain_text(title),
        "submit": plain_text("Save"),
        "blocks": asked,
    }


def noted_modal(text: str) -> Json:
    blocks = [{"type": "section", "text": plain_text(text)}]
    return {"type": "modal", "callback_id": "st:card", "title": plain_text("Noted"), "blocks": blocks}


class TinySlackBot:
    """Answers commands, buttons, forms and messages; `seen` is what came in, by kind."""

    def __init__(self, slack: FakeSlack) -> None:
        client = AsyncWebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])
        self.app = AsyncApp(client=client, signing_secret=slack.signing_secret, process_before_response=True)
        self.client = client
        self.seen: list[tuple[str, Json]] = []
        self.deaf = False
        self.app.command("/outreach")(self.command)
        self.app.action({"type": "block_actions", "action_id": "st:0"})(self.pressed)
        self.app.action({"type": "block_actions", "action_id": "st:1"})(self.asked)
        self.app.view("st:form")(self.sent)
        self.app.event("message")(self.wrote)
        self.app.event("app_home_opened")(self.opened)
        self.app.shortcut("log")(self.asked)

    async def command(self, ack: Any, body: Json) -> None:
        self.seen.append(("command", body))
        if not self.deaf:
            await ack(**section_message(f"You said: {body['text']}", "Done", "Form"))

    async def pressed(self, ack: Any, body: Json, respond: Any) -> None:
        self.seen.append(("pressed", body))
        await ack()
        if "response_url" in body:
            await respond(**section_message("It is done."), replace_original=True)

    async def asked(self, ack: Any, body: Json) -> None:
        self.seen.append(("asked", body))
        await self.client.views_open(trigger_id=body["trigger_id"], view=tiny_slack_modal())
        await ack()

    async def sent(self, ack: Any, body: Json) -> None:
        self.seen.append(("sent", body))
        contact = body["view"]["state"]["values"]["contact"]["value"]["value"]
        if contact == "?":
            await ack(response_action="errors", errors={"contact": "A name, please."})
        elif contact == "Lee":
            await ack(response_action="update", view=noted_modal("Lee is already there."))
        else:
            await ack()

    async def wrote(self, ack: Any, event: Json, body: Json, say: Any) -> None:
        self.seen.append(("wrote", body))
        if self.deaf:
            raise LookupError("deaf")
        await ack()
        if "subtype" not in event:
            await say(**section_message(f"You wrote: {event['text']}", "Done"))

    async def opened(self, ack: Any, event: Json) -> None:
        await ack()
        view = {"type": "home", "blocks": section_message("Welcome", "Done", "Form")["blocks"]}
        await self.client.views_publish(user_id=event["user"], view=view)


@asynccontextmanager
async def run_in_socket_mode(slack: FakeSlack) -> AsyncIterator[TinySlackBot]:
    bot = TinySlackBot(slack)
    handler = AsyncSocketModeHandler(bot.app, slack.app_token, ping_interval=0.2)
    await handler.connect_async()
    await slack.connected()
    try:
        yield bot
    finally:
        await handler.close_async()


@asynccontextmanager
async def run_in_http_mode(slack: FakeSlack) -> AsyncIterator[TinySlackBot]:
    bot = TinySlackBot(slack)
    runner = web.AppRunner(bot.app.web_app(TINY_EVENTS_PATH))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.request_url = f"http://127.0.0.1:{runner.addresses[0][1]}{TINY_EVENTS_PATH}"
    try:
        yield bot
    finally:
        await runner.cleanup()
