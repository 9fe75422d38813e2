"""Socket Mode as the real aiohttp client and a real Bolt app live through it."""

from __future__ import annotations

import aiohttp
import pytest

from tests.fakes_slack import FakeSlack, MissingAcknowledgement
from tests.fakes_slack.links import MAX_SOCKET_LINKS
from tests.fakes_slack.tiny import TinySlackBot, run_in_socket_mode


def seen_event_ids(bot: TinySlackBot) -> list[str]:
    return [body["event_id"] for kind, body in bot.seen if kind == "wrote"]


async def test_who_is_not_answered_in_time_is_told_so(slack: FakeSlack, socket_bot: TinySlackBot) -> None:
    slack.patience, socket_bot.deaf = 0.1, True
    with pytest.raises(MissingAcknowledgement):
        await slack.person("U0ADA").command("/outreach", "board")


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


async def test_the_eleventh_connection_is_turned_away(slack: FakeSlack) -> None:
    async with aiohttp.ClientSession() as session:
        links = [await session.ws_connect(slack.sockets.ticket()) for _ in range(MAX_SOCKET_LINKS + 1)]
        assert (await links[-1].receive_json())["reason"] == "too_many_websockets"
        assert len(slack.links) == MAX_SOCKET_LINKS
        for link in links:
            await link.close()
