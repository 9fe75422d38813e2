"""The README shows what the program really prints."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.story.driver import ROOT, inherited_environment

README_FILE = ROOT / "README.md"
DEMO_BLOCK = re.compile(r"(?<=<!-- the demo: )(.*?-->\n)```\n.*?```\n(?=<!-- end of the demo -->)", re.DOTALL)


def demo_output(tmp_path: Path) -> str:
    """What `stalemate demo` prints for the lines of docs/demo.txt."""
    started = subprocess.run(
        [sys.executable, "-m", "bot", "demo", "--echo", "--clock", "2026-12-01T10:00"],
        input=(ROOT / "docs" / "demo.txt").read_text(encoding="utf-8"),
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env={
            **inherited_environment(),
            "PYTHONPATH": str(ROOT),
            "STALEMATE_ZONE": "Europe/Berlin",
            "STALEMATE_COUNTRY": "",
        },
    )
    return started.stdout


def test_the_transcript_in_the_readme_is_the_programs_own(tmp_path: Path) -> None:
    readme = README_FILE.read_text(encoding="utf-8")
    made = DEMO_BLOCK.sub(lambda found: f"{found[1]}```\n{demo_output(tmp_path).strip()}\n```\n", readme)
    if os.environ.get("STALEMATE_TEST_GOLDEN") == "write":
        README_FILE.write_text(made, encoding="utf-8")
    assert README_FILE.read_text(encoding="utf-8") == made


def test_the_demo_is_ten_lines() -> None:
    assert len((ROOT / "docs" / "demo.txt").read_text(encoding="utf-8").splitlines()) == 10
