"""One breast on one image as linking sees it: nipple, chest wall, outline and millimetres."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cached_property

import numpy as np
import numpy.typing as npt

from domain.geometry import ImagePoint, ImageSize, PixelSpacing
from domain.side import Side

Points = npt.NDArray[np.float64]
"""(n, 2), x and y."""

SEEN_DOUBT_MM = 6.0
"""How far off a nipple may be that shows as a bump of the skin."""

DRAGGED_DOUBT_MM = 3.0
"""How far off a nipple may be that a reader has put in its place."""

_TOWARDS = {
    Side.LEFT: (-1.0, 0.0),
    Side.RIGHT: (1.0, 0.0),
    Side.TOP: (0.0, -1.0),
    Side.BOTTOM: (0.0, 1.0),
}


class NippleSource(Enum):
    """Who says where the nipple is; values are the words shown to a reader."""

    ESTIMATED = "estimated"
    DRAGGED = "set by the reader"


@dataclass(frozen=True)
class Nipple:
    """The nipple's place in stored-image pixels, and how far off it may be.

    doubt_mm: the true one lies within this distance in about 95 of 100 images.
    """

    at: ImagePoint
    doubt_mm: float
    source: NippleSource = NippleSource.ESTIMATED


@dataclass(frozen=True)
class Place:
    """A place relative to the nipple, alike for both breasts, in mm (pixels without spacing).

    behind: towards the chest wall. down: away from the head, or medially in a CC and its kin.
    """

    behind: float
    down: float

    @property
    def distance(self) -> float:
        """From the nipple, in the image's plane."""
        return math.hypot(self.behind, self.down)


@dataclass(frozen=True)
class BreastFrame:
    """Where the breast lies on one stored image.

    chest_wall, head: edges of the stored image; ``head`` is the one that hangs at the top (the
    lateral edge of a CC). outline: closed, in stored-image pixels, the last point joins the first.
    ``ValueError`` where chest wall and head lie on one axis or the outline is no area.
    """

    size: ImageSize
    spacing: PixelSpacing
    chest_wall: Side
    head: Side
    nipple: Nipple
    outline: tuple[ImagePoint, ...] = field(repr=False)

    def __post_init__(self) -> None:
        if self.chest_wall.is_upright == self.head.is_upright:
            raise ValueError(f"the head can't be {self.head} with the wall {self.chest_wall}")
        if len(self.outline) < 3:
            raise ValueError("an outline has at least three points")

    @property
    def in_mm(self) -> bool:
        """Whether lengths are in mm; else they are in pixels, comparable with no other image."""
        return self.spacing.row_mm is not None

    def with_nipple(self, at: ImagePoint) -> BreastFrame:
        """The frame after a reader has dragged the nipple."""
        return replace(self, nipple=Nipple(at, DRAGGED_DOUBT_MM, NippleSource.DRAGGED))

    def place_of(self, point: ImagePoint) -> Place:
        """A stored-image position relative to the nipple."""
        behind, down = self._places(np.array([(point.x, point.y)]))[0]
        return Place(float(behind), float(down))

    def point_at(self, place: Place) -> ImagePoint:
        """The stored-image position of a place; it may lie outside the image."""
        x, y = self.points_at(np.array([(place.behind, place.down)]))[0]
        return ImagePoint(float(x), float(y))

    def points_at(self, places: Points) -> Points:
        """Stored-image positions, (n, 2) x and y, of (n, 2) behind and down."""
        nipple = self.nipple.at
        return np.asarray(places @ self._axes / self._unit + (nipple.x, nipple.y))

    def contains(self, point: ImagePoint) -> bool:
        """Whether a stored-image position lies in the breast."""
        return bool(self.inside(np.array([(point.x, point.y)]))[0])

    def inside(self, points: Points) -> npt.NDArray[np.bool_]:
        """Which of (n, 2) stored-image positions lie in the breast: bool (n,)."""
        # Even-odd rule: an inner point's ray to the right meets the outline an odd number of times.
        x, y = points.T
        (x0, y0), (x1, y1) = self._corners.T, np.roll(self._corners, -1, axis=0).T
        point, edge = np.nonzero((y0 > y[:, None]) != (y1 > y[:, None]))
        share = (y[point] - y0[edge]) / (y1[edge] - y0[edge])
        met = x[point] < x0[edge] + share * (x1[edge] - x0[edge])
        return np.asarray(np.bincount(point[met], minlength=len(points)) % 2 == 1)

    def on_image(self, point: ImagePoint) -> bool:
        """Whether a position lies on the stored image."""
        return self.size.contains(point.pixel())

    @cached_property
    def outline_places(self) -> Points:
        """The outline relative to the nipple: (n, 2) behind and down."""
        return self._places(self._corners)

    @cached_property
    def following_places(self) -> Points:
        """For each of ``outline_places`` the one that follows it around the breast."""
        return np.roll(self.outline_places, -1, axis=0)

    def _places(self, points: Points) -> Points:
        nipple = self.nipple.at
        return np.asarray((points - (nipple.x, nipple.y)) * self._unit @ self._axes.T)

    @cached_property
    def _corners(self) -> Points:
        return np.array([(point.x, point.y) for point in self.outline])

    @property
    def _unit(self) -> Points:
        """Length of a pixel along x and y, in mm or 1."""
        return np.array([self.spacing.column_mm or 1.0, self.spacing.row_mm or 1.0])

    @property
    def _axes(self) -> Points:
        """Rows: directions of ``behind`` and ``down`` as x and y."""
        return np.array([_TOWARDS[self.chest_wall], _TOWARDS[self.head.opposite]])
