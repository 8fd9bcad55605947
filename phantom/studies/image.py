"""One synthetic image: stored values, where it belongs, and its truth."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from phantom.detector.unit import Unit
from phantom.recipe import Composition, Exposure
from phantom.truth.truth import ViewTruth


@dataclass(frozen=True)
class SyntheticImage:
    """A mammogram For Presentation, turned as a reader hangs it (right nipple at the left).

    pixels: uint16 (rows, columns), stored values of the unit. pixel_mm: in the plane of the breast.
    spacing_mm: at the detector (Imager Pixel Spacing). thickness_mm: of the compressed breast.
    """

    exposure: Exposure
    unit: Unit
    density: Composition
    pixels: npt.NDArray[np.uint16] = field(repr=False)
    pixel_mm: float
    spacing_mm: float
    thickness_mm: float
    truth: ViewTruth
