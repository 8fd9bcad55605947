"""What compares phantoms with real mammograms, on textures whose answer is known."""

import math

import numpy as np
import pytest

from benchmarks.phantom import likeness
from benchmarks.phantom.likeness import portrait, wasserstein
from benchmarks.phantom.montage import Tile, sheet
from benchmarks.phantom.speed import power_law_noise
from benchmarks.phantom.texture import directions, octaves, spectrum
from domain.geometry import ImagePoint, ImageSize
from domain.laterality import Laterality
from domain.side import Side
from domain.view_position import HangFamily, ViewPosition
from phantom.detector.units import UNITS
from phantom.recipe import Composition, Exposure
from phantom.studies.image import SyntheticImage
from phantom.truth.truth import ViewTruth
from training.baselines.shown import ShownView, brightness


def view_of(picture, pixel_mm=0.28, nipple=None, inside=None):
    picture = picture.astype(np.float32)
    inside = np.ones(picture.shape, bool) if inside is None else inside
    nothing = np.zeros(picture.shape, bool)
    return ShownView("made up", picture, inside, nothing, pixel_mm, Side.LEFT, nipple)


# Likeness


@pytest.mark.parametrize("beta", [2.5, 3.0])
def test_the_exponent_of_made_noise_is_recovered(beta: float) -> None:
    noise = power_law_noise(ImageSize(600, 500), beta, 4)
    found = spectrum(view_of(0.4 + 0.05 * noise))
    assert found is not None
    assert found.squares > 50
    assert found.beta == pytest.approx(beta, abs=0.1)


def test_a_slope_over_the_breast_does_not_change_the_exponent() -> None:
    noise = 0.4 + 0.02 * power_law_noise(ImageSize(600, 500), 3.0, 4)
    slope = np.linspace(0, 1, 500)[None, :] + np.linspace(0, 2, 600)[:, None]
    flat, sloped = (spectrum(view_of(one)) for one in (noise, noise + slope))
    assert flat is not None
    assert sloped is not None
    assert sloped.beta == pytest.approx(flat.beta, abs=0.01)


def test_there_is_no_spectrum_where_no_square_fits() -> None:
    inside = np.zeros((300, 300), bool)
    inside[:, :60] = True
    assert spectrum(view_of(np.ones((300, 300)), inside=inside)) is None


def test_octaves_tell_where_the_energy_is() -> None:
    x = np.arange(400)[None, :] * 0.28
    energies = [
        [
            one.energy
            for one in octaves(view_of(np.repeat(0.4 + 0.1 * np.sin(x * 6.28 / wave), 400, 0)))
        ]
        for wave in (2.0, 18.0)
    ]
    assert int(np.argmax(energies[0])) == 0
    assert int(np.argmax(energies[1])) == 3


def test_lines_to_the_nipple_are_told_from_lines_across() -> None:
    y, x = np.mgrid[:400, :320].astype(float)
    nipple = ImagePoint(310.0, 200.0)
    angle = np.arctan2(y - nipple.y, x - nipple.x)
    rays = directions(view_of(0.4 + 0.1 * np.sin(60 * angle), nipple=nipple))
    rings = directions(
        view_of(0.4 + 0.1 * np.sin(np.hypot(x - nipple.x, y - nipple.y) / 3), nipple=nipple)
    )
    assert rays[1] > 0.9
    assert rings[1] < 0.1
    assert min(rays[0], rings[0]) > 0.7
    assert all(math.isnan(value) for value in directions(view_of(x)))


def test_the_distance_of_histograms_is_how_far_brightness_moved() -> None:
    one, other = np.zeros(64), np.zeros(64)
    one[10], other[26] = 1, 1
    assert wasserstein(one, other) == pytest.approx(16 / 64)
    assert wasserstein(one, one) == 0


def test_like_sets_are_closer_than_unlike_ones() -> None:
    def portraits(beta, seeds):
        shape = ImageSize(300, 240)
        return [
            portrait(view_of(0.4 + 0.05 * power_law_noise(shape, beta, seed))) for seed in seeds
        ]

    real, same, other = portraits(3.0, (1, 2)), portraits(3.0, (3, 4)), portraits(1.5, (3, 4))
    near, far = ({gap.name: gap.apart for gap in likeness.gaps(real, p)} for p in (same, other))
    assert near["beta of f**-beta"] < 0.4 < far["beta of f**-beta"]
    assert near["energy at 0.3 mm"] < 0.3 < far["energy at 0.3 mm"]


# Pictures


def test_brightness_is_that_of_the_units_first_window() -> None:
    unit = UNITS["ge"]
    window = unit.windows[0]
    stored = np.array([[0, round(window.centre), 4095]], np.uint16)
    truth = ViewTruth(ImageSize(1, 3), HangFamily.CC, (), (), ImagePoint(0, 0))
    exposure = Exposure(Laterality.LEFT, ViewPosition.CC)
    image = SyntheticImage(exposure, unit, Composition.B, stored, 0.1, 0.1, 50.0, truth)
    assert brightness(image)[0].tolist() == pytest.approx([0, 0.5, 1], abs=2e-3)


def test_a_sheet_holds_every_tile_whole() -> None:
    tiles = [Tile(str(n), np.full((300, 100 + 40 * n), 200, np.uint8)) for n in range(7)]
    picture = sheet(tiles, 6, captions=False)
    assert picture.shape[1] in range(1990, 2001)
    cell = picture.shape[0] // 2, picture.shape[1] // 6
    seen = picture.reshape(2, cell[0], 6, cell[1]).transpose(0, 2, 1, 3).reshape(12, -1)
    assert (seen.max(axis=1) > 190).tolist() == [True] * 7 + [False] * 5
