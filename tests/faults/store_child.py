"""A process that saves books and clubs until it is killed, and tells each saved one on its standard output.

Arguments: folder, first version marker, and optionally the step of the disk at which it kills itself.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from dataclasses import replace
from pathlib import Path
from zlib import crc32

from bot.domain.errors import StoreInUse
from bot.domain.model import Book, Club
from storage.files import Files
from storage.tiny import TinyStore
from tests.contract.plain import NOON
from tests.faults.disk import Scripted, member
from tests.faults.records import fresh, kept, said, save, saying

WHO = ("0", "1", "2", "club0", "club1")


def die(_: str) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def tell(line: str) -> None:
    os.write(1, f"{line}\n".encode())


async def work(store: TinyStore, rng: random.Random) -> None:
    while True:
        who = rng.choice(WHO)
        record = await kept(store, who)
        if isinstance(record, Book) and rng.random() < 0.1:
            tell(f"try {who} {state(None)}")
            await store.erase(member(who))
            tell(f"done {who} {state(None)}")
            continue
        # Sizes differ, so that some writes take several pages.
        text = "".join(rng.choices("abcd", k=rng.randrange(20_000)))
        record = saying(record or fresh(who, wake_at=NOON), text)
        tell(f"try {who} {state(replace(record, version=record.version + 1))}")
        tell(f"done {who} {state(await save(store, record))}")


def state(record: Book | Club | None) -> str:
    """The version and a checksum of the text, for the driver to compare."""
    return f"{record.version}:{crc32(said(record).encode())}" if record else "none"


def main() -> None:
    folder, seed = Path(sys.argv[1]), int(sys.argv[2])
    step = int(os.environ.get("STALEMATE_CRASH_AT", "0"))
    disk = Scripted(at=step, fault=die) if step else Files()
    try:
        store = TinyStore.open(folder, disk)
    except StoreInUse as problem:
        tell(f"in use: {problem}")
        sys.exit(3)
    tell("open")
    if seed < 0:
        signal.pause()
    asyncio.run(work(store, random.Random(seed)))  # noqa: S311  # a seed to play again, no secret


if __name__ == "__main__":
    main()
