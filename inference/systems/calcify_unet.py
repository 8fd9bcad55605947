"""Calcifications by a U-Net on small tiles: DeepLIMa, section 2.2.

The paper runs the network on all tiles; here only those that show the plainest small blobs are
run, and then those beside them into which a mark goes on. Trained by
``training.recipes.deeplima_calc``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from domain.finding import FindingKind
from domain.geometry import ImagePoint
from domain.mask import RleMask
from inference.errors import NetworkError, PackageError
from inference.packages.manifest import InputSpec, Stage
from inference.packages.package import ModelPackage
from inference.preparing.frame import PreparedFrame
from inference.preparing.prepare import PreparedImage
from inference.systems.calcify_dots import (
    Bytes,
    DotRule,
    Floats,
    FoundDot,
    dots_of,
    group_score,
    grouped,
    union,
)
from inference.systems.calcify_preparing import prepare_fine
from inference.systems.system import RawMark, Runner, SeenView, Tensors
from inference.tiles.blobs import blobness
from inference.tiles.grid import Tile, TileGrid

PROBABILITY = "probability"
"""Output: float32 (n, 1, side, side), 0 to 1, that a pixel is calcification."""

Bools = npt.NDArray[np.bool_]

_AROUND = np.array([(row, column) for row in (-1, 0, 1) for column in (-1, 0, 1)]).T
"""Rows and columns from a pixel to itself and its eight neighbours."""

_BATCH = 16
"""Tiles a run; each core has a few of them at a time."""


@dataclass(frozen=True)
class CalcifyRule:
    """Numbers of the package's settings. grid: of tiles. most_tiles: those with the plainest blobs
    are looked at; 0 looks at all of the breast. more_tiles: beside these at most, where a mark
    reaches an edge. blob_mm: the Gaussian of ``blobness``.
    """

    grid: TileGrid = field(default_factory=lambda: TileGrid(96, 8))
    most_tiles: int = 64
    more_tiles: int = 16
    blob_mm: float = 0.15
    dots: DotRule = field(default_factory=DotRule)
    least_score: float = 0.02
    most_marks: int = 60


@dataclass(frozen=True, eq=False)
class Seen:
    """What the network made of a view. chance: float32 (rows, columns), prepared pixels.

    tiles: how many were run, of how many on the breast.
    """

    ready: PreparedImage
    chance: Floats = field(repr=False)
    tiles: tuple[int, int]


class CalcifyUnetSystem:
    """Stage ``calcify``.

    Settings: ``tile-side``, ``tile-margin``, ``most-tiles``, ``more-tiles``, ``blob-mm``,
    ``pixel-level``, ``group-mm``, ``group-least``, ``group-spread``, ``doubt``, ``sharp-mm2``,
    ``lowest-score`` and ``most-marks``, as the fields of ``CalcifyRule`` and ``DotRule``, whose
    defaults hold.
    """

    def __init__(self, package: ModelPackage) -> None:
        """Raises PackageError where inputs, outputs, kinds or settings are not what it needs."""
        self._package = package
        manifest = package.manifest
        where = str(package.folder)
        if manifest.stage is not Stage.CALCIFY or manifest.inputs is None:
            raise PackageError("the system calcify-unet only calcifies", where=where)
        if PROBABILITY not in manifest.outputs or manifest.inputs.channels != 1:
            raise PackageError(
                f"the system calcify-unet takes grey images and gives {PROBABILITY}", where=where
            )
        wanted = {FindingKind.CALCIFICATION, FindingKind.CALCIFICATION_GROUP}
        if not wanted <= set(manifest.kinds):
            raise PackageError("it marks calcifications and groups of them", where=where)
        self._inputs: InputSpec = manifest.inputs
        self.rule = rule_of(manifest.settings, where)
        if self.rule.grid.side % manifest.inputs.multiple:
            raise PackageError("its tiles are no multiple of the input's", where=where)

    def calcify(self, image: SeenView, run: Runner) -> tuple[RawMark, ...]:
        """As ``CalcifySystem.calcify``."""
        seen = self.see(image, run)
        pixel_mm = _pixel_mm(seen.ready, image, self._inputs.preparing.pixel_mm)
        dots = dots_of(seen.chance, seen.ready.pixels, self.rule.dots, pixel_mm)
        return marks_of(dots, seen.ready.frame, self.rule, pixel_mm)

    def see(self, image: SeenView, run: Runner) -> Seen:
        """Run the network where there is something to look at. Raises as ``calcify``."""
        rule = self.rule
        ready, breast, tiles = self.look_ahead(image)
        chance = np.zeros(ready.pixels.shape, np.float32)
        done: list[Tile] = []
        while tiles:
            for first in range(0, len(tiles), _BATCH):
                some = tiles[first : first + _BATCH]
                answers = self._ran(ready.pixels, some, run) * rule.grid.cut(breast, some)
                rule.grid.put(chance, some, answers)
            done += tiles
            tiles = self._beside(chance, breast, done) if rule.most_tiles else []
        return Seen(ready, chance, (len(done), rule.grid.number(breast)))

    def _beside(self, chance: Floats, breast: Bools, done: Sequence[Tile]) -> list[Tile]:
        """Tiles that were not run beside calcification at the edge of one that was, surest first:
        a group keeps its whole mask wherever the grid's lines lie.
        """
        rule = self.rule
        left = rule.most_tiles + rule.more_tiles - len(done)
        hot = np.flatnonzero(chance >= rule.dots.level)
        if left <= 0 or not hot.size:
            return []
        rows, columns = (
            np.add.outer(at, step).ravel()
            for at, step in zip(np.divmod(hot, chance.shape[1]), _AROUND, strict=True)
        )
        worth = np.repeat(chance.ravel()[hot], len(_AROUND[0]))
        inside = (rows >= 0) & (rows < chance.shape[0]) & (columns >= 0)
        inside &= columns < chance.shape[1]
        inside[inside] = breast[rows[inside], columns[inside]]
        found = rule.grid.reached(chance.shape, rows[inside], columns[inside], worth[inside])
        known = set(done)
        return [tile for tile in found if tile not in known][:left]

    def look_ahead(self, image: SeenView) -> tuple[PreparedImage, Bools, list[Tile]]:
        """What needs no network: the picture, where the breast is in it, the tiles to be run."""
        return image.once((self._package.digest, "tiles"), lambda: self._tiles(image))

    def _tiles(self, image: SeenView) -> tuple[PreparedImage, Bools, list[Tile]]:
        spec, rule = self._inputs.preparing.spec(), self.rule
        ready = prepare_fine(image, spec)
        breast = ready.pixels > 0
        if not rule.most_tiles:
            return ready, breast, rule.grid.over(breast)
        worth = blobness(ready.pixels, rule.blob_mm / spec.pixel_mm)
        worth *= breast
        return ready, breast, rule.grid.best(worth, 0.0, rule.most_tiles)

    def try_out(self, run: Runner) -> None:
        """Run on black, one tile and two; NetworkError where the outputs are not as they should."""
        black = np.zeros((self.rule.grid.side,) * 2, np.float32)
        for count in (1, 2):
            self._ran(black, [Tile(0, 0)] * count, run)

    def _ran(self, pixels: Floats, tiles: Sequence[Tile], run: Runner) -> Floats:
        """Probabilities of tiles, (n, side, side)."""
        feeds = {self._inputs.name: self.rule.grid.cut(pixels, tiles)[:, None]}
        return self._checked(run.run(self._package, feeds, each=True), len(tiles))

    def _checked(self, outputs: Tensors, count: int) -> Floats:
        where, side = str(self._package.network()), self.rule.grid.side
        if PROBABILITY not in outputs:
            raise NetworkError(f"gives no {PROBABILITY}", where=where)
        chance = outputs[PROBABILITY]
        if chance.shape != (count, 1, side, side) or chance.dtype.kind != "f":
            raise NetworkError(
                f"gave {chance.dtype} of shape {chance.shape}, not {(count, 1, side, side)}",
                where=where,
            )
        if not np.isfinite(chance).all():
            raise NetworkError("gave numbers that are none (NaN or infinity)", where=where)
        if chance.min() < 0 or chance.max() > 1:
            raise NetworkError("gave probabilities outside 0 to 1", where=where)
        return np.asarray(chance[:, 0], np.float32)


def marks_of(
    dots: list[FoundDot], frame: PreparedFrame, rule: CalcifyRule, pixel_mm: float
) -> tuple[RawMark, ...]:
    """Groups and single calcifications with their masks in stored pixels, surest first."""
    found = [
        (group_score(members, rule.dots), members) for members in grouped(dots, rule.dots, pixel_mm)
    ]
    found.sort(key=lambda pair: -pair[0])
    marks = []
    for score, members in found[: rule.most_marks]:
        mask = stored_mask(*union(members), frame)
        if score >= rule.least_score and mask.box is not None:
            group = len(members) >= rule.dots.group_least
            kind = FindingKind.CALCIFICATION_GROUP if group else FindingKind.CALCIFICATION
            marks.append(RawMark(mask.box, score, kind, mask=mask))
    return tuple(marks)


def stored_mask(pixels: Bytes, left: int, top: int, frame: PreparedFrame) -> RleMask:
    """Prepared pixels as a mask over the stored image: each stored pixel is what it lies on."""
    rows, columns = pixels.shape
    box = frame.to_stored(left - 0.5, top - 0.5, left + columns - 0.5, top + rows - 0.5)
    first, start = int(np.floor(box.top + 0.5)), int(np.floor(box.left + 0.5))
    size = (int(np.ceil(box.right + 0.5)) - start, int(np.ceil(box.bottom + 0.5)) - first)
    ends = ((0, 0), (1, 0), (0, 1))
    points = [ImagePoint(float(start + x), float(first + y)) for x, y in ends]
    corner, along, down = (np.array(frame.point_to_prepared(point)) for point in points)
    matrix = np.column_stack([along - corner, down - corner, corner - (left, top)])
    laid = cv2.warpAffine(
        pixels, matrix, size, flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP, borderValue=0
    )
    return RleMask.of(np.asarray(laid), frame.stored, start, first)


def rule_of(settings: Mapping[str, float], where: str) -> CalcifyRule:
    """From the manifest's settings. Raises PackageError where one is out of range."""
    usual = CalcifyRule()
    told = settings.get
    dots = DotRule(
        level=told("pixel-level", usual.dots.level),
        group_mm=told("group-mm", usual.dots.group_mm),
        group_least=int(told("group-least", usual.dots.group_least)),
        spread=told("group-spread", usual.dots.spread),
        doubt=told("doubt", usual.dots.doubt),
        sharp_mm2=told("sharp-mm2", usual.dots.sharp_mm2),
    )
    side, margin = told("tile-side", usual.grid.side), told("tile-margin", usual.grid.margin)
    tiles, blob_mm = told("most-tiles", usual.most_tiles), told("blob-mm", usual.blob_mm)
    more = told("more-tiles", usual.more_tiles)
    least, most = told("lowest-score", usual.least_score), told("most-marks", usual.most_marks)
    fits = (
        0 < dots.level <= 1 and 0 <= least <= 1 and 0 <= min(dots.spread, dots.doubt) <= 20,
        0 < dots.group_mm <= 100 and dots.group_least >= 2 and dots.sharp_mm2 >= 0,
        16 <= side <= 1024 and 0 <= margin < side / 2,
        min(tiles, more) >= 0 and 0.01 <= blob_mm <= 2 and 1 <= most <= 1000,
    )
    if not all(fits):
        raise PackageError("its settings are out of range", where=where)
    grid = TileGrid(int(side), int(margin))
    return CalcifyRule(grid, int(tiles), int(more), blob_mm, dots, least, int(most))


def _pixel_mm(ready: PreparedImage, image: SeenView, asked: float) -> float:
    """Side of a prepared pixel; a very large breast is prepared coarser than asked."""
    frame, spacing = ready.frame, image.spacing
    down = spacing.column_mm if frame.turn.transpose else spacing.row_mm
    return asked if down is None else down * frame.y_scale
