"""Directions of rows and columns, and those a reader expects."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.laterality import Laterality
from domain.orientation import Direction, PatientOrientation, hung_orientation
from domain.view_position import HangFamily

R, L = Laterality.RIGHT, Laterality.LEFT


@pytest.mark.parametrize(
    ("side", "family", "written"),
    [
        (L, HangFamily.CC, "A\\R"),
        (R, HangFamily.CC, "P\\L"),
        (L, HangFamily.MLO, "A\\F"),
        (R, HangFamily.MLO, "P\\F"),
    ],
)
def test_the_four_images_hang_as_ihe_says(
    side: Laterality, family: HangFamily, written: str
) -> None:
    assert str(hung_orientation(side, family)) == written


def test_nobody_knows_how_to_hang_both_breasts() -> None:
    with pytest.raises(ValueError, match="both breasts"):
        hung_orientation(Laterality.BOTH, HangFamily.CC)


@given(st.sampled_from(Direction), st.sampled_from(Direction))
def test_two_directions_of_one_axis_are_no_orientation(row: Direction, column: Direction) -> None:
    found = PatientOrientation.parse(row.value, column.value)
    if column in (row, row.opposite):
        assert found is None
    else:
        assert found == PatientOrientation(row, column)


@pytest.mark.parametrize(
    ("row", "column", "expected"),
    [
        ("P", "FL", "P\\F"),
        (" p ", "fl", "P\\F"),
        ("PR", "FLA", "P\\F"),
        ("P", "", None),
        ("P", "X", None),
        ("PX", "F", None),
        ("CC", "", None),
    ],
)
def test_oblique_values_keep_their_first_letter(
    row: str, column: str, expected: str | None
) -> None:
    found = PatientOrientation.parse(row, column)
    assert (str(found) if found else None) == expected


@given(st.text(max_size=4), st.text(max_size=4))
def test_any_text_reads_or_doesnt(row: str, column: str) -> None:
    found = PatientOrientation.parse(row, column)
    assert found is None or found.row not in (found.column, found.column.opposite)


def test_the_opposite_of_the_opposite_is_the_direction() -> None:
    assert all(one.opposite.opposite is one is not one.opposite for one in Direction)
