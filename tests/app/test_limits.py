"""What a book holds is limited in sum: the next is refused with a way out, and what was typed is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.model import POLICY, Attempt, Contact, DateRange, Entry, Plan
from bot.rules import read_timeline
from tests.fakes import Member
from tests.samples import sample_contact, sent_attempt

BOARD_FULL_OF_PEOPLE = "Your board holds 3,000 people, and that is all I can look after well."
BOARD_FULL_OF_NOTES = "Your board holds 20,000 notes, and that is all I can look after well."
LEE_IS_FULL = "I have 500 notes about Lee, and that is all I can look after well."


def many_attempts(member: Member, count: int, key: str = "old") -> tuple[Attempt, ...]:
    began = member.now - timedelta(days=400)
    return tuple(sent_attempt(began + timedelta(hours=number), id=f"{key}{number}") for number in range(count))


async def board_of(member: Member, *contacts: Contact) -> None:
    """Give the member a book with these contacts, as if they had all been typed."""
    await member.say("settings checkin: no")
    await member.store.save(replace(await member.book(), contacts=contacts))


def full_board(member: Member, entry_count: int) -> list[Contact]:
    """So many entries, 500 with each contact. The first two are Lee and Noor."""
    names = ["Lee", "Noor", *(f"Person{number}" for number in range(entry_count // 500 - 2))]
    return [sample_contact(name, *many_attempts(member, 500, name)) for name in names]


async def entries_of(member: Member, name: str) -> list[Sequence[Entry]]:
    return [contact.entries for contact in (await member.book()).contacts if contact.name == name]


async def test_a_contact_takes_500_entries_and_goes_on_with_a_second_card(ada: Member) -> None:
    await board_of(ada, sample_contact("Lee", *many_attempts(ada, 499)))
    await ada.say("log Lee channel: phone when: yesterday")
    assert (await ada.say("log Lee channel: voicemail when: yesterday note: rang twice")).startswith(LEE_IS_FULL)
    [entries] = await entries_of(ada, "Lee")
    assert len(entries) == 500
    await ada.press("Second card")
    first, second = await entries_of(ada, "Lee")
    assert first == entries
    assert [(one.kind, one.note) for one in second] == [("attempt", "rang twice")]
    assert (await ada.book()).drafts == ()


@pytest.mark.parametrize(
    "said", ["reply Lee kind: answer", "plan Lee when: tomorrow 15:00", "snooze Lee until: in 3 days", "rest Lee"]
)
async def test_whatever_would_begin_something_is_refused_at_the_limit(ada: Member, said: str) -> None:
    await board_of(ada, sample_contact("Lee", *many_attempts(ada, 500)))
    before = await ada.book()
    assert (await ada.say(said)).startswith(LEE_IS_FULL)
    after = await ada.book()
    assert after.contacts == before.contacts
    assert [draft.command for draft in after.drafts] == [said.split()[0]]


async def test_a_full_contact_can_be_let_go_and_their_calls_be_settled(ada: Member) -> None:
    call = Plan(id="call", at=ada.now - timedelta(days=2), starts_at=ada.now - timedelta(days=1), minutes=30)
    await board_of(ada, sample_contact("Lee", *many_attempts(ada, 499), call))
    await ada.press_line("held contact: #lee plan: call")
    await ada.say("close Lee outcome: met")
    [lee] = (await ada.book()).contacts
    assert (len(lee.entries), read_timeline(lee).plans, bool(read_timeline(lee).closed)) == (502, (), True)
    for line in ("close contact: #lee outcome: met", "wake contact: #lee"):
        assert (await ada.press_line(line)).startswith(LEE_IS_FULL), "neither is needed, and both could go on for ever"


async def test_a_book_takes_20_000_entries_and_more_when_somebody_was_let_go(ada: Member) -> None:
    lee, *others = full_board(ada, 20_000)
    await board_of(ada, replace(lee, entries=lee.entries[:-1]), *others, sample_contact("Dana"))
    await ada.say("log Dana channel: email when: yesterday")
    assert (await ada.say("log Dana channel: phone when: yesterday note: rang")).startswith(BOARD_FULL_OF_NOTES)
    assert len((await entries_of(ada, "Dana"))[0]) == 1
    waiting = ada.button("Try again").line
    await ada.confirm_line("forget Noor sure: yes")
    await ada.press_line(waiting)
    assert [one.note for one in (await entries_of(ada, "Dana"))[0]] == ["", "rang"]


async def test_a_board_takes_3_000_people_and_says_so(ada: Member) -> None:
    await board_of(ada, *(sample_contact(f"Person{number}") for number in range(2_998)), sample_contact("Dana"))
    await ada.say("add Lee")
    for said in ("add Priya", "add Priya via: Sam", "edit Dana via: Sam"):
        assert (await ada.say(said)).startswith(BOARD_FULL_OF_PEOPLE)
    waiting = ada.button("Try again").line
    await ada.say("log Priya channel: phone")
    assert (await ada.press("Add Priya")).startswith(BOARD_FULL_OF_PEOPLE)
    assert len((await ada.book()).contacts) == 3_000
    await ada.say("log Lee channel: phone")
    assert await ada.kinds("Lee") == ["attempt"]
    await ada.confirm_line("forget Person7 sure: yes")
    await ada.press_line(waiting)
    assert (await ada.names())[-1] == "Sam"


async def test_planned_calls_are_limited(ada: Member) -> None:
    plans = [
        Plan(id=f"call{number}", at=ada.now, starts_at=ada.now + timedelta(days=1 + number), minutes=30)
        for number in range(POLICY.max_open_plans)
    ]
    await board_of(ada, sample_contact("Lee", *plans))
    answer = await ada.say("plan Lee when: tomorrow 15:00")
    assert answer.startswith("20 calls are planned with Lee, and that is all I can look after well.")
    waiting = ada.button("Try again").line
    assert len((await entries_of(ada, "Lee"))[0]) == 20
    ada.wait(days=1, hours=1)
    await ada.press_line("held contact: #lee plan: call0")
    await ada.press_line(waiting + ' when: "tomorrow 15:00"')
    assert [one.kind for one in (await entries_of(ada, "Lee"))[0][20:]] == ["call_outcome", "plan"]


async def test_busy_times_are_limited_and_cleared(ada: Member) -> None:
    days = [date(2027, 1, 1) + timedelta(weeks=number) for number in range(POLICY.max_busy_ranges)]
    await board_of(ada, sample_contact("Lee", busy_ranges=tuple(DateRange(day, day) for day in days)))
    answer = await ada.say("edit Lee busy: 3 Dec - 5 Dec")
    assert answer.startswith("I know 50 busy times of Lee, and that is all I can look after well.")
    waiting = ada.button("Try again").line
    await ada.press("Clear them")
    await ada.press_line(waiting)
    assert (await ada.contact("Lee")).busy_ranges == (DateRange(date(2026, 12, 3), date(2026, 12, 5)),)


async def test_a_book_above_the_limits_stays_usable(ada: Member) -> None:
    """Version 0.1 knew no limits."""
    await board_of(ada, sample_contact("Lee", *many_attempts(ada, 600)), sample_contact("Noor"))
    assert "Lee" in await ada.say("show Lee")
    await ada.say("edit Lee note: from the fair")
    await ada.say("log Noor channel: email")
    assert await ada.kinds("Noor") == ["attempt"]
    await ada.say("undo")
    assert await ada.kinds("Noor") == []
    assert len((await entries_of(ada, "Lee"))[0]) == 600
    assert (await ada.say("log Lee channel: email when: yesterday")).startswith(LEE_IS_FULL)


async def test_a_draft_that_names_who_is_forgotten_goes_with_them(ada: Member) -> None:
    await board_of(ada, sample_contact("Lee Chan", *many_attempts(ada, 500)), sample_contact("Noor"))
    await ada.say("reply Noor note: Chan asked")  # its kind is asked for, and what was typed is kept
    await ada.say("reply Noor note: at last")
    await ada.say("log Lee channel: email when: yesterday")
    await ada.confirm_line("forget Lee sure: yes")
    assert "Chan" not in repr(await ada.book())
