"""A cheap look for small bright blobs, so that a network need not see the whole breast."""

from __future__ import annotations

import math

import cv2
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

_REACH = 5
"""Standard deviations: farther than OpenCV's kernels for float32 reach, which is 4 and rounding."""
_BAND = 64
"""Rows handled at a time, so that intermediate arrays stay in the processor's cache."""

_SECOND = np.array([[1, -2, 1]], np.float32)
_MIXED = np.array([[1, 0, -1], [0, 0, 0], [-1, 0, 1]], np.float32) / 4


def blobness(pixels: Floats, sigma: float) -> Floats:
    """The weaker of the two curvatures at a scale, where both bend down; float32, 0 and more.

    A calcification is bright against all its surroundings; a ligament or a vessel is not along
    itself, and so has little of it (Frangi et al., MICCAI 1998). It is not told in the noise
    around: by that measure what is plain to see in dense tissue was lost among noise in fat.

    pixels: float32 (rows, columns), 0 to 1. sigma: of the Gaussian, in pixels; the answer is
    normalised by its square.
    """
    worth = np.zeros_like(pixels)
    reach = 1 + math.ceil(_REACH * sigma)
    for first in range(0, len(pixels), _BAND):
        last, top = first + _BAND, max(0, first - reach)
        band = pixels[top : last + reach]
        shown = np.flatnonzero(band.max(axis=0))
        if shown.size:  # where all around is black there is no blob
            start, stop = max(0, int(shown[0]) - reach), int(shown[-1]) + 1 + reach
            left = max(0, start - reach)
            found = _weaker(band[:, left : stop + reach], sigma)
            own = found[first - top : last - top, start - left : stop - left]
            np.maximum(own, 0, out=worth[first:last, start:stop])
    return worth


def _weaker(pixels: Floats, sigma: float) -> Floats:
    smooth = cv2.GaussianBlur(pixels, (0, 0), sigma)
    across, down, mixed = (
        np.asarray(cv2.filter2D(smooth, -1, kernel), np.float32)
        for kernel in (_SECOND, _SECOND.T, _MIXED)
    )
    weaker = across + down
    weaker /= 2
    across -= down
    across /= 2
    weaker += np.asarray(cv2.magnitude(across, mixed), np.float32)
    weaker *= -np.float32(sigma**2)
    return weaker
