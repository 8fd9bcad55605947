"""Textures belong to places in millimetres, whatever pixels they are looked at with."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phantom.anatomy.lattice import Lattice, Plane, power_law
from phantom.anatomy.network import lobule_net
from phantom.anatomy.strands import Strand, draw_strands, wandering
from phantom.space.grid import Grid
from phantom.space.streams import stream

PLANE = Plane(-12.0, -40.0, 128.0, 128.0)


def texture(seed: int = 3, *, finest_mm: float = 1.0, exponent: float = 3.0) -> Lattice:
    random = stream(seed, "texture")
    return power_law(random, PLANE, coarsest_mm=32.0, finest_mm=finest_mm, exponent=exponent)


def sampled(lattice: Lattice, grid: Grid) -> np.ndarray:
    u, v = np.broadcast_arrays(grid.u(), grid.v())
    return lattice.at(np.ascontiguousarray(u), np.ascontiguousarray(v))


def slope(lattice: Lattice) -> float:
    """Exponent with which power falls, between the coarsest and the finest wavelength."""
    rows, columns = lattice.values.shape
    window = np.outer(np.hanning(rows), np.hanning(columns))
    power = np.abs(np.fft.fft2(lattice.values * window)) ** 2
    down, right = (np.fft.fftfreq(count, lattice.step_mm) for count in (rows, columns))
    frequency = np.hypot(down[:, None], right[None, :])
    edges = np.geomspace(1 / 20, 1 / 2.5, 9)
    rings = [(frequency >= low) & (frequency < high) for low, high in pairwise(edges)]
    places = [np.log(frequency[ring]).mean() for ring in rings]
    heights = [np.log(power[ring].mean()) for ring in rings]
    return -float(np.polyfit(places, heights, 1)[0])


@given(odd=st.sampled_from([3, 5, 9]), pixel=st.floats(0.1, 0.5), seed=st.integers(0, 50))
@settings(max_examples=20, deadline=None)
def test_two_grids_see_the_same_texture_at_the_same_places(
    odd: int, pixel: float, seed: int
) -> None:
    lattice = texture(seed, finest_mm=4.0)
    fine = Grid(18 * odd, 18 * odd, pixel, 5.0, -20.0)
    middle = odd // 2  # the fine pixel whose centre is the coarse pixel's
    coarse = Grid(18, 18, pixel * odd, 5.0 + middle * pixel, -20.0 + middle * pixel)
    both = sampled(lattice, fine)[middle::odd, middle::odd], sampled(lattice, coarse)
    assert np.abs(both[0] - both[1]).max() < 0.02  # the sampling has 1/32 of a lattice's step


def test_a_lattice_gives_its_values_back_at_their_places() -> None:
    lattice = texture(finest_mm=8.0)
    rows, columns = lattice.values.shape
    half = lattice.step_mm / 2
    own = Grid(rows, columns, lattice.step_mm, lattice.u0 + half, lattice.v0 + half)
    assert np.allclose(sampled(lattice, own), lattice.values, atol=1e-5)


@pytest.mark.parametrize("exponent", [2.0, 2.6, 3.0, 3.6, 4.2, 5.0])
def test_power_falls_with_the_exponent_that_was_asked_for(exponent: float) -> None:
    measured = [slope(texture(seed, exponent=exponent)) for seed in range(3)]
    assert np.mean(measured) == pytest.approx(exponent, abs=0.3)


@pytest.mark.parametrize("exponent", [2.0, 3.0, 4.2])
def test_a_texture_deviates_by_about_one(exponent: float) -> None:
    deviations = [texture(seed, exponent=exponent).values.std() for seed in range(4)]
    assert 0.7 < np.mean(deviations) < 1.3


def test_a_finer_lattice_only_adds_detail() -> None:
    coarse, fine = texture(finest_mm=8.0), texture(finest_mm=1.0)
    assert fine.values.size > 10 * coarse.values.size
    grid = Grid(120, 120, 1.0, -8.0, -36.0)
    seen = [cv2.GaussianBlur(sampled(one, grid), (0, 0), 6.0) for one in (coarse, fine)]
    other = cv2.GaussianBlur(sampled(texture(4, finest_mm=1.0), grid), (0, 0), 6.0)
    assert np.corrcoef(seen[0].ravel(), seen[1].ravel())[0, 1] > 0.98
    assert abs(np.corrcoef(seen[0].ravel(), other.ravel())[0, 1]) < 0.7


def test_walls_of_lobules_are_thin_and_thinner_when_sharper() -> None:
    grid = Grid(160, 160, 0.4, 0.0, -30.0)
    u, v = (np.ascontiguousarray(one) for one in np.broadcast_arrays(grid.u(), grid.v()))
    shares = []
    for sharpness in (2.0, 4.0, 8.0):
        walls = lobule_net(stream(1, "net"), PLANE, u, v, cell_mm=6.0, sharpness=sharpness)
        assert walls.min() >= 0
        assert 0.95 < walls.max() <= 1
        shares.append(float((walls > 0.5).mean()))
    assert shares[0] > shares[1] > shares[2] > 0
    assert shares[1] < 0.4


@pytest.mark.parametrize("width_mm", [0.3, 0.8, 2.0])
def test_a_strand_gets_fainter_rather_than_gone_where_pixels_are_wider(width_mm: float) -> None:
    path = wandering(stream(5, "strand"), (8.0, -12.0), 0.6, 40.0, turning=0.6)
    strand = Strand(path, width_mm, 0.8)
    material, brightest = [], []
    for pixel in (0.1, 0.2, 0.4, 1.2):
        grid = Grid(round(80 / pixel), round(80 / pixel), pixel, -10.0, -40.0)
        drawn = draw_strands([strand], grid, blur_mm=0.2)
        assert drawn.shape == grid.shape
        material.append(float(drawn.sum()) * pixel**2)
        brightest.append(float(drawn.max()))
    assert min(material) > 0.4 * max(material)  # lines are drawn in whole pixels of width
    assert max(brightest) < 0.85
    assert brightest[-1] < 0.9 * width_mm / 1.2 or width_mm > 1.2


def test_a_wandering_path_starts_where_it_should_and_is_as_long_as_it_should() -> None:
    path = wandering(stream(6, "path"), (3.0, -2.0), 0.0, 25.0, turning=0.8, points=30)
    steps = np.hypot(*np.diff(path, axis=0).T)
    assert path[0] == pytest.approx([3.0, -2.0])
    assert steps.sum() == pytest.approx(25.0)
