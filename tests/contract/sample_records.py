"""A book and a club by hand; apart from the strategies, so that a child process starts quickly."""

from __future__ import annotations

from datetime import UTC, datetime, time

from bot.domain.model import Address, Book, Club, ClubKey, Contact, Meeting, Question, Weekday

CONTRACT_ADA = Address("slack", "U1", "T1")
CONTRACT_CLUB_KEY = ClubKey("slack", "T1")
CONTRACT_NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def contract_book(owner: Address = CONTRACT_ADA, wake_at: datetime | None = None, note: str = "") -> Book:
    dana = Contact(id="d1", name="Dana Smith", added_at=CONTRACT_NOON, changed_at=CONTRACT_NOON, note=note)
    return Book(owner=owner, created_at=CONTRACT_NOON, last_active_at=CONTRACT_NOON, contacts=(dana,), wake_at=wake_at)


def contract_club(key: ClubKey = CONTRACT_CLUB_KEY, wake_at: datetime | None = None, about: str = "") -> Club:
    return Club(
        key=key,
        created_at=CONTRACT_NOON,
        facilitator=CONTRACT_ADA,
        meeting=Meeting(channel_id="C1", weekday=Weekday.TUESDAY, start_time=time(18), zone="Europe/Berlin"),
        setup_id="m1",
        members=(CONTRACT_ADA,),
        questions=(Question(id="a1", asker=CONTRACT_ADA, company="Initech", about=about, asked_at=CONTRACT_NOON),),
        wake_at=wake_at,
    )
