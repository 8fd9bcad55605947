"""Millimetres per pixel, where they come from, and when there are none."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataset import Dataset

from domain.geometry import ImagePoint, PixelSpacing, SpacingSource
from imaging.attributes.conclusion import Concluded
from imaging.header.spacing import read_spacing

ERMF = "EstimatedRadiographicMagnificationFactor"


def header(**attributes: Any) -> Dataset:
    ds = Dataset()
    for keyword, value in attributes.items():
        setattr(ds, keyword, value)
    return ds


def grouped(macro: str, **attributes: Any) -> Dataset:
    """A header that keeps attributes in a shared functional group."""
    group = Dataset()
    setattr(group, macro, [header(**attributes)])
    return header(SharedFunctionalGroupsSequence=[group])


def told(found: Concluded[PixelSpacing]) -> str:
    return "\n".join(str(flag) for flag in found.flags)


def lengths(found: Concluded[PixelSpacing]) -> tuple[float | None, float | None]:
    return (found.value.row_mm, found.value.column_mm)


def test_detector_spacing_is_divided_by_the_magnification() -> None:
    ds = header(ImagerPixelSpacing=[0.1, 0.1], EstimatedRadiographicMagnificationFactor=1.25)
    found = read_spacing(ds)
    assert lengths(found) == (0.08, 0.08)
    assert found.value.source is SpacingSource.IMAGER_OVER_ERMF
    assert found.flags == ()
    assert found.reasons[0].tag == "Imager Pixel Spacing (0018,1164)"


def test_without_a_magnification_it_is_one_and_the_source_says_so() -> None:
    found = read_spacing(header(ImagerPixelSpacing=[0.1, 0.1]))
    assert lengths(found) == (0.1, 0.1)
    assert found.value.source is SpacingSource.IMAGER


def test_rows_and_columns_keep_their_own_spacing() -> None:
    ds = header(ImagerPixelSpacing=[0.2, 0.1], EstimatedRadiographicMagnificationFactor=2)
    found = read_spacing(ds).value
    assert found.length_mm(ImagePoint(0, 0), ImagePoint(0, 10)) == pytest.approx(1.0)
    assert found.length_mm(ImagePoint(0, 0), ImagePoint(10, 0)) == pytest.approx(0.5)


@pytest.mark.parametrize("factor", ["0", "-1", "0.4", "5.1", "abc", "1000"])
def test_an_impossible_magnification_is_told_and_left_out(factor: str) -> None:
    ds = Dataset.from_json({"00181114": {"vr": "LO", "Value": [factor]}})
    ds.ImagerPixelSpacing = [0.1, 0.1]
    found = read_spacing(ds)
    assert lengths(found) == (0.1, 0.1)
    assert found.value.source is SpacingSource.IMAGER
    assert repr(factor) in told(found)
    assert "(0018,1114)" in told(found)


@pytest.mark.parametrize("plain", [[0.1, 0.1], [0.08, 0.08], [0.0801, 0.0799]])
def test_pixel_spacing_that_agrees_is_silent(plain: list[float]) -> None:
    ds = header(
        ImagerPixelSpacing=[0.1, 0.1],
        EstimatedRadiographicMagnificationFactor=1.25,
        PixelSpacing=plain,
    )
    assert read_spacing(ds).flags == ()
    assert lengths(read_spacing(ds)) == (0.08, 0.08)


@pytest.mark.parametrize("calibration", [None, "FIDUCIAL", "GEOMETRY"])
def test_pixel_spacing_that_disagrees_never_overrides_and_is_told(calibration: str | None) -> None:
    ds = header(ImagerPixelSpacing=[0.1, 0.1], PixelSpacing=[0.2, 0.2])
    if calibration:
        ds.PixelSpacingCalibrationType = calibration
    found = read_spacing(ds)
    assert lengths(found) == (0.1, 0.1)
    assert f"0.2 x 0.2 mm ({calibration or 'no calibration'})" in told(found)
    assert "Pixel Spacing (0028,0030)" in told(found)


@pytest.mark.parametrize("calibration", ["FIDUCIAL", "GEOMETRY"])
def test_calibrated_pixel_spacing_serves_alone(calibration: str) -> None:
    ds = header(PixelSpacing=[0.2, 0.2], PixelSpacingCalibrationType=calibration)
    assert read_spacing(ds).value == PixelSpacing(0.2, 0.2, SpacingSource.CALIBRATED)
    assert read_spacing(ds).flags == ()


def test_plain_pixel_spacing_alone_leaves_its_plane_open() -> None:
    ds = header(PixelSpacing=[0.1, 0.1], EstimatedRadiographicMagnificationFactor=1.073)
    found = read_spacing(ds)
    assert found.value == PixelSpacing(0.1, 0.1, SpacingSource.PIXEL_SPACING)
    assert "at the detector or in the breast" in told(found)
    assert read_spacing(ds, reconstructed=True).flags == ()


def test_tomosynthesis_keeps_its_spacing_in_pixel_measures() -> None:
    ds = grouped("PixelMeasuresSequence", PixelSpacing=[0.09, 0.09])
    found = read_spacing(ds, reconstructed=True)
    assert found.value == PixelSpacing(0.09, 0.09, SpacingSource.PIXEL_SPACING)


def test_a_reconstructed_slice_has_a_pixel_grid_of_its_own() -> None:
    ds = header(ImagerPixelSpacing=[0.07, 0.07], PixelSpacing=[0.1, 0.1])
    assert lengths(read_spacing(ds, reconstructed=True)) == (0.1, 0.1)
    assert lengths(read_spacing(ds)) == (0.07, 0.07)


def test_a_projection_keeps_it_in_frame_pixel_data_properties() -> None:
    ds = grouped("FramePixelDataPropertiesSequence", ImagerPixelSpacing=[0.1, 0.1])
    ds.SharedFunctionalGroupsSequence[0].XRayGeometrySequence = [
        header(EstimatedRadiographicMagnificationFactor=1.25)
    ]
    assert lengths(read_spacing(ds)) == (0.08, 0.08)


def test_scanned_films_are_measured_on_the_film() -> None:
    found = read_spacing(header(NominalScannedPixelSpacing=[0.05, 0.05]))
    assert found.value == PixelSpacing(0.05, 0.05, SpacingSource.SCANNED_FILM)
    assert "on the film" in told(found)


@pytest.mark.parametrize(
    "written", ["0", "0\\0.1", "-0.1\\0.1", "0.1", "abc\\0.1", "0.1\\0.1\\0.1"]
)
def test_lengths_that_are_none_are_told_and_give_no_millimetres(written: str) -> None:
    ds = Dataset.from_json({"00181164": {"vr": "LO", "Value": written.split("\\")}})
    found = read_spacing(ds)
    assert found.value == PixelSpacing.unknown()
    assert repr(written) in told(found)


def test_no_length_at_all_is_unknown_and_told() -> None:
    found = read_spacing(Dataset())
    assert found.value == PixelSpacing.unknown()
    assert "no millimetres" in told(found)


def test_an_unlikely_pixel_is_kept_but_told() -> None:
    found = read_spacing(header(ImagerPixelSpacing=[2.5, 2.5]))
    assert lengths(found) == (2.5, 2.5)
    assert "unlikely" in told(found)


@given(
    imager=st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=3),
    factor=st.none() | st.floats(allow_nan=True, allow_infinity=True),
    plain=st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=3),
)
def test_any_numbers_give_positive_lengths_or_none(
    imager: list[float], factor: float | None, plain: list[float]
) -> None:
    ds = Dataset()
    ds.add_new("ImagerPixelSpacing", "FD", imager)
    ds.add_new("PixelSpacing", "FD", plain)
    ds.add_new(ERMF, "FD", factor)
    found = read_spacing(ds).value
    assert found.source is SpacingSource.UNKNOWN or min(found.row_mm, found.column_mm) > 0
