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
from tests.contract.sample_records import CONTRACT_NOON
from tests.faults.faulty_disk import FaultyFiles, disk_member
from tests.faults.records import load_record, new_record, record_text, with_record_text

CHILD_RECORD_NAMES = ("0", "1", "2", "club0", "club1")


def kill_own_process(_: str) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def write_line(line: str) -> None:
    os.write(1, f"{line}\n".encode())


async def save_until_killed(store: TinyStore, rng: random.Random) -> None:
    while True:
        who = rng.choice(CHILD_RECORD_NAMES)
        record = await load_record(store, who)
        if isinstance(record, Book) and rng.random() < 0.1:
            write_line(f"try {who} {record_state(None)}")
            await store.erase(disk_member(who))
            write_line(f"done {who} {record_state(None)}")
            continue
        # Sizes differ, so that some writes take several pages.
        text = "".join(rng.choices("abcd", k=rng.randrange(20_000)))
        record = with_record_text(record or new_record(who, wake_at=CONTRACT_NOON), text)
        write_line(f"try {who} {record_state(replace(record, version=record.version + 1))}")
        write_line(f"done {who} {record_state(await store.save(record))}")


def record_state(record: Book | Club | None) -> str:
    """The version and a checksum of the text, for the driver to compare."""
    return f"{record.version}:{crc32(record_text(record).encode())}" if record else "none"


def main() -> None:
    folder, seed = Path(sys.argv[1]), int(sys.argv[2])
    step = int(os.environ.get("STALEMATE_CRASH_AT", "0"))
    disk = FaultyFiles(at=step, fault=kill_own_process) if step else Files()
    try:
        store = TinyStore.open(folder, disk)
    except StoreInUse as problem:
        write_line(f"in use: {problem}")
        sys.exit(3)
    write_line("open")
    if seed < 0:
        signal.pause()
    asyncio.run(save_until_killed(store, random.Random(seed)))  # noqa: S311  # a seed to play again, no secret


if __name__ == "__main__":
    main()
