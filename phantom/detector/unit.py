"""A mammography unit: its matrix, pitch and name, and how it turns a picture into stored values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from domain.geometry import ImageSize
from imaging.writing.writer_header import Device, VoiLut, Window
from phantom.space.grid import Field


@dataclass(frozen=True)
class Unit:
    """One make of unit, For Presentation.

    key: how options name it. size: the detector's matrix. pitch_mm: Imager Pixel Spacing.
    magnification: Estimated Radiographic Magnification Factor. black, white: stored values of air
    and of the brightest tissue. gamma: exponent that tissue brightness is stored with.
    windows, luts: as written; the first window shows the picture as meant.
    """

    key: str
    device: Device
    size: ImageSize
    pitch_mm: float
    magnification: float
    bits: int
    black: int
    white: int
    gamma: float
    windows: tuple[Window, ...]
    luts: tuple[VoiLut, ...] = ()
    padding: int | None = None

    def plane_pixel_mm(self, size: ImageSize) -> float:
        """Pixel size in the breast's plane, in mm, where the same field has another matrix."""
        return self.pitch_mm / self.magnification * self.size.rows / size.rows

    def stored(self, brightness: Field) -> npt.NDArray[np.uint16]:
        """Stored values of a picture: float32 (rows, columns), air 0, brightest tissue 1."""
        toned = np.clip(brightness, 0.0, 1.2) ** self.gamma
        values = self.black + toned * (self.white - self.black)
        limited: Field = np.clip(np.rint(values), 0, (1 << self.bits) - 1)
        return limited.astype(np.uint16)
