"""The window that hides nothing: every value that an image's depth allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imaging.grey.voi import VoiFunction, WindowVoi

if TYPE_CHECKING:
    from imaging.grey.grey_header import GreyDescription

FULL_RANGE = "full range"


def full_range(grey: GreyDescription) -> WindowVoi:
    """From the least to the largest value that the depth allows, after the modality LUT."""
    least = -(1 << (grey.bits_stored - 1)) if grey.signed else 0
    stored = np.arange(least, least + (1 << grey.bits_stored), dtype=np.float64)
    values = grey.modality.outputs(stored)
    return exact_window(float(values.min()), float(values.max()), FULL_RANGE)


def exact_window(low: float, high: float, name: str) -> WindowVoi:
    """A window from one value to another, after the modality LUT."""
    # A Modality LUT may be all of one value; a window needs some width all the same.
    width = high - low if high > low else 1.0
    return WindowVoi((low + high) / 2, width, VoiFunction.LINEAR_EXACT, name)
