"""The truth of one synthetic image, in positions and pixels of the stored image."""

from __future__ import annotations

from dataclasses import dataclass, field

from domain.finding import Contour
from domain.geometry import Box, ImagePoint, ImageSize
from domain.view_position import HangFamily
from phantom.decoys.decoy import Decoy
from phantom.lesions.lesion import Lesion
from phantom.space.stamp import Patch


@dataclass(frozen=True)
class LesionTruth:
    """One lesion as it lies on one image.

    box: tight around the mask. contour: the outline (of the largest part, or the hull of a group
    of calcifications). patch: the mask's pixels. nipple_distance_mm: from the mask's centre to the
    nipple in the plane of the image. height_mm: of its centre above the detector's cover.
    """

    lesion: Lesion
    box: Box
    contour: Contour
    patch: Patch = field(repr=False)
    centre: ImagePoint
    nipple_distance_mm: float
    height_mm: float


@dataclass(frozen=True)
class DecoyTruth:
    """Where a decoy lies on one image."""

    decoy: Decoy
    box: Box


@dataclass(frozen=True)
class ViewTruth:
    """All that is known of one image.

    Two images' entries with the same ``lesion.number`` and laterality are the same lesion.
    pectoral: the muscle's edge on an MLO from head to foot, else empty.
    """

    size: ImageSize
    family: HangFamily
    lesions: tuple[LesionTruth, ...]
    decoys: tuple[DecoyTruth, ...]
    nipple: ImagePoint
    pectoral: tuple[ImagePoint, ...] = ()
