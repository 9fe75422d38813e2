"""What a platform tells of a member, and what a notification may say."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.messages import Card, Instant
from bot.domain.model import Actor, HostDefaults
from tests.fakes import CONSOLE_ADA, Member

NEW_YORK_ACTOR = Actor(CONSOLE_ADA, "America/New_York", "en-US")


async def test_the_zone_of_the_profile_is_followed_when_it_changes() -> None:
    ada = Member(actor=NEW_YORK_ACTOR)
    await ada.say("add Dana channel: email")
    assert (await ada.core.member_calendar(CONSOLE_ADA)).zone == "America/New_York"
    ada.actor = replace(NEW_YORK_ACTOR, zone="Asia/Kolkata")
    await ada.say("board")
    assert (await ada.core.member_calendar(CONSOLE_ADA)).zone == "Asia/Kolkata"
    assert "Asia/Kolkata (as your profile says)" in await ada.say("settings")


async def test_a_zone_that_was_chosen_stands_whatever_the_profile_says() -> None:
    ada = Member(actor=NEW_YORK_ACTOR)
    await ada.say("settings zone: Berlin")
    ada.actor = replace(NEW_YORK_ACTOR, zone="Asia/Kolkata")
    await ada.say("add Dana channel: email")
    assert (await ada.core.member_calendar(CONSOLE_ADA)).zone == "Europe/Berlin"


async def test_a_platform_that_tells_nothing_for_once_takes_nothing_away() -> None:
    ada = Member(actor=NEW_YORK_ACTOR)
    await ada.say("add Dana channel: email")
    ada.actor = Actor(CONSOLE_ADA)
    await ada.say("log Dana channel: phone when: yesterday")
    assert (await ada.book()).profile.zone == "America/New_York"


async def test_a_made_up_zone_is_not_taken() -> None:
    ada = Member(actor=Actor(CONSOLE_ADA, "Mars/Olympus"))
    await ada.say("add Dana channel: email")
    assert (await ada.core.member_calendar(CONSOLE_ADA)).zone == "Europe/Berlin"


async def test_a_mere_look_at_help_makes_no_book() -> None:
    ada = Member(actor=NEW_YORK_ACTOR)
    await ada.say("help")
    assert await ada.store.load(CONSOLE_ADA) is None


async def test_who_knows_the_zone_is_not_told_of_an_assumed_one() -> None:
    ada = Member(actor=NEW_YORK_ACTOR)
    await ada.say("add Dana channel: email")
    assert "I go by the time of" not in await ada.say("log Dana channel: phone when: yesterday")


async def test_moments_are_said_in_words_to_whoever_lives_by_another_clock_than_their_platform_knows() -> None:
    ada = Member(actor=NEW_YORK_ACTOR)
    await ada.say("plan Dana when: 2026-12-03 15:00")
    await ada.press("Add Dana")
    assert ada.card.has_instants
    await ada.say("settings zone: Berlin")
    await ada.say("show Dana")
    assert "Thu 3 Dec, 21:00" in ada.card.text()
    assert not ada.card.has_instants
    rows = [row for section in (await ada.core.home_page(ada.actor, ada.now)).sections for row in section.rows]
    assert not any(isinstance(span, Instant) for row in rows for span in row.line)


async def test_notifications_name_nobody_for_a_member_who_wants_it_so() -> None:
    ada = Member()
    await ada.say("add Dana channel: email when: 2026-11-02")
    assert ada.card.notification == ""
    await ada.say("settings names: no")
    assert "hidden" in ada.card.text()
    await ada.say("show Dana")
    assert ada.card.notification == "Your board has a word for you."
    [reminder] = await first_sent_cards(ada)
    assert "Dana" in reminder.text()
    assert "Dana" not in reminder.notification
    assert reminder.notification


async def first_sent_cards(ada: Member) -> list[Card]:
    await ada.live("2026-11-25 12:00")
    return [card for _to, card, _key in ada.messenger.delivered]


async def test_a_guess_from_the_language_goes_before_a_host_that_knows_no_place() -> None:
    ada = Member(actor=Actor(CONSOLE_ADA, likely_zone="Asia/Tokyo"), home=HostDefaults("UTC"))
    said = await ada.say("plan Dana when: 2026-12-03 15:00")
    said = await ada.press("Add Dana")
    assert "I go by the time of Asia/Tokyo, a guess from your language." in said
    assert "Change my zone" in [button.label for button in ada.card.buttons]
    assert "Asia/Tokyo (a guess from your language)" in await ada.say("settings")
    assert (await ada.core.member_calendar(CONSOLE_ADA)).zone == "Asia/Tokyo"


async def test_the_hosts_zone_goes_before_a_guess() -> None:
    ada = Member(actor=Actor(CONSOLE_ADA, likely_zone="Asia/Tokyo"))
    await ada.say("add Dana channel: email")
    assert (await ada.core.member_calendar(CONSOLE_ADA)).zone == "Europe/Berlin"


async def test_utc_is_never_taken_in_silence() -> None:
    ada = Member(actor=Actor(CONSOLE_ADA), home=HostDefaults("UTC"))
    await ada.say("plan Dana when: 2026-12-03 15:00")
    assert "I go by the time of UTC" in await ada.press("Add Dana")


async def test_moments_stay_moments_where_the_platform_shows_them_on_the_readers_own_clock() -> None:
    ada = Member(actor=Actor(CONSOLE_ADA))
    await ada.say("settings zone: New York")
    await ada.say("plan Dana when: 2026-12-03 15:00")
    await ada.press("Add Dana")
    assert ada.card.has_instants
