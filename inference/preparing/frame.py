"""Where a prepared picture lies on its stored image: turn, crop and scale, both ways exactly."""

from __future__ import annotations

from dataclasses import dataclass

from domain.geometry import Box, ImagePoint, ImageSize
from domain.turn import Turn


@dataclass(frozen=True)
class PreparedFrame:
    """The map between stored-image pixels and prepared ones.

    The stored image is turned, then the rectangle of whole pixels whose first one is (``top``,
    ``left``) and that is ``crop`` large is resized to ``size``. Outer corners fall on each other:
    x = (x_prepared + 0.5) * x_scale - 0.5 + left. Pixel centres lie at integers in both.
    """

    stored: ImageSize
    turn: Turn
    left: int
    top: int
    crop: ImageSize
    size: ImageSize

    @property
    def x_scale(self) -> float:
        """Turned columns per prepared column."""
        return self.crop.columns / self.size.columns

    @property
    def y_scale(self) -> float:
        """Turned rows per prepared row."""
        return self.crop.rows / self.size.rows

    def point_to_stored(self, x: float, y: float) -> ImagePoint:
        """The stored-image position of a prepared one."""
        turned = ImagePoint(
            (x + 0.5) * self.x_scale - 0.5 + self.left, (y + 0.5) * self.y_scale - 0.5 + self.top
        )
        return self.turn.to_stored(turned, self.stored)

    def point_to_prepared(self, point: ImagePoint) -> tuple[float, float]:
        """X and y in prepared pixels of a stored-image position; may lie outside."""
        turned = self.turn.to_shown(point, self.stored)
        x = (turned.x - self.left + 0.5) / self.x_scale - 0.5
        return x, (turned.y - self.top + 0.5) / self.y_scale - 0.5

    def to_stored(self, left: float, top: float, right: float, bottom: float) -> Box:
        """A prepared box (edges are positions, in prepared pixels) in stored-image pixels."""
        return _box(self.point_to_stored(left, top), self.point_to_stored(right, bottom))

    def to_prepared(self, box: Box) -> tuple[float, float, float, float]:
        """Left, top, right, bottom in prepared pixels of a stored-image box; may lie outside."""
        one = self.point_to_prepared(ImagePoint(box.left, box.top))
        other = self.point_to_prepared(ImagePoint(box.right, box.bottom))
        (left, right), (top, bottom) = sorted((one[0], other[0])), sorted((one[1], other[1]))
        return left, top, right, bottom


def _box(one: ImagePoint, other: ImagePoint) -> Box:
    return Box(min(one.x, other.x), min(one.y, other.y), max(one.x, other.x), max(one.y, other.y))
