"""What becomes of a call: every outcome, on the real client against a real server."""

from __future__ import annotations

import logging
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
from tests.adapters.discord.living import Bot, bot
from tests.adapters.discord.servers import LOST, Api, Stored, answering, discord_server, error, too_fast

POST = "POST /channels/5/messages"


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    async with discord_server() as (api, _):
        yield api


@pytest.fixture
async def our(api: Api, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bot]:
    async with bot(api) as made:
        await made.client.login("CANARY.TOKEN.secret")
        api.calls.clear()
        yield made


async def outcome(our: Bot, channel: int = 5) -> Exception | None:
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


async def test_an_answer_is_handed_on(our: Bot, api: Api) -> None:
    sent = await translate_discord_errors(
        our.client.get_partial_messageable(5, type=discord.ChannelType.private).send("hi")
    )
    assert sent.id == int(api.stored["5"][0]["id"])


SURELY_NOT = [
    lambda _: error(400, 50035),
    lambda _: error(403, 50013),
    lambda _: error(403, 20009),
    lambda _: error(404),
    lambda _: error(405),
    answering(403, "<html>CANARY", "text/html"),
    answering(413, ""),
    answering(400, '["CANARY"]'),
]


@pytest.mark.parametrize("answer", SURELY_NOT)
async def test_what_discord_refuses_was_surely_not_sent(our: Bot, api: Api, answer: Any) -> None:
    api.answer(POST, answer)
    problem = await outcome(our)
    assert isinstance(problem, TryLater | DeliveryUncertain), problem
    assert len(api.calls) == 1
    assert "CANARY" not in str(problem)


@pytest.mark.usefixtures("no_pauses")
@pytest.mark.parametrize("stored", [False, True])
@pytest.mark.parametrize("answer", LOST)
async def test_what_may_have_been_sent_is_uncertain_and_never_twice(
    our: Bot, api: Api, answer: Any, stored: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "DISCORD_CALL_SECONDS", 0.3)
    api.answer(POST, Stored(answer) if stored else answer)
    problem = await outcome(our)
    assert isinstance(problem, DeliveryUncertain)
    assert "CANARY" not in str(problem)
    assert len(api.stored.get("5", [])) == stored


@pytest.mark.usefixtures("no_pauses")
@pytest.mark.parametrize("then", [lambda _: error(404), too_fast()])
async def test_a_refusal_says_nothing_of_an_earlier_request_of_the_same_call(our: Bot, api: Api, then: Any) -> None:
    api.answer(POST, Stored(lambda _: error(502)), then)
    assert type(await outcome(our)) is DeliveryUncertain


@pytest.mark.parametrize("code", sorted(UNREACHABLE_USER_CODES))
async def test_a_person_who_cannot_be_written_to_is_told_by_its_number(our: Bot, api: Api, code: int) -> None:
    api.answer(POST, lambda _: error(403, code))
    problem = await outcome(our)
    assert type(problem) is Undeliverable
    assert str(problem) == str(code)
    assert len(api.calls) == 1


async def test_what_is_gone_is_told_apart(our: Bot, api: Api) -> None:
    api.answer(POST, lambda _: error(404, 10003), lambda _: error(404, 10008))
    assert type(await outcome(our)) is DiscordChannelGone
    assert type(await outcome(our)) is DiscordMessageGone


async def test_a_flagged_bot_is_told_to_the_host(our: Bot, api: Api, capsys: pytest.CaptureFixture[str]) -> None:
    api.answer(POST, lambda _: error(403, 20026))
    problem = await outcome(our)
    assert isinstance(problem, TryLater)
    assert problem.retry_after is not None
    assert problem.retry_after >= timedelta(hours=1)
    assert "spam" in capsys.readouterr().out


async def test_after_a_refused_token_no_request_goes_out(our: Bot, api: Api) -> None:
    api.answer(POST, lambda _: error(401))
    assert type(await outcome(our)) is TokenRefused
    assert not our.standing.is_accepted
    for channel in (5, 6):
        assert type(await outcome(our, channel)) is TokenRefused
    assert len(api.calls) == 1


async def test_the_token_of_one_interaction_is_not_the_bots(our: Bot, api: Api) -> None:
    call = "POST /webhooks/901/CANARY"
    api.answer(call, lambda _: error(401, 50027))
    route = discord.http.Route("POST", "/webhooks/901/CANARY")
    with pytest.raises(TryLater):
        await translate_discord_errors(our.client.http.request(route))
    assert our.standing.is_accepted


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        (too_fast("7"), 7),
        (too_fast("0.5"), 1),
        (too_fast("3600"), 3600),
        (too_fast("9" * 9), 24 * 3600),
        (too_fast("soon"), 30),
        (too_fast("-1"), 30),
        (too_fast("nan"), 30),
        (too_fast(""), 30),
        (too_fast(None), 30),
        (too_fast("7", **{"X-RateLimit-Scope": "shared"}), 7),
    ],
)
async def test_too_fast_rests_in_that_channel_as_long_as_asked(our: Bot, api: Api, answer: Any, seconds: int) -> None:
    api.answer(POST, answer, None)
    first = await outcome(our)
    assert isinstance(first, TryLater)
    assert first.retry_after == timedelta(seconds=seconds)
    our.time.seconds += seconds - 0.1
    assert type(await outcome(our)) is TryLater
    assert len(api.calls) == 1
    assert await outcome(our, 6) is None
    our.time.seconds += 0.2
    assert await outcome(our) is None


@pytest.mark.parametrize(
    "answer",
    [
        too_fast("9", **{"X-RateLimit-Global": "true"}),
        answering(429, "<html>CANARY", "text/html", **{"Retry-After": "9"}),
    ],
)
async def test_a_global_limit_rests_everywhere_but_in_answers_to_people(our: Bot, api: Api, answer: Any) -> None:
    api.answer(POST, answer, None)
    for channel in (5, 5, 6, 7):
        assert type(await outcome(our, channel)) is TryLater
    assert len(api.calls) == 1
    with pytest.raises(TryLater):
        our.gate.raise_if_closed()
    api.answer("POST /interactions/1/x/callback", {})
    await translate_discord_errors(our.client.http.request(discord.http.Route("POST", "/interactions/1/x/callback")))
    our.time.seconds += 9.1
    assert await outcome(our) is None


async def test_a_call_that_waits_for_its_turn_was_surely_not_sent(
    our: Bot, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "DISCORD_CALL_SECONDS", 0.2)
    spent = {"X-RateLimit-Remaining": "0", "X-RateLimit-Limit": "5", "X-RateLimit-Reset-After": "20"}
    api.answer(POST, answering(404, "{}", **spent))
    await outcome(our)
    assert type(await outcome(our)) is TryLater
    assert len(api.calls) == 1


async def test_nobody_there_is_surely_not_sent(our: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    for url in ("http://127.0.0.1:9", "http://nowhere.invalid"):
        monkeypatch.setattr(discord.http.Route, "BASE", url)
        assert type(await outcome(our)) is TryLater


async def test_too_many_refusals_are_a_rest_long_before_discord_bans(
    our: Bot, api: Api, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_INVALID_REQUESTS", 3)
    our.gate.__init__(our.standing, our.time.now)  # type: ignore[misc]
    api.answer(POST, lambda _: error(403, 50007))
    for _ in range(20):
        await outcome(our)
    assert len(api.calls) == 4
    assert "too many requests" in capsys.readouterr().out


async def test_no_text_and_no_token_reaches_a_log(
    our: Bot, api: Api, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("discord", "discord.http", "discord.client", "discord.gateway", "discord.state"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    api.answer(POST, lambda _: error(400, 50035), lambda _: error(401), None)
    await outcome(our)

    @our.client.event
    async def on_canary() -> None:
        raise ValueError("CANARY")

    our.client.dispatch("canary")
    for _ in range(3):
        await discord.utils.sleep_until(discord.utils.utcnow())
    await outcome(our)
    written = caplog.text + "".join(capfd.readouterr())
    assert "ValueError" in written
    assert "CANARY" not in written
