"""Work that would keep the event loop from everybody else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from bot.domain.model import Book

T = TypeVar("T")


async def run_off_loop(book: Book, work: Callable[[], T]) -> T:
    """The result of pure work on a book. For a large book it is done in a thread, as it can take longer than 20 ms."""
    return await asyncio.to_thread(work) if book.is_large else work()
