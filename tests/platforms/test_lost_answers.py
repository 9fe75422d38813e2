"""What a platform refuses, loses or delays: the answer still comes, once, and to its member alone."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.platforms.stage import ADD_EMAILED_DANA, Stage

APOLOGY = "I'm sorry, something went wrong on my side."
DANA_ADDED = "Dana is on your board."


@pytest.mark.parametrize("failure", ["address", "dropped", "limited", "status"])
async def test_an_answer_to_a_press_that_finds_no_address_comes_as_a_direct_message(stage: Stage, failure: str) -> None:
    made = {"dropped": stage.faults.dropped, "limited": lambda: stage.faults.limited(60)}
    made |= {"address": lambda: stage.refusals["address"], "status": lambda: stage.faults.status(404)}
    stage.hurry()
    card = await stage.say(ADD_EMAILED_DANA)
    stage.fail("answer to a press", made[failure](), times=None)
    await stage.press(card, "Undo")
    await stage.idle()
    assert card.versions == []
    [instead] = stage.inbox()
    assert instead.said.startswith("Taken back")
    assert await stage.names() == []


async def test_an_address_that_is_used_up_while_a_form_stands_open_leads_to_a_direct_message(stage: Stage) -> None:
    stage.hurry()
    form = await stage.press(await stage.say("board"), "Add someone")
    stage.clock.move(stage.clock.now().replace(minute=59))
    stage.fail("answer to a press", stage.refusals["address"], times=None)
    await stage.fill(form, contact="Dana", channel="email")
    await stage.idle()
    assert [one.said.splitlines()[0] for one in stage.inbox()] == [DANA_ADDED]


@pytest.mark.quick_responses
async def test_a_slow_answer_whose_address_is_gone_comes_as_a_direct_message(stage: Stage) -> None:
    stage.hurry()
    stage.hold()
    await stage.say(ADD_EMAILED_DANA)
    stage.fake.clock.move(31 * 60)
    await stage.release()
    assert [one.said.splitlines()[0] for one in stage.inbox()] == [DANA_ADDED]
    assert "Dana" not in stage.lee.sees


@pytest.mark.parametrize("failure", ["status", "empty", "bad_json", "dropped"])
@pytest.mark.parametrize("stored", [False, True])
async def test_a_direct_message_whose_own_answer_is_lost_never_comes_twice(
    stage: Stage, failure: str, stored: bool
) -> None:
    """It is sent again where a second try is no second message."""
    await stage.say(ADD_EMAILED_DANA)
    stage.hurry()
    lost: dict[str, Any] = {"status": lambda: stage.faults.status(500)}
    stage.fail("message", lost.get(failure, getattr(stage.faults, failure))(), stored=stored)
    await stage.write("Dana")
    await stage.idle()
    arrives = stored or (stage.can_repeat_safely and failure in ("status", "dropped"))
    assert len(stage.inbox()) == arrives
    stage.hurry(3.0)
    assert (await stage.write("Dana")).said


async def test_a_direct_message_that_has_to_rest_comes_when_the_rest_is_over(stage: Stage) -> None:
    await stage.say(ADD_EMAILED_DANA)
    stage.fail("message", stage.faults.limited(1))
    writing = asyncio.create_task(stage.write("Dana"))
    await stage.fake.until(lambda: stage.count("message"))
    stage.clock.move(stage.clock.now() + timedelta(seconds=2))
    await writing
    await stage.idle()
    assert len(stage.inbox()) == 1


async def test_an_answer_is_not_held_for_an_hour(stage: Stage) -> None:
    stage.hurry()
    stage.fail("message", stage.faults.limited(3600))
    assert await stage.write("help") is None
    await stage.idle()
    assert stage.inbox() == []
    assert (await stage.say("board")).said


async def test_a_fault_of_ours_is_an_apology_to_its_author_and_a_word_to_the_host(
    any_stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_owner: object) -> None:
        raise ZeroDivisionError("Dana, of all people")

    board = await any_stage.say("board")
    monkeypatch.setattr(any_stage.store, "load", broken)
    with capture_logs() as logs:
        assert (await any_stage.say(ADD_EMAILED_DANA)).said.startswith(APOLOGY)
        assert (await any_stage.press(board, "Who can read this?")).said.startswith(APOLOGY)
        assert (await any_stage.write("Dana")).said.startswith(APOLOGY)
    assert "wrong" not in any_stage.lee.sees
    faults = [log for log in logs if log["event"] == "fault"]
    assert {log["error"] for log in faults} == {"ZeroDivisionError"}
    assert "Dana" not in str(logs)


async def test_a_refused_token_stops_all_messages_and_answers_to_commands_go_on(stage: Stage) -> None:
    await stage.say(ADD_EMAILED_DANA)
    stage.refuse("message", "token")
    stage.hurry()
    for word in ("Dana", "board", "help"):
        await stage.write(word)
    assert stage.count("message") == 1
    assert not stage.messenger.ready
    assert "Dana" in (await stage.say("board")).said
    before = await stage.book()
    await stage.wait(days=30)
    assert (stage.count("message"), await stage.names()) == (1, ["Dana"])
    assert before is not None


# -- members who cannot be written to


async def test_whoever_cannot_be_written_to_is_tried_once_and_told_at_the_next_command(stage: Stage) -> None:
    await stage.say(ADD_EMAILED_DANA)
    door = stage.refuse("message", "person", times=None)
    await stage.wait(days=14)
    assert stage.count("message") == 1
    assert NOTICE in (await stage.say("board")).said
    await stage.wait(days=7)
    assert stage.count("message") == 2, "once more after each command"
    door.undo()
    assert NOTICE in (await stage.say("board")).said
    await stage.wait(days=7)
    assert "Dana" in stage.inbox()[-1].said
    assert NOTICE not in (await stage.say("board")).said


async def test_whose_conversation_cannot_be_opened_is_asked_once_and_left_alone(stage: Stage) -> None:
    await stage.say(ADD_EMAILED_DANA)
    stage.refuse("open", "person", times=None)
    await stage.wait(days=30)
    assert (stage.count("open"), stage.count("message")) == (1, 0)
    book = await stage.book()
    assert book is not None
    assert book.unreachable_reason


async def test_nobody_is_written_to_who_never_used_the_bot(stage: Stage) -> None:
    await stage.say(ADD_EMAILED_DANA)
    await stage.wait(days=40)
    assert stage.inbox()
    assert stage.inbox(stage.lee) == []
    assert stage.count("open") == 1


NOTICE = "Nothing is lost"
