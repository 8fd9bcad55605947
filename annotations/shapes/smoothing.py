"""Evens out a shaking hand, and leaves spicules and corners as they are."""

from __future__ import annotations

import numpy as np

from annotations.shapes.arrays import Array, Points, array_of, ends, lengths, points_of
from annotations.shapes.contours import crosses_itself, length, resampled

_SHAKE = 0.2
"""Of the reach: what moves further under smoothing than that is a feature, not a shake."""


def smoothed(points: Points, reach: float) -> Points:
    """The outline without waves shorter than ``reach`` (stored pixels).

    Where smoothing would move the edge far, there is a corner or the tip of a spicule: that stays,
    within a pixel. Points come to lie evenly. What did not cross itself does not afterwards;
    an outline shorter than four times the reach is smoothed over less.
    """
    whole = length(points)
    reach = min(reach, whole / 8)
    tangled = crosses_itself(points) is not None
    while reach >= 0.25:
        result = _smoothed(points, reach)
        if tangled or crosses_itself(result) is None:
            return result
        reach /= 2
    return points


def _smoothed(points: Points, reach: float) -> Points:
    step = max(0.25, reach / 6)
    array = _with_tips(array_of(points), array_of(resampled(points, step)))
    move = _averaged(array, reach / step / 2) - array
    far = np.hypot(*move.T)
    weight = 1 / (1 + (far / (_SHAKE * reach)) ** 6)
    return points_of(array + weight[:, None] * move)


def _with_tips(given: Array, even: Array) -> Array:
    """Even points, of which those nearest to a sharp tip lie on it: sampling cuts tips off."""
    back, forth = given - np.roll(given, 1, axis=0), ends(given) - given
    sharp = (back * forth).sum(axis=1) < 0
    steps = lengths(given)
    at = np.cumsum(steps) - steps
    nearest = np.rint(at[sharp] * len(even) / steps.sum()).astype(np.int64) % len(even)
    even = even.copy()
    even[nearest] = given[sharp]
    return even


def _averaged(array: Array, sigma: float) -> Array:
    """Gaussian along the closed line; sigma in points."""
    count = len(array)
    waves = np.fft.fftfreq(count)
    pass_band = np.exp(-2 * (np.pi * sigma * waves) ** 2)
    result: Array = np.fft.ifft(np.fft.fft(array, axis=0) * pass_band[:, None], axis=0).real
    return result
