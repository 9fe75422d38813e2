"""A first look, the page that stays open, and news of an account."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.errors import AccountClosed
from bot.domain.messages import Card, Page, to_plain_text
from bot.domain.model import Actor, Address
from tests.fakes import CONSOLE_ADA, Member


def home_section_lines(page: Page) -> dict[str, list[str]]:
    return {section.heading: [to_plain_text(row.line) for row in section.rows] for section in page.sections}


async def home_page_of(ada: Member) -> Page:
    return await ada.core.home_page(ada.actor, ada.now)


async def test_the_page_of_somebody_new_welcomes_and_keeps_nothing(ada: Member) -> None:
    shown = await home_page_of(ada)
    assert to_plain_text(shown.lines[0]) == "Waiting to hear back is hard, and no fault of yours."
    labels = ["Add someone", "Who can read this?", "My club", "Settings", "Help"]
    assert [button.label for button in shown.buttons] == labels
    assert await ada.store.load(CONSOLE_ADA) is None


async def test_the_page_says_whose_turn_it_is_in_the_order_of_the_board(ada: Member) -> None:
    await ada.say("add Lee channel: email")
    await ada.say("reply Lee kind: answer")
    await ada.say("add Dana channel: email when: 2026-11-02")
    await ada.say("reply Dana kind: answer when: 2026-11-03")
    await ada.say("log Dana channel: email when: 2026-11-04")
    await ada.say("add Priya channel: email")
    await ada.say("add Sam channel: none")
    await ada.say("rest Sam")
    shown = await home_page_of(ada)
    assert list(home_section_lines(shown)) == ["Your turn", "It's okay to e-mail", "Nothing to do"]
    beside = {row.button.label: row.button.line for section in shown.sections for row in section.rows if row.button}
    assert list(beside) == ["See Lee", "Show words", "See Priya"]
    assert beside["Show words"].startswith("words contact: ")


async def test_a_long_page_leaves_the_rest_to_the_board(ada: Member) -> None:
    for number in range(11):
        await ada.say(f"add Person{number} channel: none")
    [section] = (await home_page_of(ada)).sections
    assert len(section.rows) == 9
    assert to_plain_text(section.rows[-1].line) == "and 3 more"


@pytest.mark.parametrize(
    ("said", "first", "back"),
    [
        ("pause until: friday", "Nothing from me until Fri 27 Nov.", "Take it up again"),
        ("landed", "You found a place; I'm quiet", "It fell through"),
    ],
)
async def test_the_page_says_why_nothing_comes_and_has_a_way_back(
    ada: Member, said: str, first: str, back: str
) -> None:
    await ada.say("add Dana")
    await ada.say(said)
    shown = await home_page_of(ada)
    assert to_plain_text(shown.lines[0]).startswith(first)
    assert shown.buttons[0].label == back


async def test_where_it_is_quiet_other_doors_stand_beside_it(ada: Member) -> None:
    await ada.say("add Lee channel: email when: 2026-10-01")
    await ada.say("reply Lee kind: answer when: 2026-10-05")
    await ada.say("add Dana channel: email when: 2026-10-01")
    await ada.say("log Dana channel: email when: 2026-10-12")
    await ada.say("log Dana channel: phone when: 2026-10-20")
    quiet = next(
        section for section in (await home_page_of(ada)).sections if section.heading == "Quiet, so someone else"
    )
    assert [to_plain_text(row.line) for row in quiet.rows] == ["Dana", "Lee (it's your turn)"]
    assert [row.button.label for row in quiet.rows if row.button] == ["See Dana", "Pick someone"]


async def test_whoever_is_left_for_later_is_not_proposed_meanwhile(ada: Member) -> None:
    await ada.say("add Dana channel: email when: 2026-11-02")
    assert "It's okay to send Dana" in await ada.say("show Dana")
    await ada.say("snooze Dana until: 2026-12-02")
    assert (await ada.say("show Dana")).startswith("Dana can wait until Wed 2 Dec, as you said.")
    assert "Nothing to do: Dana, later: Wed 2 Dec" in await ada.say("board")
    assert home_section_lines(await home_page_of(ada)) == {"Nothing to do": ["Dana, later: Wed 2 Dec"]}
    ada.at("2026-12-02 09:00")
    assert "It's okay to send Dana" in await ada.say("show Dana")


async def test_somebody_new_is_greeted_once_and_somebody_at_work_is_not(ada: Member) -> None:
    greeting = await ada.core.welcome_new_member(ada.actor, ada.now)
    assert greeting is not None
    assert greeting.text().startswith("Waiting to hear back is hard")
    assert await ada.core.welcome_new_member(ada.actor, ada.now) is None
    ben = ada.another("ben")
    await ben.say("add Dana")
    assert await ben.core.welcome_new_member(ben.actor, ben.now) is None


async def test_another_zone_moves_the_reminders_before_the_next_command() -> None:
    ada = Member(actor=Actor(CONSOLE_ADA, "Europe/Berlin"))
    await ada.say("add Dana channel: email")
    before = await ada.core.next_wake()
    await ada.core.update_account(replace(ada.actor, zone="America/New_York"), ada.now)
    after = await ada.core.next_wake()
    assert before is not None
    assert after is not None
    assert (after - before).total_seconds() == 6 * 3600


async def test_whoever_left_gets_nothing_more_and_loses_nothing(ada: Member) -> None:
    await ada.say("add Dana channel: email when: 2026-11-02")
    await ada.core.update_account(ada.actor, ada.now, has_left=True)
    assert await ada.live("2026-12-24") == []
    await ada.core.update_account(ada.actor, ada.now)
    assert await ada.live("2026-12-28 12:00") != []


async def test_an_account_that_turns_out_closed_is_left_alone_until_it_is_open_again(ada: Member) -> None:
    await ada.say("add Dana channel: email when: 2026-11-02")
    ada.messenger.always = AccountClosed("deactivated")
    await ada.live("2026-12-24")
    assert ada.messenger.tries == 1
    assert (await ada.book()).profile.account_closed_at is not None
    ada.messenger.always = None
    await ada.core.update_account(ada.actor, ada.now)
    assert await ada.live("2026-12-28 12:00") != []


async def test_news_of_a_stranger_makes_no_book(ada: Member) -> None:
    await ada.core.update_account(Actor(Address("console", "nobody")), ada.now, has_left=True)
    assert await ada.store.load(Address("console", "nobody")) is None


async def test_watchers_hear_whose_book_was_changed_and_of_nothing_else(ada: Member) -> None:
    core, heard = ada.core, []
    core.changes.subscribe(heard.append)
    await core.handle_command(ada.actor, "help", ada.now)
    assert heard == []
    await core.handle_command(ada.actor, "add Dana", ada.now)
    assert heard == [CONSOLE_ADA]
    asked = await core.handle_command(ada.actor, "forget me", ada.now)
    assert isinstance(asked, Card)
    await core.handle_button(ada.actor, asked.acts[0].line, ada.now)
    assert heard == [CONSOLE_ADA, CONSOLE_ADA]
