"""Curved lines around lobules of fat: the net that gives breast tissue its look."""

from __future__ import annotations

import numpy as np

from phantom.anatomy.lattice import Plane, power_law
from phantom.space.grid import Field


def lobule_net(
    random: np.random.Generator,
    plane: Plane,
    u: Field,
    v: Field,
    *,
    cell_mm: float,
    sharpness: float,
) -> Field:
    """Walls between lobules: float32 of u's shape, 0 within lobules to 1 on their walls.

    u, v: places in mm, already bent and drawn out. cell_mm: size of a lobule. Walls lie where a
    smooth texture passes through zero: closed curves, as sheets of Cooper's ligaments seen edge
    on; a higher sharpness makes them thinner.
    """
    smooth = power_law(
        random, plane, coarsest_mm=2 * cell_mm, finest_mm=0.25 * cell_mm, exponent=4.2
    )
    height = np.abs(smooth.at(u, v))
    walls: Field = np.exp(-sharpness * height).astype(np.float32)
    return walls
