"""Vessels and crossing strands painted into patches: bright, smooth, and no calcifications.

A vessel that bends towards the beam, or two strands that cross, end in a bright round spot. The
phantom draws few of these, and a network that has seen few marks each.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

_FINE = 4
"""Sub-pixels along a side while outlines are drawn."""


def with_vessel(bright: Floats, pixel_mm: float, random: np.random.Generator) -> Floats:
    """A patch with a tortuous vessel or a few strands laid over it; black stays black.

    bright: float32 (rows, columns), 0 to 1.
    """
    laid = _bend(bright.shape, pixel_mm, random) if random.random() < 0.6 else None
    if laid is None:
        laid = _strands(bright.shape, pixel_mm, random)
    room = 1 - float(np.quantile(bright, 0.9))
    strength = np.float32(random.uniform(0.06, 0.35) * max(room, 0.3))
    return np.asarray(np.clip(bright + strength * laid * (bright > 0), 0, 1), np.float32)


def _bend(shape: tuple[int, ...], pixel_mm: float, random: np.random.Generator) -> Floats:
    """Thickness of a tube with a sharp bend; where it runs along the beam it is a round spot."""
    width = random.uniform(0.8, 2.4) / pixel_mm
    middle = random.uniform(0.25, 0.75, 2) * np.array(shape)[::-1]
    first = random.uniform(0, 2 * np.pi)
    arms = [_arm(middle, first, shape, random)]
    if random.random() < 0.75:
        turn = random.uniform(np.pi / 5, np.pi * 0.9)
        arms.append(_arm(middle, first + turn, shape, random))
    tube = np.zeros(shape, np.float32)
    for arm in arms:
        tube = np.maximum(tube, _line(arm, width * random.uniform(0.6, 1.0), shape))
    rows, columns = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    away = np.hypot(columns - middle[0], rows - middle[1]) / np.float32(width / 2)
    end = np.sqrt(np.clip(1 - away**2, 0, 1)) * np.float32(random.uniform(0.8, 2.2))
    whole = np.maximum(tube, end)
    return _soft(whole, random.uniform(0.08, 0.3) / pixel_mm)


def _arm(
    start: npt.NDArray[np.float64],
    angle: float,
    shape: tuple[int, ...],
    random: np.random.Generator,
) -> npt.NDArray[np.float64]:
    """Points of a slowly turning path to beyond the patch; (n, 2), x and y."""
    step = max(shape) / 12
    turns = np.cumsum(random.normal(0, 0.16, 18)) + angle
    steps = step * np.column_stack((np.cos(turns), np.sin(turns)))
    return np.concatenate((start[None], start + np.cumsum(steps, axis=0)))


def _strands(shape: tuple[int, ...], pixel_mm: float, random: np.random.Generator) -> Floats:
    """Two to five thin lines that cross near one place."""
    middle = random.uniform(0.2, 0.8, 2) * np.array(shape)[::-1]
    laid = np.zeros(shape, np.float32)
    for _ in range(int(random.integers(2, 6))):
        near = middle + random.normal(0, 0.6 / pixel_mm, 2)
        angle = random.uniform(0, 2 * np.pi)
        path = np.concatenate(
            (_arm(near, angle, shape, random)[::-1], _arm(near, angle + np.pi, shape, random))
        )
        width = random.uniform(0.15, 0.6) / pixel_mm
        laid += _line(path, width, shape) * np.float32(random.uniform(0.3, 1.0))
    return _soft(laid, random.uniform(0.05, 0.15) / pixel_mm)


def _line(path: npt.NDArray[np.float64], width: float, shape: tuple[int, ...]) -> Floats:
    """A path of a width as its share of each pixel."""
    fine = np.zeros((shape[0] * _FINE, shape[1] * _FINE), np.uint8)
    points = [np.rint(path * _FINE).astype(np.int32)]
    cv2.polylines(fine, points, isClosed=False, color=255, thickness=max(1, round(width * _FINE)))
    small = cv2.resize(fine, (shape[1], shape[0]), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32) / np.float32(255)


def _soft(laid: Floats, sigma: float) -> Floats:
    return np.asarray(cv2.GaussianBlur(laid, (0, 0), max(0.3, sigma)), np.float32)
