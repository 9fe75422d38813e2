"""A press on a post in a channel: the answer is the presser's alone, and the post stays as it is for everybody."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.domain.messages import Button, Card
from tests.adapters.discord.workspace import ADA_USER_ID, DiscordWorkspace
from tests.fakes_discord import BOT_USER_ID, DiscordScreenMessage, faults
from tests.fakes_discord.faults import EDIT_ANSWER, INTERACTION_CALLBACK
from tests.fakes_discord.state import CHANNEL_TYPE_NEWS, CHANNEL_TYPE_THREAD
from tests.platforms.stub_service import (
    PRIVATE_ASIDE_CARD,
    PRIVATE_FORM,
    PRIVATE_TEXT,
    StubService,
    serve_stub,
)

ACME_POST_CARD = Card(
    (("Who may know somebody at Acme?",),), buttons=(Button("I may", "show"), Button("Mute", "pause"))
)
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
def stub(club: DiscordWorkspace) -> StubService:
    return serve_stub(club)


@pytest.fixture
async def post(club: DiscordWorkspace) -> DiscordScreenMessage:
    return await club.post(ACME_POST_CARD)


@pytest.fixture(autouse=True)
async def nobody_else_saw_it(club: DiscordWorkspace) -> AsyncIterator[None]:
    """Whatever happens in a test here: what is private came to Ada alone, and never into a channel of many."""
    yield
    await club.idle()
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


@pytest.mark.parametrize("slow", [False, True], ids=["at once", "slowly"])
@pytest.mark.parametrize("trouble", PRESS_TROUBLES)
async def test_whatever_goes_wrong_it_comes_to_them_in_private_or_not_at_all(
    club: DiscordWorkspace, stub: StubService, post: DiscordScreenMessage, slow: bool, trouble: str
) -> None:
    for route, failure, stored in PRESS_TROUBLES[trouble]:
        club.discord.fail(route, with_=failure, stored=stored, times=None)
    club.discord.patience = 0.4
    if slow:
        stub.gate.clear()
    await club.ada.press(post, "I may")
    stub.gate.set()
    await club.idle()
    assert_post_unchanged(post)
    assert any(PRIVATE_TEXT in text for text in club.discord.texts().get(ADA_USER_ID, []))


@pytest.mark.parametrize("slow", [False, True], ids=["at once", "slowly"])
@pytest.mark.parametrize("trouble", PRESS_TROUBLES)
async def test_a_form_that_was_opened_there_is_answered_in_private(
    club: DiscordWorkspace, stub: StubService, post: DiscordScreenMessage, slow: bool, trouble: str
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
    club: DiscordWorkspace, stub: StubService, post: DiscordScreenMessage
) -> None:
    stub.next_response = PRIVATE_FORM
    for reply in (PRIVATE_FORM, PRIVATE_ASIDE_CARD):
        stub.to_forms = reply
        seen = await club.ada.submit(await club.ada.press(post, "I may"), topic="words")
        assert seen.ephemeral
        assert_post_unchanged(post)


async def test_an_answer_that_cannot_be_drawn_is_an_apology_for_the_presser(
    club: DiscordWorkspace, stub: StubService, post: DiscordScreenMessage
) -> None:
    stub.next_response = Card((("x", 5),))  # type: ignore[arg-type]
    seen = await club.ada.press(post, "I may")
    assert "went wrong on my side" in seen.said
    assert seen.ephemeral
    assert_post_unchanged(post)


@pytest.mark.parametrize("form", [CHANNEL_TYPE_NEWS, CHANNEL_TYPE_THREAD])
async def test_it_is_the_same_in_threads_and_announcements(
    club: DiscordWorkspace, stub: StubService, form: int
) -> None:
    post = await club.post(ACME_POST_CARD, club.discord.world.room("club", form))
    seen = await club.ada.press(post, "I may")
    assert seen.ephemeral
    assert_post_unchanged(post)


@pytest.mark.parametrize("may", ["sends", "sees", "reads"])
async def test_what_is_closed_to_us_meanwhile_is_answered_in_private_all_the_same(
    club: DiscordWorkspace, stub: StubService, may: str
) -> None:
    room = club.discord.world.room("club")
    post = await club.post(ACME_POST_CARD, room)
    setattr(room, may, False)
    assert (await club.ada.press(post, "I may")).ephemeral
    assert_post_unchanged(post)
