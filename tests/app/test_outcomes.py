"""What each outcome of a delivery makes of a book and of a club, and what is decided after each failure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import structlog

from bot.club.membership import without_member
from bot.club.schedule import build_post_envelope
from bot.delivery.book_outcomes import with_book_outcome
from bot.delivery.club_outbox import with_club_outcome
from bot.delivery.outbox import (
    MAX_BACKOFF,
    MAX_SEND_TRIES,
    Outcome,
    OutcomeKind,
    Retry,
    build_envelope,
    decide_after_failure,
    with_send_try,
)
from bot.domain.errors import (
    AccountClosed,
    ChannelRefused,
    DeliveryUncertain,
    MessageRejected,
    StoreTooNew,
    TryLater,
    Undeliverable,
)
from bot.domain.model import (
    Book,
    ChannelRefusedNote,
    Club,
    ClubKey,
    DeliveryState,
    Envelope,
    NoteContent,
    PostUnconfirmedNote,
    ReminderItem,
    ReminderKind,
    WeekOccasion,
)
from bot.rules.moment import BookMoment
from bot.rules.reminders import DueReminder
from tests.clubs import Gathering
from tests.fakes import FailingStore, FakeMessenger, Member
from tests.samples import BERLIN_HOME, local_instant

OUTCOME_AT = local_instant("2026-12-08 09:00")


@pytest.fixture
async def due(ada: Member) -> Member:
    """A permission to follow up with Dana is due; Ada is in a club."""
    ada.actor = replace(ada.actor, club=ClubKey("console", "T1"))
    await ada.say("settings patience: no basket: never")
    await ada.say("add Dana channel: email")
    ada.now = OUTCOME_AT
    return ada


async def tried_reminder(due: Member) -> tuple[Book, Envelope]:
    """Ada's book with the reminder handed over."""
    book = await due.book()
    envelope = build_envelope(book, BookMoment(book, OUTCOME_AT, BERLIN_HOME).due, OUTCOME_AT)
    tried = replace(with_send_try(envelope, OUTCOME_AT), reason="http_503")
    return replace(book, envelopes=(tried,)), tried


def is_due_again(book: Book) -> bool:
    return bool(BookMoment(book, OUTCOME_AT, BERLIN_HOME).due)


BOOK_OUTCOMES: dict[OutcomeKind, Callable[[Book], object]] = {
    OutcomeKind.DELIVERED: lambda book: not book.envelopes and len(book.sent_reminders) == 1 and not is_due_again(book),
    OutcomeKind.PARKED: lambda book: (
        [(one.state, one.reason) for one in book.envelopes] == [(DeliveryState.PARKED, "http_503")]
        and not book.sent_reminders
        and not is_due_again(book)
    ),
    OutcomeKind.OVERTAKEN: lambda book: [one.retry_at for one in book.envelopes] == [OUTCOME_AT + MAX_BACKOFF],
    OutcomeKind.OBSOLETE: lambda book: not book.envelopes and not book.sent_reminders,
    OutcomeKind.REFUSED: lambda book: not book.envelopes and book.unreachable_reason == "50007",
    OutcomeKind.GONE: lambda book: not book.envelopes and book.profile.account_closed_at == OUTCOME_AT,
}


@pytest.mark.parametrize("kind", OutcomeKind)
async def test_what_each_outcome_makes_of_a_book(due: Member, kind: OutcomeKind) -> None:
    book, tried = await tried_reminder(due)
    reason = "50007" if kind is OutcomeKind.REFUSED else ""
    after = with_book_outcome(book, Outcome(kind, tried, OUTCOME_AT, reason), BERLIN_HOME)
    assert BOOK_OUTCOMES[kind](after), after
    assert after.contacts[0].entries == book.contacts[0].entries


async def test_an_envelope_that_was_overtaken_and_surely_not_sent_is_removed(due: Member) -> None:
    book, tried = await tried_reminder(due)
    unsent = replace(tried, state=DeliveryState.WAITING)
    assert with_book_outcome(book, Outcome(OutcomeKind.OVERTAKEN, unsent, OUTCOME_AT), BERLIN_HOME).envelopes == ()


@pytest.mark.parametrize("kind", [OutcomeKind.DELIVERED, OutcomeKind.PARKED])
async def test_a_weekly_message_and_a_goodbye_count_as_sent_even_if_given_up(due: Member, kind: OutcomeKind) -> None:
    monday = OUTCOME_AT.date() - timedelta(days=1)
    weekly = DueReminder(ReminderItem(ReminderKind.BASKET, WeekOccasion(monday)), OUTCOME_AT)
    goodbye = DueReminder(ReminderItem(ReminderKind.GOING_QUIET, WeekOccasion(monday)), OUTCOME_AT)
    book = await due.book()
    envelope = build_envelope(book, [weekly, goodbye], OUTCOME_AT)
    after = with_book_outcome(book, Outcome(kind, envelope, OUTCOME_AT), BERLIN_HOME)
    assert (after.last_basket_day, after.quiet_since) == (OUTCOME_AT.date(), OUTCOME_AT)


def note_contents(club: Club, content_type: type[NoteContent]) -> list[object]:
    return [note.content for note in club.outgoing_notes if isinstance(note.content, content_type)]


CLUB_OUTCOMES: dict[OutcomeKind, Callable[[Club], object]] = {
    **dict.fromkeys(
        (OutcomeKind.DELIVERED, OutcomeKind.OVERTAKEN, OutcomeKind.OBSOLETE),
        lambda club: (club.posts, club.envelopes, club.outgoing_notes) == ((), (), ()),
    ),
    OutcomeKind.PARKED: lambda club: (
        not club.posts
        and [(one.state, one.reason) for one in club.envelopes] == [(DeliveryState.PARKED, "http_503")]
        and club.unconfirmed_posts == (club.envelopes[0].id,)
        and len(note_contents(club, PostUnconfirmedNote)) == 1
    ),
    OutcomeKind.REFUSED: lambda club: (
        (club.channel_refusal, club.channel_refusal_code, len(club.posts), club.envelopes)
        == ("archived", "http_503", 1, ())
        and len(note_contents(club, ChannelRefusedNote)) == 1
    ),
    OutcomeKind.GONE: lambda club: (club.channel_refusal, len(club.posts), club.envelopes) == ("gone", 1, ()),
}


async def club_with_tried_post() -> tuple[Gathering, Club, Envelope]:
    gathering = Gathering()
    await gathering.set_up_with("Ann", "Ben")
    await gathering["Ben"].say("/club win text: hired")
    await gathering["Ben"].press("Without my name")
    club = await gathering.club()
    envelope = with_send_try(build_post_envelope(club, club.posts[0], OUTCOME_AT), OUTCOME_AT)
    tried = replace(envelope, reason="http_503")
    return gathering, replace(club, envelopes=(tried,), outgoing_notes=()), tried


@pytest.mark.parametrize("kind", OutcomeKind)
async def test_what_each_outcome_makes_of_a_club(kind: OutcomeKind) -> None:
    _gathering, club, tried = await club_with_tried_post()
    reason = "archived" if kind is OutcomeKind.REFUSED else ""
    after = with_club_outcome(club, Outcome(kind, tried, OUTCOME_AT, reason))
    assert CLUB_OUTCOMES[kind](after), after


async def test_a_second_refusal_of_the_channel_is_not_told_again() -> None:
    _gathering, club, tried = await club_with_tried_post()
    refused = Outcome(OutcomeKind.REFUSED, tried, OUTCOME_AT, "archived")
    once = with_club_outcome(club, refused)
    assert with_club_outcome(once, refused) == once


async def test_an_unconfirmed_post_is_kept_until_somebody_has_answered() -> None:
    gathering, _club, _tried = await club_with_tried_post()
    gathering.messenger.troubles, gathering.messenger.can_look_up = [DeliveryUncertain("http_503")], False
    await gathering.live("2026-11-23 12:00")
    [parked] = (await gathering.club()).envelopes
    assert (parked.state, parked.reason) == (DeliveryState.PARKED, "http_503")
    [asked] = [card for card in gathering.private_cards("Ben") if "repost" in str(card.buttons)]
    await gathering["Ben"].press_line(next(one.line for one in asked.buttons if one.line.startswith("repost")))
    assert (await gathering.club()).envelopes == ()


async def test_an_unconfirmed_post_goes_with_its_author() -> None:
    gathering, club, tried = await club_with_tried_post()
    ben = gathering["Ben"].actor.address
    parked = with_club_outcome(club, Outcome(OutcomeKind.PARKED, tried, OUTCOME_AT))
    assert len(without_member(parked, gathering["Ann"].actor.address, OUTCOME_AT).envelopes) == 1
    assert without_member(parked, ben, OUTCOME_AT).envelopes == ()
    assert without_member(club, ben, OUTCOME_AT).envelopes == (tried,), "it may have been sent"


# What is decided after a failure.

WAITING, SENDING, PARKED = DeliveryState.WAITING, DeliveryState.SENDING, DeliveryState.PARKED
FAILURES = [
    (AccountClosed("deactivated"), OutcomeKind.GONE, OutcomeKind.GONE),
    (Undeliverable("50007"), OutcomeKind.REFUSED, OutcomeKind.REFUSED),
    (ChannelRefused("gone", "channel_not_found"), OutcomeKind.REFUSED, OutcomeKind.REFUSED),
    (TryLater("ratelimited", timedelta(minutes=5)), WAITING, SENDING),
    (MessageRejected("invalid_blocks"), WAITING, SENDING),
    (DeliveryUncertain("timeout"), SENDING, SENDING),
    (RuntimeError("Dana"), SENDING, None),
]


@pytest.mark.parametrize(("problem", "after_try", "without_try"), FAILURES, ids=lambda one: type(one).__name__)
async def test_what_is_decided_after_each_failure(
    due: Member, problem: Exception, after_try: object, without_try: object
) -> None:
    _book, tried = await tried_reminder(due)
    reason = getattr(problem, "code", "") or ("fault" if isinstance(problem, RuntimeError) else str(problem))
    for was_tried, expected in ((True, after_try), (False, without_try)):
        decision = decide_after_failure(problem, tried, OUTCOME_AT, was_tried=was_tried)
        shown = decision.envelope.state if isinstance(decision, Retry) else decision.kind
        assert expected in (shown, None)
        assert decision.envelope.reason == reason
        assert decision.envelope.possible_copies == (0 if shown is WAITING else 1)


@pytest.mark.parametrize("was_tried", [True, False])
async def test_only_a_rejected_message_is_given_up(due: Member, was_tried: bool) -> None:
    _book, tried = await tried_reminder(due)
    last = replace(tried, tries=MAX_SEND_TRIES, deferrals=MAX_SEND_TRIES)
    outcome = decide_after_failure(MessageRejected("no_text"), last, OUTCOME_AT, was_tried=was_tried)
    assert isinstance(outcome, Outcome)
    assert (outcome.kind, outcome.envelope.reason) == (OutcomeKind.PARKED, "no_text")
    assert isinstance(decide_after_failure(TryLater("down"), last, OUTCOME_AT, was_tried=was_tried), Retry)


# What is kept and logged of the reason.


async def envelope_reasons(member: Member) -> list[str]:
    return [envelope.reason for envelope in (await member.book()).envelopes]


async def test_the_reason_of_the_last_try_or_look_up_stays_with_the_envelope(
    due: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def down(*_: object) -> bool:
        raise TryLater("http_502")

    due.messenger.troubles = [TryLater("ratelimited"), DeliveryUncertain("timeout")]
    seen = []
    for _ in range(3):
        await due.sweep()
        seen += await envelope_reasons(due)
        due.now = await due.core.next_wake() or due.now
        if len(seen) == 2:
            monkeypatch.setattr(FakeMessenger, "was_sent", down)
    assert seen == ["ratelimited", "timeout", "http_502"]


async def test_a_try_that_was_cut_short_says_so(due: Member) -> None:
    seen: list[str] = []

    async def look() -> None:
        seen.extend(await envelope_reasons(due))

    due.messenger.before_send = look
    await due.sweep()
    assert seen == ["interrupted"]


async def test_a_reason_is_logged_once_and_what_is_given_up_each_time(due: Member) -> None:
    ben, core = due.another("ben"), due.core
    for said in ("settings patience: no basket: never", "add Lee channel: email"):
        await core.handle_command(ben.actor, said, local_instant("2026-11-24 10:00"))
    due.messenger.always = MessageRejected("missing_scope")
    with structlog.testing.capture_logs() as logs:
        while (wake := await core.next_wake()) and wake < local_instant("2026-12-08 19:00"):
            await core.sweep(wake)
    assert due.messenger.tries == 2 * MAX_SEND_TRIES
    assert [(one["event"], one["reason"]) for one in logs] == [
        ("not_delivered", "missing_scope"),
        *[("given_up", "missing_scope")] * 2,
    ]
    assert "Dana" not in repr(logs)


async def test_a_look_up_that_is_refused_is_logged(due: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refused(*_: object) -> bool:
        raise MessageRejected("missing_scope")

    due.messenger.troubles = [DeliveryUncertain("timeout")]
    await due.sweep()
    monkeypatch.setattr(FakeMessenger, "was_sent", refused)
    due.wait(minutes=1)
    with structlog.testing.capture_logs() as logs:
        assert len(await due.sweep()) == 1
    assert [one["reason"] for one in logs if one["event"] == "not_delivered"] == ["missing_scope"]


async def test_a_book_of_a_newer_version_ends_no_sweep(due: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    ben = due.another("ben")
    ben.at("2026-11-24 10:00")
    await ben.say("settings patience: no basket: never")
    await ben.say("add Lee channel: email")
    save = FailingStore.save

    async def refused(self: FailingStore, book: Book) -> Book:
        if book.owner == due.actor.address:
            raise StoreTooNew("schema 99, this version knows 7")
        return await save(self, book)

    monkeypatch.setattr(FailingStore, "save", refused)
    with structlog.testing.capture_logs() as logs:
        assert await due.core.sweep(due.now) == 2
    assert ["Lee" in text for text in due.messenger.texts] == [True]
    assert [one["event"] for one in logs] == ["record_unreadable"]
