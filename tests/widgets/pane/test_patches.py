"""Masks on the screen: where they lie, that nothing small is lost, how they are filled."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from domain.geometry import Box, ImageSize
from domain.turn import Turn
from viewing.hanging.placement import Placement, turned_box
from widgets.pane.overlays import Patch, Stroke
from widgets.pane.patches import patch_pixels

SIZE = ImageSize(400, 300)
WIDTH, HEIGHT = 500, 400
TURNS = [Turn(*flags) for flags in product((False, True), repeat=3)]


def _canvas(patch, place):
    canvas = np.zeros((HEIGHT + 20, WIDTH + 20, 4), np.uint8)
    seen = patch_pixels(patch, place, WIDTH, HEIGHT)
    if seen is not None:
        area = seen.area
        canvas[area.top + 10 : area.bottom + 10, area.left + 10 : area.right + 10] = seen.pixels
    return canvas[10:-10, 10:-10]


def _shown(box, place):
    """Left, top, right, bottom in device pixels from the pane's corner."""
    turned = turned_box(box, place.turn, SIZE)
    return (
        place.left + (turned.left + 0.5) * place.x_scale,
        place.top + (turned.top + 0.5) * place.y_scale,
        place.left + (turned.right + 0.5) * place.x_scale,
        place.top + (turned.bottom + 0.5) * place.y_scale,
    )


@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize("scale", [0.4, 1.0, 3.0])
def test_a_patch_lies_on_its_pixels_however_the_image_is_turned(turn, scale):
    middle = turned_box(Box(52.0, 69.5, 52.0, 69.5), turn, SIZE)
    left, top = 250.3 - middle.left * scale, 200.8 - middle.top * scale
    place = Placement(SIZE, turn, scale, scale, left, top)
    patch = Patch(np.ones((20, 45), np.uint8), 30, 60, filled=True)
    inked = _canvas(patch, place)[..., 2] > 0  # amber, without the black halo
    rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    left, top, right, bottom = _shown(Box(29.5, 59.5, 74.5, 79.5), place)
    seen = (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1)
    assert np.abs(np.subtract(seen, (left, top, right, bottom))).max() <= 1.0


@pytest.mark.parametrize("scale", [0.05, 0.1, 0.2, 0.5])
def test_a_calcification_of_three_pixels_stays_visible_at_any_zoom(scale):
    pixels = np.zeros((41, 41), np.uint8)
    pixels[20, 19:22] = 1
    for off in np.linspace(0, 1, 5):
        place = Placement(SIZE, Turn(), scale, scale, 30 + off, 20 + off)
        assert _canvas(Patch(pixels, 100, 200), place)[..., 2].max() > 200


def test_two_dots_apart_stay_two():
    pixels = np.zeros((9, 60), np.uint8)
    pixels[4, 5:8] = pixels[4, 45:48] = 1
    place = Placement(SIZE, Turn(), 0.3, 0.3, 0.0, 0.0)
    inked = (_canvas(Patch(pixels, 100, 200), place)[..., 2] > 100).any(axis=0)
    assert (np.diff(inked.astype(int)) == 1).sum() == 2


def test_the_inside_is_clear_but_where_filled_and_then_a_quarter():
    place = Placement(SIZE, Turn(), 1.0, 1.0, 0.0, 0.0)
    patch = Patch(np.ones((60, 60), np.uint8), 100, 200)
    assert _canvas(patch, place)[230, 130].tolist() == [0, 0, 0, 0]
    filled = _canvas(replace(patch, filled=True), place)[230, 130]
    assert filled[3] == pytest.approx(64, abs=1)
    assert filled[2] == pytest.approx(64, abs=1)  # premultiplied: 255 of amber at a quarter
    faint = replace(patch, filled=True, stroke=Stroke(rejected=True))
    assert _canvas(faint, place)[230, 130][3] < 32


def test_an_edge_has_a_dark_halo_outside():
    place = Placement(SIZE, Turn(), 1.0, 1.0, 0.0, 0.0)
    row = _canvas(Patch(np.ones((60, 60), np.uint8), 100, 200), place)[230]
    assert row[98].tolist() == [0, 0, 0, 0]
    assert row[99].tolist()[:3] == [0, 0, 0]
    assert row[99][3] > 150
    assert row[100][2] > 200


def test_what_is_out_of_sight_or_empty_gives_nothing():
    place = Placement(SIZE, Turn(), 1.0, 1.0, 5000.0, 0.0)
    assert patch_pixels(Patch(np.ones((9, 9), np.uint8), 0, 0), place, WIDTH, HEIGHT) is None
    none = Patch(np.ones((0, 9), np.uint8), 0, 0)
    assert patch_pixels(none, replace(place, left=0.0), WIDTH, HEIGHT) is None


def test_a_patch_may_hold_a_mask_as_truths():
    place = Placement(SIZE, Turn(), 1.0, 1.0, 0.0, 0.0)
    truths, numbers = (np.ones((9, 9), kind) for kind in (bool, np.uint8))
    shown = [_canvas(Patch(one, 50, 60), place) for one in (truths, numbers * 7)]
    assert (shown[0] == shown[1]).all()
    assert shown[0].max() > 0
