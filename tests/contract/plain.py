"""A book by hand; apart from the strategies, so that a child process starts quickly."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.model import Address, Book, Outreach

ADA = Address("slack", "U1", "T1")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def opened(owner: Address = ADA, wake_at: datetime | None = None, note: str = "") -> Book:
    dana = Outreach(id="d1", name="Dana Smith", added=NOON, changed=NOON, note=note)
    return Book(owner=owner, created=NOON, active_at=NOON, contacts=(dana,), wake_at=wake_at)
