"""Known faults, one a patch, that the tests must notice: `python -m tests.mutations [NAME…]`.

Twenty places were drawn with seed 14 over rules, delivery, storage and club, and one thing changed in each: a
comparison, a condition, a constant. Each patch is put into a checkout of its own, and the tests of its folder run until
the first failure. A patch that fits no more is drawn anew as the same fault in the present code.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[2]
SECONDS_PER_MUTATION = 600
TESTS_OF_FOLDER = {
    "rules": ["tests/rules"],
    "delivery": ["tests/app"],
    "storage": ["tests/contract", "tests/stores", "tests/faults/test_store_disk.py", "tests/faults/test_backups.py"],
    "club": ["tests/rules", "tests/app"],
}


def main(names: list[str]) -> int:
    """Tell of each mutation whether it is caught; the exit code is the number of those that are not."""
    with TemporaryDirectory() as folder:
        checkout = Path(folder) / "checkout"
        _run_git(ROOT, "worktree", "add", "--quiet", "--detach", str(checkout))
        try:
            return sum(
                not _is_caught(checkout, patch)
                for patch in sorted(Path(__file__).parent.glob("*.patch"))
                if not names or any(name in patch.name for name in names)
            )
        finally:
            _run_git(ROOT, "worktree", "remove", "--force", str(checkout))


def _is_caught(checkout: Path, patch: Path) -> bool:
    _run_git(checkout, "checkout", "--quiet", "--", ".")
    _run_git(checkout, "apply", str(patch))
    tests = TESTS_OF_FOLDER[patch.name.split("-")[1]]
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    try:
        run = subprocess.run(
            command, cwd=checkout, capture_output=True, text=True, timeout=SECONDS_PER_MUTATION, check=False
        )
    except subprocess.TimeoutExpired:
        print(f"{patch.stem}: not noticed in {SECONDS_PER_MUTATION} seconds")  # noqa: T201
        return False
    first = next((line for line in run.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))), "")
    print(f"{patch.stem}: {first or 'NOT NOTICED'}")  # noqa: T201
    return run.returncode != 0


def _run_git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(folder), *arguments], check=True)  # noqa: S607


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
