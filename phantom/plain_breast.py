"""A plain breast: outline, fall-off at the skin, cloudy tissue, pectoral muscle and nipple.

Enough to show that a study hangs right. It has no lesions and is no likeness of a mammogram.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from domain.geometry import ImageSize
from domain.laterality import Laterality
from domain.view_position import HangFamily

AIR, FAT, GLAND, PECTORAL = 0, 1100, 1900, 2500
"""Stored values, 12 bit, as For Presentation: tissue is bright."""


@dataclass(frozen=True)
class PlainBreast:
    """What is drawn; seed makes one patient's tissue."""

    laterality: Laterality
    family: HangFamily
    size: ImageSize
    seed: int


def draw_plain_breast(breast: PlainBreast) -> npt.NDArray[np.uint16]:
    """Draw the breast as a reader expects to see it hung.

    Returns uint16 (rows, columns), 0 to 4095: air 0, tissue brighter.
    """
    rows, columns = breast.size.shape
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    depth, height = (columns - 1 - x) / columns, y / rows
    oblique = breast.family is HangFamily.MLO
    centre = 0.58 if oblique else 0.5
    reach = _reach(height, centre, oblique=oblique)
    inside = np.where(reach > 0, 1 - (depth / np.maximum(reach, 1e-3)) ** 2, 0)
    thickness = np.sqrt(np.clip(np.maximum(inside * 3, _nipple(depth, height, centre)), 0, 1))
    gland = np.clip(inside * 1.6, 0, 1) * np.clip(0.45 + 0.24 * _cloud(breast), 0, 1)
    values = thickness * FAT + gland * GLAND
    if oblique:
        values = np.where(_pectoral(depth, height), PECTORAL + 0.1 * gland * GLAND, values)
    noise = np.random.default_rng(breast.seed).normal(0, 12, (rows, columns))
    values = np.where(values > 0, np.clip(values + noise, 1, 4095), AIR)
    picture: npt.NDArray[np.uint16] = values.astype(np.uint16)
    if breast.laterality is Laterality.LEFT:
        picture = np.ascontiguousarray(picture[:, ::-1])
    return picture


def _reach(
    height: npt.NDArray[np.float32], centre: float, *, oblique: bool
) -> npt.NDArray[np.float32]:
    """Distance of the skin from the chest wall at each height, as a share of the width.

    An MLO does not close towards the top: arm and axilla go on beyond the detector.
    """
    half = 0.42
    share = np.clip(np.abs(height - centre) / half, 0, 1)
    reach = 0.76 * np.sqrt(1 - share**2.2)
    if oblique:
        reach = np.where(height < centre, np.maximum(reach, 0.42 + 0.25 * (height / centre)), reach)
    return np.asarray(reach, np.float32)


def _nipple(
    depth: npt.NDArray[np.float32], height: npt.NDArray[np.float32], centre: float
) -> npt.NDArray[np.float32]:
    bump = 1 - ((depth - 0.752) / 0.032) ** 2 - ((height - centre) / 0.022) ** 2
    return np.clip(bump, 0, 1).astype(np.float32)


def _pectoral(
    depth: npt.NDArray[np.float32], height: npt.NDArray[np.float32]
) -> npt.NDArray[np.bool_]:
    """A triangle from the upper chest-wall corner down to the middle of the chest wall."""
    mask: npt.NDArray[np.bool_] = depth / 0.36 + height / 0.66 < 1
    return mask


def _cloud(breast: PlainBreast) -> npt.NDArray[np.float32]:
    """Noise whose power falls as f^-3, as breast tissue's does (Burgess 2001); mean 0, deviation 1.

    Drawn small and enlarged: the finest detail does not matter here.
    """
    side = 512
    random = np.random.default_rng([breast.seed, breast.family is HangFamily.MLO])
    frequency = np.hypot(np.fft.fftfreq(side)[:, None], np.fft.rfftfreq(side)[None, :])
    frequency[0, 0] = np.inf
    spectrum = np.fft.rfft2(random.normal(size=(side, side))) * frequency**-1.5
    cloud = np.fft.irfft2(spectrum, s=(side, side)).astype(np.float32)
    cloud = (cloud - cloud.mean()) / cloud.std()
    rows, columns = breast.size.shape
    return np.asarray(cv2.resize(cloud, (columns, rows), interpolation=cv2.INTER_CUBIC))
