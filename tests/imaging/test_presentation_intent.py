"""For Presentation or For Processing: raw pixels never pass for finished ones."""

from __future__ import annotations

from domain.study import ImageRef, PresentationIntent, View
from imaging.header.header import read_view
from tests.support.dicom_factory import FOR_PROCESSING, TOMOSYNTHESIS, mammogram

REF = ImageRef("/exam/1.dcm")


def told(view: View) -> str:
    return "\n".join(str(flag) for flag in view.flags)


def test_for_processing_is_told() -> None:
    raw = read_view(
        mammogram(PresentationIntentType="FOR PROCESSING", SOPClassUID=FOR_PROCESSING), REF
    )
    assert raw.intent is PresentationIntent.FOR_PROCESSING
    assert "For Processing" in told(raw)


def test_the_class_tells_the_intent_where_the_attribute_is_missing() -> None:
    raw = read_view(mammogram(PresentationIntentType=None, SOPClassUID=FOR_PROCESSING), REF)
    assert raw.intent is PresentationIntent.FOR_PROCESSING
    shown = read_view(mammogram(PresentationIntentType=None), REF)
    assert shown.intent is PresentationIntent.FOR_PRESENTATION


def test_raw_pixels_never_pass_for_finished_ones() -> None:
    for contradiction in (
        {"SOPClassUID": FOR_PROCESSING},
        {"PresentationIntentType": "FOR PROCESSING"},
    ):
        view = read_view(mammogram(**contradiction), REF)
        assert view.intent is PresentationIntent.FOR_PROCESSING
        assert "Presentation Intent Type (0008,0068)" in told(view)


def test_an_unknown_intent_is_unstated() -> None:
    ds = mammogram(PresentationIntentType="FOR FUN", SOPClassUID=TOMOSYNTHESIS)
    view = read_view(ds, REF)
    assert view.intent is PresentationIntent.UNSTATED
    assert "'FOR FUN'" in told(view)
