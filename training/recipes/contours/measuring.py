"""The packaged network on masses, by the very system that a reading uses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from domain.geometry import Box
from domain.mask import RleMask
from inference.backends.choice import Choice, Provider
from inference.backends.pool import SessionPool
from inference.packages.package import ModelPackage
from inference.systems.contour import ContourUnetSystem
from inference.systems.system import Outlined, SeenView
from training.data.regions import has_outline
from training.data.sample import Sample, TrueFinding
from training.metrics.bootstrap import Interval, mean_interval
from training.metrics.overlap import dice
from training.recipes.contours.shapes import NOTHING, Followed, Shape, followed, shape_of

RULE = (
    "Dice of a contour's inside with the mass's true mask, both in stored pixels; no contour counts"
    " as 0"
)
WAYS = ("true boxes", "jittered boxes", "one click")
_JITTER = 0.12


@dataclass(frozen=True)
class Drawn:
    """What came of one mass, asked for in one way. overlap: Dice, 0 where nothing came."""

    patient: str
    way: str
    overlap: float
    found: bool
    size_mm: float | None = None
    shape: Shape = NOTHING
    true_shape: Shape = NOTHING


@dataclass(frozen=True)
class ContourFigures:
    """Of one way of asking. found: share of masses that got a contour. shapes: of those."""

    way: str
    masses: int
    overlap: Interval
    median: float
    found: float
    shapes: Followed


def measure(package: ModelPackage, samples: Iterable[Sample], threads: int = 1) -> Iterator[Drawn]:
    """Each mass from its true box, a box that is a little off, and a click near its middle."""
    run = SessionPool(Choice(Provider.CPU, "to measure", threads)).runner()
    system = ContourUnetSystem(package)
    random = np.random.default_rng(0)
    for sample in samples:
        view = SeenView(sample.pixels, sample.grey, sample.spacing)
        for one in sample.info.findings:
            if not has_outline(one) or one.mask is None:
                continue
            x, y = _clicked(one.mask, one.box, random)
            off = _off(one.box, random)
            answers = (
                system.contour(view, one.box, run),
                system.contour(view, off, run),
                system.contour_at(view, x, y, run),
            )
            for way, answer in zip(WAYS, answers, strict=True):
                yield _drawn(sample, one, one.mask, way, answer)


def figures(drawn: Iterable[Drawn]) -> dict[str, ContourFigures]:
    """Means with intervals over patients, by way."""
    every = list(drawn)
    told: dict[str, ContourFigures] = {}
    for way in WAYS:
        some = [one for one in every if one.way == way]
        overlaps = [one.overlap for one in some]
        told[way] = ContourFigures(
            way,
            len(some),
            mean_interval([one.patient for one in some], overlaps),
            float(np.median(overlaps)) if some else 0.0,
            float(np.mean([one.found for one in some])) if some else 0.0,
            followed(
                [one.shape for one in some if one.found],
                [one.true_shape for one in some if one.found],
            ),
        )
    return told


def _drawn(
    sample: Sample, one: TrueFinding, truth: RleMask, way: str, found: Outlined | None
) -> Drawn:
    if found is None:
        return Drawn(sample.info.patient, way, 0.0, found=False, size_mm=one.size_mm)
    return Drawn(
        sample.info.patient,
        way,
        dice(found.mask, truth),
        found=True,
        size_mm=one.size_mm,
        shape=_shape(found.mask),
        true_shape=_shape(truth),
    )


def _shape(mask: RleMask) -> Shape:
    box = mask.box
    if box is None:
        return NOTHING
    left, top = round(box.left + 0.5), round(box.top + 0.5)
    return shape_of(mask.window(left, top, round(box.width), round(box.height)))


def _off(box: Box, random: np.random.Generator) -> Box:
    """As a detector or a hurried reader draws it: each edge moved, more out than in."""
    moved = random.uniform(-_JITTER, 2 * _JITTER, 4)
    return Box(
        box.left - float(moved[0]) * box.width,
        box.top - float(moved[1]) * box.height,
        box.right + float(moved[2]) * box.width,
        box.bottom + float(moved[3]) * box.height,
    )


def _clicked(mask: RleMask, box: Box, random: np.random.Generator) -> tuple[float, float]:
    """A place in the middle half of the box, on the mass."""
    centre = box.centre
    for _ in range(20):
        x = centre.x + float(random.uniform(-0.25, 0.25)) * box.width
        y = centre.y + float(random.uniform(-0.25, 0.25)) * box.height
        if mask.contains(round(y), round(x)):
            return x, y
    return centre.x, centre.y
