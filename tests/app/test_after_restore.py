"""A backup was put back: what was sent since it was made is not said again, and nothing else is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.delivery.after_restore import (
    RESTORE_GAP_KEY,
    RestoreGap,
    load_restore_gap,
    parse_restore_gap,
    replay_restore_gap,
)
from bot.domain.errors import DeliveryUncertain, MessageRejected, TryLater
from bot.domain.model import Book, DeliveryState, EntryOccasion, Envelope, ReminderItem, ReminderKind
from storage.memory import MemoryStore
from tests.clubs import Gathering
from tests.fakes import FakeMessenger, Member, only_card
from tests.samples import BERLIN_HOME, local_instant

PERMISSION_TEMPLATE = "It's okay to send {name} your one e-mail now, and okay not to."
BACKUP_TIME, RESTORE_TIME = "2026-11-30 12:00", "2026-12-17 12:00"


async def backed_up_book(ada: Member) -> Book:
    """Ada waits for Dana and for Lee; her book as it is when the backup is made."""
    await ada.say("settings patience: no basket: never")
    await ada.say("add Dana channel: email")
    ada.at("2026-11-27 10:00")
    await ada.say("add Lee channel: email")
    ada.at(BACKUP_TIME)
    return await ada.book()


async def live_until_restore(ada: Member, until: str = RESTORE_TIME) -> tuple[Book, list[str]]:
    """Ada's book as it was when the backup was made, and what she was sent since."""
    kept = await backed_up_book(ada)
    return kept, await ada.live(until)


async def restore_backed_up_book(
    ada: Member, kept: Book, now: str = RESTORE_TIME, restored_at: str = RESTORE_TIME
) -> Member:
    """The book of the backup in a store of its own, put back at `restored_at`; the platform remembers."""
    again = Member(
        store=MemoryStore(),
        messenger=ada.messenger,
        now=local_instant(now),
        home=ada.home,
        actor=ada.actor,
        new_id=ada.new_id,
    )
    await again.store.save(replace(kept, version=0))
    gap = f"{local_instant(BACKUP_TIME).isoformat()} {local_instant(restored_at).isoformat()}"
    await again.store.save_value(RESTORE_GAP_KEY, gap)
    return again


async def restored_member(ada: Member, now: str = RESTORE_TIME) -> Member:
    """Ada after the backup was put back, who was sent everything since it was made."""
    kept, _said = await live_until_restore(ada)
    return await restore_backed_up_book(ada, kept, now)


async def test_what_was_sent_since_is_found_and_not_said_again(ada: Member) -> None:
    kept, said = await live_until_restore(ada)
    assert len(said) >= 2
    again = await restore_backed_up_book(ada, kept)
    before = await ada.book()
    assert await again.live("2026-12-18 08:00") == []
    assert set(ada.messenger.lookups) == {local_instant(BACKUP_TIME) - timedelta(minutes=1)}
    after = await again.book()
    assert [one.sent_at for one in after.sent_reminders] == [one.sent_at for one in before.sent_reminders]
    assert [one.reminded_keys for one in after.contacts] == [one.reminded_keys for one in before.contacts]


async def test_without_a_word_of_it_they_would_be_said_again(ada: Member) -> None:
    again = await restored_member(ada)
    await again.store.save_value(RESTORE_GAP_KEY, "")
    assert len(await again.live("2026-12-18 08:00")) >= 1


async def test_what_was_not_sent_since_comes_with_an_apology(ada: Member) -> None:
    kept, said = await live_until_restore(ada, until="2026-12-08 12:00")
    assert PERMISSION_TEMPLATE.format(name="Dana") in only_card(said)
    again = await restore_backed_up_book(ada, kept)
    late = await again.live("2026-12-18 08:00")
    assert "Lee" in only_card(late)
    assert late[0].startswith("Sorry, this comes late")
    assert PERMISSION_TEMPLATE.format(name="Dana") not in late[0]


async def test_an_answer_that_was_lost_does_not_hide_what_was_sent_after_it(ada: Member) -> None:
    """Dana answered after the backup, so nothing was said of her; of Lee it was."""
    kept = await backed_up_book(ada)
    await ada.say("reply Dana kind: answer")
    assert "Lee" in only_card(await ada.live(RESTORE_TIME))
    again = await restore_backed_up_book(ada, kept)
    late = only_card(await again.live("2026-12-18 08:00"))
    assert "Dana" in late
    assert "Lee" not in late


async def test_a_month_after_the_restore_the_platform_is_not_asked_any_more(ada: Member) -> None:
    again = await restored_member(ada, "2027-01-18 12:00")
    assert len(await again.live("2027-01-19 12:00")) >= 1
    assert ada.messenger.lookups == []


@pytest.mark.parametrize(
    "trouble", [TryLater("busy"), TryLater("held", timedelta(minutes=5)), DeliveryUncertain("lost")]
)
async def test_while_nobody_can_tell_nothing_is_said(
    ada: Member, trouble: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    again = await restored_member(ada)

    async def down(*_: object) -> bool:
        raise trouble

    with monkeypatch.context() as patched:
        patched.setattr(FakeMessenger, "was_sent", down)
        assert await again.live("2026-12-17 13:00") == []
    assert await again.live("2026-12-18 08:00") == []
    assert (await again.book()).envelopes == ()


async def test_where_the_platform_cannot_be_asked_it_comes_once_more(ada: Member) -> None:
    again = await restored_member(ada)
    ada.messenger.can_look_up = False
    assert len(await again.live("2026-12-17 19:00")) == 1


@pytest.mark.parametrize("arrived", [True, False])
async def test_what_was_on_its_way_when_the_backup_was_made_is_looked_for(ada: Member, arrived: bool) -> None:
    ada.at("2026-11-16 10:00")
    await ada.say("settings patience: no basket: never")
    await ada.say("add Dana channel: email")
    ada.at("2026-11-30 12:00")
    ada.messenger.troubles = [TryLater("busy", timedelta(minutes=2))]
    await ada.sweep()
    kept = await ada.book()
    assert len(kept.envelopes) == 1
    if arrived:
        assert len(await ada.live("2026-11-30 12:30")) == 1
    again = await restore_backed_up_book(ada, kept)
    assert len(await again.live("2026-12-17 13:00")) == (not arrived)


async def test_what_falls_due_after_the_restore_is_not_looked_for(ada: Member) -> None:
    kept, said = await live_until_restore(ada, until="2026-12-01 12:00")
    assert said == []
    again = await restore_backed_up_book(ada, kept, "2026-12-01 12:00", restored_at="2026-12-01 12:00")
    assert await again.core.sweep(local_instant("2026-12-08 09:00")) == 1
    assert len(ada.messenger.delivered) == 1
    assert ada.messenger.lookups == []


async def test_what_the_host_left_to_know_is_read_and_nonsense_is_nothing() -> None:
    store, now = MemoryStore(), local_instant("2026-12-18 12:00")
    assert await load_restore_gap(store, now) is None
    await store.save_value(RESTORE_GAP_KEY, "2026-11-30T11:00:00+00:00 2026-12-17T12:00:00+01:00")
    assert await load_restore_gap(store, now) == RestoreGap(
        datetime(2026, 11, 30, 11, tzinfo=UTC), datetime(2026, 12, 17, 11, tzinfo=UTC)
    )
    assert await load_restore_gap(store, now + timedelta(days=30)) is None
    assert [parse_restore_gap(text) for text in ("", "yesterday", "2026-11-30T11:00:00+00:00", "a b c")] == [None] * 4


async def test_what_the_first_life_folded_together_late_is_found(ada: Member) -> None:
    """The bot was away when both fell due, and sent one message about both."""
    await ada.say("settings patience: no basket: never")
    await ada.say("add Dana channel: email")
    await ada.say("add Lee channel: email when: 23 nov")
    ada.at(BACKUP_TIME)
    kept = await ada.book()
    ada.at("2026-12-15 12:00")
    assert len(await ada.sweep()) == 1
    again = await restore_backed_up_book(ada, kept)
    assert await again.live("2026-12-18 08:00") == []


async def test_where_the_platform_may_not_be_asked_nobody_falls_silent(
    ada: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    again = await restored_member(ada)

    async def refused(*_: object) -> bool:
        raise MessageRejected("missing_scope")

    monkeypatch.setattr(FakeMessenger, "was_sent", refused)
    assert len(await again.live("2026-12-17 19:00")) == 1
    assert (await again.book()).envelopes == ()


@pytest.mark.parametrize("can_look_up", [True, False])
@pytest.mark.parametrize("was_tried", [True, False])
async def test_a_post_of_the_time_between_is_not_posted_twice(can_look_up: bool, was_tried: bool) -> None:
    """Where the channel can be asked it is found there, and elsewhere its author is asked."""
    gathering = Gathering(now=local_instant(BACKUP_TIME))
    await gathering.set_up_with("Ann", "Ben")
    await gathering["Ben"].say("/club win text: hired")
    await gathering["Ben"].press("Without my name")
    if was_tried:
        gathering.messenger.troubles = [TryLater("ratelimited", timedelta(minutes=2))]
        await gathering["Ann"].core.sweep(gathering.now)
    kept = await gathering.club()
    assert [one.state for one in kept.envelopes] == [DeliveryState.WAITING] * was_tried
    await gathering.live("2026-11-30 13:00")
    posted, asked = len(gathering.posts), len(gathering.private_cards("Ben"))
    version = (await gathering.club()).version
    gathering.messenger.can_look_up = can_look_up
    await gathering.store.save(replace(kept, version=version))
    await gathering.store.save_value(
        RESTORE_GAP_KEY, f"{local_instant(BACKUP_TIME).isoformat()} {local_instant('2026-11-30 13:00').isoformat()}"
    )
    await gathering.live("2026-11-30 16:00")
    assert len(gathering.posts) == posted
    assert (await gathering.club()).posts == ()
    assert len(gathering.private_cards("Ben")) - asked == (not can_look_up)


def test_what_was_on_its_way_and_holds_no_more_hides_nothing(kept_book: Book) -> None:
    between = RestoreGap(local_instant(BACKUP_TIME), local_instant(RESTORE_TIME))
    gone = ReminderItem(ReminderKind.PERMISSION, EntryOccasion("gone"), "gone")
    dead = Envelope(id="dead", items=(gone,), created_at=between.since, retry_at=between.since)
    plain = list(replay_restore_gap(kept_book, between, BERLIN_HOME))
    assert len(plain) >= 1
    assert list(replay_restore_gap(replace(kept_book, envelopes=(dead,)), between, BERLIN_HOME)) == plain


@pytest.fixture
async def kept_book(ada: Member) -> Book:
    """As it was when the backup was made."""
    return (await live_until_restore(ada))[0]
