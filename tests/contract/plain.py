"""A book and a club by hand; apart from the strategies, so that a child process starts quickly."""

from __future__ import annotations

from datetime import UTC, datetime, time

from bot.domain.model import Address, Ask, Book, Club, ClubKey, Meeting, Outreach, Weekday

ADA = Address("slack", "U1", "T1")
CLUB = ClubKey("slack", "T1")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def opened(owner: Address = ADA, wake_at: datetime | None = None, note: str = "") -> Book:
    dana = Outreach(id="d1", name="Dana Smith", added=NOON, changed=NOON, note=note)
    return Book(owner=owner, created=NOON, active_at=NOON, contacts=(dana,), wake_at=wake_at)


def founded(key: ClubKey = CLUB, wake_at: datetime | None = None, about: str = "") -> Club:
    return Club(
        key=key,
        created=NOON,
        facilitator=ADA,
        meeting=Meeting(room="C1", day=Weekday.TUESDAY, hour=time(18), zone="Europe/Berlin"),
        mark="m1",
        members=(ADA,),
        asks=(Ask(id="a1", asker=ADA, company="Initech", about=about, at=NOON),),
        wake_at=wake_at,
    )
