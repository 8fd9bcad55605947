"""What other detectors and their processing make of a patch: grain, sharpness, contrast, JPEG.

A network that has seen one pixel size and one processing takes the grain of another for specks.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]

_WIDE = 12.0
"""Pixels of the Gaussian that tells broad shading from structure."""


@dataclass(frozen=True)
class LookPlan:
    """How far each change goes; all 0 changes nothing.

    zoom: largest factor of the pixel size, up and down, as its logarithm. sharpen: largest share
    of detail added; half as much is taken off at most. flatten: largest share of broad shading
    taken off. noise: largest deviation of grain, of a brightness of 0 to 1. grain: widest Gaussian
    of it in pixels. jpeg: share of patches that go through a compression.
    """

    zoom: float = 0.0
    sharpen: float = 0.0
    flatten: float = 0.0
    noise: float = 0.0
    grain: float = 0.0
    jpeg: float = 0.0


def looked(bright: Floats, plan: LookPlan, random: np.random.Generator) -> Floats:
    """One draw of another detector's look. bright: (rows, columns), 0 to 1; black stays black."""
    inside = (bright > 0).astype(np.float32)
    out = bright
    if plan.flatten:
        broad = cv2.GaussianBlur(out, (0, 0), _WIDE)
        share = np.float32(random.uniform(0, plan.flatten))
        out = out - share * (broad - np.float32(broad.mean()))
    if plan.noise:
        out = out + _grain(out.shape, plan, random)
    if plan.sharpen:
        near = cv2.GaussianBlur(out, (0, 0), random.uniform(0.6, 3.0))
        out = out + np.float32(random.uniform(-plan.sharpen / 2, plan.sharpen)) * (out - near)
    out = np.asarray(np.clip(out, 0, 1) * inside, np.float32)
    return _compressed(out, random) if plan.jpeg and random.random() < plan.jpeg else out


def side_before(side: int, plan: LookPlan, random: np.random.Generator) -> int:
    """Pixels across a square that, brought to ``side``, has another pixel size."""
    return max(8, round(side * float(np.exp(random.uniform(-plan.zoom, plan.zoom)))))


def brought(pixels: Bytes, side: int, *, labels: bool = False) -> Bytes:
    """A square brought to ``side`` pixels. labels: keep values as they are."""
    if pixels.shape == (side, side):
        return pixels
    way = cv2.INTER_AREA if pixels.shape[0] > side else cv2.INTER_LINEAR
    way = cv2.INTER_NEAREST if labels else way
    return np.asarray(cv2.resize(pixels, (side, side), interpolation=way), np.uint8)


def _grain(shape: tuple[int, ...], plan: LookPlan, random: np.random.Generator) -> Floats:
    """Noise of some width, whose deviation does not depend on the width."""
    raw = random.standard_normal(shape, np.float32)
    width = random.uniform(0, plan.grain)
    if width > 0.3:
        raw = np.asarray(cv2.GaussianBlur(raw, (0, 0), width), np.float32)
        raw /= np.float32(max(1e-3, float(raw.std())))
    # Small deviations are drawn more often: a patch of much grain shows little else.
    return np.asarray(raw * np.float32(plan.noise * random.uniform() ** 1.5), np.float32)


def _compressed(bright: Floats, random: np.random.Generator) -> Floats:
    plain = np.rint(bright * 255).astype(np.uint8)
    quality = int(random.integers(50, 96))
    kept = cv2.imencode(".jpg", plain, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    back = np.asarray(cv2.imdecode(kept, cv2.IMREAD_GRAYSCALE), np.float32) / np.float32(255)
    return np.asarray(back * (bright > 0), np.float32)
