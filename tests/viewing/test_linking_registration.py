from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain.geometry import ImagePoint, PixelSpacing
from domain.turn import ALL_TURNS, Turn
from tests.support.breast_frames import half_ellipse, spacing, turned
from viewing.linking.breast_frame import Place
from viewing.linking.registration import same_place

turns = st.sampled_from(ALL_TURNS)
MIRROR = Turn(flip_columns=True)


@given(turns, st.floats(0, 799), st.floats(0, 999))
def test_in_a_mirrored_breast_the_cursor_is_the_mirror_image(
    turn: Turn, x: float, y: float
) -> None:
    frame = half_ellipse()
    other = turned(frame, turn)
    found = same_place(ImagePoint(x, y), frame, other)
    expected = turn.to_shown(ImagePoint(x, y), frame.size)
    assert found is not None
    assert (found.x, found.y) == (pytest.approx(expected.x), pytest.approx(expected.y))


@given(st.floats(250, 700), st.floats(250, 450), st.floats(300, 600), turns)
def test_nipple_falls_on_nipple_and_chest_wall_on_chest_wall(
    reach: float, half: float, middle: float, turn: Turn
) -> None:
    assume(half < middle)
    frame, other = half_ellipse(), turned(half_ellipse(reach, half, middle), turn)
    nipple = same_place(frame.nipple.at, frame, other)
    assert nipple is not None
    assert other.place_of(nipple).distance == pytest.approx(0, abs=1e-6)
    wall = same_place(ImagePoint(0.5, 500), frame, other)
    assert wall is not None
    assert other.place_of(wall).behind == pytest.approx(0.2 * reach, abs=0.6)


@given(st.floats(-70, 70), st.floats(0, 1), st.floats(350, 600), st.floats(370, 480))
def test_what_lies_in_one_breast_lies_in_the_other(
    down: float, share: float, reach: float, half: float
) -> None:
    frame, other = half_ellipse(), half_ellipse(reach, half, 480)
    skin = 100 - 100 * (1 - (down / 80) ** 2) ** 0.5
    behind = skin + 0.5 + share * (99 - skin - 0.5)
    assume(abs(down) < 0.2 * half - 1)
    found = same_place(frame.point_at(Place(behind, down)), frame, other)
    assert found is not None
    shifted = other.point_at(Place(other.place_of(found).behind + 0.3, down))
    assert other.contains(found) or other.contains(shifted)


def test_heights_keep_their_millimetres_whatever_the_pixels() -> None:
    frame, other = half_ellipse(), half_ellipse(mm=spacing(0.1, 0.3))
    found = same_place(frame.point_at(Place(50, 30)), frame, other)
    assert found is not None
    assert other.place_of(found).down == pytest.approx(30)


def test_without_spacing_heights_grow_as_the_breasts_depth_does() -> None:
    frame = half_ellipse(mm=PixelSpacing.unknown())
    other = half_ellipse(250, 200, mm=PixelSpacing.unknown())
    found = same_place(frame.point_at(Place(200, 100)), frame, other)
    assert found is not None
    place = other.place_of(found)
    assert (place.behind, place.down) == (pytest.approx(100, abs=1), pytest.approx(50))


def test_a_place_off_the_other_image_is_nowhere() -> None:
    low = half_ellipse(middle=900)
    assert same_place(ImagePoint(10, 700), half_ellipse(), low) is None


def test_a_nipple_dragged_to_the_chest_wall_registers_nothing() -> None:
    frame = half_ellipse()
    useless = frame.with_nipple(ImagePoint(0, 500))
    assert same_place(ImagePoint(100, 500), useless, frame) is None
    assert same_place(ImagePoint(100, 500), frame, useless) is None


def test_dragging_the_nipple_moves_what_corresponds_to_it() -> None:
    frame, other = half_ellipse(), turned(half_ellipse(), MIRROR)
    dragged = other.with_nipple(ImagePoint(320, 560))
    found = same_place(frame.nipple.at, frame, dragged)
    assert found is not None
    assert found.y == pytest.approx(560)


def test_a_flatter_breasts_skin_pulls_the_cursor_along_halfway() -> None:
    frame, other = half_ellipse(), half_ellipse(half=300)
    skin, other_skin = (100 - 100 * (1 - (40 / half) ** 2) ** 0.5 for half in (80, 60))
    found = same_place(frame.point_at(Place(70, 40)), frame, other)
    assert found is not None
    by_skin = 100 - (100 - 70) / (100 - skin) * (100 - other_skin)
    assert other.place_of(found).behind == pytest.approx((70 + by_skin) / 2, abs=0.1)
