"""Side and view from codes, attributes and text, in that order; contradictions are told."""

from __future__ import annotations

from typing import Any

import pytest
from pydicom.dataset import Dataset

from domain.laterality import Laterality
from domain.view_position import ViewModifier, ViewPosition
from imaging.attributes.conclusion import Concluded
from imaging.header.identity import Identity, identify
from imaging.header.view_codes import MODIFIER_CODES, VIEW_CODES
from tests.support.dicom_factory import code, mammogram

R, L, B = Laterality.RIGHT, Laterality.LEFT, Laterality.BOTH
CC, MLO = ViewPosition.CC, ViewPosition.MLO
ID, M, S = ViewModifier.IMPLANT_DISPLACED, ViewModifier.MAGNIFICATION, ViewModifier.SPOT


def bare(**attributes: Any) -> Dataset:
    """A header that says nothing but what is given."""
    ds = Dataset()
    for keyword, value in attributes.items():
        setattr(ds, keyword, value)
    return ds


def view_item(view: ViewPosition, *modifiers: ViewModifier, scheme: str = "SCT") -> Dataset:
    old = scheme != "SCT"
    item = code(VIEW_CODES[view][old], scheme, "")
    item.ViewModifierCodeSequence = [
        code(MODIFIER_CODES[modifier][old], scheme, "") for modifier in modifiers
    ]
    return item


def told(found: Concluded[Identity]) -> str:
    return "\n".join(str(flag) for flag in found.flags)


def test_an_ordinary_header_needs_no_flag() -> None:
    found = identify(mammogram("L", "CC"))
    assert found.value == Identity(L, CC)
    assert found.flags == ()


def test_each_conclusion_names_its_attribute() -> None:
    found = identify(mammogram("R", "MLO"))
    assert [str(reason) for reason in found.reasons] == [
        "right breast, from Image Laterality (0020,0062) = R",
        "MLO view, from View Code Sequence (0054,0220) = 399368009 (SCT)",
    ]


@pytest.mark.parametrize("view", VIEW_CODES)
@pytest.mark.parametrize("scheme", ["SCT", "SRT", "SNM3", "99SDM"])
def test_the_code_alone_is_enough(view: ViewPosition, scheme: str) -> None:
    ds = bare(ImageLaterality="R", ViewCodeSequence=[view_item(view, scheme=scheme)])
    assert identify(ds).value == Identity(R, view)


def test_view_position_serves_where_there_is_no_code() -> None:
    found = identify(bare(ImageLaterality="R", ViewPosition="MLO"))
    assert found.value.position is MLO
    assert "View Position (0018,5101)" in str(found.reasons[1])


def test_the_code_wins_over_view_position_and_the_contradiction_is_told() -> None:
    found = identify(mammogram("R", "CC", ViewPosition="MLO"))
    assert found.value.position is CC
    assert "View Code Sequence (0054,0220)" in told(found)
    assert "View Position (0018,5101) says MLO" in told(found)


def test_an_exaggerated_view_may_be_told_more_exactly() -> None:
    ds = mammogram("R", "XCCL", ViewPosition="XCC")
    assert identify(ds).value.position is ViewPosition.XCCL
    assert identify(ds).flags == ()


def test_an_unknown_code_falls_back_and_is_told() -> None:
    ds = mammogram("R", "MLO", ViewCodeSequence=[code("R-99999", "SRT", "sideways")])
    found = identify(ds)
    assert found.value.position is MLO
    assert "R-99999 (SRT)" in told(found)


def test_lateralities_that_disagree_are_told() -> None:
    found = identify(mammogram("L", "CC", Laterality="R"))
    assert found.value.laterality is L
    assert "Image Laterality (0020,0062) says L" in told(found)
    assert "Laterality (0020,0060) says R" in told(found)


def test_laterality_of_the_series_serves_where_the_image_has_none() -> None:
    assert identify(bare(Laterality="L", ViewPosition="CC")).value.laterality is L


@pytest.mark.parametrize("sequence", ["Shared", "PerFrame"])
def test_tomosynthesis_keeps_the_side_in_its_functional_groups(sequence: str) -> None:
    frame, group = Dataset(), Dataset()
    frame.FrameLaterality = "R"
    group.FrameAnatomySequence = [frame]
    ds = bare(ViewCodeSequence=[view_item(MLO)])
    setattr(ds, f"{sequence}FunctionalGroupsSequence", [group])
    found = identify(ds)
    assert found.value == Identity(R, MLO)
    assert "Frame Laterality (0020,9072)" in str(found.reasons[0])


def test_a_group_without_the_macro_leaves_it_to_the_frames() -> None:
    frame, group = Dataset(), Dataset()
    frame.FrameLaterality = "L"
    group.FrameAnatomySequence = [frame]
    ds = bare(SharedFunctionalGroupsSequence=[Dataset()], PerFrameFunctionalGroupsSequence=[group])
    assert identify(ds).value.laterality is L


def test_both_breasts_are_a_side_of_their_own() -> None:
    assert identify(mammogram("R", "CC", ImageLaterality="B")).value.laterality is B


@pytest.mark.parametrize("value", ["U", "unpaired", "RIGHT", "X"])
def test_other_values_of_laterality_are_told_and_not_guessed_at(value: str) -> None:
    found = identify(bare(ImageLaterality=value, ViewPosition="CC"))
    assert found.value.laterality is None
    assert f"Image Laterality (0020,0062) is {value!r}" in told(found)


@pytest.mark.parametrize("keyword", ["PaddleDescription", "SeriesDescription", "ProtocolName"])
def test_text_serves_last_and_is_flagged(keyword: str) -> None:
    found = identify(bare(**{keyword: "R-MLO"}))
    assert found.value == Identity(R, MLO)
    assert told(found).count("Only the text of") == 2


def test_text_never_outweighs_an_attribute_but_is_heard() -> None:
    found = identify(mammogram("R", "MLO", SeriesDescription="L CC"))
    assert found.value == Identity(R, MLO)
    assert "Series Description speaks of LCC" in told(found)


def test_a_header_that_says_nothing_is_flagged_twice() -> None:
    found = identify(bare(SeriesDescription="ACCESSION unpaired"))
    assert found.value == Identity()
    assert told(found) == (
        "No attribute says which breast this is\nNo attribute says which view this is"
    )


def test_a_view_in_patient_orientation_is_understood() -> None:
    assert identify(bare(Laterality="L", PatientOrientation="CC")).value == Identity(L, CC)
    assert identify(bare(PatientOrientation=["A", "R"])).value == Identity()


@pytest.mark.parametrize("value", ["AP", "LL", "MLO OR CC"])
def test_a_view_position_of_other_body_parts_is_told(value: str) -> None:
    assert repr(value) in told(identify(bare(ImageLaterality="R", ViewPosition=value)))


def test_modifiers_come_from_the_view_code() -> None:
    ds = mammogram("R", "CC", ViewCodeSequence=[view_item(CC, M, S, scheme="SNM3")])
    assert identify(ds).value.modifiers == {M, S}


def test_modifiers_beside_the_view_code_count_too() -> None:
    ds = mammogram("R", "CC", ViewModifierCodeSequence=[code("R-102D5", "SRT", "")])
    assert identify(ds).value.modifiers == {ID}


def test_an_unknown_modifier_is_told() -> None:
    ds = mammogram("R", "CC", ViewModifierCodeSequence=[code("R-1", "SRT", "")])
    assert "R-1 (SRT)" in told(identify(ds))


def test_the_paddle_tells_spot_and_magnification() -> None:
    assert identify(mammogram(PaddleDescription="10CM MAG")).value.modifiers == {M}
    assert identify(mammogram(PaddleDescription="18X24")).value.modifiers == frozenset()


def test_the_magnification_factor_betrays_a_magnified_view() -> None:
    found = identify(mammogram(EstimatedRadiographicMagnificationFactor="1.8"))
    assert found.value.modifiers == {M}
    assert "Magnified by its factor" in told(found)
    plain = identify(mammogram(EstimatedRadiographicMagnificationFactor="1.07"))
    assert plain.value.modifiers == frozenset()


def test_view_position_may_carry_side_and_modifier() -> None:
    found = identify(bare(ViewPosition="LCCID"))
    assert found.value == Identity(L, CC, frozenset({ID}))


def test_a_coded_specimen_is_no_view_and_no_unknown_code() -> None:
    ds = bare(ImageLaterality="R", ViewCodeSequence=[code("G-8310", "SRT", "")])
    assert identify(ds).value.position is None
    assert "G-8310" not in told(identify(ds))
