"""Numbers that tell textures apart: power law, energy by octave, direction of lines.

The spectrum follows Burgess (Medical Physics 28, 2001): power falls as f**-beta with beta about 3
in mammograms, measured on Hann-windowed squares from 0.15 to 0.7 cycles/mm.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from training.baselines.shown import Field, Mask, ShownView

SQUARE_MM = 25.6
FIT_CYCLES_MM = (0.15, 0.7)
MOST_SQUARES = 120
RINGS = 24
OCTAVE_SIGMAS_MM = (0.3, 0.6, 1.2, 2.4, 4.8)
"""Each octave is the difference of blurs with this sigma and with twice it."""

_GRADIENT_MM, _WINDOW_MM = 0.8, 2.5
_RADIAL = np.deg2rad(30.0)

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Spectrum:
    """Mean power in rings. cycles_mm: middle of each ring; beta: exponent of the power law."""

    cycles_mm: Floats
    power: Floats
    beta: float
    squares: int


@dataclass(frozen=True)
class Octave:
    """One band inside the breast. energy: standard deviation of brightness."""

    sigma_mm: float
    energy: float
    skewness: float
    kurtosis: float


def spectrum(view: ShownView) -> Spectrum | None:
    """Of squares wholly in the tissue without muscle; ``None`` where none fits."""
    side = round(SQUARE_MM / view.pixel_mm)
    corners = _squares(view.tissue, side)
    if not len(corners):
        return None
    power = np.zeros((side, side))
    for row, column in corners:
        power += square_power(view.picture[row : row + side, column : column + side])
    return ring_spectrum(power / len(corners), view.pixel_mm, len(corners))


def square_power(square: npt.NDArray[Any]) -> Floats:
    """|FFT|**2 of a square less its plane, Hann-windowed; as large, frequency 0 first."""
    side = square.shape[0]
    ramp = np.linspace(-1, 1, side)
    flat = square - square.mean()
    norm = float((ramp**2).sum() * side)
    across, down = float((flat * ramp).sum()) / norm, float((flat.T * ramp).sum()) / norm
    flat = flat - across * ramp[None, :] - down * ramp[:, None]
    window = np.hanning(side)
    return np.asarray(np.abs(np.fft.fft2(flat * np.outer(window, window))) ** 2)


def ring_spectrum(power: Floats, pixel_mm: float, squares: int) -> Spectrum:
    """Mean power in rings of equal ratio, and the exponent fitted to them."""
    line = np.fft.fftfreq(len(power), pixel_mm)
    radius = np.hypot(line[:, None], line[None, :])
    edges = np.geomspace(1.5 / (len(power) * pixel_mm), 0.5 / pixel_mm, RINGS + 1)
    which = np.digitize(radius.ravel(), edges) - 1
    inside = (which >= 0) & (which < RINGS)
    count = np.bincount(which[inside], minlength=RINGS)
    kept = count > 0
    means, logs = (
        np.bincount(which[inside], value.ravel()[inside], RINGS)[kept] / count[kept]
        for value in (power, np.log(np.maximum(radius, edges[0])))
    )
    middle = np.exp(logs)
    return Spectrum(middle, means, exponent(middle, means), squares)


def exponent(cycles_mm: Floats, power: Floats) -> float:
    """Beta of power ~ f**-beta over ``FIT_CYCLES_MM``; NaN with fewer than three rings there."""
    within = (cycles_mm >= FIT_CYCLES_MM[0]) & (cycles_mm <= FIT_CYCLES_MM[1])
    if within.sum() < 3:
        return float("nan")
    return -float(np.polyfit(np.log(cycles_mm[within]), np.log(power[within]), 1)[0])


def _squares(tissue: Mask, side: int) -> npt.NDArray[np.int64]:
    """Top left corners of squares that fit, a quarter of a side apart; evenly thinned."""
    if side > min(tissue.shape):
        return np.zeros((0, 2), np.int64)
    sums = cv2.integral(tissue.astype(np.uint8))
    full = sums[side:, side:] - sums[:-side, side:] - sums[side:, :-side] + sums[:-side, :-side]
    step = max(1, side // 4)
    corners = np.argwhere(full[::step, ::step] == side * side) * step
    return corners[:: max(1, -(-len(corners) // MOST_SQUARES))]


def octaves(view: ShownView) -> tuple[Octave, ...]:
    """Energy and shape of each octave's values in the tissue away from skin and muscle."""
    weight = view.tissue.astype(np.float32)
    depth = _depth(view.tissue)
    found = []
    for sigma_mm in OCTAVE_SIGMAS_MM:
        sigma = sigma_mm / view.pixel_mm
        band = _blurred(view.picture, weight, sigma) - _blurred(view.picture, weight, 2 * sigma)
        values = band[depth > max(2 * sigma, 3 / view.pixel_mm)].astype(np.float64)
        if values.size:
            found.append(_octave(sigma_mm, values))
    return tuple(found)


def _octave(sigma_mm: float, values: Floats) -> Octave:
    centred = values - values.mean()
    spread = max(float(centred.std()), 1e-9)
    skewness, kurtosis = (float((centred**power).mean()) / spread**power for power in (3, 4))
    return Octave(sigma_mm, spread, skewness, kurtosis - 3)


def _blurred(picture: Field, weight: Field, sigma: float) -> Field:
    """Blur by the part of the kernel that lies inside."""
    blurs = (
        cv2.GaussianBlur(one, (0, 0), max(sigma, 0.3), borderType=cv2.BORDER_CONSTANT)
        for one in (picture * weight, weight)
    )
    inner, area = blurs
    return np.asarray(inner / np.maximum(area, 1e-3), np.float32)


def _depth(tissue: Mask) -> Field:
    """Pixels from the tissue's edge; the picture's own edges are none."""
    framed = cv2.copyMakeBorder(tissue.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    depth = cv2.distanceTransform(framed, cv2.DIST_L2, 5)[1:-1, 1:-1]
    return np.asarray(depth, np.float32)


def directions(view: ShownView) -> tuple[float, float]:
    """How line-like the tissue is (0 to 1), and what share of its lines runs to the nipple.

    The first is the structure tensor's mean coherence; the second the share, by gradient energy, of
    lines within 30 degrees of the nipple's direction: a third where lines run anyhow. NaN without a
    nipple or tissue.
    """
    inner = _depth(view.tissue) > 5 / view.pixel_mm
    if view.nipple is None or not inner.any():
        return float("nan"), float("nan")
    smooth = _blurred(view.picture, view.tissue.astype(np.float32), _GRADIENT_MM / view.pixel_mm)
    dx, dy = (cv2.Sobel(smooth, cv2.CV_32F, x, 1 - x, ksize=3) for x in (1, 0))
    width = _WINDOW_MM / view.pixel_mm
    xx, yy, xy = (cv2.GaussianBlur(one, (0, 0), width) for one in (dx * dx, dy * dy, dx * dy))
    energy = xx + yy + 1e-12
    coherence = np.hypot(xx - yy, 2 * xy) / energy
    line = 0.5 * np.arctan2(2 * xy, xx - yy) + np.pi / 2
    rows, columns = view.picture.shape
    away_y = view.nipple.y - np.arange(rows, dtype=np.float32)[:, None]
    away_x = view.nipple.x - np.arange(columns, dtype=np.float32)[None, :]
    turned = np.abs((line - np.arctan2(away_y, away_x) + np.pi / 2) % np.pi - np.pi / 2)
    weight = (energy * coherence)[inner]
    share = float((weight * (turned[inner] < _RADIAL)).sum() / weight.sum())
    return float(coherence[inner].mean()), share
