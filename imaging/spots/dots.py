"""Small bright dots, as calcifications are: found by how far they stand out of the local noise."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from domain.geometry import ImagePoint, PixelIndex

Floats = npt.NDArray[np.float32]
Patch = npt.NDArray[np.uint8]
Region = tuple[npt.NDArray[np.uint8], int, int]
"""A patch (rows, columns) of 0 and 1, and its left and top in the stored image."""

SIGMAS_MM = (0.06, 0.1, 0.16, 0.27)
"""Blurs whose differences answer to dots of about 0.1 to 1 mm across."""

UNKNOWN_PIXEL_MM = 0.085
"""Only for how large a dot may be where no millimetres are known."""

LEAST_CONTRAST = 4.5
"""What stands out of the noise by fewer standard deviations is mostly noise itself."""

WIDEST_MM = 1.5
"""A dot that is grown gets no wider."""

MOST_DOTS = 20_000
"""More than this many candidates are texture; the strongest are looked at."""

_RATIO = 1.6
_LEAST_FALL = 0.5  # of the steepest: more loses dots, less takes crossings of strands
_BLOCK = 32
_LEAST_PRESSED = 3.0  # a reader who presses knows more than the noise
# Of the brightest pixel's contrast: 0.4 of it is half of the dot's, as noise made it the brightest.
_SHARES = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
_NARROW = np.ones((3, 3), np.uint8)
_WIDE = np.ones((9, 9), np.uint8)
_SPREAD_OF_MEAN = 1.2533
"""A normal distribution's standard deviation over its mean absolute value."""


@dataclass(frozen=True)
class Dot:
    """A dot: its middle and radius in stored pixels.

    contrast: how far it stands out of its surroundings, in standard deviations of the local noise
    at the dot's own scale.
    """

    at: ImagePoint
    radius: float
    contrast: float


def find_dots(
    pixels: npt.NDArray[Any],
    *,
    bright: bool,
    pixel_mm: float | None,
    region: Region | None = None,
    least: float = LEAST_CONTRAST,
) -> tuple[Dot, ...]:
    """Dots of 0.1 to 1 mm, strongest first.

    pixels: stored values (rows, columns). bright: whether larger values are shown brighter.
    pixel_mm: ``None`` where unknown. region: only dots whose middle lies in it; what is around it
    is looked at for the noise, the rest of the image is not touched. least: contrast of the
    faintest dot; 4 finds more of them and some noise, 6 hardly anything but dots.
    """
    window = _window(pixels.shape, region)
    part = pixels[window]
    if min(part.shape) < 3:
        return ()
    found = np.concatenate([*_candidates(part, bright, pixel_mm or UNKNOWN_PIXEL_MM, least)])
    found[:, :2] += (window[1].start, window[0].start)
    if region is not None:
        found = found[_inside(found, region)]
    return tuple(
        Dot(ImagePoint(x, y), radius, contrast)
        for x, y, radius, contrast in _strongest(found).tolist()
    )


def snap_to_dot(
    pixels: npt.NDArray[Any], at: ImagePoint, reach: float, *, bright: bool
) -> PixelIndex | None:
    """The brightest pixel of the dot that a press means: the plainest within reach, near first.

    reach: stored pixels. ``None`` where nothing within reach looks like a dot.
    """
    side = 2 * _ceil(reach) + 1
    middle = at.pixel()
    left, top = middle.column - side // 2, middle.row - side // 2
    region = (np.ones((side, side), np.uint8), left, top)
    dots = find_dots(pixels, bright=bright, pixel_mm=None, region=region, least=_LEAST_PRESSED)
    far = [math.hypot(dot.at.x - at.x, dot.at.y - at.y) / max(reach, 1.0) for dot in dots]
    near = [(dot, away) for dot, away in zip(dots, far, strict=True) if away <= 1]
    if not near:
        return None
    best, _ = max(near, key=lambda pair: pair[0].contrast * (1.2 - pair[1]))
    return _brightest(pixels, best.at, best.radius, bright)


def grow_dot(
    pixels: npt.NDArray[Any], at: PixelIndex, *, bright: bool, pixel_mm: float | None
) -> Region:
    """The dot's pixels: those that hang together with ``at`` at half the dot's contrast.

    at: its brightest pixel, as ``snap_to_dot`` gives it. At most 1.5 mm wide: where half the
    contrast would run into the tissue around, more is asked for. Holes are filled. Raises
    IndexError where ``at`` lies outside the image.
    """
    rows, columns = pixels.shape
    if not (0 <= at.row < rows and 0 <= at.column < columns):
        raise IndexError(f"no pixel {at.row}, {at.column} in an image of {rows}x{columns}")
    reach = max(2, round(WIDEST_MM / 2 / (pixel_mm or UNKNOWN_PIXEL_MM)))
    top, left = max(0, at.row - 2 * reach), max(0, at.column - 2 * reach)
    part = pixels[top : at.row + 2 * reach + 1, left : at.column + 2 * reach + 1]
    # So little blur keeps a dot of 3 pixels, and takes the edge off noise.
    grey = _blurred(part.astype(np.float32) * (1 if bright else -1), 0.5)
    seed = (at.row - top, at.column - left)
    disc = _disc(grey.shape, seed, reach)
    grown = _grown(grey, seed, disc)
    held_rows, held_columns = (np.flatnonzero(grown.any(axis=axis)) for axis in (1, 0))
    first, start = int(held_rows[0]), int(held_columns[0])
    held = grown[first : held_rows[-1] + 1, start : held_columns[-1] + 1]
    return np.ascontiguousarray(held), left + start, top + first


def _window(shape: tuple[int, ...], region: Region | None) -> tuple[slice, slice]:
    """The part of the image that holds the region and enough around it."""
    rows, columns = shape
    if region is None:
        return slice(0, rows), slice(0, columns)
    patch, left, top = region
    margin = 3 * _BLOCK
    across = slice(max(0, left - margin), max(0, min(columns, left + patch.shape[1] + margin)))
    down = slice(max(0, top - margin), max(0, min(rows, top + patch.shape[0] + margin)))
    return down, across


def _candidates(
    part: npt.NDArray[Any], bright: bool, pixel_mm: float, least: float
) -> Iterator[Floats]:
    """(n, 4) of x, y, radius, contrast for each scale, in the part's pixels; fine scales first."""
    grey = part.astype(np.float32)
    if not bright:
        np.negative(grey, out=grey)
    step = 1
    for sigma_mm in SIGMAS_MM:
        sigma = max(sigma_mm / pixel_mm, 0.7)
        while sigma / step > 1.5 and min(grey.shape) >= 64:
            step *= 2
            half = cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
            grey = np.asarray(half, np.float32)
        found = _at_scale(grey, sigma / step, least)
        found[:, :2] = (found[:, :2] + 0.5) * step - 0.5
        found[:, 2] *= step
        yield found


def _at_scale(grey: Floats, sigma: float, least: float) -> Floats:
    """Peaks of a difference of Gaussians that stand out, (n, 4) of x, y, radius, contrast."""
    answer = _blurred(grey, sigma)
    answer -= _blurred(grey, sigma * _RATIO)
    level = np.asarray(cv2.resize(_noise(answer), _across_down(answer)), np.float32)
    candidates = answer > least * level
    candidates &= answer >= cv2.dilate(answer, _NARROW)
    candidates[[0, -1]] = False
    candidates[:, [0, -1]] = False
    y, x = np.divmod(np.flatnonzero(candidates), answer.shape[1])
    keep = _round(answer, x, y)
    x, y = x[keep], y[keep]
    contrast = answer[y, x] / level[y, x]
    radius = np.full(x.shape, math.sqrt(2) * sigma)
    return np.stack([x, y, radius, contrast], axis=1).astype(np.float32)


def _blurred(grey: Floats, sigma: float) -> Floats:
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), sigma), np.float32)


def _across_down(grey: Floats) -> tuple[int, int]:
    return grey.shape[1], grey.shape[0]


def _noise(answer: Floats) -> Floats:
    """Standard deviation of an answer around each place, on a coarse grid; dots don't count."""
    size = tuple(max(1, -(-side // _BLOCK)) for side in _across_down(answer))
    spread = cv2.resize(np.abs(answer), size, interpolation=cv2.INTER_AREA)
    if min(size) >= 3:
        spread = cv2.medianBlur(spread, 3)
    floor = 1e-3 * float(spread.max()) + 1e-6
    noise: Floats = np.maximum(np.asarray(spread, np.float32) * _SPREAD_OF_MEAN, floor)
    return noise


def _round(
    answer: Floats, x: npt.NDArray[np.intp], y: npt.NDArray[np.intp]
) -> npt.NDArray[np.bool_]:
    """Whether a peak falls off alike along rows, columns and diagonals, as no line does."""
    falls = np.stack(
        [
            (2 * answer[y, x] - answer[y + down, x + across] - answer[y - down, x - across])
            / (across**2 + down**2)
            for across, down in ((1, 0), (1, 1), (0, 1), (-1, 1))
        ]
    )
    return np.asarray(falls.min(axis=0) > _LEAST_FALL * falls.max(axis=0), np.bool_)


def _inside(found: Floats, region: Region) -> npt.NDArray[np.bool_]:
    patch, left, top = region
    x = np.rint(found[:, 0]).astype(int) - left
    y = np.rint(found[:, 1]).astype(int) - top
    held: npt.NDArray[np.bool_] = (x >= 0) & (y >= 0) & (x < patch.shape[1]) & (y < patch.shape[0])
    held[held] = patch[y[held], x[held]] > 0
    return held


def _strongest(found: Floats) -> Floats:
    """Strongest first; of dots that lie in each other, found at several scales, the strongest."""
    found = found[np.argsort(-found[:, 3], kind="stable")][:MOST_DOTS]
    taken: dict[tuple[int, int], list[tuple[float, float, float]]] = {}
    kept = []
    cell = 16
    for index, (x, y, radius, _) in enumerate(found.tolist()):
        column, row = int(x) // cell, int(y) // cell
        near = (
            other
            for place in ((column + i, row + j) for i in (-1, 0, 1) for j in (-1, 0, 1))
            for other in taken.get(place, ())
        )
        if any((x - u) ** 2 + (y - v) ** 2 < max(radius, r) ** 2 for u, v, r in near):
            continue
        taken.setdefault((column, row), []).append((x, y, radius))
        kept.append(index)
    return found[kept]


def _ceil(length: float) -> int:
    return max(1, math.ceil(length))


def _brightest(pixels: npt.NDArray[Any], at: ImagePoint, radius: float, bright: bool) -> PixelIndex:
    middle, reach = at.pixel(), _ceil(radius)
    top, left = max(0, middle.row - reach), max(0, middle.column - reach)
    part = pixels[top : middle.row + reach + 1, left : middle.column + reach + 1]
    place = int(part.argmax() if bright else part.argmin())
    row, column = divmod(place, part.shape[1])
    return PixelIndex(top + row, left + column)


def _disc(shape: tuple[int, ...], seed: tuple[int, int], reach: float) -> Patch:
    y, x = np.ogrid[: shape[0], : shape[1]]
    near = (y - seed[0]) ** 2 + (x - seed[1]) ** 2 <= (reach + 0.5) ** 2
    return np.asarray(near, np.uint8)


def _grown(grey: Floats, seed: tuple[int, int], disc: Patch) -> Patch:
    """At half the contrast to what lies right around the dot; that is known once it was grown."""
    ground = float(np.median(grey))
    part = _above(grey, seed, disc, ground)
    for _ in range(2):
        around = (cv2.dilate(part, _WIDE) > 0) & (cv2.dilate(part, _NARROW) == 0)
        if around.any():
            ground = float(np.median(grey[around]))
        part = _above(grey, seed, disc, ground)
    return part


def _above(grey: Floats, seed: tuple[int, int], disc: Patch, ground: float) -> Patch:
    """The seed's part above a share of its height over the ground that stays off the disc's rim."""
    rim = (disc > 0) & (cv2.erode(disc, _NARROW, borderType=cv2.BORDER_REPLICATE) == 0)
    height = float(grey[seed]) - ground
    single = np.zeros_like(disc)
    single[seed] = 1
    if height <= 0:
        return single
    for share in _SHARES:
        above = disc & (grey >= ground + share * height)
        labels = cv2.connectedComponents(above, connectivity=8)[1]
        part = (labels == labels[seed]).astype(np.uint8)
        if not part[rim].any():
            return _filled(part)
    return single


def _filled(part: Patch) -> Patch:
    outlines, _ = cv2.findContours(part, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return np.asarray(cv2.drawContours(part.copy(), outlines, -1, 1, cv2.FILLED), np.uint8)
