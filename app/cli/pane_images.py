"""From an opened image to what its pane is painted with."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from imaging.anatomy.air import find_air
from imaging.anatomy.breast import find_breast
from imaging.grey.display_table import display_table
from imaging.grey.presentation import default_voi, padding_mask, tissue_values
from imaging.loader import LoadedImage
from imaging.raster import StoredPixels
from viewing.hanging.compose import AirMask, PaneImage
from viewing.hanging.evidence import PixelEvidence, evidence_of

MEASURED_SIDE = 1200
"""Breast and air are found on the first level whose longer side is at most this."""


def evidence_and_air(image: LoadedImage) -> tuple[PixelEvidence, AirMask]:
    """Find the breast, for hanging, and the air around it, which stays black."""
    levels = image.pyramid.levels
    index = next(
        (index for index, level in enumerate(levels) if max(level.shape) <= MEASURED_SIDE),
        len(levels) - 1,
    )
    step = 2.0**index
    tissue = _tissue(image, levels[index])
    region = find_breast(tissue)
    air = find_air(tissue, region)
    return evidence_of(region, step), AirMask(air.astype(np.uint8) * 255, step)


def _tissue(image: LoadedImage, level: StoredPixels) -> npt.NDArray[Any]:
    """Values in which tissue is brighter than air. Padding is as dark as air can be.

    Padding is not left out: some detectors mark all air as padding, and a picture without air
    tells nothing about where the breast ends.
    """
    tissue = tissue_values(image.grey, level)
    return np.where(padding_mask(image.grey, level), tissue.min(), tissue)


def pane_image(image: LoadedImage, air: AirMask) -> PaneImage:
    """The image in its default presentation."""
    table = display_table(image.grey, default_voi(image.grey, image.raster.pixels))
    return PaneImage(image.pyramid.levels, table.grey, air)
