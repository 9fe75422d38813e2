"""The connection breaks in every way in which it does: members are answered again soon, and nothing is done twice."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from bot.domain.model import Address
from tests.adapters.discord.workspace import ADA_USER_ID, OUTREACH_ROOT, DiscordWorkspace
from tests.fakes_discord.faults import CREATE_MESSAGE, GET_GATEWAY_BOT_ROUTE, PUT_COMMANDS


async def assert_command_works(club: DiscordWorkspace, name: str) -> None:
    """Ada is answered, and what she did was done once."""
    await club.discord.wait(lambda: club.bot.healthy and club.discord.gateway.open)
    seen = await club.slash("add", contact=name, channel="email")
    assert seen.said.startswith(f"{name} is on your board."), seen
    assert (await club.names()).count(name) == 1


def count_identifies(club: DiscordWorkspace) -> int:
    return len(club.discord.identifies)


async def test_asked_to_connect_again_it_does_and_what_came_meanwhile_is_done_once(club: DiscordWorkspace) -> None:
    await assert_command_works(club, "Dana")
    await club.discord.reconnect()
    seen = await club.slash("add", contact="Priya", channel="email")
    await assert_command_works(club, "Sam")
    assert seen.said.startswith("Priya is on your board.")
    assert await club.names() == ["Dana", "Priya", "Sam"]
    assert (count_identifies(club), len(club.discord.resumes)) == (1, 1)


@pytest.mark.parametrize("resumable", [True, False])
async def test_after_an_invalid_session_members_are_answered_again(club: DiscordWorkspace, resumable: bool) -> None:
    await assert_command_works(club, "Dana")
    await club.discord.invalidate(resumable=resumable)
    await club.discord.until(lambda: not club.discord.gateway.open or count_identifies(club) == 2)
    await assert_command_works(club, "Priya")
    assert (count_identifies(club), len(club.discord.resumes)) == ((1, 1) if resumable else (2, 0))
    assert await club.names() == ["Dana", "Priya"]


async def test_a_line_that_is_cut_twelve_times_costs_no_session_and_repeats_nothing(club: DiscordWorkspace) -> None:
    await assert_command_works(club, "Dana")
    for number in range(12):
        club.discord.drop()
        await club.discord.until(lambda: not club.discord.gateway.open or not club.bot.healthy)
        if number % 4 == 0:
            await club.slash("add", contact=f"Person {number}", channel="email")
        await club.discord.until(lambda: club.bot.healthy and club.discord.gateway.open)
    await assert_command_works(club, "Priya")
    assert await club.names() == ["Dana", "Person 0", "Person 4", "Person 8", "Priya"]
    assert count_identifies(club) == 1
    assert len(club.discord.resumes) == 12


async def test_what_a_resume_brings_a_second_time_is_not_done_again(club: DiscordWorkspace) -> None:
    """Discord replays from the last number that it believes we had."""
    await assert_command_works(club, "Dana")
    message = await club.ada.says("Dana")
    assert message is not None
    for session in club.discord.gateway.sessions.values():
        session.events += [event for event in session.events if event["t"] in ("INTERACTION_CREATE", "MESSAGE_CREATE")]
    club.discord.drop()
    await assert_command_works(club, "Priya")
    await club.idle()
    assert await club.names() == ["Dana", "Priya"]
    assert len(club.ada.inbox) == 1


async def test_a_half_open_line_is_given_up() -> None:
    club = await DiscordWorkspace.open(silent=0.3, beat=0.1)
    try:
        await assert_command_works(club, "Dana")
        club.discord.silence()
        await club.discord.until(lambda: club.discord.resumes, 5.0)
        await assert_command_works(club, "Priya")
        assert count_identifies(club) == 1
        assert await club.names() == ["Dana", "Priya"]
    finally:
        await club.close()
    club.harmless()


@pytest.mark.parametrize("code", [1000, 1001, 4000, 4007, 4009])
async def test_after_it_was_closed_members_are_answered_again(club: DiscordWorkspace, code: int) -> None:
    await assert_command_works(club, "Dana")
    await club.discord.close(code)
    await club.discord.until(lambda: not club.bot.healthy)
    await assert_command_works(club, "Priya")
    assert count_identifies(club) <= 2
    assert await club.names() == ["Dana", "Priya"]


async def test_where_no_connection_is_allowed_reminders_still_go_out(club: DiscordWorkspace) -> None:
    await assert_command_works(club, "Dana")
    await club.discord.close(4014)
    await club.discord.until(lambda: not club.bot.healthy)
    await club.wait(days=14)
    assert count_identifies(club) == 1
    assert "Dana" in "".join(one.said for one in club.ada.inbox)


async def test_with_a_token_that_is_refused_nothing_is_sent_or_lost(club: DiscordWorkspace) -> None:
    await assert_command_works(club, "Dana")
    await club.discord.close(4004)
    await club.discord.until(lambda: not club.bot.messenger.ready)
    assert not club.bot.healthy
    calls = len(club.discord.calls)
    await club.wait(days=14)
    assert len(club.discord.calls) == calls
    assert count_identifies(club) == 1
    await club.restart()
    await club.wait(days=7)
    assert "Dana" in "".join(one.said for one in club.ada.inbox), "it comes when the host has mended it"
    assert club.bot.healthy


async def test_while_the_gateway_turns_us_away_it_is_tried_with_pauses_and_costs_no_session(
    club: DiscordWorkspace,
) -> None:
    await assert_command_works(club, "Dana")
    club.discord.gateway.refuse = 20
    began = club.clock.now()
    club.discord.drop()
    await club.discord.until(lambda: club.discord.gateway.refused == 20, 5.0)
    await assert_command_works(club, "Priya")
    assert count_identifies(club) <= 2
    assert (club.clock.now() - began).total_seconds() > 100


async def test_what_is_written_while_the_gateway_is_away_for_less_than_a_minute_is_answered(
    club: DiscordWorkspace,
) -> None:
    await assert_command_works(club, "Dana")
    club.discord.gateway.refuse = 5  # with the pauses between the tries, 15 to 31 seconds
    club.discord.drop()
    saying = asyncio.create_task(club.ada.says("Dana"))
    await club.discord.until(lambda: club.bot.healthy and club.discord.gateway.open, 5.0)
    assert await saying is not None
    assert (count_identifies(club), len(club.discord.resumes)) == (1, 1)


async def test_when_all_of_discord_is_away_everything_waits_and_comes_once(club: DiscordWorkspace) -> None:
    await assert_command_works(club, "Dana")
    await club.discord.down()
    await club.wait(days=9)
    assert not club.bot.healthy
    await club.discord.up()
    await assert_command_works(club, "Priya")
    await club.wait(days=1)
    assert len([one for one in club.ada.inbox if "Dana" in one.said]) == 1
    assert count_identifies(club) <= 2


async def test_a_new_session_begins_where_discord_says_now(club: DiscordWorkspace) -> None:
    await assert_command_works(club, "Dana")
    asked = len(club.discord.called(GET_GATEWAY_BOT_ROUTE))
    club.discord.gateway.resumable = False
    club.discord.drop()
    await club.discord.until(lambda: count_identifies(club) == 2)
    await assert_command_works(club, "Priya")
    assert len(club.discord.called(GET_GATEWAY_BOT_ROUTE)) == asked + 1
    assert [identify.via for identify in club.discord.identifies] == ["gateway", "gateway"]
    assert [resume.via for resume in club.discord.resumes] == ["resume"]


async def test_however_often_discord_greets_nothing_begins_twice(club: DiscordWorkspace) -> None:
    await assert_command_works(club, "Dana")
    synced = len(club.discord.called(PUT_COMMANDS))
    for _ in range(8):
        before = count_identifies(club)
        await club.discord.invalidate()
        await club.discord.until(lambda before=before: count_identifies(club) == before + 1 and club.bot.healthy)
    await assert_command_works(club, "Priya")
    assert len(club.discord.called(PUT_COMMANDS)) == synced
    await club.wait(days=9)
    assert len({str(call.body["nonce"]) for call in club.discord.called(CREATE_MESSAGE)}) == len(
        club.discord.called(CREATE_MESSAGE)
    )


async def test_each_start_costs_one_session(club: DiscordWorkspace) -> None:
    """As under a supervisor that starts us whenever we end."""
    for _ in range(12):
        await club.restart()
    await assert_command_works(club, "Dana")
    assert count_identifies(club) == 13


async def test_a_press_while_nobody_listens_is_answered_when_we_are_back(kept: DiscordWorkspace) -> None:
    card = await kept.slash("add", contact="Dana", channel="email")
    kept.discord.drop()
    pressing = asyncio.create_task(kept.ada.press(card, "Undo"))
    seen = await pressing
    await kept.idle()
    assert await kept.names() == []
    assert seen.replaced or kept.ada.inbox
    assert await kept.store.load(Address("discord", str(ADA_USER_ID))) is not None
    assert (await kept.ada.slash(OUTREACH_ROOT, "board")).said


async def test_an_event_that_the_library_stumbles_over_costs_nobody_the_connection(club: DiscordWorkspace) -> None:
    with capture_logs() as logs:
        await club.discord.gateway.dispatch("MESSAGE_CREATE", {"id": "x", "channel_id": None})
        seen = await club.slash("board")
    assert not seen.failed
    assert [log["event"] for log in logs if log["event"] == "fault"] == ["fault"]
    assert len(club.discord.identifies) + len(club.discord.resumes) == 1
