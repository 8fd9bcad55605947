"""What a unit does to its signal before a reader sees it: For Processing to For Presentation."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np

from phantom.detector.exposure import FAT_PER_MM
from phantom.space.grid import Field, Mask

Span = tuple[float, float]


@dataclass(frozen=True)
class Look:
    """How strongly a unit processes.

    flattening: share of the thickness's own shadow that is taken away, 0 to 1. local: share of
    the broad shading that is taken away. detail, texture: gain of structure below
    about 1 mm and 5 mm. fat, dense: brightness that
    the 5th and 99.5th percentile of the breast are shown with. span: least difference of these
    two in log signal, so that a fatty breast is not blown up.
    """

    flattening: float = 0.88
    local: float = 0.3
    detail: float = 0.25
    texture: float = 0.5
    fat: float = 0.06
    dense: float = 0.9
    span: float = 0.3


@dataclass(frozen=True)
class Signal:
    """What a unit develops: float32 of one shape.

    logs: from ``expose``. thickness: of the compressed breast in mm, as a unit estimates it.
    metered: pixels that set the brightness: breast, without implant.
    """

    logs: Field = field(repr=False)
    thickness: Field = field(repr=False)
    metered: Mask = field(repr=False)
    pixel_mm: float


def develop(signal: Signal, look: Look, span: Span | None = None) -> Field:
    """Brightness for the reader: float32 of the same shape, air 0, brightest tissue about 1.

    span: what is shown dark and bright, where pictures must match; else the picture's own.
    """
    shaped = _shaped(signal, look)
    low, high = span or _span(shaped, signal.metered, look)
    tone = (shaped - low) / (high - low)
    bright = np.float32(look.fat) + np.float32(look.dense - look.fat) * tone
    soft_toe = np.where(bright < 0.25, 0.25 * np.exp((bright - 0.25) / 0.25), bright)
    shoulder = np.where(soft_toe > 0.8, 1.05 - 0.25 * np.exp(-(soft_toe - 0.8) / 0.25), soft_toe)
    return np.asarray(np.where(signal.thickness > 0, shoulder, 0), np.float32)


def span_of(signal: Signal, look: Look) -> Span:
    """The log signals, low and high, that ``develop`` would show dark and bright."""
    return _span(_shaped(signal, look), signal.metered, look)


def _shaped(signal: Signal, look: Look) -> Field:
    """The log signal with thickness and broad shading weakened, and structure raised."""
    inside: Mask = signal.thickness > 0
    flat = signal.logs - np.float32(look.flattening * FAT_PER_MM) * signal.thickness
    broad = _broad(flat, inside, 14.0 / signal.pixel_mm)
    near = _broad(flat, inside, 1.0 / signal.pixel_mm)
    wider = _broad(flat, inside, 4.0 / signal.pixel_mm)
    shaped = flat - np.float32(look.local) * (broad - broad[signal.metered].mean())
    shaped += np.float32(look.detail) * (flat - near) + np.float32(look.texture) * (flat - wider)
    return np.asarray(shaped, np.float32)


def _span(shaped: Field, metered: Mask, look: Look) -> Span:
    values = shaped[metered]
    low, high = np.percentile(values[:: max(1, values.size // 200_000)], (5, 99.5))
    return float(low), float(max(high, low + look.span))


def _broad(picture: Field, inside: Mask, sigma: float) -> Field:
    """Mean of the breast's own pixels around each; air does not count."""
    factor = max(1, int(sigma // 4))
    rows, columns = picture.shape
    size = (max(1, columns // factor), max(1, rows // factor))
    weight = inside.astype(np.float32)
    small = cv2.resize(picture * weight, size, interpolation=cv2.INTER_AREA)
    share = cv2.resize(weight, size, interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), sigma / factor, borderType=cv2.BORDER_REPLICATE)
    share = cv2.GaussianBlur(share, (0, 0), sigma / factor, borderType=cv2.BORDER_REPLICATE)
    mean = small / np.maximum(share, 1e-3)
    whole = cv2.resize(mean, (columns, rows), interpolation=cv2.INTER_LINEAR)
    return np.asarray(whole, np.float32)
