"""Contacts' names at every door that leads to others."""

from __future__ import annotations

import pytest

from bot.text.confirmation import confirmation_code
from tests.clubs import Gathering

NAME_VARIANTS = ("Quill", "QUILLANOVA'S", "“Quillanova”", "Quillanova Öz", "Oz", "quillanova-oz", "Quillanova'd")


async def club_with_named_contacts() -> Gathering:
    club = Gathering()
    await club.set_up_with("Ann", "Ben", "Cleo")
    for name in ("Ben", "Cleo"):
        await club[name].say('add "Quillanova Öz" channel: email')
        await club[name].say("add Quill")
    return club


@pytest.mark.parametrize("form", NAME_VARIANTS)
@pytest.mark.parametrize(
    ("company", "about"),
    [("Acme", "what {} told me"), ("the firm of {}", "a day of theirs"), ("{}", "I would like to meet John Smith")],
)
async def test_no_question_names_a_contact_in_any_part_of_it(form: str, company: str, about: str) -> None:
    club = await club_with_named_contacts()
    said = await club["Ben"].say(f'/club ask company: "{company.format(form)}" about: {about.format(form)}')
    assert "It names one of your contacts" in said
    assert club["Ben"].buttons == ["Change it"]
    await club["Ben"].press_line(f'askpost company: "{company.format(form)}" about: "{about.format(form)}" draft: x')
    assert (await club.club()).questions == ()


@pytest.mark.parametrize("form", NAME_VARIANTS)
@pytest.mark.parametrize("what", ["win", "tip"])
async def test_no_news_and_no_tip_names_a_contact(form: str, what: str) -> None:
    club = await club_with_named_contacts()
    said = await club["Ben"].press_line(f"{what} text: {form} wrote back to me")
    assert "stays with you" in said
    await club["Ben"].press_line(f'{what}post text: "{form} wrote back to me" draft: x')
    found = await club.club()
    assert (found.wins, found.tips) == ((), ())


@pytest.mark.parametrize("form", NAME_VARIANTS)
async def test_no_offer_names_a_contact(form: str) -> None:
    club = await club_with_named_contacts()
    await club["Ben"].say("/club ask company: Acme about: a day of theirs")
    await club["Ben"].press("Post it")
    await club.sweep()
    await club.press_post("Cleo", "I may know someone")
    assert "their name stays with you" in await club["Cleo"].fill(share=f"{form} is one of them", how="introduce")
    asked = (await club.club()).questions[0]
    mark = confirmation_code(club.now, asked.id, f"{form} is one")
    await club["Cleo"].press_line(f'mayknow ask: {asked.id} share: "{form} is one" how: introduce sure: {mark}')
    assert (await club.club()).questions[0].offers == ()


LONG_MISSING_DRAFT = "'a draft that nobody has\" " * 4


@pytest.mark.parametrize("line", ["clubwho resume: {}", "join resume: {}"])
async def test_a_draft_that_nobody_has_is_gone_on_with_by_no_button(line: str) -> None:
    club = await club_with_named_contacts()
    for name in ("Ben", "Dov"):
        said = await club[name].press_line(line.format(LONG_MISSING_DRAFT))
        assert said
        assert "went wrong" not in said
        assert "Go on" not in club[name].buttons


@pytest.mark.parametrize(
    "line",
    [
        "askpost company: Acme about: Quill",
        "askpost company: Acme about: work",
        "winpost text: Quill",
        "winpost text: work",
        "tippost text: Quill topic: quiet",
    ],
)
async def test_a_draft_that_nobody_has_is_no_fault_when_it_is_posted(line: str) -> None:
    club = await club_with_named_contacts()
    said = await club["Ben"].press_line(f"{line} draft: {LONG_MISSING_DRAFT}")
    assert said
    assert "went wrong" not in said
