"""How well marks fit truths: recall beside the floor's, by group, and where false marks lie."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from domain.finding import FindingKind
from domain.geometry import Box
from training.evaluation.groups import group_names, group_order
from training.evaluation.places import Place
from training.evaluation.reading import ReadImage
from training.evaluation.truths import MASSES_ALONE, Task
from training.metrics.bootstrap import ROUNDS, Interval, mean_interval
from training.metrics.calcification_types import calcification_type
from training.metrics.froc import (
    Judged,
    Mark,
    Matched,
    Recall,
    gain_at,
    judged,
    match,
    recall_above,
    recall_at,
    threshold_at,
)
from training.metrics.hits import RULES, HitRule, Truth
from training.metrics.precision import BoxedImage, Style, average_precision

AP_IOUS = (0.2, 0.5)


@dataclass(frozen=True)
class Floored:
    """The best variant of the floor on the same images by the same rule, and what is gained.

    gains: paired differences.
    """

    variant: str
    recalls: Mapping[float, Recall]
    gains: Mapping[float, Recall]


@dataclass(frozen=True)
class FalseMarks:
    """False marks above the threshold of the head rate. images: how many, all and normal ones.

    normal: false marks an image on images without any finding. shares: of false marks by place;
    areas: of the breast by place.
    """

    marks: int
    images: int
    normal_images: int
    normal: Interval
    shares: Mapping[Place, float]
    areas: Mapping[Place, float]


@dataclass(frozen=True)
class Detection:
    """What was measured of a package that marks places.

    recalls: by false marks an image. alone: of masses alone, other lesions counting neither way;
    empty for calcifications. types: of calcifications by type, at the threshold of all. rules:
    value by other hit rules. groups: recall and lesions at the head rate. precisions: AP by
    style and IoU. threshold: of the head rate. total: recall of all marks, however unsure, and
    false ones an image.
    """

    images: int
    patients: int
    rule: HitRule
    head: float
    threshold: float
    recalls: Mapping[float, Recall]
    floor: Floored | None
    alone: Mapping[float, Recall]
    types: Mapping[str, Mapping[float, tuple[float, int]]]
    rules: Mapping[str, Mapping[float, float]]
    groups: Mapping[str, tuple[float, int]]
    precisions: Mapping[str, float]
    false: FalseMarks
    total: tuple[float, float]
    judged: tuple[Judged, ...] = field(repr=False)
    floor_judged: tuple[Judged, ...] = field(default=(), repr=False)


def hold(task: Task, image: ReadImage, marks: Sequence[Mark]) -> tuple[Matched, Judged]:
    """One image's marks held against its truths."""
    sought, ignored = task.split(image.info, image.size, image.pixel_mm)
    matched = match(task.rule.hit, marks, [truth for _, truth in sought], ignored)
    return matched, judged(image.info.patient, marks, matched)


def judge_all(task: Task, images: Sequence[ReadImage]) -> list[Judged]:
    """The package's marks on all images, by the task's rule."""
    return [hold(task, image, image.marks)[1] for image in images]


def measure(task: Task, images: Sequence[ReadImage], rounds: int = ROUNDS) -> Detection:
    """All figures of one package. Raises ValueError where there are no images."""
    own = judge_all(task, images)
    threshold = threshold_at(own, task.head)
    variant, floor = _best_floor(task, images)
    return Detection(
        images=len(images),
        patients=len({image.info.patient for image in images}),
        rule=task.rule,
        head=task.head,
        threshold=threshold,
        recalls={rate: recall_at(own, rate, rounds) for rate in task.rates},
        floor=_floored(variant, own, floor, task.rates, rounds) if floor else None,
        alone=_alone(task, images, rounds),
        types=_types(task, images, own),
        rules=_by_rule(task, images),
        groups=_by_group(task, images, own, threshold),
        precisions=_precisions(task, images),
        false=_false(task, images, own, threshold, rounds),
        total=(recall_above(own, -math.inf)[0], sum(len(one.false) for one in own) / len(own)),
        judged=tuple(own),
        floor_judged=tuple(floor),
    )


def _best_floor(task: Task, images: Sequence[ReadImage]) -> tuple[str, list[Judged]]:
    """The variant with the most recall at the head rate, chosen on these very images."""
    best: tuple[float, str, list[Judged]] = (-1.0, "", [])
    for name in images[0].floor if images else ():
        found = [hold(task, image, image.floor[name])[1] for image in images]
        value = recall_above(found, threshold_at(found, task.head))[0]
        if value > best[0]:
            best = (value, name, found)
    return best[1], best[2]


def _floored(
    variant: str, own: list[Judged], floor: list[Judged], rates: Sequence[float], rounds: int
) -> Floored:
    return Floored(
        variant,
        {rate: recall_at(floor, rate, rounds) for rate in rates},
        {rate: gain_at(own, floor, rate, rounds) for rate in rates},
    )


def _alone(task: Task, images: Sequence[ReadImage], rounds: int) -> dict[float, Recall]:
    if FindingKind.MASS not in task.kinds:
        return {}
    found = judge_all(replace(task, kinds=MASSES_ALONE), images)
    return {rate: recall_at(found, rate, rounds) for rate in task.rates}


def _types(
    task: Task, images: Sequence[ReadImage], own: Sequence[Judged]
) -> dict[str, dict[float, tuple[float, int]]]:
    """Recall by type at the thresholds that give the rates over all types (Table 4)."""
    if FindingKind.CALCIFICATION not in task.kinds:
        return {}
    scores: dict[str, list[float]] = {}
    for image, one in zip(images, own, strict=True):
        sought, _ = task.split(image.info, image.size, image.pixel_mm)
        for (finding, _), score in zip(sought, one.found, strict=True):
            kind = calcification_type(finding, image.pixel_mm).value
            scores.setdefault(kind, []).append(score)
    bounds = {rate: threshold_at(own, rate) for rate in task.rates}
    return {
        name: {
            rate: (sum(score > bound for score in found) / len(found), len(found))
            for rate, bound in bounds.items()
        }
        for name, found in sorted(scores.items())
    }


def _by_rule(task: Task, images: Sequence[ReadImage]) -> dict[str, dict[float, float]]:
    told: dict[str, dict[float, float]] = {}
    for name, rule in RULES.items():
        found = judge_all(replace(task, rule=rule), images)
        told[name] = {
            rate: recall_above(found, threshold_at(found, rate))[0] for rate in task.rates
        }
    return told


def _by_group(
    task: Task, images: Sequence[ReadImage], own: Sequence[Judged], threshold: float
) -> dict[str, tuple[float, int]]:
    found: dict[str, list[bool]] = {}
    for image, one in zip(images, own, strict=True):
        sought, _ = task.split(image.info, image.size, image.pixel_mm)
        for (finding, _), score in zip(sought, one.found, strict=True):
            for name in group_names(image, finding):
                found.setdefault(name, []).append(score > threshold)
    ordered = sorted(found.items(), key=lambda pair: group_order(pair[0]))
    return {name: (sum(hits) / len(hits), len(hits)) for name, hits in ordered}


def _precisions(task: Task, images: Sequence[ReadImage]) -> dict[str, float]:
    """AP of boxes: a figure for detectors of boxes alone."""
    if FindingKind.MASS not in task.kinds:
        return {}
    boxed = []
    for image in images:
        sought, ignored = task.split(image.info, image.size, image.pixel_mm)
        boxed.append(BoxedImage(image.marks, _boxes(truth for _, truth in sought), _boxes(ignored)))
    return {
        f"{style.value} AP at IoU {least:g}": average_precision(boxed, least, style)
        for style in Style
        for least in AP_IOUS
    }


def _boxes(truths: Iterable[Truth]) -> tuple[Box, ...]:
    return tuple(truth.box for truth in truths)


def _false(
    task: Task,
    images: Sequence[ReadImage],
    own: Sequence[Judged],
    threshold: float,
    rounds: int,
) -> FalseMarks:
    places = [
        image.places[at]
        for image in images
        for at in hold(task, image, image.marks)[0].false
        if image.marks[at].score > threshold
    ]
    normal = [
        (one.patient, float(sum(score > threshold for score in one.false)))
        for image, one in zip(images, own, strict=True)
        if not image.info.findings
    ]
    return FalseMarks(
        marks=len(places),
        images=len(images),
        normal_images=len(normal),
        normal=mean_interval([who for who, _ in normal], [count for _, count in normal], rounds),
        shares={place: places.count(place) / max(1, len(places)) for place in Place},
        areas={
            place: sum(image.shares[place] for image in images) / max(1, len(images))
            for place in Place
        },
    )
