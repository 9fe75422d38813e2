"""What must hold everywhere in the house."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.host.config import Config

ROOT = Path(__file__).parents[1]
OURS = ("bot", "adapters", "storage")
KEPT = (*OURS, "tests", "docs", "bench", ".ci")
CLOCK_READER = ROOT / "bot" / "main.py"
CLOCKS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns"}
SOURCES = sorted(path for folder in OURS for path in (ROOT / folder).rglob("*.py"))


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def clock_readings(source: str) -> Iterator[str]:
    """The readings of the wall clock in a source, such as `datetime.now`, also when not called at once."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute):
            called = ".".join(ast.unparse(node).split(".")[-2:])
            if called in CLOCKS:
                yield f"{called} in line {node.lineno}"


def committed() -> Iterator[Path]:
    for path in [*ROOT.iterdir(), *(inner for folder in KEPT for inner in (ROOT / folder).rglob("*"))]:
        if path.is_file() and path.suffix != ".pyc" and path.name not in (".env", ".git"):
            yield path


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_the_wall_clock_is_read_in_one_place(path: Path) -> None:
    assert path == CLOCK_READER or not list(clock_readings(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("line", ["datetime.now(UTC)", "datetime.datetime.now()", "f(time.time)", "dt.date.today()"])
def test_a_reading_of_the_clock_is_seen(line: str) -> None:
    assert list(clock_readings(line))


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_nothing_is_left_half_done(path: Path) -> None:
    assert not re.search(r"\b(TODO|FIXME|XXX|NotImplementedError)\b", path.read_text(encoding="utf-8"))


def test_every_setting_is_documented() -> None:
    assert not [key for key, field in Config.model_fields.items() if not (field.alias and field.description)]


def test_the_version_is_told_as_it_is_packaged() -> None:
    packaged = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert CliRunner().invoke(app, ["version"]).stdout == f"stalemate {packaged}\n"


def test_no_committed_file_names_a_registry_host_or_a_folder_of_a_machine() -> None:
    foreign = re.compile(r"pypi\.org|pythonhosted\.org|/(?:home|Users|root|work|opt)/\w")
    found = [name(path) for path in committed() if foreign.search(path.read_text(encoding="utf-8", errors="replace"))]
    assert found == []
