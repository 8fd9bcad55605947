"""What a manifest says of its package: operating points and the statement of its evaluation."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from inference.packages.manifest import EvaluationStatement, OperatingPoint
from training.evaluation.detection import Detection
from training.evaluation.truths import Task
from training.metrics.froc import Judged, Recall, measured_at, threshold_at


def operating_points(
    chosen_on: Sequence[Judged],
    measured_on: Sequence[Judged],
    rates: Sequence[float],
    words: str,
) -> tuple[OperatingPoint, ...]:
    """Thresholds that give these rates on one set of images, with what they give on another.

    words: which images those are, for a reader. By falling threshold; equal ones once. Raises
    ValueError without images or without lesions to measure on.
    """
    thresholds = dict.fromkeys(shown_from(threshold_at(chosen_on, rate)) for rate in rates)
    return tuple(_point(measured_on, threshold, words) for threshold in thresholds)


def shown_from(threshold: float) -> float:
    """The score from which marks are shown, where they must exceed this one; 0 to 1.

    The reader shows a mark at its threshold; free-response curves count those above it.
    """
    if threshold == -math.inf:
        return 0.0
    return min(1.0, max(0.0, math.nextafter(threshold, math.inf)))


def _point(images: Sequence[Judged], threshold: float, words: str) -> OperatingPoint:
    found = measured_at(images, math.nextafter(threshold, -math.inf))
    recall = found.recall
    if not recall.lesions:
        raise ValueError("an operating point needs lesions to measure on")
    return OperatingPoint(
        threshold=threshold,
        sensitivity=recall.value,
        false_positives_per_image=found.false_rate,
        low=min(recall.low, recall.value),
        high=max(recall.high, recall.value),
        measured_on=words,
    )


def evaluation_statement(
    task: Task, found: Detection, data: str, notes: str
) -> EvaluationStatement:
    """The evaluation of a package that marks places. data: what it was measured on, in words.

    notes: what else counts; that intervals are bootstrapped is said of itself.
    """
    lesions = found.recalls[found.head].lesions
    floor = found.floor
    told = "Intervals are 95 %, from a bootstrap over patients; gains are paired."
    if floor is not None:
        told += f" Baseline: {floor.variant}, the best of its variants on these very images."
    figures = _figures("recall", found.recalls) | _figures("recall of masses", found.alone)
    if floor is not None:
        figures |= _figures("gain over the floor", floor.gains)
    figures |= {name: round(value, 4) for name, value in found.precisions.items()}
    figures |= {
        f"share of false marks: {place.value}": round(share, 4)
        for place, share in found.false.shares.items()
    }
    if found.false.normal_images:
        name = f"false marks per image without findings, at {found.head:g} per image"
        figures[name] = round(found.false.normal.value, 4)
    return EvaluationStatement(
        data=f"{data}: {found.images} images of {found.patients} patients, {lesions} lesions"[:300],
        images=found.images,
        hit_rule=f"{found.rule.words}; {task.words}",
        figures=_known(figures),
        baseline=_known(_figures("recall", floor.recalls)) if floor else {},
        notes=" ".join(part for part in (told, notes) if part),
    )


def _figures(name: str, recalls: Mapping[float, Recall]) -> dict[str, float]:
    told: dict[str, float] = {}
    for rate, one in recalls.items():
        at = f"{name} at {rate:g} false marks per image"
        told |= {at: one.value, f"{at}, low": one.low, f"{at}, high": one.high}
    return {key: round(value, 4) for key, value in told.items()}


def _known(figures: Mapping[str, float]) -> dict[str, float]:
    return {name: value for name, value in figures.items() if math.isfinite(value)}
