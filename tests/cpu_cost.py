"""How much work something is, told without seconds: those are the machine's, and whatever else it does is in them.

What takes long is compared with something else that was done in the same run. How fast the bot is, `make bench` tells.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import thread_time
from types import FrameType

GROWTH_FACTOR = 8  # what a size is multiplied by, to see how the work grows: by this, or by the square of it


def least_cpu_seconds(do: Callable[[], object], tries: int = 5) -> float:
    """Seconds of the processor, the least of several tries: to stand beside another such figure, never alone."""
    return min(_cpu_seconds_once(do) for _ in range(tries))


def cpu_growth(do: Callable[[int], object], size: int) -> float:
    """How many times as long it takes with `GROWTH_FACTOR` times the size.

    Each try measures both, so that a machine that is busy is busy for both, and the least of several is taken.
    """
    tries = [
        (_cpu_seconds_once(lambda: do(size)), _cpu_seconds_once(lambda: do(GROWTH_FACTOR * size))) for _ in range(5)
    ]
    return min(large for _small, large in tries) / min(small for small, _large in tries)


@contextmanager
def record_casefolded_lengths() -> Iterator[list[int]]:
    """The lengths of all texts that are folded meanwhile."""
    lengths: list[int] = []

    def see(_frame: FrameType, event: str, called: object) -> None:
        if event == "c_call" and getattr(called, "__name__", "") == "casefold":
            lengths.append(len(getattr(called, "__self__", "")))

    before = sys.getprofile()
    sys.setprofile(see)
    try:
        yield lengths
    finally:
        sys.setprofile(before)


def _cpu_seconds_once(do: Callable[[], object]) -> float:
    began = thread_time()
    do()
    return thread_time() - began
