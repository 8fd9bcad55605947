"""Stored values in which tissue is brighter than air, for what tells the two apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from imaging.raster import StoredPixels

if TYPE_CHECKING:
    from imaging.grey.grey_header import GreyDescription


def padding_mask(grey: GreyDescription, pixels: StoredPixels) -> npt.NDArray[np.bool_]:
    """True where the stored value means "no image here"; shape of pixels."""
    if grey.padding is None:
        return np.zeros(pixels.shape, bool)
    low, high = grey.padding
    if low == high:
        return np.asarray(pixels == low)
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
