"""A press on a post in a channel: the answer is the presser's alone, and the post stays as it is for everybody."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.domain.messages import Button, Card
from tests.platforms.stage import ADD_EMAILED_DANA, Stage
from tests.platforms.stub_service import PRIVATE_ASIDE_CARD, PRIVATE_CARD, PRIVATE_FORM, PRIVATE_TEXT, StubService

MEETING_CARD = Card(
    (("We meet on Tuesday.",),),
    buttons=(Button("Your board", "board"), Button("Add someone", "add"), Button("Undo", "undo")),
)
pytestmark = pytest.mark.quick_responses

REPLIES = {"card": PRIVATE_CARD, "aside": PRIVATE_ASIDE_CARD, "form": PRIVATE_FORM}


@pytest.fixture
async def post(any_stage: Stage) -> AsyncIterator[Any]:
    """A post of ours; whatever happens, it stays, and nobody else sees an answer."""
    any_stage.hurry()
    posted = await any_stage.post(MEETING_CARD)
    before = posted.said, posted.buttons
    yield posted
    await any_stage.idle()
    assert (posted.said, posted.buttons, posted.versions, posted.gone) == (*before, [], False)
    assert any_stage.in_room(any_stage.lee) == [posted]
    assert "Dana" not in any_stage.lee.sees


async def test_a_press_is_answered_beside_the_post_to_who_pressed_alone(any_stage: Stage, post: Any) -> None:
    await any_stage.say(ADD_EMAILED_DANA)
    answer = await any_stage.press(post, "Your board")
    assert "Dana" in answer.said
    assert answer in any_stage.private()
    second = await any_stage.press(post, "Your board")
    assert second is not answer
    assert any_stage.inbox() == answer.versions == []


async def test_the_buttons_of_the_answer_change_the_answer(any_stage: Stage, post: Any) -> None:
    any_stage.serve(StubService(PRIVATE_CARD, Card((("Something else.",),))))
    answer = await any_stage.press(post, "Your board")
    assert await any_stage.press(answer, "More") is answer
    assert answer.said == "Something else."


async def test_members_who_press_at_once_see_each_their_own(any_stage: Stage) -> None:
    posted = await any_stage.post(MEETING_CARD)
    await any_stage.say(ADD_EMAILED_DANA)
    await any_stage.say("add Priya channel: email", any_stage.lee)
    await asyncio.gather(*(who.press(posted, "Your board") for who in (any_stage.ada, any_stage.lee)))
    await any_stage.idle()
    of_ada, of_lee = any_stage.private()[-1].said, any_stage.private(any_stage.lee)[-1].said
    assert ["Dana" in of_ada, "Priya" in of_ada, "Dana" in of_lee, "Priya" in of_lee] == [True, False, False, True]


async def test_a_form_that_a_post_opens_is_answered_beside_it(any_stage: Stage, post: Any) -> None:
    form = await any_stage.press(post, "Add someone")
    wrong = await any_stage.fill(form, contact="Dana", channel="email", via="Dana")
    answer = await any_stage.fill(await any_stage.corrected(wrong), via="")
    assert answer.said.startswith("Dana is on your board.")
    assert answer in any_stage.private()
    assert any_stage.inbox() == []


@pytest.mark.parametrize("slow", [False, True], ids=["at once", "slowly"])
@pytest.mark.parametrize("reply", REPLIES)
@pytest.mark.parametrize("trouble", ["none", "address", "dropped", "limited"])
async def test_whatever_goes_wrong_the_answer_comes_to_them_in_private(
    any_stage: Stage, post: Any, reply: str, slow: bool, trouble: str
) -> None:
    stub = StubService(REPLIES[reply])
    any_stage.serve(stub)
    made = {"dropped": any_stage.faults.dropped, "limited": lambda: any_stage.faults.limited(60)}
    if trouble != "none":
        failure = made[trouble]() if trouble in made else any_stage.refusals[trouble]
        any_stage.fail("answer to a press", failure, times=None)
    if slow:
        stub.gate.clear()
        asyncio.get_running_loop().call_later(0.3, stub.gate.set)
        any_stage.fake.clock.move(0)
    await any_stage.press(post, "Your board")
    await any_stage.idle()
    form = any_stage.form()
    shown = [*any_stage.private(), *any_stage.inbox(), *([form] if form else [])]
    offered = reply == "form" and any("Open the form" in any_stage.labels(one) for one in shown if one is not form)
    assert any(PRIVATE_TEXT in one.said for one in shown) or offered


@pytest.mark.parametrize("slow", [False, True], ids=["at once", "slowly"])
async def test_a_form_whose_address_is_gone_is_answered_in_a_direct_message(
    any_stage: Stage, post: Any, slow: bool
) -> None:
    form = await any_stage.press(post, "Add someone")
    any_stage.refuse("answer to a press", "address", times=None)
    any_stage.clock.move(any_stage.clock.now().replace(minute=59))
    if slow:
        any_stage.hold()
    await any_stage.fill(form, contact="Dana", channel="email")
    await any_stage.release()
    told = [*any_stage.inbox(), *([any_stage.form()] if any_stage.form() else [])]
    assert len([one for one in told if one.said.startswith("Dana is on your board.")]) == 1


async def test_what_could_not_be_kept_is_said_in_private(any_stage: Stage, post: Any) -> None:
    form = await any_stage.press(post, "Add someone")
    any_stage.store.broken = True
    answer = await any_stage.fill(form, contact="Dana", channel="email")
    assert answer.said.startswith("I couldn't save that just now")
    assert answer in any_stage.private()


async def test_whom_nothing_reaches_is_told_nothing_in_the_channel(any_stage: Stage, post: Any) -> None:
    any_stage.serve(StubService())
    any_stage.refuse("answer to a press", "address", times=None)
    any_stage.refuse("message", "person", times=None)
    await any_stage.press(post, "Your board")
    await any_stage.idle()
    assert any_stage.screen() == [post]


async def test_a_post_works_after_a_restart(any_stage: Stage, post: Any) -> None:
    await any_stage.say(ADD_EMAILED_DANA)
    await any_stage.restart()
    answer = await any_stage.press(post, "Your board")
    assert "Dana" in answer.said
    assert answer in any_stage.private()
