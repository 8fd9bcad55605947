"""Where a mark lies in the breast, and how large it is."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.finding import Contour, Geometry, Location
from domain.geometry import Box, ImagePoint, ImageSize, PixelSpacing
from domain.laterality import Laterality
from domain.mask import RleMask
from domain.turn import ALL_TURNS, Turn
from tests.support.breast_frames import half_ellipse, spacing, turned
from tests.support.views import a_view
from viewing import placing
from viewing.linking.breast_frame import BreastFrame, NippleSource, Place
from viewing.placing import MLO_ANGLE, Marked, location_of, size_mm, size_text

FRAME = half_ellipse(mm=spacing(0.2, 0.2))
angles = st.floats(0, 2 * math.pi)


def at(frame: BreastFrame, behind: float, down: float) -> Geometry:
    """A box of 4 px around a place, mm behind the nipple and down from it."""
    point = frame.point_at(Place(behind, down))
    return Geometry("one", box=Box(point.x - 2, point.y - 2, point.x + 2, point.y + 2))


def seen_in_both(side: str, outwards: float, up: float, behind: float = 40) -> Location:
    """A place in mm, projected into a CC and an MLO, found again."""
    along = up * math.sin(MLO_ANGLE) + outwards * math.cos(MLO_ANGLE)
    mlo = Marked(at(FRAME, behind, -along), a_view(f"{side}MLO"), FRAME)
    cc = at(FRAME, behind, -outwards)
    found = location_of(cc, a_view(f"{side}CC"), FRAME, mlo)
    back = location_of(mlo.mark, mlo.view, FRAME, Marked(cc, a_view(f"{side}CC"), FRAME))
    assert found is not None
    assert back is not None
    assert (found.quadrant, found.clock_face) == (back.quadrant, back.clock_face)
    return found


@pytest.mark.parametrize(
    ("side", "outwards", "up", "quadrant", "hour"),
    [
        ("R", 30, 20, "upper outer", 10),
        ("L", 30, 20, "upper outer", 2),
        ("R", -30, 20, "upper inner", 2),
        ("L", -30, -20, "lower inner", 8),
        ("L", 30, -20, "lower outer", 4),
        ("R", 0, 30, "upper", 12),
        ("L", 30, 0, "outer", 3),
        ("R", 0, -30, "lower", 6),
        ("R", 5, 5, "central", None),
    ],
)
def test_cc_and_mlo_tell_quadrant_and_hour(
    side: str, outwards: float, up: float, quadrant: str, hour: int | None
) -> None:
    found = seen_in_both(side, outwards, up)
    assert (found.quadrant, found.clock_face) == (quadrant, hour)


@given(angles)
def test_a_mirrored_place_has_the_mirrored_hour(angle: float) -> None:
    outwards, up = 30 * math.cos(angle), 30 * math.sin(angle)
    hours = (angle % (2 * math.pi)) * 6 / math.pi
    if abs(hours % 1 - 0.5) < 1e-3:
        return  # on the line between two hours rounding decides
    right, left = seen_in_both("R", outwards, up), seen_in_both("L", outwards, up)
    assert right.clock_face is not None
    assert left.clock_face is not None
    assert (right.clock_face + left.clock_face) % 12 == 0
    assert right.quadrant == left.quadrant


@pytest.mark.parametrize(
    ("slot", "down", "quadrant"),
    [("RCC", -30, "outer"), ("RCC", 30, "inner"), ("LMLO", -30, "upper"), ("LMLO", 30, "lower")],
)
def test_one_view_tells_half_of_it_and_no_hour(slot: str, down: float, quadrant: str) -> None:
    found = location_of(at(FRAME, 50, down), a_view(slot), FRAME)
    assert found == Location(
        Laterality(slot[0]), quadrant, None, "middle", pytest.approx(math.hypot(50, down), abs=0.1)
    )


def test_thirds_of_the_depth_go_from_nipple_to_chest_wall() -> None:
    depths = [location_of(at(FRAME, mm, 0), a_view("RCC"), FRAME) for mm in (10, 50, 90, 150)]
    assert [one.depth for one in depths if one] == [
        "anterior",
        "middle",
        "posterior",
        "posterior",
    ]


@given(st.sampled_from(ALL_TURNS), st.floats(5, 95), st.floats(-70, 70))
def test_it_matters_not_how_the_image_was_stored(turn: Turn, behind: float, down: float) -> None:
    if min(abs(behind - 100 / 3), abs(behind - 200 / 3), abs(abs(down) - 12)) < 0.1:
        return
    stored = turned(FRAME, turn)
    point = turn.to_shown(FRAME.point_at(Place(behind, down)), FRAME.size)
    mark = Geometry("one", box=Box(point.x - 2, point.y - 2, point.x + 2, point.y + 2))
    plain = location_of(at(FRAME, behind, down), a_view("RCC"), FRAME)
    found = location_of(mark, a_view("RCC"), stored)
    assert found is not None
    assert plain is not None
    assert found.quadrant == plain.quadrant
    assert found.depth == plain.depth
    assert found.nipple_distance_mm == pytest.approx(plain.nipple_distance_mm, abs=0.11)


def test_a_doubtful_nipple_tells_no_half_near_its_height() -> None:
    doubtful = half_ellipse(doubt_mm=22)
    assert location_of(at(doubtful, 50, -15), a_view("RCC"), doubtful).quadrant == ""
    assert location_of(at(doubtful, 50, -30), a_view("RCC"), doubtful).quadrant == "outer"
    put = doubtful.with_nipple(doubtful.nipple.at)
    assert put.nipple.source is NippleSource.DRAGGED
    assert location_of(at(put, 50, -15), a_view("RCC"), put).quadrant == "outer"


def test_without_frame_side_or_millimetres_less_is_told() -> None:
    mark = at(FRAME, 50, -30)
    assert location_of(mark, a_view("LCC"), None) == Location(Laterality.LEFT)
    assert location_of(mark, replace(a_view("LCC"), laterality=None), FRAME) is None
    bare = half_ellipse(mm=PixelSpacing.unknown())
    found = location_of(at(bare, 250, -150), a_view("LCC"), bare)
    assert found == Location(Laterality.LEFT, "outer", None, "middle", None)


def test_another_view_of_the_same_kind_or_breast_does_not_count() -> None:
    mark = at(FRAME, 50, -30)
    for slot in ("RCC", "LMLO"):
        other = Marked(at(FRAME, 50, 30), a_view(slot), FRAME)
        found = location_of(mark, a_view("RCC"), FRAME, other)
        assert found is not None
        assert (found.quadrant, found.clock_face) == ("outer", None)


def test_sizes_are_the_longest_extent_in_words() -> None:
    wide = PixelSpacing.unknown()
    box = Geometry("one", box=Box(0, 0, 140, 100))
    assert size_text(box, spacing(0.1, 0.1)) == "14 mm"
    assert size_text(box, spacing(0.2, 0.1)) == "20 mm"
    assert size_text(box, wide) == "140 px"
    assert size_text(Geometry("one", box=Box(0, 0, 30, 4)), spacing(0.1, 0.1)) == "3.0 mm"
    assert size_text(Geometry("one", point=ImagePoint(5, 5)), spacing()) == ""
    assert size_text(Geometry("one", mask=RleMask(ImageSize(9, 9))), spacing()) == ""


@given(angles, st.floats(20, 400))
def test_a_thin_contour_is_as_long_as_it_is_whichever_way_it_lies(
    angle: float, length: float
) -> None:
    x, y = length * math.cos(angle), length * math.sin(angle)
    points = (
        ImagePoint(500, 500),
        ImagePoint(500 + x, 500 + y),
        ImagePoint(500 + x / 2, 500 + y / 2),
    )
    contour = Geometry("one", contour=Contour(points))
    assert size_mm(contour, spacing(0.1, 0.1)) == pytest.approx(length / 10, abs=0.01)


def test_a_mask_is_measured_over_its_pixels_edges() -> None:
    pixels = np.zeros((20, 20), np.uint8)
    pixels[4, 3:7] = 1
    mask = Geometry("one", mask=RleMask.of(pixels, ImageSize(20, 20)))
    assert size_mm(mask, spacing(1.0, 1.0)) == pytest.approx(math.hypot(4, 1), rel=1e-4)
    assert size_mm(mask, PixelSpacing.unknown()) is None


def test_a_size_is_told_anew_where_spacing_is_another_and_forgotten_with_its_mark() -> None:
    before = len(placing._SAID)
    mark = Geometry("one", box=Box(0, 0, 140, 100))
    assert size_text(mark, spacing(0.1, 0.1)) == size_text(mark, spacing(0.1, 0.1)) == "14 mm"
    assert size_text(mark, spacing(0.2, 0.2)) == "28 mm"
    assert len(placing._SAID) == before + 1
    del mark
    assert len(placing._SAID) == before
