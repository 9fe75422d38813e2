"""Socket Mode as the real aiohttp client and a real Bolt app live through it."""

from __future__ import annotations

import asyncio

import pytest
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes_slack import FakeSlack, MissingAcknowledgement
from tests.fakes_slack.links import MAX_SOCKET_LINKS
from tests.fakes_slack.tiny import TinySlackBot, run_in_socket_mode


def seen_event_ids(bot: TinySlackBot) -> list[str]:
    return [body["event_id"] for kind, body in bot.seen if kind == "wrote"]


async def test_who_is_not_answered_in_time_is_told_so(slack: FakeSlack, socket_bot: TinySlackBot) -> None:
    slack.patience, socket_bot.deaf = 0.1, True
    with pytest.raises(MissingAcknowledgement):
        await slack.person("U0ADA").command("/outreach", "board")


async def test_a_late_answer_is_not_shown_but_seen(slack: FakeSlack) -> None:
    client = SocketModeClient(slack.app_token, web_client=AsyncWebClient(base_url=slack.api_url))
    slack.patience = 0.05

    async def dawdle(_client: object, request: SocketModeRequest) -> None:
        await asyncio.sleep(0.1)
        await client.send_socket_mode_response(SocketModeResponse(request.envelope_id, {"text": "taken"}))

    client.socket_mode_request_listeners.append(dawdle)
    await client.connect()
    with pytest.raises(MissingAcknowledgement):
        await slack.person("U0ADA").command("/outreach", "board")
    await slack.until(lambda: slack.deliveries[0].late)
    await client.close()
    assert slack.person("U0ADA").sees == ""
    assert [complaint.split(":")[0] for complaint in slack.complaints] == ["late"]


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_the_bot_comes_back_after_a_good_bye(slack: FakeSlack, socket_bot: TinySlackBot, reason: str) -> None:
    old = slack.links[0]
    await old.disconnect(reason)
    await slack.until(lambda: [link for link in slack.links if link is not old] and not old.open)
    await slack.settled()
    await slack.person("U0ADA").write("hello")
    assert len(seen_event_ids(socket_bot)) == 1


async def test_the_bot_comes_back_after_a_cut(slack: FakeSlack, socket_bot: TinySlackBot) -> None:
    slack.sockets.refuse = 1  # of the next links
    slack.links[0].drop()
    await slack.connected()
    assert slack.sockets.refused == 1
    await slack.person("U0ADA").write("hello")


async def test_a_silent_line_takes_nothing_and_answers_no_ping(slack: FakeSlack, socket_bot: TinySlackBot) -> None:
    link = slack.links[0]
    await slack.until(lambda: link.pings > 5)
    assert link.open  # as long as pings are answered
    link.silence()
    slack.patience = 0.1
    with pytest.raises(MissingAcknowledgement):
        await slack.person("U0ADA").write("hello")
    assert seen_event_ids(socket_bot) == []
    await slack.until(lambda: not link.open, within=3)


async def test_an_unanswered_event_comes_again_on_the_next_connection(slack: FakeSlack) -> None:
    async with run_in_socket_mode(slack) as bot:
        bot.deaf = True
        slack.patience = 0.1
        with pytest.raises(MissingAcknowledgement):
            await slack.person("U0ADA").write("hello")
        with pytest.raises(MissingAcknowledgement):
            await slack.person("U0ADA").command("/outreach", "board")
    async with run_in_socket_mode(slack) as reborn:
        await slack.until(lambda: seen_event_ids(reborn))
        await slack.settled()
        assert seen_event_ids(reborn) == seen_event_ids(bot)
        assert [kind for kind, _ in reborn.seen] == ["wrote"]
        assert slack.deliveries[0].wrapped()["retry_attempt"] == 1
        assert slack.deliveries[0].wrapped()["retry_reason"] == "timeout"


async def test_an_envelope_is_handed_out_twice_on_demand(slack: FakeSlack, socket_bot: TinySlackBot) -> None:
    ada = slack.person("U0ADA")
    await ada.write("hello")
    await slack.repeat()
    first, second = seen_event_ids(socket_bot)
    assert first == second
    await slack.retry(slack.deliveries[0])
    assert seen_event_ids(socket_bot) == [first] * 3


async def test_events_go_to_any_connection_and_the_eleventh_is_turned_away(slack: FakeSlack) -> None:
    web = AsyncWebClient(base_url=slack.api_url)
    clients = [
        SocketModeClient(slack.app_token, web_client=web, auto_reconnect_enabled=False)
        for _ in range(MAX_SOCKET_LINKS + 1)
    ]
    heard: list[str] = []

    async def hear(_client: object, message: dict[str, str], _raw: str | None) -> None:
        heard.append(message.get("reason", ""))

    clients[-1].on_message_listeners.append(lambda message: hear(None, message.json(), None))
    try:
        for client in clients:
            await client.connect()
        await slack.until(lambda: "too_many_websockets" in heard)
        assert len(slack.links) == MAX_SOCKET_LINKS
    finally:
        await asyncio.gather(*(client.close() for client in clients))
