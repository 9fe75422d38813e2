"""Talking with a process of ours by lines: one is said, one is answered."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
ANSWER_PREFIX = "said "  # before each answer: what the store logs stands on the same output


@contextmanager
def talk_with_process(module: str, *arguments: str) -> Iterator[Callable[[str], str]]:
    command = [sys.executable, "-m", module, *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdin
        assert child.stdout
        hears, says = child.stdin, child.stdout

        def say(line: str) -> str:
            hears.write(f"{line}\n")
            hears.flush()
            answers = (say for say in says if say.startswith(ANSWER_PREFIX))
            return next(answers, "nothing: it has ended").removeprefix(ANSWER_PREFIX).rstrip()

        yield say
