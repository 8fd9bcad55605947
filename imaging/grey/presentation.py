"""What is shown: the screen and the networks both start from here.

Networks get ``default_presentation`` and then their recipe's own steps; ``presentation_name``
goes into a finding's provenance.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from imaging.anatomy.breast import BreastRegion, find_breast
from imaging.grey.display_table import BLACK, display_table
from imaging.grey.grey_header import GreyDescription
from imaging.grey.voi import LutVoi, VoiChoice, VoiFunction, WindowVoi
from imaging.raster import StoredPixels

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


def default_voi(grey: GreyDescription, pixels: StoredPixels) -> VoiChoice:
    """The first window, else the first table, else a window derived from the pixels."""
    return grey.vois[0] if grey.vois else derived_window(grey, pixels)


def derived_window(grey: GreyDescription, pixels: StoredPixels) -> WindowVoi:
    """A window for images whose header has none: air black, the densest tissue white.

    Tissue may lie far above air, and spans the range all the same.
    """
    step = -(-max(pixels.shape) // _SAMPLE)
    ends = np.array(_shown_range(grey, pixels[::step, ::step]), np.float64)
    if not grey.tissue_is_bright:
        ends = -1 - ends if grey.signed else 65535 - ends
    low, high = np.sort(grey.modality.outputs(ends))
    width = max(float(high - low), 1.0)
    return WindowVoi(float(low + high) / 2, width, VoiFunction.LINEAR_EXACT, "from the pixels")


def _shown_range(grey: GreyDescription, sample: StoredPixels) -> tuple[float, float]:
    """Darkest and brightest value to tell apart, in values that rise with brightness."""
    tissue = dark_padding(grey, sample)
    region = find_breast(tissue)
    if region.air is not None and region.air.clarity >= _CLEAR_ENOUGH and region.box is not None:
        fat, densest = np.percentile(tissue[_inner(region)], _INNER)
        return max(float(fat - _MARGIN * (densest - fat)), region.air.ceiling), float(densest)
    values = tissue[~padding_mask(grey, sample)]
    low, high = np.percentile(values if values.size else tissue, _WHOLE)
    return float(low), float(high)


def _inner(region: BreastRegion) -> npt.NDArray[np.bool_]:
    """The breast without the edge where it thins out; the whole one where nothing is left."""
    across = 2 * round(_EDGE * max(region.level.shape)) + 1
    inner = cv2.erode(region.level, np.ones((across, across), np.uint8))
    mask = region.grid.enlarge(np.asarray(inner, np.uint8))
    return mask if mask.any() else region.mask()


def padding_mask(grey: GreyDescription, pixels: StoredPixels) -> npt.NDArray[np.bool_]:
    """True where the stored value means "no image here"; shape of pixels."""
    if grey.padding is None:
        return np.zeros(pixels.shape, bool)
    low, high = grey.padding
    return np.asarray((pixels >= low) & (pixels <= high))


def tissue_values(grey: GreyDescription, pixels: StoredPixels) -> npt.NDArray[Any]:
    """Stored values, turned round where needed so that tissue is brighter than air.

    Same dtype and shape; the complement of a 16-bit value keeps all differences.
    """
    return pixels if grey.tissue_is_bright else np.invert(pixels)


def dark_padding(grey: GreyDescription, pixels: StoredPixels) -> npt.NDArray[Any]:
    """``tissue_values`` with padding as dark as the darkest value.

    For what tells breast from air: detectors may mark all air as padding, and a picture
    without air tells nothing about where the breast ends.
    """
    tissue = tissue_values(grey, pixels)
    if grey.padding is None:
        return tissue
    return np.where(padding_mask(grey, pixels), tissue.min(), tissue)


def present(
    pixels: StoredPixels,
    grey: GreyDescription,
    voi: VoiChoice,
    *,
    air: npt.NDArray[np.bool_] | None = None,
    invert: bool = False,
) -> npt.NDArray[np.uint8]:
    """Grey as shown: uint8 (rows, columns).

    air: bool of the same shape; stays black whatever the window and even when inverted.
    invert: the reader's wish to see the breast inverted.
    """
    shown = display_table(grey, voi, invert=invert).grey(pixels)
    if air is not None:
        shown[air] = BLACK
    return shown


def default_presentation(pixels: StoredPixels, grey: GreyDescription) -> npt.NDArray[np.uint8]:
    """What the screen shows before the reader touches anything, and what networks are given."""
    return present(pixels, grey, default_voi(grey, pixels))


def presentation_name(voi: VoiChoice) -> str:
    """A stable name of a VOI for a finding's provenance, such as ``NORMAL SIGMOID 2653/900``."""
    if isinstance(voi, LutVoi):
        return voi.name
    return f"{voi.name} {voi.function.value} {voi.centre:g}/{voi.width:g}"
