"""What is shown: the screen and the networks both start from here.

Networks get ``default_presentation`` and then their recipe's own steps; ``presentation_name``
goes into a finding's provenance.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from imaging.display_table import BLACK, display_table
from imaging.grey_header import GreyDescription
from imaging.raster import StoredPixels
from imaging.voi import LutVoi, VoiChoice, VoiFunction, WindowVoi

_PERCENTILES = (1.0, 99.7)
"""Of the image's values, where a header names no window: skin to the densest tissue."""

_SAMPLE = 4
"""Every so many rows and columns are enough for a percentile."""


def default_voi(grey: GreyDescription, pixels: StoredPixels) -> VoiChoice:
    """The first window, else the first table, else a window derived from the pixels."""
    return grey.vois[0] if grey.vois else derived_window(grey, pixels)


def derived_window(grey: GreyDescription, pixels: StoredPixels) -> WindowVoi:
    """A window over the values in use, for images whose header has none. Padding is left out."""
    sample = pixels[::_SAMPLE, ::_SAMPLE]
    values = sample[~padding_mask(grey, sample)].astype(np.float64)
    if not values.size:
        values = sample.astype(np.float64).ravel()
    low, high = np.percentile(grey.modality.outputs(values), _PERCENTILES)
    width = max(float(high - low), 1.0)
    centre = float(low + high) / 2
    return WindowVoi(centre, width, VoiFunction.LINEAR_EXACT, "from the pixels")


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
