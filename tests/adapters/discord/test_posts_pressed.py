"""A press on a post in a channel: the answer is the presser's alone, and the post stays as it is for everybody."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.domain.messages import Button, Card, Response
from tests.adapters.discord.stub_core import (
    PRIVATE_ASIDE_CARD,
    PRIVATE_CARD,
    PRIVATE_FORM,
    PRIVATE_TEXT,
    DiscordStubCore,
    serve_discord_stub,
)
from tests.adapters.discord.workspace import ADA_USER_ID, LEE_USER_ID, OUTREACH_ROOT, DiscordWorkspace
from tests.fakes_discord import BOT_USER_ID, DiscordResult, DiscordScreenMessage, DiscordUser, faults
from tests.fakes_discord.faults import CREATE_MESSAGE, EDIT_ANSWER, INTERACTION_CALLBACK
from tests.fakes_discord.state import CHANNEL_TYPE_NEWS, CHANNEL_TYPE_THREAD

ANSWERED_TWICE = "callback: answered twice"
ACME_POST_CARD = Card(
    (("Who may know somebody at Acme?",),), buttons=(Button("I may", "show"), Button("Mute", "pause"))
)
PRESS_REPLIES = {"card": PRIVATE_CARD, "aside": PRIVATE_ASIDE_CARD, "form": PRIVATE_FORM}
PRESS_TROUBLES: dict[str, list[tuple[str, Any, bool]]] = {
    "none": [],
    "the first word is lost before Discord has it": [(INTERACTION_CALLBACK, faults.dropped(), False)],
    "the first word is lost after Discord has it": [(INTERACTION_CALLBACK, faults.dropped(), True)],
    "the first word is refused for a while": [(INTERACTION_CALLBACK, faults.limited(60.0), False)],
    "Discord does not know it any more": [
        (INTERACTION_CALLBACK, faults.error(404, 10062, "Unknown interaction"), False)
    ],
    "a later word is lost": [(EDIT_ANSWER, faults.dropped(), False)],
    "nothing but direct messages works": [
        (INTERACTION_CALLBACK, faults.dropped(), True),
        (EDIT_ANSWER, faults.error(401, 50027, "Invalid Webhook Token"), False),
    ],
}

pytestmark = pytest.mark.quick_responses


@pytest.fixture
def stub(club: DiscordWorkspace) -> DiscordStubCore:
    return serve_discord_stub(club)  # type: ignore[no-any-return]


@pytest.fixture
async def post(club: DiscordWorkspace) -> DiscordScreenMessage:
    return await club.post(ACME_POST_CARD)


@pytest.fixture(autouse=True)
async def nobody_else_saw_it(club: DiscordWorkspace) -> AsyncIterator[None]:
    """Whatever happens in a test here: what is private came to Ada alone, and never into a channel of many."""
    yield
    await club.idle()
    # An answer of which it is not known whether Discord has it may be given once more, and Discord refuses that.
    club.discord.world.violations[:] = [
        violation for violation in club.discord.world.violations if violation != ANSWERED_TWICE
    ]
    told = club.discord.texts()
    assert not any(PRIVATE_TEXT in text for user, texts in told.items() for text in texts if user != ADA_USER_ID)
    for room in [channel for channel in club.discord.world.channels.values() if channel.kind != "dm"]:
        assert not any(PRIVATE_TEXT in text for text in club.discord.channel_texts()[room.id])
        assert all(
            message.versions == [] and not message.gone for message in room.messages if message.author == BOT_USER_ID
        )


def assert_post_unchanged(post: DiscordScreenMessage) -> None:
    assert (post.said, post.versions, post.gone) == ("Who may know somebody at Acme?", [], False)
    assert [label for label, _ in post.buttons] == ["I may", "Mute"]


async def test_the_answer_is_for_the_presser_alone_and_the_post_stays(
    club: DiscordWorkspace, stub: DiscordStubCore, post: DiscordScreenMessage
) -> None:
    seen = await club.ada.press(post, "I may")
    assert (PRIVATE_TEXT in seen.said, seen.ephemeral, seen.replaced) == (True, True, False)
    assert_post_unchanged(post)
    assert stub.received_inputs[0][1] == "show"
    stub.next_response = Card((("Nothing of Ada's.",),))
    assert "Nothing of Ada's." in (await club.lee.press(post, "I may")).said
    assert_post_unchanged(post)


@pytest.mark.parametrize("slow", [False, True], ids=["at once", "slowly"])
@pytest.mark.parametrize("reply", PRESS_REPLIES)
@pytest.mark.parametrize("trouble", PRESS_TROUBLES)
async def test_whatever_goes_wrong_it_comes_to_them_in_private_or_not_at_all(
    club: DiscordWorkspace, stub: DiscordStubCore, post: DiscordScreenMessage, reply: str, slow: bool, trouble: str
) -> None:
    for route, failure, stored in PRESS_TROUBLES[trouble]:
        club.discord.fail(route, with_=failure, stored=stored, times=None)
    club.discord.patience = 0.2
    stub.next_response = PRESS_REPLIES[reply]
    if slow:
        stub.gate.clear()
    await club.ada.press(post, "I may")
    stub.gate.set()
    await club.idle()
    assert_post_unchanged(post)
    told = [*club.discord.texts().get(ADA_USER_ID, []), *([club.ada.modal.said] if club.ada.modal else [])]
    heard = any(PRIVATE_TEXT in text for text in told)
    offered = any(label == "Open the form" for one in club.ada.window for label, _ in one.buttons)
    assert heard or offered


@pytest.mark.parametrize("slow", [False, True], ids=["at once", "slowly"])
@pytest.mark.parametrize("trouble", PRESS_TROUBLES)
async def test_a_form_that_was_opened_there_is_answered_in_private(
    club: DiscordWorkspace, stub: DiscordStubCore, post: DiscordScreenMessage, slow: bool, trouble: str
) -> None:
    stub.next_response = PRIVATE_FORM
    form = await club.ada.press(post, "I may")
    assert form.modal is not None
    for route, failure, stored in PRESS_TROUBLES[trouble]:
        club.discord.fail(route, with_=failure, stored=stored, times=None)
    club.discord.patience = 0.2
    if slow:
        stub.gate.clear()
    seen = await club.ada.submit(form, topic="words")
    stub.gate.set()
    await club.idle()
    assert_post_unchanged(post)
    assert stub.received_inputs[-1][1:] == ("help", {"topic": "words"})
    assert any(PRIVATE_TEXT in one.said for one in club.ada.window)
    assert seen.ephemeral or club.ada.inbox


async def test_an_answer_to_a_form_may_be_another_form_or_a_word_beside(
    club: DiscordWorkspace, stub: DiscordStubCore, post: DiscordScreenMessage
) -> None:
    stub.next_response = PRIVATE_FORM
    for reply in (PRIVATE_FORM, PRIVATE_ASIDE_CARD):
        stub.to_forms = reply
        seen = await club.ada.submit(await club.ada.press(post, "I may"), topic="words")
        assert seen.ephemeral
        assert_post_unchanged(post)


async def test_the_private_answer_is_replaced_as_ever_and_the_post_is_not(
    club: DiscordWorkspace, stub: DiscordStubCore, post: DiscordScreenMessage
) -> None:
    first = await club.ada.press(post, "I may")
    stub.next_response = Card((("Something else.",),))
    second = await club.ada.press(first, "More")
    assert (second.replaced, second.said) == (True, "Something else.")
    assert_post_unchanged(post)


async def test_when_its_token_is_used_up_the_answer_comes_as_a_direct_message(
    club: DiscordWorkspace, stub: DiscordStubCore, post: DiscordScreenMessage
) -> None:
    """A quarter of an hour after the press Discord takes no word for it any more."""
    stub.gate.clear()
    club.discord.patience = 0.2
    seen = await club.ada.press(post, "I may")
    assert seen.thinking
    club.clock.move(club.clock.now().replace(minute=59))
    stub.gate.set()
    await club.idle()
    assert [PRIVATE_TEXT in one.said for one in club.ada.inbox] == [True]
    assert club.lee.inbox == []
    assert_post_unchanged(post)


@pytest.mark.parametrize("reply", PRESS_REPLIES.values(), ids=PRESS_REPLIES)
async def test_a_press_that_comes_too_late_to_be_answered_there_is_answered_directly(
    club: DiscordWorkspace, stub: DiscordStubCore, post: DiscordScreenMessage, reply: Response
) -> None:
    club.discord.patience = 0.3
    stub.next_response = reply
    await club.ada.press(post, "I may", lag=4.0)
    await club.idle()
    assert len(club.ada.inbox) == 1
    assert_post_unchanged(post)


async def test_whom_nothing_reaches_is_told_nothing_in_the_channel(
    club: DiscordWorkspace, stub: DiscordStubCore, post: DiscordScreenMessage
) -> None:
    club.discord.fail(INTERACTION_CALLBACK, with_=faults.error(404, 10062, "Unknown interaction"), times=None)
    club.discord.fail(CREATE_MESSAGE, with_=faults.error(403, 50007, "closed"), times=None)
    club.discord.patience = 0.3
    await club.ada.press(post, "I may")
    await club.idle()
    assert stub.unreachable_users == [str(ADA_USER_ID)]
    assert club.ada.window == [post]


async def test_an_answer_that_cannot_be_drawn_is_an_apology_for_the_presser(
    club: DiscordWorkspace, stub: DiscordStubCore, post: DiscordScreenMessage
) -> None:
    stub.next_response = Card((("x", 5),))  # type: ignore[arg-type]
    seen = await club.ada.press(post, "I may")
    assert "went wrong on my side" in seen.said
    assert seen.ephemeral
    assert_post_unchanged(post)


async def test_whoever_presses_as_a_script_does_is_told_in_private(
    club: DiscordWorkspace, stub: DiscordStubCore, post: DiscordScreenMessage
) -> None:
    for _ in range(201):
        club.bot.listeners._action_limiter.try_take(str(ADA_USER_ID))
    seen = await club.ada.press(post, "I may")
    assert seen.ephemeral
    assert stub.received_inputs == []
    assert_post_unchanged(post)


@pytest.mark.parametrize("form", [CHANNEL_TYPE_NEWS, CHANNEL_TYPE_THREAD])
async def test_it_is_the_same_in_threads_and_announcements(
    club: DiscordWorkspace, stub: DiscordStubCore, form: int
) -> None:
    post = await club.post(ACME_POST_CARD, club.discord.world.room("club", form))
    seen = await club.ada.press(post, "I may")
    assert seen.ephemeral
    assert_post_unchanged(post)


@pytest.mark.parametrize("may", ["sends", "sees", "reads"])
async def test_what_is_closed_to_us_meanwhile_is_answered_in_private_all_the_same(
    club: DiscordWorkspace, stub: DiscordStubCore, may: str
) -> None:
    room = club.discord.world.room("club")
    post = await club.post(ACME_POST_CARD, room)
    setattr(room, may, False)
    assert (await club.ada.press(post, "I may")).ephemeral
    assert_post_unchanged(post)


async def test_two_who_press_at_once_have_an_answer_each(
    club: DiscordWorkspace, stub: DiscordStubCore, post: DiscordScreenMessage
) -> None:
    kim = club.discord.invite(DiscordUser(5, "kim", installed=False))
    stub.next_response = Card((("Yours.",),))
    people = [club.ada, club.lee, kim]
    answers: list[DiscordResult] = await asyncio.gather(*[who.press(post, "I may") for who in people])
    assert all(seen.ephemeral and seen.said == "Yours." for seen in answers)
    assert {actor.address.user for actor, _, _ in stub.received_inputs} == {str(ADA_USER_ID), str(LEE_USER_ID), "5"}
    assert all(len(who.ephemerals) == 1 for who in people)
    assert_post_unchanged(post)


async def test_a_post_works_after_a_restart_with_the_bots_own_core(
    club: DiscordWorkspace, post: DiscordScreenMessage
) -> None:
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
    assert not any({"Dana", "Priya"} & set(text.split()) for text in club.discord.texts()[LEE_USER_ID])
    assert await club.ada.slash(OUTREACH_ROOT, "board")
