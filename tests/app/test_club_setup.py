"""A club is set up, introduced once, handed over, and ended."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.domain.messages import to_plain_text
from bot.domain.model import ClubKey
from tests.clubs import CLUB_SETUP_LINE, Gathering
from tests.samples import local_instant


async def test_only_whoever_leads_the_place_can_begin() -> None:
    club = Gathering()
    assert (await club["Ben"].say(CLUB_SETUP_LINE)).startswith("That is for the facilitator of your club.")
    assert await club.store.load(club.key) is None
    assert "Nothing is posted yet." in await club["Ann"].say(CLUB_SETUP_LINE)


async def test_the_form_asks_for_all_at_once_and_knows_where_it_was_opened() -> None:
    club = Gathering()
    await club["Ann"].say("/club setup")
    assert club["Ann"].inputs == {"channel": "<#C0CLUB>", "day": "", "hour": "17:00", "zone": "Europe/Berlin"}
    said = await club["Ann"].fill(day="friday", hour="6pm", zone="Lisbon")
    assert "Nothing is posted yet." in said
    meeting = (await club.club()).meeting
    assert (meeting.weekday, f"{meeting.start_time:%H:%M}", meeting.zone) == ("friday", "18:00", "Europe/Lisbon")


async def test_nothing_is_posted_before_the_facilitator_saw_one_of_each_kind() -> None:
    club = Gathering()
    said = await club["Ann"].say(CLUB_SETUP_LINE)
    for kind in ("Introduction: ", "Question: ", "Good news: ", "Week: ", "Who can read this: "):
        assert kind in said
    assert "Counts begin at five members." in said
    await club.live("2026-12-10 12:00")
    assert club.posts == []


async def test_the_introduction_is_posted_once_however_often_it_is_pressed() -> None:
    club = Gathering()
    await club["Ann"].say(CLUB_SETUP_LINE)
    card = club["Ann"].last
    for _ in range(3):
        club["Ann"].last = card
        await club["Ann"].press("Post the introduction")
        await club.sweep()
    [post] = club.posts
    assert [button.label for button in post.buttons] == ["Count me in", "Who can read this?"]


async def test_what_a_second_facilitator_typed_does_not_undo_the_first() -> None:
    club = Gathering()
    club["Ben"].actor = replace(club["Ben"].actor, may_set_up_club=True)
    await asyncio.gather(club["Ann"].say("/club setup"), club["Ben"].say("/club setup"))
    await club["Ann"].fill(day="tuesday")
    said = await club["Ben"].fill(day="friday")
    assert said.startswith("It is set up already.")
    assert "Friday at 17:00, Berlin time?" in said
    assert (await club.club()).meeting.weekday == "tuesday"
    assert (await club.club()).facilitator == club["Ann"].actor.address
    await club["Ben"].press("Change it")
    assert (await club.club()).meeting.weekday == "friday"
    assert (await club.club()).facilitator == club["Ann"].actor.address, "who facilitates is another question"


async def test_a_save_that_meets_another_is_looked_at_anew() -> None:
    club = Gathering()
    await club["Ann"].say(CLUB_SETUP_LINE)
    club.store.conflicts = 1
    await club["Ann"].say("/club busy from: 20 dec until: 5 jan reason: holidays")
    assert len((await club.club()).seasons) == 1


async def test_what_cannot_be_read_is_asked_back_beside_its_question() -> None:
    club = Gathering()
    await club["Ann"].say("/club setup channel: somewhere day: tuesday hour: 18:00 zone: Berlin")
    errors = {input_.name: input_.error for input_ in club["Ann"].form.inputs if input_.error}
    assert errors == {"channel": "Please pick the channel, or type it with # in front."}
    await club["Ann"].fill(channel="<#C0CLUB>", hour="25")
    errors = {input_.name: input_.error for input_ in club["Ann"].form.inputs if input_.error}
    assert errors == {"hour": "I can't tell which hour “25” is. Try “18:00” or “6pm”."}
    await club["Ann"].fill(hour="9", zone="Nowhere")
    assert club["Ann"].form.inputs[3].error.startswith("I don't know the time zone “Nowhere”.")


async def test_the_role_is_handed_over_until_a_day_and_comes_back() -> None:
    club = Gathering()
    await club.set_up_with("Ben")
    await club["Ann"].say("/club facilitator member: <@UBEN> until: 1 dec")
    assert club.private_cards("Ben") == [], "it is asked first"
    await club["Ann"].press("Hand over")
    await club.sweep()
    assert to_plain_text(club.private_cards("Ben")[-1].lines[0]) == "You are the facilitator of your club now."
    assert "too little yet" in await club["Ben"].say("/club pulse")
    assert "too little yet" in await club["Ann"].say("/club pulse"), "whoever handed it over can take it back"
    club.now = local_instant("2026-12-02 09:00")
    assert "for the facilitator" in await club["Ben"].say("/club pulse")


async def test_the_role_is_handed_over_for_good() -> None:
    club = Gathering()
    await club.set_up_with("Ben", "Cleo")
    club["Ann"].actor = replace(club["Ann"].actor, may_set_up_club=False)
    await club["Ann"].say("/club facilitator member: <@UBEN>")
    await club["Ann"].press("Hand over")
    assert "for the facilitator" in await club["Ann"].say("/club pulse")
    await club["Ben"].say("/club facilitator member: <@UCLEO>")
    await club["Ben"].press("Hand over")
    assert (await club.club()).facilitator == club["Cleo"].actor.address


async def test_nobody_hands_over_what_is_not_theirs() -> None:
    club = Gathering()
    await club.set_up_with("Ben")
    for line in ("facilitator member: <@UBEN>", "busy from: today until: 5 jan", "pulse", "setup"):
        assert "for the facilitator" in await club["Ben"].say(f"/club {line}")
    for line in ("introduce", "skipweek", "endclub sure: yes", "unbusy season: x"):
        assert "for the facilitator" in await club["Ben"].press_line(line)


async def test_the_end_is_told_to_each_member_in_private_and_to_no_channel() -> None:
    club = Gathering()
    await club.set_up_with("Ben", "Cleo")
    await club["Ben"].say("add Dana channel: email")
    club.at("2026-11-23 10:05")
    await club["Ann"].press_line("endclub")
    assert (await club.club()).ended_at is None, "it is asked first"
    await club["Ann"].press("End the club")
    await club.live("2026-12-20 12:00")
    assert len(club.posts) == 1
    for name in ("Ben", "Cleo"):
        [word] = [one.text() for one in club.private_cards(name) if "Your club ends here" in one.text()]
        assert "Your board stays yours" in word
        assert (await club[name].book()).memberships == ()
    assert "Dana" in await club["Ben"].say("board")
    assert "has ended" in await club["Ben"].say("/club join")
    await club["Ann"].say(CLUB_SETUP_LINE)
    await club["Ann"].press("Post the introduction")
    await club.sweep()
    assert len(club.posts) == 2, "it can begin anew"
    assert (await club.club()).members == ()


async def test_busy_days_lengthen_the_waits_of_those_who_are_in_and_are_told_as_the_reason() -> None:
    club = Gathering()
    await club.set_up_with("Ben", "Cleo")
    for name in ("Ben", "Zoe"):
        await club[name].say("add Dana channel: email via: Sam")
    await club["Ann"].say("/club busy from: 24 nov until: 4 dec reason: trade fair")
    await club.sweep()
    assert "welcome from Fri 11 Dec" in await club["Ben"].say("show Dana")
    assert "trade fair" in club["Ben"].last.text()
    assert "trade fair" in await club["Ben"].say("why Dana")
    assert "welcome from Mon 30 Nov" in await club["Zoe"].say("show Dana")
    await club["Dov"].say("/club join")
    await club.sweep()
    assert (await club["Dov"].book()).memberships[0].seasons, "also for those who come later"
    await club["Ann"].press("Take it back")
    await club.sweep()
    assert "welcome from Mon 30 Nov" in await club["Ben"].say("show Dana")
    assert club.private_cards("Ben") == [], "nobody is written to about it"


async def test_the_same_busy_days_twice_are_once() -> None:
    club = Gathering()
    await club.set_up_with("Ben")
    for _ in range(2):
        await club["Ann"].say("/club busy from: 20 dec until: 5 jan reason: holidays")
    assert len((await club.club()).seasons) == 1
    assert "before the first day" in await club["Ann"].say("/club busy from: 5 jan until: 20 dec")


async def test_a_club_that_is_set_up_after_its_hour_begins_with_the_next_meeting() -> None:
    club = Gathering(now=local_instant("2026-11-24 19:00"))
    await club.set_up_with("Ben")
    await club.live("2026-11-30 12:00")
    assert len(club.posts) == 1
    await club.live("2026-12-01 18:30")
    assert len(club.posts) == 2


async def test_in_direct_messages_of_discord_the_button_says_which_club_is_meant() -> None:
    """Ann leads two servers; each word of a club carries its own."""
    here, there = Gathering(key=ClubKey("discord", "100")), Gathering(key=ClubKey("discord", "200"))
    there.store, there.messenger = here.store, here.messenger
    for club in (here, there):
        await club.set_up_with()
    await here.live("2026-11-23 18:30")
    first, second = here.private_cards("Ann")
    assert "only you see it now" in first.text()
    member = here.private("Ann")
    for card in (first, second):
        member.last = card
        assert "nothing is posted on" in await member.press("Skip this week")
    assert (await here.club()).skipped_day is not None
    assert (await there.club()).skipped_day is not None
    assert "can't tell here which club" in await member.say("/club leave")


async def test_a_club_that_is_not_theirs_is_not_reached_by_a_button() -> None:
    here = Gathering(key=ClubKey("discord", "100"))
    await here.set_up_with("Ben")
    stranger = here.private("Zoe")
    assert "can't tell here which club" in await stranger.press_line("tips club: 100")


async def test_busy_days_can_be_seen_and_taken_back_later() -> None:
    club = Gathering()
    await club.set_up_with("Ben")
    for days in ("from: 20 dec until: 5 jan reason: holidays", "from: 27 nov until: 27 nov"):
        await club["Ann"].say(f"/club busy {days}")
    assert club["Ann"].last.text().startswith("Fri 27 Nov: waits stand still")
    await club["Ann"].press_line("seasons")
    assert "1. Sun 20 Dec – Tue 5 Jan 2027: holidays" in club["Ann"].last.text()
    await club["Ann"].press("Take back 1")
    assert [season.first.isoformat() for season in (await club.club()).seasons] == ["2026-11-27"]


async def test_whoever_stood_in_hears_that_the_role_is_anothers() -> None:
    club = Gathering()
    await club.set_up_with("Ben", "Cleo")
    await club["Ann"].say("/club facilitator member: <@UBEN> until: 5 jan")
    await club["Ann"].press("Hand over")
    await club["Ann"].say("/club facilitator member: <@UANN>")
    await club["Ann"].press("Hand over")
    await club.sweep()
    assert "leads your club now; thank you" in club.private_cards("Ben")[-1].text()


async def test_an_unknown_word_of_the_club_shows_what_there_is() -> None:
    club = Gathering()
    said = await club["Ben"].say("/club jion")
    assert "Did you mean “join”?" in said
    assert "/club win" in said
    assert "/club win" in await club["Ben"].say("/club help")
    assert "For example: /club win" in await club["Ben"].say("/club help win")
