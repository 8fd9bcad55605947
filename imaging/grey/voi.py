"""Value-of-interest transformations, PS3.3 C.11.2: which values become which brightness."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from imaging.grey.lut_data import LookUpTable


Values = npt.NDArray[np.float64]

_NARROWEST, _WIDEST = 1e-9, 1e12
"""Bounds of a window's numbers, far outside any real one: beyond them floats would overflow."""


class VoiFunction(Enum):
    """VOI LUT Function (0028,1056)."""

    LINEAR = "LINEAR"
    LINEAR_EXACT = "LINEAR_EXACT"
    SIGMOID = "SIGMOID"


@dataclass(frozen=True)
class WindowVoi:
    """A window. centre and width are in values after the modality LUT; explanation names it.

    Raises ValueError for a width that the function doesn't allow: LINEAR needs at least 1
    (C.11.2.1.2.1), the others more than 0 (C.11.2.1.3); and for absurdly large numbers.
    """

    centre: float
    width: float
    function: VoiFunction = VoiFunction.LINEAR
    explanation: str = ""

    def __post_init__(self) -> None:
        least = 1.0 if self.function is VoiFunction.LINEAR else _NARROWEST
        if not least <= self.width <= _WIDEST:
            raise ValueError(f"a {self.function.value} window can't be {self.width:g} wide")
        if not abs(self.centre) <= _WIDEST:
            raise ValueError(f"a window can't have its centre at {self.centre:g}")

    @property
    def name(self) -> str:
        """What the reader picks it by."""
        return self.explanation or f"window {self.centre:g} / {self.width:g}"

    @property
    def rising(self) -> bool:
        """Whether larger values are brighter, as in every window."""
        return True

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
        """What the reader picks it by."""
        return table_name(self.explanation or "table")

    @property
    def rising(self) -> bool:
        """Whether larger values are brighter, as far as the table's ends tell."""
        return self.table.rising

    def brightness(self, values: Values) -> Values:
        """0 to 1; any shape. The table need not rise."""
        return self.table.outputs(values) / (2.0**self.table.bits - 1)


VoiChoice = WindowVoi | LutVoi


def table_name(explanation: str) -> str:
    """A table's name apart from a window's: vendors give both one explanation."""
    return f"{explanation} (LUT)"


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
