"""Dots are found where calcifications are, snapped to, and grown to their own pixels."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.finding import FindingKind
from domain.geometry import ImagePoint, PixelIndex
from domain.laterality import Laterality
from domain.view_position import ViewPosition
from imaging.spots.dots import WIDEST_MM, find_dots, grow_dot, snap_to_dot
from phantom.recipe import Content, Exposure, StudyRecipe
from phantom.studies.generate import generate_study

PIXEL_MM = 0.1
Pixels = npt.NDArray[np.uint16]


def picture(
    *dots: tuple[float, float, float], noise: float = 10.0, height: float = 200.0
) -> Pixels:
    """300 x 300; dots of x, y, radius on noise."""
    grey = np.full((300, 300), 1000.0)
    y, x = np.mgrid[:300, :300]
    for column, row, radius in dots:
        grey += height / (1 + np.exp(np.minimum(4 * (np.hypot(x - column, y - row) - radius), 50)))
    return (grey + np.random.default_rng(1).normal(size=grey.shape) * noise).astype(np.uint16)


PLACES = ((60.0, 70.0, 1.2), (150.0, 60.0, 2.0), (220.0, 180.0, 3.5), (90.0, 240.0, 5.0))


@pytest.mark.parametrize("bright", [True, False])
def test_dots_of_all_sizes_are_found_at_their_places_and_nothing_else(bright: bool) -> None:
    pixels = picture(*PLACES)
    pixels = pixels if bright else (4000 - pixels).astype(np.uint16)
    dots = find_dots(pixels, bright=bright, pixel_mm=PIXEL_MM, region=None)
    plain = [dot for dot in dots if dot.contrast > 10]
    assert len(plain) == len(PLACES)
    for x, y, radius in PLACES:
        dot = min(plain, key=lambda found: np.hypot(found.at.x - x, found.at.y - y))
        assert np.hypot(dot.at.x - x, dot.at.y - y) < 1.5
        assert 0.5 < dot.radius / radius < 2


def test_the_strongest_dot_comes_first() -> None:
    dots = find_dots(picture(*PLACES), bright=True, pixel_mm=PIXEL_MM, region=None)
    contrasts = [dot.contrast for dot in dots]
    assert contrasts == sorted(contrasts, reverse=True)


def test_a_dark_dot_leaves_at_most_a_faint_fringe_where_bright_ones_are_asked_for() -> None:
    bright = find_dots(picture(*PLACES), bright=True, pixel_mm=PIXEL_MM)
    fringe = find_dots(picture(*PLACES, height=-200), bright=True, pixel_mm=PIXEL_MM)
    for dot in fringe:
        assert dot.contrast < 0.2 * bright[0].contrast
        assert all(np.hypot(dot.at.x - x, dot.at.y - y) > 0.8 * radius for x, y, radius in PLACES)


def test_of_noise_alone_hardly_anything_is_found() -> None:
    dots = find_dots(picture(noise=30), bright=True, pixel_mm=PIXEL_MM)
    assert len(dots) <= 9  # of 90,000 pixels


def test_lines_and_edges_are_no_dots() -> None:
    pixels = picture(noise=5).astype(np.float32)
    cv2.line(pixels, (-20, 0), (320, 290), 1300, 2, cv2.LINE_AA)
    pixels[:, 200:] += 300
    crossing = (200, 188)
    for dot in find_dots(pixels.astype(np.uint16), bright=True, pixel_mm=PIXEL_MM, least=6):
        assert np.hypot(dot.at.x - crossing[0], dot.at.y - crossing[1]) < 8


def test_only_dots_in_the_region_are_given() -> None:
    region = np.zeros((40, 40), np.uint8)
    region[5:35, 5:35] = 1
    dots = find_dots(picture(*PLACES), bright=True, pixel_mm=PIXEL_MM, region=(region, 130, 40))
    assert [dot for dot in dots if dot.contrast > 10]
    assert all(134.5 <= dot.at.x <= 164.5 and 44.5 <= dot.at.y <= 74.5 for dot in dots)
    assert any(np.hypot(dot.at.x - 150, dot.at.y - 60) < 1.5 for dot in dots)


def test_a_region_outside_the_image_holds_no_dots() -> None:
    region = np.ones((10, 10), np.uint8)
    for left, top in ((500, 500), (-400, 20), (20, -400)):
        assert not find_dots(
            picture(*PLACES), bright=True, pixel_mm=PIXEL_MM, region=(region, left, top)
        )


@pytest.mark.parametrize("shape", [(1, 1), (2, 50), (3, 3), (40, 3)])
def test_a_tiny_or_even_image_holds_no_dots(shape: tuple[int, int]) -> None:
    assert find_dots(np.full(shape, 9, np.uint16), bright=True, pixel_mm=None) == ()


def test_a_press_beside_a_dot_snaps_to_its_brightest_pixel() -> None:
    found = snap_to_dot(picture(*PLACES), ImagePoint(154, 57), 10, bright=True)
    assert found is not None
    assert np.hypot(found.column - 150, found.row - 60) <= 2


def test_a_press_far_from_any_dot_snaps_to_none() -> None:
    smooth = np.tile(np.arange(300, dtype=np.uint16) * 5, (300, 1))
    assert snap_to_dot(smooth, ImagePoint(100, 100), 10, bright=True) is None
    found = snap_to_dot(picture(*PLACES), ImagePoint(154, 57), 3, bright=True)
    assert found is None or np.hypot(found.column - 154, found.row - 57) <= 6


THREE_PIXELS = (
    ((0, 0), (0, 1), (0, 2)),
    ((0, 0), (1, 0), (2, 0)),
    ((0, 0), (1, 0), (1, 1)),
    ((0, 0), (1, 1), (2, 2)),
)


@pytest.mark.parametrize("dot", THREE_PIXELS)
@pytest.mark.parametrize("noise", [0.0, 8.0])
def test_a_dot_of_three_pixels_keeps_its_three_pixels(
    dot: tuple[tuple[int, int], ...], noise: float
) -> None:
    pixels = picture(noise=noise)
    for row, column in dot:
        pixels[100 + row, 150 + column] += 300
    peak = snap_to_dot(pixels, ImagePoint(152, 102), 6, bright=True)
    assert peak is not None
    patch, left, top = grow_dot(pixels, peak, bright=True, pixel_mm=PIXEL_MM)
    rows, columns = np.nonzero(patch)
    grown = set(zip((rows + top - 100).tolist(), (columns + left - 150).tolist(), strict=True))
    assert grown == set(dot)


@pytest.mark.parametrize("radius", [2.0, 3.5, 5.0])
def test_a_dot_is_grown_to_its_own_size(radius: float) -> None:
    patch, left, top = grow_dot(
        picture((150, 150, radius)), PixelIndex(150, 150), bright=True, pixel_mm=PIXEL_MM
    )
    assert patch.sum() == pytest.approx(np.pi * radius**2, rel=0.35)
    rows, columns = np.nonzero(patch)
    assert np.hypot(columns.mean() + left - 150, rows.mean() + top - 150) < 1


def test_a_dark_dot_is_grown_where_small_values_are_bright() -> None:
    pixels = (4000 - picture((150, 150, 3.0))).astype(np.uint16)
    patch, _, _ = grow_dot(pixels, PixelIndex(150, 150), bright=False, pixel_mm=PIXEL_MM)
    assert patch.sum() == pytest.approx(np.pi * 9, rel=0.35)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 299), st.integers(0, 299), st.sampled_from([None, 0.05, 0.1, 0.3]))
def test_whatever_is_pressed_the_grown_dot_is_small_connected_and_holds_the_press(
    row: int, column: int, pixel_mm: float | None
) -> None:
    patch, left, top = grow_dot(
        picture(*PLACES), PixelIndex(row, column), bright=True, pixel_mm=pixel_mm
    )
    assert patch[row - top, column - left] == 1
    assert left >= 0
    assert top >= 0
    assert left + patch.shape[1] <= 300
    assert top + patch.shape[0] <= 300
    assert max(patch.shape) <= max(WIDEST_MM / (pixel_mm or 0.085), 4) + 2
    assert cv2.connectedComponents(patch, connectivity=8)[0] == 2


def test_a_press_outside_the_image_is_refused() -> None:
    with pytest.raises(IndexError, match="no pixel"):
        grow_dot(picture(), PixelIndex(300, 0), bright=True, pixel_mm=PIXEL_MM)


def test_plain_calcifications_of_a_synthetic_group_are_found_with_little_else() -> None:
    left_cc = (Exposure(Laterality.LEFT, ViewPosition.CC),)
    (image,) = generate_study(StudyRecipe(seed=106, content=Content.MIXED, exposures=left_cc))
    group = next(
        lesion
        for lesion in image.truth.lesions
        if lesion.lesion.kind is FindingKind.CALCIFICATION_GROUP
    )
    patch = group.patch.pixels.astype(np.uint8)
    near = cv2.copyMakeBorder(patch, 10, 10, 10, 10, cv2.BORDER_CONSTANT, value=0)
    near = cv2.dilate(near, np.ones((5, 5), np.uint8))
    left, top = group.patch.left - 10, group.patch.top - 10
    region = (np.ones_like(near), left, top)
    dots = find_dots(image.pixels, bright=True, pixel_mm=image.pixel_mm, region=region, least=5)
    labels = cv2.connectedComponents(near, connectivity=8)[1]
    met = [labels[round(dot.at.y) - top, round(dot.at.x) - left] for dot in dots]
    assert len(set(met) - {0}) >= 0.7 * labels.max()
    assert met.count(0) <= max(2, 0.3 * len(met))
