"""Views for the pipeline: drawn breasts with bright spots, their pixels in real files."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np

from domain.geometry import ImageSize, PixelSpacing, SpacingSource
from domain.laterality import Laterality
from domain.orientation import hung_orientation
from domain.study import ImageKind, PresentationIntent
from domain.view_position import ViewPosition
from imaging.grey.grey_header import GreyDescription
from imaging.grey.voi import WindowVoi
from inference.pipeline.inputs import PixelRef, ViewInput

SIZE = ImageSize(600, 480)
PIXEL_MM = 0.4
TISSUE = 1100
"""Values of the thickest part; lesions have 3500."""
Spot = tuple[float, float, float]
"""Depth behind the nipple, height below it, radius; in mm."""


def breast(spots: tuple[Spot, ...] = (), seed: int = 0) -> np.ndarray:
    """Half an ellipse at the left edge, its nipple a bump at (300, 310); uint16 (600, 480)."""
    y, x = np.mgrid[: SIZE.rows, : SIZE.columns].astype(float)
    off = (x / 300) ** 2 + ((y - 300) / 260) ** 2
    inside = off < 1
    thick = 400 + (TISSUE - 400) * np.sqrt(np.clip(1 - off, 0, 1))
    inside |= np.hypot(x - 302, y - 300) < 12
    noise = np.random.default_rng(seed).normal(0, 15, SIZE.shape)
    values = np.where(inside, thick + noise, 20 + noise / 5)
    for behind, down, radius in spots:
        at = 302 - behind / PIXEL_MM, 300 + down / PIXEL_MM
        values[np.hypot(x - at[0], y - at[1]) < radius / PIXEL_MM] = 3500
    return np.clip(values, 0, 4095).astype(np.uint16)


def view_input(
    folder: Path,
    name: str = "LCC",
    spots: tuple[Spot, ...] = (),
    *,
    pixels: np.ndarray | None = None,
    **changed: Any,
) -> ViewInput:
    """A left view as it hangs; right ones are mirrored. changed: fields of ``ViewInput``."""
    side, position = Laterality(name[0]), ViewPosition(name[1:])
    drawn = breast(spots) if pixels is None else pixels
    if side is Laterality.RIGHT:
        drawn = np.ascontiguousarray(drawn[:, ::-1])
    content = drawn.astype("<u2").tobytes()
    digest = hashlib.sha256(content).hexdigest()
    path = folder / f"{digest[:16]}.pixels"
    path.write_bytes(content)
    told: dict[str, Any] = {
        "uid": f"1.2.{name}",
        "pixels": PixelRef(str(path), ImageSize(*drawn.shape), signed=False, digest=digest),
        "grey": GreyDescription(bits_stored=12, vois=(WindowVoi(2000, 4000),)),
        "spacing": PixelSpacing(PIXEL_MM, PIXEL_MM, SpacingSource.IMAGER_OVER_ERMF),
        "laterality": side,
        "position": position,
        "kind": ImageKind.FFDM,
        "intent": PresentationIntent.FOR_PRESENTATION,
        "orientation": hung_orientation(side, position.family),
        "vendor": "Somebody",
    }
    return ViewInput(**(told | changed))
