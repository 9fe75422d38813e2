"""Posts in the channels of clubs: where they go, and what it means that one is not taken."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from adapters.slack.render import render_slack_message
from bot.domain.errors import ChannelRefused, MessageRejected
from bot.domain.messages import Button, Card, Field, Mention
from bot.domain.model import Address, ClubChannel, ClubKey
from bot.domain.ports import Destination
from tests.adapters.slack.workspace import SLACK_TEAM_ID, SlackWorkspace
from tests.fakes_slack import faults

POSTING_CHANNEL_ID = "C0CLUB"
POSTING_CHANNEL = ClubChannel(ClubKey("slack", SLACK_TEAM_ID), POSTING_CHANNEL_ID)
SLACK_ADA_ADDRESS = Address("slack", "U0ADA", SLACK_TEAM_ID)
CHANNEL_LOOKUP_SINCE = datetime(2026, 11, 2, 9, tzinfo=UTC)
MEETING_CARD = Card((("We meet on Tuesday.",),), buttons=(Button("Your board", "board"),))
SEND_TWICE = 2


async def send_channel_post(club: SlackWorkspace, to: Destination = POSTING_CHANNEL, card: Card = MEETING_CARD) -> None:
    await club.bot.messenger.wait_for_turn(to)
    await club.bot.messenger.send(to, card, "k1")


@pytest.fixture
async def here(club: SlackWorkspace) -> SlackWorkspace:
    """With a channel of Ada and Lee, to which the bot was invited."""
    club.rooms = {POSTING_CHANNEL_ID}
    club.slack.room(POSTING_CHANNEL_ID, "jobclub", "U0ADA", "U0LEE")
    return club


async def test_a_post_takes_one_call_and_shows_no_previews(here: SlackWorkspace) -> None:
    before = len(here.slack.calls)
    assert await here.bot.messenger.wait_for_turn(POSTING_CHANNEL) == POSTING_CHANNEL_ID
    await here.bot.messenger.send(POSTING_CHANNEL, MEETING_CARD, "k1")
    [call] = here.slack.calls[before:]
    assert (call.method, call.arguments["channel"]) == ("chat.postMessage", POSTING_CHANNEL_ID)
    assert (call.arguments["unfurl_links"], call.arguments["unfurl_media"]) == (False, False)
    assert call.arguments["text"] == render_slack_message(MEETING_CARD)["text"]


@pytest.mark.parametrize(
    ("private", "invited", "now", "why"),
    [
        (False, True, {"deleted": True}, "gone"),
        (True, True, {"deleted": True}, "gone"),
        (True, False, {}, "gone"),
        (False, True, {"archived": True}, "archived"),
        (True, True, {"archived": True}, "archived"),
        (False, False, {}, "not ours"),
        (False, True, {"refuses": "restricted_action"}, "not ours"),
        (False, True, {"refuses": "restricted_action_read_only_channel"}, "not ours"),
        (False, True, {"refuses": "restricted_action_thread_only_channel"}, "not ours"),
        (False, True, {"refuses": "no_permission"}, "not ours"),
        (False, True, {"refuses": "access_denied"}, "not ours"),
        (False, True, {"refuses": "user_not_found"}, "gone"),
    ],
)
async def test_a_channel_that_takes_nothing_says_why(
    club: SlackWorkspace, private: bool, invited: bool, now: dict[str, object], why: str
) -> None:
    club.rooms = {POSTING_CHANNEL_ID}
    room = club.slack.room(POSTING_CHANNEL_ID, "jobclub", "U0ADA", private=private, bot=invited)
    for name, value in now.items():
        setattr(room, name, value)
    for _ in range(SEND_TWICE):
        with pytest.raises(ChannelRefused) as shut:
            await club.bot.messenger.send(POSTING_CHANNEL, MEETING_CARD, "k1")
        assert str(shut.value) == why


async def test_what_a_channel_was_refused_with_means_nothing_of_a_member(here: SlackWorkspace) -> None:
    here.slack.fail("chat.postMessage", with_=faults.error("restricted_action"))
    with pytest.raises(MessageRejected):
        await send_channel_post(here, SLACK_ADA_ADDRESS)


async def test_nobody_is_called_to_the_channel_by_a_mention(here: SlackWorkspace) -> None:
    here.mentioned = {f"channel {POSTING_CHANNEL_ID}"}
    lee, room = Mention("person", "U0LEE", "Lee"), Mention("channel", POSTING_CHANNEL_ID, "#jobclub")
    await send_channel_post(here, card=Card(((lee, " looks after ", room),), (Field("Who", (lee,)),)))
    [seen] = here.ada.reads(POSTING_CHANNEL_ID)
    assert seen.said == f"Lee looks after #{POSTING_CHANNEL_ID}\nWho  Lee"


async def test_in_private_a_mention_stays_one(here: SlackWorkspace) -> None:
    here.mentioned = {"user U0LEE"}
    await send_channel_post(here, SLACK_ADA_ADDRESS, Card(((Mention("person", "U0LEE", "Lee"), " looks after you."),)))
    assert here.ada.received[0].said == "@U0LEE looks after you."
