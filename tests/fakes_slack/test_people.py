"""What people do reaches a real bot in both modes, and what it answers stands on their screens."""

from __future__ import annotations

from copy import deepcopy

import pytest

from tests.fakes_slack import FakeSlack
from tests.fakes_slack.forms import SlackClientRefusal
from tests.fakes_slack.tiny import TinySlackBot


async def test_a_command_is_answered_in_its_acknowledgement(slack: FakeSlack, bot: TinySlackBot) -> None:
    ada = slack.person("U0ADA")
    ack = await ada.command("/outreach", "add Dana & Lee")
    assert ack.text == "You said: add Dana &amp; Lee"
    assert ada.ephemerals[0].said == "You said: add Dana & Lee"
    assert ada.ephemerals[0].buttons == [("Done", "Done"), ("Form", "Form")]
    assert slack.person("U0LEE").ephemerals == []
    assert bot.seen[0][1]["team_id"] == "T0CLUB"
    assert slack.complaints == []


async def test_a_pressed_private_answer_is_replaced_in_place(slack: FakeSlack, bot: TinySlackBot) -> None:
    ada = slack.person("U0ADA")
    await ada.command("/outreach", "board")
    await ada.press(ada.ephemerals[0], "Done")
    await slack.settled()
    assert [ephemeral.said for ephemeral in ada.ephemerals] == ["It is done."]
    body = bot.seen[-1][1]
    assert body["container"]["is_ephemeral"]
    assert "message" not in body
    assert body["actions"][0]["value"] == "Done"
    assert slack.complaints == []


async def test_a_direct_message_is_answered_and_its_button_changes_it(slack: FakeSlack, bot: TinySlackBot) -> None:
    ada = slack.person("U0ADA")
    await ada.write("Dana <3 answered, see https://example.com")
    assert bot.seen[0][1]["event"]["text"] == "Dana &lt;3 answered, see <https://example.com>"
    message = await slack.until(lambda: ada.received and ada.received[0])
    old = deepcopy(message)
    await ada.press(message, "Done")
    await slack.settled()
    assert [one.said for one in ada.received] == ["It is done."]
    assert bot.seen[-1][1]["message"]["blocks"][1]["elements"][0]["action_id"] == "st:0"
    await ada.press(old, "Done")
    assert slack.complaints == []


async def test_a_form_is_opened_filled_refused_and_sent(slack: FakeSlack, bot: TinySlackBot) -> None:
    ada = slack.person("U0ADA")
    await ada.command("/outreach", "board")
    await ada.press(ada.ephemerals[0], "Form")
    ack = await ada.submit(contact="?", channel="Call", on="2026-11-30", at=1_796_000_000, days=3)
    assert ack.errors == {"contact": "A name, please."}
    assert ada.view is not None
    assert ada.view.errors == ack.errors
    values = bot.seen[-1][1]["view"]["state"]["values"]
    assert values["channel"]["value"]["selected_option"]["value"] == "call"
    assert values["on"]["value"] == {"type": "datepicker", "selected_date": "2026-11-30"}
    assert values["at"]["value"] == {"type": "datetimepicker", "selected_date_time": 1_796_000_000}
    assert values["days"]["value"] == {"type": "number_input", "value": "3"}
    await ada.submit(contact="Lee")
    assert ada.view.said == "Lee is already there."
    assert bot.seen[-1][1]["view"]["state"]["values"]["days"]["value"]["value"] == "3"
    await ada.close()
    assert ada.view is None
    assert slack.complaints == []


async def test_slack_keeps_back_a_form_that_cannot_be_sent(slack: FakeSlack, bot: TinySlackBot) -> None:
    ada = slack.person("U0ADA")
    await ada.shortcut("log")
    for wrong in ({"contact": ""}, {"days": "0"}, {"days": "1.5"}, {"channel": "pigeon"}, {"nobody": "x"}):
        with pytest.raises(SlackClientRefusal):
            await ada.submit(given={"contact": "Dana", "days": None, "channel": "call"} | wrong)
    await ada.submit(contact="Dana", channel="call", days=None)
    assert ada.view is None
    assert [kind for kind, _ in bot.seen] == ["asked", "sent"]


async def test_the_bot_hears_of_changed_messages_and_of_its_own(slack: FakeSlack, bot: TinySlackBot) -> None:
    ada = slack.person("U0ADA")
    await ada.write("hello")
    message = await slack.until(lambda: ada.received and ada.received[0])
    await slack.echo(message)
    await slack.echo(message, changed=True)
    assert len(bot.seen) == 1  # Bolt keeps back what a bot says itself
    await ada.rewrite(ada.messages[0], "hello again")
    assert bot.seen[1][1]["event"]["message"]["text"] == "hello again"
    assert ada.messages[0].said == "hello again"


async def test_all_that_is_said_and_seen_can_be_searched(slack: FakeSlack, bot: TinySlackBot) -> None:
    ada = slack.person("U0ADA")
    await ada.command("/outreach", "needle")
    await ada.open_home()
    await slack.settled()
    assert ada.sees == "You said: needle\nWelcome"
    assert "needle" in str(slack.sent)
    assert "needle" not in slack.person("U0LEE").sees
