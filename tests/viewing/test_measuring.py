from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.geometry import Box, ImagePoint, PixelSpacing, SpacingSource
from imaging.grey.grey_header import GreyDescription
from imaging.grey.lut_data import LookUpTable
from imaging.grey.modality_lut import ModalityTable, Rescale
from tests.support.breast_frames import half_ellipse, spacing
from viewing.measuring.angle import Angle
from viewing.measuring.ellipse import Ellipse, measure_ellipse
from viewing.measuring.lengths import NippleDistance, Ruler

UNKNOWN = PixelSpacing.unknown()
ORIGIN = ImagePoint(0, 0)
coordinate = st.floats(-1000, 1000)


def test_a_ruler_says_millimetres_and_where_they_come_from() -> None:
    ruler = Ruler(ORIGIN, ImagePoint(30, 40), spacing(0.1, 0.1))
    assert ruler.length_mm == pytest.approx(5)
    assert ruler.text() == "5.0 mm (ImagerPixelSpacing / ERMF)"


def test_a_ruler_over_oblong_pixels_counts_each_way_for_itself() -> None:
    assert Ruler(ORIGIN, ImagePoint(30, 40), spacing(0.2, 0.1)).length_mm == pytest.approx(
        math.hypot(3, 8)
    )


def test_a_ruler_without_spacing_says_pixels() -> None:
    ruler = Ruler(ORIGIN, ImagePoint(30, 40), UNKNOWN)
    assert ruler.length_mm is None
    assert ruler.text() == "50 px"


@pytest.mark.parametrize("source", [one for one in SpacingSource if one.value != "unknown"])
def test_every_spacing_source_is_printed(source: SpacingSource) -> None:
    assert source.value in Ruler(ORIGIN, ImagePoint(9, 0), PixelSpacing(0.1, 0.1, source)).text()


def test_the_distance_from_the_nipple_says_whether_the_nipple_is_a_guess() -> None:
    frame = half_ellipse()
    point = ImagePoint(frame.nipple.at.x - 150, frame.nipple.at.y)
    guessed = NippleDistance.of(point, frame)
    dragged = NippleDistance.of(point, frame.with_nipple(frame.nipple.at))
    assert guessed.text() == "30.0 mm from the estimated nipple (ImagerPixelSpacing / ERMF)"
    assert dragged.text() == "30.0 mm from the nipple (ImagerPixelSpacing / ERMF)"
    unknown = NippleDistance.of(point, half_ellipse(mm=UNKNOWN))
    assert unknown.text() == "150 px from the estimated nipple"


@given(st.floats(0, 180), st.floats(0, 360), st.floats(1, 500), st.floats(1, 500))
def test_an_angle_is_what_was_drawn(degrees: float, start: float, one: float, two: float) -> None:
    def end(at: float, length: float) -> ImagePoint:
        turned = math.radians(at)
        return ImagePoint(7 + length * math.cos(turned), -3 + length * math.sin(turned))

    drawn = Angle(end(start, one), ImagePoint(7, -3), end(start + degrees, two), spacing())
    assert drawn.degrees == pytest.approx(degrees, abs=1e-6)


def test_an_angle_over_oblong_pixels_is_that_of_the_breast() -> None:
    corner = (ImagePoint(10, 0), ORIGIN, ImagePoint(10, 10))
    assert Angle(*corner, spacing(0.1, 0.2)).degrees == pytest.approx(
        math.degrees(math.atan2(1, 2))
    )
    assert Angle(*corner, UNKNOWN).text() == "45.0° (pixels taken as square)"
    assert Angle(*corner, spacing()).text() == "45.0° (ImagerPixelSpacing / ERMF)"


def test_a_line_without_length_makes_no_angle() -> None:
    angle = Angle(ORIGIN, ORIGIN, ImagePoint(1, 1), spacing())
    assert angle.degrees is None
    assert angle.text() == "-"


def measured(
    pixels: npt.NDArray[np.uint16] | npt.NDArray[np.int16],
    box: Box,
    grey: GreyDescription | None = None,
    mm: PixelSpacing | None = None,
) -> tuple[float, ...] | None:
    values = measure_ellipse(Ellipse(box), pixels, grey or GreyDescription(), mm or UNKNOWN).values
    if values is None:
        return None
    return (values.count, values.mean, values.sd, values.minimum, values.maximum)


@given(
    st.floats(-5, 25),
    st.floats(-5, 25),
    st.floats(-5, 25),
    st.floats(-5, 25),
    st.floats(0.25, 3),
    st.floats(-100, 100),
    st.booleans(),
)
def test_statistics_are_those_of_the_pixels_whose_centres_lie_within(
    x: float, y: float, x2: float, y2: float, slope: float, intercept: float, signed: bool
) -> None:
    random = np.random.default_rng(0)
    pixels = random.integers(0, 4000, (20, 15)).astype(np.int16 if signed else np.uint16)
    if signed:
        pixels -= 2000
    ellipse = Ellipse.between(ImagePoint(x, y), ImagePoint(x2, y2))
    a, b = abs(x2 - x) / 2, abs(y2 - y) / 2
    if min(a, b) < 1e-3:
        return
    rows, columns = np.indices(pixels.shape)
    far = ((columns - (x + x2) / 2) / a) ** 2 + ((rows - (y + y2) / 2) / b) ** 2
    if np.any(np.abs(far - 1) < 1e-9):
        return
    inside = pixels[far <= 1].astype(float) * slope + intercept
    grey = GreyDescription(signed=signed, modality=Rescale(slope, intercept))
    values = measure_ellipse(ellipse, pixels, grey, UNKNOWN).values
    if inside.size == 0:
        assert values is None
        return
    assert values is not None
    assert values.count == inside.size
    assert [values.mean, values.sd, values.minimum, values.maximum] == pytest.approx(
        [inside.mean(), inside.std(), inside.min(), inside.max()], abs=1e-6
    )


def test_a_modality_table_is_applied() -> None:
    table = LookUpTable(0, 16, np.array([5, 50, 500], np.uint16))
    pixels = np.array([[0, 1, 2]], np.uint16)
    grey = GreyDescription(modality=ModalityTable(table))
    assert measured(pixels, Box(-3, -3, 5, 3), grey) == pytest.approx(
        (3, 185, np.std([5, 50, 500]), 5, 500)
    )


def test_padding_does_not_count() -> None:
    pixels = np.array([[100, 4095, 4000, 300]], np.uint16)
    grey = GreyDescription(padding=(4000, 4095))
    assert measured(pixels, Box(-9, -9, 12, 9), grey) == pytest.approx((2, 200, 100, 100, 300))
    assert measured(pixels, Box(0.5, -0.5, 2.5, 0.5), grey) is None


@pytest.mark.parametrize(
    "box", [Box(-50, -50, -20, -20), Box(50, 2, 90, 8), Box(3.2, 3.2, 3.4, 3.4), Box(3, 3, 3, 3)]
)
def test_an_ellipse_over_few_or_no_pixels_is_measured_all_the_same(box: Box) -> None:
    pixels = np.full((10, 10), 7, np.uint16)
    statistics = measure_ellipse(Ellipse(box), pixels, GreyDescription(), spacing())
    assert (statistics.values is None) == (box != Box(3, 3, 3, 3))
    assert statistics.text()


def test_the_area_is_the_lines_and_comes_with_its_source() -> None:
    pixels = np.full((100, 100), 7, np.uint16)
    ellipse = Ellipse(Box(10, 10, 50, 30))
    known = measure_ellipse(ellipse, pixels, GreyDescription(), spacing(0.1, 0.2))
    assert ellipse.area_mm2(spacing(0.1, 0.2)) == pytest.approx(math.pi * 4 * 1)
    assert known.text() == (
        "mean 7.0, SD 0.0\nmin 7, max 7\narea 12.6 mm² (ImagerPixelSpacing / ERMF)"
    )
    unknown = measure_ellipse(ellipse, pixels, GreyDescription(), UNKNOWN)
    assert unknown.text().endswith("area 628 px²")
    off = measure_ellipse(Ellipse(Box(200, 200, 240, 220)), pixels, GreyDescription(), UNKNOWN)
    assert off.text() == "no pixels\narea 628 px²"


@given(coordinate, coordinate, coordinate, coordinate)
def test_an_ellipse_may_be_drawn_from_any_corner(x: float, y: float, x2: float, y2: float) -> None:
    corners = [(x, y), (x2, y), (x2, y2), (x, y2)]
    opposite = [*corners[2:], *corners[:2]]
    drawn = {
        Ellipse.between(ImagePoint(*one), ImagePoint(*other))
        for one, other in zip(corners, opposite, strict=True)
    }
    assert len(drawn) == 1
