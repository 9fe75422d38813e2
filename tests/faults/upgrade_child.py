"""A newer program that takes every book and club up to its own schema, and kills itself on the way.

Each line on its standard input is a step of the disk and a folder. A process is made for it, which dies at that step;
how it ended is told on the standard output after the word `said`.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from bot.domain.model import Book, Club
from storage.codec import BOOK_UPGRADES, CLUB_UPGRADES, SCHEMA_VERSION, Codec, PlainRecord
from storage.tiny import TinyStore
from tests.faults.child_process import ANSWER_PREFIX
from tests.faults.faulty_disk import FaultyFiles
from tests.faults.store_child import kill_own_process, write_line


def upgrade_book_visibly(plain: PlainRecord) -> PlainRecord:
    """A change that can be seen, and that shows when it is made twice or by halves."""
    contacts = [{**one, "note": f"<{one['note']}>"} for one in plain["contacts"]]
    return {**plain, "unreachable_reason": f"<{plain['unreachable_reason']}>", "contacts": contacts}


def upgrade_club_visibly(plain: PlainRecord) -> PlainRecord:
    return {**plain, "channel_refusal": f"<{plain['channel_refusal']}>"}


# By way of every upgrade that there is, to a schema that is not there yet.
NEWER_CODEC = Codec(
    SCHEMA_VERSION + 1,
    {**BOOK_UPGRADES, SCHEMA_VERSION: upgrade_book_visibly},
    {**CLUB_UPGRADES, SCHEMA_VERSION: upgrade_club_visibly},
)


async def upgrade_all_records(folder: Path, disk: FaultyFiles) -> int:
    """As the bot does it: each is read as it is, and saved in today's form by the next change."""
    store = TinyStore.open(folder, disk, NEWER_CODEC)
    records = [*[book async for book in store.all(Book)], *[club async for club in store.all(Club)]]
    for record in records:
        await store.save(record)
    await store.close()
    return len(records)


def exit_code_after_death(folder: Path, step: int) -> int:
    """How the process ended that died at this step: less than 0 for a signal."""
    process = os.fork()
    if not process:
        asyncio.run(upgrade_all_records(folder, FaultyFiles(at=step, fault=kill_own_process)))
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def main() -> None:
    for line in sys.stdin:
        step, folder = line.rstrip("\n").split(" ", 1)
        write_line(f"{ANSWER_PREFIX}{exit_code_after_death(Path(folder), int(step))}")


if __name__ == "__main__":
    main()
