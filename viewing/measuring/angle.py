"""The angle between two lines that start at one place."""

from __future__ import annotations

import math
from dataclasses import dataclass

from domain.geometry import ImagePoint, PixelSpacing


@dataclass(frozen=True)
class Angle:
    """Between the lines from ``vertex`` to two other stored-image positions."""

    first: ImagePoint
    vertex: ImagePoint
    second: ImagePoint
    spacing: PixelSpacing

    @property
    def degrees(self) -> float | None:
        """0 to 180; ``None`` where a line has no length.

        Oblong pixels count as such; without spacing they are taken to be square.
        """
        one, other = self._arm(self.first), self._arm(self.second)
        if not any(one) or not any(other):
            return None
        cross = one[0] * other[1] - one[1] * other[0]
        dot = one[0] * other[0] + one[1] * other[1]
        return abs(math.degrees(math.atan2(cross, dot)))

    def text(self) -> str:
        """Degrees to a tenth, and what they rest on; a dash where there is no angle."""
        degrees = self.degrees
        if degrees is None:
            return "-"
        basis = (
            "pixels taken as square" if self.spacing.row_mm is None else self.spacing.source.value
        )
        return f"{degrees:.1f}° ({basis})"

    def _arm(self, end: ImagePoint) -> tuple[float, float]:
        x_mm, y_mm = self.spacing.column_mm or 1.0, self.spacing.row_mm or 1.0
        return (end.x - self.vertex.x) * x_mm, (end.y - self.vertex.y) * y_mm
