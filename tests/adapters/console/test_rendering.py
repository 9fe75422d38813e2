"""Drawing, compared with files in `golden/`; `STALEMATE_TEST_GOLDEN=write` writes them anew, to be looked at."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from adapters.console.render import MAX_CARD_COLUMNS, ShownEntry, render_plain_entry, shown_entry_to_json
from adapters.console.terminal import TerminalOutlet
from tests.adapters.console.console_bench import ConsoleBench
from tests.adapters.console.samples import SAMPLE_ENTRIES

CONSOLE_GOLDEN_FOLDER = Path(__file__).parent / "golden"


def draw_on_terminal(scene: ShownEntry, columns: int = 80, *, colour: bool = False) -> str:
    system = "truecolor" if colour else None
    stream = io.StringIO()
    console = Console(file=stream, width=columns, force_terminal=colour, color_system=system, _environ={})
    TerminalOutlet(console).show_entry(scene)
    return stream.getvalue()


def compare_console_golden(name: str, found: str) -> None:
    file = CONSOLE_GOLDEN_FOLDER / name
    # Spaces at the end of a line are not seen.
    seen = "".join(f"{line.rstrip()}\n" for line in found.splitlines())
    if os.environ.get("STALEMATE_TEST_GOLDEN") == "write":
        file.write_text(seen, "utf-8")
    assert seen == file.read_text("utf-8")


@pytest.mark.parametrize("name", SAMPLE_ENTRIES)
def test_plain_lines_are_as_they_were_approved(name):
    compare_console_golden(f"{name}.plain.txt", "\n".join(render_plain_entry(SAMPLE_ENTRIES[name])))


@pytest.mark.parametrize("name", SAMPLE_ENTRIES)
def test_a_terminal_of_80_columns_shows_what_was_approved(name):
    compare_console_golden(f"{name}.terminal.txt", draw_on_terminal(SAMPLE_ENTRIES[name]))


@pytest.mark.parametrize("columns", [20, 40, 80, 200])
@pytest.mark.parametrize("name", [name for name in SAMPLE_ENTRIES if name != "words"])
def test_a_card_is_never_wider_than_its_limit_nor_the_terminal(name, columns):
    lines = draw_on_terminal(SAMPLE_ENTRIES[name], columns).splitlines()
    assert max(map(cell_len, lines)) <= min(MAX_CARD_COLUMNS, columns)


def test_words_to_copy_are_broken_by_nobody():
    assert "would be glad to talk another day, whenever it suits you." in draw_on_terminal(SAMPLE_ENTRIES["words"], 40)


def test_colours_are_ours_alone():
    drawn = draw_on_terminal(SAMPLE_ENTRIES["hostile"], colour=True)
    assert "\x1b[" in drawn
    for foreign in ("\x1b[31m", "\x1b[2J", "\x1b]", "\x9b", "\u202e", "\x00", "\x07", "\udcff"):
        assert foreign not in drawn
    assert "[bold red]Dana[/]" in drawn
    assert ":smile:" in drawn


def test_a_program_gets_no_control_characters_either():
    text = json.dumps(shown_entry_to_json(SAMPLE_ENTRIES["hostile"]), ensure_ascii=False)
    assert text.encode("utf-8")
    assert not {"\x1b", "\x9b", "\u202e"} & set(text)
    assert "\\u001b" not in text


async def test_a_sitting_in_plain_lines_reads_well():
    compare_console_golden(
        "sitting.txt",
        await ConsoleBench().terminal_text("add Dana", ":skip 2 days", "1", ":as Lee", ":dms", ":nonsens", ":help"),
    )
