"""Fibroglandular tissue in three dimensions, coarse: what makes CC and MLO tell of one breast."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from phantom.space.grid import Field
from phantom.space.points import BreastPoint

Volume = npt.NDArray[np.float32]
DEPTHS, ACROSS = 56, 80
REACH = 1.25
"""The volume covers this many half widths to each side of the nipple's axis."""


@dataclass(frozen=True)
class GlandShape:
    """Where gland lies.

    depth_mm: of the nipple. half_width_mm: of the breast. fill: share of the breast that is gland,
    0 to 1. patchiness: how much fat is mixed in. centre, radii: of the gland's ellipsoid as shares
    of the breast: (depth, lateral, head).
    """

    depth_mm: float
    half_width_mm: float
    fill: float
    patchiness: float
    centre: tuple[float, float, float]
    radii: tuple[float, float, float]


@dataclass(frozen=True)
class GlandVolume:
    """Share of gland, 0 to 1: float32 (depth, head, lateral), over the breast's own frame."""

    shape: GlandShape
    share: Volume = field(repr=False)

    @property
    def step_mm(self) -> tuple[float, float]:
        """Voxel size in depth and across, in mm."""
        return (
            self.shape.depth_mm / DEPTHS,
            2 * REACH * self.shape.half_width_mm / ACROSS,
        )

    def at(self, place: BreastPoint) -> float:
        """Share of gland around a place; 0 outside."""
        deep, across = self.step_mm
        middle = ACROSS / 2 - 0.5
        index = (
            round(place.depth / deep - 0.5),
            round(place.head / across + middle),
            round(place.lateral / across + middle),
        )
        if any(not 0 <= i < n for i, n in zip(index, self.share.shape, strict=True)):
            return 0.0
        return float(self.share[index])

    def projected(self, angle: float, span: tuple[float, float] = (0.0, 1.0)) -> Field:
        """Mean share along the beam: float32 (across, depth); across runs up the view.

        angle in degrees as in ``Projection``: rows run against v, columns along u. span: which
        part of the way through the breast counts, from the detector (0) to the paddle (1).
        """
        centre = ((ACROSS - 1) / 2, (ACROSS - 1) / 2)
        turn = cv2.getRotationMatrix2D(centre, angle, 1.0)
        first, last = _rows_of(span)
        sums = [
            cv2.warpAffine(plane, turn, (ACROSS, ACROSS), flags=cv2.INTER_LINEAR)[first:last].sum(0)
            for plane in self.share
        ]
        counted = max(1.0, (span[1] - span[0]) * ACROSS / REACH)
        return np.stack(sums, axis=1).astype(np.float32) / np.float32(counted)


def _rows_of(span: tuple[float, float]) -> tuple[int, int]:
    """Voxels along the beam between two shares of the way through the breast."""
    through = ACROSS / REACH
    edges = [round((ACROSS - through) / 2 + share * through) for share in span]
    first = 0 if span[0] <= 0 else edges[0]
    last = ACROSS if span[1] >= 1 else max(edges[1], first + 1)
    return first, last


def gland_volume(
    shape: GlandShape, shared: np.random.Generator, own: np.random.Generator, likeness: float
) -> GlandVolume:
    """Draw one breast's gland.

    shared: random numbers that both breasts of a patient draw alike; own: this breast's alone;
    likeness: weight of the shared part, 0 to 1. Tissue is drawn out along lines to the nipple.
    """
    noise = likeness**0.5 * _radiating_noise(shared) + (1 - likeness) ** 0.5 * _radiating_noise(own)
    inside = _ellipsoid(shape)
    field_ = inside + shape.patchiness * noise
    breast = _half_ellipsoid()
    level = np.quantile(field_[breast], 1 - shape.fill)
    share = 1 / (1 + np.exp(-(field_ - level) / 0.16))
    share *= np.clip((inside + 0.75) / 0.5, 0, 1) * breast
    return GlandVolume(shape, share.astype(np.float32))


def _axes() -> tuple[Field, Field, Field]:
    depth = ((np.arange(DEPTHS) + 0.5) / DEPTHS).astype(np.float32)[:, None, None]
    across = ((np.arange(ACROSS, dtype=np.float32) + 0.5) / ACROSS * 2 - 1) * np.float32(REACH)
    wide = across.astype(np.float32)
    return depth, wide[None, :, None], wide[None, None, :]


def _half_ellipsoid() -> npt.NDArray[np.bool_]:
    depth, head, lateral = _axes()
    mask: npt.NDArray[np.bool_] = depth**2 + head**2 + lateral**2 < 1
    return mask


def _ellipsoid(shape: GlandShape) -> Volume:
    """1 in the middle of the gland, 0 at its rim, negative outside."""
    depth, head, lateral = _axes()
    x = (depth - shape.centre[0]) / shape.radii[0]
    y = (lateral - shape.centre[1]) / shape.radii[1]
    z = (head - shape.centre[2]) / shape.radii[2]
    return np.asarray(1 - np.sqrt(x * x + y * y + z * z), np.float32)


def _radiating_noise(random: np.random.Generator) -> Volume:
    """Noise in octaves whose cross-sections shrink towards the nipple; deviation about 1."""
    total = np.zeros((DEPTHS, ACROSS, ACROSS), np.float32)
    for along, across, weight in ((5, 7, 1.0), (8, 14, 0.75), (14, 28, 0.55), (26, 52, 0.4)):
        block = random.standard_normal((along, across, across), dtype=np.float32)
        total += np.float32(weight) * _enlarged(block)
    return np.asarray(total / total.std(), np.float32)


def _enlarged(block: Volume) -> Volume:
    """Cubic interpolation to the volume's size, each plane scaled about the nipple's axis."""
    along, across, _ = block.shape
    flat = cv2.resize(
        block.reshape(along, across * across),
        (across * across, DEPTHS),
        interpolation=cv2.INTER_CUBIC,
    ).reshape(DEPTHS, across, across)
    planes = []
    for index, plane in enumerate(flat):
        narrowing = 0.35 + 0.65 * (1 - (index + 0.5) / DEPTHS)
        scale = ACROSS / across * narrowing
        middle = (ACROSS - 1) / 2 - scale * (across - 1) / 2
        matrix = np.array([[scale, 0, middle], [0, scale, middle]], np.float32)
        planes.append(
            cv2.warpAffine(
                plane,
                matrix,
                (ACROSS, ACROSS),
                flags=cv2.INTER_CUBIC,
                borderMode=cv2.BORDER_REFLECT,
            )
        )
    return np.stack(planes)
