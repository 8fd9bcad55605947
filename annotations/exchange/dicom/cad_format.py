"""Mammography CAD SR, PS3.3 A.35.5: what mammography workstations show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from pydicom.dataset import Dataset

from annotations.exchange.aspects import live, losses, shapes_of, told
from annotations.exchange.dicom.cad_content import (
    REPORT,
    coded_words,
    holds_probability,
    report_content,
)
from annotations.exchange.dicom.cad_reading import read_report
from annotations.exchange.dicom.codes import code_item
from annotations.exchange.dicom.objects import (
    FOR_PRESENTATION,
    MANUFACTURER,
    MODEL,
    SERIAL,
    SOFTWARE,
    fill_now,
    fill_study,
    person,
    read_objects,
    save,
    source_of,
    uid_of,
)
from annotations.exchange.format import Aspect, Loss, Pictures, size_known
from annotations.exchange.neutral import (
    Exchange,
    ExchangeImage,
    ExchangeReading,
    ExchangeStudy,
)
from annotations.exchange.plain.images_table import studies_of
from annotations.shapes.outlines import outline_of
from domain.finding import Finding, Geometry

CLASS = "1.2.840.10008.5.1.4.1.1.88.50"
_CARRIES = frozenset(
    {
        Aspect.ID,
        Aspect.BOX,
        Aspect.CONTOUR,
        Aspect.KIND,
        Aspect.PROVENANCE,
        Aspect.ASSESSMENT,
        Aspect.MALIGNANCY,
        Aspect.SEVERAL,
        Aspect.SLICES,
        Aspect.SILENT,
        Aspect.READER,
        Aspect.DESCRIPTORS,
    }
)


class CadReport:
    """``cad-sr``: a report a reading."""

    name = "cad-sr"
    needs_study = True

    def write(
        self, exchange: Exchange, folder: Path, pictures: Pictures | None = None
    ) -> tuple[Loss, ...]:
        """Write ``STUDY_NUMBER.dcm`` for each reading; replaced findings are left out."""
        del pictures
        counts: dict[Aspect, int] = dict.fromkeys(
            (Aspect.HOLES, Aspect.UNCODED, Aspect.SHAPES, Aspect.POINT, Aspect.MALIGNANCY), 0
        )
        for number, reading in enumerate(exchange.each(), 1):
            chosen = [one for one in reading.document.findings if live(reading, one)]
            images = [one for one in exchange.images if one.study_uid == reading.document.study_uid]
            for finding in chosen:
                for place in finding.geometries:
                    size_known(exchange.image.get(place.sop_instance_uid), place.sop_instance_uid)
                    _count(place, counts)
                refused = finding.malignancy is not None and not holds_probability(finding)
                counts[Aspect.MALIGNANCY] += refused
                counts[Aspect.UNCODED] += coded_words(finding) != finding.descriptors.terms
            if not images:
                continue
            for image in images:
                source_of(image, exchange)
            study = exchange.study.get(reading.document.study_uid)
            ds = _report(
                study or ExchangeStudy(reading.document.study_uid), images, chosen, reading
            )
            fill_identity(ds, reading, number, CLASS)
            save(ds, folder / f"cad_{number:04d}.dcm")
        lost = losses(exchange, _CARRIES | {Aspect.SHAPES, Aspect.POINT}, live)
        return (*lost, *told([*counts.items(), (Aspect.DIGITS, _marks(exchange))]))

    def read(self, path: Path, known: Exchange) -> Exchange:
        """Read the report of any vendor. Raises ExchangeError."""
        readings: list[ExchangeReading] = []
        images: dict[str, ExchangeImage] = {}
        for file, ds in read_objects(path, CLASS):
            reading, used = read_report(ds, file, known)
            readings.append(reading)
            images |= {one.uid: one for one in used}
        found = tuple(images.values())
        return Exchange(studies_of(found, known), found, tuple(readings))


def _count(place: Geometry, counts: dict[Aspect, int]) -> None:
    there = shapes_of(place)
    counts[Aspect.SHAPES] += len(there) > 1
    counts[Aspect.POINT] += place.point is not None and len(there) > 1
    counts[Aspect.HOLES] += place.mask is not None and len(outline_of(place.mask)) > 1


def _marks(exchange: Exchange) -> int:
    return sum(live(reading, one) for reading, one in exchange.marks())


def _report(
    study: ExchangeStudy,
    images: Sequence[ExchangeImage],
    findings: Sequence[Finding],
    reading: ExchangeReading,
) -> Dataset:
    ds = Dataset()
    fill_study(ds, study)
    ds.SOPClassUID = CLASS
    fill_report(ds)
    ds.ValueType, ds.ContinuityOfContent = "CONTAINER", "SEPARATE"
    ds.ConceptNameCodeSequence = [code_item(REPORT)]
    template = Dataset()
    template.MappingResource, template.TemplateIdentifier = "DCMR", "4000"
    ds.ContentTemplateSequence = [template]
    ds.ContentSequence = report_content(images, findings, reading.document.opinion.overall)
    ds.CurrentRequestedProcedureEvidenceSequence = [_evidence(study.uid, images)]
    return ds


def fill_report(ds: Dataset) -> None:
    """SR Document Series, General Equipment and SR Document General (C.17.1, C.7.5.1, C.17.2)."""
    ds.Modality, ds.SeriesNumber, ds.InstanceNumber = "SR", 1, 1
    ds.ReferencedPerformedProcedureStepSequence = []
    ds.PerformedProcedureCodeSequence = []
    ds.Manufacturer, ds.ManufacturerModelName = MANUFACTURER, MODEL
    ds.DeviceSerialNumber, ds.SoftwareVersions = SERIAL, SOFTWARE
    ds.SeriesDescription = "Fourview. Research use only, not a medical device"
    ds.CompletionFlag, ds.VerificationFlag = "COMPLETE", "UNVERIFIED"


def fill_identity(ds: Dataset, reading: ExchangeReading, number: int, class_uid: str) -> None:
    """UIDs, when it was made, and the reader's name as the file's operator."""
    moment = datetime.now().astimezone()
    fill_now(ds, moment)
    words = (reading.document.study_uid, reading.reader, str(number), moment.isoformat(), class_uid)
    ds.SeriesInstanceUID, ds.SOPInstanceUID = uid_of("series", *words), uid_of("object", *words)
    if reading.reader:
        ds.OperatorsName = person(reading.reader)


def _evidence(study_uid: str, images: Sequence[ExchangeImage]) -> Dataset:
    study = Dataset()
    study.StudyInstanceUID = study_uid
    series: dict[str, Dataset] = {}
    for image in images:
        one = series.setdefault(image.series_uid, Dataset())
        one.SeriesInstanceUID = image.series_uid
        reference = Dataset()
        reference.ReferencedSOPClassUID = image.class_uid or FOR_PRESENTATION
        reference.ReferencedSOPInstanceUID = image.uid
        one.ReferencedSOPSequence = [*(one.get("ReferencedSOPSequence") or ()), reference]
    study.ReferencedSeriesSequence = list(series.values())
    return study
