"""How thick a small hard body is along the beam, and what that leaves in each pixel.

Bodies are convex lumps and bent tubes in millimetres of the breast's frame. They turn with the view
but do not give way under compression. They are sampled far finer than they are thick, on a lattice
of their own, and averaged exactly over the pixels, so that no pixel size loses any of them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from phantom.space.grid import Field, Grid, Mask
from phantom.space.points import BreastPoint

Numbers = npt.NDArray[np.float64]

_LONGEST = 1200  # samples along a side of a body's lattice


@dataclass(frozen=True)
class Lump:
    """An ellipsoid, perhaps cut flat at places, perhaps hollow.

    centre: (3,) mm from the dot's middle, as depth, lateral, head. axes: (3, 3), half axes in mm as
    columns. cuts: (n, 4) planes in the frame where the ellipsoid is the unit ball; what lies beyond
    ``normal . place = distance`` is cut off. hollow: the part of the size that is empty, 0 to 1.
    """

    centre: Numbers = field(repr=False)
    axes: Numbers = field(repr=False)
    cuts: Numbers = field(repr=False)
    hollow: float = 0.0


@dataclass(frozen=True)
class Tube:
    """A bent rod. path: (n, 3) mm from the dot's middle; radii: (n,) mm; hollow: as of a lump."""

    path: Numbers = field(repr=False)
    radii: Numbers = field(repr=False)
    hollow: float = 0.0


Body = Lump | Tube


@dataclass(frozen=True)
class Sheet:
    """Thickness along the beam, sampled finely.

    mm: float32 (rows, columns). u0, v0: the view's place in mm of the first sample. step_mm:
    distance of samples; each stands for a square of that side.
    """

    mm: Field = field(repr=False)
    u0: float
    v0: float
    step_mm: float

    @property
    def volume(self) -> float:
        """All of it in cubic mm."""
        return float(self.mm.sum(dtype=np.float64)) * self.step_mm**2


def vector(place: BreastPoint) -> Numbers:
    """The place as float64 (3,): depth, lateral, head."""
    return np.array([place.depth, place.lateral, place.head])


def beam_axes(angle: float) -> Numbers:
    """Directions of u, v and t in the breast's frame, as rows of a (3, 3); angle in degrees."""
    across, up = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    return np.array([[1.0, 0.0, 0.0], [0.0, -across, -up], [0.0, -up, across]])


def sheet_of(bodies: Sequence[Body], axes: Numbers, step_mm: float) -> Sheet:
    """The bodies seen along the beam, with u and v counted from the dot's middle.

    Where they overlap, the thickest counts: they are parts of one thing.
    """
    boxes = [_box(body, axes) for body in bodies]
    low = np.min([box[0] for box in boxes], axis=0) - step_mm
    high = np.max([box[1] for box in boxes], axis=0) + step_mm
    step_mm = max(step_mm, float((high - low).max()) / _LONGEST)
    columns, rows = (int(n) for n in np.ceil((high - low) / step_mm) + 1)
    sheet = Sheet(np.zeros((rows, columns), np.float32), float(low[0]), float(low[1]), step_mm)
    for body in bodies:
        if isinstance(body, Lump):
            _add_lump(sheet, body, axes)
        else:
            _add_tube(sheet, body, axes)
    return sheet


def averaged(sheet: Sheet, u: float, v: float, grid: Grid) -> tuple[int, int, Field, Field] | None:
    """Mean thickness and share of each pixel that a sheet laid at (u, v) covers.

    Returns top and left of the touched part of the grid, mm and share (0 to 1), both float32; or
    ``None`` where it lies outside the grid.
    """
    first_u, first_v = u + sheet.u0 - sheet.step_mm / 2, v + sheet.v0 - sheet.step_mm / 2
    rows = _span(grid.row_of(first_v), sheet.mm.shape[0] * sheet.step_mm / grid.pixel_mm, grid.rows)
    columns = _span(
        grid.column_of(first_u), sheet.mm.shape[1] * sheet.step_mm / grid.pixel_mm, grid.columns
    )
    if rows.stop <= rows.start or columns.stop <= columns.start:
        return None
    scale = grid.pixel_mm / sheet.step_mm
    at_rows = _edges(rows, grid.row_of(first_v)) * scale
    at_columns = _edges(columns, grid.column_of(first_u)) * scale
    mm = _binned(_binned(sheet.mm, at_rows).T, at_columns).T
    share = _binned(_binned((sheet.mm > 0).astype(np.float32), at_rows).T, at_columns).T
    area = np.float32(1 / scale**2)
    return rows.start, columns.start, mm * area, share * area


def _span(first: float, length: float, end: int) -> range:
    return range(max(math.floor(first + 0.5), 0), min(math.ceil(first + length + 0.5), end))


def _edges(pixels: range, first: float) -> Numbers:
    edges: Numbers = np.arange(pixels.start, pixels.stop + 1, dtype=np.float64) - (0.5 + first)
    return edges


def _binned(samples: Field, edges: Numbers) -> Field:
    """Sums of samples between edges, counted in samples along the first axis."""
    total = np.zeros((samples.shape[0] + 1, samples.shape[1]), np.float64)
    np.cumsum(samples, axis=0, out=total[1:])
    place = np.clip(edges, 0, samples.shape[0])
    below = np.minimum(place.astype(np.intp), samples.shape[0] - 1)
    part = (place - below)[:, None]
    reached = total[below] * (1 - part) + total[below + 1] * part
    sums: Field = np.diff(reached, axis=0).astype(np.float32)
    return sums


def _box(body: Body, axes: Numbers) -> tuple[Numbers, Numbers]:
    if isinstance(body, Lump):
        centre = axes[:2] @ body.centre
        reach = np.linalg.norm(axes[:2] @ body.axes, axis=1)
        return centre - reach, centre + reach
    path = body.path @ axes[:2].T
    reach = body.radii[:, None]
    return (path - reach).min(axis=0), (path + reach).max(axis=0)


def _window(
    sheet: Sheet, low: Numbers, high: Numbers
) -> tuple[tuple[slice, slice], npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """The samples of a box: where they lie, their u (1, n) and v (n, 1)."""
    first = np.floor((low - (sheet.u0, sheet.v0)) / sheet.step_mm).astype(int).clip(0)
    last = np.ceil((high - (sheet.u0, sheet.v0)) / sheet.step_mm).astype(int) + 1
    rows, columns = slice(first[1], last[1]), slice(first[0], last[0])
    here = sheet.mm[rows, columns].shape
    u = sheet.u0 + sheet.step_mm * (first[0] + np.arange(here[1], dtype=np.float32))
    v = sheet.v0 + sheet.step_mm * (first[1] + np.arange(here[0], dtype=np.float32))
    return (rows, columns), u[None, :].astype(np.float32), v[:, None].astype(np.float32)


def _add_lump(sheet: Sheet, lump: Lump, axes: Numbers) -> None:
    where, u, v = _window(sheet, *_box(lump, axes))
    centre = axes @ lump.centre
    inverse = np.linalg.inv(axes @ lump.axes).astype(np.float64)
    u, v = u - float(centre[0]), v - float(centre[1])
    mm = _chord(inverse, lump.cuts, u, v)
    if lump.hollow > 0:
        mm -= _chord(np.divide(inverse, lump.hollow), lump.cuts, u, v)
    np.maximum(sheet.mm[where], mm, out=sheet.mm[where])


def _chord(inverse: Numbers, cuts: Numbers, u: Field, v: Field) -> Field:
    """Length of each beam inside the unit ball of a frame, less what lies beyond the cuts."""
    to_ball = inverse.astype(np.float32)
    at = [row[0] * u + row[1] * v for row in to_ball]
    along = to_ball[:, 2]
    square = np.float32(along @ along)
    middle = -(along[0] * at[0] + along[1] * at[1] + along[2] * at[2]) / square
    rest = middle**2 - (at[0] ** 2 + at[1] ** 2 + at[2] ** 2 - 1) / square
    half = np.sqrt(np.maximum(rest, 0))
    low, high = middle - half, middle + half
    for x, y, z, distance in cuts.astype(np.float32):
        slope = x * along[0] + y * along[1] + z * along[2]
        room = distance - (x * at[0] + y * at[1] + z * at[2])
        if slope > 1e-6:
            high = np.minimum(high, room / slope)
        elif slope < -1e-6:
            low = np.maximum(low, room / slope)
        else:
            high = np.where(room < 0, low, high)
    length: Field = np.maximum(high - low, 0)
    return length


def _add_tube(sheet: Sheet, tube: Tube, axes: Numbers) -> None:
    path = tube.path @ axes.T
    if tube.hollow <= 0:
        _add_pieces(sheet.mm, sheet, path, tube.radii)
        return
    whole, core = np.zeros_like(sheet.mm), np.zeros_like(sheet.mm)
    _add_pieces(whole, sheet, path, tube.radii)
    _add_pieces(core, sheet, path, tube.radii * tube.hollow)
    np.maximum(sheet.mm, whole - core, out=sheet.mm)


def _add_pieces(mm: Field, sheet: Sheet, path: Numbers, radii: Numbers) -> None:
    for start, end, first, last in zip(path[:-1], path[1:], radii[:-1], radii[1:], strict=True):
        widest = max(first, last)
        low, high = np.minimum(start, end)[:2] - widest, np.maximum(start, end)[:2] + widest
        where, u, v = _window(sheet, low, high)
        piece = _piece(end - start, (first, last), u - float(start[0]), v - float(start[1]))
        np.maximum(mm[where], piece, out=mm[where])


def _piece(by: Numbers, radii: tuple[float, float], u: Field, v: Field) -> Field:
    """Chords through a straight piece with round ends that begins at (0, 0) and goes ``by`` far.

    They are longer the steeper it runs along the beam.
    """
    du, dv, dt = (float(x) for x in by)
    flat = max(du * du + dv * dv, 1e-9)
    share = np.clip((u * du + v * dv) / flat, 0, 1)
    apart = (u - share * du) ** 2 + (v - share * dv) ** 2
    radius = radii[0] + share * (radii[1] - radii[0])
    steep = min(math.sqrt((flat + dt * dt) / flat), 2.0)
    piece: Field = (2 * steep * np.sqrt(np.maximum(radius**2 - apart, 0))).astype(np.float32)
    return piece


def own_pixels(mm: Field, share: Field) -> Mask:
    """The pixels of one dot: covered for three tenths or more, or holding most of it."""
    total = float(mm.sum())
    if total <= 0:
        return np.zeros(mm.shape, np.bool_)
    mask: Mask = (share > 0.3) | (mm > 0.5 * total)
    if not mask.any():
        mask[np.unravel_index(int(mm.argmax()), mm.shape)] = True
    return mask
