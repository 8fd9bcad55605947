"""Local contrast and sharpening: for the eye, and steady under it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from domain.geometry import ImageSize
from domain.turn import Turn
from imaging.pyramid import build_pyramid
from viewing.aids import aided
from viewing.hanging.compose import PaneImage
from viewing.hanging.placement import Placement
from viewing.state.screen import PLAIN, Aids
from widgets.pane.sampling import take_sample

SIZE = ImageSize(900, 700)
LOCAL, SHARP = Aids(local_contrast=True), Aids(sharpening=True)


@pytest.fixture
def image() -> PaneImage:
    y, x = np.mgrid[0 : SIZE.rows, 0 : SIZE.columns]
    waves = 1500 + 700 * np.sin(x / 90) + 300 * np.sin(y / 11) * np.cos(x / 7)
    levels = build_pyramid(waves.astype(np.uint16)).levels
    return PaneImage(levels, lambda values: (values >> 4).astype(np.uint8))


def painted(image: PaneImage, left: float, top: float, scale: float = 1.0) -> np.ndarray:
    placement = Placement(SIZE, Turn(), scale, scale, left, top)
    sample = take_sample(image, placement, 300, 200, exact=True)
    assert sample is not None
    return sample.grey(image.grey)


def test_without_aids_it_is_the_same_image(image: PaneImage) -> None:
    assert aided(image, PLAIN) is image


@pytest.mark.parametrize("scale", [1.0, 0.5])
def test_local_contrast_stays_as_it_is_when_the_image_is_panned(
    image: PaneImage, scale: float
) -> None:
    shown = aided(image, LOCAL)
    before, after = painted(shown, -10, -30, scale), painted(shown, -50, -50, scale)
    assert np.array_equal(before[20:, 40:], after[:-20, :-40])
    assert not np.array_equal(before, painted(image, -10, -30, scale))


def test_local_contrast_is_made_once_a_level_and_only_of_levels_that_are_painted(
    image: PaneImage,
) -> None:
    asked: list[tuple[int, ...]] = []

    def grey(values: np.ndarray) -> np.ndarray:
        asked.append(values.shape)
        return image.grey(values)

    shown = aided(replace(image, grey=grey), LOCAL)
    for left in range(0, -50, -10):
        painted(shown, left, 0)
    assert asked == [SIZE.shape]
    painted(shown, 0, 0, 0.5)
    assert asked == [SIZE.shape, image.levels[1].shape]


def test_what_is_painted_may_be_written_on(image: PaneImage) -> None:
    shown = aided(image, LOCAL)
    first = painted(shown, 0, 0)
    kept = first.copy()
    first[...] = 0
    assert np.array_equal(painted(shown, 0, 0), kept)


def test_both_aids_go_together_and_the_stored_values_stay(image: PaneImage) -> None:
    stored = image.levels[0].copy()
    both = painted(aided(image, Aids(local_contrast=True, sharpening=True)), -40, -30)
    assert both.std() > painted(aided(image, LOCAL), -40, -30).std()
    assert np.array_equal(image.levels[0], stored)
