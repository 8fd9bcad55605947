"""Views and patients in a few words."""

from __future__ import annotations

from datetime import date

import pytest

from domain.geometry import ImageSize, PixelSpacing
from domain.laterality import Laterality
from domain.study import Flag, ImageKind, ImageRef, Patient, PresentationIntent, Reason, View
from domain.view_position import ViewModifier, ViewPosition


def view(side: Laterality | None, position: ViewPosition | None, *modifiers: ViewModifier) -> View:
    return View(
        ref=ImageRef("/a.dcm"),
        size=ImageSize(1, 1),
        frames=1,
        kind=ImageKind.FFDM,
        intent=PresentationIntent.UNSTATED,
        laterality=side,
        position=position,
        modifiers=frozenset(modifiers),
        spacing=PixelSpacing.unknown(),
    )


@pytest.mark.parametrize(
    ("made", "name"),
    [
        (view(Laterality.RIGHT, ViewPosition.MLO), "RMLO"),
        (view(Laterality.LEFT, ViewPosition.CC, ViewModifier.IMPLANT_DISPLACED), "LCC ID"),
        (
            view(Laterality.BOTH, ViewPosition.CC, ViewModifier.SPOT, ViewModifier.MAGNIFICATION),
            "BCC M S",
        ),
        (view(None, None), "??"),
    ],
)
def test_a_view_has_a_short_name(made: View, name: str) -> None:
    assert made.name == name


def test_a_member_of_a_zip_is_named_with_its_zip() -> None:
    assert ImageRef("/exam.zip", "a/b.dcm").where == "/exam.zip!a/b.dcm"
    assert ImageRef("/a.dcm").where == "/a.dcm"


def test_reasons_and_flags_read_as_sentences() -> None:
    reason = Reason("MLO view", "View Position (0018,5101)", "MLO")
    assert str(reason) == "MLO view, from View Position (0018,5101) = MLO"
    assert str(Flag("Odd", "Rows (0028,0010)")) == "Odd [Rows (0028,0010)]"
    assert str(Flag("Odd")) == "Odd"


def test_patients_differ_by_any_part_of_their_key() -> None:
    one = Patient("1", "Hospital", "Name", date(1960, 1, 1), "F")
    others = [
        Patient("2", "Hospital", "Name", date(1960, 1, 1), "F"),
        Patient("1", "Other", "Name", date(1960, 1, 1), "F"),
        Patient("1", "Hospital", "Other", date(1960, 1, 1), "F"),
        Patient("1", "Hospital", "Name", date(1960, 1, 2), "F"),
    ]
    assert all(one.key != other.key for other in others)


def test_a_patient_never_shows_in_a_repr() -> None:
    shown = repr(Patient("ID7", "Hospital", "Name", date(1960, 1, 1), "F"))
    assert shown == "Patient()"


def test_only_plain_whole_images_may_fill_a_slot() -> None:
    assert {kind for kind in ImageKind if kind.fills_slots} == {
        ImageKind.FFDM,
        ImageKind.SYNTHETIC,
        ImageKind.FILM,
        ImageKind.PICTURE,
    }
