"""What every platform does with a member's action, without a platform."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from adapters.common.deadline import ResponseTiming
from adapters.common.intake import ACTION_BURST, FLOOD_NOTICE_SECONDS, Intake
from adapters.common.tasks import BackgroundTasks
from bot.domain.messages import Card, Response


class RecordingIntake(Intake):
    """On a clock that stands unless it is moved; `notices` are the users who were told to slow down."""

    def __init__(self) -> None:
        self.seconds = 100.0
        self.notices: list[str] = []
        self.tasks = BackgroundTasks()
        utc_now, timing = (lambda: datetime.fromtimestamp(self.seconds, UTC)), ResponseTiming(first_response=0.3)
        super().__init__(self.tasks, utc_now, lambda: self.seconds, timing)

    async def _send_notice(self, user: str) -> None:
        self.notices.append(user)

    def take(self, user: str, event_id: str) -> bool:
        return not self._is_repeat_or_flood(user, event_id, lambda _: self._send_notice(user))


def test_an_event_is_taken_once_and_one_without_an_id_always() -> None:
    intake = RecordingIntake()
    assert [intake.take("ada", event) for event in ("e1", "e1", "e2", "", "")] == [True, False, True, True, True]


async def test_who_is_too_fast_is_told_once_a_minute_and_no_other_is_held_up() -> None:
    intake = RecordingIntake()
    taken = [intake.take("ada", f"e{number}") for number in range(ACTION_BURST + 5)]
    assert taken == [True] * ACTION_BURST + [False] * 5
    assert intake.take("lee", "e1000")
    intake.seconds += FLOOD_NOTICE_SECONDS
    for number in range(ACTION_BURST + 5):
        intake.take("ada", f"later{number}")
    await intake.tasks.wait_until_idle()
    assert intake.notices == ["ada", "ada"]


async def test_what_a_member_does_waits_for_what_they_did_before_and_for_nobody_else() -> None:
    intake, gate, done = RecordingIntake(), asyncio.Event(), []
    late: list[Response] = []

    async def act(name: str) -> Card:
        if name == "slow":
            await gate.wait()
        done.append(name)
        return Card((), quote=name)

    async def on_late(task: asyncio.Task[Response]) -> None:
        late.append(await task)

    assert await intake._respond_in_turn("ada", lambda: act("slow"), on_late) is None
    assert await intake._respond_in_turn("ada", lambda: act("quick"), on_late) is None
    assert await intake._respond_in_turn("lee", lambda: act("other"), on_late) == Card((), quote="other")
    gate.set()
    await intake.tasks.wait_until_idle()
    assert done == ["other", "slow", "quick"]
    assert late == [Card((), quote="slow"), Card((), quote="quick")]
