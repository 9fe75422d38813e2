"""The connection to Discord's gateway: where it is dialled, how it comes back, when it stays away."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import AsyncIterator
from datetime import datetime

import pytest

from adapters.discord.session_limit import SESSION_BURST, SESSION_INTERVAL, SESSION_LIMIT_KEY
from bot.domain.errors import HostRequestRefused
from tests.adapters.discord.loopback_client import CLIENT_START, LOOPBACK_BOT_TOKEN, open_loopback_client
from tests.adapters.discord.servers import (
    LoopbackDiscordApi,
    LoopbackGateway,
    discord_error_response,
    open_discord_server,
)
from tests.platforms.loopback import abort_request, raw_answer, wait_until


@pytest.fixture
async def there() -> AsyncIterator[tuple[LoopbackDiscordApi, LoopbackGateway]]:
    async with open_discord_server() as pair:
        yield pair


async def test_the_bot_is_introduced_and_online(there: tuple[LoopbackDiscordApi, LoopbackGateway]) -> None:
    api, gateway = there
    async with open_loopback_client(api) as our:
        assert not our.live.healthy
        await our.live.log_in()
        assert our.client.application_id == 901
        await wait_until(lambda: our.live.healthy)
        assert gateway.dialled == ["first"]
        assert [one["intents"] for one in gateway.identified] == [1 | 1 << 12]
        assert "shard" not in gateway.identified[0]
    assert gateway.codes == [1000]
    assert not our.live.healthy


async def test_nothing_is_left_when_it_is_closed(there: tuple[LoopbackDiscordApi, LoopbackGateway]) -> None:
    api, _ = there
    before, threads = asyncio.all_tasks(), threading.active_count()
    async with open_loopback_client(api) as our:
        await our.live.log_in()
        await wait_until(lambda: our.live.healthy)
    await our.live.close()
    left = [repr(one) for one in asyncio.all_tasks() - before]
    assert [one for one in left if "aiohttp/web" not in one and "servers.py" not in one] == []
    await wait_until(lambda: threading.active_count() <= threads)
    gc.collect()


async def test_a_bot_that_was_never_introduced_is_closed_too(there: tuple[LoopbackDiscordApi, LoopbackGateway]) -> None:
    async with open_loopback_client(there[0]) as our:
        await our.live.close()


async def test_a_refused_token_is_told_to_the_host_once(there: tuple[LoopbackDiscordApi, LoopbackGateway]) -> None:
    api, gateway = there
    api.answer("GET /users/@me", lambda _: discord_error_response(401))
    async with open_loopback_client(api) as our:
        with pytest.raises(HostRequestRefused, match=r"DISCORD_TOKEN.*Developer Portal") as told:
            await our.live.log_in()
        assert "CANARY" not in str(told.value)
        assert not our.standing.is_accepted
    assert len(api.calls) == 1
    assert gateway.dialled == []
    gc.collect()


async def test_a_login_that_fails_is_tried_again_with_longer_pauses(
    there: tuple[LoopbackDiscordApi, LoopbackGateway],
) -> None:
    api, _ = there
    oops = lambda _: discord_error_response(503)  # noqa: E731
    api.answer("GET /users/@me", abort_request, abort_request, oops, raw_answer(200, "{"), oops, None)
    api.answer("GET /oauth2/applications/@me", oops, None)
    async with open_loopback_client(api) as our:
        await our.live.log_in()
        assert our.time.slept[:5] == [1, 2, 4, 8, 16]
        await wait_until(lambda: our.live.healthy)
    assert api.tokens == {f"Bot {LOOPBACK_BOT_TOKEN}"}
    gc.collect()


async def test_a_lost_connection_is_resumed_where_ready_said(there: tuple[LoopbackDiscordApi, LoopbackGateway]) -> None:
    api, gateway = there
    async with open_loopback_client(api) as our:
        await our.live.log_in()
        for times, code in enumerate((4000, 1000, 1001, 4008, 4009), 1):
            await wait_until(lambda: our.live.healthy)
            await gateway.drop(code)
            await wait_until(lambda want=times: len(gateway.resumed) == want)
        await wait_until(lambda: our.live.healthy)
        assert gateway.dialled == ["first", *["again"] * 5]
        assert len(gateway.identified) == 1
        assert {one["session_id"] for one in gateway.resumed} == {"session1"}


async def test_asked_to_reconnect_it_resumes(there: tuple[LoopbackDiscordApi, LoopbackGateway]) -> None:
    api, gateway = there
    async with open_loopback_client(api) as our:
        await our.live.log_in()
        await wait_until(lambda: our.live.healthy)
        await gateway.say({"op": 7, "d": None})
        await wait_until(lambda: gateway.resumed and our.live.healthy)
        assert gateway.dialled == ["first", "again"]
        assert len(gateway.identified) == 1


async def test_after_a_session_ended_the_address_is_asked_anew(
    there: tuple[LoopbackDiscordApi, LoopbackGateway],
) -> None:
    api, gateway = there
    async with open_loopback_client(api) as our:
        await our.live.log_in()
        await wait_until(lambda: our.live.healthy)
        api.gateway = api.gateway.replace("first", "second")
        await gateway.say({"op": 9, "d": False})
        await wait_until(lambda: len(gateway.identified) == 2 and our.live.healthy)
        await gateway.drop(4000)  # the new session has a resume address of its own
        await wait_until(lambda: len(gateway.resumed) == 1)
        assert gateway.dialled == ["first", "second", "again"]
        assert gateway.resumed[0]["session_id"] == "session2"


async def test_a_session_that_cannot_be_resumed_begins_anew_at_a_new_address(
    there: tuple[LoopbackDiscordApi, LoopbackGateway],
) -> None:
    api, gateway = there
    gateway.refuses_resume = True
    async with open_loopback_client(api) as our:
        await our.live.log_in()
        await wait_until(lambda: our.live.healthy)
        api.gateway = api.gateway.replace("first", "second")
        await gateway.drop(4000)
        await wait_until(lambda: len(gateway.identified) == 2 and our.live.healthy)
        assert gateway.dialled == ["first", "again", "second"]


async def test_where_the_address_for_resuming_is_gone_the_session_is_resumed_at_the_general_one(
    there: tuple[LoopbackDiscordApi, LoopbackGateway],
) -> None:
    api, gateway = there
    gateway.resume_url = "ws://127.0.0.1:9/gone"
    async with open_loopback_client(api) as our:
        await our.live.log_in()
        for times in (1, 2):
            await wait_until(lambda: our.live.healthy)
            await gateway.drop(4000)
            await wait_until(lambda want=times: len(gateway.resumed) == want)
        await wait_until(lambda: our.live.healthy)
        assert gateway.dialled == ["first", "first", "first"]
        assert len(gateway.identified) == 1


async def test_a_session_is_kept_for_an_outage_of_a_minute_and_given_up_after_that(
    there: tuple[LoopbackDiscordApi, LoopbackGateway],
) -> None:
    """Discord's API answers all the while; only its gateway does not."""
    api, gateway = there
    async with open_loopback_client(api, settled_seconds=0.0) as our:
        await our.live.log_in()
        for outage, identified, resumed in ((60.0, 1, 1), (200.0, 2, 1)):
            await wait_until(lambda: our.live.healthy)
            ends = our.time.seconds + outage

            def look(ends: float = ends) -> None:
                gateway.greets = our.time.seconds + our.time.slept[-1] >= ends

            our.time.look, gateway.greets = look, False
            await gateway.drop(4000)
            await wait_until(lambda until=ends: our.time.seconds >= until and our.live.healthy)
            assert (len(gateway.identified), len(gateway.resumed)) == (identified, resumed)


async def test_an_outage_costs_no_session(there: tuple[LoopbackDiscordApi, LoopbackGateway]) -> None:
    api, gateway = there
    async with open_loopback_client(api) as our:
        await our.live.log_in()
        await wait_until(lambda: our.live.healthy)
        gateway.greets = False
        api.answer("GET /gateway/bot", lambda _: discord_error_response(503))
        await gateway.drop(4000)
        await wait_until(lambda: len(gateway.dialled) > 20)
        assert max(our.time.slept) == 30
        gateway.greets = True  # and its API does not answer yet: a resume needs nothing of it
        await wait_until(lambda: our.live.healthy)
        assert len(gateway.identified) == 1


async def test_a_first_connection_that_fails_is_tried_again(there: tuple[LoopbackDiscordApi, LoopbackGateway]) -> None:
    api, gateway = there
    good, api.gateway = api.gateway, "ws://127.0.0.1:9/closed"
    async with open_loopback_client(api) as our:
        await our.live.log_in()
        await wait_until(lambda: len(api.requests_for("GET /gateway/bot")) >= 3)
        assert not our.live.healthy
        api.gateway = good
        await wait_until(lambda: our.live.healthy)
        assert our.time.slept[:2] == [1, 2]
        assert len(gateway.identified) == 1


async def test_an_address_that_cannot_be_asked_costs_no_session(
    there: tuple[LoopbackDiscordApi, LoopbackGateway],
) -> None:
    api, gateway = there
    odd = {"url": 5, "shards": 1, "session_start_limit": {"remaining": "x"}}
    empty = {"url": api.gateway, "shards": 1, "session_start_limit": None}
    broken = (raw_answer(200, "[]"), raw_answer(200, "{"), {}, odd, empty)
    api.answer(
        "GET /gateway/bot",
        lambda _: discord_error_response(503),
        abort_request,
        *broken,
        lambda _: discord_error_response(404),
        None,
    )
    async with open_loopback_client(api) as our:
        await our.live.log_in()
        await wait_until(lambda: our.live.healthy)
        assert len(gateway.identified) == 1
        assert gateway.dialled == ["first"]


async def test_without_sessions_left_it_waits_as_long_as_discord_says(
    there: tuple[LoopbackDiscordApi, LoopbackGateway],
) -> None:
    api, gateway = there
    api.remaining = 0
    async with open_loopback_client(api) as our:
        await our.live.log_in()
        await wait_until(lambda: 7.0 in our.time.slept)
        assert gateway.identified == []


@pytest.mark.parametrize("code", [4010, 4011, 4012, 4013, 4014])
async def test_what_no_reconnecting_mends_is_left_alone(
    there: tuple[LoopbackDiscordApi, LoopbackGateway], code: int
) -> None:
    """The token is taken as before, so that reminders still go out."""
    api, gateway = there
    async with open_loopback_client(api) as our:
        await our.live.log_in()
        await wait_until(lambda: our.live.healthy)
        await gateway.drop(code)
        await asyncio.gather(*(shard.wait_ended() for shard in our.live._shards))
        assert our.standing.is_accepted
        assert not our.live.healthy
        assert gateway.dialled == ["first"]


async def test_a_token_refused_by_the_gateway_ends_all_until_it_is_taken_again(
    there: tuple[LoopbackDiscordApi, LoopbackGateway],
) -> None:
    api, gateway = there
    async with open_loopback_client(api, refused_retry_seconds=0.05) as our:
        await our.live.log_in()
        await wait_until(lambda: our.live.healthy)
        api.answer("GET /users/@me", lambda _: discord_error_response(401))
        await gateway.drop(4004)
        await wait_until(lambda: not our.standing.is_accepted)
        asked = len(api.requests_for("GET /users/@me"))
        await wait_until(lambda: len(api.requests_for("GET /users/@me")) > asked + 1)
        assert (our.live.healthy, gateway.dialled) == (False, ["first"])
        del api.answers["GET /users/@me"]
        await wait_until(lambda: our.live.healthy)


async def test_a_token_refused_while_asking_for_the_address_asks_no_more(
    there: tuple[LoopbackDiscordApi, LoopbackGateway],
) -> None:
    api, gateway = there
    api.answer("GET /gateway/bot", lambda _: discord_error_response(401))
    async with open_loopback_client(api) as our:
        await our.live.log_in()
        await wait_until(lambda: not our.standing.is_accepted)
        await asyncio.sleep(0.05)
        assert len(api.requests_for("GET /gateway/bot")) == 1
        assert gateway.dialled == []


async def test_a_session_that_is_never_greeted_is_begun_anew(there: tuple[LoopbackDiscordApi, LoopbackGateway]) -> None:
    api, gateway = there
    gateway.deaf = True
    async with open_loopback_client(api, connect_timeout=0.1) as our:
        await our.live.log_in()
        await wait_until(lambda: len(gateway.dialled) >= 3)
        assert len(gateway.open) <= 1
        gateway.deaf = False
        await wait_until(lambda: our.live.healthy)


async def test_a_peer_that_has_gone_silent_is_left(there: tuple[LoopbackDiscordApi, LoopbackGateway]) -> None:
    api, gateway = there
    gateway.interval = 100
    gateway.silent = True
    async with open_loopback_client(api, silence_timeout=0.15) as our:
        await our.live.log_in()
        await wait_until(lambda: len(gateway.identified) == 1)
        await wait_until(lambda: gateway.resumed)
        gateway.silent = False
        await wait_until(lambda: our.live.healthy)


async def test_a_quiet_peer_is_asked_oftener_than_it_wants_and_stays(
    there: tuple[LoopbackDiscordApi, LoopbackGateway],
) -> None:
    api, gateway = there
    async with open_loopback_client(api, silence_timeout=0.3) as our:
        await our.live.log_in()
        await wait_until(lambda: our.live.healthy)
        await asyncio.sleep(1)
        assert our.live.healthy
        assert (len(gateway.identified), gateway.resumed) == (1, [])
        gateway.silent = True
        await wait_until(lambda: gateway.resumed)


async def test_an_event_that_the_library_stumbles_over_ends_nothing(
    there: tuple[LoopbackDiscordApi, LoopbackGateway], capfd: pytest.CaptureFixture[str]
) -> None:
    api, gateway = there
    async with open_loopback_client(api) as our:
        await our.live.log_in()
        await wait_until(lambda: our.live.healthy)
        for socket in list(gateway.open):
            await gateway.event(socket, "MESSAGE_CREATE", {"CANARY": 1})
        await asyncio.sleep(0.1)
        assert our.live.healthy
        assert (len(gateway.identified), gateway.resumed) == (1, [])
    written = "".join(capfd.readouterr())
    assert "KeyError" in written
    assert "CANARY" not in written


async def test_shards_begin_five_seconds_apart_and_one_after_the_other(
    there: tuple[LoopbackDiscordApi, LoopbackGateway],
) -> None:
    api, gateway = there
    async with open_loopback_client(api, shards=3) as our:
        await our.live.log_in()
        await wait_until(lambda: our.live.healthy)
        assert sorted(one["shard"] for one in gateway.identified) == [[0, 3], [1, 3], [2, 3]]
        assert our.time.slept == [5, 5]
        await gateway.drop(4000)
        await wait_until(lambda: len(gateway.resumed) == 3)
        await wait_until(lambda: our.live.healthy)
    assert len(gateway.identified) == 3


async def test_a_wait_for_a_new_session_holds_no_connection_open(
    there: tuple[LoopbackDiscordApi, LoopbackGateway],
) -> None:
    api, gateway = there
    async with open_loopback_client(api) as our:
        our.memos.values[SESSION_LIMIT_KEY] = (CLIENT_START + SESSION_BURST * SESSION_INTERVAL).isoformat()
        our.time.look = lambda: len(gateway.dialled)
        await our.live.log_in()
        await wait_until(lambda: our.live.healthy)
        assert our.time.slept == [SESSION_INTERVAL.total_seconds()]
        assert our.time.seen == [0]


async def test_every_new_session_is_counted_and_no_resume(there: tuple[LoopbackDiscordApi, LoopbackGateway]) -> None:
    api, gateway = there
    async with open_loopback_client(api) as our:
        await our.live.log_in()
        await wait_until(lambda: our.live.healthy)
        await gateway.drop(4000)
        await wait_until(lambda: gateway.resumed and our.live.healthy)
        assert datetime.fromisoformat(our.memos.values[SESSION_LIMIT_KEY]) == CLIENT_START + SESSION_INTERVAL
        before = our.time.wall()
        await gateway.say({"op": 9, "d": False})
        await wait_until(lambda: len(gateway.identified) == 2)
        assert (
            datetime.fromisoformat(our.memos.values[SESSION_LIMIT_KEY])
            == max(CLIENT_START + SESSION_INTERVAL, before) + SESSION_INTERVAL
        )


async def test_a_connection_that_never_greets_is_not_left_open(
    there: tuple[LoopbackDiscordApi, LoopbackGateway],
) -> None:
    api, gateway = there
    gateway.mute = True
    async with open_loopback_client(api, connect_timeout=0.05) as our:
        await our.live.log_in()
        await wait_until(lambda: len(gateway.dialled) >= 4)
        assert len(gateway.open) <= 1
        assert gateway.identified == []
        assert our.memos.values == {}


async def test_a_connection_whose_session_cannot_begin_is_not_left_open(
    there: tuple[LoopbackDiscordApi, LoopbackGateway], monkeypatch: pytest.MonkeyPatch
) -> None:
    api, gateway = there
    async with open_loopback_client(api, connect_timeout=0.1) as our:
        monkeypatch.setattr(our.memos, "save_value", lambda *_: asyncio.Event().wait())
        await our.live.log_in()
        await wait_until(lambda: len(gateway.dialled) >= 4)
        assert len(gateway.open) <= 1
        assert gateway.identified == []
