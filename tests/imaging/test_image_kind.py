"""What sort of image a header describes; only whole plain views may fill a slot."""

from __future__ import annotations

from typing import Any

import pytest
from pydicom.dataset import Dataset

from domain.study import ImageKind
from imaging.header.image_kind import read_kind
from tests.support.dicom_factory import TOMOSYNTHESIS, code, mammogram

SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"


def typed(*values: str, **attributes: Any) -> ImageKind:
    return read_kind(mammogram(ImageType=list(values), **attributes)).value


def test_a_plain_mammogram_is_full_field_digital_without_a_word() -> None:
    found = read_kind(mammogram())
    assert found.value is ImageKind.FFDM
    assert (found.reasons, found.flags) == ((), ())


@pytest.mark.parametrize(
    ("image_type", "kind"),
    [
        (("ORIGINAL", "PRIMARY"), ImageKind.FFDM),
        (("ORIGINAL", "PRIMARY", ""), ImageKind.FFDM),
        (("ORIGINAL", "PRIMARY", "POST_PROCESSED", "", "", "", "", "", "50000"), ImageKind.FFDM),
        (("DERIVED", "PRIMARY", "STEREO", "LEFT"), ImageKind.STEREOTACTIC),
        (("ORIGINAL", "PRIMARY", "STEREO_SCOUT"), ImageKind.STEREOTACTIC),
        (("ORIGINAL", "PRIMARY", "STEREO_MINUS"), ImageKind.STEREOTACTIC),
        (("ORIGINAL", "PRIMARY", "PREFIRE_PLUS"), ImageKind.STEREOTACTIC),
        (("ORIGINAL", "PRIMARY", "POSTMARKER"), ImageKind.STEREOTACTIC),
        (("DERIVED", "PRIMARY", "TOMO_SCOUT"), ImageKind.STEREOTACTIC),
        (("DERIVED", "PRIMARY", "TOMO"), ImageKind.TOMOSYNTHESIS),
        (("DERIVED", "PRIMARY", "TOMO_PROJ", "RIGHT"), ImageKind.TOMOSYNTHESIS),
        (("DERIVED", "PRIMARY", "TOMOSYNTHESIS", "NONE"), ImageKind.TOMOSYNTHESIS),
        (("DERIVED", "PRIMARY", "TOMOSYNTHESIS", "MAXIMUM"), ImageKind.TOMOSYNTHESIS),
        (("DERIVED", "PRIMARY", "TOMO", "GENERATED_2D"), ImageKind.SYNTHETIC),
        (("DERIVED", "PRIMARY", "TOMOSYNTHESIS", "GENERATED_2D"), ImageKind.SYNTHETIC),
        (("DERIVED", "PRIMARY", "TOMO_2D", "LEFT"), ImageKind.SYNTHETIC),
        (("DERIVED", "PRIMARY", "POST_CONTRAST", "SUBTRACTION"), ImageKind.CONTRAST),
        (("DERIVED", "PRIMARY", "", "RECOMBINED"), ImageKind.CONTRAST),
        (("ORIGINAL", "PRIMARY", "POST_CONTRAST", "", "HIGH_ENERGY"), ImageKind.CONTRAST),
        (("ORIGINAL", "PRIMARY", "POST_CONTRAST", "", "LOW_ENERGY"), ImageKind.FFDM),
        (("ORIGINAL", "PRIMARY", "", "LOW_ENERGY"), ImageKind.FFDM),
        (("DERIVED", "PRIMARY", "MOSAIC"), ImageKind.MOSAIC),
        (("DERIVED", "PRIMARY", "SPECIMEN"), ImageKind.SPECIMEN),
        (("STEREOSCOPY",), ImageKind.FFDM),  # a whole value counts, no part of one
    ],
)
def test_image_type_tells_the_kind(image_type: tuple[str, ...], kind: ImageKind) -> None:
    assert typed(*image_type) is kind


@pytest.mark.parametrize(
    ("attributes", "kind"),
    [
        ({"DetectorMode": "STEREO"}, ImageKind.STEREOTACTIC),
        ({"BiopsyTargetSequence": [Dataset()]}, ImageKind.STEREOTACTIC),
        ({"SOPClassUID": TOMOSYNTHESIS}, ImageKind.TOMOSYNTHESIS),
        ({"ContrastBolusAgent": "Iohexol"}, ImageKind.CONTRAST),
        ({"ContrastBolusAgent": ""}, ImageKind.FFDM),
        ({"ContrastBolusAgent": "NONE"}, ImageKind.FFDM),
        ({"ViewCodeSequence": [code("127457009", "SCT", "")]}, ImageKind.SPECIMEN),
        ({"SpecimenDescriptionSequence": [Dataset()]}, ImageKind.SPECIMEN),
        ({"SeriesDescription": "Specimen radiograph"}, ImageKind.SPECIMEN),
        ({"SeriesDescription": "R CC C-View"}, ImageKind.SYNTHETIC),
        ({"SeriesDescription": "V-Preview"}, ImageKind.SYNTHETIC),
        ({"SeriesDescription": "L MLO S-VIEW"}, ImageKind.SYNTHETIC),
        ({"SeriesDescription": "Intelligent 2D R CC"}, ImageKind.SYNTHETIC),
        ({"SeriesDescription": "RCC-View"}, ImageKind.FFDM),
        ({"ConversionType": "DF"}, ImageKind.FILM),
        ({"ConversionType": "WSD"}, ImageKind.FFDM),
        ({"DetectorType": "FILM"}, ImageKind.FILM),
        ({"NominalScannedPixelSpacing": [0.05, 0.05]}, ImageKind.FILM),
        ({"SOPClassUID": SECONDARY_CAPTURE}, ImageKind.PICTURE),
        ({"SOPClassUID": SECONDARY_CAPTURE, "ConversionType": "DF"}, ImageKind.FILM),
        ({"Modality": "CR"}, ImageKind.FFDM),
        ({"SamplesPerPixel": 3}, ImageKind.OTHER),
        ({"QualityControlImage": "YES"}, ImageKind.OTHER),
        ({"QualityControlImage": "NO"}, ImageKind.FFDM),
    ],
)
def test_other_attributes_tell_the_kind(attributes: dict[str, Any], kind: ImageKind) -> None:
    assert read_kind(mammogram(**attributes)).value is kind


def test_a_stereotactic_frame_stays_one_whatever_else_it_says() -> None:
    kind = typed("DERIVED", "PRIMARY", "STEREO", SOPClassUID=TOMOSYNTHESIS, ConversionType="DF")
    assert kind is ImageKind.STEREOTACTIC


def test_a_section_of_the_breast_is_a_part_and_a_mere_partial_view_is_not() -> None:
    section = [code("255551008", "SCT", "Posterior")]
    part = mammogram(PartialView="YES", PartialViewCodeSequence=section)
    assert read_kind(part).value is ImageKind.MOSAIC
    assert read_kind(mammogram(PartialView="YES")).value is ImageKind.FFDM
    whole = mammogram(PartialView="NO", PartialViewCodeSequence=section)
    assert read_kind(whole).value is ImageKind.FFDM


@pytest.mark.parametrize(
    ("attributes", "words"),
    [
        ({"ImageType": ["ORIGINAL", "PRIMARY", "", "LOW_ENERGY"]}, "contrast agent was given"),
        ({"SOPClassUID": SECONDARY_CAPTURE}, "how it was acquired is not known"),
        ({"Modality": "CR"}, "Computed radiography"),
        ({"SeriesDescription": "SPECIMEN"}, "Only the series' name"),
    ],
)
def test_what_a_reader_must_know_is_flagged(attributes: dict[str, Any], words: str) -> None:
    assert words in str(read_kind(mammogram(**attributes)).flags[0])


def test_the_reason_names_the_attribute() -> None:
    found = read_kind(mammogram(ImageType=["DERIVED", "PRIMARY", "TOMO"]))
    assert str(found.reasons[0]) == (
        "tomosynthesis, from Image Type (0008,0008) = DERIVED\\PRIMARY\\TOMO"
    )
