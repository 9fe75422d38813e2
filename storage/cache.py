"""A cache of the books and clubs that were used last."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from bot.domain.model import Book, Club
from bot.domain.ports import RecordT

CACHED_CONTACTS = 120_000  # 500 members with 200 contacts each, and some more: 100 MB when it is full


@dataclass
class RecordCache:
    """The last used records, up to `max_contacts` contacts in all. The last one stays, however large it is."""

    max_contacts: int = CACHED_CONTACTS
    records: OrderedDict[str, Book | Club] = field(default_factory=OrderedDict)
    contact_count: int = 0

    def get(self, name: str, record_type: type[RecordT]) -> RecordT | None:
        if name in self.records:
            self.records.move_to_end(name)
        record = self.records.get(name)
        return record if isinstance(record, record_type) else None

    def put(self, name: str, record: Book | Club) -> None:
        self.drop(name)
        self.records[name] = record
        self.contact_count += _weight_in_contacts(record)
        while self.contact_count > self.max_contacts and len(self.records) > 1:
            self.drop(next(iter(self.records)))

    def drop(self, name: str) -> None:
        if record := self.records.pop(name, None):
            self.contact_count -= _weight_in_contacts(record)


def _weight_in_contacts(record: Book | Club) -> int:
    """The size of a record in contacts: an entry of a club is about as large as a contact."""
    if isinstance(record, Book):
        return 1 + len(record.contacts)
    return 1 + sum(map(len, (record.members, record.questions, record.wins, record.tips, record.outgoing_notes)))
