"""The four edges of an image."""

from __future__ import annotations

from enum import Enum


class Side(Enum):
    """An edge of an image as it lies; values are the words that messages use."""

    LEFT = "left"
    RIGHT = "right"
    TOP = "top"
    BOTTOM = "bottom"

    @property
    def opposite(self) -> Side:
        """The edge across."""
        return _OPPOSITE[self]


_OPPOSITE = {
    Side.LEFT: Side.RIGHT,
    Side.RIGHT: Side.LEFT,
    Side.TOP: Side.BOTTOM,
    Side.BOTTOM: Side.TOP,
}
