"""Where a turned image lies inside its pane, as one affine map per axis."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from domain.geometry import Box, ImagePoint, ImageSize
from domain.turn import Turn


@dataclass(frozen=True)
class PaneRect:
    """A pane on the screen, in whole screen pixels from the screen's top left corner."""

    left: int
    top: int
    width: int
    height: int


SECOND_WINDOW = 100_000
"""The screen column that a second window's panes begin at; no screen is as wide."""


@dataclass(frozen=True)
class Placement:
    """Maps stored-image positions to pane pixels (x right, y down, centres at integers).

    x_scale, y_scale: screen pixels per pixel of the shown (turned) image. left, top: pane
    position of the shown image's outer corner (-0.5, -0.5), in pane pixels counted from the
    pane's outer corner.
    """

    stored: ImageSize
    turn: Turn
    x_scale: float
    y_scale: float
    left: float
    top: float

    @property
    def shown(self) -> ImageSize:
        """Size of the turned image in its own pixels."""
        return self.turn.size(self.stored)

    def to_pane(self, point: ImagePoint) -> ImagePoint:
        """Pane pixel of a stored-image position."""
        shown = self.turn.to_shown(point, self.stored)
        return ImagePoint(
            self.left + (shown.x + 0.5) * self.x_scale - 0.5,
            self.top + (shown.y + 0.5) * self.y_scale - 0.5,
        )

    def to_stored(self, point: ImagePoint) -> ImagePoint:
        """Stored-image position under a pane pixel."""
        shown = ImagePoint(
            (point.x + 0.5 - self.left) / self.x_scale - 0.5,
            (point.y + 0.5 - self.top) / self.y_scale - 0.5,
        )
        return self.turn.to_stored(shown, self.stored)

    def matrix(self) -> npt.NDArray[np.float64]:
        """The 2x3 matrix of ``to_pane``, as ``cv2.warpAffine`` takes it."""
        origin = self.to_pane(ImagePoint(0, 0))
        along_x = self.to_pane(ImagePoint(1, 0))
        along_y = self.to_pane(ImagePoint(0, 1))
        return np.array(
            [
                [along_x.x - origin.x, along_y.x - origin.x, origin.x],
                [along_x.y - origin.y, along_y.y - origin.y, origin.y],
            ]
        )


def turned_box(box: Box, turn: Turn, stored: ImageSize) -> Box:
    """A stored-image box in shown-image pixels."""
    first = turn.to_shown(ImagePoint(box.left, box.top), stored)
    last = turn.to_shown(ImagePoint(box.right, box.bottom), stored)
    return Box(
        min(first.x, last.x), min(first.y, last.y), max(first.x, last.x), max(first.y, last.y)
    )
