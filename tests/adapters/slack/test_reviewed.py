"""What three readers found, as it must be."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from aiohttp import web

from adapters.common import intake
from adapters.slack.direct_messages import SlackDirectMessages
from adapters.slack.inbound import SlackOrigin, parse_event_caller, parse_slack_caller
from adapters.slack.platform import SlackSetup
from adapters.slack.responder import SlackResponder
from bot.domain.messages import Card
from tests.adapters.slack.servers import serve_slack_app
from tests.adapters.slack.workspace import ADD_EMAILED_DANA, SlackWorkspace
from tests.fakes_slack import faults

OUR_TEAM_ID = "T0CLUB"


@pytest.mark.parametrize(
    ("body", "belongs"),
    [
        ({"team_id": OUR_TEAM_ID, "event": {"user": "U1"}}, True),
        ({"team_id": OUR_TEAM_ID, "context_team_id": OUR_TEAM_ID, "event": {"user": "U1", "team": OUR_TEAM_ID}}, True),
        ({"team_id": OUR_TEAM_ID, "is_ext_shared_channel": True, "event": {"user": "U1"}}, False),
        ({"team_id": OUR_TEAM_ID, "context_team_id": "T0FAR", "event": {"user": "U1"}}, False),
        ({"team_id": OUR_TEAM_ID, "event": {"user": {"id": "U1", "team_id": "T0FAR"}}}, False),
        ({"team_id": OUR_TEAM_ID, "event": {"user": {"id": "U1", "team_id": OUR_TEAM_ID}}}, True),
        ({"team_id": OUR_TEAM_ID, "event": {}}, False),
    ],
)
def test_only_who_is_surely_of_our_workspace_is_heard(body: dict[str, Any], belongs: bool) -> None:
    assert parse_event_caller(body).is_member_of(OUR_TEAM_ID) is belongs


def test_a_command_of_nobody_is_not_ours() -> None:
    assert not parse_slack_caller({"team_id": OUR_TEAM_ID, "user_id": ""}).is_member_of(OUR_TEAM_ID)


def test_no_secret_is_shown_where_the_setup_is_printed() -> None:
    shown = repr(SlackSetup(bot_token="xoxb-1", app_token="xapp-1", signing_secret="s3cret"))  # noqa: S106
    assert not [word for word in ("xoxb", "xapp", "s3cret") if word in shown]


async def test_a_card_goes_to_no_address_but_slacks_own(club: SlackWorkspace) -> None:
    heard: list[str] = []

    async def listen(request: web.Request) -> web.Response:
        heard.append(request.path)
        return web.Response(text="ok")

    strange = web.Application()
    strange.router.add_post("/stolen", listen)
    async with serve_slack_app(strange) as port, aiohttp.ClientSession() as session:
        place = SlackOrigin(reply=f"http://127.0.0.1:{port}/stolen")
        here = SlackResponder(
            club.bot._slack_api, SlackDirectMessages(club.bot._slack_api), session, "https://slack.com/api/"
        )
        assert not await here._post_to_response_url(Card((("Dana",),)), place)
        assert heard == []
        assert await SlackResponder(
            club.bot._slack_api, SlackDirectMessages(club.bot._slack_api), session, "http://localhost/api/"
        )._post_to_response_url(Card((("Dana",),)), place)


async def test_whose_profile_is_not_known_is_greeted_another_time(club: SlackWorkspace) -> None:
    club.slack.fail("users.info", with_=faults.status(500), times=1)
    await club.ada.open_home()
    await club.idle()
    assert (await club.book(), club.ada.received) == (None, [])
    await club.ada.open_home()
    await club.idle()
    assert len(club.ada.received) == 1


async def test_whoever_came_back_unheard_is_not_taken_for_gone(club: SlackWorkspace) -> None:
    await club.says(ADD_EMAILED_DANA)
    await club.slack.change_user("U0ADA", deleted=True)
    await club.idle()
    club.slack.world.users["U0ADA"].deleted = False  # and Slack tells nobody
    await club.says("board")
    assert await club.reminded()


async def test_a_flood_is_stemmed_and_the_others_are_served(
    club: SlackWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "ACTION_BURST", 3)
    monkeypatch.setattr(intake, "ACTIONS_PER_SECOND", 0.01)
    await club.restart()
    for _ in range(9):
        await club.ada.command("/outreach", "help")
    await club.idle()
    assert len(club.ada.ephemerals) == 3
    [told] = club.ada.received
    assert told.said == "One thing at a time, please; I'm still here."
    ack = await club.lee.command("/outreach", "help")
    assert ack.payload


async def test_a_visitor_is_told_once_in_an_hour(club: SlackWorkspace) -> None:
    for _ in range(5):
        await club.far.write("hello")
        await club.idle()
    assert len(club.far.received) == 1


async def test_a_fault_of_ours_is_told_once_and_apologised_for(
    club: SlackWorkspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def broken(*_: object) -> object:
        raise RuntimeError("Dana")

    monkeypatch.setattr(club.bot._profiles, "find_profile", broken)
    ack = await club.ada.command("/outreach", "board")
    assert "something went wrong on my side" in ack.payload["text"]
    assert capsys.readouterr().out.count("fault") == 1
