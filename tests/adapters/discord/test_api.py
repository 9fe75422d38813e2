"""What becomes of a call: every outcome, on the real client against a real server."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import discord
import pytest

from adapters.common.token import TokenRefused
from adapters.discord import api as module
from adapters.discord.api import (
    UNREACHABLE_USER_CODES,
    DiscordChannelGone,
    DiscordMessageGone,
    translate_discord_errors,
)
from bot.domain.errors import DeliveryUncertain, TryLater, Undeliverable
from tests.adapters.discord.loopback_client import LoopbackClient, open_loopback_client
from tests.adapters.discord.servers import (
    UNCERTAIN_DISCORD_ANSWERS,
    LoopbackDiscordApi,
    StoredThenAnswered,
    discord_error_response,
    discord_rate_limit_answer,
    open_discord_server,
)
from tests.platforms.loopback import raw_answer

CREATE_MESSAGE_ROUTE = "POST /channels/5/messages"


@pytest.fixture
async def api() -> AsyncIterator[LoopbackDiscordApi]:
    async with open_discord_server() as (api, _):
        yield api


@pytest.fixture
async def our(api: LoopbackDiscordApi, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[LoopbackClient]:
    async with open_loopback_client(api) as made:
        await made.client.login("CANARY.TOKEN.secret")
        api.calls.clear()
        yield made


async def discord_call_outcome(our: LoopbackClient, channel: int = 5) -> Exception | None:
    where = our.client.get_partial_messageable(channel, type=discord.ChannelType.private)
    try:
        await translate_discord_errors(where.send("CANARY", nonce="n"))
    except Exception as problem:
        return problem
    return None


@pytest.fixture
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library repeats after some errors, and pauses before."""

    async def at_once(_: float) -> None:
        return None

    monkeypatch.setattr("discord.http.asyncio.sleep", at_once)


async def test_an_answer_is_handed_on(our: LoopbackClient, api: LoopbackDiscordApi) -> None:
    sent = await translate_discord_errors(
        our.client.get_partial_messageable(5, type=discord.ChannelType.private).send("hi")
    )
    assert sent.id == int(api.stored["5"][0]["id"])


DISCORD_REASON_PATTERN = re.compile(r"[0-9]{5,6}|[a-z_]+|http_[0-9]{3}", re.ASCII)
DISCORD_CERTAIN_REFUSALS = [
    lambda _: discord_error_response(400, 50035),
    lambda _: discord_error_response(403, 50013),
    lambda _: discord_error_response(403, 20009),
    lambda _: discord_error_response(404),
    lambda _: discord_error_response(405),
    raw_answer(403, "<html>CANARY", "text/html"),
    raw_answer(413, ""),
    raw_answer(400, '["CANARY"]'),
]


@pytest.mark.parametrize("answer", DISCORD_CERTAIN_REFUSALS)
async def test_what_discord_refuses_was_surely_not_sent(
    our: LoopbackClient, api: LoopbackDiscordApi, answer: Any
) -> None:
    api.answer(CREATE_MESSAGE_ROUTE, answer)
    problem = await discord_call_outcome(our)
    assert isinstance(problem, TryLater | DeliveryUncertain), problem
    assert len(api.calls) == 1
    assert DISCORD_REASON_PATTERN.fullmatch(str(problem))


@pytest.mark.usefixtures("no_pauses")
@pytest.mark.parametrize("stored", [False, True])
@pytest.mark.parametrize("answer", UNCERTAIN_DISCORD_ANSWERS)
async def test_what_may_have_been_sent_is_uncertain_and_never_twice(
    our: LoopbackClient, api: LoopbackDiscordApi, answer: Any, stored: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "DISCORD_CALL_SECONDS", 0.3)
    api.answer(CREATE_MESSAGE_ROUTE, StoredThenAnswered(answer) if stored else answer)
    problem = await discord_call_outcome(our)
    assert isinstance(problem, DeliveryUncertain)
    assert DISCORD_REASON_PATTERN.fullmatch(str(problem))
    assert len(api.stored.get("5", [])) == stored


@pytest.mark.usefixtures("no_pauses")
@pytest.mark.parametrize("then", [lambda _: discord_error_response(404), discord_rate_limit_answer()])
async def test_a_refusal_says_nothing_of_an_earlier_request_of_the_same_call(
    our: LoopbackClient, api: LoopbackDiscordApi, then: Any
) -> None:
    api.answer(CREATE_MESSAGE_ROUTE, StoredThenAnswered(lambda _: discord_error_response(502)), then)
    assert type(await discord_call_outcome(our)) is DeliveryUncertain


@pytest.mark.parametrize("code", sorted(UNREACHABLE_USER_CODES))
async def test_a_person_who_cannot_be_written_to_is_told_by_its_number(
    our: LoopbackClient, api: LoopbackDiscordApi, code: int
) -> None:
    api.answer(CREATE_MESSAGE_ROUTE, lambda _: discord_error_response(403, code))
    problem = await discord_call_outcome(our)
    assert type(problem) is Undeliverable
    assert str(problem) == str(code)
    assert len(api.calls) == 1


async def test_what_is_gone_is_told_apart(our: LoopbackClient, api: LoopbackDiscordApi) -> None:
    api.answer(
        CREATE_MESSAGE_ROUTE, lambda _: discord_error_response(404, 10003), lambda _: discord_error_response(404, 10008)
    )
    assert type(await discord_call_outcome(our)) is DiscordChannelGone
    assert type(await discord_call_outcome(our)) is DiscordMessageGone


async def test_a_flagged_bot_is_told_to_the_host(
    our: LoopbackClient, api: LoopbackDiscordApi, capsys: pytest.CaptureFixture[str]
) -> None:
    api.answer(CREATE_MESSAGE_ROUTE, lambda _: discord_error_response(403, 20026))
    problem = await discord_call_outcome(our)
    assert isinstance(problem, TryLater)
    assert problem.retry_after is not None
    assert problem.retry_after >= timedelta(hours=1)
    assert "spam" in capsys.readouterr().out


async def test_after_a_refused_token_no_request_goes_out(our: LoopbackClient, api: LoopbackDiscordApi) -> None:
    api.answer(CREATE_MESSAGE_ROUTE, lambda _: discord_error_response(401))
    assert type(await discord_call_outcome(our)) is TokenRefused
    assert not our.standing.is_accepted
    for channel in (5, 6):
        assert type(await discord_call_outcome(our, channel)) is TokenRefused
    assert len(api.calls) == 1


async def test_the_token_of_one_interaction_is_not_the_bots(our: LoopbackClient, api: LoopbackDiscordApi) -> None:
    call = "POST /webhooks/901/CANARY"
    api.answer(call, lambda _: discord_error_response(401, 50027))
    route = discord.http.Route("POST", "/webhooks/901/CANARY")
    with pytest.raises(TryLater):
        await translate_discord_errors(our.client.http.request(route))
    assert our.standing.is_accepted


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        (discord_rate_limit_answer("7"), 7),
        (discord_rate_limit_answer("0.5"), 1),
        (discord_rate_limit_answer("3600"), 3600),
        (discord_rate_limit_answer("9" * 9), 24 * 3600),
        (discord_rate_limit_answer("soon"), 30),
        (discord_rate_limit_answer("-1"), 30),
        (discord_rate_limit_answer("nan"), 30),
        (discord_rate_limit_answer(""), 30),
        (discord_rate_limit_answer(None), 30),
        (discord_rate_limit_answer("7", **{"X-RateLimit-Scope": "shared"}), 7),
    ],
)
async def test_too_fast_rests_in_that_channel_as_long_as_asked(
    our: LoopbackClient, api: LoopbackDiscordApi, answer: Any, seconds: int
) -> None:
    api.answer(CREATE_MESSAGE_ROUTE, answer, None)
    first = await discord_call_outcome(our)
    assert isinstance(first, TryLater)
    assert first.retry_after == timedelta(seconds=seconds)
    our.time.seconds += seconds - 0.1
    assert type(await discord_call_outcome(our)) is TryLater
    assert len(api.calls) == 1
    assert await discord_call_outcome(our, 6) is None
    our.time.seconds += 0.2
    assert await discord_call_outcome(our) is None


@pytest.mark.parametrize(
    "answer",
    [
        discord_rate_limit_answer("9", **{"X-RateLimit-Global": "true"}),
        raw_answer(429, "<html>CANARY", "text/html", **{"Retry-After": "9"}),
    ],
)
async def test_a_global_limit_rests_everywhere_but_in_answers_to_people(
    our: LoopbackClient, api: LoopbackDiscordApi, answer: Any
) -> None:
    api.answer(CREATE_MESSAGE_ROUTE, answer, None)
    for channel in (5, 5, 6, 7):
        assert type(await discord_call_outcome(our, channel)) is TryLater
    assert len(api.calls) == 1
    with pytest.raises(TryLater):
        our.gate.raise_if_closed()
    api.answer("POST /interactions/1/x/callback", {})
    await translate_discord_errors(our.client.http.request(discord.http.Route("POST", "/interactions/1/x/callback")))
    our.time.seconds += 9.1
    assert await discord_call_outcome(our) is None


async def test_a_call_that_waits_for_its_turn_was_surely_not_sent(
    our: LoopbackClient, api: LoopbackDiscordApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "DISCORD_CALL_SECONDS", 0.2)
    spent = {"X-RateLimit-Remaining": "0", "X-RateLimit-Limit": "5", "X-RateLimit-Reset-After": "20"}
    api.answer(CREATE_MESSAGE_ROUTE, raw_answer(404, "{}", **spent))
    await discord_call_outcome(our)
    assert type(await discord_call_outcome(our)) is TryLater
    assert len(api.calls) == 1


async def test_nobody_there_is_surely_not_sent(our: LoopbackClient, monkeypatch: pytest.MonkeyPatch) -> None:
    for url in ("http://127.0.0.1:9", "http://nowhere.invalid"):
        monkeypatch.setattr(discord.http.Route, "BASE", url)
        problem = await discord_call_outcome(our)
        assert (type(problem), str(problem)) == (TryLater, "no_connection")


async def test_too_many_refusals_are_a_rest_long_before_discord_bans(
    our: LoopbackClient, api: LoopbackDiscordApi, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_INVALID_REQUESTS", 3)
    our.gate.__init__(our.standing, our.time.now)  # type: ignore[misc]
    api.answer(CREATE_MESSAGE_ROUTE, lambda _: discord_error_response(403, 50007))
    for _ in range(20):
        await discord_call_outcome(our)
    assert len(api.calls) == 4
    assert "too many requests" in capsys.readouterr().out


async def test_no_text_and_no_token_reaches_a_log(
    our: LoopbackClient, api: LoopbackDiscordApi, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("discord", "discord.http", "discord.client", "discord.gateway", "discord.state"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    api.answer(
        CREATE_MESSAGE_ROUTE, lambda _: discord_error_response(400, 50035), lambda _: discord_error_response(401), None
    )
    await discord_call_outcome(our)

    @our.client.event
    async def on_canary() -> None:
        raise ValueError("CANARY")

    our.client.dispatch("canary")
    for _ in range(3):
        await discord.utils.sleep_until(discord.utils.utcnow())
    await discord_call_outcome(our)
    written = caplog.text + "".join(capfd.readouterr())
    assert "ValueError" in written
    assert "CANARY" not in written
