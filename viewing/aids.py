"""Display aids over the grey of a pane: seen by the reader's eye and by nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, overload

import cv2
import numpy as np
import numpy.typing as npt

from viewing.hanging.compose import GreyMaker, PaneImage
from viewing.state.screen import Aids

Grey = npt.NDArray[np.uint8]

_CLIP, _TILES = 2.0, (8, 8)
_SHARPER, _SIGMA = 0.8, 2.0


def aided(image: PaneImage, aids: Aids) -> PaneImage:
    """The same image with display aids; ``image`` itself where none is on.

    Local contrast is that of the whole image, so that it stays as it is when the image is moved.
    """
    if aids.local_contrast:
        image = replace(image, levels=LocalContrast(image), grey=_as_it_is)
    return replace(image, grey=_sharpened(image.grey)) if aids.sharpening else image


class LocalContrast(Sequence[npt.NDArray[Any]]):
    """An image's levels as 8-bit grey with local contrast; each is made when first painted.

    The grid of tiles lies on the whole image, and is the same on each level. What it costs stands
    in docs/performance.md.
    """

    def __init__(self, image: PaneImage) -> None:
        self._levels, self._grey = image.levels, image.grey
        self._made: dict[int, Grey] = {}

    def __len__(self) -> int:
        return len(self._levels)

    @overload
    def __getitem__(self, index: int) -> Grey: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Grey]: ...

    def __getitem__(self, index: int | slice) -> Grey | Sequence[Grey]:
        if isinstance(index, slice):
            return [self[at] for at in range(len(self))[index]]
        at = range(len(self))[index]
        if at not in self._made:
            grey = self._grey(self._levels[at])
            made = np.asarray(cv2.createCLAHE(_CLIP, _TILES).apply(grey), np.uint8)
            made.setflags(write=False)
            self._made[at] = made
        return self._made[at]


def _as_it_is(pixels: npt.NDArray[Any]) -> Grey:
    """Grey of what is grey already; a new array, as every maker gives."""
    return np.array(pixels, np.uint8)


def _sharpened(grey: GreyMaker) -> GreyMaker:
    def make(pixels: npt.NDArray[Any]) -> Grey:
        shown = grey(pixels)
        smooth = cv2.GaussianBlur(shown, (0, 0), _SIGMA)
        return np.asarray(cv2.addWeighted(shown, 1 + _SHARPER, smooth, -_SHARPER, 0), np.uint8)

    return make
