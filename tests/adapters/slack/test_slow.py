"""A store that takes its time or takes nothing, and an end that comes while work is in hand."""

from __future__ import annotations

import asyncio

import pytest

from adapters.common.deadline import ResponseTiming
from adapters.slack import platform
from adapters.slack.socket import _wait_for_event
from tests.adapters.slack.workspace import ADD_EMAILED_DANA, ADD_UNCONTACTED_DANA, SlackWorkspace, last_message

ONE_MOMENT_TEXT = "One moment, please."

pytestmark = pytest.mark.quick_responses


async def open_store_gate(club: SlackWorkspace) -> None:
    """The store wakes up."""
    await club.slack.settled()
    club.store.gate.set()
    await club.idle()


async def test_a_slow_command_is_acknowledged_in_time_and_answered_later_to_its_author_alone(
    either: SlackWorkspace,
) -> None:
    either.store.gate.clear()
    ack = await either.ada.command("/outreach", ADD_EMAILED_DANA)
    assert ack.payload == {}
    await open_store_gate(either)
    [answer] = either.ada.ephemerals
    assert answer.said.startswith("Dana is on your board.")
    assert either.lee.sees == ""


async def test_a_slow_answer_whose_address_is_gone_comes_as_a_direct_message(club: SlackWorkspace) -> None:
    club.store.gate.clear()
    await club.ada.command("/outreach", ADD_EMAILED_DANA)
    club.slack.clock.move(31 * 60)
    await open_store_gate(club)
    [answer] = club.ada.received
    assert answer.said.startswith("Dana is on your board.")


async def test_a_form_that_comes_too_late_is_offered_with_a_button(club: SlackWorkspace) -> None:
    club.store.gate.clear()
    await club.ada.command("/outreach", "add")
    club.slack.clock.move(4)
    await open_store_gate(club)
    assert club.ada.view is None
    await club.pressed("Open the form")
    await club.ada.submit(contact="Dana", channel="none")
    await club.idle()
    assert await club.names() == ["Dana"]


async def test_a_slow_press_on_a_message_replaces_it_when_it_is_done(club: SlackWorkspace) -> None:
    answer = await club.says(ADD_EMAILED_DANA)
    club.store.gate.clear()
    await club.ada.press(answer, "Undo")
    assert answer.versions == []
    await open_store_gate(club)
    assert len(answer.versions) == 1
    assert await club.names() == []


async def test_a_slow_press_in_the_home_shows_a_moment_and_then_the_form_in_the_same_modal(
    club: SlackWorkspace,
) -> None:
    await club.ada.open_home()
    await club.idle()
    assert club.ada.home is not None
    club.store.gate.clear()
    await club.ada.press(club.ada.home, "Add someone")
    await club.slack.settled()
    view = club.ada.view
    assert view is not None
    assert view.said == ONE_MOMENT_TEXT
    await open_store_gate(club)
    assert club.ada.stack == [view]
    await club.ada.submit(contact="Dana", channel="none")
    await club.idle()
    assert await club.names() == ["Dana"]


async def test_a_slow_shortcut_shows_a_moment_and_then_the_form_in_the_same_modal(club: SlackWorkspace) -> None:
    await club.says(ADD_UNCONTACTED_DANA)
    club.store.gate.clear()
    await club.ada.shortcut("log")
    await club.slack.settled()
    view = club.ada.view
    assert view is not None
    assert view.said == ONE_MOMENT_TEXT
    await open_store_gate(club)
    assert "contact" in {block.get("block_id") for block in view.blocks}


async def test_a_slow_submission_shows_a_moment_and_then_what_came_of_it(either: SlackWorkspace) -> None:
    await either.ada.command("/outreach", "add")
    await either.idle()
    view = either.ada.view
    assert view is not None
    either.store.gate.clear()
    await either.ada.submit(contact="Dana", channel="email")
    assert view.said == ONE_MOMENT_TEXT
    await open_store_gate(either)
    assert either.ada.stack == [view]
    assert view.said.startswith("Dana is on your board.")


async def test_a_slow_submission_with_an_error_asks_again_with_all_that_was_typed(club: SlackWorkspace) -> None:
    await club.ada.command("/outreach", "add")
    await club.idle()
    club.store.gate.clear()
    await club.ada.submit(contact="Dana", channel="email", via="Dana", company="Acme")
    await open_store_gate(club)
    view = club.ada.view
    assert view is not None
    assert "can't be their own introducer" in view.said
    ack = await club.ada.submit(via="")
    await club.idle()
    assert ack.payload == {}
    book = await club.book()
    assert book is not None
    assert [(contact.name, contact.company) for contact in book.contacts] == [("Dana", "Acme")]


@pytest.mark.parametrize("response_timing", [ResponseTiming(first_response=0.1, modal_redraw=0.4)], ids=[""])
async def test_what_comes_of_a_slow_submission_never_overtakes_the_moment_that_announces_it(
    club: SlackWorkspace,
) -> None:
    """The acknowledgement redraws the modal, and would be drawn over what came before it."""
    await club.ada.command("/outreach", "add")
    await club.idle()
    club.store.gate.clear()
    await club.ada.submit(contact="Dana", channel="email")
    club.store.gate.set()
    await asyncio.sleep(0.1)
    assert await club.names() == ["Dana"]
    assert club.slack.called("views.update") == []
    await club.idle()
    assert len(club.slack.called("views.update")) == 1


async def test_a_slow_plain_message_is_answered_in_the_end(club: SlackWorkspace) -> None:
    club.store.gate.clear()
    await club.ada.write("board")  # raises when it is not acknowledged in time
    await open_store_gate(club)
    [answer] = club.ada.received
    assert "Waiting to hear back is hard" in answer.said


async def test_a_store_that_cannot_keep_says_so_and_keeps_no_half(either: SlackWorkspace) -> None:
    await either.says(ADD_UNCONTACTED_DANA)
    before = await either.book()
    either.store.broken = True
    sentence = "I couldn't save that just now, and nothing was changed."
    for line in ("log Dana channel: email", "add Sam channel: email via: Lee", "forget Dana", "pause until: friday"):
        assert (await either.says(line)).said.startswith((sentence, "This erases")), line
    await either.ada.command("/outreach", "log")
    await either.idle()
    await either.ada.submit(contact="Dana", channel="phone")
    await either.idle()
    assert last_message(either.ada).said.startswith(sentence)
    await either.ada.write("add Sam channel: email")
    await either.ada.open_home()
    await either.idle()
    assert either.ada.received[-1].said.startswith(sentence)
    assert await either.book() == before


async def test_an_end_lets_an_answer_that_is_in_hand_be_given(either: SlackWorkspace) -> None:
    either.store.gate.clear()
    await either.ada.command("/outreach", ADD_EMAILED_DANA)
    ending = asyncio.create_task(either.bot.stop())
    await asyncio.sleep(0.05)
    assert not ending.done()
    either.store.gate.set()
    await ending
    [answer] = either.ada.ephemerals
    assert answer.said.startswith("Dana is on your board.")
    assert either.ada.home is not None, "and what the answer set off was done, too"


async def test_an_end_does_not_wait_for_ever(club: SlackWorkspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "SLACK_DRAIN_SECONDS", 0.1)
    club.store.gate.clear()
    await club.ada.command("/outreach", ADD_EMAILED_DANA)
    async with asyncio.timeout(2):
        await club.bot.stop()
    ours = [task for task in asyncio.all_tasks() if "adapters.slack" in str(task.get_coro())]
    assert ours == []
    club.store.gate.set()


async def test_an_end_that_comes_together_with_the_greeting_of_the_socket_is_not_lost() -> None:
    greeted = asyncio.Event()
    waiting = asyncio.create_task(_wait_for_event(1, greeted))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    greeted.set()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
