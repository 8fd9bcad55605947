"""A cheap look for small bright specks, so that a network need not see the whole breast.

The top-hat (a picture less its opening) keeps what is bright and narrower than the structuring
element: Serra, "Image Analysis and Mathematical Morphology", 1982. It is compared with the local
noise, as in ``imaging.spots``.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

_BLOCK = 32
_SPREAD_OF_MEAN = 1.2533
_LEAST_NOISE = 0.004
"""Of white: a picture of fewer grey levels tells no finer noise."""


@dataclass(frozen=True)
class SpeckRule:
    """widest_mm: of a speck. least: how many standard deviations of the noise around it stands out
    by. blur: in pixels, takes the edge off single-pixel noise.
    """

    widest_mm: float = 1.2
    least: float = 4.0
    blur: float = 0.7


def speck_contrast(pixels: Floats, pixel_mm: float, rule: SpeckRule) -> Floats:
    """How far each pixel stands out, in standard deviations of the noise; float32, 0 and more.

    pixels: float32 (rows, columns), 0 black to 1 white; black is no breast.
    """
    smooth = cv2.GaussianBlur(pixels, (0, 0), rule.blur)
    side = 2 * round(rule.widest_mm / pixel_mm / 2) + 1
    ground = cv2.morphologyEx(smooth, cv2.MORPH_OPEN, np.ones((side, side), np.uint8))
    out = np.asarray(smooth - ground, np.float32)
    out -= _mean(out, pixels)
    np.divide(out, _noise(out, pixels), out=out)
    return np.maximum(out, 0, out=out)


def specks(pixels: Floats, pixel_mm: float, rule: SpeckRule) -> npt.NDArray[np.bool_]:
    """True at the peaks of what stands out by ``rule.least``; (rows, columns)."""
    return peaks_of(speck_contrast(pixels, pixel_mm, rule), rule.least) & (pixels > 0)


def peaks_of(contrast: Floats, least: float) -> npt.NDArray[np.bool_]:
    """True where contrast is highest among its neighbours, and ``least`` at least."""
    peak = contrast >= cv2.dilate(contrast, np.ones((3, 3), np.uint8))
    return np.asarray(peak & (contrast >= least))


def _coarse(values: Floats, pixels: Floats) -> Floats:
    """Means of what lies on the breast in blocks, medians of 3x3 blocks."""
    size = tuple(max(1, -(-side // _BLOCK)) for side in (pixels.shape[1], pixels.shape[0]))
    inside = (pixels > 0).astype(np.float32)
    held = cv2.resize(inside, size, interpolation=cv2.INTER_AREA)
    means = cv2.resize(values * inside, size, interpolation=cv2.INTER_AREA) / (held + 1e-3)
    if min(size) >= 3:
        means = cv2.medianBlur(np.asarray(means, np.float32), 3)
    return np.asarray(means, np.float32)


def _wide(coarse: Floats, pixels: Floats) -> Floats:
    return np.asarray(cv2.resize(coarse, pixels.shape[::-1]), np.float32)


def _mean(out: Floats, pixels: Floats) -> Floats:
    return _wide(_coarse(out, pixels), pixels)


def _noise(out: Floats, pixels: Floats) -> Floats:
    spread = _coarse(np.abs(out), pixels) * np.float32(_SPREAD_OF_MEAN)
    return _wide(np.maximum(spread, np.float32(_LEAST_NOISE / 4)), pixels)
