"""A platform hands out the same thing again: at once, and after a restart."""

from __future__ import annotations

import pytest

from tests.platforms.stage import ADD_UNCONTACTED_DANA, Stage


async def do_once(stage: Stage, way: str) -> None:
    """Ada notes that she e-mailed Dana."""
    if way == "command":
        await stage.say("log Dana channel: email when: yesterday")
    elif way == "message":
        await stage.write("/outreach log Dana channel: email when: yesterday")
    else:
        card = await stage.say("show Dana")
        if way == "form":
            await stage.fill(await stage.press(card, "I reached out"), channel="email")
        else:
            brake = await stage.say("log Zed channel: email when: yesterday")
            await stage.press(brake, "Add Zed")


@pytest.mark.parametrize("way", ["command", "message", "form", "press"])
async def test_what_comes_twice_has_one_effect_and_one_answer(any_stage: Stage, way: str) -> None:
    await any_stage.say(ADD_UNCONTACTED_DANA)
    await do_once(any_stage, way)
    before = await any_stage.book(), len(any_stage.screen())
    await any_stage.repeat()
    assert (await any_stage.book(), len(any_stage.screen())) == before
    assert before[0] is not None
    assert sum(len(contact.entries) for contact in before[0].contacts) == 1


@pytest.mark.parametrize("way", ["command", "message", "form", "press"])
async def test_what_comes_again_after_a_restart_has_no_second_effect(kept_stage: Stage, way: str) -> None:
    await kept_stage.say(ADD_UNCONTACTED_DANA)
    await do_once(kept_stage, way)
    before = await kept_stage.book()
    await kept_stage.restart()
    await kept_stage.repeat()
    after = await kept_stage.book()
    assert before is not None
    assert after is not None
    assert (after.contacts, after.undo) == (before.contacts, before.undo)
    assert sum(len(contact.entries) for contact in after.contacts) == 1


async def test_a_form_is_no_repeat_of_the_press_that_opened_it(stage: Stage) -> None:
    form = await stage.press(await stage.say(ADD_UNCONTACTED_DANA), "Add someone")
    wrong = await stage.fill(form, contact="Sam", channel="none", via="Sam")
    await stage.fill(await stage.corrected(wrong), via="Dana")
    assert await stage.names() == ["Dana", "Sam"]
