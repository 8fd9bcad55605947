"""Units: what a synthetic image may be said to come from."""

from __future__ import annotations

import numpy as np
import pytest

from domain.geometry import ImageSize
from imaging.grey.voi import WindowVoi
from phantom.detector.unit import Unit
from phantom.detector.units import UNITS

every_unit = pytest.mark.parametrize("unit", UNITS.values(), ids=lambda unit: unit.key)
RAMP = np.linspace(0, 1, 101, dtype=np.float32)[None, :]


def shown(unit: Unit, brightness: np.ndarray) -> np.ndarray:
    window = unit.windows[0]
    values = unit.stored(brightness).astype(np.float64)
    return WindowVoi(window.centre, window.width).brightness(values)


@every_unit
def test_the_first_window_runs_from_air_to_the_brightest_tissue(unit: Unit) -> None:
    grey = shown(unit, RAMP)[0]
    assert grey[0] == pytest.approx(0, abs=0.002)
    assert grey[-1] == pytest.approx(1, abs=0.002)
    assert np.all(np.diff(grey) > 0)


@every_unit
def test_tissue_is_shown_nearly_as_bright_as_it_was_drawn(unit: Unit) -> None:
    assert np.abs(shown(unit, RAMP) - RAMP).max() < 0.06


@every_unit
def test_calcifications_brighter_than_tissue_fit_the_stored_bits(unit: Unit) -> None:
    bright = unit.stored(np.full((1, 1), 1.2, np.float32))[0, 0]
    assert unit.white < bright < 1 << unit.bits


@every_unit
def test_tables_rise_and_cover_all_stored_values(unit: Unit) -> None:
    for table in unit.luts:
        assert table.first == 0
        assert len(table.entries) == 1 << unit.bits
        assert list(table.entries) == sorted(table.entries)


@every_unit
def test_no_unit_passes_for_a_real_one(unit: Unit) -> None:
    assert unit.device.manufacturer == "Fourview"
    assert unit.device.model.startswith("Synthetic, after ")
    assert unit.device.serial == "0"


@every_unit
def test_the_field_is_as_large_as_a_breast_needs(unit: Unit) -> None:
    pixel = unit.plane_pixel_mm(unit.size)
    height, width = unit.size.rows * pixel, unit.size.columns * pixel
    assert 220 <= height <= 310
    assert 165 <= width <= 245


@every_unit
def test_a_smaller_matrix_covers_the_same_field(unit: Unit) -> None:
    half = ImageSize(unit.size.rows // 2, unit.size.columns // 2)
    assert unit.plane_pixel_mm(half) == pytest.approx(2 * unit.plane_pixel_mm(unit.size), rel=1e-3)


def test_units_are_found_by_their_own_key() -> None:
    assert {key: unit.key for key, unit in UNITS.items()} == {key: key for key in UNITS}
    assert {"ge", "hologic", "siemens", "fuji", "philips", "planmed"} <= set(UNITS)
