"""placeholder until merged"""

from __future__ import annotations
from typing import Any
from pydantic import TypeAdapter
from bot.model import Book

_books: TypeAdapter[Book] = TypeAdapter(Book)


def encode(book: Book) -> bytes:
    return _books.dump_json(book)


def decode(data: bytes) -> Book:
    return _books.validate_json(data)
