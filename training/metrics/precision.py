"""Average precision of boxes, as COCO counts it and as PASCAL VOC does."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
import numpy.typing as npt

from domain.geometry import Box
from training.metrics.froc import Mark, iou, shared_area

Floats = npt.NDArray[np.float64]


class Style(Enum):
    """How a curve of precision over recall becomes one figure.

    COCO: mean of 101 points of recall. VOC: the area under it, as since 2010.
    """

    COCO = "COCO"
    VOC = "VOC"


@dataclass(frozen=True)
class BoxedImage:
    """One image's marks and truths. ignored: a mark mostly inside one of them counts neither way,
    as with COCO's ``iscrowd``.
    """

    marks: tuple[Mark, ...]
    truths: tuple[Box, ...]
    ignored: tuple[Box, ...] = ()


def average_precision(
    images: Sequence[BoxedImage], least_iou: float = 0.5, style: Style = Style.COCO
) -> float:
    """0 to 1; NaN without truths. A second mark on a truth is a false one."""
    truths = sum(len(image.truths) for image in images)
    if not truths:
        return math.nan
    pairs = [pair for image in images for pair in _assigned(image, least_iou)]
    scores = np.array([score for score, _ in pairs], np.float64)
    order = np.argsort(-scores, kind="stable")
    right = np.array([hit for _, hit in pairs], np.float64)[order]
    found = np.cumsum(right)
    recall = found / truths
    precision = found / np.arange(1, len(right) + 1)
    # What a lower threshold improves counts for the higher one as well.
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    return _coco(recall, envelope) if style is Style.COCO else _voc(recall, envelope)


def _coco(recall: Floats, precision: Floats) -> float:
    at = np.searchsorted(recall, np.linspace(0, 1, 101), side="left")
    return float(np.append(precision, 0.0)[np.minimum(at, len(precision))].mean())


def _voc(recall: Floats, precision: Floats) -> float:
    return float((np.diff(recall, prepend=0.0) * precision).sum())


def _assigned(image: BoxedImage, least_iou: float) -> list[tuple[float, bool]]:
    """Score and whether it hits, of each mark that counts, the surest first."""
    free = dict(enumerate(image.truths))
    told: list[tuple[float, bool]] = []
    for mark in sorted(image.marks, key=lambda one: -one.score):
        overlaps = {at: iou(mark.box, box) for at, box in free.items()}
        best = max(overlaps, key=lambda at: overlaps[at], default=None)
        if best is not None and overlaps[best] >= least_iou:
            del free[best]
            told.append((mark.score, True))
        elif not any(_inside(mark.box, other) >= least_iou for other in image.ignored):
            told.append((mark.score, False))
    return told


def _inside(box: Box, other: Box) -> float:
    return shared_area(box, other) / box.area if box.area else 0.0
