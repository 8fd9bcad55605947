"""How thick a slab is: neighbouring slices of a stack that are shown as one image."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

MOST_SLICES = 15
"""Of about a millimetre each: thicker ones show little that the flat image does not."""


class SlabKind(Enum):
    """How slices are merged. MAXIMUM takes what is brightest on the screen, not in the file."""

    MEAN = "mean"
    MAXIMUM = "maximum"


@dataclass(frozen=True)
class Slab:
    """slices: how many are merged, around the one that is looked at; 1 is that slice alone."""

    slices: int = 1
    kind: SlabKind = SlabKind.MEAN

    @property
    def merges(self) -> bool:
        """Whether it is more than a single slice."""
        return self.slices > 1

    @property
    def text(self) -> str:
        """For the pane's corner, such as ``Slab 5 slices, mean``; empty for a single slice."""
        return f"Slab {self.slices} slices, {self.kind.value}" if self.merges else ""

    def thicker(self, steps: int, frames: int) -> Slab:
        """By a slice at either side for each step; thinner where ``steps`` is negative.

        frames: of the stack.
        """
        most = min(MOST_SLICES, frames - 1 + frames % 2)
        return replace(self, slices=min(max(self.slices + 2 * steps, 1), max(most, 1)))

    def frames_around(self, frame: int, frames: int) -> range:
        """Those that it merges, from 0; fewer at the ends of the stack. frames: of the stack."""
        half = self.slices // 2
        return range(max(frame - half, 0), min(frame + half, frames - 1) + 1)


SINGLE = Slab()
"""One slice."""
