"""Which findings a package is asked to find, which are left out, and what they look like to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from domain.finding import FindingKind
from domain.geometry import Box, ImageSize
from domain.mask import RleMask
from inference.packages.manifest import Stage
from training.baselines.kept import Floor
from training.data.sample import CALCIFIED, SOFT, SampleInfo, TrueFinding
from training.metrics.froc import RATES
from training.metrics.hits import IOP, IOU_02, HitRule, Truth

Bytes = npt.NDArray[np.uint8]

LEAST_MM = 3.0
"""Soft lesions narrower than this are ignored."""

LABEL_MM2 = 900 * 0.07**2
"""Labels of calcifications are dilated to this area: DeepLIMa's 900 pixels, of 0.07 mm."""

CALCIFICATION_RATES = (0.25, 0.5, 1.0, 2.0, 5.0, 10.0)
"""False marks per image: of a usable reading, and those of DeepLIMa (its Table 3)."""


@dataclass(frozen=True)
class Task:
    """What is measured of a package that marks places. kinds: what it is asked to find.

    rates: false marks an image at which recall is told; head: the one for groups and pictures.
    """

    kinds: frozenset[FindingKind]
    rule: HitRule
    floor: Floor
    rates: tuple[float, ...]
    words: str
    shape: Callable[[TrueFinding, ImageSize, float], Truth | None] = field(repr=False)
    head: float = 1.0

    def split(
        self, info: SampleInfo, size: ImageSize, pixel_mm: float
    ) -> tuple[list[tuple[TrueFinding, Truth]], list[Truth]]:
        """Findings that are sought, as they may be hit, and what counts neither way."""
        sought: list[tuple[TrueFinding, Truth]] = []
        ignored: list[Truth] = []
        for one in info.findings:
            truth = self.shape(one, size, pixel_mm) if one.kind in self.kinds else None
            if truth is None:
                ignored.append(Truth(one.box, one.mask))
            else:
                sought.append((one, truth))
        return sought, ignored


def soft_truth(finding: TrueFinding, _: ImageSize, pixel_mm: float) -> Truth | None:
    """A soft lesion as it is outlined; ``None`` for one that is too narrow to count."""
    box = finding.box
    if min(box.width, box.height) * pixel_mm < LEAST_MM:
        return None
    return Truth(box, finding.mask)


def label_truth(finding: TrueFinding, size: ImageSize, pixel_mm: float) -> Truth:
    """A calcification as a reader would outline it: a group as its hull, and none smaller than
    ``LABEL_MM2``. Without a mask the box is the outline.
    """
    grown = 0
    if finding.mask is None or finding.mask.empty:
        plate, left, top = _of_box(finding.box)
    else:
        left, top, columns, rows = _place(finding.mask)
        plate = finding.mask.window(left, top, columns, rows)
        if finding.kind is FindingKind.CALCIFICATION_GROUP:
            plate = _hull(plate)
    least = LABEL_MM2 / pixel_mm**2
    if plate.sum() < least:
        grown = max(1, round(float(np.sqrt(least / np.pi) - np.sqrt(plate.sum() / np.pi))))
        plate = np.pad(plate, grown)
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * grown + 1, 2 * grown + 1))
        plate = np.asarray(cv2.dilate(plate, disc), np.uint8)
    mask = RleMask.of(plate, size, left - grown, top - grown)
    return Truth(mask.box or finding.box, mask)


def _place(mask: RleMask) -> tuple[int, int, int, int]:
    box = mask.box
    if box is None:
        raise ValueError("an empty mask lies nowhere")
    return round(box.left + 0.5), mask.top, round(box.width), round(box.height)


def _of_box(box: Box) -> tuple[Bytes, int, int]:
    left, top = round(box.left + 0.5), round(box.top + 0.5)
    shape = max(1, round(box.height)), max(1, round(box.width))
    return np.ones(shape, np.uint8), left, top


def _hull(plate: Bytes) -> Bytes:
    rows, columns = np.nonzero(plate)
    hull = cv2.convexHull(np.stack((columns, rows), 1).astype(np.int32))
    filled = plate.copy()
    cv2.fillConvexPoly(filled, hull, (1,))
    return filled


MASSES = Task(
    SOFT,
    IOU_02,
    Floor.MASSES,
    RATES,
    f"masses, asymmetries and distortions at least {LEAST_MM:g} mm wide; marks on other findings "
    "count neither way",
    soft_truth,
)
CALCIFICATIONS = Task(
    CALCIFIED,
    IOP,
    Floor.CALCIFICATIONS,
    CALCIFICATION_RATES,
    f"calcifications and groups of them, a group as its hull, none smaller than {LABEL_MM2:.1f} "
    "mm2; marks on other findings count neither way",
    label_truth,
)
TASKS = {Stage.DETECT: MASSES, Stage.CALCIFY: CALCIFICATIONS}
"""What packages of a stage are measured by."""

MASSES_ALONE = frozenset({FindingKind.MASS})
