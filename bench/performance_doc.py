"""The reports as text, and `docs/performance.md`."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path

from bench import members
from bench.measuring import MEASURED_ROUNDS, BenchmarkReport, MeasuredRatio

PERFORMANCE_DOC = Path(__file__).parents[1] / "docs" / "performance.md"
REPORTED_PACKAGES = ("slack-bolt", "slack-sdk", "aiohttp", "tinydb", "orjson", "pydantic")


def report_text(report: BenchmarkReport) -> str:
    ratios = [f"  {_goal_text(ratio)}  {ratio.what}: {ratio.reached:.2f}" for ratio in report.ratios]
    figures = [f"     {name}: {value:,.3f}" for name, value in report.figures.items()]
    return "\n".join([report.name, *ratios, *figures, f"     again: python -m bench {report.command}"])


def write_performance_doc(reports: Sequence[BenchmarkReport], day: date) -> None:
    PERFORMANCE_DOC.write_text("\n".join(_performance_lines(reports, day)) + "\n", encoding="utf-8")


def _performance_lines(reports: Sequence[BenchmarkReport], day: date) -> Iterator[str]:
    yield "# How fast it is"
    yield ""
    yield "Written by `make bench`. A ratio compares two things that were measured in turns in the same run; it carries"
    yield "over to other machines, milliseconds do not."
    yield ""
    yield "| goal | what | ratio | wanted | |"
    yield "|---|---|---|---|---|"
    for report in reports:
        yield from (_ratio_row(report, ratio) for ratio in report.ratios)
    yield ""
    yield from _method_lines(day)
    for report in reports:
        yield f"## {report.name}"
        yield ""
        yield f"Again: `python -m bench {report.command}`"
        yield ""
        yield "| median of the rounds | |"
        yield "|---|---|"
        yield from (f"| {name} | {value:,.3f} |" for name, value in report.figures.items())
        yield ""


def _method_lines(day: date) -> Iterator[str]:
    books = f"{members.MEMBER_COUNT} members with {members.CONTACTS_PER_MEMBER} contacts each"
    used = ", ".join(f"{name} {version(name)}" for name in REPORTED_PACKAGES)
    yield f"Each is the median of {MEASURED_ROUNDS} rounds after one that is thrown away; {books}, in one TinyDB"
    yield "file per member on a disk; loopback, no TLS; Slack's side and load in a process of their own. Nobody looks"
    yield "at the home of the app. Bare: slack-bolt with `process_before_response=True` and a static text. As it comes:"
    yield "the same without that. Write floor: dumps, temporary file, fsync, rename, fsync of the folder, of a book."
    yield ""
    yield f"{day.isoformat()}, {os.cpu_count()} cores, {platform.machine()}, {platform.system()},"
    yield f"{platform.python_implementation()} {platform.python_version()}; {used}."
    yield ""


def _ratio_row(report: BenchmarkReport, ratio: MeasuredRatio) -> str:
    met = "met" if ratio.met else "missed"
    return f"| {ratio.goal} | {report.name}: {ratio.what} | {ratio.reached:.2f} | {_wanted_text(ratio)} | {met} |"


def _goal_text(ratio: MeasuredRatio) -> str:
    return f"{ratio.goal} {'met   ' if ratio.met else 'missed'} ({_wanted_text(ratio)})"


def _wanted_text(ratio: MeasuredRatio) -> str:
    return f"{'≤' if ratio.at_most else '≥'} {ratio.wanted:.2f}"
