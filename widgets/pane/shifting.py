"""A pan moves what was sampled by whole pixels, and samples only the strips that come in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from viewing.hanging.compose import PaneImage
from viewing.hanging.placement import Placement
from viewing.painting import PaneArea, covered_area
from widgets.pane.sampling import Sample, sample_area

Colours = Callable[[Sample], npt.NDArray[np.uint8]]
"""What is painted of a sample: (rows, columns, channels) of its area."""

_WORTH_KEEPING = 0.6
"""Share of the new area that must be there already, else all is sampled anew."""


def shift_sample(
    sample: Sample, image: PaneImage, wanted: Placement, width: int, height: int
) -> Sample | None:
    """The sample of the same image at a placement that differs by a shift, else ``None``.

    Right to half a screen pixel; shifts don't add up, as each starts from what was sampled.
    """
    taken = sample.placement
    if replace(taken, left=wanted.left, top=wanted.top) != wanted:
        return None
    dx, dy = round(wanted.left - taken.left), round(wanted.top - taken.top)
    placement = replace(taken, left=taken.left + dx, top=taken.top + dy)
    area = covered_area(placement, width, height)
    if area is None:
        return None
    kept = _overlap(area, sample.area, dx, dy)
    if kept is None or _size(kept) < _WORTH_KEEPING * _size(area):
        return None
    parts = [_part(sample, kept, dx, dy)]
    parts += [
        sample_area(image, placement, strip, exact=sample.exact) for strip in _strips(area, kept)
    ]
    return _joined(parts, area, placement, exact=sample.exact)


def shift_colours(
    pixels: npt.NDArray[np.uint8], before: Sample, after: Sample, colours: Colours
) -> npt.NDArray[np.uint8]:
    """The painted pixels of a shifted sample: those of ``before`` moved, the strips made anew.

    pixels: (rows, columns, channels) of before's area. after: what ``shift_sample`` made of it.
    """
    moved = after.placement.left - before.placement.left, after.placement.top - before.placement.top
    dx, dy = map(round, moved)
    kept = _overlap(after.area, before.area, dx, dy)
    if kept is None:
        return colours(after)
    shape = (after.area.bottom - after.area.top, after.area.right - after.area.left)
    shifted = np.empty((*shape, pixels.shape[2]), np.uint8)
    shifted[_within(kept, after.area)] = pixels[_within(kept, before.area, dx, dy)]
    for strip in _strips(after.area, kept):
        shifted[_within(strip, after.area)] = colours(_part(after, strip, 0, 0))
    return shifted


def _overlap(area: PaneArea, old: PaneArea, dx: int, dy: int) -> PaneArea | None:
    left, top = max(area.left, old.left + dx), max(area.top, old.top + dy)
    right, bottom = min(area.right, old.right + dx), min(area.bottom, old.bottom + dy)
    return PaneArea(left, top, right, bottom) if right > left and bottom > top else None


def _size(area: PaneArea) -> int:
    return (area.right - area.left) * (area.bottom - area.top)


def _strips(area: PaneArea, kept: PaneArea) -> Iterator[PaneArea]:
    """What of the area isn't kept: above and below in full width, left and right between."""
    for strip in (
        PaneArea(area.left, area.top, area.right, kept.top),
        PaneArea(area.left, kept.bottom, area.right, area.bottom),
        PaneArea(area.left, kept.top, kept.left, kept.bottom),
        PaneArea(kept.right, kept.top, area.right, kept.bottom),
    ):
        if strip.right > strip.left and strip.bottom > strip.top:
            yield strip


def _part(sample: Sample, kept: PaneArea, dx: int, dy: int) -> Sample:
    """What is kept, at its new place; views on the old arrays."""
    rows, columns = _within(kept, sample.area, dx, dy)
    tissue = None if sample.tissue is None else sample.tissue[rows, columns]
    return replace(sample, area=kept, values=sample.values[rows, columns], tissue=tissue)


def _within(area: PaneArea, outer: PaneArea, dx: int = 0, dy: int = 0) -> tuple[slice, slice]:
    left, top = outer.left + dx, outer.top + dy
    return slice(area.top - top, area.bottom - top), slice(area.left - left, area.right - left)


def _joined(parts: list[Sample], area: PaneArea, placement: Placement, *, exact: bool) -> Sample:
    shape = (area.bottom - area.top, area.right - area.left)
    values: npt.NDArray[Any] = np.empty(shape, parts[0].values.dtype)
    tissue = None
    if any(part.tissue is not None for part in parts):
        tissue = np.full(shape, 255, np.uint8)
    for part in parts:
        place = _within(part.area, area)
        values[place] = part.values
        if tissue is not None and part.tissue is not None:
            tissue[place] = part.tissue
    return Sample(area, values, tissue, placement, exact)
