"""Running one thing that was said: conflicts, trouble with the store, faults, repeats, old buttons, drafts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import structlog

from bot.app import invocation
from bot.domain.errors import BookDamaged
from bot.domain.model import Address, Book
from tests.fakes import FailingStore, Member

CANARY_CONTACT_NAME = "Quixote"


async def test_a_conflict_is_decided_again_on_the_newer_book(ada: Member, store: FailingStore) -> None:
    await ada.say("add Dana channel: email")
    store.conflicts = 2
    assert (await ada.say("reply Dana kind: answer")).startswith("Good: Dana")
    assert await ada.kinds("Dana") == ["attempt", "reply_received"]


async def test_a_conflict_without_end_is_said_and_nothing_was_changed(ada: Member, store: FailingStore) -> None:
    await ada.say("add Dana channel: email")
    store.conflicts = 99
    assert "nothing was changed" in await ada.say("reply Dana kind: answer")
    store.conflicts = 0
    assert await ada.kinds("Dana") == ["attempt"]


async def test_a_store_that_cannot_be_written_is_said_and_nothing_was_changed(ada: Member, store: FailingStore) -> None:
    await ada.say("add Dana channel: email")
    before = await ada.book()
    store.unavailable = 1
    assert "I couldn't save that just now, and nothing was changed." in await ada.say("reply Dana kind: answer")
    assert await ada.book() == before
    assert (await ada.say("reply Dana kind: answer")).startswith("Good: Dana")


@pytest.mark.parametrize("said", ["board", "show Dana", "why Dana", "help"])
async def test_a_store_that_cannot_be_written_keeps_nobody_from_reading(
    ada: Member, store: FailingStore, said: str
) -> None:
    await ada.say("add Dana channel: email")
    store.unavailable = 100
    ada.wait(days=3)
    assert "couldn't save" not in await ada.say(said)
    assert "nothing was changed" in await ada.say("rest Dana")


async def test_a_damaged_book_hurts_its_owner_alone(ada: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = FailingStore.load

    async def damaged(self: FailingStore, owner: Address) -> Book | None:
        if owner == ada.actor.address:
            raise BookDamaged
        return await whole(self, owner)

    monkeypatch.setattr(FailingStore, "load", damaged)
    assert "Nothing was thrown away." in await ada.say("board")
    assert "is on your board" in await ada.another("ben").say("add Lee")


async def test_a_fault_is_an_apology_with_a_reference_and_no_word_in_the_log(
    ada: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ada.say(f"add {CANARY_CONTACT_NAME} channel: email")
    before = await ada.book()

    def broken(*_: object) -> None:
        raise RuntimeError(f"cannot show {CANARY_CONTACT_NAME}")

    monkeypatch.setattr(invocation, "_decide_handler_result", broken)
    with structlog.testing.capture_logs() as log:
        said = await ada.say(f"reply {CANARY_CONTACT_NAME} kind: answer note: {CANARY_CONTACT_NAME}")
    [entry] = log
    assert "something went wrong on my side" in said
    assert entry["reference"] in said
    assert CANARY_CONTACT_NAME not in repr(log) + said
    assert await ada.book() == before


async def test_a_repeated_event_has_no_second_effect_and_shows_the_present_state(ada: Member) -> None:
    await ada.say("add Dana", event="1")
    await ada.say("log Dana channel: email", event="2")
    assert "It's Dana's turn" in await ada.say("log Dana channel: email", event="2")
    assert await ada.kinds("Dana") == ["attempt"]
    ada.wait(hours=25)
    assert "2" in [event for event, _at in (await ada.book()).handled_events]
    await ada.say("reply Dana kind: answer", event="3")
    assert [event for event, _at in (await ada.book()).handled_events] == ["3"]


async def test_a_repeated_form_and_press_have_no_second_effect(ada: Member) -> None:
    await ada.say("add")
    form = ada.last
    await ada.fill(event="1", contact="Dana", channel="email")
    undo = ada.button("Undo").line
    ada.last = form
    assert "It's Dana's turn" in await ada.fill(event="1", contact="Dana", channel="email")
    assert await ada.names() == ["Dana"]
    await ada.press_line(undo, event="2")
    assert (await ada.press_line(undo, event="2")).startswith("Waiting to hear back is hard")


async def test_a_button_from_before_the_last_change_changes_nothing_and_shows_the_present(ada: Member) -> None:
    await ada.say("add Dana channel: email")
    await ada.say("reply Dana")
    answer = ada.button("Answer").line
    await ada.press_line(answer)
    assert "That button was from earlier" in await ada.press_line(answer)
    assert await ada.kinds("Dana") == ["attempt", "reply_received"]


async def test_another_members_ids_are_not_found_in_the_same_words_as_what_is_gone(ada: Member) -> None:
    await ada.say("add Dana channel: email")
    dana = await ada.contact("Dana")
    ben = ada.another("ben")
    await ben.say("add Lee")
    gone = await ben.press_line("show contact: #nobody")
    assert "I can't find that any more." in gone
    for line in ("more", "why", "wake mark: {mark}", "reply kind: answer mark: {mark}", "forget sure: yes"):
        command, _space, rest = line.format(mark=dana.revision).partition(" ")
        assert await ben.press_line(f"{command} contact: #{dana.id} {rest}") == gone
    assert await ada.kinds("Dana") == ["attempt"]


async def test_another_members_draft_is_not_found(ada: Member) -> None:
    await ada.say("log Zed channel: email")
    button = ada.button("Add Zed").line
    assert "I can't find that any more." in await ada.another("ben").press_line(button)


async def test_a_drafted_button_pressed_twice_is_answered_and_done_once(ada: Member) -> None:
    await ada.say("log Zed channel: email")
    button = ada.button("Add Zed").line
    await ada.press_line(button)
    assert "It may be done already" in await ada.press_line(button)
    assert await ada.kinds("Zed") == ["attempt"]


@pytest.mark.parametrize(("days", "there"), [(29, True), (30, False)])
async def test_a_draft_is_kept_for_thirty_days(ada: Member, days: int, there: bool) -> None:
    await ada.say("log Zed channel: email note: hello")
    button = ada.button("Add Zed").line
    ada.wait(days=days)
    assert ("Noted: e-mail to Zed" in await ada.press_line(button)) == there
    await ada.say("add Lee")
    assert (await ada.book()).drafts == ()


async def test_log_it_anyway_after_the_draft_is_gone_asks_again_instead_of_failing(ada: Member) -> None:
    await ada.say("add Dana channel: email")
    await ada.say("log Dana channel: email")
    anyway = ada.button("Log it anyway").line
    ada.wait(days=31)
    await ada.press_line(anyway)
    assert list(ada.inputs) == ["channel", "when", "note"]


async def test_a_button_of_an_older_version_is_answered(ada: Member) -> None:
    await ada.say("add Dana")
    assert "I don't know “followup”." in await ada.press_line("followup contact: #1")
    assert "has no “colour:”" in await ada.press_line("show contact: Dana colour: red")


async def test_any_command_answers_what_was_asked_and_wakes_a_quiet_bot(ada: Member, store: FailingStore) -> None:
    await ada.say("add Dana channel: email")
    ada.at("2026-12-08 10:00")
    assert len(await ada.sweep()) == 1
    book = await ada.book()
    await store.save(replace(book, quiet_since=ada.now, unreachable_reason="blocked"))
    ada.wait(hours=1)
    await ada.say("board")
    book = await ada.book()
    assert [sent.was_answered for sent in book.sent_reminders] == [True]
    assert (book.quiet_since, book.unreachable_reason, book.reminders_resumed_at) == (None, "", ada.now)


async def test_whoever_could_not_be_reached_hears_of_it_once_with_the_first_card(
    ada: Member, store: FailingStore
) -> None:
    await ada.say("add Dana channel: email")
    await store.save(replace(await ada.book(), unreachable_reason="blocked"))
    await ada.say("log")
    assert ada.form
    assert (await ada.book()).unreachable_reason == "blocked"
    assert "I could not write to you here. Nothing is lost; I'll try again." in await ada.say("board")
    assert (await ada.book()).unreachable_reason == ""
    assert "I could not write to you" not in await ada.say("board")


async def test_a_mere_look_is_written_down_once_a_day_at_most(ada: Member, store: FailingStore) -> None:
    await ada.say("add Dana")
    saves = store.saves
    for _ in range(5):
        await ada.say("board")
    assert store.saves == saves
    ada.now += timedelta(days=1)
    await ada.say("board")
    assert (await ada.book()).last_active_at == ada.now


async def test_a_look_of_somebody_who_has_nothing_leaves_no_book(ada: Member) -> None:
    for typed in ("board", "help", "settings", "add", "why", "bord", "forget me", "undo"):
        await ada.say(typed)
    assert not await ada.core.has_book(ada.actor.address)


async def test_somebody_who_comes_back_after_weeks_is_welcomed_and_told_of_nothing_missed(ada: Member) -> None:
    await ada.say("add Dana")
    ada.wait(days=20)
    assert (await ada.say("board")).startswith("Welcome back.")
    assert "Welcome back." not in await ada.say("board")


@pytest.mark.parametrize("forged", ["new: yes", "twin: yes", "by: x", "page: 3"])
async def test_a_forged_line_on_ones_own_draft_is_no_fault(ada: Member, forged: str) -> None:
    await ada.say("add Dana channel: email")
    await ada.say("log Dana channel: email")
    [draft] = (await ada.book()).drafts
    assert "went wrong" not in await ada.press_line(f"resume draft: {draft.id} {forged}")


async def test_a_name_that_looks_like_an_id_takes_over_no_button(ada: Member) -> None:
    await ada.say("add Dana")
    dana = await ada.contact("Dana")
    await ada.say(f'add "#{dana.id}"')
    assert (await ada.press_line(f"show contact: #{dana.id}")).startswith("Dana ")
