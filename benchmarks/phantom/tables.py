"""Turns records into recalls, by class and against their bars, as JSON and as Markdown."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.phantom.consistency import Consistency
from benchmarks.phantom.record import ImageRecord, Target
from domain.finding import FindingKind
from domain.geometry import Box
from training.metrics.froc import (
    RATES,
    Judged,
    Recall,
    at_least,
    judge,
    recall_above,
    recall_at,
    threshold_at,
)

SOFT = frozenset(
    {
        FindingKind.MASS,
        FindingKind.ASYMMETRY,
        FindingKind.ARCHITECTURAL_DISTORTION,
        FindingKind.OTHER,
    }
)
GROUPS = frozenset({FindingKind.CALCIFICATION_GROUP})
SINGLES = frozenset({FindingKind.CALCIFICATION})

BLOB_BAR, DOT_BAR, AGREEMENT_BAR = 0.5, 0.6, 0.9
"""Recall at one false mark an image that a filter may reach; correlation that views must reach."""

_LEAST_SIDE_MM = 3.0
"""Smaller truth boxes are enlarged to this."""

_SIZES_MM = (10, 20, 35)
_CONTRASTS = (0.02, 0.05, 0.1)
_VISIBILITIES = (0.5, 1, 2)


@dataclass(frozen=True)
class Task:
    """Which lesions a filter looks for. variants: the filter's, the best of which counts."""

    name: str
    kinds: frozenset[FindingKind]
    prefix: str
    bar: float


MASSES = Task("Masses and other soft lesions, blob filter", SOFT, "", BLOB_BAR)
CALCIFICATION_GROUPS = Task("Groups of calcifications, top-hat", GROUPS, "group: ", DOT_BAR)
CALCIFICATIONS = Task("Single calcifications, top-hat", SINGLES, "single: ", DOT_BAR)


@dataclass(frozen=True)
class Outcome:
    """The best variant of a filter on a task.

    recalls: by rate of false marks per image. classes: recall at one false mark an image and
    lesions, of the lesions of one class at the threshold for all. tried: recall of every variant.
    """

    task: Task
    variant: str
    images: int
    patients: int
    recalls: Mapping[float, Recall]
    classes: Mapping[str, tuple[float, int]]
    tried: Mapping[str, float]

    @property
    def met(self) -> bool:
        """Whether the filter stays below the bar."""
        return self.recalls[1.0].value <= self.task.bar


def outcome(task: Task, records: Sequence[ImageRecord]) -> Outcome | None:
    """The filter variant with the best recall at one false mark an image; ``None`` without any."""
    variants = sorted({name for record in records for name in record.marks})
    variants = [name for name in variants if name.startswith(task.prefix)]
    judged = {name: _judged(records, name, task.kinds) for name in variants}
    tried = {
        name: recall_above(images, threshold_at(images, 1.0))[0] for name, images in judged.items()
    }
    tried = {name: value for name, value in tried.items() if not math.isnan(value)}
    if not tried:
        return None
    best = max(tried, key=lambda name: tried[name])
    return Outcome(
        task,
        best.removeprefix(task.prefix),
        len(records),
        len({record.patient for record in records}),
        {rate: recall_at(judged[best], rate) for rate in RATES},
        _by_class(records, judged[best], task),
        tried,
    )


def _judged(
    records: Sequence[ImageRecord], variant: str, kinds: frozenset[FindingKind]
) -> list[Judged]:
    """Lesions that are not looked for count neither way."""
    return [
        judge(
            record.patient,
            record.marks[variant],
            [_box(one, record) for one in record.targets if one.kind in kinds],
            [_box(one, record) for one in record.targets if one.kind not in kinds],
        )
        for record in records
    ]


def _box(target: Target, record: ImageRecord) -> Box:
    return at_least(target.box, _LEAST_SIDE_MM / record.pixel_mm)


def _by_class(
    records: Sequence[ImageRecord], judged: Sequence[Judged], task: Task
) -> dict[str, tuple[float, int]]:
    threshold = threshold_at(judged, 1.0)
    hits: dict[tuple[int, str], list[bool]] = {}
    for record, image in zip(records, judged, strict=True):
        sought = (one for one in record.targets if one.kind in task.kinds)
        for target, score in zip(sought, image.found, strict=True):
            for label in enumerate(_labels(target, record)):
                hits.setdefault(label, []).append(score > threshold)
    return {label: (sum(own) / len(own), len(own)) for (_, label), own in sorted(hits.items())}


def _labels(target: Target, record: ImageRecord) -> tuple[str, ...]:
    """The classes that a lesion on an image belongs to, one of each division."""
    return (
        target.kind.value,
        f"density {record.density}",
        record.view,
        "malignant" if target.malignant else "not malignant",
        f"size {_bracket(target.size_mm, _SIZES_MM)} mm",
        f"contrast {_bracket(target.contrast, _CONTRASTS)}",
        f"contrast over spread {_bracket(target.visibility, _VISIBILITIES)}",
    )


def _bracket(value: float, bounds: Sequence[float]) -> str:
    """Such as ``0 to 10``, ``10 to 20``, ``35 up``; what lies below 0 is in the first."""
    edges = (-math.inf, *bounds, math.inf)
    at = max(number for number, edge in enumerate(edges) if value >= edge)
    if at == len(bounds):
        return f"{bounds[-1]:g} up"
    return f"{edges[at]:g} to {edges[at + 1]:g}" if at else f"0 to {bounds[0]:g}"


def outcome_table(found: Outcome) -> str:
    """Markdown: recall by rate with intervals, then by class at one false mark an image."""
    verdict = "met" if found.met else "MISSED"
    lesions = found.recalls[1.0].lesions
    images = f"{lesions} lesions on {found.images} images of {found.patients} patients"
    lines = [
        f"{found.task.name} ({found.variant}): {images}.",
        f"At most {found.task.bar:g} at 1 false mark an image: {verdict}",
        "",
        "| false marks an image | recall | 95 % interval |",
        "|---|---|---|",
    ]
    for rate, recall in found.recalls.items():
        lines.append(f"| {rate:g} | {recall.value:.2f} | {recall.low:.2f} to {recall.high:.2f} |")
    lines += ["", "| at 1 false mark an image | recall | lesions |", "|---|---|---|"]
    lines += [f"| {name} | {value:.2f} | {n} |" for name, (value, n) in found.classes.items()]
    return "\n".join(lines)


def visibility_line(name: str, pairs: Sequence[tuple[float, float]]) -> str:
    """A table's row: quartiles of contrast, and of contrast in spreads of the surroundings."""
    if not pairs:
        return f"| {name} | none | none | 0 |"
    quartiles = np.percentile(np.array(pairs), (25, 50, 75), axis=0).T
    words = (
        " / ".join(f"{value:.{digits}f}" for value in own)
        for own, digits in zip(quartiles, (3, 2), strict=True)
    )
    return f"| {name} | {' | '.join(words)} | {len(pairs)} |"


VISIBILITY_HEAD = (
    "| quartiles of | contrast | contrast over spread around | lesions |\n|---|---|---|---|"
)


def consistency_table(found: Consistency) -> str:
    """Markdown: how the nipple's distance agrees between the views."""
    verdict = "met" if found.same >= AGREEMENT_BAR else "MISSED"
    return "\n".join(
        [
            f"Distance from the nipple, CC against MLO; at least {AGREEMENT_BAR:g}: {verdict}",
            "",
            "| pairs | Pearson's r | number |",
            "|---|---|---|",
            f"| the same lesion | {found.same:.3f} | {found.pairs} |",
            f"| lesions shuffled | {found.shuffled:.3f} | {found.pairs} |",
            f"| other lesions of the breast | {found.neighbours:.3f} | {found.neighbour_pairs} |",
        ]
    )


def plain_outcome(found: Outcome) -> dict[str, Any]:
    """For JSON."""
    return {
        "task": found.task.name,
        "bar": found.task.bar,
        "met": found.met,
        "variant": found.variant,
        "images": found.images,
        "patients": found.patients,
        "recall": {
            f"{rate:g}": [recall.value, recall.low, recall.high, recall.lesions]
            for rate, recall in found.recalls.items()
        },
        "classes": {name: list(value) for name, value in found.classes.items()},
        "tried": dict(found.tried),
    }
