"""What becomes of a reminder whatever the platform answers, and wherever we die: one message, and nothing lost.

Each answer that a platform can give is tried in `tests.faults.test_answers`, and crowds in `tests.faults.test_storms`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.delivery.outbox import MAX_POSSIBLE_COPIES, MAX_SEND_TRIES
from bot.domain.model import DeliveryState, Envelope
from bot.rules.moment import BookMoment
from tests.fakes import ProcessCrash
from tests.platforms.stage import ADD_EMAILED_DANA, Stage


async def make_reminder_due(stage: Stage) -> None:
    """The only thing that is to be said to Ada, of Dana, is due now."""
    await stage.say("settings basket: never patience: no")
    await stage.say(ADD_EMAILED_DANA)
    while not BookMoment(await ada_book(stage), stage.clock.now(), stage.core.defaults).due:
        wake = await stage.core.next_wake()
        assert wake is not None
        await stage.core.sweep(stage.clock.now())
        stage.clock.move(wake)


async def ada_book(stage: Stage) -> Any:
    book = await stage.book()
    assert book is not None
    assert [contact.name for contact in book.contacts] == ["Dana"], "whatever happens, nothing is lost"
    return book


async def envelopes(stage: Stage) -> list[Envelope]:
    return list((await ada_book(stage)).envelopes)


async def test_one_that_is_refused_again_and_again_is_given_up_and_comes_when_it_is_asked_for(stage: Stage) -> None:
    await make_reminder_due(stage)
    never = stage.refuse("message", "message", times=None)
    await stage.wait(days=3)
    assert never.happened == MAX_SEND_TRIES
    assert [one.state for one in await envelopes(stage)] == [DeliveryState.PARKED]
    never.undo()
    assert await stage.core.retry_parked(stage.clock.now()) == 1
    await stage.wait(hours=1)
    assert (len(stage.inbox()), await envelopes(stage)) == (1, [])


async def test_one_of_which_nobody_ever_knows_is_never_many(stage: Stage) -> None:
    """Each answer is lost, and the history cannot be read."""
    await make_reminder_due(stage)
    stage.fail("message", stage.faults.dropped(), times=None, stored=True)
    silent = stage.fail("history", stage.faults.status(503), times=None)
    await stage.wait(days=3)
    assert 1 <= len(stage.inbox()) <= MAX_POSSIBLE_COPIES
    assert [one.state for one in await envelopes(stage)] == [DeliveryState.SENDING]
    silent.undo()
    await stage.wait(days=1)
    assert await envelopes(stage) == []


async def test_it_is_found_whatever_was_pressed_on_it_meanwhile(stage: Stage) -> None:
    await make_reminder_due(stage)
    stage.fail("message", stage.faults.dropped(), stored=True)
    await stage.core.sweep(stage.clock.now())
    [reminder] = stage.inbox()
    await stage.press(reminder, "I'd rather not")
    stage.clock.move(stage.clock.now() + timedelta(minutes=10))
    await stage.wait(days=1)
    assert stage.inbox() == [reminder]


@pytest.mark.parametrize("minutes", [0, 30])
@pytest.mark.parametrize(
    ("at", "saved"), [(1, False), (1, True), (2, False), (2, True)], ids=["claimed", "marked", "sent", "settled"]
)
async def test_wherever_we_die_and_begin_again_there_is_one_message(
    kept_stage: Stage, at: int, saved: bool, minutes: int
) -> None:
    await make_reminder_due(kept_stage)
    save, left = kept_stage.store.save, at

    async def last(book: Any) -> Any:
        nonlocal left
        left -= 1
        if left == 0 and not saved:
            raise ProcessCrash
        done = await save(book)
        if left == 0:
            raise ProcessCrash
        return done

    kept_stage.store.save = last
    with pytest.raises(ProcessCrash):
        await kept_stage.core.sweep(kept_stage.clock.now())
    assert len(kept_stage.inbox()) == (at == 2)
    kept_stage.clock.move(kept_stage.clock.now() + timedelta(minutes=minutes))
    await kept_stage.restart()
    await kept_stage.wait(days=1)
    assert (len(kept_stage.inbox()), await envelopes(kept_stage)) == (1, [])
