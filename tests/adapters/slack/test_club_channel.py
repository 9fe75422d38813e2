"""Posts in the channels of clubs: where they go, and what it means that one is not taken."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from adapters.common.rate_limits import RequestPacer
from adapters.common.token import TokenRefused, TokenState
from adapters.slack.api import ScopeMissing, SlackApi, new_slack_client, new_slack_session
from adapters.slack.direct_messages import SlackDirectMessages
from adapters.slack.messenger import SlackMessenger
from adapters.slack.profiles import SlackProfiles
from adapters.slack.render import render_slack_message
from bot.domain.errors import ChannelRefused, DeliveryUncertain, MessageRejected, TryLater
from bot.domain.messages import Button, Card, Field, Mention
from bot.domain.model import Address, ClubChannel, ClubKey
from bot.domain.ports import Destination
from tests.adapters.slack.test_messenger import SlackFakeTime
from tests.adapters.slack.workspace import SLACK_TEAM_ID, SlackWorkspace
from tests.fakes_slack import faults
from tests.fakes_slack.world import SLACK_BOT_USER_ID

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


async def test_a_post_stands_in_the_channel_for_all_who_are_in_it(here: SlackWorkspace) -> None:
    await send_channel_post(here)
    for person in (here.ada, here.lee):
        [seen] = person.reads(POSTING_CHANNEL_ID)
        assert seen.said == "We meet on Tuesday."
        assert seen.buttons == [("Your board", "board")]
    assert here.far.reads(POSTING_CHANNEL_ID) == []
    assert here.ada.received == []


async def test_a_post_takes_one_call_and_shows_no_previews(here: SlackWorkspace) -> None:
    before = len(here.slack.calls)
    assert await here.bot.messenger.wait_for_turn(POSTING_CHANNEL) == POSTING_CHANNEL_ID
    await here.bot.messenger.send(POSTING_CHANNEL, MEETING_CARD, "k1")
    [call] = here.slack.calls[before:]
    assert (call.method, call.arguments["channel"]) == ("chat.postMessage", POSTING_CHANNEL_ID)
    assert (call.arguments["unfurl_links"], call.arguments["unfurl_media"]) == (False, False)
    assert call.arguments["text"] == render_slack_message(MEETING_CARD)["text"]


async def test_whether_a_post_arrived_is_not_asked(here: SlackWorkspace) -> None:
    before = len(here.slack.calls)
    assert await here.bot.messenger.was_sent(POSTING_CHANNEL, "k1", CHANNEL_LOOKUP_SINCE) is None
    assert len(here.slack.calls) == before


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


async def test_a_channel_that_takes_posts_again_gets_them(here: SlackWorkspace) -> None:
    here.slack.world.rooms[POSTING_CHANNEL_ID].members.discard(SLACK_BOT_USER_ID)
    with pytest.raises(ChannelRefused):
        await send_channel_post(here)
    here.slack.world.rooms[POSTING_CHANNEL_ID].members.add(SLACK_BOT_USER_ID)
    await send_channel_post(here)
    assert len(here.ada.reads(POSTING_CHANNEL_ID)) == 1


@pytest.mark.parametrize(
    ("failure", "raised"),
    [
        (faults.error("invalid_blocks"), MessageRejected),
        (faults.error("msg_blocks_too_long"), MessageRejected),
        (faults.error("ekm_access_denied"), MessageRejected),
        (faults.error("missing_scope"), ScopeMissing),
        (faults.error("fatal_error"), DeliveryUncertain),
        (faults.status(503), DeliveryUncertain),
        (faults.dropped(), DeliveryUncertain),
        (faults.limited(7), TryLater),
        (faults.error("token_revoked"), TokenRefused),
    ],
    ids=lambda one: getattr(one, "name", ""),
)
async def test_what_says_nothing_of_the_channel_does_not_shut_it(
    here: SlackWorkspace, failure: faults.Failure, raised: type[Exception]
) -> None:
    here.slack.fail("chat.postMessage", with_=failure)
    with pytest.raises(raised) as problem:
        await here.bot.messenger.send(POSTING_CHANNEL, MEETING_CARD, "k1")
    assert not isinstance(problem.value, ChannelRefused)


async def test_what_a_channel_was_refused_with_means_nothing_of_a_member(here: SlackWorkspace) -> None:
    here.slack.fail("chat.postMessage", with_=faults.error("restricted_action"))
    with pytest.raises(MessageRejected):
        await send_channel_post(here, SLACK_ADA_ADDRESS)


async def test_a_rest_that_one_channel_asked_for_keeps_no_member_waiting(here: SlackWorkspace) -> None:
    here.slack.fail("chat.postMessage", with_=faults.limited(600))
    with pytest.raises(TryLater):
        await send_channel_post(here)
    with pytest.raises(TryLater) as held:
        await here.bot.messenger.wait_for_turn(POSTING_CHANNEL)
    assert held.value.retry_after is not None
    assert held.value.retry_after.total_seconds() > 500
    await send_channel_post(here, SLACK_ADA_ADDRESS)
    assert len(here.ada.received) == 1


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


@pytest.fixture
async def paced(club: SlackWorkspace) -> AsyncIterator[tuple[SlackMessenger, SlackFakeTime]]:
    """A second messenger to the same Slack, whose pace costs time that only passes while it waits."""
    time = SlackFakeTime()
    async with new_slack_session() as session:
        web = SlackApi(new_slack_client(club.slack.bot_token, club.slack.api_url, session), TokenState("slack"), time)
        profiles = SlackProfiles(web, RequestPacer(100, 100, time), time)
        yield SlackMessenger(web, SlackDirectMessages(web), render_slack_message, profiles, time, time.sleep), time
        await profiles.stop()


async def test_posts_in_one_channel_keep_a_seconds_distance_and_do_not_hold_up_another(
    here: SlackWorkspace, paced: tuple[SlackMessenger, SlackFakeTime]
) -> None:
    messenger, time = paced
    other = ClubChannel(POSTING_CHANNEL.club, "C0OTHER")
    began = time.now
    await messenger.wait_for_turn(POSTING_CHANNEL)
    await messenger.wait_for_turn(other)
    assert time.now - began < 0.5
    await messenger.wait_for_turn(POSTING_CHANNEL)
    assert 1 <= time.now - began < 1.5


async def test_a_channel_that_rests_is_not_waited_for(
    here: SlackWorkspace, paced: tuple[SlackMessenger, SlackFakeTime]
) -> None:
    messenger, time = paced
    await messenger.wait_for_turn(POSTING_CHANNEL)
    here.slack.fail("chat.postMessage", with_=faults.limited(600))
    with pytest.raises(TryLater):
        await messenger.send(POSTING_CHANNEL, MEETING_CARD, "k1")
    began = time.now
    with pytest.raises(TryLater):
        await messenger.wait_for_turn(POSTING_CHANNEL)
    assert time.now == began
