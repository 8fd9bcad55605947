"""Whether outlines keep what a classifier behind them reads: how round and how notched they are.

Dice hardly sees it: an oval over a spiculated mass overlaps well.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Shape:
    """circularity: perimeter^2 / (4 pi area), about 1 for a disc, more for what is ragged.

    solidity: area as a share of the convex hull's.
    """

    circularity: float
    solidity: float


NOTHING = Shape(1.0, 1.0)


@dataclass(frozen=True)
class Followed:
    """How far drawn outlines' shapes follow the true ones': correlation (of the logarithm for
    circularity); NaN where there are fewer than three or all are alike.
    """

    circularity: float
    solidity: float


def shape_of(inside: npt.NDArray[Any]) -> Shape:
    """Of the largest part of a mask (rows, columns); a disc's where it is empty."""
    lines, _ = cv2.findContours(
        np.ascontiguousarray(inside, np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE
    )
    if not lines:
        return NOTHING
    line = max(lines, key=cv2.contourArea)
    area, hull = cv2.contourArea(line) + 1, cv2.contourArea(cv2.convexHull(line)) + 1
    return Shape(cv2.arcLength(line, True) ** 2 / (4 * math.pi * area), area / hull)


def followed(drawn: Sequence[Shape], true: Sequence[Shape]) -> Followed:
    """Over masses, in the same order."""
    circular = [[math.log(max(1e-6, one.circularity)) for one in some] for some in (drawn, true)]
    solid = [[one.solidity for one in some] for some in (drawn, true)]
    return Followed(_correlation(*circular), _correlation(*solid))


def _correlation(one: Sequence[float], other: Sequence[float]) -> float:
    if len(one) < 3 or min(np.std(one), np.std(other)) == 0:
        return math.nan
    return float(np.corrcoef(one, other)[0, 1])
