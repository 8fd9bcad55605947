"""From stored values to the modality's own: rescale or Modality LUT Sequence, PS3.3 C.11.1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from imaging.grey.lut_data import LookUpTable


_FLATTEST, _STEEPEST, _FARTHEST = 1e-6, 1e6, 1e9
"""Bounds of slope and intercept, far outside any real one: a window over all of the outputs is
still one that ``WindowVoi`` allows, and neighbouring stored values stay apart."""


@dataclass(frozen=True)
class Rescale:
    """Output = slope x stored + intercept."""

    slope: float = 1.0
    intercept: float = 0.0

    @property
    def sane(self) -> bool:
        """Whether it can be applied: a slope of 0 would leave one value, huge ones overflow."""
        return _FLATTEST <= abs(self.slope) <= _STEEPEST and abs(self.intercept) <= _FARTHEST

    @property
    def rising(self) -> bool:
        """Whether larger stored values give larger outputs."""
        return self.slope > 0

    def outputs(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Apply to any shape."""
        return values * self.slope + self.intercept


@dataclass(frozen=True, eq=False)
class ModalityTable:
    """A Modality LUT Sequence item."""

    table: LookUpTable

    @property
    def rising(self) -> bool:
        """Whether larger stored values give larger outputs, as far as the ends tell."""
        return self.table.rising

    def outputs(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Apply to any shape."""
        return self.table.outputs(values)


ModalityTransform = Rescale | ModalityTable
