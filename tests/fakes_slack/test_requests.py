"""HTTP mode against a real Bolt app: signatures, replays, forgeries, retries."""

from __future__ import annotations

import time

import pytest

from tests.fakes_slack import FakeSlack, MissingAcknowledgement
from tests.fakes_slack.tiny import TinySlackBot


async def test_a_forged_or_old_request_is_refused(slack: FakeSlack, http_bot: TinySlackBot) -> None:
    body = b'{"type": "event_callback"}'
    assert await slack.forge(body) == 401
    assert await slack.forge(body, X_Slack_Signature="v0=") == 401
    old = slack.requests.signed(body, "application/json", at=time.time() - 301)
    assert (await slack.requests.post(body, old, 3))[0] == 401
    assert http_bot.seen == []


async def test_an_event_that_failed_is_sent_again_as_a_retry(slack: FakeSlack, http_bot: TinySlackBot) -> None:
    http_bot.deaf = True
    with pytest.raises(MissingAcknowledgement):
        await slack.person("U0ADA").write("hello")
    assert slack.deliveries[0].failures[0].status == 500
    http_bot.deaf = False
    await slack.retry()
    assert slack.deliveries[0].sent[1][1]["X-Slack-Retry-Num"] == "1"
    assert len({body["event_id"] for _, body in http_bot.seen}) == 1


async def test_nobody_at_the_request_url_is_no_acknowledgement(slack: FakeSlack) -> None:
    slack.request_url = f"{slack.world.url}/nothing"
    with pytest.raises(MissingAcknowledgement):
        await slack.person("U0ADA").command("/outreach", "board")
    assert slack.deliveries[0].failures[0].status == 404
