"""What careful readers found wrong once, and must not come back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.app.service import Service
from bot.delivery.book_outcomes import park_envelope
from bot.domain.errors import StoreUnavailable, TryLater
from bot.domain.model import (
    Actor,
    Address,
    DeliveryState,
    EntryOccasion,
    Envelope,
    HostDefaults,
    ReminderItem,
    ReminderKind,
)
from bot.domain.ports import RecordT
from storage.memory import MemoryStore
from storage.open import open_store
from tests.fakes import FakeMessenger, Member
from tests.samples import local_instant

REVIEWED_ADA = Actor(Address("console", "ada"))
REVIEWED_HOME = HostDefaults("Europe/Berlin")
REVIEWED_TUESDAY = local_instant("2026-12-01 10:00")
PERMISSION_DUE_AT = local_instant("2026-12-08 09:00")


class ErasingMessenger(FakeMessenger):
    """While a reminder is on its way its member erases everything and begins anew."""

    core: Service

    async def send(self, to: Address, card: object, key: str) -> None:
        form = await self.core.handle_command(REVIEWED_ADA, "forget me", PERMISSION_DUE_AT)
        await self.core.handle_button(REVIEWED_ADA, form.buttons[0].line, PERMISSION_DUE_AT)  # type: ignore[union-attr]
        await self.core.handle_command(REVIEWED_ADA, "add Bob", PERMISSION_DUE_AT)
        await self.core.handle_command(REVIEWED_ADA, "add Cleo", PERMISSION_DUE_AT)


async def test_an_erased_book_never_comes_back_and_the_new_one_stays() -> None:
    messenger = ErasingMessenger()
    core = messenger.core = Service(MemoryStore(), {"console": messenger}, REVIEWED_HOME)
    await core.handle_command(REVIEWED_ADA, "add Dana channel: email via: Sam", REVIEWED_TUESDAY)
    await core.sweep(PERMISSION_DUE_AT)
    book = await core.store.load(REVIEWED_ADA.address)
    assert book
    assert [contact.name for contact in book.contacts] == ["Bob", "Cleo"]


class DownMessenger(FakeMessenger):
    """A platform that takes nothing until a moment."""

    until = PERMISSION_DUE_AT + timedelta(hours=3)
    now = REVIEWED_TUESDAY

    async def send(self, to: Address, card: object, key: str) -> None:
        if self.now < self.until:
            raise TryLater
        await super().send(to, card, key)  # type: ignore[arg-type]


async def test_an_outage_of_a_morning_loses_no_permission() -> None:
    messenger = DownMessenger()
    core = Service(MemoryStore(), {"console": messenger}, REVIEWED_HOME)
    await core.handle_command(REVIEWED_ADA, "add Dana channel: email via: Sam", REVIEWED_TUESDAY)
    for minutes in range(0, 6 * 60, 5):
        messenger.now = PERMISSION_DUE_AT + timedelta(minutes=minutes)
        await core.sweep(messenger.now)
    assert ["It's okay to send Dana" in card.text() for _to, card, _key in messenger.delivered] == [True]


async def test_a_week_whose_message_was_given_up_does_not_end_the_weekly_message() -> None:
    messenger = DownMessenger()
    messenger.until = local_instant("2026-12-12 09:00")
    core = Service(MemoryStore(), {"console": messenger}, REVIEWED_HOME)
    await core.handle_command(REVIEWED_ADA, "add Dana", REVIEWED_TUESDAY)
    for hours in range(24 * 30):
        messenger.now = REVIEWED_TUESDAY + timedelta(hours=hours)
        await core.sweep(messenger.now)
    assert len(messenger.delivered) == 3


async def test_a_given_up_basket_lets_the_week_go_on_and_a_given_up_goodbye_is_quiet(ada: Member) -> None:
    await ada.say("add Dana")
    for kind, gone in ((ReminderKind.BASKET, None), (ReminderKind.GOING_QUIET, PERMISSION_DUE_AT)):
        envelope = Envelope(
            id="e",
            items=(ReminderItem(kind, EntryOccasion("")),),
            created_at=PERMISSION_DUE_AT,
            retry_at=PERMISSION_DUE_AT,
        )
        left = park_envelope(await ada.book(), envelope, PERMISSION_DUE_AT, REVIEWED_HOME)
        assert left.envelopes[-1].state is DeliveryState.PARKED
        assert (left.last_basket_day is not None) == (kind is ReminderKind.BASKET)
        assert left.quiet_since == gone


async def test_many_call_checks_do_not_hide_the_messages_of_the_week(ada: Member) -> None:
    for number in range(22):
        await ada.say(f"add Call{number:02}")
        await ada.say(f"plan Call{number:02} when: 2026-12-01 {10 + number % 8}:{number:02}")
    before = await ada.book()
    await ada.live("2026-12-04 12:00")
    after = await ada.book()
    assert len(after.sent_reminders) > 5
    assert len([reminder for reminder in after.sent_reminders if not reminder.uses_budget]) >= len(
        before.sent_reminders
    )


class FullDiskStore(MemoryStore):
    """A disk without room: nothing can be written any more."""

    full = False

    async def save(self, record: RecordT) -> RecordT:
        if self.full:
            raise StoreUnavailable
        return await super().save(record)


@pytest.mark.parametrize("said", ["board", "show Dana", "why Dana", "help"])
async def test_a_full_disk_keeps_nobody_from_reading(said: str) -> None:
    store = FullDiskStore()
    core = Service(store, {}, REVIEWED_HOME)
    await core.handle_command(REVIEWED_ADA, "add Dana channel: email", REVIEWED_TUESDAY)
    store.full = True
    later = REVIEWED_TUESDAY + timedelta(days=3)
    assert "couldn't save" not in (await core.handle_command(REVIEWED_ADA, said, later)).text()
    assert "nothing was changed" in (await core.handle_command(REVIEWED_ADA, "rest Dana", later)).text()


def folder_bytes(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


async def test_an_erased_contact_is_in_no_file_any_more(tmp_path: Path) -> None:
    core = Service(open_store(f"tinydb:{tmp_path}"), {}, REVIEWED_HOME)
    await core.handle_command(
        REVIEWED_ADA, "add Dana channel: email company: Canaryco note: canarynote", REVIEWED_TUESDAY
    )
    await core.handle_command(REVIEWED_ADA, "add Lee", REVIEWED_TUESDAY)
    card = await core.handle_command(REVIEWED_ADA, "forget Dana", REVIEWED_TUESDAY)
    await core.handle_button(REVIEWED_ADA, card.buttons[0].line, REVIEWED_TUESDAY)  # type: ignore[union-attr]
    await core.close()
    kept = folder_bytes(tmp_path)
    assert b"Lee" in kept
    assert not any(word in kept for word in (b"Dana", b"Canaryco", b"canarynote"))


async def test_a_damaged_book_can_still_be_erased_by_its_owner(tmp_path: Path) -> None:
    core = Service(open_store(f"tinydb:{tmp_path}"), {}, REVIEWED_HOME)
    await core.handle_command(REVIEWED_ADA, "add Dana", REVIEWED_TUESDAY)
    await core.close()
    for file in (tmp_path / "members").glob("*.json*"):
        file.write_bytes(b"junk")
    core = Service(open_store(f"tinydb:{tmp_path}"), {}, REVIEWED_HOME)
    assert "can't be opened" in (await core.handle_command(REVIEWED_ADA, "board", REVIEWED_TUESDAY)).text()
    card = await core.handle_command(REVIEWED_ADA, "forget me", REVIEWED_TUESDAY)
    assert "erased" in (await core.handle_button(REVIEWED_ADA, card.buttons[0].line, REVIEWED_TUESDAY)).text()  # type: ignore[union-attr]
    assert "Give me one name" in (await core.handle_command(REVIEWED_ADA, "board", REVIEWED_TUESDAY)).text()
    await core.close()


async def test_the_same_plan_sent_twice_is_one_plan(ada: Member) -> None:
    await ada.say("add Dana")
    for _time in range(2):
        await ada.say("plan Dana when: 2026-12-11 15:00")
    [dana] = (await ada.book()).contacts
    assert [entry.kind for entry in dana.entries] == ["plan"]


@pytest.mark.parametrize("forged", ["new: yes", "twin: yes", "by: x", "page: 3"])
async def test_a_forged_line_on_ones_own_draft_is_no_fault(ada: Member, forged: str) -> None:
    await ada.say("add Dana channel: email")
    await ada.say("log Dana channel: email")
    [draft] = (await ada.book()).drafts
    answer = await ada.core.handle_button(ada.actor, f"resume draft: {draft.id} {forged}", ada.now)
    assert "went wrong" not in answer.text()


async def test_a_name_that_looks_like_an_id_takes_over_no_button(ada: Member) -> None:
    await ada.say("add Dana")
    [dana] = (await ada.book()).contacts
    await ada.say(f'add "#{dana.id}"')
    answer = await ada.core.handle_button(ada.actor, f"show contact: #{dana.id}", ada.now)
    assert answer.text().startswith("Dana ")


async def test_undo_leaves_the_others_as_they_were(ada: Member) -> None:
    await ada.say("add Dana channel: email")
    ada.wait(days=1)
    await ada.say("add Lee")
    before = (await ada.book()).contacts[0]
    await ada.say("undo")
    assert (await ada.book()).contacts == (before,)


async def test_nobody_introduces_themselves(ada: Member) -> None:
    await ada.say("add Dana via: Dana")
    assert await ada.store.load(ada.actor.address) is None


async def test_somebody_added_after_weeks_of_silence_may_still_be_followed_up(ada: Member) -> None:
    ada.at("2026-12-01 10:00")
    await ada.say("add Dana channel: email when: 2 nov via: Sam")
    assert "It's okay to send Dana your one e-mail now" in ada.last.text()


async def test_the_weekly_message_widens_away_from_the_one_it_is_about(ada: Member) -> None:
    await ada.say("add Dana via: Otto")
    for _time in range(2):
        await ada.say("log Dana channel: email")
        await ada.say("reply Dana kind: answer")
    said = await ada.live("2026-12-01 12:00")
    assert any("However that goes, Otto could be one more." in text for text in said)
