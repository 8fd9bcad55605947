"""A cheap look for small bright blobs, so that a network need not see the whole breast."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

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
    smooth = cv2.GaussianBlur(pixels, (0, 0), sigma)
    across, down, mixed = (
        np.asarray(cv2.filter2D(smooth, -1, kernel), np.float32)
        for kernel in (_SECOND, _SECOND.T, _MIXED)
    )
    middle = (across + down) / 2
    across -= down
    across /= 2
    apart = cv2.magnitude(across, mixed)
    weaker = (-(middle + apart) * np.float32(sigma**2)).astype(np.float32)
    return np.maximum(weaker, 0, out=weaker)
