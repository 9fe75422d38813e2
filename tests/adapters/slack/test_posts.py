"""What is pressed on a post in a channel is answered to who pressed alone, and the post stays as it is.

That it stays, that no channel hears more of us, and that every answer is private is looked at after each test (see
`workspace.SlackWorkspace.harmless`).
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from adapters.slack.inbound import SlackOrigin, parse_origin, parse_slack_caller
from adapters.slack.responder import SlackResponseTarget
from bot.domain.messages import Button, Card, Form, Input
from bot.domain.model import ClubChannel, ClubKey
from tests.adapters.slack.workspace import ADD_EMAILED_DANA, SLACK_TEAM_ID, SlackWorkspace, last_message
from tests.fakes_slack import SlackPerson, SlackScreenMessage, faults, payloads
from tests.platforms.stub_service import PRIVATE_CARD, PRIVATE_TEXT, serve_stub

POST_CHANNEL_ID = "C0CLUB"
MEETING_POST_CARD = Card(
    (("We meet on Tuesday.",),),
    buttons=(Button("Your board", "board"), Button("Add someone", "add"), Button("Undo", "undo")),
)
POST_CONTACT_NAME = "Dana"
POST_FORM = Form("Who?", "add", (Input("contact", "Who?", required=True),))
PRIVATE_ANSWER_CARD = Card((("For you alone.",),), buttons=(Button("Again", "board"),))


async def post_in_club_channel(club: SlackWorkspace, *, private: bool = False) -> SlackScreenMessage:
    """A post of ours in a channel of Ada and Lee."""
    club.rooms = {POST_CHANNEL_ID}
    club.slack.room(POST_CHANNEL_ID, "jobclub", "U0ADA", "U0LEE", private=private)
    await club.bot.messenger.send(
        ClubChannel(ClubKey("slack", SLACK_TEAM_ID), POST_CHANNEL_ID), MEETING_POST_CARD, "k1"
    )
    [post] = club.ada.reads(POST_CHANNEL_ID)
    return post


@pytest.fixture
async def club_with_post(club: SlackWorkspace) -> SlackWorkspace:
    await post_in_club_channel(club)
    return club


@pytest.fixture(params=["public", "private"])
async def post(request: pytest.FixtureRequest, either: SlackWorkspace) -> AsyncIterator[SlackScreenMessage]:
    found = await post_in_club_channel(either, private=request.param == "private")
    before = deepcopy(found)
    yield found
    assert found == before
    assert either.lee.reads(POST_CHANNEL_ID) == [found], "Lee pressed nothing"
    assert either.lee.received == either.lee.ephemerals == either.lee.stack == []


async def press_post_button(
    club: SlackWorkspace, post: SlackScreenMessage, label: str, who: SlackPerson | None = None
) -> None:
    await (who or club.ada).press(post, label)
    await club.idle()


def messages_only_ada_sees(club: SlackWorkspace, post: SlackScreenMessage) -> list[SlackScreenMessage]:
    """What stands in the channel before Ada alone."""
    return [read for read in club.ada.reads(POST_CHANNEL_ID) if read is not post]


async def test_a_card_in_a_modal_that_a_post_opened_is_answered_in_private(
    either: SlackWorkspace, post: SlackScreenMessage
) -> None:
    unfinished = replace(PRIVATE_ANSWER_CARD, is_unfinished=True)
    stub = serve_stub(either, POST_FORM, unfinished, PRIVATE_ANSWER_CARD)
    await press_post_button(either, post, "Add someone")
    await either.ada.submit(contact=POST_CONTACT_NAME)
    await either.idle()
    view = either.ada.view
    assert view is not None
    assert view.said == "For you alone."
    await either.ada.press(view, "Again")
    await either.idle()
    assert (either.ada.stack, messages_only_ada_sees(either, post)) == ([view], [])
    assert stub.actor.club_channel_id == POST_CHANNEL_ID


@pytest.mark.quick_responses
async def test_a_form_that_comes_too_late_is_offered_in_private(
    either: SlackWorkspace, post: SlackScreenMessage
) -> None:
    either.store.gate.clear()
    await either.ada.press(post, "Add someone")
    either.slack.clock.move(4)
    await either.slack.settled()
    either.store.gate.set()
    await either.idle()
    [offer] = messages_only_ada_sees(either, post)
    await press_post_button(either, offer, "Open the form")
    await either.ada.submit(contact=POST_CONTACT_NAME, channel="none")
    await either.idle()
    assert messages_only_ada_sees(either, post) == [offer]
    assert offer.said.startswith("Dana is on your board.")


async def test_a_form_whose_modal_slack_does_not_open_is_offered_in_private(
    either: SlackWorkspace, post: SlackScreenMessage
) -> None:
    either.slack.fail("views.open", with_=faults.error("expired_trigger_id"))
    await press_post_button(either, post, "Add someone")
    [offer] = messages_only_ada_sees(either, post)
    assert ("Open the form", offer.buttons[0][1]) in offer.buttons


@pytest.mark.quick_responses
async def test_a_slow_form_is_answered_in_its_modal_or_in_private(
    either: SlackWorkspace, post: SlackScreenMessage
) -> None:
    await press_post_button(either, post, "Add someone")
    either.store.gate.clear()
    await either.ada.submit(contact=POST_CONTACT_NAME, channel="email")
    view = either.ada.view
    assert view is not None
    either.store.gate.set()
    await either.idle()
    assert view.said.startswith("Dana is on your board.")
    assert messages_only_ada_sees(either, post) == []


@pytest.mark.quick_responses
async def test_a_slow_form_that_was_closed_meanwhile_is_answered_in_private(
    either: SlackWorkspace, post: SlackScreenMessage
) -> None:
    await press_post_button(either, post, "Add someone")
    either.store.gate.clear()
    await either.ada.submit(contact=POST_CONTACT_NAME, channel="email")
    await either.ada.close()
    either.store.gate.set()
    await either.idle()
    [answer] = messages_only_ada_sees(either, post)
    assert answer.said.startswith("Dana is on your board.")


async def test_a_press_on_an_answer_in_the_channel_is_not_taken_for_one_on_the_post(
    club_with_post: SlackWorkspace,
) -> None:
    club = club_with_post
    answer = await club.says(ADD_EMAILED_DANA)
    assert answer.only_for == "U0ADA"
    await press_post_button(club, answer, "Undo")
    assert len(answer.versions) == 1


async def test_a_stranger_in_the_channel_is_refused_in_private(club: SlackWorkspace) -> None:
    found = await post_in_club_channel(club)
    club.slack.world.rooms[POST_CHANNEL_ID].members.add("U0FAR")
    before = club.store.looks
    await press_post_button(club, found, "Your board", club.far)
    [answer] = [read for read in club.far.reads(POST_CHANNEL_ID) if read is not found]
    assert answer.said.startswith("I belong to another workspace")
    assert answer.only_for == "U0FAR"
    assert club.store.looks == before


@pytest.mark.quick_responses
async def test_who_leaves_the_channel_between_press_and_answer_reads_it_alone(club: SlackWorkspace) -> None:
    found = await post_in_club_channel(club)
    await club.says(ADD_EMAILED_DANA)
    club.store.gate.clear()
    await club.ada.press(found, "Your board")
    club.slack.world.rooms[POST_CHANNEL_ID].members.discard("U0ADA")
    club.store.gate.set()
    await club.idle()
    assert POST_CONTACT_NAME in last_message(club.ada).said
    assert POST_CONTACT_NAME not in club.lee.sees


async def test_a_shortcut_on_the_post_is_answered_in_a_direct_message(club: SlackWorkspace) -> None:
    found = await post_in_club_channel(club)
    payload = payloads.message_shortcut_payload(club.slack.world, club.ada.user, "log_message", found)
    await club.says(ADD_EMAILED_DANA)
    await club.slack.deliver("interactive", payload)
    await club.idle()
    await club.ada.submit(contact="Dana", channel="phone", when="2026-11-23")
    await club.idle()
    assert messages_only_ada_sees(club, found) == []
    assert len(club.ada.received) == 1


async def test_a_command_typed_in_the_channel_is_answered_to_its_author_alone(club: SlackWorkspace) -> None:
    found = await post_in_club_channel(club)
    await club.ada.command("/outreach", ADD_EMAILED_DANA, channel=POST_CHANNEL_ID)
    await club.idle()
    [answer] = messages_only_ada_sees(club, found)
    assert answer.only_for == "U0ADA"
    assert club.lee.reads(POST_CHANNEL_ID) == [found]


def block_actions_payload(where: dict[str, Any], channel: object = None, **more: Any) -> dict[str, Any]:
    return {
        "type": "block_actions",
        "user": {"id": "U0ADA", "team_id": SLACK_TEAM_ID},
        "team": {"id": SLACK_TEAM_ID},
        "container": {"type": "message", "message_ts": "1.2", **where},
        "response_url": "https://hooks.slack.com/x",
        "message": {"blocks": [{"block_id": "st:k1"}]},
        **({} if channel is None else {"channel": channel}),
        **more,
    }


PUBLIC_CONTAINER = {"channel_id": POST_CHANNEL_ID, "is_ephemeral": False}


@pytest.mark.parametrize(
    "body",
    [
        block_actions_payload(PUBLIC_CONTAINER, {"id": POST_CHANNEL_ID, "name": "jobclub"}),
        block_actions_payload(PUBLIC_CONTAINER | {"channel_id": "G0OLD"}, {"id": "G0OLD", "name": "privategroup"}),
        block_actions_payload(PUBLIC_CONTAINER | {"channel_id": "C0FEW"}, {"id": "C0FEW", "name": "mpdm-ada--lee-1"}),
        block_actions_payload({"channel_id": POST_CHANNEL_ID}, {"id": POST_CHANNEL_ID, "name": "jobclub"}),
        block_actions_payload(PUBLIC_CONTAINER | {"is_ephemeral": "false"}),
        block_actions_payload(PUBLIC_CONTAINER | {"is_ephemeral": None}),
        block_actions_payload(PUBLIC_CONTAINER | {"thread_ts": "1.1"}),
        block_actions_payload({"is_ephemeral": False}),
        block_actions_payload({"is_ephemeral": False, "channel_id": ""}, {"id": POST_CHANNEL_ID}),
        block_actions_payload({"is_ephemeral": False, "channel_id": None}, "D0ADA"),
        block_actions_payload({"is_ephemeral": False, "channel_id": "d0ada"}),
        block_actions_payload({"type": "message_attachment", "channel_id": POST_CHANNEL_ID, "is_ephemeral": False}),
        block_actions_payload({"type": "", "channel_id": "D0ADA"}),
    ],
)
def test_what_is_not_surely_private_is_never_replaced(body: dict[str, Any]) -> None:
    found = parse_origin(body)
    assert (found.replaces, found.channel, found.ts, found.key) == (False, "", "", "")
    assert found.reply == "https://hooks.slack.com/x"


@pytest.mark.parametrize(
    ("body", "room"),
    [
        (block_actions_payload(PUBLIC_CONTAINER, {"id": POST_CHANNEL_ID, "name": "jobclub"}), POST_CHANNEL_ID),
        (
            block_actions_payload(PUBLIC_CONTAINER | {"channel_id": "G0OLD"}, {"id": "G0OLD", "name": "privategroup"}),
            "G0OLD",
        ),
        (
            block_actions_payload(
                PUBLIC_CONTAINER | {"is_ephemeral": True}, {"id": POST_CHANNEL_ID, "name": "jobclub"}
            ),
            POST_CHANNEL_ID,
        ),
        (
            block_actions_payload(
                PUBLIC_CONTAINER | {"channel_id": "C0FEW"}, {"id": "C0FEW", "name": "mpdm-ada--lee-1"}
            ),
            "",
        ),
        (
            block_actions_payload(PUBLIC_CONTAINER | {"channel_id": "D0ADA"}, {"id": "D0ADA", "name": "directmessage"}),
            "",
        ),
        (
            {"user_id": "U0ADA", "team_id": SLACK_TEAM_ID, "channel_id": POST_CHANNEL_ID, "channel_name": "jobclub"},
            POST_CHANNEL_ID,
        ),
        (
            {
                "user_id": "U0ADA",
                "team_id": SLACK_TEAM_ID,
                "channel_id": POST_CHANNEL_ID,
                "channel_name": "privategroup",
            },
            POST_CHANNEL_ID,
        ),
        ({"user_id": "U0ADA", "team_id": SLACK_TEAM_ID, "channel_id": "D0ADA", "channel_name": "directmessage"}, ""),
        ({"user_id": "U0ADA", "team_id": SLACK_TEAM_ID, "channel_id": "C0FEW", "channel_name": "mpdm-ada--lee-1"}, ""),
        ({"user_id": "U0ADA", "team_id": SLACK_TEAM_ID}, ""),
    ],
)
def test_where_it_was_said_is_known(body: dict[str, Any], room: str) -> None:
    assert parse_slack_caller(body).channel == room


def test_where_it_was_said_rides_in_a_modal() -> None:
    kept = SlackOrigin("https://hooks.slack.com/x", room=POST_CHANNEL_ID, command="add", fixed=(("a", "b"),))
    view = {"type": "modal", "private_metadata": kept.to_metadata()}
    assert parse_origin({"view": view}) == kept
    assert (
        parse_slack_caller({"user": {"id": "U0ADA", "team_id": SLACK_TEAM_ID}, "view": view}).channel == POST_CHANNEL_ID
    )


def test_a_modal_from_before_a_room_was_told_keeps_all_else() -> None:
    kept = SlackOrigin("https://hooks.slack.com/x", replaces=True, command="add", fixed=(("a", "b"),))
    old = kept.to_metadata().replace(', "room": ""', "")
    assert "room" not in old
    assert parse_origin({"view": {"private_metadata": old}}) == kept


async def test_even_what_seems_to_be_a_place_in_a_channel_is_not_written_over(club_with_post: SlackWorkspace) -> None:
    club = club_with_post
    [post] = club.ada.reads(POST_CHANNEL_ID)
    seeming = SlackOrigin(replaces=True, channel=POST_CHANNEL_ID, ts=post.ts)
    await club.bot._listeners._responder.respond(PRIVATE_CARD, SlackResponseTarget("U0ADA", seeming))
    assert [one.said for one in club.ada.received] == [PRIVATE_TEXT]
    assert club.slack.called("chat.update") == []
