"""Slack hands out the same thing again: in the same process, as a retry, and after a restart."""

from __future__ import annotations

import pytest

from tests.adapters.slack.workspace import ADD_EMAILED_DANA, ADD_UNCONTACTED_DANA, SlackWorkspace
from tests.fakes_slack import MissingAcknowledgement


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
