"""The policy row by row, on one contact. October 2026: the 20th is a Tuesday."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.calendar import Calendar
from bot.domain.model import (
    POLICY,
    Away,
    CallResult,
    Channel,
    Closed,
    CloseReason,
    Contact,
    DateRange,
    Entry,
    IntroducerAsked,
    Party,
    Quota,
    ReplyKind,
    Resumed,
    SetAside,
    Settings,
    Slot,
)
from bot.rules import (
    BrakeReason,
    ContactStatus,
    Stage,
    SuggestionReason,
    contact_status,
    effective_quota,
    find_brake_reason,
    find_contact_suggestions,
    may_ask_introducer,
    may_write_with_news,
    measure_basket,
    read_timeline,
)
from tests.samples import (
    call_outcome_entry,
    call_plan,
    declined_slot,
    local_instant,
    next_move_entry,
    reply_entry,
    sample_book,
    sample_contact,
    sent_attempt,
    voicemail_attempt,
)

STAGE_CALENDAR = Calendar("Europe/Berlin", "DE")
STAGE_TUESDAY = local_instant("2026-10-20")
INTRODUCER_ID = "sam"
DEFAULT_MEMBER_SETTINGS = Settings()


def status_on_day(contact: Contact, day: str, settings: Settings = DEFAULT_MEMBER_SETTINGS) -> ContactStatus:
    return contact_status(contact, local_instant(day), STAGE_CALENDAR, POLICY, settings)


def dana_with_introducer(*entries: Entry, **more: object) -> Contact:
    return sample_contact("Dana", *entries, **{"introducer_id": INTRODUCER_ID, **more})


def wait_end_day(contact: Contact, settings: Settings = DEFAULT_MEMBER_SETTINGS) -> str:
    """The day on which the present wait is over."""
    window = contact_status(contact, contact.changed_at, STAGE_CALENDAR, POLICY, settings).window
    assert window
    return window.end.isoformat()


@pytest.mark.parametrize(
    ("touched", "via", "welcome"),
    [
        ("2026-10-20", INTRODUCER_ID, "2026-10-27"),
        ("2026-10-20", "", "2026-11-03"),
        ("2026-10-24", INTRODUCER_ID, "2026-10-30"),  # a Saturday
        ("2026-03-31", INTRODUCER_ID, "2026-04-09"),  # Good Friday and Easter Monday do not count
    ],
)
def test_the_first_wait_is_five_working_days_and_ten_for_a_stranger(touched: str, via: str, welcome: str) -> None:
    assert wait_end_day(dana_with_introducer(sent_attempt(local_instant(touched)), introducer_id=via)) == welcome


def test_who_has_answered_before_is_no_stranger() -> None:
    assert (
        wait_end_day(
            dana_with_introducer(
                reply_entry(local_instant("2026-10-01")), sent_attempt(STAGE_TUESDAY), introducer_id=""
            )
        )
        == "2026-10-27"
    )


@pytest.mark.parametrize(
    ("followed_up", "welcome"),
    [
        ("2026-10-19", "2026-10-22"),
        ("2026-10-20", "2026-10-23"),
        ("2026-10-21", "2026-10-24"),
        ("2026-10-22", "2026-10-27"),
        ("2026-10-23", "2026-10-28"),
        ("2026-04-02", "2026-04-09"),  # over Easter
    ],
)
def test_between_the_two_lie_three_days_and_two_working_days(followed_up: str, welcome: str) -> None:
    touched = local_instant(followed_up)
    assert (
        wait_end_day(dana_with_introducer(sent_attempt(touched - timedelta(days=20)), sent_attempt(touched))) == welcome
    )


@pytest.mark.parametrize(
    ("last", "over"), [("2026-10-20", "2026-10-27"), ("2026-03-31", "2026-04-09"), ("2026-10-24", "2026-10-31")]
)
def test_the_last_wait_is_a_week_and_longer_over_public_holidays(last: str, over: str) -> None:
    touched = local_instant(last)
    quiet = dana_with_introducer(
        sent_attempt(touched - timedelta(30)), sent_attempt(touched - timedelta(15)), voicemail_attempt(touched)
    )
    assert wait_end_day(quiet) == over


def test_busy_days_and_days_away_do_not_count() -> None:
    busy = (DateRange(date(2026, 10, 21), date(2026, 10, 22)),)
    away = Away(id="away", at=local_instant("2026-10-23"), last_day=date(2026, 10, 26))
    assert wait_end_day(dana_with_introducer(sent_attempt(STAGE_TUESDAY), busy_ranges=busy)) == "2026-10-29"
    assert wait_end_day(dana_with_introducer(sent_attempt(STAGE_TUESDAY), away)) == "2026-10-29"


def test_an_absence_told_when_the_wait_is_over_holds_it_open() -> None:
    away = Away(id="away", at=local_instant("2026-10-29"), last_day=date(2026, 11, 5))
    contact = dana_with_introducer(sent_attempt(STAGE_TUESDAY), away)
    assert status_on_day(contact, "2026-11-05").stage is Stage.THEIR_TURN
    assert status_on_day(contact, "2026-11-06").stage is Stage.MAY_FOLLOW_UP


@pytest.mark.parametrize("before", [(), (sent_attempt(local_instant("2026-10-12")),)])
def test_a_promised_date_and_two_working_days_replace_the_wait(before: tuple[Entry, ...]) -> None:
    promise = next_move_entry(STAGE_TUESDAY + timedelta(hours=1), Party.CONTACT, by=date(2026, 10, 30))
    assert wait_end_day(dana_with_introducer(*before, sent_attempt(STAGE_TUESDAY), promise)) == "2026-11-03"


def test_a_follow_up_ends_what_a_promise_changed() -> None:
    promise = next_move_entry(STAGE_TUESDAY, Party.CONTACT, by=date(2026, 10, 22))
    assert (
        wait_end_day(
            dana_with_introducer(
                sent_attempt(local_instant("2026-10-19")), promise, sent_attempt(local_instant("2026-10-27"))
            )
        )
        == "2026-10-30"
    )


PLANNED_CALL = call_plan(local_instant("2026-10-19"), local_instant("2026-10-20 15:00"))


def test_after_a_missed_call_a_message_is_welcome_at_once_and_uses_its_slot() -> None:
    missed = dana_with_introducer(PLANNED_CALL, call_outcome_entry(PLANNED_CALL, CallResult.NO_CALL))
    assert status_on_day(missed, "2026-10-20 15:45").stage is Stage.MAY_FOLLOW_UP
    assert find_brake_reason(status_on_day(missed, "2026-10-20 15:45"), Channel.VOICEMAIL) is None
    rung = dana_with_introducer(*missed.entries, voicemail_attempt(local_instant("2026-10-20 15:50")))
    assert status_on_day(rung, "2026-10-20 16:00").free_slots == (Slot.WRITTEN,)


def test_a_message_left_while_the_call_did_not_come_is_the_follow_up() -> None:
    rung = dana_with_introducer(
        PLANNED_CALL,
        voicemail_attempt(local_instant("2026-10-20 15:10")),
        call_outcome_entry(PLANNED_CALL, CallResult.NO_CALL),
    )
    assert status_on_day(rung, "2026-10-20 15:45").free_slots == (Slot.WRITTEN,)


def test_a_call_noted_down_after_its_time_can_still_have_been_missed() -> None:
    late = call_plan(local_instant("2026-10-20 16:00"), local_instant("2026-10-20 15:00"))
    assert (
        status_on_day(
            dana_with_introducer(late, call_outcome_entry(late, CallResult.NO_CALL)), "2026-10-20 16:05"
        ).stage
        is Stage.MAY_FOLLOW_UP
    )


def test_words_of_apology_use_no_slot() -> None:
    sorry = sent_attempt(local_instant("2026-10-20 16:00"), courtesy=True)
    contact = dana_with_introducer(
        PLANNED_CALL, call_outcome_entry(PLANNED_CALL, CallResult.MISSED, at=local_instant("2026-10-20 15:45")), sorry
    )
    assert status_on_day(contact, "2026-10-21").stage is Stage.YOUR_TURN
    assert read_timeline(contact).episode is None


@pytest.mark.parametrize(
    ("entries", "day", "stage"),
    [
        ((), "2026-10-20", Stage.TO_CONTACT),
        ((sent_attempt(STAGE_TUESDAY),), "2026-10-26 23:59", Stage.THEIR_TURN),
        ((sent_attempt(STAGE_TUESDAY),), "2026-10-27 00:00", Stage.MAY_FOLLOW_UP),
        ((sent_attempt(STAGE_TUESDAY),), "2026-11-09", Stage.MAY_FOLLOW_UP),
        ((sent_attempt(STAGE_TUESDAY),), "2026-11-10", Stage.SOMEONE_ELSE),  # nobody dared for two weeks
        ((sent_attempt(STAGE_TUESDAY), reply_entry(local_instant("2026-10-21"))), "2026-10-21", Stage.YOUR_TURN),
        ((reply_entry(STAGE_TUESDAY, ReplyKind.NO),), "2026-10-21", Stage.IN_TOUCH),
        ((sent_attempt(STAGE_TUESDAY), next_move_entry(STAGE_TUESDAY, Party.NOBODY)), "2027-10-21", Stage.IN_TOUCH),
        ((sent_attempt(STAGE_TUESDAY), next_move_entry(STAGE_TUESDAY, Party.MEMBER)), "2026-10-21", Stage.YOUR_TURN),
        ((PLANNED_CALL,), "2026-10-20", Stage.CALL_PLANNED),
        (
            (PLANNED_CALL, call_outcome_entry(PLANNED_CALL, CallResult.HELD, STAGE_TUESDAY)),
            "2026-10-20",
            Stage.YOUR_TURN,
        ),
        ((PLANNED_CALL, sent_attempt(STAGE_TUESDAY)), "2026-10-20", Stage.CALL_PLANNED),
        (
            (PLANNED_CALL, sent_attempt(STAGE_TUESDAY)),
            "2026-10-21",
            Stage.THEIR_TURN,
        ),  # nobody told about the call; the wait goes on
        ((sent_attempt(STAGE_TUESDAY), SetAside(id="r", at=STAGE_TUESDAY)), "2027-10-21", Stage.RESTING),
        (
            (sent_attempt(STAGE_TUESDAY), SetAside(id="r", at=STAGE_TUESDAY, until=date(2026, 11, 24))),
            "2026-11-24",
            Stage.MAY_FOLLOW_UP,
        ),
        (
            (sent_attempt(STAGE_TUESDAY), Closed(id="c", at=STAGE_TUESDAY, reason=CloseReason.MET)),
            "2026-10-27",
            Stage.CLOSED,
        ),
        (
            (
                sent_attempt(STAGE_TUESDAY),
                Closed(id="c", at=STAGE_TUESDAY, reason=CloseReason.MET),
                Resumed(id="w", at=STAGE_TUESDAY),
            ),
            "2026-10-27",
            Stage.MAY_FOLLOW_UP,
        ),
    ],
)
def test_the_stage_follows_from_the_record_and_the_time(entries: tuple[Entry, ...], day: str, stage: Stage) -> None:
    assert status_on_day(dana_with_introducer(*entries), day).stage is stage


def test_a_reply_wakes_a_resting_contact_and_the_quota_is_fresh() -> None:
    rest = SetAside(id="rest", at=local_instant("2026-11-10"))
    quiet = (
        sent_attempt(STAGE_TUESDAY),
        sent_attempt(local_instant("2026-10-27")),
        voicemail_attempt(local_instant("2026-11-02")),
        rest,
    )
    again = dana_with_introducer(
        *quiet, reply_entry(local_instant("2027-01-11")), sent_attempt(local_instant("2027-01-12"))
    )
    assert status_on_day(again, "2027-01-13").stage is Stage.THEIR_TURN
    assert status_on_day(again, "2027-01-13").free_slots == (Slot.WRITTEN, Slot.PHONE)


def test_who_dreads_the_phone_still_reaches_someone_else() -> None:
    shy = dana_with_introducer(
        sent_attempt(STAGE_TUESDAY),
        sent_attempt(local_instant("2026-10-27")),
        declined_slot(local_instant("2026-10-30"), Slot.PHONE),
    )
    assert status_on_day(shy, "2026-11-05").stage is Stage.THEIR_TURN
    assert status_on_day(shy, "2026-11-06").stage is Stage.SOMEONE_ELSE


def test_the_order_of_call_and_email_is_free() -> None:
    assert status_on_day(
        dana_with_introducer(sent_attempt(STAGE_TUESDAY), voicemail_attempt(local_instant("2026-10-27"))), "2026-10-30"
    ).free_slots == (Slot.WRITTEN,)
    assert status_on_day(
        dana_with_introducer(voicemail_attempt(STAGE_TUESDAY), sent_attempt(local_instant("2026-10-27"))), "2026-10-30"
    ).free_slots == (Slot.PHONE,)


def test_a_quota_is_lowered_and_never_raised() -> None:
    assert effective_quota(POLICY, Settings(quota=Quota(written=5, phone=9))) == Quota(1, 1)
    assert effective_quota(POLICY, Settings(quota=Quota(written=1, phone=0))) == Quota(1, 0)
    no_phone = Settings(quota=Quota(1, 0))
    assert (
        wait_end_day(
            dana_with_introducer(sent_attempt(STAGE_TUESDAY), sent_attempt(local_instant("2026-10-27"))), no_phone
        )
        == "2026-11-03"
    )


USED_UP_ENTRIES = (
    sent_attempt(STAGE_TUESDAY),
    sent_attempt(local_instant("2026-10-27")),
    voicemail_attempt(local_instant("2026-10-30")),
)


@pytest.mark.parametrize(
    ("entries", "day", "channel", "expected"),
    [
        ((sent_attempt(STAGE_TUESDAY),), "2026-10-21", Channel.EMAIL, BrakeReason.TOO_SOON),
        ((sent_attempt(STAGE_TUESDAY),), "2026-10-27", Channel.EMAIL, None),
        (USED_UP_ENTRIES[:2], "2026-10-30", Channel.TEXT, BrakeReason.SLOT_USED),
        (USED_UP_ENTRIES[:2], "2026-10-30", Channel.PHONE, None),
        (USED_UP_ENTRIES, "2026-12-01", Channel.EMAIL, BrakeReason.QUOTA_USED),
        (
            (sent_attempt(STAGE_TUESDAY), SetAside(id="r", at=STAGE_TUESDAY)),
            "2026-12-01",
            Channel.EMAIL,
            BrakeReason.RESTING,
        ),
        (
            (Closed(id="c", at=STAGE_TUESDAY, reason=CloseReason.LANDED),),
            "2026-12-01",
            Channel.EMAIL,
            BrakeReason.CLOSED,
        ),
        ((sent_attempt(STAGE_TUESDAY), reply_entry(STAGE_TUESDAY)), "2026-10-20", Channel.EMAIL, None),
        (
            (
                PLANNED_CALL,
                sent_attempt(local_instant("2026-10-19 13:00")),
                sent_attempt(local_instant("2026-10-19 14:00")),
            ),
            "2026-10-20",
            Channel.EMAIL,
            BrakeReason.SLOT_USED,
        ),
    ],
)
def test_the_brake_meets_what_is_too_soon_or_too_much(
    entries: tuple[Entry, ...], day: str, channel: Channel, expected: BrakeReason | None
) -> None:
    assert find_brake_reason(status_on_day(dana_with_introducer(*entries), day), channel) == expected


def test_logging_anyway_restarts_the_last_wait() -> None:
    assert (
        wait_end_day(dana_with_introducer(*USED_UP_ENTRIES, sent_attempt(local_instant("2026-11-10")))) == "2026-11-17"
    )


def test_real_news_opens_one_episode_until_a_reply() -> None:
    told = dana_with_introducer(*USED_UP_ENTRIES, sent_attempt(local_instant("2026-11-10"), news="I passed the exam"))
    assert status_on_day(told, "2026-11-11").free_slots == (Slot.WRITTEN, Slot.PHONE)
    assert not may_write_with_news(status_on_day(told, "2026-11-11"), local_instant("2026-11-11"), POLICY)
    twice = dana_with_introducer(*told.entries, sent_attempt(local_instant("2026-11-20"), news="I passed another"))
    assert status_on_day(twice, "2026-11-21").free_slots == (Slot.PHONE,)
    again = dana_with_introducer(
        *told.entries, reply_entry(local_instant("2026-11-12")), sent_attempt(local_instant("2026-11-13"))
    )
    assert may_write_with_news(status_on_day(again, "2026-11-14"), local_instant("2026-11-14"), POLICY)


def test_a_resting_contact_is_approached_anew_after_sixty_days() -> None:
    contact = dana_with_introducer(*USED_UP_ENTRIES, SetAside(id="rest", at=local_instant("2026-11-10")))
    assert not may_write_with_news(status_on_day(contact, "2027-01-08"), local_instant("2027-01-08"), POLICY)
    assert may_write_with_news(status_on_day(contact, "2027-01-09"), local_instant("2027-01-09"), POLICY)


def test_nobody_who_asked_for_no_contact_is_approached_with_news() -> None:
    contact = dana_with_introducer(Closed(id="closed", at=STAGE_TUESDAY, reason=CloseReason.DO_NOT_CONTACT))
    assert not may_write_with_news(status_on_day(contact, "2027-06-01"), local_instant("2027-06-01"), POLICY)


def test_the_introducer_may_be_asked_once_after_the_quota() -> None:
    assert not may_ask_introducer(
        status_on_day(dana_with_introducer(*USED_UP_ENTRIES[:2]), "2026-11-10"), dana_with_introducer()
    )
    assert may_ask_introducer(
        status_on_day(dana_with_introducer(*USED_UP_ENTRIES), "2026-11-10"), dana_with_introducer()
    )
    asked = dana_with_introducer(*USED_UP_ENTRIES, IntroducerAsked(id="asked", at=local_instant("2026-11-10")))
    assert not may_ask_introducer(status_on_day(asked, "2026-11-11"), dana_with_introducer())
    assert not may_ask_introducer(
        status_on_day(dana_with_introducer(*USED_UP_ENTRIES), "2026-11-10"), dana_with_introducer(introducer_id="")
    )


def test_the_basket_tells_how_the_steps_spread() -> None:
    many = [sent_attempt(local_instant(f"2026-10-{day:02}")) for day in range(10, 17)]
    shelf = sample_book(
        dana_with_introducer(sent_attempt(local_instant("2026-08-01")), *many),
        sample_contact("Lee", sent_attempt(STAGE_TUESDAY), call_plan(STAGE_TUESDAY, local_instant("2026-10-22"))),
        sample_contact("Old", sent_attempt(local_instant("2026-08-01"))),
    )
    seen = measure_basket(shelf, local_instant("2026-10-21"), POLICY)
    assert (
        seen.step_count,
        seen.busiest_contact and seen.busiest_contact.name,
        seen.busiest_contact_steps,
        seen.contacts_in_touch,
    ) == (9, "Dana", 7, 2)


def test_someone_else_is_named_with_the_best_reason_first() -> None:
    about = dana_with_introducer(*USED_UP_ENTRIES, company="Acme", introducer_id="sam")
    gone = Closed(id="closed", at=local_instant("2026-10-21"), reason=CloseReason.MET)
    people = [
        about,
        sample_contact("Sam"),
        sample_contact("New"),
        sample_contact("Kim", reply_entry(STAGE_TUESDAY), next_move_entry(STAGE_TUESDAY, Party.NOBODY), company="ACME"),
        sample_contact("Lee", reply_entry(STAGE_TUESDAY), next_move_entry(STAGE_TUESDAY, Party.NOBODY)),
        sample_contact("Turn", reply_entry(STAGE_TUESDAY)),
        sample_contact("Waited", reply_entry(local_instant("2026-10-01")), sent_attempt(STAGE_TUESDAY)),
        sample_contact("Rests", reply_entry(STAGE_TUESDAY), SetAside(id="rest", at=local_instant("2026-10-21"))),
        sample_contact("Gone", reply_entry(STAGE_TUESDAY), gone),
    ]
    standings = {person.id: status_on_day(person, "2026-10-22") for person in people}
    found = find_contact_suggestions(standings, sample_book(*people), about, limit=9)
    assert [(one.contact.name, one.reason) for one in found] == [
        ("Turn", SuggestionReason.YOUR_TURN),
        ("Kim", SuggestionReason.SAME_COMPANY),
        ("Lee", SuggestionReason.ANSWERED),
        ("New", SuggestionReason.NOT_CONTACTED),
        ("Sam", SuggestionReason.INTRODUCED),
    ]
    assert len(find_contact_suggestions(standings, sample_book(*people), about)) == 3


def test_a_stranger_at_the_same_company_is_no_other_door() -> None:
    about, stranger = dana_with_introducer(company="Acme"), sample_contact("New", company="Acme")
    standings = {one.id: status_on_day(one, "2026-10-22") for one in (about, stranger)}
    [found] = find_contact_suggestions(standings, sample_book(about, stranger), about)
    assert found.reason is SuggestionReason.NOT_CONTACTED


def test_a_person_who_matters_a_lot_gets_no_more_follow_ups() -> None:
    assert status_on_day(replace(dana_with_introducer(*USED_UP_ENTRIES), matters=True), "2026-11-01").free_slots == ()
