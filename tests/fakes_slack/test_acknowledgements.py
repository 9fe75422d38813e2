"""What an acknowledgement does, said by a client that says what it is told to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes_slack import FakeSlack, MissingAcknowledgement, SlackPerson
from tests.fakes_slack.tiny import noted_modal, section_message, tiny_slack_modal

Json = dict[str, Any]


class PuppetBot:
    """Acknowledges with what is in `says`, one a request, then with nothing; `times` over, after `pause` seconds.

    `got` are the payloads.
    """

    def __init__(self, slack: FakeSlack) -> None:
        self.client = SocketModeClient(slack.app_token, web_client=AsyncWebClient(base_url=slack.api_url))
        self.client.socket_mode_request_listeners.append(self.take)
        self.says: list[Json] = []
        self.got: list[Json] = []
        self.times, self.pause = 1, 0.0

    async def take(self, _client: object, request: SocketModeRequest) -> None:
        self.got.append(request.payload)
        said = self.says.pop(0) if self.says else None
        await asyncio.sleep(self.pause)
        for _ in range(self.times):
            await self.client.send_socket_mode_response(SocketModeResponse(request.envelope_id, said))


@pytest.fixture
async def puppet(slack: FakeSlack) -> AsyncIterator[PuppetBot]:
    made = PuppetBot(slack)
    await made.client.connect()
    yield made
    await made.client.close()


def ada_with_open_view(slack: FakeSlack, view: Json) -> SlackPerson:
    slack.world.screens["U0ADA"].stack.append(slack.world.new_view("U0ADA", view))
    return slack.person("U0ADA")


async def test_errors_beside_no_field_are_complained_of(slack: FakeSlack, puppet: PuppetBot) -> None:
    ada = ada_with_open_view(slack, tiny_slack_modal())
    puppet.says = [{"response_action": "errors", "errors": one} for one in ({"nobody": "x"}, {"contact": " "}, {})]
    for _ in range(3):
        await ada.submit()
    assert slack.complaints == [
        "errors of a form: 'nobody' is no input of the form",
        "errors of a form: an empty one beside 'contact'",
        "errors of a form: there are none",
    ]


async def test_a_bad_view_in_an_acknowledgement_is_refused(slack: FakeSlack, puppet: PuppetBot) -> None:
    ada = ada_with_open_view(slack, tiny_slack_modal("One"))
    puppet.says = [{"response_action": "update", "view": noted_modal("x") | {"title": None}}]
    await ada.submit()
    assert [one.title for one in ada.stack] == ["One"]
    assert slack.complaints[-1] == "acknowledgement of view_submission: invalid_arguments"


async def test_a_bad_answer_in_an_acknowledgement_is_refused(slack: FakeSlack, puppet: PuppetBot) -> None:
    puppet.says = [section_message("x" * 3001), {"text": "x", "colour": "red"}]
    ada = slack.person("U0ADA")
    await ada.command("/outreach")
    assert ada.sees == ""
    assert slack.complaints[-1] == "acknowledgement of /outreach: invalid_blocks"
    await ada.command("/outreach")
    assert slack.complaints[-1] == "acknowledgement of a command: no argument 'colour'"


async def test_a_late_answer_is_not_shown_but_seen(slack: FakeSlack, puppet: PuppetBot) -> None:
    slack.patience, puppet.pause, puppet.says = 0.05, 0.1, [{"text": "taken"}]
    with pytest.raises(MissingAcknowledgement):
        await slack.person("U0ADA").command("/outreach", "board")
    await slack.until(lambda: slack.deliveries[0].late)
    assert slack.person("U0ADA").sees == ""
    assert [complaint.split(":")[0] for complaint in slack.complaints] == ["late"]


async def test_only_the_first_acknowledgement_of_an_envelope_is_shown(slack: FakeSlack, puppet: PuppetBot) -> None:
    puppet.says, puppet.times = [{"text": "once"}], 2
    await slack.person("U0ADA").command("/outreach")
    await slack.until(lambda: len(slack.deliveries[0].acks) == 2)
    assert slack.person("U0ADA").sees == "once"


async def test_a_body_in_the_acknowledgement_of_a_button_is_complained_of(slack: FakeSlack, puppet: PuppetBot) -> None:
    ada = slack.person("U0ADA")
    puppet.says = [section_message("x", "A & B"), {"text": "ignored"}]
    await ada.command("/outreach")
    await ada.press(ada.ephemerals[0], "A & B")
    assert slack.complaints == ["acknowledgement of block_actions: has a body, which Slack ignores"]
    assert puppet.got[1]["actions"][0]["text"]["text"] == "A &amp; B"
    assert puppet.got[1]["actions"][0]["value"] == "A & B"


async def test_what_was_typed_stays_only_where_the_question_is_the_same(slack: FakeSlack, puppet: PuppetBot) -> None:
    ada = ada_with_open_view(slack, tiny_slack_modal())
    puppet.says = [{"response_action": "update", "view": tiny_slack_modal(contact="Sam")}]
    await ada.submit(contact="Priya")
    assert ada.view is not None
    assert ada.view.typed == {"contact": "Priya"}
    other = tiny_slack_modal()
    other["blocks"][0]["element"]["action_id"] = "other"
    puppet.says = [{"response_action": "update", "view": other}]
    await ada.submit()
    assert ada.view.typed == {}


async def test_a_closed_modal_is_told_of_when_asked_for(slack: FakeSlack, puppet: PuppetBot) -> None:
    ada = ada_with_open_view(slack, tiny_slack_modal())
    await ada.close()
    ada_with_open_view(slack, tiny_slack_modal() | {"notify_on_close": True})
    await ada.close()
    assert [one["type"] for one in puppet.got] == ["view_closed"]


async def test_the_address_of_a_link_serves_once(slack: FakeSlack) -> None:
    async with aiohttp.ClientSession() as session:
        url = slack.sockets.ticket()
        link = await session.ws_connect(url)
        assert (await link.receive_json())["type"] == "hello"
        with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
            await session.ws_connect(url)
        await link.close()


async def test_an_event_is_handed_out_three_times_more_at_most(slack: FakeSlack) -> None:
    slack.patience = 0.05
    async with aiohttp.ClientSession() as session:
        with pytest.raises(MissingAcknowledgement):
            await slack.person("U0ADA").write("hello")
        came = []
        for _ in range(5):
            link = await session.ws_connect(slack.sockets.ticket())
            await link.receive_json()
            await slack.settled()
            came.append(slack.deliveries[0].attempt)
            await link.close()
    assert came == [1, 2, 3, 3, 3]


async def test_an_event_on_its_way_is_not_handed_out_again(slack: FakeSlack, puppet: PuppetBot) -> None:
    async with aiohttp.ClientSession() as session:
        puppet.client.socket_mode_request_listeners.clear()
        slack.patience = 0.3
        writing = slack.person("U0ADA").write("hello")

        async def another() -> None:
            await slack.until(lambda: slack.deliveries)
            await session.ws_connect(slack.sockets.ticket())
            await slack.settled()

        wrote, _ = await asyncio.gather(writing, another(), return_exceptions=True)
        assert isinstance(wrote, MissingAcknowledgement)
    assert slack.deliveries[0].attempt == 0
