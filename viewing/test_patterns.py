"""Test patterns for judging a display by eye, after AAPM TG18 (Report OR-03), in screen pixels.

Levels are given in percent of the display's range, 0 black and 100 white.
"""

from __future__ import annotations

from enum import Enum

import numpy as np
import numpy.typing as npt

Grey = npt.NDArray[np.uint8]

BACKGROUND = 20
"""Percent, around everything: about what TG18-QC has."""

STEPS = tuple(round(100 * step / 17) for step in range(18))
"""Percent of the grey steps; TG18-QC has eighteen from black to white."""

PAIRS = (1, 2)
"""Widths of a line in pixels."""


class Pattern(Enum):
    """One page of the patterns."""

    OVERVIEW = "overview"
    RAMP = "ramp"
    LINES = "lines"
    DARK = "dark"
    BRIGHT = "bright"


_UNIFORM = {Pattern.DARK: 10, Pattern.BRIGHT: 80}
"""Percent, as TG18-UNL10 and TG18-UNL80."""


def drawn(pattern: Pattern, rows: int, columns: int) -> Grey:
    """A pattern as large as a screen: uint8, (rows, columns), 0 black to 255 white."""
    if pattern in _UNIFORM:
        return _field(_UNIFORM[pattern], rows, columns)
    if pattern is Pattern.RAMP:
        return _ramps(rows, columns)
    if pattern is Pattern.LINES:
        return _lines(rows, columns)
    return _overview(rows, columns)


def grey(percent: float) -> int:
    """The 8-bit value of a level."""
    return round(percent * 255 / 100)


def line_pairs(size: int, width: int, *, upright: bool) -> Grey:
    """A square of black and white lines, each ``width`` pixels across; the first is white."""
    line = np.where(np.arange(size) // width % 2 == 0, 255, 0).astype(np.uint8)
    square = np.broadcast_to(line, (size, size))
    return np.ascontiguousarray(square if upright else square.T)


def low_contrast(size: int, below: float, above: float) -> Grey:
    """A square at one level with a square of half its size at another in its middle."""
    patch = _field(below, size, size)
    quarter = size // 4
    patch[quarter : size - quarter, quarter : size - quarter] = grey(above)
    return patch


def _field(percent: float, rows: int, columns: int) -> Grey:
    return np.full((rows, columns), grey(percent), np.uint8)


def _overview(rows: int, columns: int) -> Grey:
    """Grid, steps with corners 4 levels off, 0/5 and 95/100 %, lines in middle and corners."""
    page = _field(BACKGROUND, rows, columns)
    unit = max(min(rows, columns) // 10, 8)
    _rule(page, unit)
    for place, percent in enumerate(STEPS):
        row, column = _step_place(place, rows, columns, unit)
        _put(page, _step_patch(unit, percent), row, column)
    middle = rows // 2
    _put(page, low_contrast(unit, 0, 5), middle - unit // 2, columns // 2 - 2 * unit)
    _put(page, low_contrast(unit, 95, 100), middle - unit // 2, columns // 2 + unit)
    _put(page, _line_block(unit), middle - unit // 2, columns // 2 - unit // 2)
    inset = unit // 2
    for row in (inset, rows - inset - unit):
        for column in (inset, columns - inset - unit):
            _put(page, _line_block(unit), row, column)
    return page


def _rule(page: Grey, unit: int) -> None:
    """A grid whose squares must be square, and an edge that must be seen whole."""
    rows, columns = page.shape
    line = grey(BACKGROUND + 15)
    page[rows // 2 % unit :: unit, :] = line
    page[:, columns // 2 % unit :: unit] = line
    page[[0, -1], :] = 255
    page[:, [0, -1]] = 255


def _step_place(place: int, rows: int, columns: int, unit: int) -> tuple[int, int]:
    """Nine steps above the middle, nine below, from left to right."""
    line, across = divmod(place, 9)
    row = rows // 2 - 3 * unit if line == 0 else rows // 2 + 2 * unit
    return row, columns // 2 - 9 * unit // 2 + across * unit


def _step_patch(unit: int, percent: int) -> Grey:
    """A step with two corners a little brighter and two a little darker."""
    patch = _field(percent, unit, unit).astype(np.int16)
    corner = max(unit // 5, 2)
    patch[:corner, :corner] += 4
    patch[-corner:, -corner:] += 4
    patch[:corner, -corner:] -= 4
    patch[-corner:, :corner] -= 4
    return np.clip(patch, 0, 255).astype(np.uint8)


def _line_block(unit: int) -> Grey:
    """Four squares: lines of one and of two pixels, upright above and lying below."""
    half = unit // 2
    rows = [np.hstack([line_pairs(half, w, upright=up) for w in PAIRS]) for up in (True, False)]
    return np.vstack(rows)


def _ramps(rows: int, columns: int) -> Grey:
    """Two ramps that run against each other, over the eighteen steps."""
    ramp = np.round(np.linspace(0, 255, columns)).astype(np.uint8)
    steps = np.array([grey(STEPS[at * len(STEPS) // columns]) for at in range(columns)], np.uint8)
    page = np.empty((rows, columns), np.uint8)
    page[: rows // 3] = ramp
    page[rows // 3 : 2 * rows // 3] = ramp[::-1]
    page[2 * rows // 3 :] = steps
    return page


def _lines(rows: int, columns: int) -> Grey:
    """Lines of one pixel over the left half, of two over the right; upright above, lying below."""
    side = max(rows, columns)
    page = np.empty((rows, columns), np.uint8)
    middle, half = columns // 2, rows // 2
    for across, width in ((slice(0, middle), PAIRS[0]), (slice(middle, columns), PAIRS[1])):
        for down, upright in ((slice(0, half), True), (slice(half, rows), False)):
            part = page[down, across]
            part[:] = line_pairs(side, width, upright=upright)[: part.shape[0], : part.shape[1]]
    return page


def _put(page: Grey, patch: Grey, row: int, column: int) -> None:
    """Paint a patch; what lies outside of the page is left away."""
    patch = patch[max(-row, 0) :, max(-column, 0) :]
    part = page[max(row, 0) :, max(column, 0) :][: patch.shape[0], : patch.shape[1]]
    part[:] = patch[: part.shape[0], : part.shape[1]]
