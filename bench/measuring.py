"""Rounds of two or more things that are measured in turns, so that a busy machine is busy for all of them."""

from __future__ import annotations

import gc
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from statistics import median

MEASURED_ROUNDS = 7

MeasuredFigure = Callable[[], Awaitable[float]]
"""One round of one thing: its p50 in milliseconds, or its requests a second."""


@dataclass(frozen=True, slots=True)
class MeasuredRatio:
    """What was reached against a goal. `at_most`: the ratio is to be no larger than the goal; else no smaller."""

    goal: str
    what: str
    reached: float
    wanted: float
    at_most: bool = True

    @property
    def met(self) -> bool:
        return self.reached <= self.wanted if self.at_most else self.reached >= self.wanted


@dataclass(frozen=True, slots=True)
class BenchmarkReport:
    """What one benchmark found. `figures` are medians of the rounds, in the unit that their names tell."""

    name: str
    command: str
    ratios: tuple[MeasuredRatio, ...]
    figures: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class FiguresByName:
    """The figures of all rounds by name."""

    taken: Mapping[str, list[float]]

    def median(self, name: str) -> float:
        return _middle(self.taken[name])

    def ratio(self, name: str, *beside: str) -> float:
        """The median over the rounds of one figure to the sum of others in the same round."""
        others = (sum(round_) for round_ in zip(*(self.taken[one] for one in beside), strict=True))
        return _middle(one / other for one, other in zip(self.taken[name], others, strict=True))

    def medians(self) -> dict[str, float]:
        return {name: self.median(name) for name in self.taken}


async def measure_in_turns(things: Mapping[str, MeasuredFigure], rounds: int = MEASURED_ROUNDS) -> FiguresByName:
    """So many rounds after one that is thrown away."""
    taken: dict[str, list[float]] = {name: [] for name in things}
    for number in range(rounds + 1):
        gc.collect()
        for name, figure in things.items():
            found = await figure()
            if number:
                taken[name].append(found)
    return FiguresByName(taken)


def median_ms(seconds: list[float]) -> float:
    """In milliseconds."""
    return 1000 * _middle(seconds)


def _middle(figures: Iterable[float]) -> float:
    return float(median(figures))
