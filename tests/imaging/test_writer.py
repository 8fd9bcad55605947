"""Written mammograms pass a validator, read back as they were meant, and appear whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import uid
from pydicom.dataset import Dataset

from domain.errors import UnreadableFileError
from domain.geometry import SpacingSource
from domain.laterality import Laterality
from domain.orientation import PatientOrientation
from domain.study import ImageKind, ImageRef, Patient, PresentationIntent, Technique, View
from domain.view_position import ViewModifier, ViewPosition
from imaging.codec.encoders import LOSSY_METHODS, encodable_syntaxes
from imaging.frame.frames import FrameReader
from imaging.grey.voi import VoiFunction
from imaging.header.header import read_view
from imaging.header.view_codes import VIEW_CODES
from imaging.writing.writer import write_mammogram
from imaging.writing.writer_header import (
    Device,
    Identifiers,
    MammogramHeader,
    VoiLut,
    Window,
)
from imaging.writing.writer_tomosynthesis import write_tomosynthesis
from tests.support.encoded import picture, read_pixels
from tests.support.validator import complaints, needs_validator

# The validator of 2022 inflates nothing and has not heard of HTJ2K: what it can't read is shown to
# it under the syntax that the same data set and the same fragments have otherwise.
SHOWN_AS = {
    uid.DeflatedExplicitVRLittleEndian: uid.ExplicitVRLittleEndian,
    uid.HTJ2KLossless: uid.JPEG2000Lossless,
    uid.HTJ2KLosslessRPCL: uid.JPEG2000Lossless,
    uid.HTJ2K: uid.JPEG2000,
}
PLAIN = MammogramHeader(Laterality.LEFT, ViewPosition.CC)
FULL = MammogramHeader(
    Laterality.RIGHT,
    ViewPosition.MLO,
    frozenset({ViewModifier.IMPLANT_DISPLACED, ViewModifier.SPOT}),
    patient=Patient("P1", "Hospital", "Müller^Jane", date(1960, 1, 31), "F"),
    ids=Identifiers("2.25.1", "2.25.2", "2.25.3", "2.25.4", "S1", "A1", 3, 4, "Screening", "R MLO"),
    device=Device("ACME", "Mammo 3", "4711", "1.0", "ROOM1", "Hospital", "D1"),
    technique=Technique(28, 100.5, "TUNGSTEN", "RHODIUM", 55, 110.5, 1.4),
    spacing_mm=(0.07, 0.085),
    magnification=1.07,
    windows=(Window(2048, 4096, "NORMAL"), Window(1999.5, 3000.25, "HARDER")),
    voi_function=VoiFunction.SIGMOID,
    luts=(VoiLut(100, tuple(range(0, 4000, 2)), 12, "SOFT"),),
    padding=0,
    padding_limit=3,
    acquired=datetime.fromisoformat("2026-01-02T10:15:00.005"),
    implant=True,
    partial="axilla cut off",
)


def _written(folder: Path, header: MammogramHeader, **options: Any) -> tuple[ImageRef, View]:
    pixels = options.pop("pixels", picture((33, 46), header.bits_stored))
    ref = write_mammogram(folder / "image.dcm", pixels, header, **options)
    with FrameReader.open(ref) as reader:
        return ref, read_view(reader.header, ref)


def _header(ref: ImageRef) -> Dataset:
    return pydicom.dcmread(ref.path)


# A validator that is not ours


@needs_validator
@pytest.mark.parametrize("syntax", encodable_syntaxes(), ids=lambda syntax: uid.UID(syntax).name)
def test_every_transfer_syntax_passes_the_validator(syntax: str, tmp_path: Path) -> None:
    bits = 8 if syntax == uid.JPEGBaseline8Bit else 12
    ref, _ = _written(tmp_path, replace(FULL, bits_stored=bits), syntax=syntax)
    if syntax in SHOWN_AS:
        ds = _header(ref)
        ds.file_meta.TransferSyntaxUID = SHOWN_AS[syntax]
        ds.save_as(ref.path)
    assert complaints(ref.path) == []


@needs_validator
@pytest.mark.parametrize(
    "changes",
    [
        *({"position": view, "modifiers": frozenset()} for view in VIEW_CODES),
        {"modifiers": frozenset(ViewModifier)},
        {"inverted": True},
        {"bits_stored": 8, "luts": ()},
        {"bits_stored": 10, "luts": ()},
        {"bits_stored": 16},
        {"intent": PresentationIntent.FOR_PROCESSING, "derived": False},
        {"kind": ("GENERATED_2D",)},
        {"windows": ()},
        {"windows": (), "luts": ()},
        {"luts": (VoiLut(0, tuple(range(65536)), 16),), "bits_stored": 16},
        {"laterality": Laterality.BOTH, "orientation": PatientOrientation.parse("P", "L")},
        {"implant": None, "partial": "", "magnification": None, "padding_limit": None},
    ],
    ids=lambda changes: (
        ", ".join(changes) if "position" not in changes else str(changes["position"])
    ),
)
def test_every_kind_of_mammogram_passes_the_validator(
    changes: dict[str, Any], tmp_path: Path
) -> None:
    ref, _ = _written(tmp_path, replace(FULL, **changes))
    assert complaints(ref.path) == []


@needs_validator
def test_a_mammogram_of_defaults_only_passes_the_validator(tmp_path: Path) -> None:
    assert complaints(_written(tmp_path, PLAIN)[0].path) == []


@needs_validator
@pytest.mark.parametrize("syntax", [uid.ExplicitVRLittleEndian, uid.JPEGLosslessSV1])
def test_tomosynthesis_passes_the_validator(syntax: str, tmp_path: Path) -> None:
    slices = np.stack([picture(bits=12, seed=number) for number in range(3)])
    for header in (PLAIN, FULL):
        ref = write_tomosynthesis(tmp_path / "stack.dcm", slices, header, syntax=syntax)
        assert complaints(ref.path) == []


@needs_validator
def test_the_validator_still_finds_faults(tmp_path: Path) -> None:
    ref, _ = _written(tmp_path, FULL)
    ds = _header(ref)
    del ds.ViewCodeSequence
    ds.save_as(ref.path)
    assert complaints(ref.path)


# Read back


@pytest.mark.parametrize("syntax", encodable_syntaxes(), ids=lambda syntax: uid.UID(syntax).name)
def test_pixels_come_back_from_every_transfer_syntax(syntax: str, tmp_path: Path) -> None:
    bits = 8 if syntax == uid.JPEGBaseline8Bit else 12
    header = replace(FULL, bits_stored=bits)
    for shape in ((33, 47), (1, 1), (64, 64)):
        pixels = picture(shape, bits)
        ref, _ = _written(tmp_path, header, pixels=pixels, syntax=syntax)
        error = np.abs(read_pixels(ref).astype(int) - pixels).max()
        assert error <= (8 if syntax in LOSSY_METHODS else 0), shape


def test_the_header_reads_back_as_it_was_meant(tmp_path: Path) -> None:
    ref, view = _written(tmp_path, FULL)
    assert (view.laterality, view.position) == (FULL.laterality, FULL.position)
    assert view.modifiers == FULL.modifiers
    assert view.kind is ImageKind.FFDM
    assert view.intent is PresentationIntent.FOR_PRESENTATION
    assert view.orientation == PatientOrientation.parse("P", "F")
    assert view.spacing.source is SpacingSource.IMAGER_OVER_ERMF
    assert view.spacing.row_mm == pytest.approx(0.07 / 1.07)
    assert view.spacing.column_mm == pytest.approx(0.085 / 1.07)
    assert view.technique.organ_dose_mgy == pytest.approx(1.4)
    assert replace(view.technique, organ_dose_mgy=1.4) == FULL.technique
    assert (view.implant, view.partial, view.acquired) == (True, True, FULL.acquired)
    assert ref.sop_instance_uid == FULL.ids.sop_uid
    assert view.flags == ()


def test_patient_windows_and_tables_are_written_as_given(tmp_path: Path) -> None:
    ds = _header(_written(tmp_path, FULL)[0])
    assert (ds.PatientName, ds.PatientID, ds.PatientBirthDate) == ("Müller^Jane", "P1", "19600131")
    assert list(ds.WindowCenter) == [2048, 1999.5]
    assert list(ds.WindowWidth) == [4096, 3000.25]
    assert list(ds.WindowCenterWidthExplanation) == ["NORMAL", "HARDER"]
    assert ds.VOILUTFunction == "SIGMOID"
    assert (ds.PixelPaddingValue, ds.PixelPaddingRangeLimit) == (0, 3)
    table = ds.VOILUTSequence[0]
    assert list(table.LUTDescriptor) == [2000, 100, 12]
    assert np.array_equal(np.frombuffer(table.LUTData, "<u2"), np.arange(0, 4000, 2))


def test_a_table_is_swapped_with_everything_else_in_big_endian(tmp_path: Path) -> None:
    ds = _header(_written(tmp_path, FULL, syntax=uid.ExplicitVRBigEndian)[0])
    table = np.frombuffer(ds.VOILUTSequence[0].LUTData, ">u2")
    assert np.array_equal(table, np.arange(0, 4000, 2))


def test_without_windows_the_whole_range_is_the_window(tmp_path: Path) -> None:
    ds = _header(_written(tmp_path, replace(PLAIN, bits_stored=10))[0])
    assert (ds.WindowCenter, ds.WindowWidth) == (512, 1024)


def test_an_inverted_image_says_so_twice_and_consistently(tmp_path: Path) -> None:
    ds = _header(_written(tmp_path, replace(PLAIN, inverted=True))[0])
    assert (ds.PhotometricInterpretation, ds.PresentationLUTShape) == ("MONOCHROME1", "INVERSE")


def test_lossy_compression_is_owned_up_to(tmp_path: Path) -> None:
    for syntax in encodable_syntaxes():
        bits = 8 if syntax == uid.JPEGBaseline8Bit else 12
        header = replace(PLAIN, bits_stored=bits)
        ds = _header(_written(tmp_path, header, pixels=picture((90, 80), bits), syntax=syntax)[0])
        lossy = syntax in LOSSY_METHODS
        assert ds.LossyImageCompression == ("01" if lossy else "00")
        assert ("LossyImageCompressionMethod" in ds) == lossy
        assert ds.get("LossyImageCompressionRatio", 2) > 1


@settings(max_examples=40, deadline=None)
@given(
    side=st.sampled_from([Laterality.LEFT, Laterality.RIGHT]),
    position=st.sampled_from(list(VIEW_CODES)),
    modifiers=st.frozensets(st.sampled_from(list(ViewModifier)), max_size=4),
    spacing=st.tuples(*[st.floats(0.01, 2.0)] * 2),
    magnification=st.floats(1.0, 1.3),
    name=st.text("ABCÄßéñž ^=", max_size=12),
)
def test_any_header_reads_back(
    side: Laterality,
    position: ViewPosition,
    modifiers: frozenset[ViewModifier],
    spacing: tuple[float, float],
    magnification: float,
    name: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    header = MammogramHeader(
        side,
        position,
        modifiers,
        patient=Patient("P1", name=name),
        spacing_mm=spacing,
        magnification=magnification,
    )
    _, view = _written(tmp_path_factory.mktemp("any"), header)
    assert (view.laterality, view.position, view.modifiers) == (side, position, modifiers)
    assert view.orientation == header.stored_orientation
    assert view.spacing.row_mm == pytest.approx(spacing[0] / magnification, rel=1e-9)
    assert view.spacing.column_mm == pytest.approx(spacing[1] / magnification, rel=1e-9)


def test_tomosynthesis_reads_back_slice_by_slice(tmp_path: Path) -> None:
    slices = np.stack([picture(bits=12, seed=number) for number in range(5)])
    ref = write_tomosynthesis(
        tmp_path / "stack.dcm", slices, FULL, slice_mm=1.5, syntax=uid.JPEGLosslessSV1
    )
    with FrameReader.open(ref) as reader:
        view = read_view(reader.header, ref)
        assert reader.frame_count == view.frames == 5
        assert np.array_equal(reader.read(3).pixels, slices[3])
        frames = reader.header.PerFrameFunctionalGroupsSequence
    assert (view.name, view.kind) == ("RMLO ID S", ImageKind.TOMOSYNTHESIS)
    assert (view.spacing.row_mm, view.spacing.column_mm) == FULL.spacing_mm
    positions = [frame.PlanePositionSequence[0].ImagePositionPatient for frame in frames]
    steps = np.diff(np.array(positions, float), axis=0)
    assert np.allclose(np.linalg.norm(steps, axis=1), 1.5)


# Whole or not at all


def test_the_same_header_gives_the_same_bytes(tmp_path: Path) -> None:
    first = Path(_written(tmp_path, FULL)[0].path).read_bytes()
    assert Path(_written(tmp_path, FULL)[0].path).read_bytes() == first


def test_made_up_identifiers_differ_from_image_to_image(tmp_path: Path) -> None:
    first, second = (_header(_written(tmp_path, PLAIN)[0]) for _ in range(2))
    assert first.SOPInstanceUID != second.SOPInstanceUID
    assert first.StudyInstanceUID != second.StudyInstanceUID


def test_a_failed_write_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref, _ = _written(tmp_path, FULL)
    before = Path(ref.path).read_bytes()

    def half(self: Dataset, stream: Any, **_options: Any) -> None:
        stream.write(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Dataset, "save_as", half)
    with pytest.raises(UnreadableFileError, match=r"can't be written \(No space left"):
        write_mammogram(tmp_path / "image.dcm", picture(bits=12), FULL)
    assert Path(ref.path).read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["image.dcm"]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="nowhere"):
        write_mammogram(tmp_path / "nowhere" / "image.dcm", picture(bits=12), FULL)


@pytest.mark.parametrize(
    ("pixels", "syntax", "message"),
    [
        (picture(bits=12, signed=True), uid.ExplicitVRLittleEndian, "uint8 or uint16"),
        (picture(bits=14), uid.ExplicitVRLittleEndian, "12 bits stored"),
        (picture(bits=8), uid.ExplicitVRLittleEndian, "12 bits stored"),
        (picture(bits=12)[None], uid.ExplicitVRLittleEndian, "2 dimensions"),
        (np.zeros((0, 4), np.uint16), uid.ExplicitVRLittleEndian, "2 dimensions"),
        (picture(bits=12), uid.MPEG4HP41, "can't be written"),
        (picture(bits=12), uid.JPEGBaseline8Bit, "holds no 12 bits"),
    ],
)
def test_what_can_not_be_written_is_refused_before_the_file_is_touched(
    pixels: Any, syntax: str, message: str, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match=message):
        write_mammogram(tmp_path / "image.dcm", pixels, FULL, syntax)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"intent": PresentationIntent.UNSTATED},
        {"bits_stored": 17},
        {"spacing_mm": (0.1, 0.0)},
        {"magnification": -1.0},
        {"padding": None},
        {"padding": -1},
        {"padding_limit": 65536},
    ],
)
def test_an_impossible_header_can_not_be_made(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        replace(FULL, **changes)


def test_impossible_stacks_are_refused(tmp_path: Path) -> None:
    slices = picture(bits=12)[None]
    with pytest.raises(ValueError, match="apart"):
        write_tomosynthesis(tmp_path / "stack.dcm", slices, PLAIN, slice_mm=0)
    with pytest.raises(ValueError, match="MONOCHROME2"):
        write_tomosynthesis(tmp_path / "stack.dcm", slices, replace(PLAIN, inverted=True))


def test_impossible_windows_and_tables_can_not_be_made() -> None:
    with pytest.raises(ValueError, match="wider"):
        Window(10, 0)
    for lut in ((0, (), 12), (0, (4096,), 12), (0, (-1,), 12), (0, (1,), 7), (-1, (1,), 12)):
        with pytest.raises(ValueError):
            VoiLut(*lut)


def test_a_view_without_a_code_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no code for the view AX"):
        _written(tmp_path, replace(PLAIN, position=ViewPosition.AX))
