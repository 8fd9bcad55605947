"""Conclusions that are remembered are those that would be drawn anew."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRLittleEndian

from imaging.attributes.remembered import remembered
from imaging.attributes.tags import text
from imaging.header import identity, image_kind, spacing
from imaging.header.header import HEADER_KEYWORDS
from imaging.scanning.header_reader import read_header
from tests.support.dicom_factory import SCT_VIEWS, code, mammogram

WORDS = st.sampled_from(["", "R", "L", "B", "MLO", "RCC", "STEREO", "SPOT", "C-VIEW", "Right"])
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "ImageLaterality": WORDS,
        "Laterality": WORDS,
        "ViewPosition": WORDS,
        "SeriesDescription": WORDS,
        "PaddleDescription": WORDS,
        "ImageType": WORDS,
        "Modality": st.sampled_from(["MG", "CR", "CT"]),
        "ConversionType": st.sampled_from(["DF", "WSD"]),
        "DetectorMode": WORDS,
        "PartialView": st.sampled_from(["YES", "NO"]),
        "EstimatedRadiographicMagnificationFactor": st.sampled_from(["", "1", "1.6", "0"]),
        "ViewCodeSequence": st.sampled_from(sorted(SCT_VIEWS)).map(
            lambda view: [code(SCT_VIEWS[view][0], "SCT", view)]
        ),
    },
)
WEIGHED: list[tuple[Callable[[Dataset], Any], tuple[str, ...]]] = [
    (identity.identify, identity.KEYWORDS),
    (image_kind.read_kind, image_kind.KEYWORDS),
    (spacing.read_spacing, spacing.KEYWORDS),
]


def as_read(ds: Dataset) -> Dataset:
    """The data set as a scan reads it from a file: its attributes still bytes."""
    meta = ds.file_meta
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = ds.SOPClassUID, "1.2"
    stream = io.BytesIO()
    ds.save_as(stream, enforce_file_format=True)
    stream.seek(0)
    return read_header(stream, "").dataset


@settings(max_examples=60)
@given(changes=st.lists(CHANGES, min_size=1, max_size=4))
@pytest.mark.parametrize(("weigh", "keywords"), WEIGHED, ids=["identity", "kind", "spacing"])
def test_memory_gives_what_weighing_anew_gives(
    weigh: Callable[[Dataset], Any], keywords: tuple[str, ...], changes: list[dict[str, Any]]
) -> None:
    recall = remembered(weigh, keywords)
    for one in (*changes, *changes):
        assert recall(as_read(mammogram(**one))) == weigh(as_read(mammogram(**one)))


@settings(max_examples=60)
@given(changes=CHANGES)
@pytest.mark.parametrize(("weigh", "keywords"), WEIGHED, ids=["identity", "kind", "spacing"])
def test_nothing_else_is_weighed_than_what_the_keywords_name(
    weigh: Callable[[Dataset], Any], keywords: tuple[str, ...], changes: dict[str, Any]
) -> None:
    whole = as_read(mammogram(**changes))
    part = as_read(mammogram(**changes))
    for keyword in set(HEADER_KEYWORDS) - set(keywords) - {"SpecificCharacterSet"}:
        if keyword in part:
            delattr(part, keyword)
    assert weigh(part) == weigh(whole)


def test_known_bytes_are_weighed_once_and_others_again() -> None:
    weighed: list[str] = []

    def weigh(ds: Dataset, *, loud: bool = False) -> str:
        weighed.append(text(ds, "SeriesDescription"))
        return weighed[-1].upper() if loud else weighed[-1]

    recall = remembered(weigh, ["SeriesDescription"])
    one, other = mammogram(SeriesDescription="one"), mammogram(SeriesDescription="other")
    assert [recall(as_read(ds)) for ds in (one, other, one)] == ["one", "other", "one"]
    assert recall(as_read(one), loud=True) == "ONE"
    assert weighed == ["one", "other", "one"]


def test_the_same_bytes_in_another_character_set_are_other_text() -> None:
    recall = remembered(lambda ds: text(ds, "SeriesDescription"), ["SeriesDescription"])
    latin = mammogram(SpecificCharacterSet="ISO_IR 100", SeriesDescription="ï")
    cyrillic = mammogram(SpecificCharacterSet="ISO_IR 144", SeriesDescription="я")
    assert recall(as_read(latin)) == "ï"
    assert recall(as_read(cyrillic)) == "я"


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("imaging.attributes.remembered._MOST", 3)
    recall = remembered(lambda ds: text(ds, "SeriesDescription"), ["SeriesDescription"])
    names = [str(number) for number in range(10)]
    found = [recall(as_read(mammogram(SeriesDescription=name))) for name in names * 2]
    assert found == names * 2
