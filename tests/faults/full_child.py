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
from tests.faults.records import fresh, kept, said, save, saying
from tests.faults.store_child import tell
from tests.faults.talk import SAID

LARGE = 100_000
FREE = "free"


async def answer(store: TinyStore, line: str) -> str:
    who, room = line.split()
    record = await kept(store, who) or fresh(who)
    limit = resource.RLIM_INFINITY if room == FREE else int(room)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    text = room.ljust(LARGE, ".")
    saved = await outcome(save(store, saying(record, text)))
    # As who asks would see it: the store goes on answering while the disk is full.
    now = await kept(store, who)
    assert (said(now) == text) == (saved == "kept") if now else saved == "refused"
    return f"{saved} {await outcome(store.save_value('told', text))}"


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
