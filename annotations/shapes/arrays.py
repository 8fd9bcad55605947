"""Between outlines as points and outlines as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from domain.geometry import ImagePoint

Points = tuple[ImagePoint, ...]
"""An outline: the last point joins the first. Stored-image positions."""

Array = npt.NDArray[np.float64]
"""(points, 2): x, y."""


def array_of(points: Sequence[ImagePoint]) -> Array:
    """(points, 2) of x and y."""
    return np.array([(one.x, one.y) for one in points], np.float64).reshape(-1, 2)


def points_of(array: npt.NDArray[Any]) -> Points:
    """The outline of an array of x and y."""
    return tuple(ImagePoint(x, y) for x, y in array.tolist())


def twice_area(array: Array) -> float:
    """Twice the signed area: positive where the outline runs clockwise as seen (y down)."""
    if len(array) < 3:
        return 0.0
    x, y = (array - array[0]).T
    return float(x @ np.roll(y, -1) - y @ np.roll(x, -1))


def ends(array: Array) -> Array:
    """Where each edge of a closed outline ends: the points, one further."""
    return np.roll(array, -1, axis=0)


def lengths(array: Array) -> npt.NDArray[np.float64]:
    """Of each edge of a closed outline."""
    steps = ends(array) - array
    result: npt.NDArray[np.float64] = np.hypot(steps[:, 0], steps[:, 1])
    return result


def without_repeats(array: Array) -> Array:
    """The closed outline without points that equal the one before."""
    if len(array) < 2:
        return array
    return array[np.any(array != np.roll(array, 1, axis=0), axis=1)]
