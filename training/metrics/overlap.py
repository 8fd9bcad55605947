"""How far masks overlap, from their runs, without making whole pictures of them."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from domain.geometry import Box
from domain.mask import RleMask


def common_pixels(one: RleMask, other: RleMask) -> int:
    """Pixels in both masks. ValueError where they are of images of different sizes."""
    if one.size != other.size:
        raise ValueError("masks of images of different sizes can't be compared")
    first, second = one.box, other.box
    if first is None or second is None:
        return 0
    left, right = max(first.left, second.left), min(first.right, second.right)
    top, bottom = max(first.top, second.top), min(first.bottom, second.bottom)
    if left >= right or top >= bottom:
        return 0
    where = round(left + 0.5), round(top + 0.5), round(right - left), round(bottom - top)
    return int((one.window(*where) & other.window(*where)).sum())


def mask_iou(one: RleMask, other: RleMask) -> float:
    """Intersection over union, 0 to 1; 0 for two empty masks."""
    both = common_pixels(one, other)
    union = one.area + other.area - both
    return both / union if union else 0.0


def iop(prediction: RleMask, truth: RleMask) -> float:
    """Intersection over prediction, 0 to 1 (DeepLIMa, section 4.2.2); 0 for an empty prediction."""
    area = prediction.area
    return common_pixels(prediction, truth) / area if area else 0.0


def dice(one: RleMask, other: RleMask) -> float:
    """Twice the intersection over the sum of both areas, 0 to 1; 1 for two empty masks."""
    total = one.area + other.area
    return 2 * common_pixels(one, other) / total if total else 1.0


def union(masks: Sequence[RleMask]) -> RleMask:
    """Pixels in any of the masks of one image. ValueError for none of them."""
    if not masks:
        raise ValueError("a union needs a mask")
    plate = masks[0].pixels()
    for mask in masks[1:]:
        box = mask.box
        if box is not None:
            left, top, columns, rows = _place(box)
            plate[top : top + rows, left : left + columns] |= mask.window(left, top, columns, rows)
    return RleMask.of(plate, masks[0].size)


def _place(box: Box) -> tuple[int, int, int, int]:
    return round(box.left + 0.5), round(box.top + 0.5), ceil(box.width), ceil(box.height)
