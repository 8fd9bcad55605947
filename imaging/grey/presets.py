"""Window presets: what a reader looks for, placed by the grey values inside the breast."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import numpy.typing as npt

from imaging.anatomy.breast import BreastRegion
from imaging.grey.own_windows import inner_breast, window_between
from imaging.grey.preset_names import ALL_TISSUE, DENSE_GLAND, FATTY_TISSUE, SKIN_LINE
from imaging.grey.tissue import dark_padding
from imaging.grey.voi import WindowVoi
from imaging.raster import StoredPixels

if TYPE_CHECKING:
    from imaging.grey.grey_header import GreyDescription

_SAMPLE = 512
"""So many rows or columns, picked evenly, are enough to place a window."""

_WHOLE = (0.5, 99.95)
"""Percentiles of the breast with its edge: from the skin to the densest calcification."""

_INNER = (1.0, 99.7)
"""Percentiles of the breast inside its edge: fat to densest tissue."""

_FARTHEST = 0.5
"""So far below fat, in spans from fat to densest tissue, its thin edge is shown: air may lie far
lower, and a window down to it would leave no contrast."""


def tissue_presets(
    grey: GreyDescription, pixels: StoredPixels, region: BreastRegion
) -> tuple[WindowVoi, ...]:
    """Windows for all tissue, for dense gland, for fatty tissue and for the skin line.

    pixels: the stored values, (rows, columns), that the region was found in. None where no breast
    was found or it has one value only, and where the image's own table makes larger values dark: a
    window would turn it round.
    """
    if region.box is None or (grey.vois and not grey.vois[0].rising):
        return ()
    step = -(-max(pixels.shape) // _SAMPLE)
    apart = (slice(None, None, step), slice(None, None, step))
    tissue = dark_padding(grey, pixels[apart])
    whole, inner = tissue[region.mask()[apart]], tissue[inner_breast(region)[apart]]
    if not (whole.size and inner.size):
        return ()
    least, most = map(float, np.percentile(whole, _WHOLE))
    fat, densest = map(float, np.percentile(inner, _INNER))
    if region.air is not None:
        least = max(least, float(region.air.ceiling))
    if not least < densest or not fat < densest:
        return ()
    parting, span = _parting(inner, fat, densest), densest - fat
    ends = {
        ALL_TISSUE: (max(least, fat - _FARTHEST * span), most),
        DENSE_GLAND: (fat + 0.2 * (parting - fat), densest + 0.1 * span),
        FATTY_TISSUE: (fat - 0.2 * span, parting + 0.2 * span),
        SKIN_LINE: (max(least, fat - 2 * _FARTHEST * span), (fat + parting) / 2),
    }
    return tuple(window_between(grey, low, high, name) for name, (low, high) in ends.items())


def _parting(inner: npt.NDArray[Any], fat: float, densest: float) -> float:
    """Midway between the means of fat and of gland, as Otsu's threshold parts them."""
    shares = np.clip((inner - np.float64(fat)) / (densest - fat), 0, 1)
    bins = np.rint(255 * shares).astype(np.uint8).reshape(-1, 1)
    best, _ = cv2.threshold(bins, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    lower = bins[:, 0] <= best
    means = [float(shares[part].mean()) for part in (lower, ~lower) if part.any()]
    return fat + sum(means) / len(means) * (densest - fat)
