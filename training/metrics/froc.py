"""Free-response curves: how many lesions are found at how many false marks per image.

The usual rule: a mark hits a lesion where its centre lies in the lesion's box or both boxes share
an IoU of 0.2 (the rule of MommiNet-v2, made more generous: what is measured by it is the phantom's
hardness, not the filter's worth). Other rules: ``training.metrics.hits``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from domain.geometry import Box
from domain.mask import RleMask
from training.metrics.bootstrap import ROUNDS, Interval, limits, patient_weights

RATES = (0.25, 0.5, 1.0, 2.0)
"""False marks per image at which recall is told."""

LEAST_IOU = 0.2

Floats = npt.NDArray[np.float64]
_Truth = TypeVar("_Truth")


@dataclass(frozen=True)
class Mark:
    """What a filter or a network points at; a higher score is surer. mask: its pixels, if any."""

    score: float
    box: Box
    mask: RleMask | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Judged:
    """One image's marks held against its truth.

    found: for each lesion the score of the best mark on it, minus infinity where there is none.
    false: scores of the marks on nothing.
    """

    patient: int | str
    found: tuple[float, ...]
    false: tuple[float, ...]


@dataclass(frozen=True)
class Recall:
    """Share of lesions found. low, high: 95 % interval from a bootstrap over patients."""

    value: float
    low: float
    high: float
    lesions: int

    @property
    def interval(self) -> Interval:
        """The same without the number of lesions."""
        return Interval(self.value, self.low, self.high)


def iou(one: Box, other: Box) -> float:
    """Intersection over union, 0 to 1; 0 for two boxes without area."""
    both = shared_area(one, other)
    return both / (one.area + other.area - both) if both else 0.0


def shared_area(one: Box, other: Box) -> float:
    """Square pixels that lie in both boxes."""
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    return width * height if width > 0 and height > 0 else 0.0


def hits(mark: Box, lesion: Box) -> bool:
    """Whether a mark's box counts as on the lesion, by the usual rule."""
    at = mark.centre
    inside = lesion.left <= at.x <= lesion.right and lesion.top <= at.y <= lesion.bottom
    return inside or iou(mark, lesion) >= LEAST_IOU


def at_least(box: Box, side: float) -> Box:
    """The box about its centre with both sides at least so long: a speck can't be hit fairly."""
    across, down = max(box.width, side) / 2, max(box.height, side) / 2
    at = box.centre
    return Box(at.x - across, at.y - down, at.x + across, at.y + down)


@dataclass(frozen=True)
class Matched:
    """Which of an image's marks hit what.

    best: for each lesion the number of the surest mark on it, ``None`` where none is. false:
    numbers of the marks on nothing.
    """

    best: tuple[int | None, ...]
    false: tuple[int, ...]


def match(
    hit: Callable[[Mark, _Truth], bool],
    marks: Sequence[Mark],
    lesions: Sequence[_Truth],
    ignored: Sequence[_Truth] = (),
) -> Matched:
    """Hold one image's marks against its lesions; marks on ``ignored`` count neither way.

    Several marks on one lesion count once; a mark on several lesions finds each of them.
    """
    best: list[int | None] = [None] * len(lesions)
    false = []
    for number, mark in enumerate(marks):
        on = [at for at, lesion in enumerate(lesions) if hit(mark, lesion)]
        for at in on:
            surest = best[at]
            if surest is None or marks[surest].score < mark.score:
                best[at] = number
        if not on and not any(hit(mark, other) for other in ignored):
            false.append(number)
    return Matched(tuple(best), tuple(false))


def judged(patient: int | str, marks: Sequence[Mark], matched: Matched) -> Judged:
    """The scores of what was matched."""
    found = tuple(-math.inf if at is None else marks[at].score for at in matched.best)
    return Judged(patient, found, tuple(marks[at].score for at in matched.false))


def judge(
    patient: int | str, marks: Sequence[Mark], lesions: Sequence[Box], ignored: Sequence[Box] = ()
) -> Judged:
    """Hold one image's marks against boxes by the usual rule."""
    return judged(patient, marks, match(_usual, marks, lesions, ignored))


def _usual(mark: Mark, lesion: Box) -> bool:
    return hits(mark.box, lesion)


def threshold_at(images: Sequence[Judged], rate: float) -> float:
    """The score that marks must exceed so that false ones are at most ``rate`` an image.

    Minus infinity where all marks together make no more. Raises ValueError without images.
    """
    if not images:
        raise ValueError("a rate per image needs images")
    false = np.sort([score for image in images for score in image.false])[::-1]
    allowed = math.floor(rate * len(images) + 1e-9)
    return float(false[allowed]) if len(false) > allowed else -math.inf


def recall_above(images: Sequence[Judged], threshold: float) -> tuple[float, int]:
    """Share of lesions with a mark above the threshold, NaN without lesions; and how many."""
    scores = np.array([score for image in images for score in image.found])
    return (float((scores > threshold).mean()) if scores.size else math.nan), scores.size


def recall_at(images: Sequence[Judged], rate: float, rounds: int = ROUNDS) -> Recall:
    """Recall at so many false marks per image, over all images, normal ones too."""
    value, lesions = recall_above(images, threshold_at(images, rate))
    if not lesions:
        return Recall(math.nan, math.nan, math.nan, 0)
    flat, weights = _Flat.of(images), _weights(images, rounds)
    low, high = limits(flat.recall_at(rate, own) for own in weights)
    return Recall(value, low, high, lesions)


@dataclass(frozen=True)
class Measured:
    """What a threshold gives. false_rate: false marks per image."""

    threshold: float
    recall: Recall
    false_rate: float


def measured_at(images: Sequence[Judged], threshold: float, rounds: int = ROUNDS) -> Measured:
    """Recall and false marks above a threshold that was chosen elsewhere.

    Raises ValueError without images.
    """
    if not images:
        raise ValueError("a rate per image needs images")
    false = sum(score > threshold for image in images for score in image.false)
    value, lesions = recall_above(images, threshold)
    flat = _Flat.of(images)
    low, high = limits(flat.recall_above(threshold, own) for own in _weights(images, rounds))
    return Measured(threshold, Recall(value, low, high, lesions), false / len(images))


def gain_at(
    images: Sequence[Judged], others: Sequence[Judged], rate: float, rounds: int = ROUNDS
) -> Recall:
    """How much more recall one system has than another on the same images at the same rate.

    The interval is paired: both are measured on the same draws of patients. Raises ValueError
    where the images are not the same ones in the same order.
    """
    if [one.patient for one in images] != [one.patient for one in others]:
        raise ValueError("a paired comparison needs the same images in the same order")
    one, other = recall_at(images, rate, 0), recall_at(others, rate, 0)
    first, second = _Flat.of(images), _Flat.of(others)
    low, high = limits(
        first.recall_at(rate, weights) - second.recall_at(rate, weights)
        for weights in _weights(images, rounds)
    )
    return Recall(one.value - other.value, low, high, one.lesions)


def froc_curve(images: Sequence[Judged]) -> tuple[Floats, Floats, Floats]:
    """The whole curve: thresholds, false marks per image and recall, by falling threshold.

    float64 (n,) each; marks count from their threshold on. Starts at no mark at all (infinity).
    Raises ValueError without images or lesions.
    """
    flat = _Flat.of(images)
    if not images or not flat.found.size:
        raise ValueError("a curve needs images and lesions")
    known = flat.found[np.isfinite(flat.found)]
    thresholds = np.unique(np.concatenate((flat.false, known)))[::-1]
    false = np.searchsorted(-flat.false, -thresholds, side="right") / len(images)
    hit = np.searchsorted(np.sort(-known), -thresholds, side="right") / flat.found.size
    start = np.zeros(1)
    return (
        np.concatenate(([np.inf], thresholds)),
        np.concatenate((start, false)),
        np.concatenate((start, hit)),
    )


def froc_score(images: Sequence[Judged], rates: Sequence[float]) -> float:
    """Mean recall at these rates, points of the curve joined by straight lines.

    That is how CAMELYON16 and MONAI's ``compute_froc_score`` do it; ``recall_at`` joins nothing.
    """
    _, false, hit = froc_curve(images)
    return float(np.interp(np.asarray(rates), false, hit).mean())


def _weights(images: Sequence[Judged], rounds: int) -> Floats:
    return patient_weights([image.patient for image in images], rounds)


@dataclass(frozen=True, eq=False)
class _Flat:
    """All images' scores. false: by falling score; the others: which image each belongs to."""

    false: Floats
    false_image: npt.NDArray[np.intp]
    found: Floats
    found_image: npt.NDArray[np.intp]

    @classmethod
    def of(cls, images: Sequence[Judged]) -> _Flat:
        false, false_image = _joined([image.false for image in images])
        order = np.argsort(-false, kind="stable")
        return cls(false[order], false_image[order], *_joined([image.found for image in images]))

    def recall_at(self, rate: float, weights: Floats) -> float:
        counted = np.cumsum(weights[self.false_image])
        beyond = int(np.searchsorted(counted, rate * weights.sum() + 1e-9, side="right"))
        threshold = self.false[beyond] if beyond < self.false.size else -np.inf
        return self.recall_above(float(threshold), weights)

    def recall_above(self, threshold: float, weights: Floats) -> float:
        own = weights[self.found_image]
        total = float(own.sum())
        return float(own[self.found > threshold].sum()) / total if total else math.nan


def _joined(scores: Sequence[tuple[float, ...]]) -> tuple[Floats, npt.NDArray[np.intp]]:
    counts = [len(own) for own in scores]
    flat = np.array([score for own in scores for score in own], np.float64)
    return flat, np.repeat(np.arange(len(scores)), counts)
