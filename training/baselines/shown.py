"""A mammogram as the screen shows it, with what is known of its anatomy without any truth."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from domain.geometry import ImagePoint, ImageSize, PixelSpacing
from domain.side import Side
from domain.view_position import HangFamily
from imaging.anatomy.breast import find_breast
from imaging.anatomy.nipple import find_nipple
from imaging.anatomy.pectoral import find_pectoral
from imaging.grey.presentation import default_presentation
from imaging.grey.voi import WindowVoi
from phantom.studies.image import SyntheticImage
from training.data.sample import Sample

Field = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

ASSUMED_MM = 240.0
"""Length of an image whose spacing is unknown."""


@dataclass(frozen=True, eq=False)
class ShownView:
    """One image as a reader and a filter get it.

    picture: float32 (rows, columns), brightness 0 to 1 after the first window. inside: the breast.
    muscle: the pectoral muscle where one was found, else nowhere true. pixel_mm: in the plane of
    the breast. nipple: in pixels, as found in the picture.
    """

    name: str
    picture: Field = field(repr=False)
    inside: Mask = field(repr=False)
    muscle: Mask = field(repr=False)
    pixel_mm: float
    chest_wall: Side
    nipple: ImagePoint | None

    @property
    def tissue(self) -> Mask:
        """The breast without the muscle."""
        return self.inside & ~self.muscle


def brightness(image: SyntheticImage) -> Field:
    """What the unit's first window makes of the stored values: float32, 0 to 1, of their shape."""
    window = image.unit.windows[0]
    voi = WindowVoi(window.centre, window.width)
    table = voi.brightness(np.arange(1 << image.unit.bits, dtype=np.float64)).astype(np.float32)
    shown: Field = table[image.pixels]
    return shown


def shown_phantom(image: SyntheticImage) -> ShownView:
    """A synthetic image as shown; nothing is taken from its truth."""
    exposure = image.exposure
    name = f"{image.density.value}, {exposure.laterality.value}{exposure.position.value}"
    return look(brightness(image), image.pixel_mm, exposure.position.family, name)


def shown_sample(sample: Sample) -> ShownView:
    """A sample in its default presentation; nothing is taken from its truth.

    Where the view is unknown it is looked at as a CC.
    """
    info = sample.info
    family = info.position.family if info.position else HangFamily.CC
    picture = default_presentation(sample.pixels, sample.grey).astype(np.float32)
    picture /= np.float32(255)
    return look(picture, pixel_mm(sample.spacing, sample.size), family, info.name)


def pixel_mm(spacing: PixelSpacing, size: ImageSize) -> float:
    """Side of a pixel in mm; where it is unknown, as if the image were 240 mm long.

    That is what ``PreparingSpec`` assumes as well; who measures with it has to say so.
    """
    if spacing.row_mm is None or spacing.column_mm is None:
        return ASSUMED_MM / max(size.shape)
    return float(np.sqrt(spacing.row_mm * spacing.column_mm))


def look(picture: npt.NDArray[Any], pixel_mm: float, family: HangFamily, name: str) -> ShownView:
    """Find breast, muscle and nipple in a picture of brightness 0 to 1, head at the top."""
    level = picture.astype(np.float32)
    region = find_breast(level)
    wall = region.chest_wall or Side.LEFT
    edge = None
    if family is HangFamily.MLO and wall.is_upright:
        edge = find_pectoral(level, region, wall, Side.TOP)
    head = Side.TOP if wall.is_upright else None
    nipple = find_nipple(level, region, wall, family=family, head=head, pectoral=edge)
    muscle = np.zeros(level.shape, bool) if edge is None else edge.mask()
    point = None if nipple is None else nipple.point
    return ShownView(name, level, region.mask(), muscle, pixel_mm, wall, point)
