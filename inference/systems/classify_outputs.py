"""Names and meaning of what a classifier's networks take and give."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from domain.lexicon import DescriptorAxis

MEASURED = "features"
"""Second input of ``judge.onnx``: float32 (n, 34), as ``classify_features`` tells them."""
MALIGNANCY, BIRADS = "malignancy", "birads"
"""Outputs: float32 (n,), log-odds before calibration; float32 (n,), place on the normalised scale
of MommiNet-v2, Table 1, 0 to 1."""
AXES: Mapping[str, DescriptorAxis] = MappingProxyType(
    {
        "shape": DescriptorAxis.MASS_SHAPE,
        "margin": DescriptorAxis.MASS_MARGIN,
        "density": DescriptorAxis.MASS_DENSITY,
        "morphology": DescriptorAxis.CALCIFICATION_MORPHOLOGY,
        "distribution": DescriptorAxis.CALCIFICATION_DISTRIBUTION,
    }
)
"""Outputs: float32 (n, k), probabilities of the terms of the fifth edition, in its order."""
COMPOSITION = "composition"
"""Output of ``composition.onnx``: float32 (1, 4), probabilities of a to d."""
JUDGE_FILE, COMPOSITION_FILE = "judge.onnx", "composition.onnx"
COMPOSITION_PIXEL_MM = 2.0
COMPOSITION_SIZE = (128, 96)
"""What ``composition.onnx`` sees: rows and columns of the prepared breast, black around it."""


def composition_input(pixels: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """float32 (1, 1, 128, 96) of a prepared image that is no larger."""
    rows, columns = COMPOSITION_SIZE
    room = ((0, rows - pixels.shape[0]), (0, columns - pixels.shape[1]))
    return np.pad(pixels, room)[None, None]
