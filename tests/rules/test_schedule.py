"""When the bot speaks unasked, and the story of a search on the rules alone.

The 20th of October 2026 is a Tuesday.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from bot.domain.calendar import Calendar
from bot.domain.model import (
    POLICY,
    Away,
    Book,
    Cadence,
    CallResult,
    Channel,
    Closed,
    CloseReason,
    Contact,
    DeliveryState,
    Entry,
    Envelope,
    HostDefaults,
    Party,
    ReminderHour,
    ReminderKind,
    SentReminder,
    SetAside,
    Settings,
    Slot,
    Snoozed,
)
from bot.rules import BrakeReason, Stage, contact_status, find_brake_reason
from bot.rules.moment import BookMoment
from tests.samples import (
    BERLIN_HOME,
    MemberAct,
    SweepMessage,
    call_outcome_entry,
    call_plan,
    declined_slot,
    live_book,
    local_instant,
    next_move_entry,
    reply_entry,
    sample_book,
    sample_contact,
    sent_attempt,
    voicemail_attempt,
    with_logged_entries,
    with_member_activity,
)

SCHEDULE_TUESDAY = local_instant("2026-10-20 10:00")
WITHOUT_BASKET = Settings(basket_cadence=Cadence.NEVER)


def book_without_basket(*people: Contact, **more: object) -> Book:
    return sample_book(*people, **{"settings": WITHOUT_BASKET, **more})


def dana_introduced_by_sam(*entries: Entry, **more: object) -> Contact:
    return sample_contact("Dana", *entries, **{"introducer_id": "sam", **more})


def message_lines_until(start: Book, until: str, *acts: MemberAct, since: datetime = SCHEDULE_TUESDAY) -> list[str]:
    """What goes out, as "kind day hour"."""
    return message_lines(live_book(start, since, local_instant(until), acts=acts)[1])


def message_lines(messages: list[SweepMessage], zone: str = BERLIN_HOME.zone) -> list[str]:
    calendar = Calendar(zone)
    return [f"{'+'.join(message.kinds)} {calendar.to_local(message.at):%m-%d %H:%M}" for message in messages]


def log_entries_act(at: str, *entries: Entry, name: str = "Dana") -> MemberAct:
    moment = local_instant(at)
    return moment, lambda state: with_logged_entries(state, name, *entries, at=moment)


def test_doing_nothing_brings_patience_a_permission_and_someone_else() -> None:
    assert message_lines_until(
        book_without_basket(dana_introduced_by_sam(sent_attempt(SCHEDULE_TUESDAY))), "2027-03-01"
    ) == [
        "patience 10-26 09:00",  # day four of seven is a Saturday
        "may 10-27 09:00",
        "stalemate 11-10 09:00",
    ]


def test_the_patience_reminder_comes_halfway_and_can_be_turned_off() -> None:
    monday = sent_attempt(local_instant("2026-10-19"))
    assert message_lines_until(book_without_basket(dana_introduced_by_sam(monday)), "2026-10-24") == [
        "patience 10-23 09:00"
    ]
    assert (
        message_lines_until(
            book_without_basket(
                dana_introduced_by_sam(monday), settings=replace(WITHOUT_BASKET, patience_reminders=False)
            ),
            "2026-10-24",
        )
        == []
    )


LAST_ENTRIES = (
    sent_attempt(local_instant("2026-10-01")),
    sent_attempt(local_instant("2026-10-12")),
    voicemail_attempt(SCHEDULE_TUESDAY),
)


def test_the_last_wait_is_silent_until_someone_else() -> None:
    assert message_lines_until(book_without_basket(dana_introduced_by_sam(*LAST_ENTRIES)), "2027-03-01") == [
        "stalemate 10-27 09:00"
    ]


def test_a_person_who_matters_brings_the_nudge_to_widen_earlier() -> None:
    assert message_lines_until(
        book_without_basket(dana_introduced_by_sam(*LAST_ENTRIES, matters=True)), "2027-03-01"
    ) == ["stalemate 10-26 09:00"]
    shy = book_without_basket(dana_introduced_by_sam(sent_attempt(SCHEDULE_TUESDAY), matters=True))
    assert message_lines_until(shy, "2027-03-01")[1:] == ["may 10-27 09:00", "stalemate 11-03 09:00"]


def test_logging_anyway_brings_no_second_nudge() -> None:
    again = log_entries_act("2026-10-29", sent_attempt(local_instant("2026-10-29")))
    history = log_entries_act(
        "2026-10-30", sent_attempt(local_instant("2026-09-30"))
    )  # found in the outbox: now it is the opener
    assert message_lines_until(
        book_without_basket(dana_introduced_by_sam(*LAST_ENTRIES)), "2027-03-01", again, history
    ) == ["stalemate 10-27 09:00"]


def test_after_someone_else_no_message_proposes_this_contact() -> None:
    shy = book_without_basket(dana_introduced_by_sam(sent_attempt(SCHEDULE_TUESDAY)))
    late = log_entries_act("2026-11-11", declined_slot(local_instant("2026-11-11"), Slot.WRITTEN))
    assert message_lines_until(shy, "2027-03-01", late)[-1] == "stalemate 11-10 09:00"


@pytest.mark.parametrize(
    ("start", "minutes", "check"),
    [
        ("2026-10-21 15:00", 30, "10-21 15:45"),
        ("2026-10-21 15:00", 60, "10-21 16:15"),
        ("2026-10-21 19:30", 30, "10-22 08:00"),  # quiet hours
        ("2026-10-22 06:45", 30, "10-22 08:00"),
        ("2026-10-24 11:00", 30, "10-24 11:45"),  # a Saturday: asked for by planning
    ],
)
def test_the_call_check_comes_after_the_call(start: str, minutes: int, check: str) -> None:
    call = call_plan(SCHEDULE_TUESDAY, local_instant(start), minutes)
    assert message_lines_until(book_without_basket(dana_introduced_by_sam(call)), "2026-11-01") == [f"call {check}"]


def test_a_moved_call_is_asked_about_at_its_new_time() -> None:
    first, second = (
        call_plan(SCHEDULE_TUESDAY, local_instant("2026-10-21 15:00")),
        call_plan(SCHEDULE_TUESDAY, local_instant("2026-10-22 15:00")),
    )
    moved = log_entries_act(
        "2026-10-21 10:00", call_outcome_entry(first, CallResult.MOVED, local_instant("2026-10-21 10:00")), second
    )
    assert message_lines_until(book_without_basket(dana_introduced_by_sam(first)), "2026-11-01", moved) == [
        "call 10-22 15:45"
    ]


def test_a_wait_behind_a_call_that_nobody_told_about_goes_on() -> None:
    call = call_plan(local_instant("2026-10-19"), local_instant("2026-10-21 15:00"))
    assert message_lines_until(
        book_without_basket(dana_introduced_by_sam(call, sent_attempt(SCHEDULE_TUESDAY))), "2026-10-28"
    ) == [
        "call 10-21 15:45",
        "patience 10-26 09:00",
        "may 10-27 09:00",
    ]


@pytest.mark.parametrize(
    ("hour", "at"), [(ReminderHour.MORNING, "09:00"), (ReminderHour.NOON, "12:00"), (ReminderHour.EVENING, "17:30")]
)
def test_reminders_come_at_the_members_hour(hour: ReminderHour, at: str) -> None:
    settings = replace(WITHOUT_BASKET, reminder_hour=hour, patience_reminders=False)
    assert message_lines_until(
        book_without_basket(dana_introduced_by_sam(sent_attempt(SCHEDULE_TUESDAY)), settings=settings), "2026-10-30"
    ) == [f"may 10-27 {at}"]


def test_a_day_off_has_no_reminder() -> None:
    over_easter = book_without_basket(
        dana_introduced_by_sam(
            sent_attempt(local_instant("2026-02-01")),
            sent_attempt(local_instant("2026-02-10")),
            voicemail_attempt(local_instant("2026-03-28")),
        )
    )
    assert message_lines_until(over_easter, "2026-05-01", since=local_instant("2026-03-28")) == [
        "stalemate 04-07 09:00"
    ]


def opener_contacts(count: int, gap: int) -> list[Contact]:
    """Openers so many days apart, from Monday the 12th on, each by the member's known ways."""
    return [
        sample_contact(
            f"P{n}", sent_attempt(local_instant("2026-10-12") + timedelta(days=gap * n)), introducer_id="sam"
        )
        for n in range(count)
    ]


def test_one_message_a_day_and_three_a_week() -> None:
    settings = replace(WITHOUT_BASKET, patience_reminders=False)
    start = sample_book(*opener_contacts(5, 1), settings=settings)
    busy_member = [
        (local_instant(f"2026-10-{day} 20:30"), lambda state: with_member_activity(state, state.last_active_at))
        for day in range(17, 31)
    ]
    sent = message_lines_until(start, "2026-10-30", *busy_member, since=local_instant("2026-10-16 12:00"))
    assert sent == ["may 10-19 09:00", "may 10-20 09:00", "may 10-21 09:00", "may+may 10-26 09:00"]


def test_several_things_at_once_are_one_message_with_the_most_useful_first() -> None:
    call = call_plan(local_instant("2026-10-19"), local_instant("2026-10-27 08:15"))
    start = book_without_basket(
        dana_introduced_by_sam(*LAST_ENTRIES),
        sample_contact("Lee", sent_attempt(SCHEDULE_TUESDAY), introducer_id="sam"),
        sample_contact("Kim", call),
    )
    [*_, last] = message_lines_until(start, "2026-10-27")
    assert last == "call+may+stalemate 10-27 09:00"


@pytest.mark.parametrize(
    ("created", "day"), [("2026-10-20", "10-26 09:00"), ("2026-03-31", "04-07 09:00"), ("2026-10-19", "10-26 09:00")]
)
def test_the_basket_comes_on_monday_or_the_first_working_day(created: str, day: str) -> None:
    start = sample_book(sample_contact("Lee"), created_at=local_instant(created))
    assert message_lines_until(start, "2026-11-01", since=local_instant(created))[0] == f"basket {day}"


def test_the_basket_may_be_monthly_or_never() -> None:
    monthly = sample_book(
        sample_contact("Lee"), created_at=SCHEDULE_TUESDAY, settings=Settings(basket_cadence=Cadence.MONTHLY)
    )
    assert message_lines_until(monthly, "2026-12-01") == ["basket 10-26 09:00", "basket 11-23 09:00"]
    assert message_lines_until(replace(monthly, settings=WITHOUT_BASKET), "2026-12-01") == []


def test_a_book_whose_people_are_all_closed_gets_no_basket() -> None:
    closed = Closed(id="closed", at=SCHEDULE_TUESDAY, reason=CloseReason.MET)
    history = sent_attempt(local_instant("2026-10-01"))
    assert (
        message_lines_until(
            sample_book(sample_contact("Lee", closed, history), created_at=SCHEDULE_TUESDAY), "2026-12-01"
        )
        == []
    )


def test_after_three_ignored_messages_the_bot_says_so_once_and_stops() -> None:
    calls = [call_plan(SCHEDULE_TUESDAY, local_instant(f"2026-{day} 15:00")) for day in ("10-21", "10-28", "11-04")]
    people = [sample_contact(name, call) for name, call in zip(("Lee", "Priya", "Sam"), calls, strict=True)]
    assert message_lines_until(
        sample_book(*people, created_at=SCHEDULE_TUESDAY, last_active_at=SCHEDULE_TUESDAY), "2027-06-01"
    ) == [
        "call 10-21 15:45",
        "basket 10-26 09:00",
        "call 10-28 15:45",
        "basket 11-02 09:00",
        "call 11-04 15:45",
        "quiet 11-09 09:00",
    ]


def test_the_weekly_message_asks_nothing_and_comes_seldom_to_someone_who_is_away() -> None:
    sent = message_lines_until(
        sample_book(sample_contact("Lee"), created_at=SCHEDULE_TUESDAY, last_active_at=SCHEDULE_TUESDAY), "2027-01-20"
    )
    assert sent == [f"basket {day} 09:00" for day in ("10-26", "11-02", "11-09", "11-16", "11-23", "12-21", "01-18")]


def test_after_a_pause_the_weekly_message_waits_for_its_monday() -> None:
    start = sample_book(
        sample_contact("Lee"),
        created_at=SCHEDULE_TUESDAY,
        last_active_at=SCHEDULE_TUESDAY,
        paused_until=local_instant("2026-10-29 11:00"),
    )
    assert message_lines_until(start, "2026-11-08") == ["basket 11-02 09:00"]


def test_a_message_meanwhile_does_not_put_the_silence_off() -> None:
    sent = tuple(
        SentReminder(sent_at=local_instant(f"2026-10-{day} 09:00"), expects_answer=True, uses_budget=True)
        for day in (12, 13, 14, 16)
    )
    start = book_without_basket(sample_contact("Lee"), sent_reminders=sent)
    assert message_lines_until(start, "2026-10-30", since=local_instant("2026-10-16 10:00")) == ["quiet 10-19 09:00"]


def test_any_command_at_all_begins_the_count_anew() -> None:
    command = (local_instant("2026-11-10"), lambda state: with_member_activity(state, local_instant("2026-11-10")))
    sent = message_lines_until(sample_book(sample_contact("Lee"), created_at=SCHEDULE_TUESDAY), "2026-11-20", command)
    assert sent[-1] == "basket 11-16 09:00"


def test_a_pause_holds_everything_and_ends_without_a_burst() -> None:
    call = call_plan(SCHEDULE_TUESDAY, local_instant("2026-10-21 15:00"))
    start = book_without_basket(
        dana_introduced_by_sam(sent_attempt(SCHEDULE_TUESDAY)),
        sample_contact("Lee", call),
        *opener_contacts(3, 1),
        paused_until=local_instant("2026-10-29 11:00"),
    )
    assert message_lines_until(start, "2026-10-30 18:00") == ["call+may+may+may+may 10-29 11:00"]


def test_a_pause_that_ends_on_a_day_off_ends_on_the_next_working_day() -> None:
    start = book_without_basket(
        dana_introduced_by_sam(sent_attempt(SCHEDULE_TUESDAY)), paused_until=local_instant("2026-10-31 11:00")
    )
    assert message_lines_until(start, "2026-11-05") == ["may 11-02 09:00"]


@pytest.mark.parametrize("woken", ["2026-10-27 08:45", "2026-10-27 12:00"])
def test_a_day_that_had_its_message_has_no_room_for_what_is_late(woken: str) -> None:
    sent = (SentReminder(sent_at=local_instant("2026-10-27 08:30"), expects_answer=False, uses_budget=True),)
    start = book_without_basket(
        dana_introduced_by_sam(sent_attempt(local_instant("2026-10-19"))), sent_reminders=sent
    )  # welcome since the 26th
    assert message_lines_until(start, "2026-10-30", since=local_instant(woken)) == ["may 10-28 09:00"]


def test_what_is_taken_up_again_waits_for_the_next_hour() -> None:
    start = book_without_basket(*opener_contacts(3, 1), paused_until=local_instant("2027-10-29"))
    now = local_instant("2026-10-22 14:00")
    resume = (now, lambda state: replace(with_member_activity(state, now), paused_until=None, reminders_resumed_at=now))
    assert message_lines_until(start, "2026-10-23 18:00", resume) == ["may+may+may 10-23 09:00"]


def test_what_the_members_own_change_made_due_waits_for_the_next_hour() -> None:
    history = log_entries_act("2026-10-20 14:00", sent_attempt(local_instant("2026-10-10")))
    assert message_lines_until(book_without_basket(dana_introduced_by_sam()), "2026-10-22", history) == [
        "may 10-21 09:00"
    ]


def test_a_snooze_holds_every_reminder_about_this_contact() -> None:
    snooze = Snoozed(id="later", at=SCHEDULE_TUESDAY, until=date(2026, 11, 2))
    assert message_lines_until(
        book_without_basket(dana_introduced_by_sam(sent_attempt(SCHEDULE_TUESDAY), snooze)), "2026-11-10"
    ) == ["may 11-02 09:00"]
    assert message_lines_until(book_without_basket(dana_introduced_by_sam(*LAST_ENTRIES, snooze)), "2026-11-10") == [
        "stalemate 11-02 09:00"
    ]
    assert message_lines_until(
        book_without_basket(dana_introduced_by_sam(reply_entry(SCHEDULE_TUESDAY), snooze)), "2026-11-10"
    ) == ["later 11-02 09:00"]


def test_on_the_members_turn_there_is_no_reminder() -> None:
    assert (
        message_lines_until(
            book_without_basket(dana_introduced_by_sam(sent_attempt(SCHEDULE_TUESDAY), reply_entry(SCHEDULE_TUESDAY))),
            "2027-03-01",
        )
        == []
    )


@pytest.mark.parametrize(
    "end",
    [
        Closed(id="end", at=SCHEDULE_TUESDAY, reason=CloseReason.MET),
        SetAside(id="end", at=SCHEDULE_TUESDAY),
        next_move_entry(SCHEDULE_TUESDAY, Party.NOBODY),
    ],
)
def test_who_is_set_aside_is_not_spoken_of(end: Entry) -> None:
    assert (
        message_lines_until(
            book_without_basket(dana_introduced_by_sam(sent_attempt(SCHEDULE_TUESDAY), end)), "2027-03-01"
        )
        == []
    )


def test_a_rest_until_a_day_ends_by_itself() -> None:
    rest = SetAside(id="rest", at=SCHEDULE_TUESDAY, until=date(2026, 11, 14))
    assert message_lines_until(
        book_without_basket(dana_introduced_by_sam(sent_attempt(SCHEDULE_TUESDAY), rest)), "2026-11-20"
    ) == ["may 11-16 09:00"]


def test_an_absence_brings_the_permission_again_when_they_are_back() -> None:
    away = log_entries_act("2026-10-28", Away(id="away", at=local_instant("2026-10-28"), last_day=date(2026, 11, 6)))
    assert message_lines_until(
        book_without_basket(dana_introduced_by_sam(sent_attempt(SCHEDULE_TUESDAY))), "2026-11-12", away
    )[1:] == ["may 10-27 09:00", "may 11-09 09:00"]


def test_landed_ends_all_reminders() -> None:
    assert (
        message_lines_until(
            sample_book(dana_introduced_by_sam(sent_attempt(SCHEDULE_TUESDAY)), landed_at=SCHEDULE_TUESDAY),
            "2027-03-01",
        )
        == []
    )


@pytest.mark.parametrize(
    ("home", "day_0"),
    [
        (BERLIN_HOME, "2026-10-20"),  # clocks change on the 25th
        (HostDefaults("America/New_York", "US"), "2026-10-27"),  # on the 1st of November
        (HostDefaults("Asia/Kolkata", "IN"), "2026-07-14"),
        (HostDefaults("Pacific/Auckland", "NZ"), "2026-07-14"),
    ],
)
def test_the_story(home: HostDefaults, day_0: str) -> None:
    calendar = Calendar(home.zone, home.country)

    def day(n: int, clock: str = "12:00") -> datetime:
        return local_instant(f"{date.fromisoformat(day_0) + timedelta(days=n)} {clock}", home.zone)

    def entered(n: int, clock: str, *entries: Entry) -> MemberAct:
        return day(n, clock), lambda state: with_logged_entries(state, "Dana", *entries, at=day(n, clock))

    def stage(state: Book, n: int, clock: str = "12:00") -> Stage:
        return contact_status(state.contacts[0], day(n, clock), calendar, POLICY, state.settings).stage

    call = call_plan(day(0, "10:00"), day(0, "15:00"))
    back_and_forth = (sent_attempt(day(0, "08:00")), reply_entry(day(0, "09:00")), sent_attempt(day(0, "09:30")))
    start = sample_book(
        dana_introduced_by_sam(*back_and_forth, call, company="Acme"),
        sample_contact("Lee", reply_entry(day(-30))),
        created_at=day(0),
    )
    assert stage(start, 0) is Stage.CALL_PLANNED

    rung = voicemail_attempt(day(0, "15:50"))
    acts = [entered(0, "15:48", call_outcome_entry(call, CallResult.NO_CALL)), entered(0, "15:51", rung)]
    acts += [entered(3, "10:00", sent_attempt(day(3, "10:00")))]
    acts += [entered(7, "12:00"), entered(11, "12:00")]  # `why Dana`; a third attempt that meets the brake
    state, sent = live_book(start, day(0), day(24), home, acts=acts)
    assert [
        f"{kind} {(calendar.day_of(message.at) - date.fromisoformat(day_0)).days}"
        for message in sent
        for kind in message.kinds
    ] == [
        "call 0",
        "patience 2",
        "may 3",
        "basket 6",
        "stalemate 10",
        "basket 13",
        "basket 20",
    ]
    assert [f"{calendar.to_local(one.at):%H:%M}" for one in sent] == ["15:45", *["09:00"] * 6]

    early = live_book(start, day(0), day(2), home, acts=acts[:2])[0]
    assert [stage(early, n, "00:00") for n in (1, 2, 3)] == [Stage.THEIR_TURN, Stage.THEIR_TURN, Stage.MAY_FOLLOW_UP]
    assert [stage(state, n, "00:00") for n in (4, 9, 10)] == [Stage.THEIR_TURN, Stage.THEIR_TURN, Stage.SOMEONE_ELSE]
    third = contact_status(state.contacts[0], day(11), calendar, POLICY, state.settings)
    assert find_brake_reason(third, Channel.EMAIL) is BrakeReason.QUOTA_USED

    state = with_logged_entries(state, "Dana", reply_entry(day(25)), at=day(25))
    assert stage(state, 25) is Stage.YOUR_TURN
    _, after = live_book(state, day(25), day(60), home)
    assert {kind for one in after for kind in one.kinds} <= {ReminderKind.BASKET, ReminderKind.GOING_QUIET}
    again = with_logged_entries(state, "Dana", sent_attempt(day(26)), at=day(26))
    fresh = contact_status(again.contacts[0], day(26), calendar, POLICY, again.settings)
    assert fresh.free_slots == (Slot.WRITTEN, Slot.PHONE)


def test_asking_twice_answers_the_same() -> None:
    start, now = (
        book_without_basket(dana_introduced_by_sam(sent_attempt(SCHEDULE_TUESDAY))),
        local_instant("2026-10-27 09:00"),
    )
    assert BookMoment(start, now, BERLIN_HOME).due == BookMoment(start, now, BERLIN_HOME).due != ()


def test_patience_leaves_the_last_message_of_a_week_to_a_permission() -> None:
    used = tuple(
        SentReminder(sent_at=local_instant(f"2026-10-{day} 09:00"), expects_answer=False, uses_budget=True)
        for day in (19, 20)
    )
    waited = dana_introduced_by_sam(
        sent_attempt(local_instant("2026-10-12 10:00")), voicemail_attempt(local_instant("2026-10-20 10:00"))
    )
    lived = message_lines_until(
        book_without_basket(waited, sent_reminders=used), "2026-10-23 18:00", since=local_instant("2026-10-20 11:00")
    )
    assert lived == ["may 10-23 09:00"]


def contacts_looked_at(monkeypatch: pytest.MonkeyPatch, at: datetime) -> list[str]:
    """Whose reminders are derived when Dana's line changes on a board that was changed on Tuesday."""
    looked: list[str] = []
    status_at = BookMoment.status_at
    monkeypatch.setattr(
        BookMoment, "status_at", lambda self, when, one: looked.append(one.name) or status_at(self, when, one)
    )
    before = replace(
        sample_book(sample_contact("Dana"), sample_contact("Lee")),
        version=1,
        last_active_at=SCHEDULE_TUESDAY,
        wake_at=SCHEDULE_TUESDAY,
    )
    after = with_logged_entries(before, "Dana", sent_attempt(at), at=at)
    assert BookMoment(after, at, BERLIN_HOME).wake_after(before)
    return looked


def test_a_change_of_one_contact_looks_at_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    assert contacts_looked_at(monkeypatch, SCHEDULE_TUESDAY + timedelta(hours=1)) == ["Dana"]


def test_the_first_change_of_a_day_looks_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    assert contacts_looked_at(monkeypatch, SCHEDULE_TUESDAY + timedelta(days=1)) == ["Dana", "Lee"]


def test_a_message_on_its_way_decides_when_the_book_is_looked_at_and_one_that_was_given_up_does_not() -> None:
    dana = sample_contact("Dana", sent_attempt(SCHEDULE_TUESDAY))
    book = book_without_basket(dana)
    due_at = BookMoment(book, SCHEDULE_TUESDAY, BERLIN_HOME).next_wake
    assert due_at is not None
    [due] = BookMoment(book, due_at, BERLIN_HOME).due
    retry_at = due_at + timedelta(minutes=7)
    waiting = Envelope(id="e1", items=(due.item,), created_at=due_at, retry_at=retry_at)
    under_way = replace(book, envelopes=(waiting,))
    assert BookMoment(under_way, due_at, BERLIN_HOME).next_wake == retry_at
    given_up = replace(book, envelopes=(replace(waiting, state=DeliveryState.PARKED),))
    assert BookMoment(given_up, due_at, BERLIN_HOME).due == ()
    assert BookMoment(given_up, due_at, BERLIN_HOME).next_wake != retry_at
    assert [reminder.item for reminder in BookMoment(under_way, due_at, BERLIN_HOME).due] == [due.item]
