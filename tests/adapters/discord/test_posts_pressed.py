"""A press on a post in a channel: the answer is the presser's alone, and the post stays as it is for everybody."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from adapters.common import deadline
from bot.domain.messages import Button, Card, Response
from tests.adapters.discord.stub import ASIDE, CARD, FORM, PRIVATE, Stub, stubbed
from tests.adapters.discord.workspace import ADA, LEE, ROOT, Club
from tests.fakes_discord import BOT, Message, Seen, User, faults
from tests.fakes_discord.faults import CALLBACK, EDIT_ANSWER, SEND
from tests.fakes_discord.state import NEWS, THREAD

TWICE = "callback: answered twice"
POST = Card((("Who may know somebody at Acme?",),), buttons=(Button("I may", "show"), Button("Mute", "pause")))
REPLIES = {"card": CARD, "aside": ASIDE, "form": FORM}
TROUBLES: dict[str, list[tuple[str, Any, bool]]] = {
    "none": [],
    "the first word is lost before Discord has it": [(CALLBACK, faults.dropped(), False)],
    "the first word is lost after Discord has it": [(CALLBACK, faults.dropped(), True)],
    "the first word is refused for a while": [(CALLBACK, faults.limited(60.0), False)],
    "Discord does not know it any more": [(CALLBACK, faults.error(404, 10062, "Unknown interaction"), False)],
    "a later word is lost": [(EDIT_ANSWER, faults.dropped(), False)],
    "nothing but direct messages works": [
        (CALLBACK, faults.dropped(), True),
        (EDIT_ANSWER, faults.error(401, 50027, "Invalid Webhook Token"), False),
    ],
}


@pytest.fixture
def stub(club: Club) -> Stub:
    return stubbed(club)  # type: ignore[no-any-return]


@pytest.fixture
async def post(club: Club) -> Message:
    return await club.post(POST)


@pytest.fixture(autouse=True)
async def nobody_else_saw_it(club: Club, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """Whatever happens in a test here: what is private came to Ada alone, and never into a channel of many."""
    monkeypatch.setattr(deadline, "RESPONSE_DEADLINE_SECONDS", 0.1)
    yield
    await club.idle()
    # An answer of which it is not known whether Discord has it may be given once more, and Discord refuses that.
    club.discord.world.violations[:] = [violation for violation in club.discord.world.violations if violation != TWICE]
    told = club.discord.texts()
    assert not any(PRIVATE in text for user, texts in told.items() for text in texts if user != ADA)
    for room in [channel for channel in club.discord.world.channels.values() if channel.kind != "dm"]:
        assert not any(PRIVATE in text for text in club.discord.channel_texts()[room.id])
        assert all(message.versions == [] and not message.gone for message in room.messages if message.author == BOT)


def stood(post: Message) -> None:
    assert (post.said, post.versions, post.gone) == ("Who may know somebody at Acme?", [], False)
    assert [label for label, _ in post.buttons] == ["I may", "Mute"]


async def test_the_answer_is_for_the_presser_alone_and_the_post_stays(club: Club, stub: Stub, post: Message) -> None:
    seen = await club.ada.press(post, "I may")
    assert (PRIVATE in seen.said, seen.ephemeral, seen.replaced) == (True, True, False)
    stood(post)
    assert stub.asked[0][1] == "show"
    stub.says = Card((("Nothing of Ada's.",),))
    assert "Nothing of Ada's." in (await club.lee.press(post, "I may")).said
    stood(post)


@pytest.mark.parametrize("slow", [False, True], ids=["at once", "slowly"])
@pytest.mark.parametrize("reply", REPLIES)
@pytest.mark.parametrize("trouble", TROUBLES)
async def test_whatever_goes_wrong_it_comes_to_them_in_private_or_not_at_all(
    club: Club, stub: Stub, post: Message, reply: str, slow: bool, trouble: str
) -> None:
    for route, failure, stored in TROUBLES[trouble]:
        club.discord.fail(route, with_=failure, stored=stored, times=None)
    club.discord.patience = 0.4
    stub.says = REPLIES[reply]
    if slow:
        stub.gate.clear()
    await club.ada.press(post, "I may")
    stub.gate.set()
    await club.idle()
    stood(post)
    told = [*club.discord.texts().get(ADA, []), *([club.ada.modal.said] if club.ada.modal else [])]
    heard = any(PRIVATE in text for text in told)
    offered = any(label == "Open the form" for one in club.ada.window for label, _ in one.buttons)
    assert heard or offered


@pytest.mark.parametrize("slow", [False, True], ids=["at once", "slowly"])
@pytest.mark.parametrize("trouble", TROUBLES)
async def test_a_form_that_was_opened_there_is_answered_in_private(
    club: Club, stub: Stub, post: Message, slow: bool, trouble: str
) -> None:
    stub.says = FORM
    form = await club.ada.press(post, "I may")
    assert form.modal is not None
    for route, failure, stored in TROUBLES[trouble]:
        club.discord.fail(route, with_=failure, stored=stored, times=None)
    club.discord.patience = 0.4
    if slow:
        stub.gate.clear()
    seen = await club.ada.submit(form, topic="words")
    stub.gate.set()
    await club.idle()
    stood(post)
    assert stub.asked[-1][1:] == ("help", {"topic": "words"})
    assert any(PRIVATE in one.said for one in club.ada.window)
    assert seen.ephemeral or club.ada.inbox


async def test_an_answer_to_a_form_may_be_another_form_or_a_word_beside(club: Club, stub: Stub, post: Message) -> None:
    stub.says = FORM
    for reply in (FORM, ASIDE):
        stub.to_forms = reply
        seen = await club.ada.submit(await club.ada.press(post, "I may"), topic="words")
        assert seen.ephemeral
        stood(post)


async def test_the_private_answer_is_replaced_as_ever_and_the_post_is_not(
    club: Club, stub: Stub, post: Message
) -> None:
    first = await club.ada.press(post, "I may")
    stub.says = Card((("Something else.",),))
    second = await club.ada.press(first, "More")
    assert (second.replaced, second.said) == (True, "Something else.")
    stood(post)


async def test_when_its_token_is_used_up_the_answer_comes_as_a_direct_message(
    club: Club, stub: Stub, post: Message
) -> None:
    """A quarter of an hour after the press Discord takes no word for it any more."""
    stub.gate.clear()
    club.discord.patience = 0.4
    seen = await club.ada.press(post, "I may")
    assert seen.thinking
    club.clock.move(club.clock.now().replace(minute=59))
    stub.gate.set()
    await club.idle()
    assert [PRIVATE in one.said for one in club.ada.inbox] == [True]
    assert club.lee.inbox == []
    stood(post)


@pytest.mark.parametrize("reply", REPLIES.values(), ids=REPLIES)
async def test_a_press_that_comes_too_late_to_be_answered_there_is_answered_directly(
    club: Club, stub: Stub, post: Message, reply: Response
) -> None:
    club.discord.patience = 0.3
    stub.says = reply
    await club.ada.press(post, "I may", lag=4.0)
    await club.idle()
    assert len(club.ada.inbox) == 1
    stood(post)


async def test_whom_nothing_reaches_is_told_nothing_in_the_channel(club: Club, stub: Stub, post: Message) -> None:
    club.discord.fail(CALLBACK, with_=faults.error(404, 10062, "Unknown interaction"), times=None)
    club.discord.fail(SEND, with_=faults.error(403, 50007, "closed"), times=None)
    club.discord.patience = 0.3
    await club.ada.press(post, "I may")
    await club.idle()
    assert stub.shut == [str(ADA)]
    assert club.ada.window == [post]


async def test_an_answer_that_cannot_be_drawn_is_an_apology_for_the_presser(
    club: Club, stub: Stub, post: Message
) -> None:
    stub.says = Card((("x", 5),))  # type: ignore[arg-type]
    seen = await club.ada.press(post, "I may")
    assert "went wrong on my side" in seen.said
    assert seen.ephemeral
    stood(post)


async def test_whoever_presses_as_a_script_does_is_told_in_private(club: Club, stub: Stub, post: Message) -> None:
    for _ in range(201):
        club.bot.listeners._is_flooding(str(ADA))
    seen = await club.ada.press(post, "I may")
    assert seen.ephemeral
    assert stub.asked == []
    stood(post)


@pytest.mark.parametrize("form", [NEWS, THREAD])
async def test_it_is_the_same_in_threads_and_announcements(club: Club, stub: Stub, form: int) -> None:
    post = await club.post(POST, club.discord.world.room("club", form))
    seen = await club.ada.press(post, "I may")
    assert seen.ephemeral
    stood(post)


@pytest.mark.parametrize("may", ["sends", "sees", "reads"])
async def test_what_is_closed_to_us_meanwhile_is_answered_in_private_all_the_same(
    club: Club, stub: Stub, may: str
) -> None:
    room = club.discord.world.room("club")
    post = await club.post(POST, room)
    setattr(room, may, False)
    assert (await club.ada.press(post, "I may")).ephemeral
    stood(post)


async def test_two_who_press_at_once_have_an_answer_each(club: Club, stub: Stub, post: Message) -> None:
    kim = club.discord.invite(User(5, "kim", installed=False))
    stub.says = Card((("Yours.",),))
    people = [club.ada, club.lee, kim]
    answers: list[Seen] = await asyncio.gather(*[who.press(post, "I may") for who in people])
    assert all(seen.ephemeral and seen.said == "Yours." for seen in answers)
    assert {actor.address.user for actor, _, _ in stub.asked} == {str(ADA), str(LEE), "5"}
    assert all(len(who.ephemerals) == 1 for who in people)
    stood(post)


async def test_a_post_works_after_a_restart_with_the_bots_own_core(club: Club, post: Message) -> None:
    await club.slash("add", contact="Dana", channel="email")
    own = Card((("The club meets.",),), buttons=(Button("Board", "board"), Button("Add", "add")))
    meeting = await club.post(own, key="meeting")
    await club.restart()
    seen = await club.ada.press(meeting, "Board")
    assert ("Dana" in seen.said, seen.ephemeral) == (True, True)
    assert "Dana" not in (await club.lee.press(meeting, "Board")).said
    form = await club.ada.press(meeting, "Add")
    assert (await club.ada.submit(form, contact="Priya", channel="email")).ephemeral
    assert meeting.versions == []
    assert not any({"Dana", "Priya"} & set(text.split()) for text in club.discord.texts()[LEE])
    assert await club.ada.slash(ROOT, "board")
