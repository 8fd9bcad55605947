"""Systems of the later stages without networks: what they answer is known beforehand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pytest

from domain.finding import Contour, FindingKind
from domain.geometry import Box, ImagePoint, ImageSize
from domain.lexicon import Assessment
from domain.mask import RleMask
from inference.packages.package import ModelPackage
from inference.systems import known
from inference.systems.system import Judged, Outlined, RawMark, Runner, SeenView

DOTS = Box(199.5, 279.5, 219.5, 299.5)

Deed = Callable[[], None]


class Fake:
    """deed: what happens before it answers; runs: how often each stage was asked."""

    deed: Deed = staticmethod(lambda: None)
    runs: list[str]

    def __init__(self, package: ModelPackage) -> None:
        self.stage = package.manifest.stage.value

    def asked(self) -> None:
        type(self).runs.append(self.stage)
        type(self).deed()

    def try_out(self, run: Runner) -> None:
        pass


class Calcifier(Fake):
    def calcify(self, image: SeenView, run: Runner) -> tuple[RawMark, ...]:
        self.asked()
        size = ImageSize(*image.pixels.shape)
        mask = RleMask.of(np.eye(20), size, 200, 280)
        group = FindingKind.CALCIFICATION_GROUP
        faint = Box(150, 200, 170, 220)
        return RawMark(DOTS, 0.8, group, mask=mask), RawMark(faint, 0.1, group, mask=mask)


class Contourer(Fake):
    def contour(self, image: SeenView, box: Box, run: Runner) -> Outlined | None:
        self.asked()
        corners = ((box.left, box.top), (box.right, box.top), (box.right, box.bottom))
        contour = Contour(tuple(ImagePoint(*corner) for corner in corners))
        return Outlined(contour, RleMask(ImageSize(*image.pixels.shape)), 0.9)

    def contour_at(self, image: SeenView, x: float, y: float, run: Runner) -> Outlined | None:
        return None


class Classifier(Fake):
    """The further left a mark begins, the worse; a mark without its contour is not judged."""

    def classify(
        self, image: SeenView, marks: Sequence[RawMark], run: Runner
    ) -> tuple[Judged | None, ...]:
        self.asked()
        return tuple(self._one(image, mark) for mark in marks)

    def _one(self, image: SeenView, mark: RawMark) -> Judged | None:
        if mark.kind is FindingKind.MASS and mark.contour is None:
            return None
        share = float(image.pixels[300, 100]) / 4095 if mark.kind is FindingKind.MASS else 0.9
        high = Assessment.HIGHLY_SUGGESTIVE if share > 0.5 else Assessment.LOW_SUSPICION
        return Judged(share, high)

    def composition(self, image: SeenView, run: Runner) -> Mapping[str, float]:
        return {"a": 0.0, "b": 0.25, "c": 0.75, "d": 0.0}


FAKES: dict[str, type[Fake]] = {
    "calcify": Calcifier,
    "contour": Contourer,
    "classify": Classifier,
}


def use_fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have packages name the system ``fake`` at each later stage; nothing was asked so far."""
    shelves = (known.CALCIFIERS, known.CONTOURERS, known.CLASSIFIERS)
    for shelf, fake in zip(shelves, FAKES.values(), strict=True):
        monkeypatch.setitem(shelf, "fake", fake)
        monkeypatch.setattr(fake, "runs", [], raising=False)
