"""The opened images of the studies at hand. Used on the window's thread only."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from domain.study import ImageRef, View
from viewing.opened import OpenedImage
from viewing.slabs import SINGLE, Slab

DEFAULT_BUDGET = 768 << 20
"""Four full-size studies: the one being read, the one before and the two that come next."""


@dataclass(frozen=True)
class Wanted:
    """A frame to be opened. frame: from 0. slab: how it is shown; the store knows none."""

    view: View
    frame: int
    slab: Slab = SINGLE

    @property
    def key(self) -> tuple[ImageRef, int]:
        """What the store knows it by."""
        return (self.view.ref, self.frame)

    @property
    def estimate(self) -> int:
        """Bytes of 16-bit pixels with their halvings."""
        return self.view.size.rows * self.view.size.columns * 2 * 4 // 3


class ImageStore:
    """Holds opened frames; those put in or asked for last stay longest."""

    def __init__(self, budget: int = DEFAULT_BUDGET) -> None:
        """budget: bytes; images on the screen are held even beyond it."""
        self.budget = budget
        self._images: OrderedDict[tuple[ImageRef, int], OpenedImage] = OrderedDict()

    @property
    def nbytes(self) -> int:
        """Bytes held."""
        return sum(image.nbytes for image in self._images.values())

    def __contains__(self, wanted: Wanted) -> bool:
        """Whether a frame is held."""
        return wanted.key in self._images

    def get(self, wanted: Wanted) -> OpenedImage | None:
        """A frame, if held."""
        image = self._images.get(wanted.key)
        if image is not None:
            self._images.move_to_end(wanted.key)
        return image

    def held(self) -> tuple[OpenedImage, ...]:
        """All frames held, those asked for last at the end."""
        return tuple(self._images.values())

    def among(self, wanted: Iterable[Wanted]) -> tuple[OpenedImage, ...]:
        """Those of the wanted that are held; they don't count as asked for."""
        return tuple(self._images[one.key] for one in wanted if one in self)

    def put(self, image: OpenedImage, needed: Collection[Wanted]) -> None:
        """Hold a frame; others leave where the budget needs it, ``needed`` never."""
        self._images[image.view.ref, image.frame] = image
        kept = {wanted.key for wanted in needed} | {(image.view.ref, image.frame)}
        held = self.nbytes
        for key in [key for key in self._images if key not in kept]:
            if held <= self.budget:
                break
            held -= self._images.pop(key).nbytes

    def within(
        self, wanted: Iterable[Wanted], needed: Collection[Wanted], reserved: int = 0
    ) -> tuple[Wanted, ...]:
        """As many as the budget holds beside ``needed``, in order; all else may leave for them."""
        beside = {one.key for one in needed}
        left = self.budget - reserved - sum(one.estimate for one in needed)
        chosen: list[Wanted] = []
        for one in wanted:
            left -= one.estimate if one.key not in beside else 0
            if left < 0:
                break
            chosen.append(one)
        return tuple(chosen)

    def retain(self, wanted: Iterable[Wanted]) -> None:
        """Let go of everything else."""
        kept = {one.key for one in wanted}
        for key in [key for key in self._images if key not in kept]:
            del self._images[key]

    def affordable(self, wanted: Iterable[Wanted], reserved: int = 0) -> tuple[Wanted, ...]:
        """Those not held yet, in order, until the budget less ``reserved`` would be passed."""
        left = self.budget - reserved - self.nbytes
        chosen: list[Wanted] = []
        for one in wanted:
            if one in self:
                continue
            left -= one.estimate
            if left < 0:
                break
            chosen.append(one)
        return tuple(chosen)
