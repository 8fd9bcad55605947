"""Recalls of a detector beside its baseline's, as plain values and as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from domain.finding import FindingKind
from training.data.sample import Sample
from training.metrics.froc import (
    RATES,
    Judged,
    Mark,
    Measured,
    Recall,
    gain_at,
    measured_at,
    recall_above,
    recall_at,
    threshold_at,
)
from training.metrics.marks import SOFT, judge_sample

HIT_RULE = "a mark's centre lies in the truth's box, or IoU >= 0.2; truths at least 3 mm wide"


@dataclass(frozen=True)
class Marked:
    """One image with a system's marks on it, in stored pixels."""

    sample: Sample
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Comparison:
    """A network and the best variant of a baseline on the same images.

    recalls, floor: by false marks an image, with 95 % intervals over patients. gains: the paired
    difference. masses: of masses alone, other lesions counting neither way. groups: recall and
    number of lesions by group, at one false mark an image. normal_false: false marks an image
    on images without lesions, at that same threshold. points: at thresholds chosen elsewhere.
    """

    images: int
    patients: int
    variant: str
    recalls: Mapping[float, Recall]
    floor: Mapping[float, Recall]
    gains: Mapping[float, Recall]
    masses: Mapping[float, Recall]
    groups: Mapping[str, tuple[float, int]]
    normal_false: float
    points: tuple[Measured, ...]

    def plain(self) -> dict[str, Any]:
        """As JSON takes it."""
        return asdict(self)


def thresholds(images: Sequence[Marked]) -> tuple[float, ...]:
    """The scores that give ``RATES`` on images that are not the test's; 0 where all marks are
    fewer.
    """
    judged = _judged(images)
    return tuple(max(0.0, threshold_at(judged, rate)) for rate in RATES)


def best_variant(variants: Mapping[str, Sequence[Marked]]) -> tuple[str, list[Judged]]:
    """The variant with the most recall at one false mark an image, chosen on these very images."""
    judged = {name: _judged(images) for name, images in variants.items()}
    best = max(
        judged, key=lambda name: recall_above(judged[name], threshold_at(judged[name], 1))[0]
    )
    return best, judged[best]


def compare(
    network: Sequence[Marked], variants: Mapping[str, Sequence[Marked]], at: Sequence[float]
) -> Comparison:
    """Measure both on the same images in the same order. at: thresholds chosen elsewhere."""
    own = _judged(network)
    variant, floor = best_variant(variants)
    masses = _judged(network, frozenset({FindingKind.MASS}))
    threshold = threshold_at(own, 1.0)
    normal = [
        judged for judged, image in zip(own, network, strict=True) if not image.sample.findings
    ]
    return Comparison(
        len(own),
        len({image.patient for image in own}),
        variant,
        {rate: recall_at(own, rate) for rate in RATES},
        {rate: recall_at(floor, rate) for rate in RATES},
        {rate: gain_at(own, floor, rate) for rate in RATES},
        {rate: recall_at(masses, rate) for rate in RATES},
        _by_group(network, own, threshold),
        measured_at(normal, threshold, 0).false_rate if normal else 0.0,
        tuple(measured_at(own, one) for one in at),
    )


def _judged(images: Sequence[Marked], kinds: frozenset[FindingKind] = SOFT) -> list[Judged]:
    return [judge_sample(image.sample, image.marks, kinds) for image in images]


def _by_group(
    images: Sequence[Marked], judged: Sequence[Judged], threshold: float
) -> dict[str, tuple[float, int]]:
    found: dict[str, list[bool]] = {}
    for image, own in zip(images, judged, strict=True):
        sought = [one for one in image.sample.findings if one.kind in SOFT]
        for truth, score in zip(sought, own.found, strict=True):
            for group in (
                f"composition {image.sample.group}",
                truth.kind.value,
                _size(truth.size_mm),
            ):
                found.setdefault(group, []).append(score > threshold)
    return {group: (sum(hits) / len(hits), len(hits)) for group, hits in sorted(found.items())}


def _size(size_mm: float) -> str:
    bounds = (10, 20, 35)
    for low, high in zip((0, *bounds), bounds, strict=False):
        if size_mm < high:
            return f"size {low} to {high} mm"
    return f"size over {bounds[-1]} mm"


def table(found: Comparison) -> str:
    """Markdown: recall by rate beside the floor's, then by group."""
    lesions = found.recalls[1.0].lesions
    seen = f"{lesions} lesions on {found.images} images of {found.patients} patients"
    lines = [
        f"{seen}; floor: {found.variant}",
        "",
        "| false marks an image | recall | floor | gain | masses alone |",
        "|---|---|---|---|---|",
    ]
    for rate in found.recalls:
        cells = (found.recalls[rate], found.floor[rate], found.gains[rate], found.masses[rate])
        words = " | ".join(f"{one.value:.2f} ({one.low:.2f} to {one.high:.2f})" for one in cells)
        lines.append(f"| {rate:g} | {words} |")
    lines += ["", "| at 1 false mark an image | recall | lesions |", "|---|---|---|"]
    lines += [f"| {name} | {value:.2f} | {n} |" for name, (value, n) in found.groups.items()]
    lines += ["", f"On images without any lesion: {found.normal_false:.2f} false marks an image."]
    return "\n".join(lines)
