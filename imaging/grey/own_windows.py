"""Windows for images that bring none: derived once, from the whole image as it was stored."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt

from domain.study import Flag
from imaging.anatomy.breast import BreastRegion, find_breast
from imaging.attributes.tags import label_of
from imaging.grey.full_range import exact_window, full_range
from imaging.grey.grey_header import GreyDescription
from imaging.grey.tissue import dark_padding, padding_mask
from imaging.grey.voi import WindowVoi
from imaging.raster import StoredPixels

DERIVED = "from the pixels"

_SAMPLE = 1024
"""So many rows or columns, picked evenly, are enough to place a window."""

_CLEAR_ENOUGH = 0.3
"""Clarity of the air below which it can't be told from tissue."""

_INNER = (1.0, 99.7)
"""Percentiles of the breast inside its edge: fat to densest tissue; calcifications are fewer."""

_EDGE = 0.02
"""Part of the longest side by which the breast's thin edge reaches inwards: 5 mm of 24 cm."""

_MARGIN = 0.25
"""Part of the span from fat to densest tissue that is left for that edge."""

_WHOLE = (1.0, 99.7)
"""Percentiles of a picture in which no air can be told from tissue."""


def with_own_windows(grey: GreyDescription, pixels: StoredPixels) -> GreyDescription:
    """Give a DICOM image without any window or VOI LUT a derived window, then its full range.

    pixels: the stored image, (rows, columns), not a part or a copy of another size: every level
    and crop shows alike only because all share this one window.
    """
    if grey.vois:
        return grey
    message = "the header has no window that can be used; this one comes from the pixels"
    flag = Flag(message, label_of("WindowCenter"))
    vois = (derived_window(grey, pixels), full_range(grey))
    return replace(grey, vois=vois, flags=(*grey.flags, flag))


def picture_grey(pixels: StoredPixels) -> GreyDescription:
    """How a plain picture is shown: as it is; the derived window is a second choice.

    Whoever exported a picture has windowed it. pixels: (rows, columns), 8-bit values widened;
    values of deeper pictures span the bits that the largest value uses, at least 8.
    """
    bits = max(8, int(pixels.max(initial=0)).bit_length())
    grey = GreyDescription(bits_stored=bits)
    return replace(grey, vois=(full_range(grey), derived_window(grey, pixels)))


def derived_window(grey: GreyDescription, pixels: StoredPixels) -> WindowVoi:
    """A window from what is on the image: air black, the densest tissue white.

    Tissue may lie far above air, and spans the range all the same.
    """
    step = -(-max(pixels.shape) // _SAMPLE)
    least, most = _shown_range(grey, pixels[::step, ::step])
    return window_between(grey, least, most, DERIVED)


def window_between(grey: GreyDescription, darkest: float, brightest: float, name: str) -> WindowVoi:
    """A window that tells tissue of two brightnesses apart, and all between.

    darkest, brightest: as ``tissue_values`` gives them, before the modality LUT.
    """
    ends = np.array([darkest, max(brightest, darkest + 1)])
    if not grey.tissue_is_bright:
        ends = -1 - ends if grey.signed else 65535 - ends
    low, high = np.sort(grey.modality.outputs(ends))
    return exact_window(float(low), float(high), name)


def _shown_range(grey: GreyDescription, sample: StoredPixels) -> tuple[float, float]:
    """Darkest and brightest value to tell apart, in values that rise with brightness."""
    tissue = dark_padding(grey, sample)
    region = find_breast(tissue)
    if region.air is not None and region.air.clarity >= _CLEAR_ENOUGH and region.box is not None:
        fat, densest = np.percentile(tissue[inner_breast(region)], _INNER)
        return max(float(fat - _MARGIN * (densest - fat)), region.air.ceiling), float(densest)
    values = tissue[~padding_mask(grey, sample)]
    low, high = np.percentile(values if values.size else tissue, _WHOLE)
    return float(low), float(high)


def inner_breast(region: BreastRegion) -> npt.NDArray[np.bool_]:
    """The breast without the edge where it thins out; the whole one where nothing is left.

    True inside; (rows, columns) of the picture that the region was found in.
    """
    across = 2 * round(_EDGE * max(region.level.shape)) + 1
    inner = cv2.erode(region.level, np.ones((across, across), np.uint8))
    mask = region.grid.enlarge(np.asarray(inner, np.uint8))
    return mask if mask.any() else region.mask()
