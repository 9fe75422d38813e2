"""What must hold everywhere in the house."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from statistics import median

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.host.config import Config

ROOT = Path(__file__).parents[1]
CODE_FOLDERS = ("bot", "adapters", "storage")
COMMITTED_FOLDERS = (*CODE_FOLDERS, "tests", "docs", "bench", ".ci")
CLOCK_READING_FILE = ROOT / "bot" / "main.py"
CLOCK_FUNCTIONS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns"}
# Names that are said of anything, and of nothing in particular.
VAGUE = {
    *("told", "kept", "made", "said", "named", "asked", "found", "read", "plain", "card", "typed", "answered", "row"),
    *("ask", "ended", "others", "offered", "joined", "moment", "list", "form", "find", "answer", "counted", "present"),
}
SHARED_BY_TESTS = 0.08  # of all definitions there; mostly fixtures and the twins of the two fake platforms
CODE_SOURCES = sorted(path for folder in CODE_FOLDERS for path in (ROOT / folder).rglob("*.py"))


def relative_name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def clock_readings(source: str) -> Iterator[str]:
    """The readings of the wall clock in a source, such as `datetime.now`, also when not called at once."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute):
            called = ".".join(ast.unparse(node).split(".")[-2:])
            if called in CLOCK_FUNCTIONS:
                yield f"{called} in line {node.lineno}"


def committed_files() -> Iterator[Path]:
    for path in [*ROOT.iterdir(), *(inner for folder in COMMITTED_FOLDERS for inner in (ROOT / folder).rglob("*"))]:
        if path.is_file() and path.suffix != ".pyc" and path.name not in (".env", ".git"):
            yield path


def test_the_wall_clock_is_read_in_one_place() -> None:
    readings = {relative_name(path): [*clock_readings(path.read_text(encoding="utf-8"))] for path in CODE_SOURCES}
    assert {file for file, found in readings.items() if found} == {relative_name(CLOCK_READING_FILE)}, readings


@pytest.mark.parametrize("line", ["datetime.now(UTC)", "datetime.datetime.now()", "f(time.time)", "dt.date.today()"])
def test_a_reading_of_the_clock_is_seen(line: str) -> None:
    assert list(clock_readings(line))


def test_nothing_is_left_half_done() -> None:
    unfinished = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b")
    assert [relative_name(path) for path in CODE_SOURCES if unfinished.search(path.read_text(encoding="utf-8"))] == []


def definitions(paths: Iterable[Path]) -> dict[str, set[str]]:
    """The files in which each top-level class or function is defined, by its name without leading underscores."""
    files: dict[str, set[str]] = {}
    for path in paths:
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                files.setdefault(node.name.lstrip("_"), set()).add(relative_name(path))
    return files


def share_in_several_files(files: Mapping[str, set[str]]) -> float:
    """How many of all definitions have a name that another file defines, too: from 0 to 1."""
    return sum(len(where) for where in files.values() if len(where) > 1) / sum(map(len, files.values()))


def test_no_two_files_define_the_same_name() -> None:
    """It was 40 % of all definitions once, and nothing could be found by its name."""
    assert len(CODE_SOURCES) > 150
    assert {what: where for what, where in definitions(CODE_SOURCES).items() if len(where) > 1} == {}


def test_few_helpers_of_tests_share_their_names() -> None:
    """What the suites of two platforms have in common may be called the same in both."""
    helpers = {
        what: where
        for what, where in definitions([*(ROOT / "tests").rglob("*.py"), *(ROOT / "bench").rglob("*.py")]).items()
        if not what.lower().startswith("test")
    }
    assert share_in_several_files(helpers) < SHARED_BY_TESTS


@pytest.mark.parametrize("source", ["def told(): ...", "async def _told(): ...", "class told: ..."])
def test_a_name_that_is_defined_twice_is_seen(tmp_path: Path, source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.test_house.ROOT", tmp_path)
    paths = [tmp_path / "one.py", tmp_path / "other.py", tmp_path / "third.py"]
    for path, text in zip(paths, (source, "def told(): ...", "def send_reminder(): ..."), strict=True):
        path.write_text(text, encoding="utf-8")
    files = definitions(paths)
    assert files["told"] == {"one.py", "other.py"}
    assert share_in_several_files(files) == 2 / 3


def test_names_say_what_a_function_does() -> None:
    """A past participle names nothing, and neither does a word that fits everywhere."""
    assert VAGUE & definitions(CODE_SOURCES).keys() == set()


def test_the_top_of_the_tree_is_seen_at_a_glance() -> None:
    top = [path for path in (ROOT / "bot").iterdir() if path.name not in ("__pycache__", "locale")]
    assert len(top) <= 16, sorted(path.name for path in top)


def test_files_and_functions_stay_short() -> None:
    """Half of all functions have fewer than 9 lines, nine in ten fewer than 26, and no file has more than 250."""
    nodes = [node for path in CODE_SOURCES for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    lines = sorted(
        (node.end_lineno or node.lineno) - node.lineno + 1
        for node in nodes
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    assert median(lines) < 9
    assert lines[len(lines) * 9 // 10] < 26
    long = {relative_name(path): path.read_text(encoding="utf-8").count("\n") for path in CODE_SOURCES}
    assert {file: length for file, length in long.items() if length > 250} == {}


def test_every_setting_is_documented() -> None:
    assert not [key for key, field in Config.model_fields.items() if not (field.alias and field.description)]


def test_the_version_is_told_as_it_is_packaged() -> None:
    packaged = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert CliRunner().invoke(app, ["version"]).stdout == f"stalemate {packaged}\n"


def test_no_committed_file_names_a_registry_host_or_a_folder_of_a_machine() -> None:
    foreign = re.compile(r"pypi\.org|pythonhosted\.org|/(?:home|Users|root|work|opt)/\w")
    found = [
        relative_name(path)
        for path in committed_files()
        if foreign.search(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert found == []
