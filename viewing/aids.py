"""Display aids over the grey of a pane: seen by the reader's eye and by nothing else."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from imaging.raster import StoredPixels
from viewing.hanging.compose import GreyMaker
from viewing.state.screen import Aids

Grey = npt.NDArray[np.uint8]

_CLIP, _TILES = 2.0, (8, 8)
_SHARPER, _SIGMA = 0.8, 2.0


def aided(grey: GreyMaker, aids: Aids) -> GreyMaker:
    """The same grey with display aids; ``grey`` itself where none is on."""
    if not (aids.local_contrast or aids.sharpening):
        return grey

    def make(pixels: StoredPixels) -> Grey:
        shown = grey(pixels)
        if aids.local_contrast:
            shown = np.asarray(cv2.createCLAHE(_CLIP, _TILES).apply(shown), np.uint8)
        if aids.sharpening:
            smooth = cv2.GaussianBlur(shown, (0, 0), _SIGMA)
            sharper = cv2.addWeighted(shown, 1 + _SHARPER, smooth, -_SHARPER, 0)
            shown = np.asarray(sharper, np.uint8)
        return shown

    return make
