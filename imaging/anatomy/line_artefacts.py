"""Detector lines: single-pixel black and white dots along a column, found and mended.

Follows "Artifact Removal" of the DeepLIMa paper (section 2.2.1, equation 5). The dots look
like microcalcifications, so they are mended before a network sees the image.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

_WINDOW = 31
"""Columns of the running median that gives the profile without artefacts."""

_SPREADS = 8.0
"""A line stands out of the profile by at least so many robust spreads of its neighbourhood ..."""

_SHARE = 0.4
"""... and by at least this part of the profile itself."""

_EDGE_SHARE = 1.5
"""The same for the outermost lines, whose pixels have 5 neighbours to be alike, not 8."""

_DOT = 0.015
"""Least contrast of a dot, as a part of the picture's range: compression noise stays below."""

_STRAY = 8
"""So many strongest dots of a line count nothing: a calcification or a letter is no line."""

_SIXTEENTHS = 5
"""A line's dots lie in so many sixteenths of it: a skin edge along the line fills fewer."""

_BORDER = 0.08
"""Mean step, as a part of the picture's range, at which the picture's content ends (letterbox,
collimator): sharpening overshoots there, and no detector line is to be told."""

_MOST = 0.05
"""Where more than this part of all lines stands out, it is texture and no artefact."""

_BAND = 64
"""Rows handled at a time, so that intermediate arrays stay in the processor's cache."""

Profile = npt.NDArray[np.float64]


@dataclass(frozen=True)
class LineArtefacts:
    """The lines found. columns, rows: indices of the stored image, ascending. confidence: 0 to 1,
    how far the faintest of them stands out; 0 where there is none.
    """

    columns: tuple[int, ...] = ()
    rows: tuple[int, ...] = ()
    confidence: float = 0.0


def find_line_artefacts(image: npt.NDArray[Any], *, horizontal: bool = False) -> LineArtefacts:
    """Find artefact columns, and rows too where ``horizontal``.

    image: (rows, columns) of stored values in either polarity; reals or integers to 32 bits.
    """
    pixels = _comparable(image)
    columns, clear = _lines(pixels)
    if not horizontal:
        return LineArtefacts(columns, (), clear)
    rows, clear_rows = _lines(np.ascontiguousarray(pixels.T))
    both = min(clear, clear_rows) if columns and rows else max(clear, clear_rows)
    return LineArtefacts(columns, rows, both)


def remove_line_artefacts(image: npt.NDArray[Any], lines: LineArtefacts) -> npt.NDArray[Any]:
    """A copy in which each pixel of the lines is the median of its 8 neighbours.

    All other pixels are unchanged. Same shape and dtype as ``image``.
    """
    mended = image.copy()
    for column in lines.columns:
        mended[:, column] = _neighbour_medians(image, column)
    for row in lines.rows:
        mended[row] = _neighbour_medians(image.T, row)
    return mended


def profile(image: npt.NDArray[Any]) -> Profile:
    """Equation 5: h(x), the sum over y of the least difference to any of the 8 neighbours.

    image: (rows, columns), at least 2x2. Result: (columns,), float64.
    """
    pixels = _comparable(image)
    total = np.zeros(pixels.shape[1])
    for first in range(0, pixels.shape[0], _BAND):
        above, below = int(first == 0), int(first + _BAND >= pixels.shape[0])
        band = pixels[first - 1 + above : first + _BAND + 1]
        framed = cv2.copyMakeBorder(band, above, below, 1, 1, cv2.BORDER_REFLECT_101)
        start, stop = _uneven(framed)
        if start < stop:
            least = _least_differences(framed[:, start : stop + 2])
            total[start:stop] += cv2.reduce(least, 0, cv2.REDUCE_SUM, dtype=cv2.CV_64F)[0]
    return total


def _uneven(framed: npt.NDArray[Any]) -> tuple[int, int]:
    """The first column, and one past the last, that may differ from a neighbour; without the frame.

    Beside them all is of one value, as air mostly is: there nothing needs to be computed.
    """
    start, stop = 0, framed.shape[1]
    if (framed[:, 0] == framed[0, 0]).all():
        differ = (framed != framed[0, 0]).any(axis=0)
        start = int(differ.argmax()) if differ.any() else stop
    if start < stop and (framed[:, -1] == framed[0, -1]).all():
        differ = (framed[:, start:] != framed[0, -1]).any(axis=0)
        stop -= int(differ[::-1].argmax())
    return max(0, start - 2), min(stop, framed.shape[1] - 2)


def _comparable(image: npt.NDArray[Any]) -> npt.NDArray[Any]:
    if image.ndim != 2:
        raise ValueError(f"a picture of one plane is needed, not an array of shape {image.shape}")
    if image.dtype in (np.uint8, np.uint16, np.int16):
        return np.ascontiguousarray(image)
    return np.nan_to_num(image.astype(np.float32), posinf=1e15, neginf=-1e15).clip(-1e15, 1e15)


def _least_differences(framed: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Per pixel min |u(x, y) - u_j| over its 8 neighbours j; ``framed`` is one pixel wider."""
    # Each difference serves the two pixels that it lies between.
    level = cv2.absdiff(framed[1:-1, :-1], framed[1:-1, 1:])
    upright = cv2.absdiff(framed[:-1, 1:-1], framed[1:, 1:-1])
    falling = cv2.absdiff(framed[:-1, :-1], framed[1:, 1:])
    rising = cv2.absdiff(framed[:-1, 1:], framed[1:, :-1])
    least = cv2.min(level[:, :-1], level[:, 1:])
    for one, other in (
        (upright[:-1], upright[1:]),
        (falling[:-1, :-1], falling[1:, 1:]),
        (rising[:-1, 1:], rising[1:, :-1]),
    ):
        least = cv2.min(least, cv2.min(one, other))
    return np.asarray(least)


def _lines(pixels: npt.NDArray[Any]) -> tuple[tuple[int, ...], float]:
    if min(pixels.shape) < 3 or pixels.shape[1] < _WINDOW:
        return (), 0.0
    low, high = cv2.minMaxLoc(pixels)[:2]
    heights = profile(pixels)
    smooth = _running_median(heights)
    excess = heights - smooth
    spread = 1.4826 * _running_median(np.abs(excess))
    share = np.full(len(heights), _SHARE)
    share[[0, -1]] = _EDGE_SHARE
    threshold = np.maximum(_SPREADS * spread, share * smooth)
    candidates = np.flatnonzero(excess > threshold)
    if candidates.size > _MOST * len(heights):
        return (), 0.0
    ratios = {}
    for column in candidates:
        dots = _dots(pixels, int(column), _DOT * (high - low))
        if dots > threshold[column] and not _content_ends_at(pixels, int(column), high - low):
            ratios[int(column)] = dots / max(threshold[column], 1e-9)
    faintest = min(ratios.values(), default=1.0)
    return tuple(ratios), float(np.clip(faintest - 1, 0, 1))


def _running_median(values: Profile) -> Profile:
    padded = np.pad(values, _WINDOW // 2, mode="reflect")
    windows = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)
    middle = _WINDOW // 2
    return np.asarray(np.partition(windows, middle, axis=1)[:, middle], np.float64)


def _dots(pixels: npt.NDArray[Any], column: int, contrast: float) -> float:
    """The column's h(x) by clear dots alone, without the few strongest."""
    # Laid down along rows, which are handled much quicker than a few columns.
    strip = np.ascontiguousarray(_strip(pixels, column).T)
    framed = cv2.copyMakeBorder(strip, 0, 0, 1, 1, cv2.BORDER_REFLECT_101)
    least = _least_differences(framed)[0].astype(np.float64)
    at = np.flatnonzero(least > contrast)
    if np.count_nonzero(np.bincount(at * 16 // len(least))) < _SIXTEENTHS:
        return 0.0
    return float(np.sort(least[at])[:-_STRAY].sum())


def _content_ends_at(pixels: npt.NDArray[Any], column: int, span: float) -> bool:
    left, right = pixels[:, max(0, column - 6) : column - 2], pixels[:, column + 3 : column + 7]
    if left.shape[1] == 0 or right.shape[1] == 0:
        return False
    step = np.abs(left.mean(axis=1) - right.mean(axis=1)).mean()
    return bool(step > _BORDER * span)


def _strip(image: npt.NDArray[Any], column: int) -> npt.NDArray[Any]:
    """The column between its neighbours, which are mirrored at the picture's edges."""
    last = image.shape[1] - 1
    left, right = min(abs(column - 1), last), max(last - abs(last - column - 1), 0)
    return np.ascontiguousarray(image[:, [left, column, right]])


def _neighbour_medians(image: npt.NDArray[Any], column: int) -> npt.NDArray[Any]:
    strip = np.pad(_strip(image, column), ((1, 1), (0, 0)), mode="reflect")
    around = np.concatenate([strip[:-2], strip[1:-1, ::2], strip[2:]], axis=1)
    middle = np.median(around, axis=1)
    whole = image.dtype.kind != "f"
    return np.asarray(np.rint(middle) if whole else middle, image.dtype)
