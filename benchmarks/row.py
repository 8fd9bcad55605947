"""One line of a benchmark report."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Row:
    """Ours and the reference measured in one run.

    ratio: ours / reference for times, so that smaller is better; for rates too, where
    bigger is better: ``at_least`` says which way the target points.
    """

    name: str
    ours: float
    reference: float
    reference_is: str
    unit: str
    target: float | None = None
    at_least: bool = False

    @property
    def ratio(self) -> float:
        """Ours divided by the reference."""
        return self.ours / self.reference

    @property
    def met(self) -> bool | None:
        """Whether the target is reached; ``None`` where the row has none."""
        if self.target is None:
            return None
        return self.ratio >= self.target if self.at_least else self.ratio <= self.target


def paired_medians(
    ours: Callable[[], object], reference: Callable[[], object], rounds: int
) -> tuple[float, float]:
    """Median seconds of both, run in turn so that a drifting machine hits both alike."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds + 1):
        for times, run in zip(taken, (ours, reference), strict=True):
            start = time.perf_counter()
            run()
            times.append(time.perf_counter() - start)
    return median(taken[0][1:]), median(taken[1][1:])
