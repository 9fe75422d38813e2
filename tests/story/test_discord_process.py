"""The story on Discord with the bot in a real process: its clock is moved from outside, and kill -9 comes between."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

from adapters.discord.sync import SYNCED_COMMANDS_KEY
from tests.story.discord_process import InProcess
from tests.story.driver import Said
from tests.story.on_discord import OnDiscord
from tests.story.process import LOOK, MARGIN, fresh, moved_clock
from tests.story.telling import Cast, Telling
from tests.story.test_slack_process import KILL_AFTER, TELL, THOROUGH, same

WHO = Cast(country="DE")
# In each way the whole of what is said must be the same. What another Discord may do otherwise is in `World.plain`;
# with its own clock nothing that the bot does may hang on what time it is there.
WAYS: dict[str, dict[str, Any]] = {"steady": {"monotonic": True}, "plain": {"plain": True, "apart": None}}
if THOROUGH:
    WAYS |= {"wall": {}, "ahead": {"apart": timedelta(minutes=4)}, "behind": {"apart": -timedelta(minutes=4)}}

pytestmark = moved_clock()


async def test_the_story_in_real_processes(tmp_path: Path) -> None:
    calm = Telling(await OnDiscord.open(tmp_path / "calm", WHO.zone, WHO.start, WHO.country), WHO)
    await TELL(calm)
    await calm.console.close()
    # All at once, because each mostly waits.
    heard = await asyncio.gather(*(told_in_a_process(tmp_path / name, calm.said, **how) for name, how in WAYS.items()))
    for said in heard:
        assert said == same(calm.said)


async def told_in_a_process(folder: Path, calm: Sequence[Said], **how: Any) -> list[Said]:
    """`how`: see `InProcess.at`."""
    bot = await InProcess.at(fresh(folder), WHO.zone, WHO.start, WHO.country, **how)
    bot.moments = [one.at.astimezone(UTC) for one in calm if one.kind == "dm"]
    bot.quiet = LOOK + MARGIN if THOROUGH else MARGIN
    story = Telling(bot, WHO, KILL_AFTER)
    try:
        await TELL(story)
    finally:
        await bot.close()
    assert '"level": "error"' not in bot.process.told
    starts = 1 + story.steps // KILL_AFTER
    # A steady clock that jumps ends whatever is waited for: a session that was not greeted yet is begun anew.
    await known_once(bot, starts, at_most=2 * starts if how.get("monotonic") else starts)
    return same(story.said)


async def known_once(bot: InProcess, starts: int, at_most: int) -> None:
    """The commands went out at the first start, and each start began one session, or `at_most` so many in all."""
    assert bot.syncs == 1
    [digest] = json.loads(await bot.memo(SYNCED_COMMANDS_KEY))["scopes"].values()
    assert len(digest) == 64
    assert starts <= len(bot.discord.identifies) <= at_most
