"""What becomes of a call: every outcome, on a real client against a real server."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from adapters.common.token import TokenRefused, TokenState
from adapters.slack import api as module
from adapters.slack.api import (
    CONVERSATION_ERRORS,
    PERSON_ERRORS,
    TOKEN_ERRORS,
    SlackApi,
    new_slack_client,
    new_slack_session,
)
from bot.domain.errors import DeliveryUncertain, MessageRejected, TryLater, Undeliverable
from tests.adapters.slack.servers import LoopbackSlackApi, open_slack_api, slack_error_response, slack_ok_response
from tests.platforms.loopback import abort_request, half_response, late_response, raw_answer

SLACK_API_SPEC = Path(__file__).parents[3] / "../shared/api-specs/slack-web-api.json"


class SlackApiClock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> SlackApiClock:
    return SlackApiClock()


@pytest.fixture
async def slack() -> AsyncIterator[LoopbackSlackApi]:
    async with open_slack_api() as fake:
        yield fake


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with new_slack_session() as opened:
        yield opened


@pytest.fixture
def our(slack: LoopbackSlackApi, session: aiohttp.ClientSession, clock: SlackApiClock) -> SlackApi:
    return SlackApi(new_slack_client("xoxb-canary", slack.url, session), TokenState("slack"), clock)


CALL_ARGUMENTS: dict[str, dict[str, Any]] = {
    "chat.postMessage": {"channel": "D1", "text": "hi"},
    "conversations.open": {"users": "U1"},
    "conversations.history": {"channel": "D1"},
    "users.info": {"user": "U1"},
}


async def slack_call_outcome(our: SlackApi, method: str = "chat.postMessage") -> Exception | None:
    try:
        await our.call(method, **CALL_ARGUMENTS[method])
    except Exception as problem:
        return problem
    return None


async def test_an_answer_is_handed_on(our: SlackApi, slack: LoopbackSlackApi) -> None:
    slack.answer("chat.postMessage", {"ts": "1.2", "channel": "D1"})
    assert (await our.call("chat.postMessage", channel="D1", text="hi"))["ts"] == "1.2"
    assert slack.tokens == ["Bearer xoxb-canary"]


SLACK_CERTAIN_REFUSALS = [
    lambda _: slack_error_response("invalid_blocks"),
    lambda _: slack_error_response("msg_too_long"),
    lambda _: slack_error_response("unheard_of"),
    lambda _: slack_error_response("invalid_arguments", status=400),
    raw_answer(404, "<html>", "text/html"),
    raw_answer(403, "no", "text/plain"),
    raw_answer(413, ""),
]


@pytest.mark.parametrize("answer", SLACK_CERTAIN_REFUSALS)
async def test_what_slack_refuses_was_surely_not_sent(our: SlackApi, slack: LoopbackSlackApi, answer: Any) -> None:
    slack.answer("chat.postMessage", answer)
    problem = await slack_call_outcome(our)
    assert type(problem) is MessageRejected
    assert SLACK_REASON_PATTERN.fullmatch(str(problem))
    assert len(slack.calls) == 1


SLACK_REASON_PATTERN = re.compile(r"[a-z0-9_]{1,64}", re.ASCII)
SLACK_UNCERTAIN_ANSWERS = [
    lambda _: slack_error_response("fatal_error"),
    lambda _: slack_error_response("internal_error"),
    *[raw_answer(status, "<html>oops", "text/html") for status in (500, 502, 503, 504)],
    lambda _: slack_error_response("channel_not_found", status=503),
    raw_answer(200, ""),
    raw_answer(200, "<html>", "text/html"),
    raw_answer(200, "{"),
    raw_answer(200, '{"ok": tru'),
    raw_answer(200, "ok", "text/plain"),
    raw_answer(200, "[1, 2]"),
    raw_answer(200, '"x"'),
    raw_answer(200, "null"),
    raw_answer(200, "{}"),
    raw_answer(200, '{"ok": false}'),
    raw_answer(200, '{"ok": false, "error": ["a"]}'),
    raw_answer(200, b'{"ok": "\xff"}'),
    raw_answer(200, "[" * 100_000),
    raw_answer(200, b"\x1f\x8b", "application/gzip"),
    raw_answer(204),
    abort_request,
    half_response,
    late_response,
]


@pytest.mark.parametrize("answer", SLACK_UNCERTAIN_ANSWERS)
async def test_what_may_have_been_sent_is_uncertain_and_not_repeated(
    slack: LoopbackSlackApi, clock: SlackApiClock, answer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SLACK_CALL_SECONDS", 0.3)
    slack.answer("chat.postMessage", answer)
    async with new_slack_session() as session:
        problem = await slack_call_outcome(
            SlackApi(new_slack_client("xoxb-canary", slack.url, session), TokenState("slack"), clock)
        )
    assert isinstance(problem, DeliveryUncertain), problem
    assert SLACK_REASON_PATTERN.fullmatch(str(problem))
    assert len(slack.calls) == 1


@pytest.mark.parametrize("host", ["http://127.0.0.1:1/api", "http://nowhere.invalid/api"])
async def test_without_a_connection_it_was_surely_not_sent(
    host: str, session: aiohttp.ClientSession, clock: SlackApiClock
) -> None:
    api = SlackApi(new_slack_client("xoxb-canary", host, session), TokenState("slack"), clock)
    problem = await slack_call_outcome(api)
    assert (type(problem), str(problem)) == (TryLater, "no_connection")


@pytest.mark.parametrize("name", sorted(PERSON_ERRORS | CONVERSATION_ERRORS))
async def test_an_error_of_the_person_stops_it(our: SlackApi, slack: LoopbackSlackApi, name: str) -> None:
    slack.answer("chat.postMessage", lambda _: slack_error_response(name))
    problem = await slack_call_outcome(our)
    assert isinstance(problem, Undeliverable)
    assert str(problem) == name


@pytest.mark.parametrize("name", sorted(TOKEN_ERRORS))
async def test_a_refused_token_is_not_used_again(
    our: SlackApi, slack: LoopbackSlackApi, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    slack.answer("chat.postMessage", lambda _: slack_error_response(name))
    problems = [
        await slack_call_outcome(our, method) for method in ("chat.postMessage", "chat.postMessage", "users.info")
    ]
    assert [type(problem) for problem in problems] == [TokenRefused] * 3
    assert len(slack.calls) == 1
    assert not our.token.is_accepted
    assert capsys.readouterr().out.count("token is refused") == 1


async def test_many_calls_at_once_close_it_once(
    our: SlackApi, slack: LoopbackSlackApi, capsys: pytest.CaptureFixture[str]
) -> None:
    slack.answer("chat.postMessage", lambda _: slack_error_response("token_revoked"))
    await asyncio.gather(*(slack_call_outcome(our) for _ in range(20)))
    assert capsys.readouterr().out.count("token is refused") == 1


async def test_a_refused_token_is_tried_again_once_a_minute_when_told_so(
    our: SlackApi, slack: LoopbackSlackApi, clock: SlackApiClock
) -> None:
    slack.answer("chat.postMessage", lambda _: slack_error_response("token_revoked"), {"ts": "1.2"})
    slack.answer("auth.test", lambda _: slack_error_response("token_revoked"), {"user_id": "U0"})
    await slack_call_outcome(our)
    assert [await our.retry_token() for _ in range(5)] == [False] * 5
    clock.now += 61
    assert [await our.retry_token() for _ in range(5)] == [False] * 5
    assert len(slack.arguments_for("auth.test")) == 1
    clock.now += 61
    assert await our.retry_token()
    assert await slack_call_outcome(our) is None
    assert await our.retry_token()
    assert len(slack.arguments_for("auth.test")) == 2


RETRY_AFTER = [
    ({"Retry-After": "7"}, 7),
    ({"Retry-After": " 3600 "}, 3600),
    ({"Retry-After": "0"}, 1),
    ({"Retry-After": "999999999"}, 24 * 3600),
    ({}, 30),
    *[({"Retry-After": garbage}, 30) for garbage in ("", "-5", "soon", "1.5", "nan", "9" * 100, "٣", "1_0")],
]


@pytest.mark.parametrize(("headers", "seconds"), RETRY_AFTER)
async def test_after_a_429_its_method_is_left_alone_until_the_time_is_over(
    our: SlackApi, slack: LoopbackSlackApi, clock: SlackApiClock, headers: dict[str, str], seconds: float
) -> None:
    slack.answer("chat.postMessage", lambda _: slack_error_response("ratelimited", 429, **headers), {"ts": "1"})
    slack.answer("users.info", {"user": {}})
    first = await slack_call_outcome(our)
    assert isinstance(first, TryLater)
    assert first.retry_after is not None
    assert first.retry_after.total_seconds() == seconds
    clock.now += seconds - 0.5
    again = await slack_call_outcome(our)
    assert isinstance(again, TryLater)
    assert again.retry_after is not None
    assert again.retry_after.total_seconds() == pytest.approx(0.5)
    assert len(slack.calls) == 1
    assert await slack_call_outcome(our, "users.info") is None
    clock.now += 0.5
    assert await slack_call_outcome(our) is None


RATE_LIMITED_ANSWERS = [
    raw_answer(429, "<html>", "text/html", **{"Retry-After": "9"}),
    raw_answer(429, "{", **{"Retry-After": "9"}),
    raw_answer(429, "slow down", "text/plain", **{"Retry-After": "9"}),
    lambda _: slack_error_response("ratelimited", 200, **{"Retry-After": "9"}),
    lambda _: slack_error_response("rate_limited", 200, **{"Retry-After": "9"}),
]


async def call_post_message(our: SlackApi, channel: str) -> None:
    await our.call("chat.postMessage", channel=channel, text="hi")


async def test_a_429_in_one_channel_keeps_no_other_waiting(
    our: SlackApi, slack: LoopbackSlackApi, clock: SlackApiClock
) -> None:
    slack.answer(
        "chat.postMessage", lambda _: slack_error_response("ratelimited", 429, **{"Retry-After": "30"}), {"ts": "1.2"}
    )
    with pytest.raises(TryLater):
        await call_post_message(our, "D1")
    with pytest.raises(TryLater):
        our.raise_if_held("chat.postMessage", "D1")
    our.raise_if_held("chat.postMessage")
    await call_post_message(our, "D2")
    with pytest.raises(TryLater, match="held"):
        await call_post_message(our, "D1")
    assert [one["channel"] for one in slack.arguments_for("chat.postMessage")] == ["D1", "D2"]
    clock.now += 31
    await call_post_message(our, "D1")


async def test_a_429_in_a_second_channel_meanwhile_is_one_of_the_workspace(
    our: SlackApi, slack: LoopbackSlackApi, clock: SlackApiClock
) -> None:
    slack.answer("chat.postMessage", lambda _: slack_error_response("ratelimited", 429, **{"Retry-After": "30"}))
    for channel in ("D1", "D2", "D3", "D4"):
        with pytest.raises(TryLater):
            await call_post_message(our, channel)
    assert [one["channel"] for one in slack.arguments_for("chat.postMessage")] == ["D1", "D2"]
    with pytest.raises(TryLater):
        our.raise_if_held("chat.postMessage")
    clock.now += 31
    our.raise_if_held("chat.postMessage")


async def test_a_429_in_a_second_channel_when_the_first_is_over_is_that_channels(
    our: SlackApi, slack: LoopbackSlackApi, clock: SlackApiClock
) -> None:
    slack.answer("chat.postMessage", lambda _: slack_error_response("ratelimited", 429, **{"Retry-After": "30"}))
    for channel in ("D1", "D2"):
        with pytest.raises(TryLater):
            await call_post_message(our, channel)
        clock.now += 31
    our.raise_if_held("chat.postMessage", "D3")


@pytest.mark.parametrize("answer", RATE_LIMITED_ANSWERS)
async def test_a_limit_is_known_in_every_dress(our: SlackApi, slack: LoopbackSlackApi, answer: Any) -> None:
    slack.answer("chat.postMessage", answer)
    problem = await slack_call_outcome(our)
    assert isinstance(problem, TryLater)
    assert problem.retry_after is not None
    assert problem.retry_after.total_seconds() == 9


async def test_nothing_of_a_call_is_logged_at_any_level(
    our: SlackApi, slack: LoopbackSlackApi, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    for answer in (
        *SLACK_CERTAIN_REFUSALS,
        *SLACK_UNCERTAIN_ANSWERS[:-1],
        lambda _: slack_error_response("token_revoked"),
    ):
        slack.answer("chat.postMessage", answer)
        with pytest.raises((TryLater, DeliveryUncertain)):
            await our.call("chat.postMessage", channel="D1", text="canary")
    said = caplog.text + "".join(capsys.readouterr())
    assert "canary" not in said
    assert "unheard_of" not in said


@pytest.mark.skipif(not SLACK_API_SPEC.exists(), reason="the lists of Slack's errors are not here")
@pytest.mark.parametrize("method", ["chat.postMessage", "conversations.open", "conversations.history", "users.info"])
async def test_every_listed_error_has_a_class(
    our: SlackApi, slack: LoopbackSlackApi, clock: SlackApiClock, method: str
) -> None:
    listed = json.loads(SLACK_API_SPEC.read_text(encoding="utf-8"))[method]["errors"]
    classes: dict[str, Callable[[Exception | None], bool]] = {
        **dict.fromkeys(TOKEN_ERRORS, lambda problem: isinstance(problem, TokenRefused)),
        **dict.fromkeys(PERSON_ERRORS | CONVERSATION_ERRORS, lambda problem: isinstance(problem, Undeliverable)),
    }
    for name in listed:
        slack.answer(method, lambda _, name=name: slack_error_response(name))
        problem = await slack_call_outcome(our, method)
        assert classes.get(name, lambda problem: isinstance(problem, TryLater))(problem), name
        our.token.mark_accepted()
        clock.now += 60


async def test_a_call_ends_in_its_time(
    slack: LoopbackSlackApi, clock: SlackApiClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SLACK_CALL_SECONDS", 0.2)

    async def never(_request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        return slack_ok_response()

    slack.answer("chat.postMessage", never)
    async with new_slack_session() as session:
        problem = await slack_call_outcome(
            SlackApi(new_slack_client("xoxb-canary", slack.url, session), TokenState("slack"), clock)
        )
    assert isinstance(problem, DeliveryUncertain)
