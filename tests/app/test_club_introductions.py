"""A question for the club: nobody is named before both sides said yes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.model import OfferStatus
from tests.clubs import Gathering

ASK_ABOUT_DESIGN = "/club ask company: Acme about: how their design team works"


@pytest.fixture
async def club() -> Gathering:
    """Six are in, and Ben has asked."""
    gathering = Gathering()
    await gathering.set_up_with("Ann", "Ben", "Cleo", "Dov", "Eve", "Fay")
    await gathering["Ben"].say(ASK_ABOUT_DESIGN)
    await gathering["Ben"].press("Post it")
    await gathering.sweep()
    return gathering


async def offer_to_introduce(club: Gathering, name: str, share: str = "I worked with one of them") -> None:
    await club.press_post(name, "I may know someone", club.posts[1])
    await club[name].fill(share=share, how="introduce")


async def test_the_post_is_anonymous_and_made_once_however_often_it_is_pressed(club: Gathering) -> None:
    await club["Cleo"].say(ASK_ABOUT_DESIGN)
    card = club["Cleo"].last
    for _ in range(3):
        club["Cleo"].last = card
        assert "on its way" in await club["Cleo"].press("Post it")
        await club.sweep()
    assert len(club.posts) == 3
    for post in club.posts[1:]:
        assert not {"Ben", "Cleo", "UBEN", "UCLEO"} & set(post.text().replace(".", " ").split())


async def test_with_both_sides_yes_the_two_are_introduced_in_private(club: Gathering) -> None:
    await offer_to_introduce(club, "Cleo")
    await club.sweep()
    assert club.private_cards("Ben") == [], "the contact is asked first"
    await club["Cleo"].press("They said yes")
    await club.sweep()
    assert "Cleo" not in club.private_cards("Ben")[-1].text()
    await club.press_last("Ben", "Yes, introduce us")
    await club.sweep()
    assert "You and Cleo both said yes, about Acme." in club.private_cards("Ben")[-1].text()
    assert "You and Ben both said yes, about Acme." in club.private_cards("Cleo")[-1].text()
    assert len(club.posts) == 2
    assert "closed" in await club.press_post("Dov", "I may know someone", club.posts[1])


async def test_each_no_is_silent(club: Gathering) -> None:
    await offer_to_introduce(club, "Cleo")
    await club["Cleo"].press("They'd rather not")
    await offer_to_introduce(club, "Dov")
    await club["Dov"].press("They said yes")
    await club.sweep()
    assert len(club.private_cards("Ben")) == 1
    before = (club.private_cards("Cleo"), club.private_cards("Dov"))
    await club.press_last("Ben", "No, thank you")
    await club.live("2026-11-24 12:00")
    assert (club.private_cards("Cleo"), club.private_cards("Dov")) == before
    assert "No match yet." in await club.press_post("Ben", "I may know someone", club.posts[1])


async def test_after_two_weeks_it_is_closed_with_thanks(club: Gathering) -> None:
    await offer_to_introduce(club, "Cleo")
    await club.live("2026-12-07 12:00")
    [word] = [one.text() for one in club.private_cards("Ben") if "two weeks" in one.text()]
    assert "No match yet; thank you for asking." in word
    [thanks] = [one.text() for one in club.private_cards("Cleo") if "Thank you for offering" in one.text()]
    assert "Ben" not in thanks
    assert "closed" in await club.press_post("Dov", "I may know someone", club.posts[1])
    assert "closed" in await club["Cleo"].press_line(f"theysaid ask: {(await club.club()).questions[0].id} yes: yes")


async def test_pressed_twice_the_helper_sees_how_it_stands(club: Gathering) -> None:
    await offer_to_introduce(club, "Cleo")
    card = club["Cleo"].last
    assert "Please ask your contact first" in await club.press_post("Cleo", "I may know someone", club.posts[1])
    for _ in range(2):
        club["Cleo"].last = card
        await club["Cleo"].press("They said yes")
    await club.sweep()
    assert len(club.private_cards("Ben")) == 1
    club["Cleo"].last = card
    assert "I've asked the member" in await club["Cleo"].press("They'd rather not"), "what was said stands"


@pytest.mark.parametrize(
    ("said", "warning"),
    [
        ("call me at +49 30 1234567", "phone number"),
        ("see https://example.org/me", "a link or an address"),
        ("write to me@example.org", "a link or an address"),
        ("what Quilla does there", "names one of your contacts"),
    ],
)
async def test_what_should_not_be_public_is_shown_back_and_not_posted(club: Gathering, said: str, warning: str) -> None:
    await club["Dov"].say("add Quilla Jones channel: email")
    assert warning in await club["Dov"].say(f"/club ask about: {said}")
    assert club["Dov"].buttons == ["Change it"]
    await club["Dov"].press("Change it")
    assert club["Dov"].inputs["about"] == said
    await club["Dov"].fill(about="the work of a nurse")
    assert club["Dov"].buttons == ["Post it", "Change it", "Not now"]


async def test_what_may_be_a_name_is_shown_back_and_can_be_posted(club: Gathering) -> None:
    assert "a person's name" in await club["Dov"].say("/club ask about: I would like to meet John Smith")
    assert club["Dov"].buttons == ["Change it", "Post it", "Not now"]


async def test_a_contact_that_was_added_meanwhile_is_not_posted_either(club: Gathering) -> None:
    await club["Dov"].say("/club ask about: what Quilla does")
    card = club["Dov"].last
    await club["Dov"].say("add Quilla")
    club["Dov"].last = card
    assert "names one of your contacts" in await club["Dov"].press("Post it")
    await club.sweep()
    assert len(club.posts) == 2


async def test_what_the_helper_shares_names_nobody_of_theirs(club: Gathering) -> None:
    await club["Cleo"].say("add Quilla")
    await offer_to_introduce(club, "Cleo", "my friend Quilla is there")
    assert "It names one of your contacts" in club["Cleo"].last.text()
    await club["Cleo"].press("Change it")
    assert "Please ask your contact first" in await club["Cleo"].fill(share="a friend is there")


async def test_an_asker_who_leaves_is_asked_for_no_more(club: Gathering) -> None:
    await offer_to_introduce(club, "Cleo")
    await club["Ben"].say("/club leave")
    await club.sweep()
    assert "Thank you for offering" in club.private_cards("Cleo")[-1].text()
    assert "closed" in await club["Cleo"].press("They said yes")
    assert (await club.club()).questions == ()


async def test_an_asker_whose_account_is_closed_is_asked_for_no_more(club: Gathering) -> None:
    await offer_to_introduce(club, "Cleo")
    await club["Ben"].core.update_account(club["Ben"].actor, club.now, has_left=True)
    await club.sweep()
    assert (await club.club()).questions == ()
    assert "closed" in await club["Cleo"].press("They said yes")


async def test_a_helper_who_leaves_is_not_heard_of_any_more(club: Gathering) -> None:
    await offer_to_introduce(club, "Cleo")
    await club["Cleo"].press("They said yes")
    await club["Cleo"].say("/club leave")
    await club.live("2026-11-24 12:00")
    assert club.private_cards("Ben") == [], "also when it was on its way"


async def test_the_questions_of_one_member_are_two_at_a_time(club: Gathering) -> None:
    await club["Ben"].say("/club ask about: the work of a nurse")
    await club["Ben"].press("Post it")
    assert "as many as I post at a time" in await club["Ben"].say("/club ask about: gardens")
    await club["Ben"].press("Take back 1")
    assert "without your name" in await club["Ben"].say("/club ask about: gardens")


async def test_another_member_cannot_answer_for_the_asker_or_the_helper(club: Gathering) -> None:
    await offer_to_introduce(club, "Cleo")
    await club["Cleo"].press("They said yes")
    [ask] = (await club.club()).questions
    for line in (f"acceptintro ask: {ask.id} offer: {ask.offers[0].id} yes: yes", f"withdraw ask: {ask.id}"):
        assert "can't find that" in await club["Dov"].press_line(line)
    assert "can't find that" in await club["Dov"].press_line(f"theysaid ask: {ask.id} yes: no")
    assert (await club.club()).questions[0].offers[0].status is OfferStatus.WILLING


async def test_the_stalemate_message_leads_here_with_the_company_alone(club: Gathering) -> None:
    await club["Dov"].say("add Quilla company: Borealis note: secret")
    await club["Dov"].say("show Quilla")
    [contact] = (await club["Dov"].book()).contacts
    await club["Dov"].press_line(f"askclub contact: #{contact.id}")
    assert club["Dov"].inputs == {"company": "Borealis", "about": ""}
    assert "without your name" in await club["Dov"].fill(about="their way of working")


async def test_whoever_is_not_in_is_asked_to_join_and_loses_nothing(club: Gathering) -> None:
    assert "That is for those who are in" in await club["Zoe"].say("/club ask about: the work of a nurse")
    assert "You're in" in await club["Zoe"].press("Count me in")
    assert "without your name" in await club["Zoe"].press("Go on")
    assert "the work of a nurse" in club["Zoe"].last.text()


async def test_whoever_declined_may_offer_again(club: Gathering) -> None:
    await offer_to_introduce(club, "Cleo")
    await club["Cleo"].press("They'd rather not")
    await offer_to_introduce(club, "Cleo", "another friend is there")
    await club["Cleo"].press("They said yes")
    await club.sweep()
    assert "another friend is there" in club.private_cards("Ben")[-1].text()


async def test_nothing_is_said_in_the_night_and_nothing_to_whoever_left_meanwhile(club: Gathering) -> None:
    club.at("2026-11-23 23:00")
    await offer_to_introduce(club, "Cleo")
    await club["Cleo"].press("They said yes")
    await club.sweep()
    assert club.private_cards("Ben") == []
    await club["Ben"].say("/club leave")
    await club.live("2026-11-24 12:00")
    assert club.private_cards("Ben") == []
    assert "Thank you for offering" in club.private_cards("Cleo")[-1].text()


async def test_a_word_that_is_on_its_way_to_whoever_leaves_is_not_said(club: Gathering) -> None:
    """The club has written the letter, and nobody has taken it to the book yet."""
    await offer_to_introduce(club, "Cleo")
    await club["Cleo"].press("They said yes")
    assert len((await club.club()).outgoing_notes) == 1
    await club["Ben"].say("/club leave")
    await club.live("2026-11-24 12:00")
    assert club.private_cards("Ben") == []


async def test_a_letter_that_is_brought_twice_is_said_once(club: Gathering) -> None:
    await offer_to_introduce(club, "Cleo")
    await club["Cleo"].press("They said yes")
    letters = (await club.club()).outgoing_notes
    await club.sweep()
    assert len(club.private_cards("Ben")) == 1
    await club.store.save(replace(await club.club(), outgoing_notes=letters, wake_at=club.now))
    await club.sweep()
    assert len(club.private_cards("Ben")) == 1


async def test_a_question_is_withdrawn_by_whoever_asked_it(club: Gathering) -> None:
    await offer_to_introduce(club, "Cleo")
    await club.press_post("Ben", "I may know someone", club.posts[1])
    assert "Taken back" in await club["Ben"].press("Take it back")
    await club.sweep()
    assert "Thank you for offering" in club.private_cards("Cleo")[-1].text()
    assert "closed" in await club.press_post("Dov", "I may know someone", club.posts[1])


async def test_to_the_helper_a_no_of_the_asker_looks_like_silence(club: Gathering) -> None:
    await offer_to_introduce(club, "Cleo")
    await club["Cleo"].press("They said yes")
    await club.sweep()
    before = await club.press_post("Cleo", "I may know someone", club.posts[1])
    await club.press_last("Ben", "No, thank you")
    assert await club.press_post("Cleo", "I may know someone", club.posts[1]) == before
    await club.live("2026-12-08 12:00")
    [thanks] = [one.text() for one in club.private_cards("Cleo") if "Thank you for offering" in one.text()]
    assert "a thank-you from you would be kind" in thanks


async def test_a_pause_does_not_swallow_a_yes(club: Gathering) -> None:
    await club["Ben"].say("pause until: in 4 weeks")
    await offer_to_introduce(club, "Cleo")
    await club["Cleo"].press("They said yes")
    await club.sweep()
    assert "would talk to you" in club.private_cards("Ben")[-1].text()
    await club["Ben"].press_line("keep how: stop")
    await club["Dov"].confirm_line("talk")
    await club["Ann"].press_line("keep how: stop")
    await club.sweep()
    assert "would like to talk to you" in club.private_cards("Ann")[-1].text()


async def test_undo_after_a_post_takes_back_nothing_else(club: Gathering) -> None:
    await club["Dov"].say("add Quilla channel: email")
    await club["Dov"].say("/club win a kind talk")
    await club["Dov"].press("Without my name")
    assert "there is none to take back" in await club["Dov"].say("undo")
    assert await club["Dov"].names() == ["Quilla"]
