"""The reports as text, and `docs/performance.md`."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path

from bench import members
from bench.measuring import ROUNDS, Ratio, Report

PAPER = Path(__file__).parents[1] / "docs" / "performance.md"
PACKAGES = ("slack-bolt", "slack-sdk", "aiohttp", "tinydb", "orjson", "pydantic")


def said(report: Report) -> str:
    ratios = [f"  {_goal(ratio)}  {ratio.what}: {ratio.reached:.2f}" for ratio in report.ratios]
    figures = [f"     {name}: {value:,.3f}" for name, value in report.figures.items()]
    return "\n".join([report.name, *ratios, *figures, f"     again: python -m bench {report.command}"])


def write(reports: Sequence[Report], day: date) -> None:
    PAPER.write_text("\n".join(_lines(reports, day)) + "\n", encoding="utf-8")


def _lines(reports: Sequence[Report], day: date) -> Iterator[str]:
    yield "# How fast it is"
    yield ""
    yield "Written by `make bench`. A ratio compares two things that were measured in turns in the same run; it carries"
    yield "over to other machines, milliseconds do not."
    yield ""
    yield "| goal | what | ratio | wanted | |"
    yield "|---|---|---|---|---|"
    for report in reports:
        yield from (_row(report, ratio) for ratio in report.ratios)
    yield ""
    yield from _method(day)
    for report in reports:
        yield f"## {report.name}"
        yield ""
        yield f"Again: `python -m bench {report.command}`"
        yield ""
        yield "| median of the rounds | |"
        yield "|---|---|"
        yield from (f"| {name} | {value:,.3f} |" for name, value in report.figures.items())
        yield ""


def _method(day: date) -> Iterator[str]:
    books = f"{members.MEMBERS} members with {members.CONTACTS} contacts each"
    used = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    yield f"Each is the median of {ROUNDS} rounds after one that is thrown away; {books}, in one TinyDB"
    yield "file per member on a disk; loopback, no TLS; Slack's side and load in a process of their own. Nobody looks"
    yield "at the home of the app. Bare: slack-bolt with `process_before_response=True` and a static text. As it comes:"
    yield "the same without that. Write floor: dumps, temporary file, fsync, rename, fsync of the folder, of a book."
    yield ""
    yield f"{day.isoformat()}, {os.cpu_count()} cores, {platform.machine()}, {platform.system()},"
    yield f"{platform.python_implementation()} {platform.python_version()}; {used}."
    yield ""


def _row(report: Report, one: Ratio) -> str:
    met = "met" if one.met else "missed"
    return f"| {one.goal} | {report.name}: {one.what} | {one.reached:.2f} | {_wanted(one)} | {met} |"


def _goal(one: Ratio) -> str:
    return f"{one.goal} {'met   ' if one.met else 'missed'} ({_wanted(one)})"


def _wanted(one: Ratio) -> str:
    return f"{'≤' if one.at_most else '≥'} {one.wanted:.2f}"
