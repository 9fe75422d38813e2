"""Channels as the bot, and as each person, finds them; roles, pickers, and what is named by its id."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes_slack import FakeSlack
from tests.fakes_slack.checks import slack_message_problems, slack_view_problems
from tests.fakes_slack.forms import SlackClientRefusal
from tests.fakes_slack.payloads import escape_command_text
from tests.fakes_slack.tiny import TinySlackBot, plain_text, section_message
from tests.fakes_slack.world import SLACK_BOT_USER_ID, SlackApiRefusal

CHANNELS_ROOM_ID = "C0CLUB"


def post_as_bot(slack: FakeSlack, text: str = "We meet.") -> None:
    slack.world.post(slack.world.open_to_bot(CHANNELS_ROOM_ID), section_message(text, "Done"))


async def test_each_reads_the_posts_of_their_channels_and_their_own_answers(slack: FakeSlack) -> None:
    slack.room(CHANNELS_ROOM_ID, "jobclub", "U0ADA", "U0LEE")
    post_as_bot(slack)
    slack.world.post(CHANNELS_ROOM_ID, section_message("for Ada"), only_for="U0ADA")
    assert [read.said for read in slack.person("U0ADA").reads(CHANNELS_ROOM_ID)] == ["We meet.", "for Ada"]
    assert [read.said for read in slack.person("U0LEE").reads(CHANNELS_ROOM_ID)] == ["We meet."]
    assert slack.person("U0FAR").reads(CHANNELS_ROOM_ID) == []
    assert ("We meet." in slack.person("U0LEE").sees, "We meet." in slack.person("U0FAR").sees) == (True, False)
    [post] = slack.world.channels[CHANNELS_ROOM_ID]
    slack.world.rooms[CHANNELS_ROOM_ID].members.discard("U0LEE")
    assert slack.person("U0LEE").sees == ""
    with pytest.raises(SlackClientRefusal):
        await slack.person("U0LEE").press(post, "Done")


async def test_a_private_channel_is_not_named(slack: FakeSlack, bot: TinySlackBot) -> None:
    slack.room(CHANNELS_ROOM_ID, "jobclub", "U0ADA", private=True)
    await slack.person("U0ADA").command("/outreach", "", channel=CHANNELS_ROOM_ID)
    assert bot.seen[-1][1]["channel_name"] == "privategroup"


def test_roles_are_told_of_those_who_are_there(slack: FakeSlack) -> None:
    ada = slack.world.users["U0ADA"]
    ada.is_owner, ada.shown, ada.real = True, "", "Ada Lovelace"
    told = ada.profile(with_locale=False, team="T0CLUB")
    assert (told["is_owner"], told["is_admin"]) == (True, False)
    assert told["profile"] == {"display_name": "", "real_name": "Ada Lovelace", "team": "T0CLUB"}
    ada.deleted = True
    assert "is_owner" not in ada.profile(with_locale=False, team="T0CLUB")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("@lee and @nobody", "<@U0LEE|lee> and @nobody"),
        ("#general #quiet #none", "<#C0GENERAL|general> <#C0QUIET|> #none"),
        ("@here & <@U0LEE>", "<!here> &amp; &lt;@U0LEE&gt;"),
        ("lee@example.org", "<mailto:lee@example.org|lee@example.org>"),
    ],
)
def test_what_is_named_comes_with_its_id(slack: FakeSlack, typed: str, told: str) -> None:
    slack.room("C0QUIET", "quiet", private=True)
    assert escape_command_text(slack.world, typed) == told


def picker_view(**element: Any) -> dict[str, Any]:
    block = {"type": "input", "block_id": "who", "label": plain_text("Who?"), "element": element}
    return {"type": "modal", "title": plain_text("Who?"), "submit": plain_text("OK"), "blocks": [block]}


CONVERSATIONS_SELECT = {"type": "conversations_select", "action_id": "value"}


@pytest.mark.parametrize(
    "element",
    [
        {"type": "users_select", "action_id": "value", "initial_user": "lee"},
        {"type": "users_select", "action_id": "value", "initial_conversation": "C0CLUB"},
        {"type": "channels_select", "action_id": "value", "initial_channel": "<#C0CLUB>"},
        CONVERSATIONS_SELECT | {"initial_conversation": "#general"},
        CONVERSATIONS_SELECT | {"filter": {}},
        CONVERSATIONS_SELECT | {"filter": {"include": []}},
        CONVERSATIONS_SELECT | {"filter": {"include": ["everything"]}},
        CONVERSATIONS_SELECT | {"filter": {"exclude_bot_users": "yes"}},
        CONVERSATIONS_SELECT | {"filter": {"kinds": ["public"]}},
    ],
)
def test_pickers_that_slack_refuses_are_found(element: dict[str, Any]) -> None:
    assert slack_view_problems(picker_view(**element), "modal")


def test_pickers_that_slack_takes_are_taken() -> None:
    chosen = {"filter": {"include": ["public", "private"], "exclude_bot_users": True}}
    assert (
        slack_view_problems(picker_view(**CONVERSATIONS_SELECT, **chosen, initial_conversation="C0CLUB"), "modal") == []
    )
    assert slack_view_problems(picker_view(type="users_select", action_id="value", initial_user="U0LEE"), "modal") == []


@pytest.mark.parametrize(
    "span",
    [
        {"type": "user", "user_id": "<@U0LEE>"},
        {"type": "user", "channel_id": "C0CLUB"},
        {"type": "channel", "channel_id": ""},
        {"type": "text", "text": ""},
        {"type": "text", "text": "x", "user_id": "U0LEE"},
        {"type": "mention", "user_id": "U0LEE"},
    ],
)
def test_rich_text_that_slack_refuses_is_found(span: dict[str, Any]) -> None:
    def problems(element: dict[str, Any]) -> list[str]:
        line = {"type": "rich_text_section", "elements": [element]}
        return slack_message_problems({"text": "x", "blocks": [{"type": "rich_text", "elements": [line]}]})

    assert problems(span)
    assert problems({"type": "user", "user_id": "U0LEE"}) == []


def test_a_new_channel_has_the_bot_in_it_when_it_was_invited(slack: FakeSlack) -> None:
    assert SLACK_BOT_USER_ID in slack.room(CHANNELS_ROOM_ID, "jobclub").members
    assert SLACK_BOT_USER_ID not in slack.room("C0QUIET", "quiet", private=True, bot=False).members
    with pytest.raises(SlackApiRefusal, match="channel_not_found"):  # a private one is not even there
        slack.world.open_to_bot("C0QUIET")
