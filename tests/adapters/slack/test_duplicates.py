"""Slack hands out the same thing again: in the same process, as a retry, and after a restart."""

from __future__ import annotations

import pytest

from tests.adapters.slack.workspace import ADD_EMAILED_DANA, ADD_UNCONTACTED_DANA, SlackWorkspace
from tests.fakes_slack import MissingAcknowledgement


async def test_a_command_that_comes_twice_has_one_effect(either: SlackWorkspace) -> None:
    await either.says(ADD_UNCONTACTED_DANA)
    await either.ada.command("/outreach", "log Dana channel: email")
    await either.slack.repeat()
    await either.idle()
    assert await either.kinds() == ["attempt"]
    added, logged = either.ada.ephemerals
    assert (added.said[:4], logged.said[:5]) == ("Dana", "Noted")


async def test_a_submission_that_comes_twice_has_one_effect_and_one_answer(either: SlackWorkspace) -> None:
    await either.ada.command("/outreach", "add")
    await either.idle()
    await either.ada.submit(contact="Dana", channel="email")
    await either.slack.repeat()
    await either.idle()
    assert await either.names() == ["Dana"]
    assert len(either.ada.ephemerals) == 1


async def test_a_shortcut_that_comes_twice_opens_one_form_and_offers_none(either: SlackWorkspace) -> None:
    await either.says(ADD_UNCONTACTED_DANA)
    await either.ada.shortcut("log")
    await either.slack.repeat()
    await either.idle()
    assert len(either.slack.called("views.open")) == 1
    assert either.ada.received == []


async def test_an_event_that_comes_twice_or_is_retried_is_answered_once(either: SlackWorkspace) -> None:
    await either.says(ADD_EMAILED_DANA)
    await either.ada.write("Dana")
    await either.slack.repeat()
    await either.slack.retry()
    await either.idle()
    assert len(either.ada.received) == 1


async def test_the_same_command_meant_twice_has_two_effects(club: SlackWorkspace) -> None:
    await club.says(ADD_UNCONTACTED_DANA)
    for day in ("23 nov", "22 nov"):
        await club.says(f"log Dana channel: email when: {day}")
    assert await club.kinds() == ["attempt", "attempt"]


@pytest.mark.parametrize("text", ["log Dana channel: email when: yesterday", "undo"])
async def test_what_is_retried_after_a_restart_has_no_second_effect(kept: SlackWorkspace, text: str) -> None:
    await kept.says(ADD_UNCONTACTED_DANA)
    await kept.ada.write(f"/outreach {text}")
    await kept.idle()
    before = await kept.book()
    first = kept.slack.deliveries[-1]
    await kept.restart()
    await kept.slack.retry(first)
    await kept.idle()
    after = await kept.book()
    assert before is not None
    assert after is not None
    assert (after.contacts, after.paused_until, after.undo) == (before.contacts, before.paused_until, before.undo)


@pytest.mark.parametrize("way", ["command", "form", "press"])
async def test_what_comes_again_after_a_restart_has_no_second_effect(kept: SlackWorkspace, way: str) -> None:
    await kept.says(ADD_UNCONTACTED_DANA)
    if way == "command":
        await kept.says("log Dana channel: email when: yesterday")
    elif way == "form":
        await kept.ada.command("/outreach", "log")
        await kept.idle()
        await kept.ada.submit(contact="Dana", channel="email", when="2026-11-23")
    else:
        await kept.says("log Zed channel: email when: yesterday")
        await kept.pressed("Add Zed")
    await kept.idle()
    before = await kept.book()
    assert before is not None
    assert sum(len(contact.entries) for contact in before.contacts) == 1
    first = kept.slack.deliveries[-1]
    await kept.restart()
    await kept.slack.repeat(first)
    await kept.idle()
    after = await kept.book()
    assert after is not None
    assert after.contacts == before.contacts


async def test_an_event_that_was_lost_on_a_dead_line_is_handed_out_again_and_done_once(kept: SlackWorkspace) -> None:
    await kept.says(ADD_UNCONTACTED_DANA)
    kept.slack.patience = 0.3
    [link] = kept.slack.links
    link.silence()
    with pytest.raises(MissingAcknowledgement):
        await kept.ada.write("/outreach log Dana channel: email")
    link.drop()
    kept.slack.patience = 3
    await kept.restart()
    await kept.slack.until(lambda: kept.ada.received)
    await kept.idle()
    assert await kept.kinds() == ["attempt"]
    assert len(kept.ada.received) == 1


async def test_a_form_is_no_duplicate_of_the_press_that_opened_it(club: SlackWorkspace) -> None:
    await club.says(ADD_UNCONTACTED_DANA)
    await club.ada.command("/outreach", "add")
    await club.idle()
    await club.ada.submit(contact="Sam", channel="none", via="Sam")
    await club.ada.submit(via="Dana")
    await club.idle()
    assert await club.names() == ["Dana", "Sam"]
