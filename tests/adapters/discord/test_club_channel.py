"""Posts in a club's channel: sent once, where they may be, and found again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.discord.element_ids import discord_reminder_mark
from adapters.discord.inbound import DISCORD_PLATFORM
from adapters.discord.messenger import DiscordMessenger
from bot.domain.errors import ChannelRefused, DeliveryUncertain
from bot.domain.messages import Button, Card
from bot.domain.model import Address, ClubChannel, ClubKey
from tests.adapters.discord.workspace import DiscordWorkspace
from tests.fakes_discord import GENERAL_CHANNEL_ID, GUILD_ID, LEE_USER_ID, faults
from tests.fakes_discord.faults import CREATE_MESSAGE, OPEN_DM, READ_HISTORY
from tests.fakes_discord.state import CHANNEL_TYPE_NEWS, OTHER_GUILD_ID, DiscordChannel

EVERYONE_CARD = Card((("Hello @everyone.",),), buttons=(Button("Join", "help"), Button("Not now", "board")))
INTRODUCTION_KEY = "introduction:club"
FIVE_MINUTES = timedelta(minutes=5)
REFUSED_CHANNELS = {
    "gone": ({"gone": True}, "gone"),
    "archived": ({"archived": True}, "archived"),
    "hidden": ({"sees": False}, "not ours"),
    "silenced": ({"sends": False}, "not ours"),
    "of another server": ({"guild": OTHER_GUILD_ID}, "not ours"),
}


@pytest.fixture
def place(club: DiscordWorkspace) -> DiscordChannel:
    return club.discord.world.room("club")


@pytest.fixture
def messenger(club: DiscordWorkspace) -> DiscordMessenger:
    return club.bot.messenger


def to_club_channel(place: DiscordChannel) -> ClubChannel:
    return ClubChannel(ClubKey(DISCORD_PLATFORM, str(GUILD_ID)), str(place.id))


def expect_posts(club: DiscordWorkspace, place: DiscordChannel) -> None:
    """What was posted belongs there."""
    club.posted += [message.said for message in place.messages]


async def test_a_post_goes_to_its_channel_with_buttons_and_without_pings(
    club: DiscordWorkspace, place: DiscordChannel
) -> None:
    assert await club.bot.messenger.wait_for_turn(to_club_channel(place)) == str(place.id)
    post = await club.post(EVERYONE_CARD, place)
    assert [label for label, _ in post.buttons] == ["Join", "Not now"]
    assert post.faces[0].component["id"] == discord_reminder_mark("post")
    assert post.allowed_mentions == {"parse": []}
    assert club.discord.called(OPEN_DM) == []
    assert post in club.lee.window


async def test_an_announcement_channel_takes_posts_too(club: DiscordWorkspace) -> None:
    await club.post(EVERYONE_CARD, club.discord.world.room("news", CHANNEL_TYPE_NEWS))


async def test_the_same_post_sent_twice_stands_once(
    club: DiscordWorkspace, messenger: DiscordMessenger, place: DiscordChannel
) -> None:
    for _ in range(3):
        await messenger.send(to_club_channel(place), EVERYONE_CARD, INTRODUCTION_KEY)
    other = club.discord.world.room("other")
    await messenger.send(to_club_channel(other), EVERYONE_CARD, INTRODUCTION_KEY)
    assert (len(place.messages), len(other.messages)) == (1, 1)
    expect_posts(club, place)
    expect_posts(club, other)


@pytest.mark.parametrize("stored", [False, True])
async def test_an_answer_that_is_lost_makes_no_second_post(
    club: DiscordWorkspace, messenger: DiscordMessenger, place: DiscordChannel, stored: bool
) -> None:
    began = club.clock.now()
    club.discord.fail(CREATE_MESSAGE, with_=faults.dropped(), stored=stored)
    with pytest.raises(DeliveryUncertain):
        await messenger.send(to_club_channel(place), EVERYONE_CARD, INTRODUCTION_KEY)
    if not await messenger.was_sent(to_club_channel(place), INTRODUCTION_KEY, began):
        await messenger.send(to_club_channel(place), EVERYONE_CARD, INTRODUCTION_KEY)
    assert len(place.messages) == 1
    expect_posts(club, place)


async def test_it_is_found_later_among_what_people_wrote_since(
    club: DiscordWorkspace, messenger: DiscordMessenger, place: DiscordChannel
) -> None:
    began = club.clock.now()
    await club.post(EVERYONE_CARD, place, INTRODUCTION_KEY)
    for number in range(230):
        club.discord.world.post(place, {"content": str(number)}, author=LEE_USER_ID)
    club.clock.move(began + FIVE_MINUTES)
    assert await messenger.was_sent(to_club_channel(place), INTRODUCTION_KEY, began) is True
    assert await messenger.was_sent(to_club_channel(place), "another", began) is False
    assert len(club.discord.called(READ_HISTORY)) == 6


async def test_what_somebody_else_wrote_with_our_mark_is_not_ours(
    club: DiscordWorkspace, messenger: DiscordMessenger, place: DiscordChannel
) -> None:
    began = club.clock.now()
    post = await club.post(EVERYONE_CARD, place, INTRODUCTION_KEY)
    post.author = LEE_USER_ID
    club.posted.clear()
    club.clock.move(began + FIVE_MINUTES)
    assert await messenger.was_sent(to_club_channel(place), INTRODUCTION_KEY, began) is False


@pytest.mark.parametrize("how", ["unread", "empty", *REFUSED_CHANNELS])
async def test_where_the_history_tells_nothing_nobody_can_tell(
    club: DiscordWorkspace, messenger: DiscordMessenger, place: DiscordChannel, how: str
) -> None:
    began = club.clock.now()
    if how != "empty":
        await club.post(EVERYONE_CARD, place, INTRODUCTION_KEY)
    place.reads = how != "unread"
    for name, value in REFUSED_CHANNELS.get(how, ({}, ""))[0].items():
        setattr(place, name, value)
    known = how in ("archived", "silenced")  # read, and yet closed
    for at in (began, began + FIVE_MINUTES):
        club.clock.move(at)
        assert await messenger.was_sent(to_club_channel(place), INTRODUCTION_KEY, began) is (True if known else None)


@pytest.mark.parametrize("code", [50001, 50013])
async def test_a_history_that_is_refused_says_nothing(
    club: DiscordWorkspace, messenger: DiscordMessenger, place: DiscordChannel, code: int
) -> None:
    club.discord.fail(READ_HISTORY, with_=faults.error(403, code, "no"))
    assert await messenger.was_sent(to_club_channel(place), INTRODUCTION_KEY, club.clock.now() - FIVE_MINUTES) is None


@pytest.mark.parametrize("how", REFUSED_CHANNELS)
async def test_a_channel_that_takes_no_post_is_shut_and_says_why(
    club: DiscordWorkspace, messenger: DiscordMessenger, place: DiscordChannel, how: str
) -> None:
    state, why = REFUSED_CHANNELS[how]
    for name, value in state.items():
        setattr(place, name, value)
    with pytest.raises(ChannelRefused) as shut:
        await messenger.send(to_club_channel(place), EVERYONE_CARD, INTRODUCTION_KEY)
    assert str(shut.value) == why
    assert len(club.discord.called(CREATE_MESSAGE)) == 1


@pytest.mark.parametrize(
    ("status", "code", "why"),
    [(404, 10004, "gone"), (403, 160005, "archived"), (400, 50008, "not ours"), (400, 50024, "not ours")],
)
async def test_other_refusals_that_last_shut_it_too(
    club: DiscordWorkspace, messenger: DiscordMessenger, place: DiscordChannel, status: int, code: int, why: str
) -> None:
    club.discord.fail(CREATE_MESSAGE, with_=faults.error(status, code, "no"))
    with pytest.raises(ChannelRefused, match=f"^{why}$"):
        await messenger.send(to_club_channel(place), EVERYONE_CARD, INTRODUCTION_KEY)


@pytest.mark.parametrize("channel", ["", "C012AB", "club", "-1", "١٢"])
async def test_what_is_no_channel_of_discords_is_gone(
    club: DiscordWorkspace, messenger: DiscordMessenger, channel: str
) -> None:
    nowhere = ClubChannel(ClubKey(DISCORD_PLATFORM, str(GUILD_ID)), channel)
    calls = len(club.discord.calls)
    for ask in (messenger.wait_for_turn(nowhere), messenger.send(nowhere, EVERYONE_CARD, INTRODUCTION_KEY)):
        with pytest.raises(ChannelRefused, match=r"^gone$"):
            await ask
    assert await messenger.was_sent(nowhere, INTRODUCTION_KEY, club.clock.now()) is None
    assert len(club.discord.calls) == calls


async def test_a_post_that_a_moderator_deleted_at_once_was_delivered(
    club: DiscordWorkspace, messenger: DiscordMessenger, place: DiscordChannel
) -> None:
    post = await club.post(EVERYONE_CARD, place, INTRODUCTION_KEY)
    club.discord.world.remove(post)
    await messenger.send(to_club_channel(place), EVERYONE_CARD, INTRODUCTION_KEY)
    assert len(place.messages) == 1


async def test_a_channel_that_is_shut_says_nothing_of_anybodys_messages(
    club: DiscordWorkspace, messenger: DiscordMessenger, place: DiscordChannel
) -> None:
    lee = Address(DISCORD_PLATFORM, str(LEE_USER_ID))
    messenger.restore_conversation(lee, str(club.lee.dm.id))
    place.sends = False
    with pytest.raises(ChannelRefused):
        await messenger.send(to_club_channel(place), EVERYONE_CARD, INTRODUCTION_KEY)
    assert await messenger.was_sent(to_club_channel(place), INTRODUCTION_KEY, club.clock.now() - FIVE_MINUTES) is None
    await messenger.send(lee, EVERYONE_CARD, INTRODUCTION_KEY)
    assert club.discord.called(OPEN_DM) == []


DISCORD_CLUB_KEY = ClubKey(DISCORD_PLATFORM, str(GUILD_ID))
GET_MEMBER_ROUTE = "GET /guilds/{guild}/members/{user}"


async def test_whoever_was_put_out_of_the_server_does_not_belong_there(
    club: DiscordWorkspace, messenger: DiscordMessenger
) -> None:
    club.discord.world.put_out.add(LEE_USER_ID)
    assert not await messenger.is_in_workspace(Address(DISCORD_PLATFORM, str(LEE_USER_ID)), DISCORD_CLUB_KEY)
    assert not await messenger.is_in_workspace(Address(DISCORD_PLATFORM, "987654321"), DISCORD_CLUB_KEY)


async def test_whoever_is_there_is_asked_for_once_a_minute(club: DiscordWorkspace, messenger: DiscordMessenger) -> None:
    for _ in range(3):
        assert await messenger.is_in_workspace(Address(DISCORD_PLATFORM, str(LEE_USER_ID)), DISCORD_CLUB_KEY)
    assert len(club.discord.called(GET_MEMBER_ROUTE)) == 1


async def test_a_channel_of_another_server_takes_nothing_of_this_club(messenger: DiscordMessenger) -> None:
    assert await messenger.wait_for_turn(ClubChannel(DISCORD_CLUB_KEY, str(GENERAL_CHANNEL_ID))) == str(
        GENERAL_CHANNEL_ID
    )
    with pytest.raises(ChannelRefused):
        await messenger.wait_for_turn(
            ClubChannel(ClubKey(DISCORD_PLATFORM, str(OTHER_GUILD_ID)), str(GENERAL_CHANNEL_ID))
        )
