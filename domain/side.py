"""The four edges of a picture, and where a turn puts them."""

from __future__ import annotations

from enum import Enum

from domain.turn import Turn


class Side(Enum):
    """An edge of an image as it lies; values are the words shown to a reader."""

    LEFT = "left"
    RIGHT = "right"
    TOP = "top"
    BOTTOM = "bottom"

    @property
    def opposite(self) -> Side:
        """The edge across."""
        return _OPPOSITE[self]

    @property
    def is_upright(self) -> bool:
        """Whether the edge runs from top to bottom, as the left and the right one do."""
        return self in (Side.LEFT, Side.RIGHT)

    def after(self, turn: Turn) -> Side:
        """The edge of the shown image that this edge of the stored one becomes."""
        side = _TRANSPOSED[self] if turn.transpose else self
        flipped = turn.flip_columns if side.is_upright else turn.flip_rows
        return side.opposite if flipped else side


_OPPOSITE = {
    Side.LEFT: Side.RIGHT,
    Side.RIGHT: Side.LEFT,
    Side.TOP: Side.BOTTOM,
    Side.BOTTOM: Side.TOP,
}
_TRANSPOSED = {
    Side.LEFT: Side.TOP,
    Side.TOP: Side.LEFT,
    Side.RIGHT: Side.BOTTOM,
    Side.BOTTOM: Side.RIGHT,
}
