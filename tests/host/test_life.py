"""The life of `stalemate run` on Slack, from its start to its end, as a host sees it.

Each starts a process or two, which takes a second each, and some wait for what a process does by itself.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.slack.inbound import SLACK_PLATFORM
from bot.domain.model import Address
from storage.open import open_store
from tests.fakes_slack import FakeSlack, MissingAcknowledgement, SlackPerson, SlackUser, faults
from tests.faults.figures import report_figure
from tests.story.process import ProcessStarter, free_port, open_process_starter

SLACK_CROWD = [SlackUser(f"U0{number:03}", f"member{number}") for number in range(60)]


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack(users=SLACK_CROWD) as fake:
        yield fake


@pytest.fixture
async def start(tmp_path: Path, slack: FakeSlack) -> AsyncIterator[ProcessStarter]:
    async with open_process_starter(tmp_path, slack.env) as begin:
        yield begin


def slack_http_settings(port: int, slack: FakeSlack) -> dict[str, str]:
    slack.request_url = f"http://127.0.0.1:{port}/slack/events"
    return {**slack.env, "SLACK_MODE": "http", "HTTP_PORT": str(port)}


async def test_a_start_says_that_it_serves_and_sigterm_ends_it_at_once(start: ProcessStarter, slack: FakeSlack) -> None:
    bot = await start()
    await bot.wait_until_serving()
    assert len(slack.links) == 1, "it says so when it is reached, not before"
    bot.term()
    assert await bot.ended() == 0
    assert '"level": "error"' not in bot.log_text
    assert slack.links == []


async def test_ctrl_c_is_an_end_like_any_other(start: ProcessStarter) -> None:
    bot = await start()
    await bot.wait_until_serving()
    bot.process.send_signal(signal.SIGINT)
    assert await bot.ended() == 0
    assert "Traceback" not in bot.log_text


@pytest.mark.parametrize(
    ("key", "wrong", "page"),
    [
        ("SLACK_BOT_TOKEN", "xoxb-other", "OAuth & Permissions"),
        ("SLACK_APP_TOKEN", "xapp-other", "Basic Information"),
    ],
)
async def test_a_token_that_slack_refuses_is_told_with_its_mend(
    start: ProcessStarter, key: str, wrong: str, page: str
) -> None:
    bot = await start(**{key: wrong})
    assert await bot.ended() == 2
    assert bot.last_log_line.startswith(f"Slack refuses {key} (invalid_auth). ")
    assert page in bot.last_log_line
    assert wrong not in bot.log_text


async def test_a_port_that_is_taken_is_told_with_its_mend(start: ProcessStarter, slack: FakeSlack) -> None:
    port = free_port()
    holder = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", port)
    bot = await start(**slack_http_settings(port, slack))
    assert await bot.ended() == 2
    assert bot.last_log_line.startswith(f"HTTP_PORT: 127.0.0.1:{port} cannot be opened (")
    holder.close()


async def test_a_store_that_is_in_use_is_told_and_the_one_who_uses_it_goes_on(
    start: ProcessStarter, slack: FakeSlack
) -> None:
    first = await start()
    await first.wait_until_serving()
    second = await start()
    assert await second.ended() == 2
    assert f"process {first.process.pid} " in second.last_log_line
    assert (await slack.person(SLACK_CROWD[0].id).command("/outreach", "add Dana channel: none")).text
    assert len(slack.called("auth.test")) == 1, "and Slack was not asked in vain"


async def test_a_slack_that_cannot_be_reached_yet_is_waited_for(start: ProcessStarter) -> None:
    port = free_port()
    bot = await start(SLACK_API_URL=f"http://127.0.0.1:{port}/api/")
    await bot.wait_for_log("slack cannot be reached yet")
    async with FakeSlack(port=port) as slack:
        await bot.wait_until_serving()
        assert (await slack.person("U0ADA").command("/outreach", "board")).text
        await bot.stop()


async def test_sigterm_while_slack_is_waited_for_is_an_end_like_any_other(start: ProcessStarter) -> None:
    bot = await start(SLACK_API_URL=f"http://127.0.0.1:{free_port()}/api/")
    await bot.wait_for_log("slack cannot be reached yet")
    bot.term()
    assert await bot.ended() == 0
    assert "Traceback" not in bot.log_text
    assert '"event": "serving"' not in bot.log_text


async def test_sigterm_while_it_loads_is_an_end_like_any_other(start: ProcessStarter, tmp_path: Path) -> None:
    bot = await start()
    while not is_signal_caught(bot.process.pid, signal.SIGTERM):  # noqa: ASYNC110 - nothing tells of it
        await asyncio.sleep(0.005)
    assert not (tmp_path / "store").exists(), "it has only begun to load"
    bot.term()
    assert await bot.ended() == 0
    assert "Traceback" not in bot.log_text


def is_signal_caught(pid: int, signum: signal.Signals) -> bool:
    """Whether the process has a handler for it."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        pytest.skip("this machine does not tell what its processes catch")
    [mask] = [line.split()[1] for line in status.read_text().splitlines() if line.startswith("SigCgt")]
    return bool(int(mask, 16) >> (signum - 1) & 1)


@pytest.mark.parametrize("http", [False, True], ids=["socket", "http"])
async def test_sigterm_under_load_leaves_nothing_half_done(
    start: ProcessStarter, slack: FakeSlack, tmp_path: Path, http: bool
) -> None:
    settings = slack_http_settings(free_port(), slack) if http else {}
    bot = await start(**settings)
    await bot.wait_until_serving()
    slack.patience = 1.5
    ringing = [
        asyncio.create_task(add_dana_on_slack(slack.person(user.id), 0.02 * at)) for at, user in enumerate(SLACK_CROWD)
    ]
    await slack.until(lambda: sum(one.done() for one in ringing) > 4, within=20)
    bot.term()
    assert await bot.ended_in_time() == 0
    heard = set(await asyncio.gather(*ringing))
    assert 0 < len(heard - {""}) < len(SLACK_CROWD), "it was ended in the midst of it"
    assert await slack_users_with_book(tmp_path / "store") == heard - {""}
    assert '"level": "error"' not in bot.log_text
    await nothing_to_reconcile(start, settings, slack)
    report_figure("ends", **{"ends on Slack": 1})


async def add_dana_on_slack(person: SlackPerson, after: float) -> str:
    """Their id when they got their answer, or a word that one will come."""
    await asyncio.sleep(after)
    try:
        said = await person.command("/outreach", "add Dana channel: none")
    except MissingAcknowledgement:
        return ""
    assert not said.text or said.text.startswith("Dana is on your board.")
    return person.user.id


async def slack_users_with_book(folder: Path) -> set[str]:
    store = open_store(f"tinydb:{folder}")
    found = {
        user.id for user in SLACK_CROWD if await store.load(Address(SLACK_PLATFORM, user.id, "T0CLUB")) is not None
    }
    await store.close()
    return found


async def nothing_to_reconcile(start: ProcessStarter, settings: dict[str, str], slack: FakeSlack) -> None:
    before = len(slack.calls)
    again = await start(**settings)
    await again.wait_until_serving()
    await asyncio.sleep(0.5)
    assert {call.method for call in slack.calls[before:]} <= {"auth.test", "apps.connections.open"}
    await again.stop()


async def test_a_slack_that_hangs_does_not_hold_the_end_up(start: ProcessStarter, slack: FakeSlack) -> None:
    """Four seconds: it waits as long for what is in hand as it may."""
    bot = await start()
    await bot.wait_until_serving()
    slack.fail(with_=faults.hang(), times=None)
    # Each draws a home that is never answered for.
    await asyncio.gather(
        *(slack.person(one.id).command("/outreach", "add Dana channel: none") for one in SLACK_CROWD[:5])
    )
    await asyncio.gather(*(slack.person(one.id).write("Dana") for one in SLACK_CROWD[:5]))
    bot.term()
    assert await bot.ended_in_time() == 0
    assert "Traceback" not in bot.log_text


async def test_no_secret_and_no_word_of_a_member_is_in_the_log(start: ProcessStarter, slack: FakeSlack) -> None:
    bot = await start(STALEMATE_LOG="debug")
    await bot.wait_until_serving()
    person = slack.person(SLACK_CROWD[0].id)
    await person.command("/outreach", "add Priya channel: email note: a note just for me")
    await person.write("Priya??")
    await person.open_home()
    await slack.settled()
    slack.fail("views.publish", with_=faults.bad_json(), times=None)
    await person.command("/outreach", "log Priya channel: email")
    await slack.settled(0.5)
    await bot.stop()
    words = ("Priya", "just for me", slack.bot_token, slack.app_token, "ticket", "member0")
    assert not [word for word in words if word in bot.log_text]


async def test_a_socket_that_is_dropped_is_back_within_seconds(start: ProcessStarter, slack: FakeSlack) -> None:
    bot = await start()
    await bot.wait_until_serving()
    slack.links[0].drop()
    await slack.connected(within=30)
    assert (await slack.person(SLACK_CROWD[0].id).command("/outreach", "board")).text
    await bot.stop()


@pytest.mark.exhaustive
async def test_a_socket_that_falls_silent_is_back_within_seconds(start: ProcessStarter, slack: FakeSlack) -> None:
    """Ten seconds of real silence; each day `tests/adapters/slack/test_socket.py` tries it with shorter ones."""
    bot = await start()
    await bot.wait_until_serving()
    [deaf] = slack.links
    deaf.silence()
    await slack.until(lambda: any(link is not deaf for link in slack.links), within=30)
    await slack.until(lambda: not deaf.open, within=30)
    assert (await slack.person(SLACK_CROWD[0].id).command("/outreach", "board")).text
    await bot.stop()
    report_figure("lost connections", **{"gone dead on a process": 1})
