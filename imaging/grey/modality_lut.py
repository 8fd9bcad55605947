"""From stored values to the modality's own: rescale or Modality LUT Sequence, PS3.3 C.11.1."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from imaging.grey.lut_data import LookUpTable

_FLATTEST, _LARGEST = 1e-9, 1e9
"""Bounds of a rescale's numbers, far outside any real one."""


@dataclass(frozen=True)
class Rescale:
    """Output = slope x stored + intercept."""

    slope: float = 1.0
    intercept: float = 0.0

    @property
    def sane(self) -> bool:
        """Whether it can be applied: a slope of 0 would leave one value, huge ones overflow."""
        return _FLATTEST <= abs(self.slope) <= _LARGEST and abs(self.intercept) <= _LARGEST

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
