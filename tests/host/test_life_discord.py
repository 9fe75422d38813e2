"""The life of `stalemate run` on Discord, from its start to its end, as a host sees it.

Each starts a process or two, which takes a second each, and some wait for what a process does by itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.discord.inbound import DISCORD_PLATFORM
from adapters.discord.session_limit import SESSION_INTERVAL, SESSION_LIMIT_KEY
from bot.domain.model import Address
from storage.open import open_store
from tests.fakes_discord import DiscordPerson, DiscordUser, FakeDiscord, faults
from tests.fakes_discord.answers import RESPOND_DEFERRED, RESPOND_DEFERRED_UPDATE
from tests.fakes_discord.faults import CREATE_MESSAGE, GET_CURRENT_USER, INTERACTION_CALLBACK
from tests.faults.figures import report_figure, trial_count
from tests.story.discord_process import DiscordProcessMember
from tests.story.process import (
    CLOCK_LOOK_SECONDS,
    CLOCK_MARGIN_SECONDS,
    ProcessStarter,
    free_port,
    open_process_starter,
    requires_faketime,
)

DISCORD_CROWD = [DiscordUser(300_000_000_000_000_000 + number, f"member{number}") for number in range(60)]
FIRST_CROWD_USER = DISCORD_CROWD[0].id


@pytest.fixture
async def discord() -> AsyncIterator[FakeDiscord]:
    async with FakeDiscord(users=DISCORD_CROWD) as fake:
        yield fake


@pytest.fixture
async def start(tmp_path: Path, discord: FakeDiscord) -> AsyncIterator[ProcessStarter]:
    async with open_process_starter(tmp_path, discord.env) as begin:
        yield begin


async def wait_until_commands_known(discord: FakeDiscord) -> None:
    """It is reached, and its commands can be used."""
    await discord.connected(within=30)
    await discord.until(lambda: discord.world.commands[0], within=30)


async def test_sigterm_ends_it_at_once_and_in_order(start: ProcessStarter, discord: FakeDiscord) -> None:
    bot = await start()
    await bot.wait_until_serving()
    await wait_until_commands_known(discord)
    bot.term()
    assert await bot.ended() == 0
    assert '"level": "error"' not in bot.log_text
    assert discord.gateway.sessions == {}, "Discord shows at once that it has left"


async def test_a_token_that_discord_refuses_is_told_with_its_mend(start: ProcessStarter) -> None:
    bot = await start(DISCORD_TOKEN="MTIz.other.token")  # noqa: S106
    assert await bot.ended() == 2
    assert bot.last_log_line.startswith("Discord refuses DISCORD_TOKEN (401). ")
    assert "Developer Portal" in bot.last_log_line
    assert "other.token" not in bot.log_text


async def test_a_store_that_is_in_use_is_told_and_the_one_who_uses_it_goes_on(
    start: ProcessStarter, discord: FakeDiscord
) -> None:
    first = await start()
    await first.wait_until_serving()
    await wait_until_commands_known(discord)
    second = await start()
    assert await second.ended() == 2
    assert f"process {first.process.pid} " in second.last_log_line
    assert not (await discord.person(FIRST_CROWD_USER).slash("outreach", "board")).failed
    assert len(discord.called(GET_CURRENT_USER)) == 1, "and Discord was not asked in vain"


async def test_a_discord_that_cannot_be_reached_yet_is_waited_for(start: ProcessStarter) -> None:
    port = free_port()
    bot = await start(DISCORD_API_URL=f"http://127.0.0.1:{port}/api/v10")
    await bot.wait_for_log("discord cannot be reached yet")
    async with FakeDiscord(users=DISCORD_CROWD, port=port) as discord:
        await bot.wait_until_serving()
        await wait_until_commands_known(discord)
        assert (await discord.person(FIRST_CROWD_USER).slash("outreach", "add", contact="Dana", channel="none")).said
        await bot.stop()
    assert bot.log_text.count("discord cannot be reached yet") == 1


async def test_sigterm_while_discord_is_waited_for_is_an_end_like_any_other(start: ProcessStarter) -> None:
    bot = await start(DISCORD_API_URL=f"http://127.0.0.1:{free_port()}/api/v10")
    await bot.wait_for_log("discord cannot be reached yet")
    bot.term()
    assert await bot.ended() == 0
    assert "Traceback" not in bot.log_text
    assert '"event": "serving"' not in bot.log_text


async def test_a_gateway_that_is_cut_is_back_within_seconds(start: ProcessStarter, discord: FakeDiscord) -> None:
    bot = await start()
    await bot.wait_until_serving()
    await wait_until_commands_known(discord)
    discord.drop()
    await discord.until(lambda: discord.resumes, within=20)
    await wait_until_commands_known(discord)
    assert not (await discord.person(FIRST_CROWD_USER).slash("outreach", "board")).failed
    assert len(discord.identifies) == 1
    await bot.stop()


async def test_sigterm_under_load_leaves_nothing_half_done(
    start: ProcessStarter, discord: FakeDiscord, tmp_path: Path
) -> None:
    bot = await start()
    await bot.wait_until_serving()
    await wait_until_commands_known(discord)
    discord.patience = 1.5
    ringing = [
        asyncio.create_task(add_dana_on_discord(discord.person(user.id), 0.02 * at))
        for at, user in enumerate(DISCORD_CROWD)
    ]
    await discord.until(lambda: sum(one.done() for one in ringing) > 4, within=20)
    bot.term()
    assert await bot.ended_in_time() == 0
    await asyncio.gather(*ringing)
    made = discord.world.interactions.values()
    answered = {one.person for one in made if one.callback}
    assert 0 < len(answered) < len(DISCORD_CROWD), "it was ended in the midst of it"
    assert await discord_users_with_book(tmp_path / "store") == answered
    assert not [one for one in made if one.type in (RESPOND_DEFERRED, RESPOND_DEFERRED_UPDATE) and not one.changes], (
        "nobody waits for ever"
    )
    assert '"level": "error"' not in bot.log_text
    report_figure("ends", **{"ends on Discord": 1})


async def add_dana_on_discord(person: DiscordPerson, after: float) -> None:
    await asyncio.sleep(after)
    await person.slash("outreach", "add", contact="Dana", channel="none")


async def discord_users_with_book(folder: Path) -> set[int]:
    store = open_store(f"tinydb:{folder}")
    found = {user.id for user in DISCORD_CROWD if await store.load(Address(DISCORD_PLATFORM, str(user.id))) is not None}
    await store.close()
    return found


async def test_a_discord_that_hangs_does_not_hold_the_end_up(start: ProcessStarter, discord: FakeDiscord) -> None:
    """Four seconds: it waits as long for what is in hand as it may."""
    bot = await start()
    await bot.wait_until_serving()
    await wait_until_commands_known(discord)
    discord.patience = 0.3
    discord.fail(with_=faults.hang(), times=None)
    await asyncio.gather(*(add_dana_on_discord(discord.person(one.id), 0) for one in DISCORD_CROWD[:5]))
    await asyncio.gather(*(discord.person(one.id).says("Dana") for one in DISCORD_CROWD[5:10]))
    bot.term()
    assert await bot.ended_in_time() == 0
    assert "Traceback" not in bot.log_text


async def test_no_secret_and_no_word_of_a_member_is_in_the_log(start: ProcessStarter, discord: FakeDiscord) -> None:
    bot = await start(STALEMATE_LOG="debug")
    await bot.wait_until_serving()
    await wait_until_commands_known(discord)
    ada = discord.person(FIRST_CROWD_USER)
    await ada.slash("outreach", "add", contact="Priya", channel="email", note="a note just for me")
    form = await ada.message_menu("Log as outreach", "Priya, just for me")
    assert form.modal
    await ada.submit(contact="Priya", channel="email", note="just for me")
    await ada.autocomplete("outreach", "show", "contact", "Pri")
    await ada.says("Priya??")
    discord.patience = 0.3
    for failure in (faults.bad_json(), faults.status(503), faults.dropped(), faults.error(400, 50035, "Priya")):
        discord.fail(INTERACTION_CALLBACK, with_=failure)
        discord.fail(CREATE_MESSAGE, with_=failure)
        await ada.slash("outreach", "log", contact="Priya", channel="email", note="just for me")
        await ada.says("just for me, Priya")
    await discord.settled(0.3)
    await bot.stop()
    assert '"level": "debug"' in bot.log_text
    words = ("Priya", "just for me", discord.token, "aW50ZXJhY3Rpb246", "member0", "Member0")
    assert not [word for word in words if word in bot.log_text]


async def test_a_crash_loop_does_not_forget_how_many_sessions_began(
    start: ProcessStarter, discord: FakeDiscord, tmp_path: Path
) -> None:
    """`STALEMATE_TEST_STARTS_IN_A_LOOP`: how often it starts, a second each."""
    began, starts = datetime.now(UTC), trial_count("STARTS_IN_A_LOOP", 3)
    for count in range(1, starts + 1):
        bot = await start()
        await discord.until(lambda: len(discord.identifies) >= count, within=30)  # noqa: B023 - awaited here
        await bot.kill()
    store = open_store(f"tinydb:{tmp_path / 'store'}")
    until = datetime.fromisoformat(await store.load_value(SESSION_LIMIT_KEY))
    await store.close()
    assert until - began >= starts * SESSION_INTERVAL
    assert until - datetime.now(UTC) <= (starts + 1) * SESSION_INTERVAL
    report_figure("lost connections", **{"starts in a loop": starts})


@requires_faketime()
async def test_a_token_that_is_refused_later_is_told_once_and_nothing_is_sent_any_more(tmp_path: Path) -> None:
    bot = await DiscordProcessMember.at(tmp_path, "Europe/Berlin", "2026-10-20T10:00")
    try:
        await bot.type("add Dana channel: email")
        await bot.type("plan Dana when: today 15:00")
        await bot.discord.close(4004)
        await bot.process.wait_for_log("discord has ended the connection")
        before = len(bot.discord.calls)
        bot.clock.to(bot.clock.now() + timedelta(hours=8))
        await asyncio.sleep(2 * CLOCK_LOOK_SECONDS + CLOCK_MARGIN_SECONDS)
        assert bot.process.running
        assert len(bot.discord.calls) == before
        assert bot.process.log_text.count("ended the connection") == 1
        assert bot.process.log_text.count("Copy the token anew") == 1
    finally:
        await bot.close()
