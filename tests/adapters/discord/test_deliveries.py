"""What becomes of a reminder whatever Discord answers, and wherever we die: one message, or none and nothing lost."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from adapters.discord import api, messenger
from bot.delivery.outbox import MAX_POSSIBLE_COPIES, MAX_SEND_TRIES
from bot.domain.model import DeliveryState, Envelope
from bot.rules.moment import BookMoment
from tests.adapters.discord.workspace import ADA_USER_ID, LEE_USER_ID, DiscordWorkspace
from tests.fakes_discord import BOT_USER_ID, DiscordPerson, DiscordScreenMessage, DiscordUser, faults, modal_inputs
from tests.fakes_discord.faults import CREATE_MESSAGE, OPEN_DM, READ_HISTORY, Failure

DUE_CONTACT_NAME = "Dana"
LOST_ANSWER_FAULTS = (
    *(faults.status(code) for code in (500, 502, 503, 504, 524)),
    *(faults.html(502), faults.html(), faults.html(200), faults.empty(), faults.bad_json(), faults.dropped()),
    *(Failure("list", 200, "[]"), Failure("null", 200, "null"), Failure("error 500", 500, '{"code": 0}')),
)
REFUSED_MESSAGE_FAULTS = (
    *(faults.error(400, 50035, "Invalid Form Body"), faults.error(403, 50013, "Missing Permissions")),
    *(faults.error(404, 10003, "Unknown Channel"), faults.error(403, 99_999, "new"), faults.status(404)),
    *(faults.error(400, 50006, "Cannot send an empty message"), faults.status(405), faults.status(413)),
    *(faults.limited(1), faults.limited(1, via=False), faults.limited(1, header=False), faults.html(429)),
)
UNREACHABLE_CODES = {50001: 403, 50007: 403, 50278: 403, 10013: 404}


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library repeats some requests by itself; its pauses cost nothing here."""

    class Hasty:
        def __getattr__(self, name: str) -> Any:
            return getattr(asyncio, name)

        async def sleep(self, _seconds: float) -> None:
            await asyncio.sleep(0)

    monkeypatch.setattr("discord.http.asyncio", Hasty())


async def make_reminders_due(club: DiscordWorkspace, *people: DiscordPerson) -> None:
    """Each has a contact of whom there is one thing to say, at the same moment a few days from now."""
    people = people or (club.ada,)
    for who in people:
        await club.slash("settings", who, basket="never", patience="no")
        await club.slash("add", who, contact=DUE_CONTACT_NAME, channel="email")
    while not all([await is_reminder_due(club, who) for who in people]):
        wake = await club.core.next_wake()
        assert wake is not None
        await club.core.sweep(club.clock.now())
        club.clock.move(wake)


async def is_reminder_due(club: DiscordWorkspace, who: DiscordPerson) -> bool:
    """Whether there is something that may be said to them now."""
    book = await club.book(who.user.id)
    return book is not None and bool(BookMoment(book, club.clock.now(), club.home).due)


def unasked_messages_to(who: DiscordPerson) -> list[DiscordScreenMessage]:
    """The messages that came by themselves, whatever they say by now."""
    return [
        message
        for message in who.dm.messages
        if message.author == BOT_USER_ID and DUE_CONTACT_NAME in "".join([*message.versions, message.said])
    ]


def direct_message_route(who: DiscordPerson) -> str:
    """The address of this person's direct messages."""
    return f"POST /channels/{who.dm.id}/messages"


async def saved_envelopes(club: DiscordWorkspace, user: int = ADA_USER_ID) -> list[Envelope]:
    book = await club.book(user)
    assert book is not None
    assert [contact.name for contact in book.contacts] == [DUE_CONTACT_NAME], "whatever happens, nothing is lost"
    return list(book.envelopes)


def invite_members(club: DiscordWorkspace, many: int) -> list[DiscordPerson]:
    return [club.discord.invite(DiscordUser(5_000 + number, f"member {number}")) for number in range(many)]


# -- what is answered


@pytest.mark.parametrize("failure", LOST_ANSWER_FAULTS, ids=lambda one: one.name)
async def test_an_answer_that_says_nothing_makes_one_message(club: DiscordWorkspace, failure: Failure) -> None:
    await make_reminders_due(club, club.ada, club.lee)
    club.discord.fail(direct_message_route(club.ada), with_=failure, stored=True)
    club.discord.fail(direct_message_route(club.lee), with_=failure, stored=False)
    await club.wait(days=1)
    assert [len(unasked_messages_to(who)) for who in (club.ada, club.lee)] == [1, 1]
    assert await saved_envelopes(club) == await saved_envelopes(club, LEE_USER_ID) == []


@pytest.mark.parametrize("stored", [True, False])
async def test_one_that_never_answers_makes_one_message(
    club: DiscordWorkspace, monkeypatch: pytest.MonkeyPatch, stored: bool
) -> None:
    monkeypatch.setattr(api, "DISCORD_CALL_SECONDS", 0.2)
    await make_reminders_due(club)
    club.discord.fail(CREATE_MESSAGE, with_=faults.hang(0.5), stored=stored)
    await club.wait(days=1)
    assert len(unasked_messages_to(club.ada)) == 1


@pytest.mark.parametrize("failure", REFUSED_MESSAGE_FAULTS, ids=lambda one: one.name)
async def test_a_refusal_is_tried_again_later(club: DiscordWorkspace, failure: Failure) -> None:
    await make_reminders_due(club)
    club.discord.fail(CREATE_MESSAGE, with_=failure)
    await club.wait(days=1)
    assert len(unasked_messages_to(club.ada)) == 1
    assert await saved_envelopes(club) == []


async def test_whom_discord_does_not_let_us_write_to_is_tried_once_and_loses_nothing(club: DiscordWorkspace) -> None:
    people = invite_members(club, 2 * len(UNREACHABLE_CODES))
    await make_reminders_due(club, club.ada, *people)
    refusals = [faults.error(status, code, "no") for code, status in UNREACHABLE_CODES.items()]
    for who, refusal in zip(people, refusals * 2, strict=True):
        club.discord.fail(direct_message_route(who), with_=refusal, times=None)
    await club.wait(days=30)
    for who in people:
        assert [call.path for call in club.discord.called(CREATE_MESSAGE)].count(f"/channels/{who.dm.id}/messages") == 1
        assert await saved_envelopes(club, who.user.id) == []
        book = await club.book(who.user.id)
        assert book is not None
        assert book.unreachable_reason in map(str, UNREACHABLE_CODES)
    assert unasked_messages_to(club.ada), "the others go on"


async def test_a_reminder_that_they_deleted_before_we_knew_was_delivered(club: DiscordWorkspace) -> None:
    await make_reminders_due(club)
    club.discord.fail(CREATE_MESSAGE, with_=faults.dropped(), stored=True)
    await club.core.sweep(club.clock.now())
    [message] = unasked_messages_to(club.ada)
    club.discord.world.remove(message)
    await club.wait(days=1)
    assert len(club.discord.called(CREATE_MESSAGE)) == 2
    assert unasked_messages_to(club.ada) == [message]
    assert await saved_envelopes(club) == []


async def test_one_that_is_refused_again_and_again_is_given_up_and_comes_when_it_is_asked_for(
    club: DiscordWorkspace,
) -> None:
    await make_reminders_due(club)
    never = club.discord.fail(CREATE_MESSAGE, with_=faults.error(400, 50035, "Invalid Form Body"), times=None)
    await club.wait(days=3)
    assert never.happened == MAX_SEND_TRIES
    assert [envelope.state for envelope in await saved_envelopes(club)] == [DeliveryState.PARKED]
    never.undo()
    assert await club.core.retry_parked(club.clock.now()) == 1
    await club.wait(hours=1)
    assert len(unasked_messages_to(club.ada)) == 1
    assert await saved_envelopes(club) == []


async def test_one_of_which_nobody_ever_knows_is_never_many(club: DiscordWorkspace) -> None:
    """Each answer is lost, and Discord's history cannot be read."""
    await make_reminders_due(club)
    club.discord.fail(CREATE_MESSAGE, with_=faults.dropped(), times=None, stored=True)
    silent = club.discord.fail(READ_HISTORY, with_=faults.status(503), times=None)
    await club.wait(days=3)
    assert 1 <= len(unasked_messages_to(club.ada)) <= MAX_POSSIBLE_COPIES
    assert [envelope.state for envelope in await saved_envelopes(club)] == [DeliveryState.SENDING]
    assert silent.happened <= 3 * 24 + 10, "asked less and less often"
    silent.undo()
    await club.wait(days=1)
    assert await saved_envelopes(club) == []


async def test_one_that_never_arrives_is_given_up_after_some_tries(club: DiscordWorkspace) -> None:
    await make_reminders_due(club)
    never = club.discord.fail(CREATE_MESSAGE, with_=faults.dropped(), times=None)
    await club.wait(days=3)
    assert never.happened <= MAX_SEND_TRIES
    assert [envelope.state for envelope in await saved_envelopes(club)] == [DeliveryState.PARKED]


async def test_one_that_cannot_be_drawn_keeps_nobody_else_from_theirs(
    club: DiscordWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    await make_reminders_due(club, club.ada, *(people := invite_members(club, 10)))
    draw = club.bot.messenger._render_message
    sent = messenger.DiscordMessenger.send
    poisoned = False

    async def poison(self: Any, owner: Any, card: Any, key: str) -> None:
        nonlocal poisoned
        poisoned = owner.user == str(ADA_USER_ID)
        await sent(self, owner, card, key)

    def drawn(card: Any, mark: int) -> Any:
        return 1 / 0 if poisoned else draw(card, mark)

    monkeypatch.setattr(messenger.DiscordMessenger, "send", poison)
    monkeypatch.setattr(club.bot.messenger, "_render_message", drawn)
    await club.wait(days=2)
    assert [len(unasked_messages_to(who)) for who in people] == [1] * len(people)
    assert [envelope.state for envelope in await saved_envelopes(club)] == [DeliveryState.PARKED]


# -- found again


async def lose_reminder_answers(club: DiscordWorkspace, *people: DiscordPerson) -> list[DiscordScreenMessage]:
    """Reminders whose answers were lost; each person has theirs."""
    await make_reminders_due(club, *people)
    for who in people:
        club.discord.fail(direct_message_route(who), with_=faults.dropped(), stored=True)
    await club.wait(seconds=30)
    return [unasked_messages_to(who)[0] for who in people]


@pytest.mark.parametrize("minutes", [1, 2, 4, 60])
async def test_whenever_it_is_tried_again_it_is_one_message(kept: DiscordWorkspace, minutes: int) -> None:
    await lose_reminder_answers(kept, kept.ada)
    await kept.bot.stop()
    await kept.store.close()
    kept.clock.move(kept.clock.now() + timedelta(minutes=minutes))
    await kept.start()
    await kept.wait(hours=3)
    assert len(unasked_messages_to(kept.ada)) == 1
    assert await saved_envelopes(kept) == []
    asked_for = len(kept.discord.called(READ_HISTORY)), len(kept.discord.called(CREATE_MESSAGE))
    assert asked_for == (1, 1), "it was looked for, and found"


async def test_it_is_found_whatever_was_pressed_on_it_meanwhile(club: DiscordWorkspace) -> None:
    [reminder] = await lose_reminder_answers(club, club.ada)
    labels = [label for label, _ in reminder.buttons]
    people = invite_members(club, len(labels))
    club.clock.move(club.clock.now() + timedelta(days=1))
    reminders = await lose_reminder_answers(club, *people)
    for who, message, label in zip(people, reminders, labels, strict=True):
        seen = await who.press(message, label)
        if seen.modal:
            given = {"when": "today 8:00", "until": "20 dec"}
            await who.submit(seen, {name: given[name] for name in modal_inputs(seen.modal.components) if name in given})
    club.clock.move(club.clock.now() + timedelta(minutes=10))
    await club.wait(days=1)
    again = {label: len(unasked_messages_to(who)) for who, label in zip(people, labels, strict=True)}
    assert again == dict.fromkeys(labels, 1)


# -- wherever we die


class DiscordProcessDeath(BaseException):
    """The process is gone: nobody catches that."""


def die_at_save(club: DiscordWorkspace, at: int, *, kept: bool) -> None:
    """Let us die with the next save but so many, before or after it is done."""
    save, left = club.store.save_book, at

    async def last(book: Any) -> Any:
        nonlocal left
        left -= 1
        if left == 0 and not kept:
            raise DiscordProcessDeath
        saved = await save(book)
        if left == 0:
            raise DiscordProcessDeath
        return saved

    club.store.save_book = last


@pytest.mark.parametrize("minutes", [0, 30])
@pytest.mark.parametrize(
    ("at", "saved"), [(1, False), (1, True), (2, False), (2, True)], ids=["claimed", "marked", "sent", "settled"]
)
async def test_wherever_we_die_and_begin_again_there_is_one_message(
    kept: DiscordWorkspace, at: int, saved: bool, minutes: int
) -> None:
    await make_reminders_due(kept)
    die_at_save(kept, at, kept=saved)
    with pytest.raises(DiscordProcessDeath):
        await kept.core.sweep(kept.clock.now())
    assert len(unasked_messages_to(kept.ada)) == (at == 2)
    kept.clock.move(kept.clock.now() + timedelta(minutes=minutes))
    await kept.restart()
    await kept.wait(days=1)
    assert len(unasked_messages_to(kept.ada)) == 1
    assert await saved_envelopes(kept) == []


async def test_what_changed_between_claim_and_send_holds(club: DiscordWorkspace) -> None:
    await make_reminders_due(club)
    claim = club.store.claim

    async def meanwhile(*how: Any) -> Any:
        books = await claim(*how)
        if books:
            club.store.claim = claim
            await club.slash("reply", contact=DUE_CONTACT_NAME, kind="answer")
        return books

    club.store.claim = meanwhile
    await club.wait(days=1)
    assert unasked_messages_to(club.ada) == []


# -- when Discord asks for rest


@pytest.mark.parametrize("refusal", [faults.limited(3600, everywhere=True), faults.limited(3600, via=False)])
async def test_a_rest_that_is_asked_of_everything_is_kept_by_all(club: DiscordWorkspace, refusal: Failure) -> None:
    await make_reminders_due(club, *(people := invite_members(club, 5)))
    club.discord.fail(CREATE_MESSAGE, with_=refusal)
    await club.wait(days=1)
    assert [len(unasked_messages_to(who)) for who in people] == [1] * 5
    first, *rest = [call.at for call in club.discord.calls if "429" in call.answered or call.name == CREATE_MESSAGE]
    assert all(at >= first + 3600 for at in rest)


@pytest.mark.parametrize("seconds", [1, 60, 3600])
async def test_a_rest_that_is_asked_of_one_conversation_keeps_nobody_else(club: DiscordWorkspace, seconds: int) -> None:
    await make_reminders_due(club, club.ada, club.lee)
    club.discord.fail(direct_message_route(club.ada), with_=faults.limited(seconds, scope="shared"))
    began = club.clock.now()
    await club.core.sweep(began)
    assert [len(unasked_messages_to(who)) for who in (club.ada, club.lee)] == [0, 1]
    await club.wait(days=1)
    [message] = unasked_messages_to(club.ada)
    assert message.at >= began.timestamp() + seconds


async def test_while_half_of_all_is_refused_everybody_gets_theirs_once(club: DiscordWorkspace) -> None:
    await make_reminders_due(club, *(people := invite_members(club, 12)))
    for number, who in enumerate(people):
        for again in range(number % 4):
            club.discord.fail(direct_message_route(who), with_=faults.limited(1 + 7 * again, header=bool(again % 2)))
    await club.wait(days=1)
    assert [len(unasked_messages_to(who)) for who in people] == [1] * 12


@pytest.mark.parametrize(("code", "rest"), [(40003, timedelta(minutes=10)), (20026, timedelta(hours=6))])
async def test_what_discord_takes_for_spam_holds_new_conversations_alone(
    club: DiscordWorkspace, code: int, rest: timedelta
) -> None:
    known, *people = invite_members(club, 4)
    assert await known.says("help")
    await make_reminders_due(club, *people, known)
    before = len(club.discord.called(OPEN_DM))
    club.discord.fail(OPEN_DM, with_=faults.error(403, code, "no"))
    while await club.core.sweep(club.clock.now()):
        pass
    assert len(unasked_messages_to(known)) == 1, "theirs is open"
    assert len(club.discord.called(OPEN_DM)) == before + 1
    await club.wait(days=1)
    first, *others = [call.at for call in club.discord.called(OPEN_DM)[before:]]
    assert others
    assert all(at >= first + rest.total_seconds() for at in others)
    assert [len(unasked_messages_to(who)) for who in people] == [1] * 3


# -- many


async def test_a_hundred_members_whose_moment_is_the_same_get_theirs_in_turn(club: DiscordWorkspace) -> None:
    await make_reminders_due(club, *(people := invite_members(club, 100)))
    began = club.clock.now()
    await club.wait(hours=2)
    assert [len(unasked_messages_to(who)) for who in people] == [1] * 100
    sent = club.discord.called(CREATE_MESSAGE)
    assert len({call.body["nonce"] for call in sent}) == len(sent) == 100
    opened = [call.at for call in club.discord.called(OPEN_DM)]
    assert len(opened) == 100
    # Two seconds apart each; less what the test itself took, which the bot's clock counts, too.
    assert opened[-1] - opened[0] > 100
    assert all(later >= earlier for earlier, later in pairwise(opened))
    assert opened[-1] - began.timestamp() < 600
