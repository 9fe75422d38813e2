"""What Slack refuses, loses or delays: the answer still comes, and never in public."""

from __future__ import annotations

import asyncio
import time

import aiohttp
import pytest
from aiohttp import web

from adapters.slack import responder
from adapters.slack.api import SLACK_CALL_SECONDS
from adapters.slack.direct_messages import SlackDirectMessages
from adapters.slack.inbound import SlackOrigin
from adapters.slack.responder import SlackResponder
from bot.domain.messages import Card
from tests.adapters.slack.workspace import ADD_EMAILED_DANA, ADD_UNCONTACTED_DANA, SlackWorkspace, last_message
from tests.fakes_slack import faults
from tests.platforms.loopback import serve_app

MODAL_OPEN_FAILURES = (
    faults.error("expired_trigger_id"),
    faults.error("exchanged_trigger_id"),
    faults.error("invalid_trigger_id"),
    faults.error("invalid_blocks"),
    faults.error("internal_error"),
    faults.status(500),
    faults.html(),
    faults.bad_json(),
    faults.empty(),
    faults.dropped(),
    faults.limited(30),
)


async def fill_offered_form(club: SlackWorkspace) -> None:
    """[Open the form] stands there, and works."""
    club.ada.stack.clear()
    answer = last_message(club.ada)
    assert [label for label, _ in answer.buttons] == ["Open the form"]
    club.slack.world.faults.waiting.clear()
    club.slack.world.faults.closed_until.clear()
    club.bot._slack_api._holds = type(club.bot._slack_api._holds)(time.monotonic)
    await club.ada.press(answer, "Open the form")
    await club.idle()
    await club.ada.submit(contact="Dana", channel="email")
    await club.idle()
    book = await club.book()
    assert book is not None
    assert [len(contact.entries) for contact in book.contacts] == [1]


@pytest.mark.parametrize("failure", MODAL_OPEN_FAILURES, ids=lambda one: one.name)
async def test_a_form_that_cannot_be_opened_is_offered_in_a_private_answer(
    club: SlackWorkspace, failure: faults.Failure
) -> None:
    club.slack.fail("views.open", with_=failure)
    await club.ada.command("/outreach", "add")
    await club.idle()
    assert last_message(club.ada).only_for == "U0ADA"
    await fill_offered_form(club)
    assert last_message(club.ada).said.startswith("Dana is on your board.")


async def test_a_form_that_hangs_is_offered_as_soon_as_it_could_not_be_opened_any_more(
    club: SlackWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(responder, "MODAL_OPEN_SECONDS", 0.1)
    club.slack.fail("views.open", with_=faults.hang())
    await club.ada.command("/outreach", "add")
    async with asyncio.timeout(SLACK_CALL_SECONDS / 2):  # a call is waited for twice as long
        await club.bot.tasks.wait_until_idle()
    assert [label for label, _ in last_message(club.ada).buttons] == ["Open the form"]


@pytest.mark.parametrize("where", ["home", "shortcut"])
async def test_a_form_that_cannot_be_opened_elsewhere_is_offered_in_a_direct_message(
    club: SlackWorkspace, where: str
) -> None:
    if where == "shortcut":
        await club.says(ADD_UNCONTACTED_DANA)
    await club.ada.open_home()
    await club.idle()
    club.slack.fail("views.open", with_=faults.error("expired_trigger_id"))
    if where == "shortcut":
        await club.ada.shortcut("log")
    else:
        assert club.ada.home is not None
        await club.ada.press(club.ada.home, "Add someone")
    await club.idle()
    assert last_message(club.ada) is club.ada.received[-1]
    await fill_offered_form(club)


async def test_a_trigger_that_slack_lets_expire_is_no_dead_end(club: SlackWorkspace) -> None:
    club.store.gate.clear()
    sending = asyncio.create_task(club.ada.command("/outreach", "add"))
    await club.slack.until(lambda: club.store.looks)
    club.slack.clock.move(4)
    club.store.gate.set()
    await sending
    await club.idle()
    await fill_offered_form(club)


async def test_a_direct_message_is_replaced_even_when_the_address_for_it_is_dead(club: SlackWorkspace) -> None:
    await club.says(ADD_EMAILED_DANA)
    await club.ada.write("Dana")
    await club.idle()
    [card] = club.ada.received
    club.slack.fail("response_url", with_=faults.status(404, "used_url"))
    await club.ada.press(card, "They wrote")
    await club.idle()
    assert club.ada.received == [card]
    assert card.said.endswith("What was it?")


async def test_an_address_that_was_used_up_leads_to_a_direct_message(club: SlackWorkspace) -> None:
    await club.says(ADD_UNCONTACTED_DANA)
    for used in range(5):
        await club.ada.command("/outreach", "log")
        await club.idle()
        for address in club.slack.world.addresses.values():
            address.uses = 5
        await club.ada.submit(contact="Dana", channel="email", when=f"2026-11-{10 + used}")
        await club.idle()
    assert len(club.ada.received) == 5


async def test_a_limited_answer_comes_when_its_rest_is_over_and_makes_no_storm(club: SlackWorkspace) -> None:
    await club.says(ADD_EMAILED_DANA)
    club.slack.fail("chat.postMessage", with_=faults.limited(1))
    for word in ("Dana", "board", "help"):
        await club.ada.write(word)
        await club.slack.until(lambda: any(call.answered for call in club.slack.called("chat.postMessage")))
        await club.slack.settled()
    assert len(club.slack.called("chat.postMessage")) == 1, "the others wait with it"
    club.slack.clock.move(1)
    await club.idle()
    assert len(club.ada.received) == 3
    assert len(club.slack.called("chat.postMessage")) == 4


async def test_a_profile_that_hangs_delays_no_answer(either: SlackWorkspace) -> None:
    either.slack.fail("users.info", with_=faults.hang(), times=None)
    ack = await either.ada.command(
        "/outreach", ADD_EMAILED_DANA
    )  # raises when it is not there in Slack's three seconds
    assert ack.text.startswith("Dana is on your board.")
    assert either.slack.world.busy, "and nobody has answered for the profile yet"


async def test_a_card_goes_to_no_address_but_slacks_own(club: SlackWorkspace) -> None:
    heard: list[str] = []

    async def listen(request: web.Request) -> web.Response:
        heard.append(request.path)
        return web.Response(text="ok")

    strange = web.Application()
    strange.router.add_post("/stolen", listen)
    async with serve_app(strange) as port, aiohttp.ClientSession() as session:
        place = SlackOrigin(reply=f"http://127.0.0.1:{port}/stolen")
        here = SlackResponder(
            club.bot._slack_api, SlackDirectMessages(club.bot._slack_api), session, "https://slack.com/api/"
        )
        assert not await here._post_to_response_url(Card((("Dana",),)), place)
        assert heard == []
        assert await SlackResponder(
            club.bot._slack_api, SlackDirectMessages(club.bot._slack_api), session, "http://localhost/api/"
        )._post_to_response_url(Card((("Dana",),)), place)
