"""What holds for every book, whatever its member does and whenever the bot wakes.

The slow ones take seconds: a hundred lives of a book or more, of weeks each.
"""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.calendar import Calendar
from bot.domain.model import (
    Attempt,
    Away,
    Book,
    Cadence,
    CallOutcome,
    CallResult,
    Channel,
    Closed,
    CloseReason,
    Contact,
    DateRange,
    Entry,
    Envelope,
    HostDefaults,
    IntroducerAsked,
    NextMove,
    Party,
    Plan,
    Policy,
    Quota,
    ReminderHour,
    ReminderKind,
    ReplyKind,
    ReplyReceived,
    Resumed,
    SetAside,
    Settings,
    Slot,
    SlotDeclined,
    Snoozed,
)
from bot.rules import ContactStatus, Stage, contact_status, find_brake_reason, read_timeline
from bot.rules.fold import fold_entries
from bot.rules.member_clock import member_calendar, member_clock
from bot.rules.moment import BookMoment
from bot.rules.schedule import BUDGETED_KINDS
from tests.samples import (
    MemberAct,
    SweepMessage,
    call_plan,
    declined_slot,
    live_book,
    reply_entry,
    sample_book,
    sample_contact,
    sent_attempt,
    sweep_book,
    with_logged_entries,
    with_member_activity,
)

BOARD_NAMES = ("Dana", "Lee", "Sam")
PROPERTIES_START = datetime(2026, 9, 1, 6, tzinfo=UTC)
HOST_HOMES = [
    HostDefaults("Europe/Berlin", "DE"),
    HostDefaults("America/New_York", "US"),
    HostDefaults("Asia/Kolkata", "IN"),
    HostDefaults("Pacific/Auckland", "NZ"),
    HostDefaults("Africa/Cairo", "EG"),
    HostDefaults("Australia/Lord_Howe", "AU"),
    HostDefaults("Pacific/Kiritimati"),
    HostDefaults("America/St_Johns", "CA"),
]
property_settings = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

quota_records = st.builds(Quota, written=st.integers(0, 2), phone=st.integers(0, 2))
host_homes = st.sampled_from(HOST_HOMES)
member_settings = st.builds(
    Settings,
    reminder_hour=st.sampled_from(ReminderHour),
    quota=quota_records,
    patience_reminders=st.booleans(),
    basket_cadence=st.sampled_from(Cadence),
)
policy_records = st.one_of(
    st.just(Policy()),
    st.builds(
        Policy,
        quota=quota_records,
        first_wait_working_days=st.integers(0, 8),
        stranger_wait_working_days=st.integers(0, 12),
        between_wait_days=st.integers(0, 4),
        between_wait_working_days=st.integers(0, 3),
        last_wait_days=st.integers(0, 9),
        promise_grace_working_days=st.integers(0, 3),
        unused_permission_days=st.integers(0, 20),
        min_patience_wait_days=st.integers(1, 4),
        max_reminders_per_week=st.integers(1, 3),
        max_ignored_reminders=st.integers(2, 4),
    ),
)


@dataclass(frozen=True)
class MemberStep:
    """Something the member notes down: `hours` after the step before it, about what was `back` hours ago."""

    number: int
    at: datetime
    name: str
    what: str
    back: int
    days: int
    channel: Channel
    minor: int

    def entry(self, contact: Contact, calendar: Calendar) -> Entry | None:  # noqa: C901  (a table)
        ident, at = f"{self.number}", self.at - timedelta(hours=self.back)
        day = calendar.day_of(self.at) + timedelta(days=self.days)
        plans = [entry for entry in contact.entries if isinstance(entry, Plan) and entry.starts_at <= self.at]
        match self.what:
            case "attempt":
                return Attempt(id=ident, at=at, channel=self.channel)
            case "courtesy":
                return Attempt(id=ident, at=at, channel=self.channel, courtesy=True)
            case "news":
                return Attempt(id=ident, at=at, channel=self.channel, news="I moved to your town")
            case "reply":
                return ReplyReceived(id=ident, at=at, reply_kind=list(ReplyKind)[self.minor % 3])
            case "away":
                return Away(id=ident, at=at, last_day=day)
            case "next_move":
                who = list(Party)[self.minor % 3]
                return NextMove(
                    id=ident, at=at, party=who, promised_day=day if who is Party.CONTACT and self.minor % 2 else None
                )
            case "plan":
                return Plan(id=ident, at=self.at, starts_at=at + timedelta(hours=9 * self.days), minutes=30)
            case "call_outcome" if plans:
                plan, how = plans[self.minor % len(plans)], list(CallResult)[self.minor % 4]
                return CallOutcome(
                    id=ident, at=plan.starts_at if how is CallResult.NO_CALL else self.at, plan_id=plan.id, result=how
                )
            case "settled":
                return SlotDeclined(id=ident, at=self.at, slot=self.channel.slot)
            case "snoozed":
                return Snoozed(id=ident, at=self.at, until=day)
            case "rested":
                return SetAside(id=ident, at=self.at, until=day if self.minor % 3 else None)
            case "woken":
                return Resumed(id=ident, at=self.at)
            case "closed":
                return Closed(id=ident, at=self.at, reason=list(CloseReason)[self.minor % 4])
            case "introducer":
                return IntroducerAsked(id=ident, at=self.at)
        return None

    def act(self, before: Book, calendar: Calendar) -> Book:
        """The book after this step, as the handlers would leave it."""
        match self.what:
            case "pause":
                return replace(
                    with_member_activity(before, self.at), paused_until=self.at + timedelta(hours=11 * self.days)
                )
            case "resume":
                return replace(with_member_activity(before, self.at), paused_until=None, reminders_resumed_at=self.at)
            case "settings":
                hour, told = list(ReminderHour)[self.minor % 3], before.settings
                return replace(
                    with_member_activity(before, self.at),
                    settings=replace(told, reminder_hour=hour, patience_reminders=False),
                    reminders_resumed_at=self.at,
                )
        contact = next(one for one in before.contacts if one.name == self.name)
        entry = self.entry(contact, calendar)
        return with_logged_entries(before, self.name, *([entry] if entry else []), at=self.at)


STEP_ENTRY_KINDS = ["attempt"] * 6 + [
    "reply",
    "plan",
    "plan",
    "outcome",
    "outcome",
    "turn",
    "away",
    "settled",
    "settled",
]
STEP_ENTRY_KINDS += ["snoozed", "rested", "woken", "closed", "courtesy", "news", "introducer"]
STEP_KINDS = [*STEP_ENTRY_KINDS, "pause", "resume", "settings"]


@st.composite
def draw_steps(
    draw: st.DrawFn, kinds: list[str] = STEP_ENTRY_KINDS, names: tuple[str, ...] = ("Dana",)
) -> tuple[MemberStep, ...]:
    found, at = [], PROPERTIES_START
    for number in range(draw(st.integers(1, 14))):
        at += timedelta(minutes=draw(st.one_of(st.integers(1, 600), st.integers(1, 20_000))))
        found.append(
            MemberStep(
                number,
                at,
                draw(st.sampled_from(names)),
                draw(st.sampled_from(kinds)),
                draw(st.sampled_from([0, 0, 0, 1, 7, 30, 90, 200])),
                draw(st.integers(0, 25)),
                draw(st.sampled_from(Channel)),
                draw(st.integers(0, 11)),
            )
        )
    return tuple(found)


busy_ranges = st.one_of(
    st.just(()),
    st.integers(0, 60).map(lambda n: (DateRange(date(2026, 9, 1) + timedelta(n), date(2026, 9, 9) + timedelta(n)),)),
)


@st.composite
def draw_books(draw: st.DrawFn) -> Book:
    people = [
        sample_contact(
            name,
            added_at=PROPERTIES_START,
            changed_at=PROPERTIES_START,
            introducer_id=draw(st.sampled_from(["", "sam"])),
            matters=draw(st.booleans()),
        )
        for name in BOARD_NAMES
    ]
    return sample_book(
        *(replace(person, busy_ranges=draw(busy_ranges)) for person in people), settings=draw(member_settings)
    )


def acts_of_steps(script: tuple[MemberStep, ...], calendar: Calendar) -> list[MemberAct]:
    return [(step.at, lambda state, step=step: step.act(state, calendar)) for step in script]  # type: ignore[misc]


def first_contact_status(state: Book, now: datetime, home: HostDefaults, policy: Policy) -> ContactStatus:
    return contact_status(state.contacts[0], now, member_calendar(state, home), policy, state.settings)


def count_slots_by_hand(entries: tuple[Entry, ...]) -> Counter[Slot] | None:  # noqa: C901  (a table)
    """The slots gone in the present silence, told from the raw entries; None when nobody is waited for.

    Written apart from `read` on purpose: the quota is the law, so it is counted twice.
    """
    ordered = sorted(entries, key=lambda one: min(one.at, one.starts_at) if one.kind == "plan" else one.at)
    gone: list[Slot] | None = None
    justified, open_calls = False, set[str]()
    for entry in ordered:
        match entry.kind:
            case "reply_received" | "plan":
                gone, justified = None, False
                open_calls |= {entry.id} if entry.kind == "plan" else set()
            case "call_outcome" if entry.plan_id in open_calls:
                open_calls.remove(entry.plan_id)
                if entry.result == "no call":
                    gone = []
                elif entry.result != "moved":
                    gone, justified = None, justified and entry.result == "missed"
            case "closed":
                open_calls.clear()
            case "next_move":
                gone = (gone if gone is not None else []) if entry.party == "they" else None
            case "slot_declined" if gone is not None:
                gone = [*gone, entry.slot]
            case "attempt" if entry.news and not justified:
                gone, justified = [], True
            case "attempt" if not entry.courtesy:
                gone = [] if gone is None else [*gone, entry.channel.slot]
    return None if gone is None else Counter(gone)


@given(draw_books(), draw_steps(), host_homes, policy_records)
@settings(property_settings, max_examples=400)
def test_nothing_ever_allows_more_follow_ups_than_the_quota(
    state: Book, script: tuple[MemberStep, ...], home: HostDefaults, policy: Policy
) -> None:
    calendar = member_calendar(state, home)
    for step in script:
        state = step.act(state, calendar)
        gone = count_slots_by_hand(state.contacts[0].entries)
        for later in (0, 3, 9, 40):
            stands = first_contact_status(state, step.at + timedelta(days=later), home, policy)
            for channel in Channel:
                if gone is not None and find_brake_reason(stands, channel) is None:
                    slot = channel.slot
                    assert gone[slot] < min(policy.quota.of(slot), state.settings.quota.of(slot))


@given(
    st.lists(st.tuples(st.integers(0, 300), st.sampled_from(Channel)), max_size=25),
    host_homes,
    policy_records,
    member_settings,
)
@settings(property_settings, max_examples=150)
def test_who_heeds_the_brake_writes_once_and_follows_up_no_more_than_the_quota(
    tries: list[tuple[int, Channel]], home: HostDefaults, policy: Policy, told: Settings
) -> None:
    state, now = (
        sample_book(sample_contact("Dana", added_at=PROPERTIES_START, changed_at=PROPERTIES_START), settings=told),
        PROPERTIES_START,
    )
    for number, (hours, channel) in enumerate(tries):
        now += timedelta(hours=hours)
        if find_brake_reason(first_contact_status(state, now, home, policy), channel) is None:
            state = with_logged_entries(state, "Dana", sent_attempt(now, channel, id=f"{number}"), at=now)
    slots = Counter(entry.channel.slot for entry in state.contacts[0].entries[1:] if isinstance(entry, Attempt))
    assert all(slots[slot] <= min(policy.quota.of(slot), told.quota.of(slot)) for slot in Slot)


@given(draw_books(), draw_steps(), host_homes, policy_records)
@property_settings
def test_a_reply_always_clears(state: Book, script: tuple[MemberStep, ...], home: HostDefaults, policy: Policy) -> None:
    calendar = member_calendar(state, home)
    for step in script:
        state = step.act(state, calendar)
    now = script[-1].at + timedelta(minutes=1)
    calls = read_timeline(state.contacts[0]).plans
    state = with_logged_entries(state, "Dana", reply_entry(now), at=now)
    thread = read_timeline(state.contacts[0])
    assert (thread.episode, thread.set_aside, thread.closed, thread.snoozed) == (None, None, None, None)
    assert thread.plans == calls
    assert thread.whose_turn is Party.MEMBER
    assert first_contact_status(state, now, home, policy).stage is (Stage.CALL_PLANNED if calls else Stage.YOUR_TURN)
    left = [
        due.item.kind for due in BookMoment(state, now, home, policy=policy).schedule if due.item.contact_id == "dana"
    ]
    assert set(left) <= {ReminderKind.CALL_CHECK}


@given(
    draw_books(),
    draw_steps(),
    host_homes,
    policy_records,
    st.sampled_from(["nothing", "decline", "follow up", "log anyway"]),
)
@settings(property_settings, max_examples=120)
def test_a_waiting_member_always_reaches_someone_else(
    state: Book, script: tuple[MemberStep, ...], home: HostDefaults, policy: Policy, habit: str
) -> None:
    calendar = member_calendar(state, home)
    for step in script:
        state = step.act(state, calendar)
    contact = state.contacts[0]
    thread = read_timeline(contact)
    if thread.episode is None or thread.closed or (thread.set_aside and thread.set_aside.until is None):
        return
    now = script[-1].at
    for number in range(220):
        now += timedelta(days=1)
        stands = first_contact_status(state, now, home, policy)
        if stands.stage is Stage.MAY_FOLLOW_UP and habit == "decline":
            state = with_logged_entries(state, "Dana", declined_slot(now, stands.free_slots[0]), at=now)
        elif stands.stage is Stage.MAY_FOLLOW_UP and habit == "follow up":
            channel = Channel.EMAIL if stands.free_slots[0] is Slot.WRITTEN else Channel.PHONE
            state = with_logged_entries(state, "Dana", sent_attempt(now, channel), at=now)
        elif habit == "log anyway" and number % 5 == 0 and number < 30:
            state = with_logged_entries(state, "Dana", sent_attempt(now), at=now)
    assert first_contact_status(state, now, home, policy).stage is Stage.SOMEONE_ELSE


def assert_messages_polite(sent: list[SweepMessage], home: HostDefaults, policy: Policy) -> None:
    told, counted_days, counted_weeks, baskets = Counter(), Counter(), Counter(), Counter()  # type: ignore[var-annotated]
    for message in sent:
        days = member_clock(message.book, home, policy)
        clock = days.calendar.to_local(message.at)
        assert time(8) <= clock.time() < time(20), "quiet hours"
        if set(message.kinds) != {ReminderKind.CALL_CHECK}:
            assert days.calendar.is_working_day(clock.date()), "a day off"
            assert clock.time() >= policy.reminder_times[message.book.settings.reminder_hour]
        assert message.book.paused_until is None or message.book.paused_until <= message.at
        assert message.book.quiet_since is None
        told.update((item.contact_id, item.key) for item in message.items)
        week = clock.date().isocalendar()[:2]
        counted = bool(BUDGETED_KINDS & set(message.kinds))
        counted_days[clock.date()] += counted
        counted_weeks[week] += counted
        baskets[week] += ReminderKind.BASKET in message.kinds
        assert_message_fits(message, days.calendar, policy)
    assert all(times == 1 for times in told.values()), "told twice"
    assert all(times <= policy.max_reminders_per_day for times in counted_days.values())
    assert all(times <= policy.max_reminders_per_week for times in counted_weeks.values())
    assert all(times <= 1 for times in baskets.values())


def assert_message_fits(message: SweepMessage, calendar: Calendar, policy: Policy) -> None:
    """A message says what holds at its moment."""
    for item in message.items:
        contact = message.book.find_contact(item.contact_id)
        if contact is None:
            continue
        stage = contact_status(contact, message.at, calendar, policy, message.book.settings).stage
        assert stage not in (Stage.CLOSED, Stage.RESTING)
        match item.kind:
            case ReminderKind.PERMISSION:
                assert stage is Stage.MAY_FOLLOW_UP
            case ReminderKind.PATIENCE:
                assert stage is Stage.THEIR_TURN
            case ReminderKind.STALEMATE:
                assert stage is Stage.SOMEONE_ELSE or contact.matters
        snoozed = read_timeline(contact).snoozed
        if snoozed and item.kind is not ReminderKind.CALL_CHECK:
            assert calendar.day_of(message.at) >= snoozed.until


@given(draw_books(), draw_steps(STEP_KINDS, BOARD_NAMES), host_homes, policy_records)
@settings(property_settings, max_examples=100)
def test_no_life_of_a_book_brings_an_impolite_message(
    state: Book, script: tuple[MemberStep, ...], home: HostDefaults, policy: Policy
) -> None:
    acts = acts_of_steps(script, member_calendar(state, home))
    _, sent = live_book(state, PROPERTIES_START, script[-1].at + timedelta(days=90), home, policy, acts=acts)
    assert_messages_polite(sent, home, policy)


@given(st.integers(0, 60 * 24 * 120), st.integers(5, 600), host_homes)
@settings(property_settings, max_examples=200)
def test_a_call_check_comes_as_soon_as_the_hours_allow(start: int, minutes: int, home: HostDefaults) -> None:
    call = call_plan(PROPERTIES_START, PROPERTIES_START + timedelta(minutes=start), minutes)
    state = sample_book(sample_contact("Dana", call), settings=Settings(basket_cadence=Cadence.NEVER))
    [message] = live_book(state, PROPERTIES_START, PROPERTIES_START + timedelta(days=140), home)[1]
    ready = call.starts_at + timedelta(minutes=minutes + 15)
    clock = member_calendar(state, home).to_local(ready).time()
    assert message.at == ready if time(8) <= clock < time(20) else ready < message.at <= ready + timedelta(hours=13)
    assert_messages_polite([message], home, Policy())


extra_moments = st.lists(
    st.integers(0, 60 * 24 * 120).map(lambda n: PROPERTIES_START + timedelta(minutes=n)), max_size=60
)


@given(draw_books(), draw_steps(STEP_KINDS, BOARD_NAMES), host_homes, policy_records, extra_moments)
@property_settings
def test_waking_more_often_sends_the_same_at_the_same_moments(
    state: Book, script: tuple[MemberStep, ...], home: HostDefaults, policy: Policy, extra: list[datetime]
) -> None:
    acts, end = acts_of_steps(script, member_calendar(state, home)), script[-1].at + timedelta(days=60)
    _, alone = live_book(state, PROPERTIES_START, end, home, policy, acts=acts)
    _, often = live_book(state, PROPERTIES_START, end, home, policy, acts=acts, extra=extra)
    assert [(one.at, one.items) for one in often] == [(one.at, one.items) for one in alone]


@given(draw_books(), draw_steps(STEP_KINDS, BOARD_NAMES), host_homes, policy_records, st.integers(0, 59))
@settings(property_settings, max_examples=50)
def test_a_book_never_sleeps_past_a_reminder(
    state: Book, script: tuple[MemberStep, ...], home: HostDefaults, policy: Policy, minute: int
) -> None:
    state, _ = live_book(
        state, PROPERTIES_START, script[-1].at, home, policy, acts=acts_of_steps(script, member_calendar(state, home))
    )
    now = script[-1].at
    wake = BookMoment(state, now, home, policy=policy).next_wake
    hours = (now + timedelta(hours=n, minutes=minute) for n in range(24 * 25))
    first = next((at for at in hours if BookMoment(state, at, home, policy=policy).due), None)
    assert first is None or (wake is not None and wake <= first)


@given(draw_books(), draw_steps(STEP_KINDS, BOARD_NAMES), host_homes, policy_records, st.integers(0, 900))
@settings(property_settings, max_examples=300)
def test_a_wake_up_that_is_derived_from_what_changed_is_never_too_late(
    state: Book, script: tuple[MemberStep, ...], home: HostDefaults, policy: Policy, minutes: int
) -> None:
    *acts, (at, act) = acts_of_steps(script, member_calendar(state, home))
    state, _ = live_book(state, PROPERTIES_START, at, home, policy, acts=acts)
    was = at - timedelta(minutes=minutes)
    before = replace(
        state, version=1, last_active_at=was, wake_at=BookMoment(state, was, home, policy=policy).next_wake
    )
    after = act(before)
    moment = BookMoment(after, at, home, policy=policy)
    whole, part = moment.next_wake, moment.wake_after(before)
    assert whole is None or (part is not None and part <= whole)


@given(draw_books(), draw_steps(STEP_KINDS, BOARD_NAMES), host_homes, policy_records, extra_moments)
@property_settings
def test_what_was_derived_once_is_what_is_derived_anew(
    state: Book, script: tuple[MemberStep, ...], home: HostDefaults, policy: Policy, moments: list[datetime]
) -> None:
    for at, act in acts_of_steps(script, member_calendar(state, home)):
        state, _ = sweep_book(act(state), at, home, policy)
        for contact in state.contacts:
            assert read_timeline(contact) == fold_entries(contact.entries)
        for now in (at, *moments, at):
            once, copied = (BookMoment(one, now, home, policy=policy) for one in (state, deepcopy(state)))
            assert (once.due, once.schedule, once.next_wake) == (copied.due, copied.schedule, copied.next_wake)
            due_items = tuple(due.item for due in once.due)
            for items in [due_items, *((due.item,) for due in once.schedule)]:
                envelope = Envelope(id="one", items=items, created_at=now, retry_at=now)
                assert once.is_due(envelope) == set(due_items).issuperset(items)
            for contact in state.contacts:
                anew = contact_status(contact, now, member_calendar(state, home), policy, state.settings)
                assert once.status_of(contact) == anew == once.status_of(contact)
