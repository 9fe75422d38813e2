"""Each answer that a platform can give to a message, whether or not the message was stored: what it is taken for, and
what becomes of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from adapters.discord import api as discord_web
from bot.domain.model import Book, DeliveryState
from tests.fakes_discord import faults as discord_faults
from tests.fakes_slack import faults as slack_faults
from tests.faults.figures import report_figure
from tests.faults.member_crowd import MemberCrowd, open_member_crowd, platform_rate_limit

LOOKED_AFTER_HOURS = 7  # within the hours in which members are written to

MEANING_LOST, MEANING_REFUSED, MEANING_CLOSED = "may have been sent", "surely not sent", "not to this person"


@dataclass(frozen=True)
class AnswerCase:
    """`meaning`: what the answer has to be taken for. `stored`: whether the message is there all the same."""

    platform: str
    failure: Any
    meaning: str
    stored: bool

    @property
    def name(self) -> str:
        return f"{self.platform}: {self.failure.name}{', stored' if self.stored else ''}"


def common_failures(faults: Any) -> Iterator[Any]:
    """What both can say, of which nobody can tell whether it was done."""
    yield from (faults.status(code) for code in (500, 502, 503, 504, 520, 524))
    yield from (faults.html(502), faults.html(503), faults.empty(), faults.bad_json(), faults.dropped())
    yield faults.html(200)


def discord_answers() -> Iterator[tuple[Any, str]]:
    error, failure = discord_faults.error, discord_faults.Failure
    lost = (failure("list", 200, "[]"), failure("null", 200, "null"), failure("error 500", 500, '{"code": 0}'))
    yield from ((one, MEANING_LOST) for one in (*common_failures(discord_faults), *lost))
    refused = ((400, 50035), (400, 50006), (400, 0), (403, 50013), (403, 99_999), (404, 10003), (405, 0), (413, 40005))
    yield from ((error(status, code, "no"), MEANING_REFUSED) for status, code in refused)
    yield from ((error(status, code, "no"), MEANING_REFUSED) for status, code in ((403, 40003), (403, 20026)))
    yield from (
        (platform_rate_limit("discord", 5, **dress), MEANING_REFUSED)
        for dress in ({}, {"everywhere": True}, {"via": False})
    )
    closed = ((403, 50001), (403, 50007), (403, 50278), (404, 10013))
    yield from ((error(status, code, "no"), MEANING_CLOSED) for status, code in closed)


def slack_answers() -> Iterator[tuple[Any, str]]:
    error = slack_faults.error
    lost = (error(name) for name in ("fatal_error", "internal_error", "service_unavailable"))
    yield from ((one, MEANING_LOST) for one in (*common_failures(slack_faults), *lost))
    refused = ("invalid_blocks", "msg_too_long", "no_text", "restricted_action", "missing_scope", "ekm_access_denied")
    yield from ((error(name), MEANING_REFUSED) for name in (*refused, "unheard_of", "ratelimited", "rate_limited"))
    yield from ((slack_faults.status(code), MEANING_REFUSED) for code in (400, 403, 404, 413))
    yield from ((slack_faults.limited(rest), MEANING_REFUSED) for rest in (5, None, "soon", "1e9"))
    yield from ((error(name), MEANING_CLOSED) for name in ("user_disabled", "user_not_found", "cannot_dm_bot"))


def answer_cases() -> Iterator[AnswerCase]:
    for platform, answers in (("discord", discord_answers()), ("slack", slack_answers())):
        for failure, meaning in answers:
            for stored in (False, True) if meaning is MEANING_LOST else (False,):
                yield AnswerCase(platform, failure, meaning, stored)


ANSWER_CASES = tuple(answer_cases())


@pytest.fixture(autouse=True)
def _in_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """discord.py repeats some requests by itself; those pauses are over soon, because the whole call is cut short."""
    monkeypatch.setattr(discord_web, "DISCORD_CALL_SECONDS", 0.5)


@pytest.mark.parametrize("case", ANSWER_CASES, ids=lambda one: one.name)
async def test_an_answer_is_taken_for_what_it_is_and_makes_one_message(case: AnswerCase) -> None:
    async with open_member_crowd(case.platform, 1) as place:
        # discord.py may try twice at once: that is one try of ours, and each of its requests is answered alike
        fault = place.fail(case.failure, stored=case.stored, times=None)
        await place.core.sweep(place.now())
        fault.undo()
        book = await place.book(place.people[0])
        assert recorded_meaning(book) == case.meaning
        assert place.count_copies().total() == case.stored
        await place.wait(hours=LOOKED_AFTER_HOURS)
        assert place.count_copies().total() == (case.meaning is not MEANING_CLOSED)
        assert place.early_requests() == []
        assert await is_settled_without_loss(place)
    report_figure("answers", cases=1, lost=0, twice=0)


def recorded_meaning(book: Book) -> str:
    """What was written down after the first try."""
    if book.unreachable_reason:
        return MEANING_CLOSED
    [envelope] = book.envelopes
    return MEANING_LOST if envelope.state is DeliveryState.SENDING else MEANING_REFUSED


async def is_settled_without_loss(place: MemberCrowd) -> bool:
    """Whether nothing is left over, and nothing lost."""
    book = await place.book(place.people[0])
    return not book.envelopes and (bool(book.unreachable_reason) or len(book.sent_reminders) == 1)


def test_there_are_enough_of_them() -> None:
    assert len(ANSWER_CASES) >= 60
    assert {case_.meaning for case_ in ANSWER_CASES if case_.platform == "slack"} == {
        MEANING_LOST,
        MEANING_REFUSED,
        MEANING_CLOSED,
    }
