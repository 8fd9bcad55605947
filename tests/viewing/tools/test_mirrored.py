"""Marks carried over to the other breast."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.errors import CommandError
from annotations.shapes.groups import dots_of
from domain.finding import Contour, Geometry
from domain.geometry import Box, ImagePoint, ImageSize
from domain.mask import RleMask
from viewing.tools.mirrored import mirrored_geometry

SIZE = ImageSize(200, 300)
SQUARE = tuple(ImagePoint(x, y) for x, y in ((20, 30), (60, 30), (60, 80), (20, 80)))


def mirror(point: ImagePoint) -> ImagePoint:
    return ImagePoint(SIZE.columns - 1 - point.x, point.y)


def within_skin(point: ImagePoint) -> ImagePoint | None:
    """As same_place: nothing beyond the skin."""
    return mirror(point) if point.x <= 50 else None


def test_every_shape_comes_to_lie_mirrored_on_the_other_image() -> None:
    mask = RleMask.of(np.ones((10, 20), np.uint8), SIZE, 30, 40)
    geometry = Geometry(
        "a", 4, 6, Box(20, 30, 60, 80), Contour(SQUARE), mask, point=ImagePoint(40, 50)
    )
    there = mirrored_geometry(geometry, mirror, "b", SIZE)
    assert (there.sop_instance_uid, there.frame, there.last_frame) == ("b", 0, 0)
    assert there.box == Box(239, 30, 279, 80)
    assert there.contour == Contour(tuple(mirror(point) for point in SQUARE))
    assert there.point == ImagePoint(259, 50)
    assert there.mask is not None
    assert (there.mask.pixels() == mask.pixels()[:, ::-1]).all()


def test_points_beyond_the_skin_follow_the_others() -> None:
    outline = (*SQUARE[:1], ImagePoint(40, 30), *SQUARE[1:], ImagePoint(40, 80))
    there = mirrored_geometry(Geometry("a", contour=Contour(outline)), within_skin, "b", SIZE)
    assert there.contour is not None
    for found, point in zip(there.contour.points, outline, strict=True):
        wanted = mirror(point)
        assert (found.x, found.y) == pytest.approx((wanted.x, wanted.y))


def test_a_mark_that_mostly_has_no_place_there_is_refused() -> None:
    outline = Contour(tuple(ImagePoint(point.x + 40, point.y) for point in SQUARE))
    few = Contour(tuple(ImagePoint(x, 40 + x * x % 7) for x in (45, 46, 47, *range(60, 66))))
    for geometry in (
        Geometry("a", contour=outline),
        Geometry("a", contour=few),
        Geometry("a", point=ImagePoint(80, 50)),
        Geometry("a", box=Box(60, 30, 90, 60)),
    ):
        with pytest.raises(CommandError, match="no place on the other breast"):
            mirrored_geometry(geometry, within_skin, "b", SIZE)


def test_what_reaches_over_the_other_images_edge_is_cut_there() -> None:
    def shifted(point: ImagePoint) -> ImagePoint:
        return ImagePoint(point.x - 40, point.y)

    geometry = Geometry("a", box=Box(20, 30, 60, 80), contour=Contour(SQUARE))
    there = mirrored_geometry(geometry, shifted, "b", SIZE)
    assert there.box == Box(-0.5, 30, 20, 80)
    assert there.contour is not None
    assert min(point.x for point in there.contour.points) == -0.5


@given(
    st.floats(-20, 20),
    st.floats(-20, 20),
    st.lists(
        st.tuples(st.integers(5, 12), st.integers(5, 12)), min_size=1, max_size=8, unique=True
    ),
)
def test_every_dot_of_a_group_survives_between_pixels(
    dx: float, dy: float, places: list[tuple[int, int]]
) -> None:
    pixels = np.zeros(SIZE.shape, np.uint8)
    for column, row in places:
        pixels[row * 10, column * 10] = 1
    mask = RleMask.of(pixels, SIZE)

    def moved(point: ImagePoint) -> ImagePoint:
        return ImagePoint(SIZE.columns - 1 - point.x + dx, point.y + dy)

    there = mirrored_geometry(Geometry("a", mask=mask), moved, "b", SIZE)
    assert there.mask is not None
    assert len(dots_of(there.mask)) == len(places)
