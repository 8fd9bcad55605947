"""Value-of-interest transformations, PS3.3 C.11.2: which values become which brightness."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
import numpy.typing as npt

from imaging.lut_data import LookUpTable

Values = npt.NDArray[np.float64]


class VoiFunction(Enum):
    """VOI LUT Function (0028,1056)."""

    LINEAR = "LINEAR"
    LINEAR_EXACT = "LINEAR_EXACT"
    SIGMOID = "SIGMOID"


@dataclass(frozen=True)
class WindowVoi:
    """A window. centre and width are in values after the modality LUT; explanation names it.

    Raises ValueError for a width that the function doesn't allow: LINEAR needs at least 1
    (C.11.2.1.2.1), the others more than 0 (C.11.2.1.3).
    """

    centre: float
    width: float
    function: VoiFunction = VoiFunction.LINEAR
    explanation: str = ""

    def __post_init__(self) -> None:
        least = 1.0 if self.function is VoiFunction.LINEAR else np.nextafter(0.0, 1.0)
        if not self.width >= least:
            raise ValueError(f"a {self.function.value} window can't be {self.width} wide")

    @property
    def name(self) -> str:
        """What the reader picks it by."""
        return self.explanation or f"window {self.centre:g} / {self.width:g}"

    def brightness(self, values: Values) -> Values:
        """0 to 1, rising with the value; any shape."""
        return _FUNCTIONS[self.function](values, self.centre, self.width)


@dataclass(frozen=True, eq=False)
class LutVoi:
    """A VOI LUT Sequence item."""

    table: LookUpTable
    explanation: str = ""

    @property
    def name(self) -> str:
        """What the reader picks it by; vendors give a window and a table one explanation."""
        return f"{self.explanation or 'table'} (LUT)"

    def brightness(self, values: Values) -> Values:
        """0 to 1; any shape. The table need not rise."""
        return self.table.outputs(values) / (2.0**self.table.bits - 1)


VoiChoice = WindowVoi | LutVoi


def _linear(values: Values, centre: float, width: float) -> Values:
    """C.11.2.1.2.1: the half and the one are the standard's own."""
    if width <= 1:
        return (values > centre - 0.5).astype(np.float64)
    return np.clip((values - (centre - 0.5)) / (width - 1) + 0.5, 0, 1)


def _linear_exact(values: Values, centre: float, width: float) -> Values:
    """C.11.2.1.3.2."""
    return np.clip((values - centre) / width + 0.5, 0, 1)


def _sigmoid(values: Values, centre: float, width: float) -> Values:
    """C.11.2.1.3.1."""
    exponent = np.clip(-4 * (values - centre) / width, -700, 700)
    return np.asarray(1 / (1 + np.exp(exponent)))


_FUNCTIONS = {
    VoiFunction.LINEAR: _linear,
    VoiFunction.LINEAR_EXACT: _linear_exact,
    VoiFunction.SIGMOID: _sigmoid,
}
