"""What a round tip goes over, against the plain definition of it."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from hypothesis import given
from hypothesis import strategies as st

from domain.geometry import ImagePoint, ImageSize
from domain.mask import RleMask
from viewing.tools.stroke import Stroke

SIZE = ImageSize(40, 50)
places = st.builds(ImagePoint, st.floats(-20, 70), st.floats(-20, 60))
radii = st.floats(0.5, 25)


def met(start: ImagePoint, end: ImagePoint, radius: float) -> npt.NDArray[np.float64]:
    """By how much each pixel's centre lies within the tip's way; negative outside."""
    y, x = np.mgrid[0 : SIZE.rows, 0 : SIZE.columns].astype(float)
    along = (end.x - start.x, end.y - start.y)
    squared = along[0] ** 2 + along[1] ** 2
    share = (x - start.x) * along[0] + (y - start.y) * along[1]
    share = np.clip(share / squared, 0, 1) if squared > 0 else np.zeros_like(x)
    far = np.hypot(x - start.x - share * along[0], y - start.y - share * along[1])
    return radius - far


@given(places, places, radii)
def test_a_line_takes_exactly_the_pixels_whose_centres_the_tip_meets(
    start: ImagePoint, end: ImagePoint, radius: float
) -> None:
    stroke = Stroke(SIZE)
    stroke.line(start, end, radius)
    taken = stroke.mask().pixels().astype(bool)
    within = met(start, end, radius)
    last = end.pixel()
    if SIZE.contains(last):
        assert taken[last.row, last.column]
        within[last.row, last.column] = math.inf
    assert taken[within > 1e-6].all()
    assert not taken[within < -1e-6].any()


@given(st.lists(st.tuples(places, places, st.floats(0.5, 6)), min_size=1, max_size=5))
def test_runs_a_row_and_preview_hold_what_was_painted(
    lines: list[tuple[ImagePoint, ImagePoint, float]],
) -> None:
    stroke = Stroke(SIZE)
    for start, end, radius in lines:
        stroke.line(start, end, radius)
    whole = stroke.window(0, 0, SIZE.columns, SIZE.rows)
    assert stroke.mask() == RleMask.of(whole, SIZE)
    stroke.mask().check()
    shown = stroke.painted()
    assert (shown is None) == stroke.empty == stroke.mask().empty
    if shown is not None:
        assert RleMask.of(shown.pixels, SIZE, shown.left, shown.top) == stroke.mask()


@given(st.integers(-8, 55), st.integers(-8, 45), st.integers(0, 2**25 - 1))
def test_a_patch_is_added_where_it_lies_inside_the_image(left: int, top: int, bits: int) -> None:
    patch = np.array([bits >> place & 1 for place in range(25)], np.uint8).reshape(5, 5)
    stroke = Stroke(SIZE)
    stroke.line(ImagePoint(10, 10), ImagePoint(20, 12), 3)
    before = stroke.mask().pixels()
    stroke.add(patch, left, top)
    wide = np.zeros((SIZE.rows + 40, SIZE.columns + 40), np.uint8)
    wide[top + 20 : top + 25, left + 20 : left + 25] = patch
    expected = before | wide[20:-20, 20:-20]
    assert (stroke.mask().pixels() == expected).all()
    assert stroke.mask() == RleMask.of(expected, SIZE)


def test_the_smallest_tip_paints_single_pixels_without_a_gap() -> None:
    stroke = Stroke(SIZE)
    stroke.line(ImagePoint(5.4, 5.4), ImagePoint(5.4, 5.4), 0.5)
    assert stroke.mask().area == 1
    stroke.line(ImagePoint(5.4, 5.4), ImagePoint(25, 12), 0.5)
    columns = stroke.window(5, 0, 21, SIZE.rows).any(axis=0)
    assert columns.all()
