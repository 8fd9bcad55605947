"""A breast implant, in place or pushed back towards the chest wall."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from phantom.space.grid import Field


@dataclass(frozen=True)
class Implant:
    """A smooth ellipsoid lying at the chest wall; mm in the view's frame.

    u: of its middle, behind the chest wall where it is displaced. reach, half_width: semi-axes.
    """

    u: float
    v: float
    reach: float
    half_width: float


def draw_implant(implant: Implant | None, u: Field, v: Field, thickness: Field) -> Field:
    """Thickness of the implant in mm at places u, v: float32 of their shape, 0 where none is."""
    if implant is None:
        return np.zeros_like(thickness)
    x = (u - np.float32(implant.u)) / np.float32(implant.reach)
    y = (v - np.float32(implant.v)) / np.float32(implant.half_width)
    inside = np.sqrt(np.clip(1 - x * x - y * y, 0, None))
    return np.asarray(np.minimum(1.6 * inside, 0.9) * thickness, np.float32)
