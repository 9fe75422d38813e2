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

from bench import bots, members, performance_doc, reading, sending, text_reading, writing
from bench.measuring import BenchmarkReport
from storage.open import open_store

BENCHMARKS = {
    "writing": writing.measure_writing,
    "http": reading.measure_reading_by_http,
    "socket": reading.measure_reading_by_socket,
    "texts": text_reading.measure_texts,
    "sending": sending.measure_sending,
}


async def main(names: list[str]) -> None:
    reports: list[BenchmarkReport] = []
    with tempfile.TemporaryDirectory(prefix="stalemate-bench-") as name:
        folder = Path(name)
        store = open_store(f"tinydb:{folder}")
        await members.seed_member_books(store, bots.bench_utc_now())
        async with bots.run_slack_peer() as url:
            for benchmark in names or BENCHMARKS:
                report = await BENCHMARKS[benchmark](store, folder, url)
                print(performance_doc.report_text(report), flush=True)  # noqa: T201
                reports.append(report)
        await store.close()
    if not names:
        performance_doc.write_performance_doc(reports, bots.bench_utc_now().date())


if __name__ == "__main__":
    # As the host runs it: what is below a warning costs next to nothing.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    asyncio.run(main(sys.argv[1:]))
