"""The skin's line in a compressed view, and how far each place lies inside it."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from domain.view_position import HangFamily
from phantom.anatomy.lattice import Lattice, Plane

Curve = npt.NDArray[np.float64]
_STEP_MM = 0.25
_BEHIND_MM = 30.0
"""The outline goes on behind the chest wall, so that the picture's edge is no skin."""
_BEYOND_MM = 8.0


@dataclass(frozen=True)
class OutlineShape:
    """Figures of one view's outline, in mm.

    reach: u of the skin at the nipple's level without the nipple. above, below: extent along v
    from the nipple's level to where the bulge meets the chest wall. roundness, fullness: inner
    and outer exponent of the bulge; 2 and 0.5 make an ellipse. nipple_mm: how far it stands out.
    axilla_mm: u of the skin at the armpit's height, growing by axilla_slope per mm upwards (MLO).
    fold_mm: u of the skin under the breast; 0 for none.
    """

    family: HangFamily
    reach: float
    above: float
    below: float
    roundness: float
    fullness: float
    nipple_mm: float
    axilla_mm: float = 0.0
    axilla_slope: float = 0.0
    fold_mm: float = 0.0


@dataclass(frozen=True)
class Outline:
    """The skin of one view: u in mm at each v; both float64 (n,), v rising."""

    v: Curve = field(repr=False)
    u: Curve = field(repr=False)

    def skin_u(self, v: float) -> float:
        """Where the skin lies at a height, in mm."""
        return float(np.interp(v, self.v, self.u))

    def depth(self, plane: Plane) -> Lattice:
        """Distance to the skin in mm, positive inside: for places of a plane that hold breast."""
        reach = min(plane.width, float(self.u.max()) + _BEYOND_MM - plane.u0)
        rows, columns = int(plane.height / _STEP_MM), int(reach / _STEP_MM)
        x = (self.u - plane.u0) / _STEP_MM - 0.5
        y = (self.v - plane.v0) / _STEP_MM - 0.5
        behind = -_BEHIND_MM / _STEP_MM
        ends = [[behind, y[-1]], [behind, y[0]]]
        points = np.vstack([np.column_stack([x, y]), ends])
        pad = int(_BEHIND_MM / _STEP_MM)
        canvas = np.zeros((rows + 2 * pad, columns + pad), np.uint8)
        cv2.fillPoly(canvas, [np.rint((points + pad) * 16).astype(np.int32)], 1, shift=4)
        inside = cv2.distanceTransform(canvas, cv2.DIST_L2, 5)
        outside = cv2.distanceTransform(1 - canvas, cv2.DIST_L2, 5)
        signed = cv2.GaussianBlur(inside - outside, (0, 0), 2.0) * np.float32(_STEP_MM)
        cropped = np.ascontiguousarray(signed[pad : pad + rows, pad:], np.float32)
        return Lattice(plane.u0, plane.v0, _STEP_MM, cropped)


def draw_outline(shape: OutlineShape, random: np.random.Generator, plane: Plane) -> Outline:
    """The outline with the unevenness of skin; the plane only says how far it must go on."""
    v = np.arange(plane.v0 - _BEHIND_MM, plane.v0 + plane.height + _BEHIND_MM, 0.5)
    bulge = np.where(v < 0, _bulge(v / shape.above, shape), _bulge(v / shape.below, shape))
    u = shape.reach * bulge
    if shape.axilla_mm:
        u = _soft_maximum(
            u,
            np.where(v < 0, shape.axilla_mm - shape.axilla_slope * v, -50.0),
            11.0 + 0.12 * shape.reach,
        )
    if shape.fold_mm:
        under = np.clip((v - 0.80 * shape.below) / 12.0, 0, 1)
        u = _soft_maximum(u, -50 + (shape.fold_mm + 50) * under, 4.0)
    u = u * (1 + 0.014 * _wave(random, v, 45.0)) + 0.5 * _wave(random, v, 16.0)
    u += 0.12 * _wave(random, v, 5.0)
    u += shape.nipple_mm * np.exp(-((np.abs(v) / (4.6 + 0.25 * shape.nipple_mm)) ** 3.2))
    return Outline(v, u)


def _bulge(share: Curve, shape: OutlineShape) -> Curve:
    """1 at the nipple's level, 0 at the ends, then falling steeply below the chest wall."""
    far = np.abs(share)
    inside = np.clip(1 - far**shape.roundness, 0, 1) ** shape.fullness
    return np.asarray(inside - 3 * np.clip(far - 1, 0, None))


def _soft_maximum(a: Curve, b: Curve, width: float) -> Curve:
    return np.asarray(width * np.logaddexp(a / width, b / width))


def _wave(random: np.random.Generator, v: Curve, wavelength: float) -> Curve:
    """Smooth unevenness along v, deviation about 0.6; the same for every plane."""
    nodes = np.arange(-400.0, 400.0, wavelength / 2)
    heights = random.standard_normal(len(nodes))
    smooth = np.convolve(heights, (0.25, 0.5, 0.25), mode="same")
    fine = np.interp(v, nodes, smooth)
    kernel = np.hanning(max(3, round(wavelength)) | 1)
    return np.convolve(np.pad(fine, len(kernel) // 2, "edge"), kernel / kernel.sum(), "valid")
