"""Thin lines that leave a lesion: spicules of a mass, straight lines of a distortion."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from phantom.lesions.soft_canvas import Canvas
from phantom.space.grid import Field


@dataclass(frozen=True)
class Line:
    """One tapered line, in mm from the lesion's centre.

    x, y: where it begins. angle: its direction there in radians. length_mm. bend: sideways offset
    at its end as a share of the length. width_mm: full width at half maximum at its beginning; it
    tapers to 40 %. thick_mm: tissue along the beam at its beginning, falling towards its end;
    negative for a line of fat. wave: phase of its slight wander in radians. lasting: share of the
    thickness that is left at its end.
    """

    x: float
    y: float
    angle: float
    length_mm: float
    bend: float
    width_mm: float
    thick_mm: float
    wave: float
    lasting: float = 0.0


def draw_lines(lines: tuple[Line, ...], on: Canvas, *, joined: bool = False) -> Field:
    """Thickness of all lines in mm: float32 at the canvas's samples.

    Where lines cross their thicknesses add up; joined lines merge into one sheet (the thicker
    counts), as in a net.
    """
    total: Field = np.zeros((on.y.shape[0], on.x.shape[1]), np.float32)
    for line in lines:
        _add(total, line, on, joined=joined)
    return total


def forked(random: np.random.Generator, line: Line) -> Line:
    """A branch that leaves a line part of the way along; it is shorter, thinner and fainter."""
    at = random.uniform(0.25, 0.6) * line.length_mm
    side = line.bend * at * at / line.length_mm
    turn = random.choice([-1.0, 1.0]) * random.uniform(0.2, 0.5)
    return replace(
        line,
        x=line.x + at * math.cos(line.angle) - side * math.sin(line.angle),
        y=line.y + at * math.sin(line.angle) + side * math.cos(line.angle),
        angle=line.angle + turn,
        length_mm=random.uniform(0.3, 0.6) * line.length_mm,
        bend=-0.5 * line.bend,
        width_mm=0.75 * line.width_mm,
        thick_mm=0.5 * line.thick_mm,
    )


def _add(total: Field, line: Line, on: Canvas, *, joined: bool) -> None:
    """Add one line to the samples of its own rectangle."""
    end_x = line.x + line.length_mm * math.cos(line.angle)
    end_y = line.y + line.length_mm * math.sin(line.angle)
    aside = abs(line.bend) * line.length_mm + 2 * line.width_mm + 3 * on.step_mm + 0.3
    columns = _within(on.x[0], min(line.x, end_x) - aside, max(line.x, end_x) + aside)
    rows = _within(on.y[:, 0], min(line.y, end_y) - aside, max(line.y, end_y) + aside)
    x, y = on.x[:, columns] - line.x, on.y[rows] - line.y
    if x.size == 0 or y.size == 0:
        return
    cosine, sine = math.cos(line.angle), math.sin(line.angle)
    share = (x * cosine + y * sine) / line.length_mm
    wander = 0.15 * np.sin(5.0 * share + line.wave) * np.clip(share * 3, 0, 1)
    across = y * cosine - x * sine - line.bend * line.length_mm * share**2 - wander
    narrow = line.width_mm / 2.355 * (1 - 0.6 * np.clip(share, 0, 1))
    # A line thinner than the samples keeps its volume: it is widened and thinned alike.
    wide = np.hypot(narrow, 0.45 * on.step_mm)
    fading = 1 - (1 - line.lasting) * np.clip(share, 0, 1)
    fading = fading * np.clip(share * 8 + 1, 0, 1) * np.clip((1 - share) * 8 + line.lasting, 0, 1)
    uneven = 1 + 0.3 * np.sin(9.0 * share + 2 * line.wave)
    height = line.thick_mm * fading * uneven * narrow / wide
    drawn = height * np.exp(-0.5 * (across / wide) ** 2)
    before = total[rows, columns]
    total[rows, columns] = np.maximum(before, drawn) if joined else before + drawn


def _within(places: Field, low: float, high: float) -> slice:
    """The samples between two places; places rise."""
    return slice(int(np.searchsorted(places, low)), int(np.searchsorted(places, high)))
