"""Free-response curves: how many lesions are found at how many false marks per image.

A mark hits a lesion where its centre lies in the lesion's box or both boxes share an IoU of 0.2
(the rule of MommiNet-v2, made more generous: the bar is for the phantom, not for the filter).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from domain.geometry import Box

RATES = (0.25, 0.5, 1.0, 2.0)
"""False marks per image at which recall is told."""

LEAST_IOU = 0.2

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Mark:
    """What a filter points at; a higher score is surer."""

    score: float
    box: Box


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


def iou(one: Box, other: Box) -> float:
    """Intersection over union, 0 to 1; 0 for two boxes without area."""
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    if width <= 0 or height <= 0:
        return 0.0
    both = width * height
    return both / (one.area + other.area - both)


def hits(mark: Box, lesion: Box) -> bool:
    """Whether a mark's box counts as on the lesion."""
    at = mark.centre
    inside = lesion.left <= at.x <= lesion.right and lesion.top <= at.y <= lesion.bottom
    return inside or iou(mark, lesion) >= LEAST_IOU


def at_least(box: Box, side: float) -> Box:
    """The box about its centre with both sides at least so long: a speck can't be hit fairly."""
    across, down = max(box.width, side) / 2, max(box.height, side) / 2
    at = box.centre
    return Box(at.x - across, at.y - down, at.x + across, at.y + down)


def judge(
    patient: int | str, marks: Sequence[Mark], lesions: Sequence[Box], ignored: Sequence[Box] = ()
) -> Judged:
    """Hold one image's marks against its lesions; marks on ``ignored`` count neither way."""
    best = [-math.inf] * len(lesions)
    false = []
    for mark in marks:
        on = [number for number, lesion in enumerate(lesions) if hits(mark.box, lesion)]
        for number in on:
            best[number] = max(best[number], mark.score)
        if not on and not any(hits(mark.box, other) for other in ignored):
            false.append(mark.score)
    return Judged(patient, tuple(best), tuple(false))


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


def recall_at(images: Sequence[Judged], rate: float, rounds: int = 400) -> Recall:
    """Recall at so many false marks per image, over all images, normal ones too."""
    value, lesions = recall_above(images, threshold_at(images, rate))
    if not lesions:
        return Recall(math.nan, math.nan, math.nan, 0)
    drawn = [_weighted_recall(images, rate, weights) for weights in _resamples(images, rounds)]
    known = [recall for recall in drawn if not math.isnan(recall)]
    low, high = np.percentile(known, (2.5, 97.5)) if known else (math.nan, math.nan)
    return Recall(value, float(low), float(high), lesions)


def _resamples(images: Sequence[Judged], rounds: int) -> list[Floats]:
    """How often each image counts when patients are drawn anew with replacement."""
    patients, index = np.unique([image.patient for image in images], return_inverse=True)
    random = np.random.default_rng(0)
    chances = np.full(len(patients), 1 / len(patients))
    counts = random.multinomial(len(patients), chances, size=rounds).astype(np.float64)
    return list(counts[:, index])


def _weighted_recall(images: Sequence[Judged], rate: float, weights: Floats) -> float:
    false, false_weights = _flat([image.false for image in images], weights)
    order = np.argsort(-false)
    counted = np.cumsum(false_weights[order])
    beyond = np.flatnonzero(counted > rate * weights.sum() + 1e-9)
    threshold = false[order[beyond[0]]] if beyond.size else -np.inf
    found, found_weights = _flat([image.found for image in images], weights)
    total = float(found_weights.sum())
    return float(found_weights[found > threshold].sum()) / total if total else math.nan


def _flat(scores: Sequence[tuple[float, ...]], weights: Floats) -> tuple[Floats, Floats]:
    counts = [len(own) for own in scores]
    flat = np.array([score for own in scores for score in own], np.float64)
    return flat, np.repeat(weights, counts)


@dataclass(frozen=True)
class Measured:
    """What a threshold gives. false_rate: false marks per image."""

    threshold: float
    recall: Recall
    false_rate: float


def measured_at(images: Sequence[Judged], threshold: float, rounds: int = 400) -> Measured:
    """Recall and false marks above a threshold that was chosen elsewhere.

    Raises ValueError without images.
    """
    if not images:
        raise ValueError("a rate per image needs images")
    false = sum(score > threshold for image in images for score in image.false)
    value, lesions = recall_above(images, threshold)
    drawn = []
    for weights in _resamples(images, rounds):
        found, counts = _flat([image.found for image in images], weights)
        if counts.sum():
            drawn.append(float(counts[found > threshold].sum() / counts.sum()))
    low, high = np.percentile(drawn, (2.5, 97.5)) if drawn else (math.nan, math.nan)
    recall = Recall(value, float(low), float(high), lesions)
    return Measured(threshold, recall, false / len(images))


def gain_at(
    images: Sequence[Judged], others: Sequence[Judged], rate: float, rounds: int = 400
) -> Recall:
    """How much more recall one system has than another on the same images at the same rate.

    The interval is paired: both are measured on the same draws of patients. Raises ValueError
    where the images are not the same ones in the same order.
    """
    if [one.patient for one in images] != [one.patient for one in others]:
        raise ValueError("a paired comparison needs the same images in the same order")
    one, other = recall_at(images, rate, 0), recall_at(others, rate, 0)
    gains = np.array(
        [
            _weighted_recall(images, rate, weights) - _weighted_recall(others, rate, weights)
            for weights in _resamples(images, rounds)
        ]
    )
    known = gains[~np.isnan(gains)]
    low, high = np.percentile(known, (2.5, 97.5)) if known.size else (math.nan, math.nan)
    return Recall(one.value - other.value, float(low), float(high), one.lesions)
