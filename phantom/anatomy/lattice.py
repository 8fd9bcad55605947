"""Random textures that belong to places in mm, whatever pixels they are looked at with."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import cv2
import numpy as np

from phantom.space.grid import Field


@dataclass(frozen=True)
class Plane:
    """The rectangle of a view, in mm, that textures are drawn over."""

    u0: float
    v0: float
    width: float
    height: float


@dataclass(frozen=True)
class Lattice:
    """A texture known at a regular lattice of places.

    values: float32 (rows, columns). Pixel (row, column) is the mean around the place
    (u0 + (column + 0.5) * step_mm, v0 + (row + 0.5) * step_mm).
    """

    u0: float
    v0: float
    step_mm: float
    values: Field = field(repr=False)

    def at(self, u: Field, v: Field) -> Field:
        """The texture at places: u and v float32 of one shape, in mm; edges are mirrored."""
        x = (u - np.float32(self.u0)) * np.float32(1 / self.step_mm) - np.float32(0.5)
        y = (v - np.float32(self.v0)) * np.float32(1 / self.step_mm) - np.float32(0.5)
        sampled = cv2.remap(self.values, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
        return np.asarray(sampled, np.float32)


def power_law(
    random: np.random.Generator,
    plane: Plane,
    *,
    coarsest_mm: float,
    finest_mm: float,
    exponent: float = 3.0,
) -> Lattice:
    """A texture whose power falls as f^-exponent between two wavelengths; deviation about 1.

    Built octave by octave, coarse first, so that a finer lattice only adds detail: one patient
    looks the same at every matrix. In two dimensions an octave of f^-b holds power f^(2-b).
    Breast tissue has b = 3 (Burgess, Jacobson, Judy 2001).
    """
    octaves = 1 + max(0, math.ceil(math.log2(coarsest_mm / finest_mm)))
    decay = 2 ** (-(exponent - 2) / 2)
    step = coarsest_mm / 2
    rows, columns = math.ceil(plane.height / step), math.ceil(plane.width / step)
    values = _noise(random, rows, columns)
    amplitude = 1.0
    for _ in range(octaves - 1):
        rows, columns, step = 2 * rows, 2 * columns, step / 2
        larger = cv2.resize(values, (columns, rows), interpolation=cv2.INTER_CUBIC)
        values = np.asarray(larger, np.float32)
        amplitude *= decay
        values += np.float32(amplitude) * _noise(random, rows, columns)
    values *= np.float32(math.sqrt(1 - decay**2) if decay < 1 else 1 / math.sqrt(octaves))
    return Lattice(plane.u0, plane.v0, step, values)


def _noise(random: np.random.Generator, rows: int, columns: int) -> Field:
    return random.standard_normal((rows, columns), dtype=np.float32)
