"""From a painted patch to a lesion's truth on the stored image."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from domain.finding import Contour, FindingKind
from domain.geometry import Box, ImagePoint
from phantom.lesions.lesion import Lesion
from phantom.space.stamp import Painted, Patch, Stamp
from phantom.truth.truth import LesionTruth


def mirrored(patch: Patch, columns: int) -> Patch:
    """The patch in the mirrored picture of so many columns."""
    left = columns - patch.left - patch.pixels.shape[1]
    return Patch(patch.top, left, np.ascontiguousarray(patch.pixels[:, ::-1]))


def box_of(patch: Patch) -> Box | None:
    """The box tight around a patch's pixels, edges at pixels' outer corners; none if empty."""
    rows = np.flatnonzero(patch.pixels.any(axis=1))
    columns = np.flatnonzero(patch.pixels.any(axis=0))
    if not rows.size:
        return None
    return Box(
        left=patch.left + float(columns[0]) - 0.5,
        top=patch.top + float(rows[0]) - 0.5,
        right=patch.left + float(columns[-1]) + 0.5,
        bottom=patch.top + float(rows[-1]) + 0.5,
    )


def painted_box(painted: Painted) -> Box | None:
    """The box of what was painted, of any material, where it is a tenth of its most; or none."""
    stamps = (painted.tissue, painted.calcium, painted.metal, painted.skin)
    boxes = [box for stamp in stamps if stamp is not None and (box := _stamp_box(stamp))]
    if not boxes:
        return None
    return Box(
        min(box.left for box in boxes),
        min(box.top for box in boxes),
        max(box.right for box in boxes),
        max(box.bottom for box in boxes),
    )


def _stamp_box(stamp: Stamp) -> Box | None:
    amount = np.abs(stamp.mm)
    return box_of(Patch(stamp.top, stamp.left, (amount > 0.1 * amount.max()) & (amount > 0)))


def measure(
    lesion: Lesion, patch: Patch, nipple: ImagePoint, pixel_mm: float, height_mm: float
) -> LesionTruth | None:
    """A lesion's truth; ``None`` where nothing of it is on the image."""
    box = box_of(patch)
    if box is None:
        return None
    rows, columns = np.nonzero(patch.pixels)
    centre = ImagePoint(patch.left + float(columns.mean()), patch.top + float(rows.mean()))
    return LesionTruth(
        lesion=lesion,
        box=box,
        contour=_contour(patch, hull=lesion.kind is FindingKind.CALCIFICATION_GROUP),
        patch=patch,
        centre=centre,
        nipple_distance_mm=pixel_mm * float(np.hypot(centre.x - nipple.x, centre.y - nipple.y)),
        height_mm=height_mm,
    )


def _contour(patch: Patch, *, hull: bool) -> Contour:
    """The outline a quarter of a pixel outside the outer pixels' centres: one pixel has an area."""
    doubled = np.repeat(np.repeat(patch.pixels, 2, axis=0), 2, axis=1).astype(np.uint8)
    padded = cv2.copyMakeBorder(doubled, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    found, _ = cv2.findContours(padded, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    parts = [part.reshape(-1, 2).astype(np.float32) for part in found]
    largest = cv2.convexHull(np.vstack(parts)).reshape(-1, 2) if hull else max(parts, key=_area)
    return Contour(tuple(_point(patch, x, y) for x, y in largest.tolist()))


def _area(points: npt.NDArray[np.float32]) -> float:
    return float(cv2.contourArea(points))


def _point(patch: Patch, x: float, y: float) -> ImagePoint:
    """From the padded picture of half pixels to positions of the stored image."""
    return ImagePoint(patch.left + (x - 1.5) / 2, patch.top + (y - 1.5) / 2)
