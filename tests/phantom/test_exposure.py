"""From thickness to stored values: what the beam loses, its noise, and what a unit makes of it."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from phantom.anatomy.tissue import Tissue, compressed_thickness
from phantom.detector.exposure import FAT_PER_MM, GLAND_PER_MM, Beam, expose
from phantom.detector.processing import Look, Signal, Span, develop, span_of
from phantom.detector.unit import Unit
from phantom.detector.units import UNITS
from phantom.space.stamp import Painted, Stamp
from phantom.space.streams import stream
from phantom.studies.layers import with_painted

PLAIN = Look()
QUIET = Beam(quanta=1e12, scatter=0.0, electronic=0.0)
SHAPE = (160, 120)
every_unit = pytest.mark.parametrize("unit", UNITS.values(), ids=lambda unit: unit.key)


def flat(attenuation: float, shape: tuple[int, int] = SHAPE) -> np.ndarray:
    return np.full(shape, attenuation, np.float32)


def exposed(
    attenuation: np.ndarray, beam: Beam, pixel_mm: float = 0.3, seed: int = 1
) -> np.ndarray:
    return expose(attenuation, pixel_mm, beam, stream(seed, "quanta"))


def disc(radius: int = 15) -> np.ndarray:
    mask = np.zeros(SHAPE, np.uint8)
    cv2.circle(mask, (60, 80), radius, 1, -1)
    return mask > 0


def half_disc_of_fat(pixel_mm: float = 0.8) -> tuple[np.ndarray, np.ndarray]:
    """Attenuation and thickness of a breast of fat between plates, chest wall at the left."""
    y, x = np.mgrid[0 : SHAPE[0], 0 : SHAPE[1]]
    depth = (75 - np.hypot(x, y - SHAPE[0] / 2)) * pixel_mm
    thickness = compressed_thickness(depth.astype(np.float32), 45.0)
    return np.asarray(FAT_PER_MM * thickness, np.float32), thickness


def signal_of(logs: np.ndarray, thickness: np.ndarray, pixel_mm: float) -> Signal:
    return Signal(logs, thickness, thickness > 0, pixel_mm)


def developed(
    logs: np.ndarray,
    thickness: np.ndarray,
    pixel_mm: float,
    look: Look = PLAIN,
    span: Span | None = None,
) -> np.ndarray:
    return develop(signal_of(logs, thickness, pixel_mm), look, span)


# The exposure


def test_air_has_no_signal_loss() -> None:
    assert np.abs(exposed(flat(0.0), Beam())).max() < 0.02


@given(arrays.arrays(np.float32, (2,), elements=st.floats(0, 6, width=32)), st.floats(0.05, 0.6))
def test_without_noise_and_scatter_the_logarithm_is_the_attenuation(
    values: np.ndarray, pixel_mm: float
) -> None:
    halves = np.repeat(values, 60)[None, :].repeat(8, axis=0)
    logs = exposed(np.ascontiguousarray(halves), QUIET, pixel_mm)
    assert logs[:, 20] == pytest.approx(float(values[0]), abs=0.01)
    assert logs[:, 100] == pytest.approx(float(values[1]), abs=0.01)


@pytest.mark.parametrize("scatter", [0.0, 0.3])
def test_more_tissue_gives_more_signal_in_the_logarithm(scatter: float) -> None:
    beam = replace(QUIET, scatter=scatter)
    means = [exposed(flat(value), beam).mean() for value in np.linspace(0, 6, 13)]
    assert np.all(np.diff(means) > 0.1)


def test_scatter_lowers_contrast() -> None:
    lesion = disc()
    attenuation = flat(2.0) + np.where(lesion, np.float32(0.4), np.float32(0))
    contrasts = []
    for scatter in (0.0, 0.2, 0.6):
        logs = exposed(attenuation, replace(QUIET, scatter=scatter))
        contrasts.append(logs[disc(8)].mean() - logs[~disc(30)].mean())
    assert contrasts[0] > contrasts[1] > contrasts[2] > 0.1


def test_scatter_reaches_into_the_shadow_of_a_dense_thing() -> None:
    attenuation = np.where(disc(), np.float32(6), np.float32(1))
    near, far = (
        exposed(attenuation, replace(QUIET, scatter=0.3, scatter_mm=reach))[80, 60]
        for reach in (1.0, 12.0)
    )
    assert far < near < 6.01


def test_more_quanta_give_less_noise() -> None:
    beams = [Beam(quanta=quanta, electronic=0.0) for quanta in (1e5, 4e5, 1.6e6)]
    noise = [exposed(flat(2.5), beam).std() for beam in beams]
    assert noise[0] == pytest.approx(2 * noise[1], rel=0.1)
    assert noise[1] == pytest.approx(2 * noise[2], rel=0.1)


def test_larger_pixels_and_thinner_tissue_are_less_noisy() -> None:
    by_pixel = [exposed(flat(2.5), Beam(), pixel).std() for pixel in (0.07, 0.14, 0.28)]
    assert by_pixel[0] > 1.7 * by_pixel[1] > 1.7 * 1.7 * by_pixel[2]
    by_tissue = [exposed(flat(value), Beam(), 0.1).std() for value in (1.0, 2.5, 4.0)]
    assert by_tissue[0] < by_tissue[1] < by_tissue[2]


def test_the_point_spread_blurs_what_is_small() -> None:
    attenuation = flat(1.0)
    attenuation[80, 60] = 3.0
    peaks = [
        exposed(attenuation, replace(QUIET, blur_mm=blur), 0.07)[80, 60] for blur in (0, 0.05, 0.2)
    ]
    assert peaks[0] > peaks[1] > peaks[2] > 1


def test_the_picture_moves_no_random_number() -> None:
    random = [stream(5, "quanta") for _ in range(2)]
    for attenuation, numbers in zip((flat(0.5), flat(5.0)), random, strict=True):
        expose(attenuation, 0.2, Beam(), numbers)
    assert random[0].random() == random[1].random()


def test_even_what_no_quantum_passes_stays_finite() -> None:
    assert np.isfinite(exposed(flat(60.0), Beam(scatter=0.0), 0.05)).all()


# The unit's processing


def test_air_stays_black_and_tissue_does_not() -> None:
    attenuation, thickness = half_disc_of_fat()
    shown = developed(exposed(attenuation, Beam(), 0.8), thickness, 0.8)
    assert not shown[thickness == 0].any()
    assert shown[thickness > 0].min() > 0
    assert np.isfinite(shown).all()


def test_denser_tissue_is_shown_brighter() -> None:
    attenuation, thickness = half_disc_of_fat()
    lesion = np.zeros(SHAPE, bool)
    lesion[70:90, 20:40] = True
    means = []
    for gland_mm in (0.0, 3.0, 8.0, 16.0):
        dense = attenuation + np.float32(gland_mm * (GLAND_PER_MM - FAT_PER_MM)) * lesion
        shown = developed(exposed(dense, QUIET, 0.8), thickness, 0.8)
        means.append(shown[lesion].mean() - shown[(thickness > 30) & ~lesion].mean())
    assert np.all(np.diff(means) > 0.02)


def test_flattening_evens_out_the_breasts_own_thickness() -> None:
    attenuation, thickness = half_disc_of_fat()
    logs = exposed(attenuation, QUIET, 0.8)
    middle, edge = thickness > 44, (thickness > 20) & (thickness < 32)
    steps = []
    for flattening in (0.0, 0.9):
        shown = developed(logs, thickness, 0.8, replace(PLAIN, flattening=flattening))
        steps.append(float(shown[middle].mean() - shown[edge].mean()))
    assert abs(steps[1]) < 0.5 * steps[0]


def test_detail_is_sharpened() -> None:
    attenuation, thickness = half_disc_of_fat(0.3)
    dots = np.zeros(SHAPE, np.float32)
    dots[60:100:8, 20:50:8] = 0.4
    peaks = []
    for detail in (0.0, 1.0):
        look = replace(PLAIN, detail=detail, texture=0.0, span=2.0)
        shown = developed(exposed(attenuation + dots, QUIET, 0.3), thickness, 0.3, look)
        around = cv2.blur(shown, (7, 7))
        peaks.append(float((shown - around)[dots > 0].mean()))
    assert peaks[1] > 1.2 * peaks[0] > 0


def test_an_implant_does_not_set_the_brightness_of_the_breast() -> None:
    attenuation, thickness = half_disc_of_fat()
    implant = np.zeros(SHAPE, bool)
    implant[60:100, :15] = True
    logs = exposed(attenuation + 3 * implant.astype(np.float32), QUIET, 0.8)
    spans = [
        span_of(Signal(logs, thickness, metered, 0.8), replace(PLAIN, local=0.0, texture=0.0))
        for metered in (thickness > 0, (thickness > 0) & ~implant)
    ]
    assert spans[0][1] > spans[1][1] + 0.5


def test_pictures_developed_over_one_span_can_be_compared() -> None:
    attenuation, thickness = half_disc_of_fat()
    plain, dense = (exposed(attenuation * share, QUIET, 0.8) for share in (1.0, 1.15))
    span = span_of(signal_of(plain, thickness, 0.8), PLAIN)
    middle = thickness > 40
    own, kept = (developed(dense, thickness, 0.8, span=one)[middle].mean() for one in (None, span))
    assert np.array_equal(
        developed(plain, thickness, 0.8, span=span), developed(plain, thickness, 0.8)
    )
    assert kept > own + 0.05


# Materials


def slab(thickness_mm: float = 50.0, gland_mm: float = 10.0) -> Tissue:
    nothing = np.zeros(SHAPE, np.float32)
    inside = np.zeros(SHAPE, bool)
    inside[:, :80] = True
    return Tissue(
        depth=np.where(inside, 20, -20).astype(np.float32),
        thickness=np.where(inside, thickness_mm, 0).astype(np.float32),
        gland=np.where(inside, gland_mm, 0).astype(np.float32),
        muscle=nothing,
        skin=nothing,
        implant=nothing,
    )


def square(millimetres: float, left: int = 30) -> Stamp:
    return Stamp(60, left, np.full((20, 20), millimetres, np.float32))


@pytest.mark.parametrize(
    "painted",
    [
        Painted(tissue=square(20.0)),
        Painted(calcium=square(0.3)),
        Painted(metal=square(0.3)),
        Painted(skin=square(4.0)),
    ],
    ids=["tissue", "calcium", "metal", "skin"],
)
def test_whatever_is_painted_is_seen_where_it_is_and_only_there(painted: Painted) -> None:
    plain, seen = (with_painted(slab(), some).attenuation() for some in ((), (painted,)))
    changed = seen != plain
    assert changed[60:80, 30:50].all()
    assert changed.sum() == 400
    assert np.all(seen >= plain)


def test_painted_tissue_takes_the_place_of_what_was_there() -> None:
    tissue = slab(thickness_mm=50.0, gland_mm=30.0)
    fat = with_painted(tissue, [Painted(tissue=square(-10.0))]).gland
    mass = with_painted(tissue, [Painted(tissue=square(25.0))]).gland
    huge = with_painted(tissue, [Painted(tissue=square(500.0))]).gland
    assert fat[70, 40] < 30.0 < mass[70, 40] < 55.0 - 0.1
    assert huge.max() == pytest.approx(50.0)  # no more than the breast is thick
    assert fat.min() >= 0
    assert tissue.gland[70, 40] == 30.0  # what was given stays as it was


def test_nothing_that_belongs_to_the_breast_is_painted_beside_it() -> None:
    beside = square(5.0, left=95)
    plain = with_painted(slab(), ()).attenuation()
    for painted in (Painted(tissue=beside), Painted(calcium=beside), Painted(skin=beside)):
        assert np.array_equal(with_painted(slab(), [painted]).attenuation(), plain)


# Stored values


@every_unit
@given(brightness=st.lists(st.floats(-3, 3, width=32), min_size=2, max_size=20))
def test_stored_values_rise_with_brightness_and_fit_the_bits(
    unit: Unit, brightness: list[float]
) -> None:
    values = unit.stored(np.sort(np.asarray([brightness], np.float32)))
    assert values.dtype == np.uint16
    assert np.all(np.diff(values.astype(int)) >= 0)
    assert unit.black <= values.min() <= values.max() < 1 << unit.bits


@every_unit
def test_air_is_stored_as_black_exactly(unit: Unit) -> None:
    assert np.all(unit.stored(np.zeros((3, 4), np.float32)) == unit.black)
    assert unit.stored(np.ones((1, 1), np.float32))[0, 0] == unit.white
