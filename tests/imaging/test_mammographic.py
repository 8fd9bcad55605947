"""Which objects are mammograms; everything else is foreign, and the reason is said."""

from __future__ import annotations

from typing import Any

import pytest
from pydicom.dataset import Dataset

from domain.errors import ForeignFileError, HeaderError
from domain.study import ImageRef, View
from imaging.header.header import read_view
from tests.support.dicom_factory import code, mammogram

REF = ImageRef("/exam/1.dcm")


def told(view: View) -> str:
    return "\n".join(str(flag) for flag in view.flags)


@pytest.mark.parametrize(
    ("uid", "modality", "name"),
    [
        ("1.2.840.10008.5.1.4.1.1.88.50", "SR", "Mammography CAD SR Storage"),
        ("1.2.840.10008.5.1.4.1.1.11.1", "PR", "Grayscale Softcopy Presentation State Storage"),
        ("1.2.840.10008.5.1.4.1.1.481.3", "RTSTRUCT", "RT Structure Set Storage"),
        ("", "", "a DICOM object without pixels"),
    ],
)
def test_an_object_without_pixels_is_foreign(uid: str, modality: str, name: str) -> None:
    ds = Dataset()
    ds.SOPClassUID, ds.Modality = uid, modality
    with pytest.raises(ForeignFileError, match=name):
        read_view(ds, REF)


def test_a_dicomdir_is_foreign() -> None:
    ds = Dataset()
    ds.DirectoryRecordSequence = [Dataset()]
    with pytest.raises(ForeignFileError, match="DICOMDIR"):
        read_view(ds, REF)


@pytest.mark.parametrize("modality", ["CT", "MR", "US", "SEG", "RTIMAGE", "XA"])
def test_an_image_of_something_else_is_foreign_and_says_why(modality: str) -> None:
    ds = mammogram(
        SOPClassUID="1.2.840.10008.5.1.4.1.1.2",
        Modality=modality,
        BodyPartExamined="CHEST",
        ViewCodeSequence=None,
    )
    with pytest.raises(ForeignFileError, match=rf"Modality \(0008,0060\) is {modality}"):
        read_view(ds, REF)


@pytest.mark.parametrize("modality", ["MR", "US", "CT"])
def test_a_breast_by_other_means_is_no_mammogram(modality: str) -> None:
    ds = mammogram(
        SOPClassUID="1.2.3",
        Modality=modality,
        BodyPartExamined="BREAST",
        ViewCodeSequence=None,
        ViewPosition=None,
    )
    with pytest.raises(ForeignFileError):
        read_view(ds, REF)


@pytest.mark.parametrize(
    "evidence",
    [
        {"BodyPartExamined": "BREAST"},
        {"BodyPartExamined": "Left Breast"},
        {"AnatomicRegionSequence": [code("T-04000", "SNM3", "")]},
        {"AnatomicRegionSequence": [code("76752008", "SCT", "")]},
        {"PositionerType": "MAMMOGRAPHIC"},
        {"ViewCodeSequence": [code("R-10242", "SNM3", "")]},
    ],
)
@pytest.mark.parametrize("modality", ["CR", "DX", "OT", ""])
def test_a_mammogram_in_disguise_is_recognised_and_told(
    evidence: dict[str, Any], modality: str
) -> None:
    attributes = {"ViewCodeSequence": None, "SOPClassUID": "1.2.840.10008.5.1.4.1.1.1"}
    view = read_view(mammogram(**attributes | evidence | {"Modality": modality}), REF)
    assert "stored under modality" in told(view)


def test_a_breast_word_inside_another_word_is_no_breast() -> None:
    ds = mammogram(
        SOPClassUID="1.2.3", Modality="CR", BodyPartExamined="ABREAST", ViewCodeSequence=None
    )
    with pytest.raises(ForeignFileError):
        read_view(ds, REF)


def test_a_mammography_object_under_another_modality_is_told() -> None:
    view = read_view(mammogram(Modality="OT"), REF)
    assert "Modality is OT" in told(view)


def test_a_header_that_ends_before_it_says_what_it_is_is_damaged_and_not_foreign() -> None:
    with pytest.raises(HeaderError, match=r"\(0008,0016\).*Copy or export"):
        read_view(Dataset(), REF)
