"""Regions with a lesion's mask, as a contour network learns from them: drawn from any data set."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from domain.errors import BadInputError
from domain.finding import FindingKind
from domain.geometry import Box, ImagePoint
from imaging.grey.presentation import default_presentation
from inference.systems.contour_region import (
    SquareRegion,
    coarsening,
    cut_region,
    equalised,
    region_of,
)
from training.data.sample import DataSet, Sample, TrueFinding

CONTEXT = 3.4
"""Sides of a box that are kept around its middle: regions are drawn, turned and shifted in it."""
LEAST_SIDE = 6.0
"""Pixels of a box: smaller masks have no outline to learn."""

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class KeptRegion:
    """A lesion with what surrounds it, at the image's own pixels.

    shown: uint8 (rows, columns), default presentation. mask: the same shape, 255 inside; ``None``
    for a place without a lesion. box: in stored-image pixels; left, top: of the first pixel.
    """

    patient: str
    shown: Bytes = field(repr=False)
    mask: Bytes | None = field(repr=False)
    box: Box
    left: int
    top: int


@dataclass(frozen=True)
class RegionPlan:
    """How regions are drawn.

    least, most: how much longer than the box's longer side a region is; shift: of its middle, in
    sides of the box, either way. without: share of regions without a lesion. degrees: turned,
    either way, beside quarter turns and mirroring. noise, blur: largest standard deviation, in grey
    values and in pixels of the region.
    """

    least: float = 1.4
    most: float = 1.9
    shift: float = 0.1
    without: float = 0.06
    degrees: float = 45.0
    noise: float = 3.0
    blur: float = 1.0


@dataclass(frozen=True, eq=False)
class Regions:
    """images: float32 (n, 1, 256, 256), 0 to 1, equalised. targets: the same shape, 0 to 1."""

    images: Floats
    targets: Floats


def kept_regions(samples: Iterable[Sample], seed: int = 1) -> Iterator[KeptRegion]:
    """Each mass with a mask, and one place without any lesion an image."""
    for number, sample in enumerate(samples):
        shown = default_presentation(sample.pixels, sample.grey)
        for one in sample.info.findings:
            if has_outline(one):
                yield _around(shown, sample, one.box, one)
        random = np.random.default_rng((seed, number))
        place = _empty_place(shown, sample, random)
        if place is not None:
            yield _around(shown, sample, place, None)


def has_outline(one: TrueFinding) -> bool:
    """Whether a contour is learnt from it: a mass with a mask, and not of a few pixels."""
    large = min(one.box.width, one.box.height) >= LEAST_SIDE
    return one.kind is FindingKind.MASS and one.mask is not None and large and not one.mask.empty


def read_samples(data: DataSet) -> Iterator[Sample]:
    """Images of a set that hold a mass with an outline."""
    for info in data.infos():
        if any(has_outline(one) for one in info.findings):
            yield data.open(info)


def draw_regions(
    pool: Sequence[KeptRegion], plan: RegionPlan, size: int, seed: int, step: int
) -> Regions:
    """The batch of one step; it follows from seed and step alone."""
    random = np.random.default_rng((seed, step))
    with_one = [one for one in pool if one.mask is not None]
    without = [one for one in pool if one.mask is None] or with_one
    if not with_one:
        raise BadInputError(
            "no image of the training set has a mass with an outline",
            remedy="Draw the studies first, or name another set",
        )
    drawn = []
    for _ in range(size):
        among = without if random.random() < plan.without else with_one
        drawn.append(_drawn(among[int(random.integers(len(among)))], plan, random))
    return _stacked(drawn)


def centred_regions(pool: Sequence[KeptRegion], growth: float) -> Regions:
    """Each region as a true box grown by ``growth`` gives it, for validation."""
    return _stacked([_cut(one, region_of(one.box, growth)) for one in pool])


def _drawn(kept: KeptRegion, plan: RegionPlan, random: np.random.Generator) -> tuple[Bytes, Bytes]:
    longer = max(kept.box.width, kept.box.height)
    growth = plan.least * (plan.most / plan.least) ** random.random()
    across, down = random.uniform(-plan.shift, plan.shift, 2) * longer
    middle = ImagePoint(kept.box.centre.x + across, kept.box.centre.y + down)
    angle = math.radians(random.uniform(-plan.degrees, plan.degrees))
    region = SquareRegion(middle, growth * longer, angle=angle)
    picture, target = _cut(kept, region, random.uniform(0, plan.noise), random)
    if random.random() < 0.3:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), random.uniform(0.3, plan.blur)))
    quarter, mirrored = int(random.integers(4)), random.random() < 0.5
    turned = [np.rot90(one, quarter) for one in (equalised(picture), target)]
    picture, target = (np.fliplr(one) if mirrored else one for one in turned)
    return np.ascontiguousarray(picture), np.ascontiguousarray(target)


def _cut(
    kept: KeptRegion,
    region: SquareRegion,
    noise: float = 0.0,
    random: np.random.Generator | None = None,
) -> tuple[Bytes, Bytes]:
    """Picture and mask. Without ``random`` the picture is as a reading makes it, equalised."""
    shown = kept.shown
    if random is not None:  # grain of the detector's pixels, as other units have it
        grain = random.standard_normal(shown.shape, np.float32) * np.float32(noise)
        shown = np.clip(shown + grain * (shown > 0), 0, 255).astype(np.uint8)
    coarse = coarsening(region, None, 1.0)
    picture = cut_region(shown, kept.left, kept.top, region, coarse)
    if random is None:
        picture = equalised(picture)
    if kept.mask is None:
        return picture, np.zeros_like(picture)
    return picture, cut_region(kept.mask, kept.left, kept.top, region, coarse)


def _stacked(drawn: Sequence[tuple[Bytes, Bytes]]) -> Regions:
    images, targets = (
        np.stack([one[part] for one in drawn])[:, None].astype(np.float32) / np.float32(255)
        for part in (0, 1)
    )
    return Regions(images, targets)


def _around(shown: Bytes, sample: Sample, box: Box, one: TrueFinding | None) -> KeptRegion:
    left, top, right, bottom = region_of(box, CONTEXT).reach
    left, top = max(0, left), max(0, top)
    right, bottom = min(shown.shape[1], right), min(shown.shape[0], bottom)
    mask = None
    if one is not None and one.mask is not None:
        mask = one.mask.window(left, top, right - left, bottom - top) * np.uint8(255)
    part = shown[top:bottom, left:right].copy()
    return KeptRegion(sample.info.patient, part, mask, box, left, top)


def _empty_place(shown: Bytes, sample: Sample, random: np.random.Generator) -> Box | None:
    """A box in tissue that no finding touches; ``None`` where none was found in some tries."""
    rows, columns = shown.shape
    for _ in range(20):
        side = float(rows * random.uniform(0.02, 0.09))
        x, y = random.uniform(0, columns), random.uniform(0, rows)
        box = Box(x - side / 2, y - side / 2, x + side / 2, y + side / 2)
        row, column = min(rows - 1, int(y)), min(columns - 1, int(x))
        clear = all(_apart(box, one.box, side / 2) for one in sample.info.findings)
        if shown[row, column] > 0 and clear:
            return box
    return None


def _apart(one: Box, other: Box, by: float) -> bool:
    across = one.right + by < other.left or other.right + by < one.left
    return across or one.bottom + by < other.top or other.bottom + by < one.top
