"""From an opened image to what its pane is painted with."""

from __future__ import annotations

import numpy as np

from imaging.air import find_air
from imaging.breast import find_breast
from imaging.display_table import display_table
from imaging.loader import LoadedImage
from imaging.presentation import default_voi, padding_mask, tissue_values
from viewing.hanging.compose import AirMask, PaneImage
from viewing.hanging.evidence import PixelEvidence, evidence_of

AIR_SIDE = 1200
"""Air is found on the first level whose longer side is at most this."""


def evidence_and_air(image: LoadedImage) -> tuple[PixelEvidence, AirMask]:
    """Find the breast, for hanging, and the air around it, which stays black."""
    pixels = image.raster.pixels
    tissue = tissue_values(image.grey, pixels)
    evidence = evidence_of(find_breast(tissue, padding_mask(image.grey, pixels)))
    levels = image.pyramid.levels
    index = next((index for index, level in enumerate(levels) if max(level.shape) <= AIR_SIDE), 0)
    level = levels[index]
    small, padding = tissue_values(image.grey, level), padding_mask(image.grey, level)
    air = find_air(small, find_breast(small, padding), padding)
    return evidence, AirMask(air.astype(np.uint8) * 255, 2.0**index)


def pane_image(image: LoadedImage, air: AirMask) -> PaneImage:
    """The image in its default presentation."""
    table = display_table(image.grey, default_voi(image.grey, image.raster.pixels))
    return PaneImage(image.pyramid.levels, table.grey, air)
