"""A store that takes its time or takes nothing, and an end that comes while work is in hand."""

from __future__ import annotations

import asyncio

import pytest

from adapters.common.deadline import ResponseTiming
from tests.adapters.slack.workspace import ADD_UNCONTACTED_DANA, SlackWorkspace

ONE_MOMENT_TEXT = "One moment, please."

pytestmark = pytest.mark.quick_responses


async def open_store_gate(club: SlackWorkspace) -> None:
    """The store wakes up."""
    await club.slack.settled()
    club.store.gate.set()
    await club.idle()


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
