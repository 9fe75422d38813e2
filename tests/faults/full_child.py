"""A process that saves a large book whenever it is told to, on a disk that takes so many bytes in a file and no more.

Argument: folder. Each line on its standard input is a limit in bytes, or `free`. The answer on its standard output,
after the word `said`, is what became of the book and of a memo: `kept` or `refused`.
"""

from __future__ import annotations

import asyncio
import resource
import signal
import sys
from collections.abc import Awaitable
from dataclasses import replace
from pathlib import Path

from bot.errors import StoreUnavailable
from storage.tiny import TinyStore
from tests.contract.plain import ADA, opened
from tests.faults.store_child import tell
from tests.faults.talk import SAID

LARGE = 100_000
FREE = "free"


async def answer(store: TinyStore, line: str) -> str:
    book = await store.book(ADA) or opened()
    limit = resource.RLIM_INFINITY if line == FREE else int(line)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    text = line.ljust(LARGE, ".")
    saved = await outcome(store.save(replace(book, unreachable=text)))
    # As who asks would see it: the store goes on answering while the disk is full.
    now = await store.book(ADA)
    assert (now.unreachable == text) == (saved == "kept") if now else saved == "refused"
    return f"{saved} {await outcome(store.keep_memo('told', text))}"


async def outcome(work: Awaitable[object]) -> str:
    try:
        await work
    except StoreUnavailable:
        return "refused"
    return "kept"


async def main() -> None:
    # Else the system ends a process that writes more than it may.
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    store = TinyStore.open(Path(sys.argv[1]))
    for line in sys.stdin:
        tell(SAID + await answer(store, line.strip()))


if __name__ == "__main__":
    asyncio.run(main())
