"""The home of the app: drawn when it is opened and after each change, and nobody greeted twice."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

from adapters.common.rate_limits import RateLimiter
from adapters.slack.inbound import SLACK_PLATFORM
from bot.domain.model import Address
from tests.adapters.slack.workspace import ADD_EMAILED_DANA, SLACK_TEAM_ID, SlackWorkspace
from tests.fakes_slack import SlackUser, faults


def count_published_homes(club: SlackWorkspace, user: str = "U0ADA") -> int:
    return len([call for call in club.slack.called("views.publish") if call.arguments["user_id"] == user])


async def test_the_home_is_published_when_it_is_opened_and_after_each_change(either: SlackWorkspace) -> None:
    await either.ada.open_home()
    await either.idle()
    assert count_published_homes(either) == 1
    await either.says(ADD_EMAILED_DANA)
    home = either.ada.home
    assert home is not None
    assert "Dana until Tue 8 Dec" in home.said
    await either.says("reply Dana kind: answer")
    assert "Dana (heard from" in home.said
    await either.says("undo")
    assert "Dana until Tue 8 Dec" in home.said


async def test_a_home_that_would_look_the_same_is_not_published_again(club: SlackWorkspace) -> None:
    await club.ada.open_home()
    await club.says(ADD_EMAILED_DANA)
    before = count_published_homes(club)
    await club.says("board")
    await club.says("edit Dana note: not shown in the home")
    await club.ada.write("Dana")
    await club.idle()
    assert count_published_homes(club) == before


async def test_the_home_is_drawn_at_an_opening_whatever_slack_still_has_of_it(club: SlackWorkspace) -> None:
    await club.says(ADD_EMAILED_DANA)
    await club.restart()
    for times in (2, 3):
        await club.ada.open_home()
        await club.idle()
        assert count_published_homes(club) == times
        club.bot._homes._now = lambda: time.monotonic() + 61


async def test_a_member_who_opens_and_leaves_the_tab_again_and_again_makes_no_storm(club: SlackWorkspace) -> None:
    await club.says(ADD_EMAILED_DANA)
    club.bot._homes._drawn.clear()
    before, looks = count_published_homes(club), club.store.looks
    club.slack.fail("views.publish", with_=faults.slow(0.3))
    await asyncio.gather(*(club.ada.open_home() for _ in range(15)))
    await club.idle()
    assert count_published_homes(club) == before + 1
    assert club.store.looks - looks <= 15 + 5, "one look a greeting, and a few drawings"


async def test_a_slow_drawing_of_the_old_book_never_lands_after_the_new_one(club: SlackWorkspace) -> None:
    await club.says(ADD_EMAILED_DANA)
    club.slack.fail("views.publish", with_=faults.slow(0.3))
    await club.ada.command("/outreach", "add Sam channel: none")
    await club.slack.until(lambda: count_published_homes(club) == 2)
    await club.ada.command("/outreach", "forget me")
    await club.pressed("Erase my book")
    assert club.ada.home is not None
    assert "Sam" not in club.ada.home.said
    assert "Dana" not in club.ada.home.said
    assert "Waiting to hear back is hard" in club.ada.home.said


async def test_drawing_keeps_to_the_pace_that_slack_allows(club: SlackWorkspace) -> None:
    now = time.monotonic()
    club.bot._homes._publish_limiter = RateLimiter(2, 5, time.monotonic)
    owners = [Address(SLACK_PLATFORM, f"U{number}", SLACK_TEAM_ID) for number in range(5)]
    for owner in owners:
        club.slack.world.users[owner.user] = SlackUser(owner.user)
        club.bot._homes.schedule_drawing(owner)
    await club.idle()
    assert len(club.slack.called("views.publish")) == 5
    assert time.monotonic() - now >= 3 / 5


async def test_a_home_that_slack_wants_later_is_drawn_later_by_itself(club: SlackWorkspace) -> None:
    club.slack.fail("views.publish", with_=faults.limited(1))
    await club.says(ADD_EMAILED_DANA)
    assert club.ada.home is None
    club.clock.move(club.clock.now() + timedelta(seconds=2))
    await club.slack.until(lambda: club.ada.home is not None)
    assert club.ada.home is not None
    assert "Dana" in club.ada.home.said
    assert count_published_homes(club) == 2


async def test_profiles_are_asked_for_drawings_only_where_the_pace_leaves_room(club: SlackWorkspace) -> None:
    await club.says(ADD_EMAILED_DANA)
    club.bot._profiles._cache.clear()
    club.bot._profiles._pacer._free_at = time.monotonic() + 60
    asked = len(club.slack.called("users.info"))
    club.bot._homes.schedule_drawing(Address(SLACK_PLATFORM, "U0ADA", SLACK_TEAM_ID))
    await club.idle()
    assert len(club.slack.called("users.info")) == asked


async def test_several_changes_at_once_are_one_drawing(club: SlackWorkspace) -> None:
    club.bot._homes._debounce_seconds = 0.1
    for name in ("Dana", "Sam", "Priya"):
        await club.ada.command("/outreach", f"add {name} channel: none")
    await club.idle()
    assert count_published_homes(club) == 1
    assert club.store.looks == 3 + 1, "each command, and one drawing"
    assert club.ada.home is not None
    assert all(name in club.ada.home.said for name in ("Dana", "Sam", "Priya"))


async def test_a_home_is_drawn_one_time_after_the_other_so_that_an_older_one_never_comes_last(
    club: SlackWorkspace,
) -> None:
    club.slack.fail("views.publish", with_=faults.hang(0.3))
    await club.ada.command("/outreach", "add Sam channel: none")
    await club.slack.until(lambda: count_published_homes(club))
    await club.ada.command("/outreach", ADD_EMAILED_DANA)
    await asyncio.sleep(0.1)
    assert count_published_homes(club) == 1
    await club.idle()
    assert count_published_homes(club) == 2
    assert club.ada.home is not None
    assert "Dana" in club.ada.home.said


async def test_a_home_that_could_not_be_published_is_drawn_with_the_next_change(club: SlackWorkspace) -> None:
    club.slack.fail("views.publish", with_=faults.status(500))
    await club.says(ADD_EMAILED_DANA)
    assert club.ada.home is None
    await club.says("edit Dana note: not shown in the home")
    assert club.ada.home is not None
    assert "Dana" in club.ada.home.said


async def test_the_home_tells_of_a_reminder_that_went_out(club: SlackWorkspace) -> None:
    await club.says(ADD_EMAILED_DANA)
    home = club.ada.home
    assert home is not None
    assert "It's okay" not in home.said
    await club.reminded()
    assert "It's okay to e-mail" in home.said


async def test_after_forget_me_the_home_is_that_of_a_newcomer(club: SlackWorkspace) -> None:
    await club.says(ADD_EMAILED_DANA)
    home = club.ada.home
    assert home is not None
    await club.says("forget me")
    await club.pressed("Erase my book")
    assert "Dana" not in home.said
    assert "Waiting to hear back is hard" in home.said
    assert await club.book() is None


async def test_a_newcomer_is_greeted_once_over_all_tabs_and_restarts(kept: SlackWorkspace) -> None:
    for tab in ("messages", "home", "messages"):
        await kept.ada.open_home(tab)
    await kept.slack.repeat()
    await kept.idle()
    await kept.restart()
    await kept.ada.open_home("messages")
    await kept.ada.open_home()
    await kept.idle()
    [greeting] = kept.ada.received
    assert "Waiting to hear back is hard" in greeting.said


async def test_somebody_who_began_with_a_command_is_not_greeted(club: SlackWorkspace) -> None:
    await club.says(ADD_EMAILED_DANA)
    await club.ada.open_home()
    await club.idle()
    assert club.ada.received == []


async def test_a_home_shows_nobody_elses_contacts(club: SlackWorkspace) -> None:
    await club.says(ADD_EMAILED_DANA)
    await club.says("add Priya channel: email", club.lee)
    await club.ada.open_home()
    await club.lee.open_home()
    await club.idle()
    assert club.ada.home is not None
    assert club.lee.home is not None
    assert ("Dana" in club.ada.home.said, "Priya" in club.ada.home.said) == (True, False)
    assert ("Dana" in club.lee.home.said, "Priya" in club.lee.home.said) == (False, True)


async def test_whose_profile_is_not_known_is_greeted_another_time(club: SlackWorkspace) -> None:
    club.slack.fail("users.info", with_=faults.status(500), times=1)
    await club.ada.open_home()
    await club.idle()
    assert (await club.book(), club.ada.received) == (None, [])
    await club.ada.open_home()
    await club.idle()
    assert len(club.ada.received) == 1
