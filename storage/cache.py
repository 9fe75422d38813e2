"""The books used last."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from bot.model import Book

CACHED_CONTACTS = 120_000  # a club of 500 with 200 contacts each, and some more: 100 MB when all of them are used


@dataclass
class Cache:
    """The books used last, as many as hold `room` contacts together; one is always kept."""

    room: int = CACHED_CONTACTS
    books: OrderedDict[str, Book] = field(default_factory=OrderedDict)
    held: int = 0

    def get(self, name: str) -> Book | None:
        if name in self.books:
            self.books.move_to_end(name)
        return self.books.get(name)

    def put(self, name: str, book: Book) -> None:
        self.drop(name)
        self.books[name] = book
        self.held += 1 + len(book.contacts)
        while self.held > self.room and len(self.books) > 1:
            self.drop(next(iter(self.books)))

    def drop(self, name: str) -> None:
        if book := self.books.pop(name, None):
            self.held -= 1 + len(book.contacts)
