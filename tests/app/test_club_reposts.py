"""A button to post something again, pressed when there is nothing any more that could be posted."""

from __future__ import annotations

import pytest

from bot.domain.errors import DeliveryUncertain
from tests.clubs import CLUB_SETUP_LINE, Gathering


@pytest.mark.parametrize(
    "about", ["ask about: gone", "win about: gone", "digest about: 2026-11-17", "digest about: soon"]
)
async def test_what_is_gone_is_not_posted_again_and_nothing_waits(about: str) -> None:
    club = Gathering()
    await club.set_up_with("Ann")
    assert "I leave it as it is" in await club["Ann"].press_line(f"repost kind: {about}")
    assert (await club.club()).posts == ()


async def test_nothing_is_posted_again_in_a_club_that_has_ended_or_is_not_introduced() -> None:
    club = Gathering()
    await club.set_up_with("Ann")
    mark = (await club.club()).setup_id
    await club["Ann"].confirm_line("endclub")
    for _ in range(2):
        await club["Ann"].press_line(f"repost kind: introduction about: {mark}")
        await club["Ann"].press_line("repost kind: digest about: 2026-11-24")
        assert (await club.club()).posts == ()
        await club["Ann"].say(CLUB_SETUP_LINE)
    await club.live("2026-11-24 19:00")
    assert len(club.posts) == 1, "the first introduction"


@pytest.mark.parametrize(("pressed", "posts"), [("Leave it", 0), ("Post it again", 1)])
async def test_the_author_of_a_post_says_what_becomes_of_it(pressed: str, posts: int) -> None:
    club = Gathering()
    await club.set_up_with("Ann", "Ben")
    await club.sweep()
    club.messenger.can_look_up, club.messenger.troubles = False, [DeliveryUncertain("lost")]
    await club["Ben"].say("/club win a kind talk")
    await club["Ben"].press("Without my name")
    await club.live("2026-11-23 20:00")
    club.messenger.troubles = []
    assert (await club.club()).unconfirmed_posts
    await club.press_last("Ben", pressed)
    assert (await club.club()).unconfirmed_posts == ()
    await club.live("2026-11-23 22:00")
    assert len([card for card in club.posts if "a kind talk" in card.text()]) == posts
