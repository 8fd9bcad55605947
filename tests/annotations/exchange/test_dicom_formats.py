"""What goes out as DICOM objects comes back, and validators that are not ours take it."""

from __future__ import annotations

import string
import tempfile
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import dcmread

from annotations.document.document import Document
from annotations.document.opinion import Opinion
from annotations.exchange.dicom.cad_format import CadReport
from annotations.exchange.dicom.gsps import PresentationStates
from annotations.exchange.dicom.measurement_format import MeasurementReports
from annotations.exchange.dicom.outlining import outline_pairs, shape_of
from annotations.exchange.dicom.segmentation import Segmentations
from annotations.exchange.format import Aspect, ExchangeError, ExchangeFormat
from annotations.exchange.neutral import Exchange, ExchangeImage, ExchangeReading
from annotations.exchange.plain.masks import filled
from domain.finding import (
    Contour,
    Descriptors,
    Finding,
    FindingKind,
    FindingStatus,
    Geometry,
    ModelProvenance,
    ReaderProvenance,
)
from domain.geometry import Box, ImagePoint, ImageSize
from domain.lexicon import Assessment
from domain.mask import RleMask
from tests.annotations.exchange.exchanges import (
    IMAGES,
    STUDIES,
    STUDY,
    TERMS,
    exchanges,
    told_of,
)
from tests.annotations.exchange.validators import (
    needs_objects,
    needs_templates,
    object_errors,
    template_errors,
)

names = st.text(string.ascii_letters, min_size=1, max_size=8)
some = settings(max_examples=4, deadline=None)


def there_and_back(form: ExchangeFormat, exchange: Exchange) -> tuple[Exchange, tuple]:
    with tempfile.TemporaryDirectory() as folder:
        losses = form.write(exchange, Path(folder))
        try:
            return form.read(Path(folder), exchange), losses
        except ExchangeError as error:
            if "holds no DICOM object" not in str(error):
                raise
            return Exchange(), losses


def outlined(place: Geometry) -> list[Geometry]:
    pairs = outline_pairs(place)
    if not pairs:
        return [replace(place, mask=None, contour=None, box=None)]
    shape = shape_of(pairs)
    box, contour = (shape, None) if isinstance(shape, Box) else (None, shape)
    return [replace(place, box=box, contour=contour, mask=None, point=None)]


def painted(place: Geometry) -> list[Geometry]:
    size = next(one.size for one in IMAGES if one.uid == place.sop_instance_uid)
    mask = filled(place, size)
    if mask is None or mask.empty:
        return []
    return [Geometry(place.sop_instance_uid, mask=mask)]


@some
@given(exchange=exchanges("one", names))
def test_cad_reports_give_back_all_findings(exchange: Exchange) -> None:
    back, losses = there_and_back(CadReport(), exchange)
    assert told_of(back, losses, digits=2) == told_of(exchange, losses, outlined, digits=2)


@some
@given(exchange=exchanges("any", names))
def test_measurement_reports_give_back_every_shape(exchange: Exchange) -> None:
    back, losses = there_and_back(MeasurementReports(), exchange)
    assert told_of(back, losses, digits=2) == told_of(exchange, losses, digits=2)


@some
@given(exchange=exchanges("any", names))
def test_segmentations_give_back_every_pixel(exchange: Exchange) -> None:
    back, losses = there_and_back(Segmentations(), exchange)
    assert told_of(back, losses) == told_of(exchange, losses, painted)


@some
@given(exchange=exchanges("one", names))
def test_presentation_states_give_back_outlines_and_kinds(exchange: Exchange) -> None:
    back, losses = there_and_back(PresentationStates(), exchange)
    assert told_of(back, losses, digits=2) == told_of(exchange, losses, outlined, digits=2)


def whole() -> Exchange:
    """A finding of each kind, on one image and on two, with all that can be said."""
    triangle = Contour((ImagePoint(2, 2), ImagePoint(7, 2), ImagePoint(6, 9)))
    findings = []
    for number, kind in enumerate(FindingKind):
        places = [Geometry(IMAGES[0].uid, box=Box(1, 1, 4, 5))]
        if number % 2:
            mask = RleMask.of(triangle_pixels(), IMAGES[1].size)
            places.append(Geometry(IMAGES[1].uid, contour=triangle, mask=mask))
        terms = {FindingKind.MASS: TERMS[:2], FindingKind.CALCIFICATION_GROUP: TERMS[2:]}
        findings.append(
            Finding(
                UUID(int=number + 1),
                kind,
                tuple(places),
                ModelProvenance("demo.mass", "1.0", 0.5, "NORMAL")
                if number % 3
                else ReaderProvenance("ann"),
                list(FindingStatus)[number % 3],
                Descriptors(terms=terms.get(kind, ())),
                assessment=[None, *Assessment][number],
                malignancy=0.25,
            )
        )
    said = Opinion(overall=Assessment.LOW_SUSPICION)
    readings = (
        ExchangeReading("ann", Document(STUDY, tuple(findings), said)),
        ExchangeReading("bob", Document(STUDY)),
    )
    return Exchange(STUDIES, IMAGES, readings)


def triangle_pixels() -> object:
    return np.tril(np.ones((8, 6)))


@needs_objects
@pytest.mark.parametrize(
    "form", [CadReport(), MeasurementReports(), Segmentations(), PresentationStates()]
)
def test_dciodvfy_finds_no_error_in_any_object(tmp_path: Path, form: ExchangeFormat) -> None:
    form.write(whole(), tmp_path)
    files = sorted(tmp_path.glob("*.dcm"))
    assert files
    assert [error for file in files for error in object_errors(file)] == []


@pytest.mark.slow  # the style sheet alone takes Java many seconds to compile
@needs_templates
@pytest.mark.parametrize(
    ("form", "file"),
    [(CadReport(), "cad_0001.dcm"), (MeasurementReports(), "report_0001.dcm")],
)
def test_pixelmed_finds_no_error_in_the_templates(
    tmp_path: Path, form: ExchangeFormat, file: str
) -> None:
    form.write(whole(), tmp_path)
    assert template_errors(tmp_path / file) == []


def cad(tmp_path: Path) -> tuple[Path, object]:
    CadReport().write(whole(), tmp_path)
    (tmp_path / "cad_0002.dcm").unlink()
    file = tmp_path / "cad_0001.dcm"
    return file, dcmread(file)


def test_a_report_with_an_unknown_finding_is_refused_by_its_code(tmp_path: Path) -> None:
    file, ds = cad(tmp_path)
    for item in ds.iterall():
        if item.tag == 0x00080100 and item.value in ("129793001", "129788004"):
            item.value = "99999"
        if item.tag == 0x0040A160 and str(item.value).startswith("mass"):
            item.value = "something"
    ds.save_as(file)
    with pytest.raises(ExchangeError, match=r"cad_0001\.dcm.*99999.*is not known here"):
        CadReport().read(file, whole())


def test_a_report_in_old_snomed_numbers_with_images_by_value_is_read(tmp_path: Path) -> None:
    file, ds = cad(tmp_path)
    old = {"129769006": "F-01775", "129766004": "F-01772"}
    for item in ds.iterall():
        if item.tag == 0x00080100 and item.value in old:
            item.value = old[item.value]
        if item.tag == 0x00080104 and item.value == "Calcification Cluster":
            item.value = "Calc"
    ds.Manufacturer = "iCAD"
    by_value(ds)
    ds.save_as(file)
    (reading,) = CadReport().read(file, whole()).readings
    before = whole().readings[0].document.findings
    assert [one.kind for one in reading.document.findings] == [one.kind for one in before]
    assert reading.reader == ""


def by_value(ds: object) -> None:
    library = ds.ContentSequence[1].ContentSequence
    for item in ds.iterall():
        if item.keyword == "ContentSequence":
            for child in item.value:
                place = child.get("ReferencedContentItemIdentifier")
                if place and child.RelationshipType == "SELECTED FROM":
                    source = library[int(place[-1]) - 1]
                    del child.ReferencedContentItemIdentifier
                    child.ValueType = "IMAGE"
                    child.ReferencedSOPSequence = source.ReferencedSOPSequence


def test_a_report_on_images_that_are_not_here_is_refused(tmp_path: Path) -> None:
    file, _ = cad(tmp_path)
    with pytest.raises(ExchangeError, match="is not known"):
        CadReport().read(file, Exchange())


def test_a_segmentation_of_another_size_is_refused(tmp_path: Path) -> None:
    Segmentations().write(whole(), tmp_path)
    other = tuple(replace(one, size=ImageSize(50, 50)) for one in IMAGES)
    with pytest.raises(ExchangeError, match="50x50"):
        Segmentations().read(tmp_path, Exchange(STUDIES, other))


def test_a_picture_can_be_in_no_dicom_object(tmp_path: Path) -> None:
    picture = ExchangeImage("left.png", STUDY, ImageSize(9, 9))
    finding = replace(
        whole().readings[0].document.findings[0],
        geometries=(Geometry("left.png", box=Box(1, 1, 2, 2)),),
    )
    exchange = Exchange(STUDIES, (picture,), (ExchangeReading("ann", Document(STUDY, (finding,))),))
    with pytest.raises(ExchangeError, match="is no DICOM image"):
        CadReport().write(exchange, tmp_path)


def test_slices_of_a_stack_are_told_in_reports(tmp_path: Path) -> None:
    stack = replace(IMAGES[0], frames=20, class_uid="1.2.840.10008.5.1.4.1.1.13.1.3")
    finding = replace(
        whole().readings[0].document.findings[0],
        geometries=(Geometry(stack.uid, 3, 5, box=Box(1, 1, 2, 2)),),
    )
    reading = ExchangeReading("ann", Document(STUDY, (finding,)))
    exchange = Exchange(STUDIES, (stack,), (reading,))
    for form in (CadReport(), MeasurementReports()):
        folder = tmp_path / form.name
        folder.mkdir()
        form.write(exchange, folder)
        (back,) = form.read(folder, exchange).readings
        place = back.document.findings[0].geometries[0]
        assert (place.frame, place.last_frame) == (3, 5)
    for form in (Segmentations(), PresentationStates()):
        losses = form.write(exchange, tmp_path)
        told = Aspect.UNDRAWN if form.name == "seg" else Aspect.SLICES
        assert told in {one.aspect for one in losses}
        assert not list(tmp_path.glob("*.dcm"))
