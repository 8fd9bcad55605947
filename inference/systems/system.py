"""What a system is: it takes one view and a way to run networks, and gives marks."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from domain.finding import Contour, Descriptors, FindingKind
from domain.geometry import Box, PixelSpacing
from domain.lexicon import Assessment
from domain.mask import RleMask
from imaging.anatomy.breast import BreastRegion
from imaging.grey.grey_header import GreyDescription
from imaging.raster import StoredPixels
from inference.packages.package import ModelPackage

Tensor = npt.NDArray[Any]
Tensors = Mapping[str, Tensor]
"""Network inputs or outputs by name."""

Made = TypeVar("Made")


@dataclass(frozen=True, eq=False)
class SeenView:
    """What a system is given of one view: a ``ViewInput`` whose pixels are open.

    pixels: (rows, columns), stored values. region: as ``find_breast`` gives it for these pixels,
    where it is at hand already.
    """

    pixels: StoredPixels = field(repr=False)
    grey: GreyDescription
    spacing: PixelSpacing
    region: BreastRegion | None = field(default=None, repr=False)
    _made: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False)

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What ``make`` gives, made once for this view, such as ahead of time on another thread.

        Not for two threads at once. What was raised is not kept.
        """
        if key not in self._made:
            self._made[key] = make()
        made: Made = self._made[key]
        return made


class Runner(Protocol):
    """Runs networks of packages; the worker's can be stopped and throttled."""

    def run(
        self, package: ModelPackage, feeds: Tensors, network: str = "", *, each: bool = False
    ) -> Tensors:
        """Outputs by name. network: ONNX file of the package, the first where not named.

        each: along their first axis feeds are pictures, none of which changes another's outputs;
        they may be run side by side. Raises NetworkError where the outputs can't be used,
        CancelledError where stopped.
        """
        ...


@dataclass(frozen=True)
class RawMark:
    """A candidate of one system on one view, before the package's operating point.

    box, contour, mask: in stored-image pixels. score: 0 to 1, of the system's own making.
    """

    box: Box
    score: float
    kind: FindingKind
    contour: Contour | None = None
    mask: RleMask | None = None

    def __post_init__(self) -> None:
        if not (np.isfinite(self.score) and 0 <= self.score <= 1):
            raise ValueError("a mark's score is 0 to 1")


class DetectSystem(Protocol):
    """A system of the stage ``detect``; made from a package by ``make_system``."""

    def __init__(self, package: ModelPackage) -> None:
        """Raises PackageError where the package lacks what the system needs."""

    def detect(self, image: SeenView, run: Runner) -> tuple[RawMark, ...]:
        """Marks by falling score, down to ``lowest-score`` of the package's settings.

        No operating point is applied, so that a slider can move without computing anew. Raises
        NetworkError, CancelledError, and BadInputError where the image can't be prepared.
        """
        ...

    def try_out(self, run: Runner) -> None:
        """Run on black at two sizes; NetworkError where the outputs are not what they should be."""
        ...


class CalcifySystem(Protocol):
    """A system of the stage ``calcify``: calcifications as pixels.

    One with a method ``look_ahead(image)`` has it called on another thread while networks run on
    the view before: for steps that need no network, kept by ``SeenView.once``.
    """

    def __init__(self, package: ModelPackage) -> None:
        """Raises PackageError where the package lacks what the system needs."""

    def calcify(self, image: SeenView, run: Runner) -> tuple[RawMark, ...]:
        """Marks with masks, by falling score, as ``DetectSystem.detect``."""
        ...

    def try_out(self, run: Runner) -> None:
        """As ``DetectSystem.try_out``."""
        ...


@dataclass(frozen=True)
class Outlined:
    """A lesion's outline. contour: closed, without self-crossings; mask: its inside, both in
    stored-image pixels. score: 0 to 1, how sure the network is of the pixels inside.
    """

    contour: Contour
    mask: RleMask = field(repr=False)
    score: float


class ContourSystem(Protocol):
    """A system of the stage ``contour``: from a region to an outline."""

    def __init__(self, package: ModelPackage) -> None:
        """Raises PackageError where the package lacks what the system needs."""

    def contour(self, image: SeenView, box: Box, run: Runner) -> Outlined | None:
        """The outline of the lesion in a box, ``None`` where there is no sensible one.

        box: stored-image pixels, from a detector or drawn by a reader; may reach over the border.
        """
        ...

    def contour_at(self, image: SeenView, x: float, y: float, run: Runner) -> Outlined | None:
        """The outline of the lesion under one click, a stored-image position."""
        ...

    def try_out(self, run: Runner) -> None:
        """As ``DetectSystem.try_out``."""
        ...


@dataclass(frozen=True)
class Judged:
    """What a classifier makes of one finding.

    malignancy: calibrated probability, 0 to 1. assessment: the category that it maps to.
    descriptors: what it would choose in the form; axes that it is unsure of are left out.
    """

    malignancy: float
    assessment: Assessment | None
    descriptors: Descriptors = field(default_factory=Descriptors)


class ClassifySystem(Protocol):
    """A system of the stage ``classify``: findings, and where it can, the whole breast."""

    def __init__(self, package: ModelPackage) -> None:
        """Raises PackageError where the package lacks what the system needs."""

    def classify(
        self, image: SeenView, marks: Sequence[RawMark], run: Runner
    ) -> tuple[Judged | None, ...]:
        """One answer a mark, in their order; ``None`` for kinds that it does not judge."""
        ...

    def composition(self, image: SeenView, run: Runner) -> Mapping[str, float]:
        """Probability of each composition, ``a`` to ``d``; empty where it does not tell."""
        ...

    def try_out(self, run: Runner) -> None:
        """As ``DetectSystem.try_out``."""
        ...
