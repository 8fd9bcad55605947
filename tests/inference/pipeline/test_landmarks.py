from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from domain.geometry import Box, ImagePoint, PixelSpacing
from domain.orientation import PatientOrientation
from domain.side import Side
from inference.pipeline.landmarks import find_landmarks
from inference.pipeline.results import NO_LIKENESS
from tests.support.view_inputs import PIXEL_MM, SIZE, breast, view_input

SPOT = (40.0, 20.0, 5.0)


def box_of(name: str) -> Box:
    """Around SPOT on a view of ``view_input``."""
    x, y, reach = 302 - 40 / PIXEL_MM, 300 + 20 / PIXEL_MM, 5 / PIXEL_MM
    if name.startswith("R"):
        x = SIZE.columns - 1 - x
    return Box(x - reach, y - reach, x + reach, y + reach)


@pytest.mark.parametrize("name", ["LCC", "RCC", "LMLO", "RMLO"])
def test_a_place_is_told_from_the_nipple_alike_for_both_breasts(tmp_path: Path, name: str) -> None:
    view = view_input(tmp_path, name, (SPOT,))
    found = find_landmarks(view, view.pixels.open())
    assert found.nipple is not None
    nipple_x = 312 if name.startswith("L") else SIZE.columns - 1 - 312
    assert np.hypot(found.nipple.x - nipple_x, found.nipple.y - 300) * PIXEL_MM < 6
    likeness = found.likeness(box_of(name))
    assert likeness.behind_mm == pytest.approx(40, abs=7)
    assert likeness.down_mm == pytest.approx(20, abs=5)
    assert likeness.size_mm == pytest.approx(10, abs=0.1)
    assert likeness.contrast is not None
    assert likeness.contrast > 2


def test_a_view_stored_upside_down_tells_the_same_place(tmp_path: Path) -> None:
    upright = view_input(tmp_path, "LCC", (SPOT,))
    turned = view_input(
        tmp_path,
        "LCC",
        pixels=np.ascontiguousarray(breast((SPOT,))[::-1]),
        orientation=PatientOrientation.parse("A", "L"),
    )
    place = find_landmarks(upright, upright.pixels.open()).likeness(box_of("LCC"))
    found = find_landmarks(turned, turned.pixels.open())
    assert found.head is Side.BOTTOM
    box, last = box_of("LCC"), SIZE.rows - 1
    other = found.likeness(Box(box.left, last - box.bottom, box.right, last - box.top))
    assert other.behind_mm == pytest.approx(place.behind_mm, abs=2)
    assert other.down_mm == pytest.approx(place.down_mm, abs=2)


def test_without_spacing_nothing_can_be_compared(tmp_path: Path) -> None:
    view = view_input(tmp_path, spacing=PixelSpacing.unknown())
    assert find_landmarks(view, view.pixels.open()).likeness(box_of("LCC")) == NO_LIKENESS


def test_without_a_breast_there_is_no_nipple_and_no_place(tmp_path: Path) -> None:
    view = view_input(tmp_path, pixels=np.zeros(SIZE.shape, np.uint16))
    found = find_landmarks(view, view.pixels.open())
    assert found.nipple is None
    likeness = found.likeness(box_of("LCC"))
    assert likeness.distance_mm is None
    assert likeness.contrast is None


def test_a_box_off_the_picture_has_no_contrast(tmp_path: Path) -> None:
    view = view_input(tmp_path)
    found = find_landmarks(view, view.pixels.open())
    assert found.likeness(Box(-90, -90, -50, -50)).contrast is None


def test_an_unknown_view_position_leaves_the_nipple_unsaid(tmp_path: Path) -> None:
    view = replace(view_input(tmp_path), position=None)
    found = find_landmarks(view, view.pixels.open())
    assert found.nipple is None
    assert isinstance(found.region.box, Box)
    assert ImagePoint(100, 300).x < found.region.box.right
