"""What a form carries, how it comes back, and what is kept for it."""

from __future__ import annotations

from time import process_time

import pytest

from bot.commands.forms import MAX_FIXED_CHARS
from bot.domain.errors import BadValue, BadValueReason
from bot.domain.messages import Form
from bot.text.command_line import MAX_BUTTON_LINE_CHARS
from bot.views.input_errors import field_error_text
from tests.fakes import Member

LONG_NOTE = "I wrote about the opening that Sam told me of. " * 20


@pytest.fixture
async def ada() -> Member:
    ada = Member()
    await ada.say("add Dana channel: email")
    return ada


def fixed_value_chars(form: Form) -> int:
    return sum(len(name) + len(value) for name, value in form.fixed)


async def test_a_short_form_carries_its_values_and_writes_nothing(ada: Member) -> None:
    before = await ada.book()
    await ada.say("plan Dana")
    assert ada.form.reopen == "plan contact: Dana"
    assert dict(ada.form.fixed) == {"contact": f"#{(await ada.contact('Dana')).id}"}
    assert await ada.book() == before


async def test_what_a_form_cannot_carry_is_kept_as_a_draft(ada: Member) -> None:
    await ada.say(f"reply Dana kind: away note: {LONG_NOTE}")
    assert ada.inputs.keys() == {"contact", "kind", "until", "when", "note"} - {"contact", "kind", "when", "note"}
    assert fixed_value_chars(ada.form) <= MAX_FIXED_CHARS
    await ada.fill(until="in 2 weeks")
    assert (await ada.contact("Dana")).entries[-1].note == LONG_NOTE.strip()
    assert (await ada.book()).drafts == ()


async def test_a_form_opens_again_with_what_was_typed(ada: Member) -> None:
    for said in (
        "plan",
        "plan Dana",
        "plan Dana when: nonsense",
        f"log Dana note: {LONG_NOTE}",
        "settings zone: Nowhere",
    ):
        await ada.say(said)
        form = ada.form
        assert 0 < len(form.reopen) <= MAX_BUTTON_LINE_CHARS
        await ada.press_line(form.reopen)
        assert (ada.form.command, ada.form.inputs) == (form.command, form.inputs)


async def test_a_form_answered_twice_is_done_once(ada: Member) -> None:
    await ada.say(f"reply Dana kind: away note: {LONG_NOTE}")
    form = ada.form
    await ada.fill(until="in 2 weeks")
    ada.last = form
    assert "can't find that any more" in await ada.fill(until="in 2 weeks")
    assert (await ada.kinds("Dana")).count("away") == 1


async def test_cards_that_wait_for_a_choice_say_so(ada: Member) -> None:
    for said in ("log Dana channel: email", "reply Dana", "add Dana", "log Dena channel: email"):
        await ada.say(said)
        assert ada.card.is_unfinished, said
    for said in ("board", "show Dana", "reply Dana kind: answer"):
        await ada.say(said)
        assert not ada.card.is_unfinished, said


async def test_what_is_asked_of_the_club_is_answered_though_there_is_none_yet(ada: Member) -> None:
    for said in ("/club", "/club join", "/club ask about: anything"):
        assert (await ada.say(said)).startswith("I can't tell here which club you mean.")
    assert (await ada.say("/club nonsense here")).startswith("I don't know “nonsense”.")
    assert "Dana" in await ada.say("/outreach show Dana")
    assert "Dana" in await ada.say("/outreach")


async def test_a_picked_day_that_will_not_do_is_said_as_a_day(ada: Member) -> None:
    await ada.say("plan Dana")
    await ada.fill(when="2026-11-01 15:00")
    assert ada.form.inputs[0].error.startswith("“Sun 1 Nov, 15:00” is over already.")


async def test_choices_are_shown_in_words(ada: Member) -> None:
    await ada.say("add")
    shown = {option.value: option.label for option in ada.form.inputs[1].options}
    assert (shown["email"], shown["none"], shown["voicemail"]) == ("e-mail", "none yet", "voicemail")


async def test_a_form_of_a_draft_that_has_aged_opens_all_the_same(ada: Member) -> None:
    await ada.say(f"log Dana note: {LONG_NOTE}")
    first = ada.form
    ada.wait(days=20)
    await ada.press_line(first.reopen)
    second = ada.form
    ada.wait(days=20)
    await ada.press_line(second.reopen)
    assert ada.inputs["note"] == LONG_NOTE.strip()


@pytest.mark.parametrize("note", ["z" * 40_000, "z-" * 20_000, "İ" * 40_000, "a:" * 20_000, '"' * 40_000])
async def test_a_long_word_keeps_nobody_waiting(ada: Member, note: str) -> None:
    plain = min([await cpu_seconds_of_note(Member(), "walk " * 8_000) for _ in range(3)])
    took = min([await cpu_seconds_of_note(member, note) for member in (ada, Member(), Member())])
    assert took < 30 * plain, "it took minutes"
    book = await ada.book()
    assert sum(len(value) for draft in book.drafts for _name, value in draft.values) < 20_000


async def cpu_seconds_of_note(member: Member, note: str) -> float:
    """Seconds of the processor."""
    began = process_time()
    member.last = await member.core.handle_form(member.actor, "log", {"note": note}, member.now)
    await member.say(f"log {note[:11_000]}")
    await member.say(f"show {note[:11_000]}")
    return process_time() - began


async def test_only_so_many_events_are_remembered(ada: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.app.dispatcher.MAX_HANDLED_EVENTS", 3)
    for number in range(5):
        await ada.say(f"log Dana channel: email when: yesterday note: {number}", event=f"E{number}")
    assert [event for event, _at in (await ada.book()).handled_events] == ["E2", "E3", "E4"]


async def test_a_draft_goes_when_what_it_holds_is_done(ada: Member) -> None:
    for name in ("Kim Smith", "Kim Jones"):
        await ada.say(f"add {name}")
    await ada.say("log Kim channel: email")
    assert len((await ada.book()).drafts) == 1
    await ada.press("Kim Jones")
    assert (await ada.book()).drafts == ()


@pytest.mark.parametrize("reason", BadValueReason)
def test_each_way_of_not_taking_a_value_has_a_sentence_of_its_own(reason: BadValueReason) -> None:
    limits = (2, 5) if reason is BadValueReason.OUT_OF_RANGE else None
    others = {field_error_text(BadValue("x", other)) for other in BadValueReason if other is not reason}
    said = field_error_text(BadValue("x", reason, "typed", limits))
    assert said not in others
    assert "I can't take" not in said
