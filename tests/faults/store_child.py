"""A process that saves books until it is killed, and tells each saved one on its standard output.

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

from bot.errors import StoreInUse
from bot.model import Book
from storage.files import Files
from storage.tiny import TinyStore
from tests.contract.plain import NOON, opened
from tests.faults.disk import Scripted, member

MEMBERS = 4


def die(_: str) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def tell(line: str) -> None:
    os.write(1, f"{line}\n".encode())


async def work(store: TinyStore, rng: random.Random) -> None:
    while True:
        user = str(rng.randrange(MEMBERS))
        book = await store.book(member(user))
        if book and rng.random() < 0.1:
            tell(f"try {user} {state(None)}")
            await store.erase(member(user))
            tell(f"done {user} {state(None)}")
            continue
        # Sizes differ, so that some writes take several pages.
        text = "".join(rng.choices("abcd", k=rng.randrange(20_000)))
        book = replace(book or opened(member(user), wake_at=NOON), unreachable=text)
        tell(f"try {user} {state(replace(book, version=book.version + 1))}")
        tell(f"done {user} {state(await store.save(book))}")


def state(book: Book | None) -> str:
    """The version and a checksum of the text, for the driver to compare."""
    return f"{book.version}:{crc32(book.unreachable.encode())}" if book else "none"


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
