"""Overlays kept as a picture: drawn anew only where they change.

A pane has two: what is marked, which stands still while a tool works, and what the tool shows.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from viewing.hanging.placement import Placement
from widgets.pane.bulk import draw_bulk, is_bulk
from widgets.pane.drawing import OverlayPainter, has_words, reach_of
from widgets.pane.overlays import Label, Overlay, Patch
from widgets.pane.sampling import enlarged

_FEW = 48
"""Up to so many changed overlays are drawn each for itself; all are drawn anew for more."""


_ROOM = 6
"""Outlines are drawn so far beyond a region: OpenCV draws ends where it cuts a line."""

_Region = tuple[int, int, int, int]
"""Left, top, right, bottom in whole device pixels."""


@dataclass(frozen=True, eq=False)
class _Drawn:
    """What the pixels show. reach: (count, 4) whole device pixels inside the pane."""

    overlays: tuple[Overlay, ...]
    placement: Placement
    size: tuple[int, int]
    ratio: float
    reach: npt.NDArray[np.int64]

    def same_place(self, other: _Drawn) -> bool:
        """Whether both lie on the same pixels."""
        return (self.placement, self.size, self.ratio) == (
            other.placement,
            other.size,
            other.ratio,
        )


class OverlayLayer:
    """A transparent picture of overlays, of a pane's size."""

    def __init__(self) -> None:
        self._drawn: _Drawn | None = None
        self._resize((1, 1), 1.0)

    def _resize(self, size: tuple[int, int], ratio: float) -> None:
        self._picture = QImage(*size, QImage.Format.Format_ARGB32_Premultiplied)
        self._picture.setDevicePixelRatio(ratio)
        self._picture.fill(Qt.GlobalColor.transparent)
        # Four bytes a pixel leave no room between rows. Both are the same memory.
        self._pixels: npt.NDArray[np.uint8] = np.frombuffer(self._picture.bits(), np.uint8).reshape(
            size[1], size[0], 4
        )

    def paint(
        self,
        painter: QPainter,
        overlays: tuple[Overlay, ...],
        placement: Placement | None,
        bounds: QRectF,
        ratio: float,
        *,
        exact: bool = True,
    ) -> None:
        """Bring the picture up to date and paint it where it isn't empty.

        placement, bounds: of the pane, in device-independent pixels; ``ratio`` device pixels each.
        exact: otherwise, in a pan, right to half a device pixel, as the image is.
        """
        if placement is None or not overlays:
            self._drawn = None
            return
        self._update(overlays, placement, bounds, ratio, exact=exact)
        used = _union(self._drawn.reach) if self._drawn is not None else None
        if used is not None:
            left, top, right, bottom = used
            part = QRectF(left, top, right - left, bottom - top)
            painter.drawImage(QPointF(left / ratio, top / ratio), self._picture, part)

    def _update(
        self,
        overlays: tuple[Overlay, ...],
        placement: Placement,
        bounds: QRectF,
        ratio: float,
        *,
        exact: bool,
    ) -> None:
        before = self._drawn
        size = round(bounds.width() * ratio), round(bounds.height() * ratio)
        if before is not None and (before.size, before.ratio) != (size, ratio):
            before = self._drawn = None
        if before is None:
            self._resize(size, ratio)
        elif not exact and overlays is before.overlays:
            placement = _shifted(before, placement)
        if before is not None and before.overlays is overlays and before.placement == placement:
            return
        asked = self._asked(overlays, placement, bounds, ratio)
        dirty = self._stale(before, asked)
        self._drawn = asked
        for region in dirty:
            self._draw(asked, region, bounds)

    def _stale(self, before: _Drawn | None, asked: _Drawn) -> Sequence[_Region]:
        """Regions that are to be drawn anew; moves what is to be kept."""
        if before is None:
            return _apart([_union(asked.reach)])
        if asked.same_place(before):
            return _changes(before, asked)
        step = _step(before, asked)
        if before.overlays is asked.overlays and step is not None:
            return self._move(*step, before, asked)
        return _apart([_union(np.vstack([before.reach, asked.reach]))])

    def _move(self, dx: int, dy: int, before: _Drawn, asked: _Drawn) -> Sequence[_Region]:
        """Move what is drawn by whole device pixels; regions that come in, and words."""
        width, height = asked.size
        kept = self._pixels[max(0, -dy) : height - dy, max(0, -dx) : width - dx].copy()
        self._pixels[max(0, dy) : height + dy, max(0, dx) : width + dx] = kept
        across = (0, dx) if dx > 0 else (width + dx, width)
        down = (0, dy) if dy > 0 else (height + dy, height)
        strips: list[_Region | None] = [
            (across[0], 0, across[1], height) if dx else None,
            (0, down[0], width, down[1]) if dy else None,
        ]
        at_edge = (np.maximum(before.reach[:, 2], asked.reach[:, 2]) >= width).tolist()
        worded = [
            index
            for index, one in enumerate(asked.overlays)
            if has_words(one) or (at_edge[index] and isinstance(one, Label))
        ]
        # Words keep inside the pane: they don't move as the image does.
        moved = before.reach[worded] + np.array([dx, dy, dx, dy])
        moved = np.clip(moved, 0, np.array([width, height, width, height]))
        for reach in (moved, asked.reach[worded]):
            strips += [_union(reach[index : index + 1]) for index in range(len(worded))]
        return _apart(strips)

    def _asked(
        self, overlays: tuple[Overlay, ...], placement: Placement, bounds: QRectF, ratio: float
    ) -> _Drawn:
        size = round(bounds.width() * ratio), round(bounds.height() * ratio)
        asked = _Drawn(overlays, placement, size, ratio, np.zeros((len(overlays), 4), np.int64))
        before, come = self._drawn, list(range(len(overlays)))
        if before is not None and asked.same_place(before):
            places = {id(one): index for index, one in enumerate(before.overlays)}
            known = [places.get(id(one), -1) for one in overlays]
            come = [index for index, place in enumerate(known) if place < 0]
            if before.overlays:
                asked.reach[:] = before.reach[known]
        new = reach_of([overlays[index] for index in come], placement, bounds)
        asked.reach[come] = _whole(new, size, ratio)
        return asked

    def _draw(self, asked: _Drawn, region: _Region, bounds: QRectF) -> None:
        left, top, right, bottom = region
        part = self._pixels[top:bottom, left:right]
        part[...] = 0
        reach = asked.reach
        here = (reach[:, 0] < right) & (reach[:, 1] < bottom)
        here &= (reach[:, 2] > left) & (reach[:, 3] > top) & (reach[:, 0] < reach[:, 2])
        seen = [asked.overlays[index] for index in np.flatnonzero(here).tolist()]
        self._draw_exactly([one for one in seen if isinstance(one, Patch)], asked, region, bounds)
        plain = [one for one in seen if is_bulk(one)]
        if plain:
            room = math.ceil(_ROOM * asked.ratio)
            larger = np.pad(part, ((room, room), (room, room), (0, 0)))
            fine = enlarged(asked.placement, asked.ratio)
            draw_bulk(larger, plain, fine, asked.ratio, (left - room, top - room))
            part[...] = larger[room:-room, room:-room]
        rest = [one for one in seen if not (is_bulk(one) or isinstance(one, Patch))]
        self._draw_exactly(rest, asked, region, bounds)

    def _draw_exactly(
        self,
        overlays: Sequence[Overlay],
        asked: _Drawn,
        region: _Region,
        bounds: QRectF,
    ) -> None:
        if not overlays:
            return
        ratio = asked.ratio
        left, top, right, bottom = (edge / ratio for edge in region)
        painter = QPainter(self._picture)
        painter.setClipRect(QRectF(left, top, right - left, bottom - top))
        OverlayPainter(painter, asked.placement, bounds).draw(overlays)
        painter.end()


def change_of(
    before: Sequence[Overlay], after: Sequence[Overlay], placement: Placement, bounds: QRectF
) -> QRectF:
    """Where either of two lists is drawn, in pixels of the pane."""
    reach = reach_of([*before, *after], placement, bounds)
    used = _union(_whole(reach, (round(bounds.width()), round(bounds.height())), 1.0))
    if used is None:
        return QRectF()
    left, top, right, bottom = used
    return QRectF(left, top, right - left, bottom - top)


def _shifted(before: _Drawn, wanted: Placement) -> Placement:
    """``wanted`` to whole device pixels from what is drawn, where it is a shift of that."""
    drawn, ratio = before.placement, before.ratio
    if replace(drawn, left=wanted.left, top=wanted.top) != wanted:
        return wanted
    dx, dy = round((wanted.left - drawn.left) * ratio), round((wanted.top - drawn.top) * ratio)
    return replace(drawn, left=drawn.left + dx / ratio, top=drawn.top + dy / ratio)


def _step(before: _Drawn, after: _Drawn) -> tuple[int, int] | None:
    """Whole device pixels from one placement to another that keeps most of it, else ``None``."""
    if _shifted(before, after.placement) != after.placement:
        return None
    old, new, ratio = before.placement, after.placement, before.ratio
    dx, dy = round((new.left - old.left) * ratio), round((new.top - old.top) * ratio)
    width, height = before.size
    return (dx, dy) if 2 * abs(dx) < width and 2 * abs(dy) < height else None


def _changes(before: _Drawn, after: _Drawn) -> Sequence[_Region]:
    """Regions of what came and went; told apart by identity, as equal points take long to tell."""
    old, new = {id(one) for one in before.overlays}, {id(one) for one in after.overlays}
    gone = [index for index, one in enumerate(before.overlays) if id(one) not in new]
    come = [index for index, one in enumerate(after.overlays) if id(one) not in old]
    regions = np.vstack([before.reach[gone], after.reach[come]])
    if len(regions) > _FEW:
        return _apart([_union(regions)])
    return _apart([_union(regions[index : index + 1]) for index in range(len(regions))])


def _apart(regions: Iterable[_Region | None]) -> list[_Region]:
    """Regions that overlap as one, so that nothing is drawn several times."""
    merged: list[_Region] = []
    for region in regions:
        if region is None:
            continue
        whole = region
        for other in [one for one in merged if _overlap(one, region)]:
            merged.remove(other)
            whole = _around(whole, other)
        merged.append(whole)
    return merged


def _overlap(one: _Region, other: _Region) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _around(one: _Region, other: _Region) -> _Region:
    left, top = min(one[0], other[0]), min(one[1], other[1])
    return left, top, max(one[2], other[2]), max(one[3], other[3])


def _whole(
    reach: npt.NDArray[np.float64], size: tuple[int, int], ratio: float
) -> npt.NDArray[np.int64]:
    """In whole device pixels of the pane; left >= right or top >= bottom for what is outside."""
    width, height = size
    limits = np.array([width, height, width, height])
    outward = np.hstack([np.floor(reach[:, :2] * ratio), np.ceil(reach[:, 2:] * ratio)])
    return np.asarray(np.clip(outward, 0, limits), np.int64)


def _union(reach: npt.NDArray[np.int64]) -> _Region | None:
    seen = reach[(reach[:, 0] < reach[:, 2]) & (reach[:, 1] < reach[:, 3])]
    if not len(seen):
        return None
    left, top = seen[:, :2].min(axis=0).tolist()
    right, bottom = seen[:, 2:].max(axis=0).tolist()
    return left, top, right, bottom
