"""What is no tissue: biopsy clips, lead letters, and lines of the detector."""

from __future__ import annotations

import itertools
import math

import cv2
import numpy as np
import numpy.typing as npt

from phantom.decoys.canvas import Canvas, canvas_around, random_direction, turned
from phantom.decoys.decoy import Decoy
from phantom.space.grid import Field, Grid
from phantom.space.points import BreastPoint, ViewPoint
from phantom.space.projection import Projection
from phantom.space.stamp import Painted
from phantom.space.streams import stream

CLIP_FINE_MM = 0.04
CLIP_WIRE_MM = 0.3
LETTER_FINE_MM = 0.12
LETTER_DOTS_PER_MM = 12
CAPITAL = 0.748
"""Height of capitals as a share of the font's size, measured."""
LEAD_MM = 1.5
SMALL_LINE = 0.5
"""Height of the lines under the first one, as a share of it."""
DETECTOR_PITCH_MM = 0.1
LINE_REACH_MM = 0.15
"""Pixels up to this size are taken for the detector's own; larger ones blend several."""
NEAR_AIR = 0.15
"""Brightness under which a faulty line fades."""

Points = npt.NDArray[np.float64]


def paint_clip(decoy: Decoy, at: ViewPoint, projection: Projection, grid: Grid) -> Painted:
    """A clip left by a biopsy, of bent wire or a small rod: metal in mm, nothing else."""
    rng = stream(decoy.seed, "clip")
    shapes = (_ribbon, _coil, _wing, _rod, _hairpin)
    shape = shapes[int(rng.integers(len(shapes)))]
    radius = 0.4 if shape is _rod else CLIP_WIRE_MM / 2
    bent = shape() * (decoy.size_mm - 2 * radius)
    shown = bent @ _seen_axes(rng, projection)
    canvas = canvas_around(grid, at, decoy.size_mm * 0.8 + 2 * radius, CLIP_FINE_MM)
    away = _distance_squared(canvas, shown)
    return Painted(metal=canvas.stamp(2 * np.sqrt(np.clip(radius**2 - away, 0, None))))


def _seen_axes(rng: np.random.Generator, projection: Projection) -> Points:
    """(3, 2): where the view shows the clip's three axes, in mm per mm along u and v."""
    long = _vector(random_direction(rng))
    other = _vector(random_direction(rng))
    side = other - (other @ long) * long
    side /= max(float(np.linalg.norm(side)), 1e-9)
    axes = (long, side, np.cross(long, side))
    seen = [turned(projection, BreastPoint(*map(float, axis))) for axis in axes]
    return np.array([(place.u, place.v) for place in seen])


def _vector(direction: BreastPoint) -> Points:
    return np.array([direction.depth, direction.lateral, direction.head])


def _distance_squared(canvas: Canvas, path: Points) -> Field:
    """Squared distance in mm to a path of (n, 2) places; float32, of the samples' shape."""
    nearest = canvas.empty() + np.float32(np.inf)
    for start, end in itertools.pairwise(path):
        du, dv = end - start
        x, y = canvas.x - np.float32(start[0]), canvas.y - np.float32(start[1])
        share = np.clip((x * du + y * dv) / max(du * du + dv * dv, 1e-12), 0, 1)
        away = (x - share * du) ** 2 + (y - share * dv) ** 2
        nearest = np.minimum(nearest, away.astype(np.float32))
    return nearest


# Wire shapes, (n, 3) of length 1 along their first axis, around 0.


def _ribbon() -> Points:
    s = np.linspace(-1, 1, 25)
    return np.stack([s**2 - 0.5, 1.1 * s * (s**2 - 0.6), 0.05 * s], axis=1)


def _coil() -> Points:
    turns = np.linspace(0, 3.5 * 2 * math.pi, 43)
    along = np.linspace(-0.5, 0.5, 43)
    return np.stack([along, 0.2 * np.cos(turns), 0.2 * np.sin(turns)], axis=1)


def _wing() -> Points:
    corners = [(-0.5, 0.28), (-0.5, -0.28), (0.5, 0.28), (0.5, -0.28), (-0.5, 0.28)]
    return np.array([(x, y, 0.1 * abs(x)) for x, y in corners])


def _rod() -> Points:
    return np.array([(-0.5, 0.0, 0.0), (0.5, 0.0, 0.0)])


def _hairpin() -> Points:
    bow = np.linspace(-math.pi / 2, math.pi / 2, 9)
    arc = [(0.28 + 0.22 * math.cos(a), 0.22 * math.sin(a), 0.0) for a in bow]
    return np.array([(-0.5, -0.16, 0.0), *arc, (-0.5, 0.16, 0.0)])


def paint_letters(
    text: str, u: float, v: float, height_mm: float, grid: Grid, *, mirrored: bool = False
) -> Painted:
    """Lead letters on the detector: metal in mm, centred on (u, v) in mm.

    text: lines divided by line feeds; the first has capitals of height_mm, the others half of
    that. mirrored: drawn the wrong way round, for pictures that are mirrored when finished.
    """
    drawn = _lettering(text, height_mm)
    if mirrored:
        drawn = np.ascontiguousarray(drawn[:, ::-1])
    rows, columns = drawn.shape
    reach = math.hypot(rows, columns) / 2 / LETTER_DOTS_PER_MM
    canvas = canvas_around(grid, ViewPoint(u, v), reach, LETTER_FINE_MM)
    x = canvas.x * LETTER_DOTS_PER_MM + (columns - 1) / 2
    y = canvas.y * LETTER_DOTS_PER_MM + (rows - 1) / 2
    shape = (y.shape[0], x.shape[1])
    across, down = (np.ascontiguousarray(np.broadcast_to(part, shape)) for part in (x, y))
    lead = cv2.remap(drawn, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    return Painted(metal=canvas.stamp(np.asarray(lead, np.float32)))


def _lettering(text: str, height_mm: float) -> Field:
    """The text's lines one under another: float32 mm of lead, at 12 dots a mm."""
    lines = [
        _line_of_letters(line, height_mm * (SMALL_LINE if number else 1.0))
        for number, line in enumerate(text.split("\n"))
    ]
    width = max(line.shape[1] for line in lines)
    filled = [np.pad(line, ((0, 0), (0, width - line.shape[1]))) for line in lines]
    return np.concatenate(filled)


def _line_of_letters(line: str, height_mm: float) -> Field:
    """One line whose capitals are height_mm high, with a margin of a quarter of that."""
    capital = round(height_mm * LETTER_DOTS_PER_MM)
    size = round(capital / CAPITAL)
    margin = capital // 4
    picture = np.zeros((capital + 2 * margin, (len(line) + 1) * size), np.uint8)
    face = cv2.FontFace("sans")
    place = (margin, margin + capital)
    end, _ = cv2.putText(picture, line, place, (255,), face, size, 600)
    drawn: Field = picture[:, : end[0] + margin].astype(np.float32) * np.float32(LEAD_MM / 255)
    return drawn


def draw_line_artefacts(brightness: Field, grid: Grid, seed: int) -> Field:
    """One to three faulty lines of the detector, now and then a trace of the grid's lines.

    brightness: float32 (rows, columns), 0 air to 1 brightest; the same comes back as a new array.
    Air stays black: a wrong gain changes what is there by a few per cent and no more.
    """
    drawn = brightness.copy()
    rng = stream(seed, "line artefacts")
    for _ in range(int(rng.integers(1, 4))):
        _draw_line(drawn, grid, rng)
    if rng.uniform() < 0.12:
        drawn *= 1 + _grid_lines(grid, rng)
    return drawn


def _draw_line(drawn: Field, grid: Grid, rng: np.random.Generator) -> None:
    """Brighten or darken a line in place: a column or row, whole, from a border on, or dotted."""
    place, border = rng.uniform(0.03, 0.97), rng.uniform(0.1, 0.9)
    strength = rng.uniform(0.02, 0.06) * (-1 if rng.uniform() < 0.4 else 1)
    wide, upright, form = int(rng.integers(1, 3)), rng.uniform() < 0.75, rng.uniform()
    dotted, spacing = form > 0.8, rng.uniform(0.4, 1.5)
    fine, step = grid.pixel_mm <= LINE_REACH_MM, 1
    if dotted and fine:
        strength, step = 2 * strength, max(2, round(spacing / grid.pixel_mm))
    elif not fine:
        # A coarser matrix blends the faulty line with its sound neighbours.
        strength *= min(1.0, wide * DETECTOR_PITCH_MM / grid.pixel_mm)
        strength *= 2 * DETECTOR_PITCH_MM / spacing if dotted else 1
    lines = drawn.T if upright else drawn
    first = int(place * (lines.shape[0] - 1))
    start = int(border * lines.shape[1]) if form < 0.35 else 0
    faulty = lines[first : first + (wide if fine else 1), start::step]
    # A gain is a constant after the logarithm; towards air it must vanish all the same.
    faulty += np.float32(strength) * np.clip(faulty / NEAR_AIR, 0, 1)


def _grid_lines(grid: Grid, rng: np.random.Generator) -> Field:
    """The shadow of a grid that moved too little, as a change of gain: float32 (rows, 1)."""
    period, strength = rng.uniform(0.25, 0.45), rng.uniform(0.006, 0.015)
    phase = 2 * math.pi * grid.v() / np.float32(period) + np.float32(rng.uniform(0, 6))
    kept = abs(float(np.sinc(grid.pixel_mm / period)))
    shadow: Field = np.float32(strength * kept) * np.sin(phase)
    return shadow
