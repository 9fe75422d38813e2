"""A process that saves a large record whenever it is told to, on a disk that takes so many bytes in a file and no more.

Argument: folder. Each line on its standard input says which book or club, and a limit in bytes, or `free`. The answer
on its standard output, after the word `said`, is what became of it and of a memo: `kept` or `refused`.
"""

from __future__ import annotations

import asyncio
import resource
import signal
import sys
from collections.abc import Awaitable
from pathlib import Path

from bot.domain.errors import StoreUnavailable
from storage.tiny import TinyStore
from tests.faults.child_process import ANSWER_PREFIX
from tests.faults.records import load_record, new_record, record_text, with_record_text
from tests.faults.store_child import write_line

LARGE_RECORD_CHARS = 100_000
NO_SIZE_LIMIT = "free"


async def save_under_limit(store: TinyStore, line: str) -> str:
    who, room = line.split()
    record = await load_record(store, who) or new_record(who)
    limit = resource.RLIM_INFINITY if room == NO_SIZE_LIMIT else int(room)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    text = room.ljust(LARGE_RECORD_CHARS, ".")
    saved = await save_outcome(store.save(with_record_text(record, text)))
    # As who asks would see it: the store goes on answering while the disk is full.
    now = await load_record(store, who)
    assert (record_text(now) == text) == (saved == "kept") if now else saved == "refused"
    return f"{saved} {await save_outcome(store.save_value('told', text))}"


async def save_outcome(work: Awaitable[object]) -> str:
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
        write_line(ANSWER_PREFIX + await save_under_limit(store, line.strip()))


if __name__ == "__main__":
    asyncio.run(main())
