"""What the service is told of who speaks: their name, their club, whether they lead it, and where they speak."""

from __future__ import annotations

import pytest

from bot.domain.messages import Button, Card
from bot.domain.model import Actor
from tests.platforms.stage import Stage
from tests.platforms.stub_service import PRIVATE_FORM, StubService

HELLO_CARD = Card((("Hello.",),), buttons=(Button("Join", "show"),))


@pytest.fixture
def stub(stage: Stage) -> StubService:
    made = StubService()
    stage.serve(made)
    return made


def place(actor: Actor) -> tuple[object, str]:
    return actor.club, actor.club_channel_id


async def test_what_is_typed_pressed_and_filled_in_in_a_channel_tells_it(stage: Stage, stub: StubService) -> None:
    stub.next_response = PRIVATE_FORM
    form = await stage.press(await stage.post(HELLO_CARD), "Join")
    answer = await stage.fill(form, topic="words")
    assert (stub.command, stub.values["topic"]) == ("help", "words")
    stub.next_response = HELLO_CARD
    await stage.press(answer, "More")
    await stage.say("board")
    assert len(stub.received_inputs) == 4
    assert {place(actor) for actor, *_ in stub.received_inputs} == {(stage.club_channel.club, stage.room_of_club)}
    assert {actor.address for actor, *_ in stub.received_inputs} == {stage.address()}


async def test_what_is_written_in_private_tells_no_channel_and_leads_nothing(stage: Stage, stub: StubService) -> None:
    stage.make_leader(stage.ada)
    await stage.write("Dana")
    assert stub.actor.club_channel_id == ""
    assert stub.actor.display_name.casefold() == "ada"


async def test_whoever_leads_the_workspace_or_server_may_set_up_the_club(stage: Stage, stub: StubService) -> None:
    stage.open_room()
    stage.make_leader(stage.ada)
    await stage.say("board", stage.ada)
    assert stub.actor.may_set_up_club
    await stage.say("board", stage.lee)
    assert not stub.actor.may_set_up_club


@pytest.mark.parametrize(
    ("called", "name"),
    [("Ada of the club", "Ada of the club"), ("A\u202eda\x00\nLee", "Ada Lee"), ("x" * 200, "x" * 79 + "…")],
)
async def test_they_are_called_as_others_see_them_there(
    stage: Stage, stub: StubService, called: str, name: str
) -> None:
    stage.rename(stage.ada, called)
    stage.open_room()
    await stage.say("board")
    assert stub.actor.display_name == name
