"""Where on the breast a mark lies: muscle, skin and nipple are where networks err most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

import cv2
import numpy as np
import numpy.typing as npt

from domain.geometry import ImagePoint
from training.baselines.shown import ShownView
from training.metrics.froc import Mark

SKIN_MM, NIPPLE_MM = 3.0, 10.0
_GRID = 512
"""Rows or columns at most of the picture that places are told on."""


class Place(Enum):
    """Where a mark's centre lies. Of several the first holds."""

    NIPPLE = "nipple, within 10 mm"
    PECTORAL = "pectoral muscle"
    SKIN = "skin line, within 3 mm"
    ELSEWHERE = "elsewhere in the breast"
    OUTSIDE = "outside the breast"


ORDER = tuple(Place)


@dataclass(frozen=True, eq=False)
class PlaceMap:
    """Places on one image. numbers: uint8, of ``ORDER``, on a reduced grid; step: stored pixels
    per reduced one, x and y.
    """

    numbers: npt.NDArray[np.uint8] = field(repr=False)
    step: tuple[float, float]

    def at(self, point: ImagePoint) -> Place:
        """The place of a stored-image position; the border's where it lies beyond."""
        rows, columns = self.numbers.shape
        row = int(np.clip((point.y + 0.5) / self.step[1], 0, rows - 1))
        column = int(np.clip((point.x + 0.5) / self.step[0], 0, columns - 1))
        return ORDER[int(self.numbers[row, column])]

    def of(self, marks: Sequence[Mark]) -> tuple[Place, ...]:
        """The place of each mark's centre."""
        return tuple(self.at(mark.box.centre) for mark in marks)

    def shares(self) -> Mapping[Place, float]:
        """Which part of the breast each place takes up; what marks by chance would do."""
        counts = np.bincount(self.numbers.ravel(), minlength=len(ORDER)).astype(np.float64)
        counts[ORDER.index(Place.OUTSIDE)] = 0
        total = max(float(counts.sum()), 1.0)
        return {place: float(counts[at]) / total for at, place in enumerate(ORDER)}


def place_map(view: ShownView) -> PlaceMap:
    """Places as anatomy finds them in the picture; nothing is taken from a truth."""
    rows, columns = view.picture.shape
    factor = max(1.0, max(rows, columns) / _GRID)
    size = (max(1, round(columns / factor)), max(1, round(rows / factor)))
    step = (columns / size[0], rows / size[1])
    inside, muscle = (_reduced(mask, size) for mask in (view.inside, view.muscle))
    mm = view.pixel_mm * max(step)
    numbers = np.full(inside.shape, ORDER.index(Place.OUTSIDE), np.uint8)
    numbers[inside] = ORDER.index(Place.ELSEWHERE)
    numbers[inside & (_depth(inside) <= SKIN_MM / mm)] = ORDER.index(Place.SKIN)
    numbers[muscle & inside] = ORDER.index(Place.PECTORAL)
    if view.nipple is not None:
        y, x = np.mgrid[: size[1], : size[0]]
        at_x, at_y = (x + 0.5) * step[0] - 0.5, (y + 0.5) * step[1] - 0.5
        far = np.hypot(at_x - view.nipple.x, at_y - view.nipple.y) * view.pixel_mm
        numbers[far <= NIPPLE_MM] = ORDER.index(Place.NIPPLE)
    return PlaceMap(numbers, step)


def _reduced(mask: npt.NDArray[np.bool_], size: tuple[int, int]) -> npt.NDArray[np.bool_]:
    share = cv2.resize(mask.astype(np.uint8) * 255, size, interpolation=cv2.INTER_AREA)
    return np.asarray(share >= 128)


def _depth(inside: npt.NDArray[np.bool_]) -> npt.NDArray[np.float32]:
    """Pixels to the skin; the picture's own edges are none."""
    framed = cv2.copyMakeBorder(inside.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    depth = cv2.distanceTransform(framed, cv2.DIST_L2, 5)
    return np.asarray(depth[1:-1, 1:-1], np.float32)
