"""What is final is done only by a button that was drawn just now, over what is still so."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bot.commands import COMMANDS, CONFIRMATION_ARGS
from bot.domain.messages import ButtonStyle, Card
from bot.domain.model import Address, Book, Club, StandIn
from bot.text.confirmation import check_confirmation
from tests.app.walk import BotWalk
from tests.clubs import Gathering
from tests.samples import local_instant

CONFIRMATION_IN_LINE = re.compile(r" sure: [0-9a-f]{14}\b")

ClubChange = Callable[[Gathering], Awaitable[object]]


@dataclass(frozen=True)
class FinalAct:
    """A final act of Ben's: how its button comes to be shown, and what 0.1 had in its place."""

    #: Said, or pressed when it has no slash.
    shown_by: str
    #: The line of the button in version 0.1, which carries no code.
    old_line: str
    #: Changes what was shown, so that the button is stale. None: nothing but its disappearance changes it.
    change: ClubChange | None
    #: What is said once it is done.
    done_text: str


async def _add_another(club: Gathering) -> None:
    await club["Ben"].say("add Zed")


async def _log_reply(club: Gathering) -> None:
    await club["Ben"].say("reply Kim kind: answer")


async def _move_meeting(club: Gathering) -> None:
    await club["Ben"].press_line("setup change: yes")
    await club["Ben"].fill(day="friday")


async def _put_stand_in(club: Gathering) -> None:
    stand_in = StandIn(Address("slack", "UDOV", "T1"), club.now.date() + timedelta(days=9))
    await club.store.save(replace(await club.club(), stand_in=stand_in))


FINAL_ACTS = {
    "forget": FinalAct("forget Kim", "forget contact: Kim sure: yes", _log_reply, "Erased, with all notes."),
    "forget me": FinalAct("forget me", "forget contact: me sure: yes", _add_another, "Your book is erased."),
    "leave": FinalAct("/club mirror", "leave", _move_meeting, "You're out"),
    "talk": FinalAct("talk", "talk sure: yes", _put_stand_in, "I've passed it on."),
    "endclub": FinalAct("endclub", "endclub sure: yes", _move_meeting, "The club has ended"),
    "facilitator": FinalAct(
        "/club facilitator member: <@UDOV>",
        "facilitator member: <@UDOV> sure: yes",
        _put_stand_in,
        "The facilitator is",
    ),
    "withdraw": FinalAct("myquestions", "withdraw ask: {ask}", None, "Taken back"),
    "tipdown": FinalAct("/club tips", "tipdown tip: {tip}", None, "Taken down"),
    "mayknow": FinalAct(
        'mayknow ask: {other} share: "I know Dr. Smith there" how: introduce',
        'mayknow ask: {other} share: "I know Dr. Smith there" how: introduce sure: yes',
        None,
        "How kind.",
    ),
}
LED_BY_BEN = ("endclub", "facilitator", "leave")


@dataclass
class FinalScene:
    """Ben's club, where something of his can be ended."""

    club: Gathering
    act: FinalAct

    async def do(self, line: str) -> str:
        line = await self.filled(line)
        ben = self.club["Ben"]
        return await (
            ben.say(line) if line.startswith(("/", "forget ")) and "sure" not in line else ben.press_line(line)
        )

    async def filled(self, line: str) -> str:
        club = await self.club.club()
        other = next(one.id for one in club.questions if one.asker.user == "UCLEO")
        mine = next(one.id for one in club.questions if one.asker.user == "UBEN")
        return line.format(ask=mine, other=other, tip=club.tips[0].id)

    def button_line(self) -> str:
        """The line of the button that is shown, and carries a code."""
        word = self.act.old_line.split()[0]
        return next(
            act.line for act in self.club["Ben"].card.acts if act.line.startswith(f"{word} ") and " sure: " in act.line
        )

    async def state(self) -> tuple[Book | None, Club]:
        """All that matters of Ben's book and of the club."""
        book = await self.club.store.load(self.club["Ben"].actor.address)
        club = replace(await self.club.club(), version=0, wake_at=None)
        if book is None:
            return None, club
        last_active_at = book.created_at
        return replace(book, version=0, wake_at=None, drafts=(), last_active_at=last_active_at), club


@pytest.fixture(params=FINAL_ACTS)
async def scene(request: pytest.FixtureRequest) -> FinalScene:
    club = Gathering()
    await club.set_up_with("Ann", "Ben", "Cleo", "Dov")
    await club["Ben"].say("add Kim channel: email")
    for name, about in (("Ben", "the work of a nurse"), ("Cleo", "how they build things")):
        await club[name].say(f"/club ask about: {about}")
        await club[name].press("Post it")
    await club["Ben"].press_line("tip text: small steps")
    await club["Ben"].press("Without my name")
    if request.param in LED_BY_BEN:
        await club["Ann"].confirm_line("facilitator member: <@UBEN>")
    club.now += timedelta(hours=1)
    return FinalScene(club, FINAL_ACTS[request.param])


def test_every_final_act_of_the_table_is_tried_here() -> None:
    rows = {row.name for row in COMMANDS if set(CONFIRMATION_ARGS) & set(row.arguments)}
    assert rows == {name.split()[0] for name in FINAL_ACTS}


async def test_a_button_drawn_just_now_does_it(scene: FinalScene) -> None:
    await scene.do(scene.act.shown_by)
    assert CONFIRMATION_IN_LINE.search(scene.button_line())
    before = await scene.state()
    scene.club.now += timedelta(minutes=10)
    assert scene.act.done_text in await scene.do(scene.button_line())
    assert await scene.state() != before


async def test_a_button_of_0_1_without_a_code_changes_nothing_and_offers_it_anew(scene: FinalScene) -> None:
    before = await scene.state()
    said = await scene.do(scene.act.old_line)
    assert scene.act.done_text not in said
    assert await scene.state() == before
    assert scene.act.done_text in await scene.do(scene.button_line())


async def test_a_button_that_was_left_for_more_than_ten_minutes_changes_nothing(scene: FinalScene) -> None:
    await scene.do(scene.act.shown_by)
    old_line = scene.button_line()
    before = await scene.state()
    scene.club.now += timedelta(minutes=10, seconds=1)
    assert scene.act.done_text not in await scene.do(old_line)
    assert await scene.state() == before
    assert scene.button_line() != old_line


@pytest.mark.parametrize("scene", [name for name, act in FINAL_ACTS.items() if act.change], indirect=True)
async def test_a_button_over_what_is_no_longer_so_changes_nothing(scene: FinalScene) -> None:
    await scene.do(scene.act.shown_by)
    old_line = scene.button_line()
    assert scene.act.change
    await scene.act.change(scene.club)
    before = await scene.state()
    assert scene.act.done_text not in await scene.do(old_line)
    assert await scene.state() == before


async def test_a_second_press_on_the_erasure_of_a_book_says_the_same() -> None:
    ben = Gathering()["Ben"]
    await ben.say("add Kim")
    await ben.say("forget me")
    line = ben.button("Erase my book").line
    assert [await ben.press_line(line) for _ in range(2)] == ["Your book is erased. I wish you well."] * 2


def test_nothing_is_drawn_that_is_final_and_carries_no_code(walked: BotWalk) -> None:
    acts = [act for _path, card in walked.cards for act in card.acts]
    final = [act for act in acts if " sure: " in act.line or act.style is ButtonStyle.DANGER]
    drawn = {act.line.split()[0] for act in final}
    assert drawn == {name.split()[0] for name in FINAL_ACTS} - {"mayknow"}  # the walk names nobody in an offer
    assert [act for act in final if not CONFIRMATION_IN_LINE.search(act.line)] == []


def test_a_card_has_one_primary_button_at_most_and_it_is_in_sight(walked: BotWalk) -> None:
    shown: list[tuple[str, Card, list[int]]] = [
        (path, card, [place for place, act in enumerate(card.acts) if act.style is ButtonStyle.PRIMARY])
        for path, card in walked.cards
    ]
    assert any(places for _path, _card, places in shown)
    assert [path for path, _card, places in shown if len(places) > 1] == []
    hidden = [path for path, card, places in shown if places and len(card.buttons) > 4 and places[0] > 2]
    assert hidden == []


async def test_a_final_act_that_waits_in_a_draft_is_asked_about_when_it_is_taken_up() -> None:
    """[Yes, please] under plain words, pressed weeks later, is no agreement to what would happen now."""
    club = Gathering()
    await club.set_up_with("Ann", "Ben")
    ben = club["Ben"]
    ben.last = await ben.core.handle_direct_message(ben.actor, "club leave", ben.now)
    resume = ben.card.buttons[0].line
    assert resume.startswith("resume ")
    club.now += timedelta(days=29)
    await ben.press_line(resume)
    assert len((await ben.book()).memberships) == 1
    leave = next(act.line for act in ben.card.acts if act.line.startswith("leave"))
    assert "You're out" in await ben.press_line(leave)


@pytest.mark.parametrize("code", ["", "0", "zz", "123456ffffffffffffffff", "-", "1" * 60])
def test_a_forged_code_confirms_nothing(code: str) -> None:
    assert not check_confirmation(code, local_instant("2026-12-01 10:00"), "shown").is_given
