"""What is pressed on a post in a channel is answered to who pressed alone, and the post stays as it is.

That it stays, that no channel hears more of us, and that every answer is private is looked at after each test (see
`workspace.Club.harmless`).
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from adapters.slack import intake
from adapters.slack.inbound import SlackOrigin, parse_origin, parse_slack_caller
from adapters.slack.responder import SlackResponseTarget
from bot.domain.messages import Button, Card, Form, Input
from bot.domain.model import ClubChannel, ClubKey
from tests.adapters.slack.stub import DONE, stubbed
from tests.adapters.slack.workspace import DANA, TEAM, Club, drawn, last
from tests.fakes_slack import Message, Person, faults, payloads

HERE = "C0CLUB"
POST = Card(
    (("We meet on Tuesday.",),),
    buttons=(Button("Your board", "board"), Button("Add someone", "add"), Button("Undo", "undo")),
)
NAME = "Dana"
ASKED = Form("Who?", "add", (Input("contact", "Who?", required=True),))
CARD = Card((("For you alone.",),), buttons=(Button("Again", "board"),))


async def posted(club: Club, *, private: bool = False) -> Message:
    """A post of ours in a channel of Ada and Lee."""
    club.rooms = {HERE}
    club.slack.room(HERE, "jobclub", "U0ADA", "U0LEE", private=private)
    await club.bot.messenger.send(ClubChannel(ClubKey("slack", TEAM), HERE), POST, "k1")
    [post] = club.ada.reads(HERE)
    return post


@pytest.fixture
async def club_with_post(club: Club) -> Club:
    await posted(club)
    return club


@pytest.fixture(params=["public", "private"])
async def post(request: pytest.FixtureRequest, either: Club) -> AsyncIterator[Message]:
    found = await posted(either, private=request.param == "private")
    before = deepcopy(found)
    yield found
    assert found == before
    assert either.lee.reads(HERE) == [found], "Lee pressed nothing"
    assert either.lee.received == either.lee.ephemerals == either.lee.stack == []


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.common.deadline.RESPONSE_DEADLINE_SECONDS", 0.1)
    monkeypatch.setattr(intake, "MODAL_REDRAW_SECONDS", 0.05)


async def press(club: Club, post: Message, label: str, who: Person | None = None) -> None:
    await (who or club.ada).press(post, label)
    await club.idle()


def own(club: Club, post: Message) -> list[Message]:
    """What stands in the channel before Ada alone."""
    return [read for read in club.ada.reads(HERE) if read is not post]


async def test_a_press_is_answered_beside_the_post_to_who_pressed_alone(either: Club, post: Message) -> None:
    await either.says(DANA)
    await press(either, post, "Your board")
    [answer] = own(either, post)
    assert NAME in answer.said
    assert answer.only_for == "U0ADA"
    assert NAME not in either.lee.sees
    assert either.ada.received == []


async def test_each_press_has_an_answer_of_its_own(either: Club, post: Message) -> None:
    await press(either, post, "Your board")
    await press(either, post, "Your board")
    first, second = own(either, post)
    assert first.versions == second.versions == []


async def test_the_buttons_of_the_answer_change_the_answer_and_not_the_post(either: Club, post: Message) -> None:
    await either.says(DANA)
    await press(either, post, "Undo")
    [answer] = own(either, post)
    label = answer.buttons[0][0]
    await press(either, answer, label)
    assert len(answer.versions) == 1 or either.ada.view


async def test_members_who_press_the_same_post_see_each_their_own(club: Club) -> None:
    found = await posted(club)
    await club.says(DANA)
    await club.says("add Priya channel: email", club.lee)
    await press(club, found, "Your board", club.lee)
    await press(club, found, "Your board", club.ada)
    [of_lee] = [read for read in club.lee.reads(HERE) if read is not found]
    [of_ada] = own(club, found)
    assert ("Priya" in of_lee.said, "Dana" in of_lee.said) == (True, False)
    assert ("Priya" in of_ada.said, "Dana" in of_ada.said) == (False, True)


async def test_a_form_that_a_post_opens_is_answered_beside_it_to_who_filled_it_in(either: Club, post: Message) -> None:
    await press(either, post, "Add someone")
    await either.ada.submit(contact=NAME, channel="email")
    await either.idle()
    [answer] = own(either, post)
    assert answer.said.startswith("Dana is on your board.")
    assert NAME not in either.lee.sees
    assert either.ada.received == []


async def test_a_form_that_asks_again_stays_a_form_and_is_then_answered_in_private(either: Club, post: Message) -> None:
    await press(either, post, "Add someone")
    ack = await either.ada.submit(contact=NAME, channel="email", via=NAME)
    assert ack.errors
    await either.ada.submit(via="")
    await either.idle()
    [answer] = own(either, post)
    assert answer.said.startswith("Dana is on your board.")


async def test_a_card_in_a_modal_that_a_post_opened_is_answered_in_private(either: Club, post: Message) -> None:
    unfinished = replace(CARD, is_unfinished=True)
    stub = stubbed(either, ASKED, unfinished, CARD)
    await press(either, post, "Add someone")
    await either.ada.submit(contact=NAME)
    await either.idle()
    view = either.ada.view
    assert view is not None
    assert view.said == "For you alone."
    await either.ada.press(view, "Again")
    await either.idle()
    assert (either.ada.stack, own(either, post)) == ([view], [])
    assert stub.who.club_channel_id == HERE


async def test_a_card_set_aside_stands_beside_the_post_as_well(either: Club, post: Message) -> None:
    stubbed(either, replace(CARD, beside_pressed_card=True))
    await press(either, post, "Your board")
    [answer] = own(either, post)
    assert answer.said == "For you alone."


async def test_a_late_answer_comes_to_who_pressed_alone(either: Club, post: Message, soon: None) -> None:
    await either.says(DANA)
    either.store.gate.clear()
    await either.ada.press(post, "Your board")
    await either.slack.settled()
    assert len(own(either, post)) == 0
    either.store.gate.set()
    await either.idle()
    [answer] = own(either, post)
    assert NAME in answer.said


async def test_a_form_that_comes_too_late_is_offered_in_private(either: Club, post: Message, soon: None) -> None:
    either.store.gate.clear()
    await either.ada.press(post, "Add someone")
    either.slack.clock.move(4)
    await either.slack.settled()
    either.store.gate.set()
    await either.idle()
    [offer] = own(either, post)
    await press(either, offer, "Open the form")
    await either.ada.submit(contact=NAME, channel="none")
    await either.idle()
    assert own(either, post) == [offer]
    assert offer.said.startswith("Dana is on your board.")


async def test_a_form_whose_modal_slack_does_not_open_is_offered_in_private(either: Club, post: Message) -> None:
    either.slack.fail("views.open", with_=faults.error("expired_trigger_id"))
    await press(either, post, "Add someone")
    [offer] = own(either, post)
    assert ("Open the form", offer.buttons[0][1]) in offer.buttons


async def test_a_slow_form_is_answered_in_its_modal_or_in_private(either: Club, post: Message, soon: None) -> None:
    await press(either, post, "Add someone")
    either.store.gate.clear()
    await either.ada.submit(contact=NAME, channel="email")
    view = either.ada.view
    assert view is not None
    either.store.gate.set()
    await either.idle()
    assert view.said.startswith("Dana is on your board.")
    assert own(either, post) == []


async def test_a_slow_form_that_was_closed_meanwhile_is_answered_in_private(
    either: Club, post: Message, soon: None
) -> None:
    await press(either, post, "Add someone")
    either.store.gate.clear()
    await either.ada.submit(contact=NAME, channel="email")
    await either.ada.close()
    either.store.gate.set()
    await either.idle()
    [answer] = own(either, post)
    assert answer.said.startswith("Dana is on your board.")


@pytest.mark.parametrize(
    "failure", [faults.status(404), faults.error("used_url"), faults.dropped(), faults.limited(), faults.html(500)]
)
async def test_an_answer_whose_address_takes_nothing_comes_as_a_direct_message(
    either: Club, post: Message, failure: faults.Failure
) -> None:
    await either.says(DANA)
    either.slack.fail("response_url", with_=failure)
    await press(either, post, "Your board")
    assert own(either, post) == []
    [answer] = either.ada.received
    assert NAME in answer.said
    assert either.slack.called("chat.update") == []


async def test_the_answer_to_a_form_whose_address_is_used_up_comes_as_a_direct_message(
    either: Club, post: Message
) -> None:
    await press(either, post, "Add someone")
    either.clock.move(either.clock.now() + timedelta(minutes=31))
    await either.ada.submit(contact=NAME, channel="email")
    await either.idle()
    assert own(either, post) == []
    [answer] = either.ada.received
    assert answer.said.startswith("Dana is on your board.")
    assert either.slack.called("chat.update") == []


async def test_a_late_answer_whose_address_is_gone_comes_as_a_direct_message(
    either: Club, post: Message, soon: None
) -> None:
    await either.says(DANA)
    either.store.gate.clear()
    await either.ada.press(post, "Your board")
    either.slack.clock.move(31 * 60)
    either.store.gate.set()
    await either.idle()
    assert own(either, post) == []
    [answer] = either.ada.received
    assert NAME in answer.said


async def test_a_fault_of_ours_is_told_in_private(either: Club, post: Message) -> None:
    either.store.broken = True
    await press(either, post, "Add someone")
    await either.ada.submit(contact=NAME, channel="email")
    await either.idle()
    [answer] = own(either, post)
    assert answer.said.startswith("I couldn't save that just now")


async def test_a_press_on_an_answer_in_the_channel_is_not_taken_for_one_on_the_post(club_with_post: Club) -> None:
    club = club_with_post
    answer = await club.says(DANA)
    assert answer.only_for == "U0ADA"
    await press(club, answer, "Undo")
    assert len(answer.versions) == 1


async def test_a_stranger_in_the_channel_is_refused_in_private(club: Club) -> None:
    found = await posted(club)
    club.slack.world.rooms[HERE].members.add("U0FAR")
    before = club.store.looks
    await press(club, found, "Your board", club.far)
    [answer] = [read for read in club.far.reads(HERE) if read is not found]
    assert answer.said.startswith("I belong to another workspace")
    assert answer.only_for == "U0FAR"
    assert club.store.looks == before


async def test_who_leaves_the_channel_between_press_and_answer_reads_it_alone(club: Club, soon: None) -> None:
    found = await posted(club)
    await club.says(DANA)
    club.store.gate.clear()
    await club.ada.press(found, "Your board")
    club.slack.world.rooms[HERE].members.discard("U0ADA")
    club.store.gate.set()
    await club.idle()
    assert NAME in last(club.ada).said
    assert NAME not in club.lee.sees


async def test_a_shortcut_on_the_post_is_answered_in_a_direct_message(club: Club) -> None:
    found = await posted(club)
    payload = payloads.message_shortcut(club.slack.world, club.ada.user, "log_message", found)
    await club.says(DANA)
    await club.slack.deliver("interactive", payload)
    await club.idle()
    await club.ada.submit(contact="Dana", channel="phone", when="2026-11-23")
    await club.idle()
    assert own(club, found) == []
    assert len(club.ada.received) == 1


async def test_a_command_typed_in_the_channel_is_answered_to_its_author_alone(club: Club) -> None:
    found = await posted(club)
    await club.ada.command("/outreach", DANA, channel=HERE)
    await club.idle()
    [answer] = own(club, found)
    assert answer.only_for == "U0ADA"
    assert club.lee.reads(HERE) == [found]


async def test_a_reminder_in_a_direct_message_is_still_replaced_in_its_place(club: Club) -> None:
    await posted(club)
    await club.says(DANA)
    reminder = await club.reminded()
    mark = drawn(reminder)
    await press(club, reminder, "I'd rather not")
    assert len(reminder.versions) == 1
    assert drawn(reminder) == mark


def pressed(where: dict[str, Any], channel: object = None, **more: Any) -> dict[str, Any]:
    return {
        "type": "block_actions",
        "user": {"id": "U0ADA", "team_id": TEAM},
        "team": {"id": TEAM},
        "container": {"type": "message", "message_ts": "1.2", **where},
        "response_url": "https://hooks.slack.com/x",
        "message": {"blocks": [{"block_id": "st:k1"}]},
        **({} if channel is None else {"channel": channel}),
        **more,
    }


PUBLIC = {"channel_id": HERE, "is_ephemeral": False}


@pytest.mark.parametrize(
    "body",
    [
        pressed(PUBLIC, {"id": HERE, "name": "jobclub"}),
        pressed(PUBLIC | {"channel_id": "G0OLD"}, {"id": "G0OLD", "name": "privategroup"}),
        pressed(PUBLIC | {"channel_id": "C0FEW"}, {"id": "C0FEW", "name": "mpdm-ada--lee-1"}),
        pressed({"channel_id": HERE}, {"id": HERE, "name": "jobclub"}),
        pressed(PUBLIC | {"is_ephemeral": "false"}),
        pressed(PUBLIC | {"is_ephemeral": None}),
        pressed(PUBLIC | {"thread_ts": "1.1"}),
        pressed({"is_ephemeral": False}),
        pressed({"is_ephemeral": False, "channel_id": ""}, {"id": HERE}),
        pressed({"is_ephemeral": False, "channel_id": None}, "D0ADA"),
        pressed({"is_ephemeral": False, "channel_id": "d0ada"}),
        pressed({"type": "message_attachment", "channel_id": HERE, "is_ephemeral": False}),
        pressed({"type": "", "channel_id": "D0ADA"}),
    ],
)
def test_what_is_not_surely_private_is_never_replaced(body: dict[str, Any]) -> None:
    found = parse_origin(body)
    assert (found.replaces, found.channel, found.ts, found.key) == (False, "", "", "")
    assert found.reply == "https://hooks.slack.com/x"


@pytest.mark.parametrize(
    ("body", "room"),
    [
        (pressed(PUBLIC, {"id": HERE, "name": "jobclub"}), HERE),
        (pressed(PUBLIC | {"channel_id": "G0OLD"}, {"id": "G0OLD", "name": "privategroup"}), "G0OLD"),
        (pressed(PUBLIC | {"is_ephemeral": True}, {"id": HERE, "name": "jobclub"}), HERE),
        (pressed(PUBLIC | {"channel_id": "C0FEW"}, {"id": "C0FEW", "name": "mpdm-ada--lee-1"}), ""),
        (pressed(PUBLIC | {"channel_id": "D0ADA"}, {"id": "D0ADA", "name": "directmessage"}), ""),
        ({"user_id": "U0ADA", "team_id": TEAM, "channel_id": HERE, "channel_name": "jobclub"}, HERE),
        ({"user_id": "U0ADA", "team_id": TEAM, "channel_id": HERE, "channel_name": "privategroup"}, HERE),
        ({"user_id": "U0ADA", "team_id": TEAM, "channel_id": "D0ADA", "channel_name": "directmessage"}, ""),
        ({"user_id": "U0ADA", "team_id": TEAM, "channel_id": "C0FEW", "channel_name": "mpdm-ada--lee-1"}, ""),
        ({"user_id": "U0ADA", "team_id": TEAM}, ""),
    ],
)
def test_where_it_was_said_is_known(body: dict[str, Any], room: str) -> None:
    assert parse_slack_caller(body).channel == room


def test_where_it_was_said_rides_in_a_modal() -> None:
    kept = SlackOrigin("https://hooks.slack.com/x", room=HERE, command="add", fixed=(("a", "b"),))
    view = {"type": "modal", "private_metadata": kept.to_metadata()}
    assert parse_origin({"view": view}) == kept
    assert parse_slack_caller({"user": {"id": "U0ADA", "team_id": TEAM}, "view": view}).channel == HERE


def test_a_modal_from_before_a_room_was_told_keeps_all_else() -> None:
    kept = SlackOrigin("https://hooks.slack.com/x", replaces=True, command="add", fixed=(("a", "b"),))
    old = kept.to_metadata().replace(', "room": ""', "")
    assert "room" not in old
    assert parse_origin({"view": {"private_metadata": old}}) == kept


async def test_even_what_seems_to_be_a_place_in_a_channel_is_not_written_over(club_with_post: Club) -> None:
    club = club_with_post
    [post] = club.ada.reads(HERE)
    seeming = SlackOrigin(replaces=True, channel=HERE, ts=post.ts)
    await club.bot._listeners._responder.respond(DONE, SlackResponseTarget("U0ADA", seeming))
    assert [one.said for one in club.ada.received] == ["It is done."]
    assert club.slack.called("chat.update") == []
