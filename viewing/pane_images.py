"""From an opened image to what its pane is painted with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from domain.view_position import HangFamily
from imaging.anatomy.air import find_air
from imaging.anatomy.breast import BreastRegion, find_breast
from imaging.anatomy.reduced import grid_of, reduce_image, size_of
from imaging.grey.display_table import display_table
from imaging.grey.presentation import default_voi
from imaging.grey.tissue import dark_padding
from viewing.hanging.compose import AirMask, PaneImage
from viewing.hanging.evidence import PixelEvidence, evidence_of, find_head

if TYPE_CHECKING:
    from imaging.loader import LoadedImage

MEASURED_SIDE = 1200
"""Breast and air are found on the first level whose longer side is at most this."""


@dataclass(frozen=True, eq=False)
class Looked:
    """What was found in an image.

    tissue: (rows, columns), brighter than air, each covering ``step`` x ``step`` stored pixels.
    region: the breast, found in it.
    """

    tissue: npt.NDArray[Any]
    region: BreastRegion
    step: float
    evidence: PixelEvidence
    air: AirMask


def look(image: LoadedImage, family: HangFamily | None = None) -> Looked:
    """Find the breast, for hanging, and the air around it, which stays black.

    family: of the view; the pectoral muscle is looked for in an MLO and its kin.
    """
    levels = image.pyramid.levels
    index = next(
        (index for index, level in enumerate(levels) if max(level.shape) <= MEASURED_SIDE),
        len(levels) - 1,
    )
    step = 2.0**index
    tissue = dark_padding(image.grey, levels[index])
    reduced = reduce_image(tissue, grid_of(size_of(tissue)))
    region = find_breast(tissue, reduced=reduced)
    air = find_air(tissue, region, reduced=reduced)
    head = find_head(tissue, region) if family is HangFamily.MLO else None
    evidence = evidence_of(region, step, head)
    return Looked(tissue, region, step, evidence, AirMask(air.astype(np.uint8) * 255, step))


def evidence_and_air(
    image: LoadedImage, family: HangFamily | None = None
) -> tuple[PixelEvidence, AirMask]:
    """The part of ``look`` that hanging and painting need."""
    found = look(image, family)
    return found.evidence, found.air


def pane_image(image: LoadedImage, air: AirMask) -> PaneImage:
    """The image in its default presentation."""
    table = display_table(image.grey, default_voi(image.grey))
    return PaneImage(image.pyramid.levels, table.grey, air)
