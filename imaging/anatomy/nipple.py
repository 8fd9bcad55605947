"""Where the nipple lies, as far as the skin line and the brightness under it tell.

The nipple is sought near the skin's point farthest from the chest wall (in oblique views:
farthest from the pectoral edge). Where it stands in profile it shows as a bump of the skin
line, and the estimate moves there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from domain.geometry import ImagePoint
from domain.side import Side
from domain.view_position import HangFamily
from imaging.anatomy.breast import BreastRegion
from imaging.anatomy.pectoral import PectoralEdge
from imaging.anatomy.posed import PosedBreast, pose
from imaging.anatomy.reduced import Floats

# Lengths are in units of 1/512 of the breast's longest side: about half a millimetre.
_SMOOTHING = 3.0
_BUMP_WIDTHS = (14, 24, 40)
_CHANCE_BUMP = 2.0
_SEEN_BUMP = 2.0
_CLIMB = 6
_DISC_DEPTHS = range(8, 40, 4)

_SEEN_DISC = 1.0
"""Spreads beyond chance from which a bright disc below the skin is taken for the nipple."""

_SMALLEST = 16
"""Rows and columns below which nothing can be told."""

_USUAL_TILT = np.deg2rad(22.0)
"""How far below the horizontal an oblique view's nipple points where no muscle is seen."""

_SPREAD = {HangFamily.CC: 0.08, HangFamily.MLO: 0.14}
"""How far the nipple usually lies from the farthest point, in the breast's longest side."""

Points = npt.NDArray[np.float64]


@dataclass(frozen=True)
class NippleEstimate:
    """The nipple's place.

    point: in stored-image pixels, on the skin line or, of a nipple that lies on the breast,
    its middle. in_profile: whether a bump of the skin line was seen there. confidence: 0 to 1.
    """

    point: ImagePoint
    in_profile: bool
    confidence: float


def find_nipple(
    tissue: npt.NDArray[Any],
    region: BreastRegion,
    chest_wall: Side,
    *,
    family: HangFamily = HangFamily.CC,
    head: Side | None = None,
    pectoral: PectoralEdge | None = None,
) -> NippleEstimate | None:
    """Estimate the nipple's place; ``None`` where there is no breast.

    tissue: (rows, columns), any real dtype, tissue brighter than air; region: found in it.
    head: tells down from up where a view of the MLO family shows no pectoral edge.
    ``ValueError`` where head and chest wall lie on one axis.
    """
    posed = pose(tissue, region, chest_wall, head)
    if posed is None or min(posed.mask.shape) < _SMALLEST:
        return None
    unit = max(posed.mask.shape) / 512
    skin = _evenly(_skin_line(posed.mask), _SMOOTHING * unit)
    if len(skin) < _SMALLEST:
        return None
    place = _by_place(skin, _forward(posed, family, head, pectoral), _SPREAD[family] * 512 * unit)
    bumps = _bumps(skin, unit)
    spots, (discs, centres) = _spots(posed, skin, unit), _discs(posed, skin, unit)
    disc_evidence = 0.5 * np.minimum(discs, 4) + 0.3 * np.log1p(np.maximum(discs - 4, 0))
    evidence = np.minimum(0.6 * bumps, 6) + 0.4 * spots + disc_evidence
    best = int(np.argmax(place + evidence))
    seen = bool(bumps[best] >= _SEEN_BUMP)
    on_skin = seen or bool(discs[best] < _SEEN_DISC)
    if seen or not on_skin:
        best = _climbed(bumps if seen else discs, best, max(1, round(_CLIMB * unit)))
    unseen_certainty = 0.3 + 0.05 * float(spots[best] + min(discs[best], 4))
    certainty = 0.6 + 0.04 * min(float(bumps[best]), 8) if seen else unseen_certainty
    confidence = certainty * float(np.exp(place[best] / 4)) * region.confidence
    x, y = (float(value) for value in (skin if on_skin else centres)[best])
    return NippleEstimate(posed.to_stored(x, y), seen, confidence)


def _skin_line(mask: npt.NDArray[np.bool_]) -> Points:
    """The longest part of the outline between straight cuts, from above; (n, 2) posed x and y."""
    rows = mask.shape[0]
    outlines = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)[0]
    outline = max(outlines, key=len).reshape(-1, 2).astype(np.float64)
    cut = (outline[:, 0] < 2) | (outline[:, 1] < 2) | (outline[:, 1] > rows - 3)
    first = int(np.argmax(cut))
    outline = np.roll(outline, -first, axis=0)
    ends = np.append(np.flatnonzero(np.roll(cut, -first)), len(outline))
    # Every part begins with the cut point that ended the one before.
    longest = int(np.argmax(np.diff(ends))) if len(ends) > 1 else 0
    skin = outline[ends[longest] + 1 : ends[longest + 1]] if len(ends) > 1 else outline[1:]
    return skin[::-1] if len(skin) and skin[0, 1] > skin[-1, 1] else skin


def _evenly(outline: Points, width: float) -> Points:
    """The curve at points one pixel apart, smoothed over ``width`` pixels."""
    if len(outline) < 2:
        return outline
    way = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(outline, axis=0).T))))
    even = np.arange(0.0, way[-1] + 1e-9)
    curve = np.stack([np.interp(even, way, outline[:, axis]) for axis in (0, 1)], axis=1)
    reach = min(max(1, round(2 * width)), len(curve) - 1)
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / width) ** 2)
    kernel /= kernel.sum()
    padded = _carried_on(curve, reach)
    return np.stack([np.convolve(padded[:, axis], kernel, "valid") for axis in (0, 1)], axis=1)


def _carried_on(curve: Points, reach: int) -> Points:
    return np.pad(curve, ((reach, reach), (0, 0)), mode="reflect", reflect_type="odd")


def _forward(
    posed: PosedBreast, family: HangFamily, head: Side | None, pectoral: PectoralEdge | None
) -> Points:
    """The direction from the chest wall, or across the pectoral edge, to the nipple; length 1."""
    if pectoral is not None:
        start, end = (posed.to_posed(point) for point in pectoral.line)
        across = np.array([end.y - start.y, start.x - end.x])
        return np.asarray(across / max(float(np.hypot(*across)), 1e-9))
    if family is HangFamily.MLO and head is not None:
        return np.array([np.cos(_USUAL_TILT), np.sin(_USUAL_TILT)])
    return np.array([1.0, 0.0])


def _by_place(skin: Points, forward: Points, spread: float) -> Points:
    """How likely each skin point is by its place alone: a logarithm, 0 at the most forward one."""
    farthest = skin[int(np.argmax(skin @ forward))]
    return np.asarray(-0.5 * (np.hypot(*(skin - farthest).T) / spread) ** 2)


def _bumps(skin: Points, unit: float) -> Points:
    """How far each skin point stands out of its neighbourhood beyond chance, in units."""
    found = [_standing_out(skin, round(width * unit)) / unit for width in _BUMP_WIDTHS]
    return np.asarray(np.clip(np.max(found, axis=0) - _CHANCE_BUMP, 0, None))


def _standing_out(skin: Points, width: int) -> Points:
    """Height over the chord that spans ``width`` to both sides, less the same of both sides.

    So the outline's general roundness counts for nothing, a bump between hollows most.
    """
    if width < 2 or len(skin) <= 2 * width:
        return np.zeros(len(skin))
    curve = _carried_on(skin, 2 * width)
    before, after = curve[: -2 * width], curve[2 * width :]
    chord, rise = after - before, curve[width:-width] - (before + after) / 2
    outward = rise[:, 0] * chord[:, 1] - rise[:, 1] * chord[:, 0]
    height = outward / np.maximum(np.hypot(*chord.T), 1e-9)
    bump = height[width:-width] - np.maximum(height[: -2 * width], height[2 * width :])
    # Where the skin line is cut, its ends bend by accident.
    bump[: width // 2] = 0
    bump[len(bump) - width // 2 :] = 0
    return np.asarray(bump)


def _smoothed(posed: PosedBreast, width: float) -> Floats:
    """Local means over the breast alone, which goes on beyond its cuts but not before its skin."""
    weight = posed.mask.astype(np.float32)
    reach = 1 + round(4 * width)
    tone, share = (
        cv2.GaussianBlur(
            cv2.copyMakeBorder(image, 0, 0, 0, reach, cv2.BORDER_CONSTANT),
            (0, 0),
            max(width, 0.3),
            borderType=cv2.BORDER_REPLICATE,
        )[:, :-reach]
        for image in (posed.pixels * weight, weight)
    )
    return np.asarray(tone / np.maximum(share, 1e-3), np.float32)


def _spots(posed: PosedBreast, skin: Points, unit: float) -> Points:
    """How bright the skin is against the skin line around it; 0 to 3 spreads."""
    excess = _above_usual(_at(_smoothed(posed, 6 * unit), skin))
    spread = _spread(excess)
    return np.clip(excess / spread, 0, 3) if spread > 0 else np.zeros(len(skin))


def _discs(posed: PosedBreast, skin: Points, unit: float) -> tuple[Points, Points]:
    """How clearly a bright disc of a nipple's size lies below each skin point, and its centre.

    So a nipple looks that lies on the breast instead of in profile. Clearness: spreads beyond
    chance; centres: (n, 2) posed x and y.
    """
    response = _smoothed(posed, 5 * unit) - _smoothed(posed, 10 * unit)
    tangent = np.gradient(skin, axis=0)
    inward = np.stack([-tangent[:, 1], tangent[:, 0]], axis=1)
    inward *= unit / np.maximum(np.hypot(*inward.T), 1e-9)[:, None]
    clear = np.stack([_above_usual(_at(response, skin + inward * depth)) for depth in _DISC_DEPTHS])
    spread = _spread(clear)
    if spread == 0:
        return np.zeros(len(skin)), skin
    depths = np.array(_DISC_DEPTHS)[np.argmax(clear, axis=0)]
    return np.clip(clear.max(axis=0) / spread - 2, 0, None), skin + inward * depths[:, None]


def _above_usual(along: Points) -> Points:
    """Values along the skin line less their median nearby."""
    places = np.arange(0, len(along), 4)
    window = max(3, len(places) // 4) | 1
    padded = np.pad(along[places], window // 2, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, window)
    usual = np.partition(windows, window // 2, axis=1)[:, window // 2]
    return np.asarray(along - np.interp(np.arange(len(along)), places, usual), np.float64)


def _spread(excess: Points) -> float:
    return 1.4826 * float(np.median(np.abs(excess)))


def _at(image: Floats, points: Points) -> Points:
    x, y = points[:, :1].astype(np.float32), points[:, 1:].astype(np.float32)
    values = cv2.remap(image, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(values[:, 0], np.float64)


def _climbed(heights: Points, index: int, reach: int) -> int:
    """The top of the hill that ``index`` lies on."""
    while True:
        first = max(0, index - reach)
        near = heights[first : index + reach + 1]
        if near.max() <= heights[index]:
            return index
        index = first + int(np.argmax(near))
