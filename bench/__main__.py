"""Measures, prints, and writes `docs/performance.md` when all was measured.

python -m bench               all of it
python -m bench writing       one of: writing, http, socket, texts, sending
"""

from __future__ import annotations

import asyncio
import logging
import sys
import tempfile
from pathlib import Path

import structlog

from bench import bots, members, paper, reading, sending, texts, writing
from bench.measuring import Report
from storage.open import open_store

ALL = {
    "writing": writing.measure,
    "http": reading.by_http,
    "socket": reading.by_socket,
    "texts": texts.measure,
    "sending": sending.measure,
}


async def main(names: list[str]) -> None:
    reports: list[Report] = []
    with tempfile.TemporaryDirectory(prefix="stalemate-bench-") as name:
        folder = Path(name)
        store = open_store(f"tinydb:{folder}")
        await members.seed(store, bots.wall())
        async with bots.peer() as url:
            for one in names or ALL:
                report = await ALL[one](store, folder, url)
                print(paper.said(report), flush=True)  # noqa: T201
                reports.append(report)
        await store.close()
    if not names:
        paper.write(reports, bots.wall().date())


if __name__ == "__main__":
    # As the host runs it: what is below a warning costs next to nothing.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    asyncio.run(main(sys.argv[1:]))
