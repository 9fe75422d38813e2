"""Good news and tips: in the member's own words, and with their name only if they say so."""

from __future__ import annotations

import re

import pytest

from tests.clubs import CLUB_SETUP_LINE, Gathering


@pytest.fixture
async def club() -> Gathering:
    gathering = Gathering()
    await gathering.set_up_with("Ann", "Ben", "Cleo")
    return gathering


async def test_with_their_name_or_without(club: Gathering) -> None:
    await club["Ben"].say("/club win I have an interview")
    await club["Ben"].press("Without my name")
    await club["Cleo"].say("/club win So have I")
    await club["Cleo"].press("With my name")
    await club.sweep()
    assert [post.text() for post in club.posts[1:]] == [
        "Good news from one of us, in their own words:\n“I have an interview”",
        "Good news from Cleo, in their own words:\n“So have I”",
    ]


@pytest.mark.parametrize(
    "text", ["Quilla wrote back", "QUILLA!", "a word from Quilla's desk", "Jones said yes", "quílla", "“Quilla”"]
)
async def test_a_contacts_name_is_never_posted(club: Gathering, text: str) -> None:
    await club["Ben"].say("add Quilla Jones")
    assert "a contact's name stays with you" in await club["Ben"].say(f"/club win text: {text}")
    assert "Without my name" not in club["Ben"].buttons
    await club.sweep()
    assert len(club.posts) == 1


async def test_the_same_can_be_said_without_the_name(club: Gathering) -> None:
    await club["Ben"].say("add Quilla Jones")
    await club["Ben"].say("/club win Quilla wrote back, thanks to Quilla Jones")
    await club["Ben"].press("Say “someone” instead")
    await club["Ben"].press("Without my name")
    await club.sweep()
    assert "“Someone wrote back, thanks to someone”" in club.posts[-1].text()


async def test_a_name_that_was_added_meanwhile_is_not_posted_either(club: Gathering) -> None:
    await club["Ben"].say("/club win Quilla wrote back")
    card = club["Ben"].last
    await club["Ben"].say("add Quilla")
    club["Ben"].last = card
    assert "a contact's name stays with you" in await club["Ben"].press("Without my name")


async def test_it_is_offered_after_a_good_answer_with_words_that_name_nobody(club: Gathering) -> None:
    await club["Ben"].say("add Quilla channel: email via: Sam")
    await club.live("2026-12-02 10:00")
    await club["Ben"].say("log Quilla channel: voicemail")
    await club["Ben"].say("reply Quilla kind: answer")
    await club["Ben"].press("Share without Quilla's name")
    await club["Ben"].press("Take these words")
    await club["Ben"].press("Without my name")
    await club.sweep()
    assert "“Somebody I had been waiting for wrote back today." in club.posts[-1].text()


async def test_it_is_offered_after_landing(club: Gathering) -> None:
    await club["Ben"].say("landed")
    await club["Ben"].press("Share good news")
    assert "This goes to" in await club["Ben"].fill(text="I found a place")
    await club["Zoe"].say("landed")
    assert "Share good news" not in club["Zoe"].buttons


async def test_pressed_twice_it_is_posted_once(club: Gathering) -> None:
    await club["Ben"].say("/club win I have an interview")
    card = club["Ben"].last
    for _ in range(3):
        club["Ben"].last = card
        await club["Ben"].press("Without my name")
        await club.sweep()
    assert len(club.posts) == 2


async def test_what_is_posted_of_one_member_has_an_end_whatever_they_do(club: Gathering) -> None:
    cards = []
    for number in range(8):
        await club["Ben"].say(f"/club win text: number-{number}")
        cards.append(club["Ben"].last)
    for card in cards[:3]:
        club["Ben"].last = card
        await club["Ben"].press("Without my name")
    await club["Ben"].say("/club leave")
    await club["Ben"].say("/club join")
    await club["Ben"].say("/club ask about: gardens")
    await club["Ben"].press("Post it")
    for card in cards[3:]:
        club["Ben"].last = card
        assert "as much as I post" in await club["Ben"].press("Without my name")
    club.at("2026-11-24 11:00")
    club["Ben"].last = cards[4]
    assert "on its way" in await club["Ben"].press("Without my name")


async def test_tips_are_found_by_their_words_and_taken_down_by_the_facilitator(club: Gathering) -> None:
    for text in ("Calling in the morning", "Writing short mails"):
        await club["Ben"].press_line("tip")
        await club["Ben"].fill(text=text)
        await club["Ben"].press("Without my name")
    said = await club["Cleo"].say("/club tips search: morning")
    assert "Calling in the morning" in said
    assert "short mails" not in said
    assert "Ben" not in said
    assert not [button for button in club["Cleo"].buttons if button.startswith("Take down")]
    assert "for the facilitator" in await club["Cleo"].press_line(f"tipdown tip: {(await club.club()).tips[0].id}")
    await club["Ann"].say("/club tips search: morning")
    await club["Ann"].press("Take down 1")
    assert "No tip has “morning” in it" in await club["Cleo"].say("/club tips search: morning")
    assert "That is for those who are in" in await club["Zoe"].say("/club tips")


async def test_leaving_takes_all_that_was_shared_out_of_what_is_kept(club: Gathering) -> None:
    await club["Ben"].say("/club win I have an interview")
    await club["Ben"].press("With my name")
    await club["Ben"].press_line("tip text: short mails")
    await club["Ben"].press("With my name")
    await club["Ben"].say("/club leave")
    await club.sweep()
    kept = await club.club()
    assert (kept.wins, kept.tips, kept.posts) == ((), (), ())
    assert len(club.posts) == 1, "what waited to be posted is not posted"


async def test_whoever_is_forgotten_is_forgotten_by_the_club_first(club: Gathering) -> None:
    await club["Ben"].press_line("tip text: short mails")
    await club["Ben"].press("With my name")
    club.store.unavailable = 1
    await club["Ben"].confirm_line("forget contact: me")
    assert "nothing was changed" in club["Ben"].last.text()
    await club["Ben"].confirm_line("forget contact: me")
    kept = await club.club()
    assert club["Ben"].actor.address not in kept.members
    assert kept.tips == ()
    assert await club.store.load(club["Ben"].actor.address) is None


async def test_a_button_whose_answer_was_lost_can_be_pressed_again(club: Gathering) -> None:
    await club["Ben"].say("add Quilla")
    await club["Ben"].say("/club win Quilla wrote back")
    card = club["Ben"].last
    for _ in range(2):
        club["Ben"].last = card
        assert "Someone wrote back" in await club["Ben"].press("Say “someone” instead")


async def test_numbers_links_and_names_are_shown_back_and_are_the_writers_to_say(club: Gathering) -> None:
    for text, warning in (
        ("call me on 030 1234567", "a phone number"),
        ("see https://example.org", "a link or an address"),
        ("thanks to my friend Peter Miller", "a person's name"),
    ):
        assert warning in await club["Ben"].say(f"/club win text: {text}")
    assert "Without my name" in club["Ben"].buttons
    assert "I know only the names on your own board" in await club["Ben"].say("/club win text: a kind talk")


async def test_a_tip_is_taken_down_by_whoever_wrote_it(club: Gathering) -> None:
    await club["Ben"].press_line("tip text: short mails")
    await club["Ben"].press("Without my name")
    await club["Ben"].say("/club tips")
    await club["Ben"].press("Take down 1")
    assert "No tips so far." in await club["Cleo"].say("/club tips")


async def test_the_mirror_tells_all_that_others_can_see(club: Gathering) -> None:
    await club["Ben"].say("/club win I have an interview")
    await club["Ben"].press("With my name")
    await club["Ben"].confirm_line("talk")
    said = await club["Ben"].say("/club mirror")
    assert "Everybody, signed Ben: “I have an interview”" in said
    assert "on Mon 23 Nov that you would like to talk" in said
    said = await club["Cleo"].say("/club mirror")
    assert "Everybody: nothing with your name" in said
    assert "would like to talk" not in said
    await club["Ann"].say("/club mirror")
    assert "Ask the facilitator to talk to me" not in club["Ann"].buttons


@pytest.mark.parametrize(
    ("line", "post"), [("/club win a kind talk", "Without my name"), ("/club ask about: a talk", "Post it")]
)
async def test_a_preview_for_another_channel_is_shown_anew_before_anything_is_posted(line: str, post: str) -> None:
    """Those who read the new channel are not those whom the author had in mind."""
    club = Gathering()
    await club.set_up_with("Ann", "Ben")
    await club["Ben"].say(line)
    await club["Ann"].say(re.sub("<#[^>]*>", "<#C0OTHER>", CLUB_SETUP_LINE))
    await club["Ann"].press("Change it")
    assert (await club.club()).meeting.channel_id == "C0OTHER"
    await club["Ben"].press(post)
    assert [post.key for post in (await club.club()).posts if post.key.startswith(("win", "ask"))] == []
    assert "C0OTHER" in repr(club["Ben"].card)
    await club["Ben"].press(post)
    assert [post.key for post in (await club.club()).posts if post.key.startswith(("win", "ask"))]
