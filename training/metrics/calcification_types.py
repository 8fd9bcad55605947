"""Dots, vessels and large regions: DeepLIMa tells the recall of calcifications by these types.

Its section 4.2.1 sorts labels "according to the area and shape"; the bounds are ours.
"""

from __future__ import annotations

from enum import Enum

import cv2
import numpy as np
import numpy.typing as npt

from domain.finding import FindingKind
from domain.lexicon import DescriptorAxis
from domain.mask import RleMask
from training.data.sample import TrueFinding

DOT_MM = 3.0
"""A label no longer than this is a dot."""

VESSEL_MM, VESSEL_RATIO = 10.0, 4.0
"""A label at least so long, and so many times as long as wide, lies along a vessel."""

_VASCULAR = "vascular"


class CalcificationType(Enum):
    """What a label of a calcification outlines."""

    DOT = "dot"
    VESSEL = "vessel"
    LARGE_REGION = "large region"


def calcification_type(finding: TrueFinding, pixel_mm: float) -> CalcificationType:
    """By the descriptors where they say it, else by the mask's area and shape, else by the box."""
    said = dict(finding.descriptors.terms).get(DescriptorAxis.CALCIFICATION_MORPHOLOGY)
    if said == _VASCULAR:
        return CalcificationType.VESSEL
    length, width = _extent(finding, pixel_mm)
    group = finding.kind is FindingKind.CALCIFICATION_GROUP
    if length <= DOT_MM and not group:
        return CalcificationType.DOT
    if not group and length >= VESSEL_MM and length >= VESSEL_RATIO * width:
        return CalcificationType.VESSEL
    return CalcificationType.LARGE_REGION


def _extent(finding: TrueFinding, pixel_mm: float) -> tuple[float, float]:
    """Longer and shorter side in mm of the rectangle, however turned, around it."""
    box = finding.box
    sides = box.width, box.height
    if finding.mask is not None and not finding.mask.empty:
        points = _ends(finding.mask)
        across, down = cv2.minAreaRect(points)[1]
        sides = across + 1, down + 1
    return max(sides) * pixel_mm, min(sides) * pixel_mm


def _ends(mask: RleMask) -> npt.NDArray[np.float32]:
    """First and last pixel of each row, float32 (n, 2), x and y."""
    rows = [(row, mask.top + number) for number, row in enumerate(mask.rows) if row]
    pairs = [(edge, at) for row, at in rows for edge in (row[0], row[-1] - 1)]
    return np.array(pairs, np.float32)
