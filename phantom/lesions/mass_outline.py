"""The outline of a mass in a view, as a radius for each angle, and how its rim fades."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from domain.lexicon import DescriptorAxis
from domain.view_position import HangFamily
from phantom.lesions.lesion import Lesion
from phantom.lesions.soft_texture import around_circle
from phantom.space.grid import Field
from phantom.space.streams import stream

ANGLES = 4096
"""Angles of a table; 0 points along u, a quarter further along v."""

_ASPECTS = {"round": (0.9, 1.0), "oval": (0.55, 0.85), "lobular": (0.6, 0.9)}
_UNEVEN = {"round": 0.025, "oval": 0.045, "lobular": 0.1}
_IRREGULAR_ASPECT, _IRREGULAR_UNEVEN = (0.62, 0.95), 0.17


@dataclass(frozen=True)
class Outline:
    """Radii in mm around the centre, float32 (ANGLES,).

    smooth: the solid without what sits on its rim. edge: with lobules and roots of spicules.
    """

    smooth: Field = field(repr=False)
    edge: Field = field(repr=False)

    def leaning(self) -> Field:
        """Cosine of the angle between the edge's normal and the radius: float32 (ANGLES,).

        Turns differences of radius into distances from the edge; kept above 0.35.
        """
        slope = np.gradient(np.log(self.edge)) * (ANGLES / (2 * math.pi))
        kernel = np.hanning(41) / np.hanning(41).sum()
        wrapped = np.concatenate([slope[-20:], slope, slope[:20]])
        even = np.convolve(wrapped, kernel, mode="valid")
        return np.asarray(np.maximum(1 / np.sqrt(1 + even**2), 0.35), np.float32)


@dataclass(frozen=True)
class Rim:
    """How a mass ends at each angle, float32 (ANGLES,).

    soft_mm: distance over which it fades. kept: share of the density that remains at the edge.
    rough_mm: how far the edge wanders finely, in mm.
    """

    soft_mm: Field = field(repr=False)
    kept: Field = field(repr=False)
    rough_mm: float


def outline_of(lesion: Lesion, family: HangFamily, roots: Field | None = None) -> Outline:
    """The outline in one view; its longest extent is the lesion's size (or up to 8 % less).

    Views share the coarse form and differ a little, as projections of one solid do. roots: angles
    in radians at which spicules leave, which draw the edge out.
    """
    unit = _unit_form(lesion, family)
    own = stream(lesion.seed, "extent", family.value)
    target = lesion.size_mm * own.uniform(0.92, 1.0)
    smooth = unit * (target / longest_extent(unit))
    edge = smooth
    if roots is not None:
        edge = smooth * (1 + _drawn_out(lesion, family, roots))
    elif lesion.term(DescriptorAxis.MASS_MARGIN) == "microlobulated":
        edge = smooth + _lobules(lesion, family, smooth)
    scale = target / longest_extent(edge)
    return Outline((smooth * scale).astype(np.float32), (edge * scale).astype(np.float32))


def longest_extent(radius: Field) -> float:
    """The greatest distance between two points of an outline given by its radii."""
    angle = np.arange(0, ANGLES, 16) * (2 * math.pi / ANGLES)
    radii = radius[::16].astype(np.float64)
    along = radii[:, None] * np.cos(angle[:, None] - angle[None, :128:2])
    return float((along.max(axis=0) - along.min(axis=0)).max())


def rim_of(lesion: Lesion, family: HangFamily) -> Rim:
    """How the margin's term and the subtlety let the mass end."""
    margin = lesion.term(DescriptorAxis.MASS_MARGIN)
    random = stream(lesion.seed, "rim", family.value)
    wave = around_circle(random, 1, 7, ANGLES, 0.7)
    half = lesion.size_mm / 2
    veil = _veil(random, margin, lesion.subtlety)
    veiled_mm = half * random.uniform(0.45, 0.75)
    soft = {
        "circumscribed": np.full(ANGLES, 0.5),
        "obscured": np.full(ANGLES, 0.6),
        "microlobulated": 0.5 * np.exp(0.2 * wave),
        "spiculated": 0.12 * half * np.exp(0.35 * wave) + 0.6,
    }.get(margin, _blurred(random, wave, half))
    soft = soft * (1 + 0.8 * lesion.subtlety) + 0.5 * lesion.subtlety
    kept = np.clip(1 - 0.75 * veil, 0, 1) * np.exp(0.15 * around_circle(random, 1, 4, ANGLES, 0.5))
    rough = {"circumscribed": 0.05, "obscured": 0.1, "microlobulated": 0.15}.get(margin, 0.45)
    return Rim(
        soft_mm=(soft + veil * np.maximum(veiled_mm - soft, 0)).astype(np.float32),
        kept=np.clip(kept, 0.15, 1.25).astype(np.float32),
        rough_mm=rough * min(1.0, lesion.size_mm / 10),
    )


def _unit_form(lesion: Lesion, family: HangFamily) -> Field:
    """An uneven ellipse about 1 in radius; the coarse form comes from the lesion, little varies."""
    shape = lesion.term(DescriptorAxis.MASS_SHAPE)
    low, high = _ASPECTS.get(shape, _IRREGULAR_ASPECT)
    uneven = _UNEVEN.get(shape, _IRREGULAR_UNEVEN)
    shared = stream(lesion.seed, "form")
    own = stream(lesion.seed, "form", family.value)
    aspect = float(np.clip(shared.uniform(low, high) + own.normal(0, 0.03), low, high))
    tilt = shared.uniform(0, math.pi) + own.normal(0, 0.25)
    highest = 9 if shape not in _ASPECTS else 4
    waves = around_circle(shared, 2, highest, ANGLES, 0.9)
    waves = 0.87 * waves + 0.5 * around_circle(own, 2, highest, ANGLES, 0.9)
    angle = np.arange(ANGLES) * (2 * math.pi / ANGLES) - tilt
    ellipse = 1 / np.hypot(np.cos(angle), np.sin(angle) / aspect)
    return np.asarray(ellipse * np.exp(uneven * waves), np.float32)


def _lobules(lesion: Lesion, family: HangFamily, smooth: Field) -> Field:
    """Bulges of 1 to 3 mm that stand side by side on the rim, in mm above it."""
    random = stream(lesion.seed, "lobules", family.value)
    around = 2 * math.pi * float(smooth.mean())
    count = max(6, round(around / random.uniform(1.7, 2.6)))
    widths = random.uniform(0.5, 1.5, count)
    ends = np.cumsum(widths) / widths.sum()
    place = (np.arange(ANGLES) / ANGLES + random.uniform()) % 1.0
    which = np.minimum(np.searchsorted(ends, place, side="right"), count - 1)
    starts = np.concatenate([[0.0], ends[:-1]])
    across = 2 * (place - starts[which]) / (ends - starts)[which] - 1
    height = random.uniform(0.15, 0.5, count)[which] * (ends - starts)[which] * around
    return np.asarray(height * np.sqrt(np.clip(1 - across**2, 0, 1)), np.float32)


def _drawn_out(lesion: Lesion, family: HangFamily, roots: Field) -> Field:
    """Share by which the edge is drawn out at spicules' roots: pointed, unequal."""
    random = stream(lesion.seed, "roots", family.value)
    angle = np.arange(ANGLES) * (2 * math.pi / ANGLES)
    height = np.clip(0.14 * random.lognormal(0, 0.9, len(roots)), 0, 0.55)
    width = random.uniform(0.05, 0.18, len(roots))
    away = np.abs((angle[:, None] - roots[None, :] + math.pi) % (2 * math.pi) - math.pi)
    peaks = height * np.exp(-np.sqrt(away**2 + 0.015**2) / width)
    return np.asarray(peaks.max(axis=1), np.float32)


def _veil(random: np.random.Generator, margin: str, subtlety: float) -> Field:
    """0 where the rim is seen, 1 where it is lost: one sector, soft at its ends, (ANGLES,)."""
    middle, share = random.uniform(0, 2 * math.pi), random.uniform(0.25, 0.7)
    lost = {"obscured": 1.0, "circumscribed": 0.25, "microlobulated": 0.3}.get(margin, 0.6)
    if margin != "obscured":
        share *= 0.4 + 0.4 * subtlety
    angle = np.arange(ANGLES) * (2 * math.pi / ANGLES)
    away = np.abs((angle - middle + math.pi) % (2 * math.pi) - math.pi)
    ramp = np.clip((share * math.pi + 0.25 - away) / 0.5, 0, 1)
    return np.asarray(lost * ramp * ramp * (3 - 2 * ramp), np.float32)


def _blurred(random: np.random.Generator, wave: Field, half_mm: float) -> Field:
    """Widths of 1.5 to 5 mm that an indistinct margin fades over, less on small masses."""
    middle = random.uniform(2.2, 3.6)
    width = np.clip(middle * np.exp(0.4 * wave), 1.5, 5.0)
    return np.asarray(np.minimum(width, max(1.5, 0.7 * half_mm)), np.float32)
