"""A book and a club by hand; apart from the strategies, so that a child process starts quickly."""

from __future__ import annotations

from datetime import UTC, datetime, time

from bot.domain.model import Address, Book, Club, ClubKey, Contact, Meeting, Question, Weekday

ADA = Address("slack", "U1", "T1")
CLUB = ClubKey("slack", "T1")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def opened(owner: Address = ADA, wake_at: datetime | None = None, note: str = "") -> Book:
    dana = Contact(id="d1", name="Dana Smith", added_at=NOON, changed_at=NOON, note=note)
    return Book(owner=owner, created_at=NOON, last_active_at=NOON, contacts=(dana,), wake_at=wake_at)


def founded(key: ClubKey = CLUB, wake_at: datetime | None = None, about: str = "") -> Club:
    return Club(
        key=key,
        created_at=NOON,
        facilitator=ADA,
        meeting=Meeting(channel_id="C1", weekday=Weekday.TUESDAY, start_time=time(18), zone="Europe/Berlin"),
        setup_id="m1",
        members=(ADA,),
        questions=(Question(id="a1", asker=ADA, company="Initech", about=about, asked_at=NOON),),
        wake_at=wake_at,
    )
