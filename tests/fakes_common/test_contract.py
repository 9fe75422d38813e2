"""What both fakes promise to tests, seen through the libraries of the vendors."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from tests.fakes_common import failures
from tests.fakes_common.failures import Failure
from tests.fakes_common.probes import FakeProbe


async def refusal_of(probe: FakeProbe, call: Any) -> str:
    """How the platform has answered a call that must fail."""
    with pytest.raises(probe.errors):
        await call
    return str(probe.fake.calls[-1].answered[-1])


async def test_a_message_arrives_in_one_inbox_and_is_read_back(probe: FakeProbe) -> None:
    for text in ("one", "two", "three"):
        await probe.send(text)
    assert [one.said for one in probe.received] == ["one", "two", "three"]
    assert await probe.history(limit=2) == ["three", "two"]
    assert [call.answered for call in probe.fake.called(probe.send_name)] == [[probe.ok]] * 3
    assert probe.noted == []


async def test_what_the_platform_refuses_is_answered_in_its_words(probe: FakeProbe) -> None:
    for answered, note, name, given in probe.refused_calls():
        before = len(probe.noted)
        assert await refusal_of(probe, probe.call(name, **given)) == answered
        assert [note in one for one in probe.noted[before:]] == [True] * bool(note)
    assert probe.received == []


async def test_a_body_that_is_not_as_the_vendor_has_published_is_noted(probe: FakeProbe) -> None:
    if not probe.interface:
        pytest.skip("the published interface is not beside the checkout")
    await probe.send("x", tts="loud")
    assert ["tts" in one for one in probe.noted] == [True]


async def test_a_room_takes_no_post_that_it_may_not_take(probe: FakeProbe) -> None:
    await probe.send("We meet.", (room := probe.room()).id)
    for error, part, value in probe.closed_rooms:
        before = getattr(room, part)
        setattr(room, part, value)
        assert await refusal_of(probe, probe.send("We meet.", room.id)) == error
        setattr(room, part, before)


@pytest.mark.parametrize("stored", [False, True])
@pytest.mark.parametrize(
    "failure", [failures.html(503), failures.status(503), failures.dropped()], ids=lambda one: one.name
)
async def test_the_next_call_alone_fails_before_or_after_its_effect(
    probe: FakeProbe, failure: Failure, stored: bool
) -> None:
    probe.fake.fail(probe.send_name, with_=failure, stored=stored)
    assert await refusal_of(probe, probe.send("lost")) == failure.name
    await probe.send("well")
    assert [one.said for one in probe.received] == ["lost", "well"][not stored :]
    assert [call.answered for call in probe.fake.called(probe.send_name)] == [
        [probe.ok, failure.name][not stored :],
        [probe.ok],
    ]


@pytest.mark.parametrize(
    "failure", [failures.html(200), failures.empty(), failures.bad_json()], ids=lambda one: one.name
)
async def test_any_call_fails_until_it_is_over(probe: FakeProbe, failure: Failure) -> None:
    fault = probe.fake.fail(with_=failure, times=None)
    for _ in range(2):
        assert await refusal_of(probe, probe.name_of_lee()) == failure.name
    fault.undo()
    assert (await probe.name_of_lee(), fault.happened) == ("lee", 2)


async def test_an_answer_hangs_or_is_slow(probe: FakeProbe) -> None:
    probe.fake.fail(probe.send_name, with_=failures.hang())
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(probe.send("lost"), 0.1)
    probe.fake.fail(probe.send_name, with_=failures.slow(0.1))
    begun = time.monotonic()
    await probe.send("well")
    assert time.monotonic() - begun >= 0.1
    assert [one.said for one in probe.received] == ["well"]


async def test_who_asks_before_a_retry_after_is_over_is_refused_and_noted(probe: FakeProbe) -> None:
    probe.fake.fail(probe.send_name, with_=probe.limited(30))
    for wait, answered in ((0, "429"), (29, "early")):
        probe.fake.clock.move(wait)
        assert await refusal_of(probe, probe.send("x")) == answered
    assert [one.partition(",")[0] for one in probe.noted] == [f"early: {probe.send_name}"]
    probe.fake.clock.move(1)
    await probe.send("x")
    assert len(probe.noted) == 1


async def test_a_platform_that_was_away_is_found_again_at_its_address(probe: FakeProbe) -> None:
    await probe.send("before")
    address = probe.fake.world.url
    await probe.fake.down()
    assert probe.fake.open_lines == []
    await probe.fake.up()
    assert probe.fake.world.url == address
    await probe.fake.connected()
    await probe.write("hello")
    await probe.fake.until(lambda: len(probe.received) == 2)
    assert [one.said for one in probe.received] == ["before", "You wrote: hello"]
