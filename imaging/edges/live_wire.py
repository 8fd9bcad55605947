"""A line that clings to an edge between an anchor and the pointer."""

from __future__ import annotations

from typing import Any

import numpy.typing as npt

from domain.geometry import ImagePoint
from imaging.edges.edge_field import EdgeField

_HALF = 80
"""Half the side of the part that is looked at, in its own pixels: enough for a screen's piece."""

_REACHED = 0.75
"""A pointer farther out than this share of the part calls for a larger, coarser part."""


class LiveWire:
    """Least-cost paths along edges from the last anchor.

    pixels: stored values (rows, columns), not copied. bright: whether larger values are shown
    brighter; edges are the same either way. Made at once: all work happens on a part around
    anchor and pointer, whose cost hardly depends on the image's size. The same anchor, scale and
    pointer always give the same path.
    """

    def __init__(self, pixels: npt.NDArray[Any], *, bright: bool) -> None:
        self._pixels = pixels
        self.bright = bright
        self._anchor: ImagePoint | None = None
        self._step = 1
        self._fields: dict[int, EdgeField] = {}

    def begin(self, at: ImagePoint, screen: float) -> None:
        """Set the anchor. screen: stored pixels per screen pixel, how finely to look."""
        self._anchor = at
        self._step = max(1, round(screen))
        self._fields.clear()

    def path_to(self, at: ImagePoint) -> tuple[ImagePoint, ...]:
        """From the anchor, first, along edges to a position, last; about a point a screen pixel.

        Both may lie outside the image. Raises ValueError where ``begin`` was not called.
        """
        if self._anchor is None:
            raise ValueError("a live wire needs an anchor before it leads anywhere")
        if at == self._anchor:
            return (at,)
        return (self._anchor, *self._field(self._anchor, at).way_to(at), at)

    def _field(self, anchor: ImagePoint, at: ImagePoint) -> EdgeField:
        far = max(abs(at.x - anchor.x), abs(at.y - anchor.y))
        step = self._step
        while far > _REACHED * _HALF * step:
            step *= 2
        if step not in self._fields:
            self._fields[step] = EdgeField(self._pixels, anchor, step, _HALF)
        return self._fields[step]
