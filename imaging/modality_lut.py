"""From stored values to the modality's own: rescale or Modality LUT Sequence, PS3.3 C.11.1."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from imaging.lut_data import LookUpTable


@dataclass(frozen=True)
class Rescale:
    """Output = slope x stored + intercept; a slope is never 0."""

    slope: float = 1.0
    intercept: float = 0.0

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
