"""Patient Orientation, checked against the view it is said to belong to."""

from __future__ import annotations

import pytest
from pydicom.dataset import Dataset

from domain.laterality import Laterality
from domain.orientation import Direction, PatientOrientation
from domain.view_position import ViewPosition
from imaging.header.orientation_tags import read_orientation
from tests.support.dicom_factory import HUNG

R, L = Laterality.RIGHT, Laterality.LEFT
CC, MLO, SIO = ViewPosition.CC, ViewPosition.MLO, ViewPosition.SIO


def header(*values: str) -> Dataset:
    ds = Dataset()
    ds.PatientOrientation = list(values)
    return ds


def told(
    values: tuple[str, ...], side: Laterality | None, view: ViewPosition | None
) -> tuple[str, ...]:
    return tuple(str(flag) for flag in read_orientation(header(*values), side, view).flags)


@pytest.mark.parametrize(("place", "values"), HUNG.items())
def test_the_hung_orientations_need_no_flag(
    place: tuple[str, str], values: tuple[str, str]
) -> None:
    side, view = Laterality(place[0]), ViewPosition(place[1])
    assert told(values, side, view) == ()


def test_flipped_and_turned_images_need_no_flag() -> None:
    assert told(("A", "L"), R, CC) == ()
    assert told(("L", "A"), R, CC) == ()
    assert told(("H", "P"), L, MLO) == ()


def test_the_principal_letter_counts() -> None:
    found = read_orientation(header("P", "FL"), R, MLO)
    assert found.value == PatientOrientation(Direction.POSTERIOR, Direction.FOOT)
    assert found.flags == ()
    assert found.reasons[0].value == "P\\FL"


@pytest.mark.parametrize("values", [("CC",), ("P", "P"), ("P", "A"), ("X", "Y"), ("P", "L", "F")])
def test_what_is_no_orientation_is_told(values: tuple[str, ...]) -> None:
    assert read_orientation(header(*values), R, CC).value is None
    assert "(0020,0020)" in told(values, R, CC)[0]


def test_a_missing_orientation_is_told() -> None:
    found = read_orientation(Dataset(), R, CC)
    assert found.value is None
    assert "Patient Orientation is missing" in str(found.flags[0])


def test_an_orientation_of_the_other_view_is_told() -> None:
    assert "can't be the orientation of CC" in told(("P", "F"), R, CC)[0]
    assert "can't be the orientation of MLO" in told(("P", "L"), R, MLO)[0]


def test_an_orientation_without_depth_is_told() -> None:
    assert "chest wall to nipple" in told(("L", "F"), R, MLO)[0]


@pytest.mark.parametrize("values", [("P", "FL"), ("P", "HR"), ("FL", "A")])
def test_an_oblique_that_leans_as_the_right_breast_contradicts_the_left(
    values: tuple[str, str],
) -> None:
    assert told(values, R, MLO) == ()
    assert "leans as the right breast does" in told(values, L, MLO)[0]
    assert "leans as the left breast does" in told(values, R, SIO)[0]
    assert told(values, L, SIO) == ()


def test_nothing_is_compared_with_what_is_unknown() -> None:
    assert told(("P", "FL"), None, MLO) == ()
    assert told(("P", "F"), R, None) == ()
    assert told(("P", "FL"), Laterality.BOTH, MLO) == ()


def test_tomosynthesis_keeps_it_in_its_functional_groups() -> None:
    group = Dataset()
    group.PatientOrientationInFrameSequence = [header("A", "F")]
    ds = Dataset()
    ds.SharedFunctionalGroupsSequence = [group]
    assert str(read_orientation(ds, L, MLO).value) == "A\\F"
