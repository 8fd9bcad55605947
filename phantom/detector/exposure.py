"""From thickness to a detector's signal: attenuation, scatter, blur and noise."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from phantom.space.grid import Field

FAT_PER_MM, GLAND_PER_MM, SILICONE_PER_MM = 0.045, 0.080, 0.14
CALCIUM_PER_MM, METAL_PER_MM = 1.2, 6.0
"""Linear attenuation at about 20 keV (Johns and Yaffe 1987; hydroxyapatite from NIST XCOM)."""


@dataclass(frozen=True)
class Beam:
    """How an exposure is made.

    quanta: detected per mm^2 behind the plates without a breast. scatter: scattered over primary,
    behind the grid. scatter_mm: its reach. blur_mm: deviation of the detector's point spread.
    electronic: noise of the electronics per pixel, in quanta.
    """

    quanta: float = 9.0e6
    scatter: float = 0.16
    scatter_mm: float = 12.0
    blur_mm: float = 0.045
    electronic: float = 60.0


def expose(attenuation: Field, pixel_mm: float, beam: Beam, random: np.random.Generator) -> Field:
    """The negative logarithm of the relative signal, as a unit For Processing gives it.

    attenuation: float32, sum of coefficient times thickness along each ray. Returns the same shape;
    air is about 0. Quanta are many per pixel, so their noise is drawn as Gaussian (its count of
    random numbers must not depend on the picture).
    """
    primary: Field = np.exp(-attenuation)
    scattered = _wide_blur(primary, beam.scatter_mm / pixel_mm)
    signal = primary + np.float32(beam.scatter) * scattered
    sigma = beam.blur_mm / pixel_mm
    if sigma > 0.25:
        signal = np.asarray(cv2.GaussianBlur(signal, (0, 0), sigma), np.float32)
    per_pixel = beam.quanta * pixel_mm**2
    noise: Field = np.asarray(random.standard_normal(signal.shape, dtype=np.float32))
    electronic = np.float32((beam.electronic / per_pixel) ** 2)
    noise *= np.sqrt(signal / np.float32(per_pixel) + electronic)
    noisy: Field = np.maximum(signal + noise, np.float32(1e-4))
    return np.asarray(-np.log(noisy / np.float32(1 + beam.scatter)), np.float32)


def _wide_blur(picture: Field, sigma: float) -> Field:
    """A wide Gaussian blur, computed on a smaller picture."""
    factor = max(1, int(sigma // 4))
    rows, columns = picture.shape
    size = (max(1, columns // factor), max(1, rows // factor))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), sigma / factor, borderType=cv2.BORDER_REPLICATE)
    wide = cv2.resize(small, (columns, rows), interpolation=cv2.INTER_LINEAR)
    return np.asarray(wide, np.float32)
