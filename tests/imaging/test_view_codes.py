"""Our code tables against pydicom's copy of the standard."""

from __future__ import annotations

import pytest
from pydicom.sr._cid_dict import cid_concepts
from pydicom.sr._concepts_dict import concepts
from pydicom.sr._snomed_dict import mapping

from domain.view_position import ViewModifier, ViewPosition
from imaging.header.view_codes import (
    MODIFIER_CODES,
    SPECIMEN_CODES,
    VIEW_CODES,
    modifier_of,
    view_of,
)
from tests.support.dicom_factory import SCT_VIEWS, code

OLD_DESIGNATORS = ("SRT", "SNM3", "99SDM")


def context_group(number: int) -> dict[str, str]:
    """SNOMED CT code and meaning of each entry of a context group."""
    found: dict[str, str] = {}
    for name in cid_concepts[number]["SCT"]:
        for value, (meaning, groups) in concepts["SCT"][name].items():
            if number in groups:
                found[value] = meaning
    return found


def test_every_view_of_cid_4014_is_known() -> None:
    ours = {new for new, _ in VIEW_CODES.values()} | {value for _, value in SPECIMEN_CODES}
    assert set(context_group(4014)) <= ours


def test_every_modifier_of_cid_4015_is_known() -> None:
    assert set(context_group(4015)) == {new for new, _ in MODIFIER_CODES.values()}


@pytest.mark.parametrize("codes", [*VIEW_CODES.values(), *MODIFIER_CODES.values()])
def test_old_and_new_codes_are_the_same_concept(codes: tuple[str, str]) -> None:
    new, old = codes
    assert mapping["SRT"][old] == new


MEANINGS = {
    ViewPosition.ML: "medial-lateral",
    ViewPosition.MLO: "medio-lateral oblique",
    ViewPosition.LM: "latero-medial",
    ViewPosition.LMO: "latero-medial oblique",
    ViewPosition.CC: "cranio-caudal",
    ViewPosition.FB: "caudo-cranial",
    ViewPosition.SIO: "superolateral to inferomedial oblique",
    ViewPosition.ISO: "inferomedial to superolateral oblique",
    ViewPosition.XCCL: "cranio-caudal exaggerated laterally",
    ViewPosition.XCCM: "cranio-caudal exaggerated medially",
    ViewModifier.CLEAVAGE: "Cleavage",
    ViewModifier.AXILLARY_TAIL: "Axillary Tail",
    ViewModifier.AXILLARY_TISSUE: "Axillary tissue",
    ViewModifier.ROLLED_LATERAL: "Rolled Lateral",
    ViewModifier.ROLLED_MEDIAL: "Rolled Medial",
    ViewModifier.ROLLED_INFERIOR: "Rolled Inferior",
    ViewModifier.ROLLED_SUPERIOR: "Rolled Superior",
    ViewModifier.IMPLANT_DISPLACED: "Implant Displaced",
    ViewModifier.MAGNIFICATION: "Magnification",
    ViewModifier.SPOT: "Spot Compression",
    ViewModifier.TANGENTIAL: "tangential",
    ViewModifier.NIPPLE_IN_PROFILE: "Nipple in profile",
    ViewModifier.ANTERIOR_COMPRESSION: "Anterior compression",
    ViewModifier.INFRAMAMMARY_FOLD: "Infra-mammary fold",
}


@pytest.mark.parametrize(("meant", "meaning"), MEANINGS.items())
def test_a_code_means_what_the_standard_says(
    meant: ViewPosition | ViewModifier, meaning: str
) -> None:
    group = context_group(4014) | context_group(4015)
    new = VIEW_CODES[meant][0] if isinstance(meant, ViewPosition) else MODIFIER_CODES[meant][0]
    assert group[new] == meaning


@pytest.mark.parametrize("view", VIEW_CODES)
@pytest.mark.parametrize("scheme", ["SCT", *OLD_DESIGNATORS])
def test_a_view_is_known_under_each_designator(view: ViewPosition, scheme: str) -> None:
    value = VIEW_CODES[view][scheme != "SCT"]
    assert view_of(code(value, scheme, "")) is view


@pytest.mark.parametrize("modifier", MODIFIER_CODES)
@pytest.mark.parametrize("scheme", ["SCT", *OLD_DESIGNATORS])
def test_a_modifier_is_known_under_each_designator(modifier: ViewModifier, scheme: str) -> None:
    value = MODIFIER_CODES[modifier][scheme != "SCT"]
    assert modifier_of(code(value, scheme, "")) is modifier


def test_codes_count_only_with_their_own_scheme() -> None:
    assert view_of(code("399162004", "SRT", "cranio-caudal")) is None
    assert view_of(code("R-10242", "SCT", "cranio-caudal")) is None
    assert view_of(code("R-10242", "99GEMS", "cranio-caudal")) is None
    assert modifier_of(code("R-10242", "SRT", "")) is None


def test_the_meaning_is_never_read() -> None:
    assert view_of(code("R-10242", "SNM3", "medio-lateral oblique")) is ViewPosition.CC


def test_deprecated_exaggerated_codes_are_understood() -> None:
    assert view_of(code("Y-X1770", "SNM3", "")) is ViewPosition.XCCL
    assert view_of(code("Y-X1771", "SRT", "")) is ViewPosition.XCCM


def test_the_factory_for_tests_writes_true_codes() -> None:
    assert {name: new for name, (new, _) in SCT_VIEWS.items()} == {
        view.value: codes[0] for view, codes in VIEW_CODES.items()
    }
