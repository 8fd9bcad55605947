"""From a box or a click to the outline of a lesion: one network on one square region.

The second stage of the two-stage system (its section 3.3): region, histogram equalisation, U-Net++.
Trained by ``training.recipes.contours``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from domain.finding import Contour
from domain.geometry import Box, ImagePoint, ImageSize, PixelSpacing
from imaging.grey.presentation import default_presentation
from imaging.raster import StoredPixels
from inference.errors import NetworkError, PackageError
from inference.packages.manifest import InputSpec, Stage
from inference.packages.package import ModelPackage
from inference.systems.contour_outline import (
    Bools,
    Floats,
    Part,
    choose_part,
    crosses,
    follow_edge,
    inside_key,
    inside_of,
    simplified,
)
from inference.systems.contour_region import (
    REGION_SIDE,
    SquareRegion,
    coarsening,
    cut_region,
    equalised,
    region_of,
    window_of,
)
from inference.systems.system import Outlined, Runner, SeenView

CHANCE = "chance"
"""Output: float32 (1, 1, 256, 256), 0 to 1, that a pixel belongs to the lesion."""

LEAST_SIDE = 8.0
"""Stored pixels of a box: in a smaller one there is nothing to outline."""
CLICK_SIDES_MM = (9.0, 13.0, 19.0, 28.0, 41.0, 60.0)
"""Regions that are tried around a click."""
WIDER = 1.5
"""A region whose lesion reaches its border is tried again, so much larger."""
LARGEST_GROWTH = 4.0
"""No region reaches farther around a box than this times its longer side, nor around a click than
this times the largest of ``CLICK_SIDES_MM``; for callers that hand over a part of the image."""

_ASSUMED_HEIGHT_MM = 240.0
"""Of the detector's field where spacing is unknown: to choose a scale by, never to measure."""
_SEEN_SHARE = 0.3
"""Of a box's pixels that are not black: below it lies on air."""
_NEAR = 4.0
"""Stored pixels around a click that tell whether it lies on air."""
_FEWEST = 30
"""Pixels of the region that a part has at least."""
_MOST_OF_ALL = 0.5
"""Of all that is not black in the picture: what covers more is no lesion's outline."""
_SPARSE = 8
"""Rows and columns from one pixel to the next that tell how much is not black."""
_MOST_BORDER = 0.02
"""Share of the border that a part may touch before a wider region is tried."""
_SPAN = (0.3, 0.9)
"""Of a region: how long a lesion is where the region suits it."""


@dataclass(frozen=True)
class ContourRule:
    """Numbers of the package's settings.

    growth: a region's side in longer sides of the box. level: chance from which a pixel is the
    lesion's. least_score: mean chance inside, below which there is no contour. largest_share: of
    a region, and most_border of its border, that no lesion fills. smoothing: standard deviation, in
    pixels of the region, by which chances are evened out: a network that folds pixels leaves steps.
    at_once: regions that the network takes in one run.
    """

    growth: float = 1.6
    level: float = 0.5
    least_score: float = 0.6
    largest_share: float = 0.85
    most_border: float = 0.3
    smoothing: float = 0.0
    at_once: int = 1


@dataclass(frozen=True, eq=False)
class _Found:
    region: SquareRegion
    part: Part
    chance: Floats = field(repr=False)
    limits: tuple[float, float, float, float]

    @property
    def box(self) -> Box:
        """Around the part, in stored pixels."""
        rows, columns = np.nonzero(self.part.inside)
        corners = np.array([[columns.min(), rows.min()], [columns.max(), rows.max()]])
        (left, top), (right, bottom) = self.region.to_stored(corners.astype(float)).tolist()
        return Box(left, top, right, bottom)

    @property
    def span(self) -> float:
        """The part's longer side as a share of the region's."""
        box = self.box
        return max(box.width, box.height) / self.region.side


class ContourUnetSystem:
    """Stage ``contour``. Settings: ``growth``, ``level``, ``least-score``, ``largest-share``,
    ``most-border``, ``smoothing`` and ``at-once``, as the fields of ``ContourRule``, whose defaults
    hold. ``inputs.preparing`` gives ``pixel_mm``, to which finer images are averaged; no breast is
    looked for.
    """

    def __init__(self, package: ModelPackage) -> None:
        """Raises PackageError where inputs, outputs or settings are not what it needs."""
        self._package = package
        manifest, where = package.manifest, str(package.folder)
        if manifest.stage is not Stage.CONTOUR or manifest.inputs is None:
            raise PackageError("the system contour-unet only draws contours", where=where)
        if CHANCE not in manifest.outputs or manifest.inputs.channels != 1:
            raise PackageError("the system contour-unet takes grey and gives chance", where=where)
        self._inputs: InputSpec = manifest.inputs
        self.rule = _rule(manifest.settings, where)

    def contour(self, image: SeenView, box: Box, run: Runner) -> Outlined | None:
        """As ``ContourSystem.contour``. Raises NetworkError, CancelledError."""
        inside = _cut(box, ImageSize(*image.pixels.shape))
        if inside is None or max(inside.width, inside.height) < LEAST_SIDE:
            return None
        if _seen_share(image, inside) < _SEEN_SHARE:
            return None
        found = self._look(image, region_of(inside, self.rule.growth), run)
        if found is not None and found.part.border > _MOST_BORDER:
            found = self._look(image, region_of(inside, self.rule.growth * WIDER), run)
        if found is None or not _overlap(found.box, inside):
            return None
        return self._outlined(image, found)

    def contour_at(self, image: SeenView, x: float, y: float, run: Runner) -> Outlined | None:
        """As ``ContourSystem.contour_at``: regions of some sizes are tried, then the best once more
        as if its lesion had been boxed. Raises NetworkError, CancelledError.
        """
        at, size = ImagePoint(x, y), ImageSize(*image.pixels.shape)
        near = Box(x - _NEAR, y - _NEAR, x + _NEAR, y + _NEAR)
        inside = _cut(near, size) if size.contains(at.pixel()) else None
        if inside is None or _seen_share(image, inside) < _SEEN_SHARE:
            return None
        pixel_mm = stored_mm(image.spacing, size)
        sides = [side / pixel_mm for side in CLICK_SIDES_MM]
        looks = self._looks(image, [SquareRegion(at, side) for side in sides], run)
        under = [one if one is not None and _holds(one, at) else None for one in looks]
        best = max((one for one in under if one), key=lambda one: _suits(one, under), default=None)
        if best is None:
            return None
        again = self._look(image, region_of(best.box, self.rule.growth), run)
        chosen = again if again is not None and _holds(again, at) else best
        if chosen.part.border > _MOST_BORDER:
            return None
        return self._outlined(image, chosen)

    def try_out(self, run: Runner) -> None:
        """Run on black; NetworkError where the output is not what it should be."""
        black = np.zeros((REGION_SIDE, REGION_SIDE), np.uint8)
        for count in {1, self.rule.at_once}:
            self._chances([black] * count, run)

    def _look(self, image: SeenView, region: SquareRegion, run: Runner) -> _Found | None:
        """What the network sees in a region; ``None`` where it is no lesion."""
        return self._looks(image, [region], run)[0]

    def _looks(
        self, image: SeenView, regions: Sequence[SquareRegion], run: Runner
    ) -> list[_Found | None]:
        """The same of each region; in one run, where the network takes several at once."""
        pictures = [self._picture(image, one) for one in regions]
        seen = [equalised(one) for one in pictures if one is not None]
        at_once = self.rule.at_once
        chances: list[Floats] = []
        for first in range(0, len(seen), at_once):
            chances += self._chances(seen[first : first + at_once], run)
        left, size = iter(chances), ImageSize(*image.pixels.shape)
        return [
            None if picture is None else self._found(region, next(left), size)
            for region, picture in zip(regions, pictures, strict=True)
        ]

    def _picture(self, image: SeenView, region: SquareRegion) -> npt.NDArray[np.uint8] | None:
        """A region as it is shown; ``None`` where it is outside the image, or black."""
        size = ImageSize(*image.pixels.shape)
        window = window_of(region, size)
        if window is None:
            return None
        shown = default_presentation(contiguous(image.pixels[window]), image.grey)
        coarse = coarsening(region, stored_mm(image.spacing, size), self._inputs.preparing.pixel_mm)
        picture = cut_region(shown, window[1].start, window[0].start, region, coarse)
        return picture if (picture > 0).any() else None

    def _found(self, region: SquareRegion, chance: Floats, size: ImageSize) -> _Found | None:
        limits, rule = _limits(region, size), self.rule
        middle = ((region.pixels - 1) / 2,) * 2
        part = choose_part(chance, rule.level, _allowed(region, limits), middle)
        if part is None or part.inside.sum() < _FEWEST or part.score < rule.least_score:
            return None
        if part.share > rule.largest_share or part.border > rule.most_border:
            return None
        return _Found(region, part, chance, limits)

    def _chances(self, pictures: Sequence[npt.NDArray[np.uint8]], run: Runner) -> list[Floats]:
        """(rows, columns) of each, of the right shape and range."""
        where = str(self._package.network())
        fed = np.stack(pictures)[:, None].astype(np.float32) / np.float32(255)
        outputs = run.run(self._package, {self._inputs.name: fed}, each=len(fed) > 1)
        found = outputs.get(CHANCE)
        if found is None or found.shape != fed.shape or found.dtype.kind != "f":
            raise NetworkError(f"gives no {CHANCE} of shape {fed.shape}", where=where)
        if not np.isfinite(found).all():
            raise NetworkError("gave numbers that are none (NaN or infinity)", where=where)
        if found.min() < 0 or found.max() > 1:
            raise NetworkError("gave chances outside 0 to 1", where=where)
        return [self._smoothed(np.asarray(one[0], np.float32)) for one in found]

    def _smoothed(self, chance: Floats) -> Floats:
        if not self.rule.smoothing:
            return chance
        return np.asarray(cv2.GaussianBlur(chance, (0, 0), self.rule.smoothing), np.float32)

    def _outlined(self, image: SeenView, found: _Found) -> Outlined | None:
        size = ImageSize(*image.pixels.shape)
        line = simplified(follow_edge(found.chance, self.rule.level, found.part.inside))
        left, top, right, bottom = found.limits
        line[:, 0] = line[:, 0].clip(left, right)
        line[:, 1] = line[:, 1].clip(top, bottom)
        stored = _to_edges(found.region.to_stored(line), size)
        points = tuple(ImagePoint(x, y) for x, y in stored.tolist())
        # A classifier asks for it again.
        mask = image.once(inside_key(points), lambda: inside_of(stored, size))
        if mask.empty or mask.area > _MOST_OF_ALL * _tissue(image):
            return None
        return Outlined(Contour(points), mask, round(found.part.score, 4))


def _tissue(image: SeenView) -> int:
    """Pixels that are not black, about."""

    def counted() -> int:
        few = default_presentation(contiguous(image.pixels[::_SPARSE, ::_SPARSE]), image.grey)
        return int((few > 0).sum()) * _SPARSE**2

    return image.once("tissue", counted)


def stored_mm(spacing: PixelSpacing, size: ImageSize) -> float:
    """A stored pixel's side in mm; a guess where it is unknown, only to choose a scale by."""
    return spacing.column_mm or _ASSUMED_HEIGHT_MM / max(size.shape)


def contiguous(pixels: StoredPixels) -> StoredPixels:
    """A part of an image as an array of its own."""
    copied: StoredPixels = pixels.copy()
    return copied


def _cut(box: Box, size: ImageSize) -> Box | None:
    left, top = max(box.left, -0.5), max(box.top, -0.5)
    right, bottom = min(box.right, size.columns - 0.5), min(box.bottom, size.rows - 0.5)
    return Box(left, top, right, bottom) if left < right and top < bottom else None


def _seen_share(image: SeenView, box: Box) -> float:
    """Share of a box's pixels, some of them, that are not shown black."""
    rows = slice(math.ceil(box.top), math.floor(box.bottom) + 1)
    columns = slice(math.ceil(box.left), math.floor(box.right) + 1)
    step = max(1, int(max(box.width, box.height)) // 64)
    some = contiguous(image.pixels[rows, columns][::step, ::step])
    return float((default_presentation(some, image.grey) > 0).mean()) if some.size else 0.0


def _to_edges(line: npt.NDArray[np.float64], size: ImageSize) -> npt.NDArray[np.float64]:
    """What comes within a pixel of the image's edge lies on it: half of a pixel there is black."""
    moved = line.copy()
    for axis, last in ((0, size.columns - 0.5), (1, size.rows - 0.5)):
        at = moved[:, axis]
        at[at < 0.5] = -0.5
        at[at > last - 1] = last
    return line if crosses(moved) else moved


def _limits(region: SquareRegion, size: ImageSize) -> tuple[float, float, float, float]:
    """Left, top, right and bottom edges of the image in the region's pixels."""
    left, top = region.to_picture(ImagePoint(-0.5, -0.5))
    right, bottom = region.to_picture(ImagePoint(size.columns - 0.5, size.rows - 0.5))
    return left, top, right, bottom


def _allowed(region: SquareRegion, limits: tuple[float, float, float, float]) -> Bools:
    left, top, right, bottom = limits
    at = np.arange(region.pixels)
    return ((at >= top) & (at <= bottom))[:, None] & ((at >= left) & (at <= right))[None]


def _overlap(one: Box, other: Box) -> bool:
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    return across > 0 and down > 0


def _holds(found: _Found, at: ImagePoint) -> bool:
    """Whether a place lies in the part, or next to it by a twentieth of the region."""
    x, y = found.region.to_picture(at)
    reach = found.region.pixels // 20
    row, column = round(y), round(x)
    near = found.part.inside[
        max(0, row - reach) : row + reach + 1, max(0, column - reach) : column + reach + 1
    ]
    return bool(near.any())


def _suits(found: _Found, others: Sequence[_Found | None]) -> float:
    """How well a region fits its lesion: by score, and by how far the next smaller and the next
    larger region tell of the same lesion; less where it is too long or too short in its region.
    """
    low, high = _SPAN
    beyond = max(0.0, low - found.span, found.span - high)
    at = others.index(found)
    beside = [others[place] for place in (at - 1, at + 1) if 0 <= place < len(others)]
    agreed = [_agreement(found, one) if one is not None else 0.0 for one in beside]
    return found.part.score + sum(agreed) / len(agreed) - 2 * beyond - 2 * found.part.border


def _agreement(one: _Found, other: _Found) -> float:
    """Dice of the parts of two regions around one middle."""
    small, large = sorted((one, other), key=lambda found: found.region.side)
    side = max(1, round(small.region.pixels * small.region.side / large.region.side))
    shrunk = cv2.resize(
        small.part.inside.astype(np.uint8), (side, side), interpolation=cv2.INTER_AREA
    )
    inside = large.part.inside
    begin = (len(inside) - side) // 2
    within = inside[begin : begin + side, begin : begin + side]
    both = float((within & (shrunk > 0)).sum())
    return 2 * both / max(1.0, float(inside.sum()) + float((shrunk > 0).sum()))


def _rule(settings: Mapping[str, float], where: str) -> ContourRule:
    usual = ContourRule()
    rule = ContourRule(
        settings.get("growth", usual.growth),
        settings.get("level", usual.level),
        settings.get("least-score", usual.least_score),
        settings.get("largest-share", usual.largest_share),
        settings.get("most-border", usual.most_border),
        settings.get("smoothing", usual.smoothing),
        int(settings.get("at-once", usual.at_once)),
    )
    shares = (rule.least_score, rule.largest_share, rule.most_border)
    grown = 1 <= rule.growth <= LARGEST_GROWTH / WIDER
    grown = grown and 0 <= rule.smoothing <= 8 and 1 <= rule.at_once <= 64
    if not (grown and 0.05 <= rule.level <= 0.95 and all(0 <= one <= 1 for one in shares)):
        raise PackageError("its settings are out of range", where=where)
    return rule
