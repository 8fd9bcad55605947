"""From a box or a click to the contour, as the window asks for it: through the outlining process.

One synthetic view of full size, decoded before; the installed package on the process's own threads.
"""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from statistics import median

from benchmarks.effort_asked import seen
from benchmarks.row import Row
from domain.finding import FindingKind
from domain.geometry import Box
from domain.laterality import Laterality
from domain.view_position import ViewPosition
from inference.outlining.outliner import Outliner
from inference.outlining.question import Outline, Question
from inference.packages.manifest import Stage
from inference.packages.registry import Registry
from phantom.recipe import Content, Exposure, StudyRecipe
from phantom.studies.generate import generate_study

BUDGET_MS = 150.0
_ROUNDS, _PATIENCE_S = 25, 60.0


class _Desk:
    """The window's thread, which waits for one answer after the other."""

    def __init__(self) -> None:
        self._calls: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self.heard: list[Outline] = []
        self.outliner = Outliner(self._calls.put, lambda: Registry().active(Stage.CONTOUR))

    def close(self) -> None:
        """End the process."""
        self.outliner.close()

    def ms(self, question: Question) -> float:
        """From asking to being told. AssertionError where no contour came."""
        begun = time.perf_counter()
        self.outliner.ask(question, self.heard.append)
        self._calls.get(timeout=_PATIENCE_S)()
        taken = 1000 * (time.perf_counter() - begun)
        if not self.heard[-1].points:
            raise AssertionError(self.heard[-1].trouble or "no contour came")
        return taken


def rows() -> Iterator[Row]:
    """Medians after the first, which loads the network."""
    exposures = (Exposure(Laterality.RIGHT, ViewPosition.CC),)
    (image,) = generate_study(StudyRecipe(104, Content.DEMO, exposures=exposures))
    view = seen(image)
    box = next(one.box for one in image.truth.lesions if one.lesion.kind is FindingKind.MASS)
    questions = {
        f"box of {_mm(box, image.pixel_mm)} to contour": Question(
            view.pixels, view.grey, view.spacing, box=box
        ),
        "click to contour": Question(view.pixels, view.grey, view.spacing, at=box.centre),
    }
    with closing(_Desk()) as desk:
        for name, question in questions.items():
            desk.ms(question)
            taken = median(desk.ms(question) for _ in range(_ROUNDS))
            size = f"{image.truth.size.rows}x{image.truth.size.columns}"
            said = f"{name}, {size}, median of {_ROUNDS}"
            yield Row(said, taken, BUDGET_MS, "the budget", "ms", 1.0)


def _mm(box: Box, pixel_mm: float) -> str:
    return f"{max(box.width, box.height) * pixel_mm:.0f} mm"
