"""What readers of the adapter found, and must not come back."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from adapters.discord import render
from tests.adapters.discord.workspace import DiscordWorkspace
from tests.fakes_discord import DiscordUser, copy_discord_message, faults
from tests.fakes_discord.faults import CREATE_MESSAGE, INTERACTION_CALLBACK, OPEN_DM, PUT_COMMANDS

DANA_ADDED_TEXT = "Dana is on your board."


@pytest.mark.parametrize("failure", [faults.dropped(), faults.status(502)], ids=["dropped", "502"])
@pytest.mark.quick_responses
async def test_a_promise_whose_own_answer_is_lost_is_kept(club: DiscordWorkspace, failure: faults.Failure) -> None:
    club.discord.patience = 0.4
    club.store.gate.clear()
    club.discord.fail(INTERACTION_CALLBACK, with_=failure, stored=True)
    seen = await club.slash("add", contact="Dana", channel="email")
    club.store.gate.set()
    await seen.wait_until_answered(within=10)
    await club.idle()
    assert len([one for one in club.ada.window if DANA_ADDED_TEXT in one.said]) == 1
    if not failure.drop:  # then the library asked a second time
        assert club.discord.world.violations == ["callback: answered twice"]
        club.discord.world.violations.clear()


@pytest.mark.parametrize("failure", [faults.dropped(), faults.limited(0.3)], ids=["dropped", "429"])
async def test_a_direct_answer_is_tried_again_and_never_said_twice(
    club: DiscordWorkspace, failure: faults.Failure
) -> None:
    await club.slash("add", contact="Dana")
    club.discord.fail(CREATE_MESSAGE, with_=failure, stored=failure.drop)
    await club.ada.says("Dana")
    await club.idle()
    assert len(club.ada.inbox) == 1


async def test_what_was_not_done_is_said_beside_a_reminder_which_stays(club: DiscordWorkspace) -> None:
    await club.slash("add", contact="Dana", channel="email")
    await club.wait(days=9)
    reminder, ada = club.ada.inbox[-1], club.ada.at("dm")
    await ada.press(reminder, "They wrote")
    asked = copy_discord_message(reminder)
    club.store.broken = True
    seen = await ada.press(reminder, "Answer")
    assert "I couldn't save that just now" in seen.said
    assert seen.message.ephemeral
    assert (reminder.said, reminder.buttons) == (asked.said, asked.buttons)
    club.store.broken = False
    assert (await ada.press(reminder, "Answer")).replaced
    assert "reply_received" in await club.kinds()


@pytest.mark.quick_responses
async def test_the_same_when_it_took_long(club: DiscordWorkspace) -> None:
    club.discord.patience = 0.4
    card = await club.slash("add", contact="Dana", channel="email")
    club.store.gate.clear()
    club.store.broken = True
    seen = await club.ada.press(card, "Undo")
    club.store.gate.set()
    await club.idle()
    assert "I couldn't save that just now" in club.ada.sees
    assert DANA_ADDED_TEXT in club.ada.sees
    assert not seen.failed


@pytest.mark.parametrize("how", ["command", "press", "form"])
async def test_a_card_that_cannot_be_drawn_is_told_to_its_member_and_to_the_host(
    club: DiscordWorkspace, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    card = await club.slash("board")
    form = await club.ada.press(card, "Add someone") if how == "form" else None
    real = render.render_discord_message

    def stumbles(said, mark=0):
        if "went wrong" not in said.text():
            raise ValueError("Dana")
        return real(said, mark)

    monkeypatch.setattr(render, "render_discord_message", stumbles)
    with capture_logs() as logs:
        if how == "command":
            seen = await club.slash("board")
        elif form is not None:
            seen = await club.ada.submit(form, contact="Lee")
        else:
            seen = await club.ada.press(card, "Who can read this?")
        await club.idle()
    assert "something went wrong on my side" in seen.said
    assert [log["error"] for log in logs if log["event"] == "fault"] == ["ValueError"]
    assert "Dana" not in str(logs)


async def test_whoever_is_being_answered_when_we_leave_gets_the_answer(club: DiscordWorkspace) -> None:
    club.discord.patience = 0.1
    club.store.gate.clear()
    seen = await club.slash("add", contact="Dana", channel="email")
    asyncio.get_running_loop().call_later(0.3, club.store.gate.set)
    await club.bot.stop()
    assert DANA_ADDED_TEXT in seen.said


async def test_nothing_new_is_taken_while_we_leave(club: DiscordWorkspace) -> None:
    club.discord.patience = 0.1
    club.store.gate.clear()
    await club.slash("add", contact="Dana", channel="email")
    asyncio.get_running_loop().call_later(0.5, club.store.gate.set)
    leaving = asyncio.ensure_future(club.bot.stop())
    await asyncio.sleep(0.2)
    assert (await club.slash("add", contact="Lee")).failed
    await leaving
    assert await club.names() == ["Dana"]


async def test_commands_that_discord_did_not_take_are_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.discord.platform.COMMAND_SYNC_PAUSE_SECONDS", 0.05)
    club = await DiscordWorkspace.open()
    await club.store.save_value("discord.commands", "")
    fault = club.discord.fail(PUT_COMMANDS, with_=faults.limited(0.1), times=2)
    await club.bot.stop()
    await club.start()
    assert fault.happened == 2
    assert [call.answered for call in club.discord.called(PUT_COMMANDS)][-1] == ["200"]
    await club.close()
    club.harmless()


async def test_a_refusal_of_the_token_is_not_believed_for_ever(club: DiscordWorkspace) -> None:
    club.bot.client.gate.token_state.mark_refused("401")
    seen = await club.slash("add", contact="Dana", channel="email")
    assert DANA_ADDED_TEXT in seen.said  # answers to people carry no token of ours
    assert not club.bot.messenger.ready


CLOSED_MEMBER_FAULT = faults.error(403, 50007, "Cannot send messages to this user")


async def test_somebody_behind_a_closed_door_is_not_answered_again_and_again(club: DiscordWorkspace) -> None:
    await club.slash("add", contact="Dana")
    club.discord.patience = 0.1
    club.discord.fail(CREATE_MESSAGE, with_=CLOSED_MEMBER_FAULT, times=None)
    for _ in range(8):
        await club.ada.says("Dana")
    await club.idle()
    assert len(club.discord.called(CREATE_MESSAGE)) == 1
    assert "your direct messages are closed to me" in (await club.slash("board")).said


async def test_late_answers_to_many_strangers_open_few_conversations(club: DiscordWorkspace) -> None:
    people = [club.discord.invite(DiscordUser(7_000 + number, f"p{number}")) for number in range(25)]
    club.discord.patience = 0.1
    await asyncio.gather(*(person.slash("outreach", "board", lag=5.0) for person in people))
    await club.idle()
    assert len(club.discord.called(OPEN_DM)) <= 12


@pytest.mark.parametrize("typed", ["/outreach log Dana", "/outreach log Dana when: blah", "/outreach edit Dana"])
async def test_hidden_names_are_hidden_too_where_a_form_is_offered(club: DiscordWorkspace, typed: str) -> None:
    await club.slash("add", contact="Dana")
    await club.slash("settings", names="no")
    answer = await club.ada.says(typed)
    assert answer is not None
    assert "Dana" not in answer.content


async def test_one_members_haste_keeps_nobody_waiting(club: DiscordWorkspace) -> None:
    running = most = 0
    real = club.store.load

    async def slow(owner):
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.005)
        running -= 1
        return await real(owner)

    club.store.load = slow
    await asyncio.gather(*(club.slash("board") for _ in range(40)))
    assert most == 1


async def test_a_command_of_before_does_not_bring_back_what_was_forgotten(club: DiscordWorkspace) -> None:
    await club.slash("add", contact="Dana")
    book = await club.book()
    real, erased = club.store.save, []

    async def overtaken(kept):
        if not erased:
            erased.append(await club.store.erase(kept.owner))
        return await real(kept)

    club.store.save = overtaken
    assert "nothing was changed" in (await club.slash("add", contact="Lee")).said
    assert book is not None
    assert await club.book() is None


async def test_an_event_that_the_library_stumbles_over_costs_nobody_the_connection(club: DiscordWorkspace) -> None:
    with capture_logs() as logs:
        await club.discord.gateway.dispatch("MESSAGE_CREATE", {"id": "x", "channel_id": None})
        seen = await club.slash("board")
    assert not seen.failed
    assert [log["event"] for log in logs if log["event"] == "fault"] == ["fault"]
    assert len(club.discord.identifies) + len(club.discord.resumes) == 1


async def test_a_late_answer_that_is_refused_is_told_at_the_next_command(club: DiscordWorkspace) -> None:
    await club.slash("add", contact="Dana")
    club.discord.fail(CREATE_MESSAGE, with_=CLOSED_MEMBER_FAULT, times=None)
    club.discord.patience = 0.1
    await club.ada.slash("outreach", "board", lag=5.0)
    club.discord.patience = 3.0
    await club.idle()
    assert "your direct messages are closed to me" in (await club.slash("board")).said
