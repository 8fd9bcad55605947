from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.geometry import Box, ImagePoint, ImageSize, PixelSpacing, SpacingSource
from domain.orientation import PatientOrientation
from domain.side import Side
from domain.study import View
from tests.support.views import ORIENTATIONS, a_view
from viewing.hanging.evidence import PixelEvidence
from viewing.hanging.plan import HangingPlan, PaneRequest, grid, plan_hanging
from viewing.hanging.protocol import SizeMode

SCREEN = ImageSize(1600, 2560)


def four(*views: View, mode: SizeMode = SizeMode.SAME, **more: object) -> HangingPlan:
    by_slot = {f"{view.name}": view for view in views}
    rows = [
        [PaneRequest(slot, by_slot.get(slot)) for slot in row]
        for row in (("RCC", "LCC"), ("RMLO", "LMLO"))
    ]
    return plan_hanging(rows, SCREEN, mode, more.pop("evidence", {}), **more)  # type: ignore[arg-type]


@given(st.integers(1, 5000), st.integers(1, 5000), st.integers(1, 6), st.integers(1, 6))
def test_panes_tile_the_screen_without_gap_or_overlap(
    height: int, width: int, rows: int, columns: int
) -> None:
    rects = grid(ImageSize(height, width), rows, columns)
    assert sum(rect.width * rect.height for rect in rects) == height * width
    assert {rect.left + rect.width for rect in rects[columns - 1 :: columns]} == {width}


def test_chest_walls_stand_back_to_back_with_no_gap() -> None:
    panes = four(*(a_view(slot) for slot in ORIENTATIONS)).panes
    for right, left in (panes[:2], panes[2:]):
        assert right.placement
        assert left.placement
        wall = right.placement.shown.columns * right.placement.x_scale + right.placement.left
        assert right.rect.left + wall == pytest.approx(SCREEN.columns / 2)
        assert left.rect.left + left.placement.left == pytest.approx(SCREEN.columns / 2)


def test_the_axilla_of_an_mlo_lies_at_the_top_and_a_cc_is_centred() -> None:
    panes = four(*(a_view(slot, rows=3000, columns=3000) for slot in ORIENTATIONS)).panes
    for pane in panes[2:]:
        assert pane.placement
        assert pane.placement.top == 0
    for pane in panes[:2]:
        assert pane.placement
        below = pane.rect.height - pane.placement.top - 3000 * pane.placement.y_scale
        assert pane.placement.top == pytest.approx(below)


def test_detectors_of_different_pixel_size_hang_at_the_same_millimetres() -> None:
    plan = four(a_view("RCC", 0.1), a_view("LCC", 0.05), a_view("RMLO", 0.07), a_view("LMLO", 0.1))
    assert len({round(pane.millimetres or 0, 9) for pane in plan.panes}) == 1


def test_no_pixel_of_any_image_is_cropped_by_default() -> None:
    for pane in four(*(a_view(slot) for slot in ORIENTATIONS)).panes:
        assert pane.placement
        for x, y in ((0, 0), (2999, 0), (0, 3999), (2999, 3999)):
            point = pane.placement.to_pane(ImagePoint(x, y))
            assert -0.5 <= point.x <= pane.rect.width - 0.5
            assert -0.5 <= point.y <= pane.rect.height - 0.5


def test_a_missing_view_leaves_its_pane_empty_and_the_others_in_place() -> None:
    plan = four(a_view("RMLO"))
    assert [pane.title for pane in plan.panes if pane.view is None] == ["RCC", "LCC", "LMLO"]
    only = plan.panes[2]
    assert (only.rect.left, only.rect.top) == (0, 800)


def test_unknown_spacing_yields_no_millimetres_and_does_not_disturb_the_others() -> None:
    measured = four(a_view("RCC"), a_view("LCC")).panes
    mixed = four(a_view("RCC"), a_view("LCC"), a_view("RMLO", None)).panes
    assert mixed[2].millimetres is None
    assert [pane.millimetres for pane in mixed[:2]] == [pane.millimetres for pane in measured[:2]]


def test_true_size_draws_a_millimetre_as_a_millimetre() -> None:
    plan = four(a_view("RCC"), mode=SizeMode.TRUE, screen_mm=0.27)
    assert plan.panes[0].millimetres == pytest.approx(0.27)


def test_actual_size_draws_pixel_for_pixel() -> None:
    placement = four(a_view("LMLO"), mode=SizeMode.ACTUAL).panes[3].placement
    assert placement
    assert (placement.x_scale, placement.y_scale) == (1, 1)


def test_pixels_that_are_not_square_keep_their_shape_when_turned() -> None:
    spacing = PixelSpacing(0.2, 0.1, SpacingSource.IMAGER)
    view = replace(a_view("RCC"), spacing=spacing, orientation=PatientOrientation.parse("L", "P"))
    placement = four(view).panes[0].placement
    assert placement
    assert placement.turn.transpose
    assert placement.x_scale == pytest.approx(2 * placement.y_scale)


def test_the_breast_and_not_the_air_around_it_fills_the_pane() -> None:
    view = a_view("LCC")
    breast = PixelEvidence(breast=Box(-0.5, 1499.5, 1199.5, 2499.5))
    close = four(view, evidence={view.ref: breast}).panes[1]
    whole = four(view).panes[1]
    assert close.placement
    assert whole.placement
    assert close.placement.y_scale > 2 * whole.placement.y_scale
    centre = close.placement.to_pane(ImagePoint(600, 1999.5))
    assert centre.y == pytest.approx(close.rect.height / 2 - 0.5)


def test_the_chest_walls_of_letterboxed_pictures_meet() -> None:
    view = a_view("LCC")
    breast = PixelEvidence(Side.LEFT, 0.9, Box(299.5, 999.5, 1499.5, 2999.5))
    placement = four(view, evidence={view.ref: breast}).panes[1].placement
    assert placement
    assert placement.to_pane(ImagePoint(300, 2000)).x == pytest.approx(2, abs=2)


def test_a_box_that_ends_just_before_the_edge_crops_no_tissue() -> None:
    view = a_view("LCC")
    breast = PixelEvidence(Side.LEFT, 0.9, Box(9.5, 999.5, 1499.5, 2999.5))
    placement = four(view, evidence={view.ref: breast}).panes[1].placement
    assert placement
    assert placement.to_pane(ImagePoint(0, 2000)).x >= -0.5
