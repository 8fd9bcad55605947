"""From a header to a view: every field, every refusal, and the real files."""

from __future__ import annotations

import io
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.uid import JPEGLosslessSV1

from domain.errors import ForeignFileError, HeaderError
from domain.geometry import ImageSize, SpacingSource
from domain.laterality import Laterality
from domain.study import ImageKind, ImageRef, Patient, PresentationIntent, View
from domain.view_position import ViewPosition
from imaging.attributes.tags import label_of
from imaging.header.header import HEADER_KEYWORDS, read_patient, read_study_facts, read_view
from tests.support.dicom_factory import TOMOSYNTHESIS, code, mammogram, save
from tests.support.real_data import GE_RMLO, HOLOGIC_TRUNCATED, SIEMENS_STEREO, needs_real_data

REF = ImageRef("/exam/1.dcm")


def told(view: View) -> str:
    return "\n".join(str(flag) for flag in view.flags)


def from_json(keyword: str, vr: str, *values: Any) -> Dataset:
    """A mammogram with one attribute that pydicom wouldn't let us write."""
    ds = mammogram()
    ds.add_new(keyword, vr, list(values) if len(values) > 1 else values[0])
    return ds


def test_an_ordinary_header_gives_every_field() -> None:
    ds = mammogram(
        "L",
        "MLO",
        AcquisitionTime="101600.5",
        InstanceNumber="7",
        ManufacturerModelName="Model",
        SeriesDescription="ROUTINE",
        BreastImplantPresent="YES",
        PartialView="YES",
        KVP="28",
        ExposureInuAs="71400",
        Exposure="71",
        AnodeTargetMaterial="TUNGSTEN",
        FilterMaterial="SILVER",
        BodyPartThickness="52",
        CompressionForce="98.5",
        OrganDose="0.0125",
    )
    ds.file_meta.TransferSyntaxUID = JPEGLosslessSV1
    view = read_view(ds, REF)
    assert view.ref == ImageRef("/exam/1.dcm", None, ds.SOPInstanceUID)
    assert (view.size, view.frames) == (ImageSize(96, 64), 1)
    assert (view.kind, view.intent) == (ImageKind.FFDM, PresentationIntent.FOR_PRESENTATION)
    assert (view.laterality, view.position) == (Laterality.LEFT, ViewPosition.MLO)
    assert view.spacing.source is SpacingSource.IMAGER_OVER_ERMF
    assert str(view.orientation) == "A\\F"
    assert view.acquired == datetime.fromisoformat("2026-01-02T10:16:00.500")
    assert (view.implant, view.partial) == (True, True)
    assert (view.vendor, view.model, view.modality) == ("ACME", "Model", "MG")
    assert (view.series_description, view.instance_number) == ("ROUTINE", 7)
    assert view.series_uid == ds.SeriesInstanceUID
    assert view.transfer_syntax.startswith("JPEG Lossless")
    assert view.bits_stored == 12
    assert view.windows == ("window 1",)
    technique = view.technique
    assert (technique.kvp, technique.mas) == (28, 71.4)
    assert (technique.anode, technique.filter) == ("TUNGSTEN", "SILVER")
    assert (technique.thickness_mm, technique.force_n) == (52, 98.5)
    assert technique.organ_dose_mgy == pytest.approx(1.25)  # Organ Dose is in dGy
    assert view.flags == ()


def test_the_reasons_cover_the_conclusions() -> None:
    told_by = {reason.tag for reason in read_view(mammogram(), REF).reasons}
    keywords = ("Modality", "ImageLaterality", "ViewCodeSequence", "ImagerPixelSpacing")
    assert told_by >= {label_of(keyword) for keyword in keywords}


def test_a_given_uid_of_the_reference_stays() -> None:
    given_ref = ImageRef("/exam.zip", "a.dcm", "1.2.3")
    assert read_view(mammogram(), given_ref).ref == given_ref


@pytest.mark.parametrize("keyword", ["Rows", "Columns"])
@pytest.mark.parametrize("value", [None, 0])
def test_a_missing_size_names_the_tag_and_the_file(keyword: str, value: int | None) -> None:
    with pytest.raises(HeaderError) as caught:
        read_view(mammogram(**{keyword: value}), REF)
    assert label_of(keyword) in str(caught.value)
    assert "/exam/1.dcm" in str(caught.value)


def test_an_image_without_any_pixel_description_is_a_damaged_header() -> None:
    ds = mammogram(Rows=None, Columns=None, BitsAllocated=None)
    with pytest.raises(HeaderError, match=r"Rows \(0028,0010\)"):
        read_view(ds, REF)


@pytest.mark.parametrize("sides", [(60000, 60000), (200001, 1), (1, 4_000_000_000)])
def test_an_absurd_size_is_refused_before_any_memory_is_taken(sides: tuple[int, int]) -> None:
    ds = mammogram()
    ds.add_new("Rows", "UL", sides[0])
    ds.add_new("Columns", "UL", sides[1])
    with pytest.raises(HeaderError):
        read_view(ds, REF)


@pytest.mark.parametrize("frames", ["0", "-3", "many"])
def test_an_odd_number_of_frames_counts_as_one_and_is_told(frames: str) -> None:
    view = read_view(from_json("NumberOfFrames", "LO", frames), REF)
    assert view.frames == 1
    assert "Number of Frames (0028,0008)" in told(view)


def test_an_absurd_number_of_frames_is_refused() -> None:
    with pytest.raises(HeaderError, match=r"\(0028,0008\)"):
        read_view(mammogram(NumberOfFrames="1000000"), REF)


@pytest.mark.parametrize("bits", [None, 0, 17, 200])
def test_odd_bits_stored_are_told(bits: int | None) -> None:
    view = read_view(mammogram(BitsStored=bits), REF)
    assert view.bits_stored == 16
    assert "Bits Stored (0028,0101)" in told(view)


def test_windows_and_tables_are_listed_by_explanation() -> None:
    table, unnamed, unusable = Dataset(), Dataset(), Dataset()
    table.LUTExplanation = "SOFT"
    for usable in (table, unnamed):
        usable.LUTDescriptor, usable.LUTData = [2, 0, 12], [0, 4095]
    view = read_view(
        mammogram(
            WindowCenter=[10, 20, 30],
            WindowWidth=[5, 6, 7],
            WindowCenterWidthExplanation=["NORMAL", ""],
            VOILUTSequence=[table, unusable, unnamed],
        ),
        REF,
    )
    assert view.windows == ("NORMAL", "window 2", "window 3", "SOFT (LUT)", "table 3 (LUT)")


def test_the_acquisition_counts_as_the_time_before_any_later_date() -> None:
    ds = mammogram(ContentDate="20270101", ContentTime="000000")
    assert read_view(ds, REF).acquired == datetime.fromisoformat("2026-01-02T10:16:00")
    ds.AcquisitionDateTime = "20260102101559"
    assert read_view(ds, REF).acquired == datetime.fromisoformat("2026-01-02T10:15:59")
    del ds.AcquisitionDateTime, ds.AcquisitionDate
    assert read_view(ds, REF).acquired == datetime.fromisoformat("2027-01-01")


def test_tomosynthesis_technique_comes_from_its_acquisition() -> None:
    acquisition = Dataset()
    acquisition.KVP, acquisition.ExposureInmAs = "31", 55.5
    ds = mammogram(SOPClassUID=TOMOSYNTHESIS, XRay3DAcquisitionSequence=[acquisition])
    technique = read_view(ds, REF).technique
    assert (technique.kvp, technique.mas) == (31, 55.5)


@pytest.mark.parametrize(
    ("image_type", "source"),
    [
        ("TOMOSYNTHESIS", SpacingSource.PIXEL_SPACING),
        ("TOMO_PROJ", SpacingSource.IMAGER_OVER_ERMF),
    ],
)
def test_slices_are_measured_in_the_breast_and_projections_at_the_detector(
    image_type: str, source: SpacingSource
) -> None:
    ds = mammogram(ImageType=["DERIVED", "PRIMARY", image_type], PixelSpacing=[0.1, 0.1])
    assert read_view(ds, REF).spacing.source is source


def test_remarks_tell_burnt_in_letters_and_lossy_compression() -> None:
    ds = mammogram(BurnedInAnnotation="YES", LossyImageCompression="01", SOPInstanceUID=None)
    for tag in ("(0028,0301)", "(0028,2110)", "(0008,0018)"):
        assert tag in told(read_view(ds, REF))


def test_patient_and_study_are_read() -> None:
    ds = mammogram(IssuerOfPatientID="Hospital", StudyDescription="Screening", AccessionNumber="A1")
    assert read_patient(ds) == Patient("P1", "Hospital", "Test^Patient", date(1960, 1, 1), "F")
    facts = read_study_facts(ds)
    assert (facts.uid, facts.studied) == (ds.StudyInstanceUID, date(2026, 1, 2))
    assert (facts.description, facts.accession) == ("Screening", "A1")


def test_an_anonymised_patient_reads_as_empty_fields() -> None:
    assert read_patient(Dataset()) == Patient()


def test_what_identifies_never_shows_in_a_repr() -> None:
    shown = repr(read_patient(mammogram())) + repr(
        read_study_facts(mammogram(AccessionNumber="A1"))
    )
    assert "Patient^" not in shown
    assert "P1" not in shown
    assert "A1" not in shown


def test_a_scan_that_reads_only_the_listed_attributes_sees_the_same(tmp_path: Path) -> None:
    for number, ds in enumerate(
        [
            mammogram(BreastImplantPresent="YES", VOILUTSequence=[Dataset()], OrganDose="0.01"),
            mammogram("L", "CC", Laterality="R", PaddleDescription="MAG", ContrastBolusAgent="X"),
            mammogram(SOPClassUID=TOMOSYNTHESIS, ImageType=["DERIVED", "PRIMARY", "TOMO"]),
        ]
    ):
        path = save(ds, tmp_path / f"{number}.dcm")
        keywords = list(HEADER_KEYWORDS)
        some = dcmread(path, specific_tags=keywords, stop_before_pixels=True)
        assert read_view(some, REF) == read_view(dcmread(path), REF)
        assert read_patient(some) == read_patient(dcmread(path))
        assert read_study_facts(some) == read_study_facts(dcmread(path))


def encoded() -> bytes:
    breast = [code("T-04000", "SRT", "")]
    ds = mammogram(KVP="28", PartialView="NO", AnatomicRegionSequence=breast, SOPInstanceUID="1.2")
    del ds.PixelData
    body = io.BytesIO()
    ds.save_as(body, implicit_vr=False, little_endian=True)
    return body.getvalue()


ENCODED = encoded()


@given(
    st.lists(
        st.tuples(st.integers(0, len(ENCODED) - 1), st.integers(0, 255)), min_size=1, max_size=6
    )
)
@settings(max_examples=300, deadline=None)
def test_a_mutated_header_gives_a_view_or_an_error_of_ours(changes: list[tuple[int, int]]) -> None:
    content = bytearray(ENCODED)
    for place, value in changes:
        content[place] = value
    try:
        ds = dcmread(io.BytesIO(bytes(content)), force=True)
    except Exception:  # noqa: BLE001 - what pydicom can't even parse is the scanner's business
        return
    with suppress(ForeignFileError, HeaderError):
        assert read_view(ds, REF).frames >= 1
    read_patient(ds)
    read_study_facts(ds)


@needs_real_data
def test_the_ge_image_is_a_right_mlo_for_presentation() -> None:
    view = read_view(dcmread(GE_RMLO, stop_before_pixels=True), REF)
    assert view.name == "RMLO"
    assert (view.kind, view.intent) == (ImageKind.FFDM, PresentationIntent.FOR_PRESENTATION)
    assert view.windows == (
        *("NORMAL", "HARDER", "SOFTER"),
        *("NORMAL (LUT)", "HARDER (LUT)", "SOFTER (LUT)"),
    )
    assert view.spacing.row_mm == pytest.approx(0.094091, abs=1e-6)
    assert view.spacing.source is SpacingSource.IMAGER_OVER_ERMF
    assert str(view.orientation) == "P\\F"
    assert view.size == ImageSize(3062, 2394)
    assert view.technique.organ_dose_mgy == pytest.approx(1.521)
    assert view.flags == ()


@needs_real_data
def test_the_siemens_image_is_a_stereotactic_left_cc() -> None:
    view = read_view(dcmread(SIEMENS_STEREO, stop_before_pixels=True), REF)
    assert (view.name, view.kind) == ("LCC", ImageKind.STEREOTACTIC)
    assert view.spacing.row_mm == pytest.approx(0.085 / 1.0433386837881)


@needs_real_data
def test_the_hologic_image_is_tomosynthesis_stored_as_ct() -> None:
    view = read_view(dcmread(HOLOGIC_TRUNCATED, stop_before_pixels=True), REF)
    assert (view.name, view.kind) == ("RMLO", ImageKind.TOMOSYNTHESIS)
    assert view.spacing.source is SpacingSource.PIXEL_SPACING
    assert view.spacing.row_mm == pytest.approx(0.087066)
    assert "stored under modality CT" in told(view)
