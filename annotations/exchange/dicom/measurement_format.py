"""TID 1500 measurement reports by highdicom: what research tools read, with SEG for masks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import highdicom as hd
import numpy as np
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code as SrCode

from annotations.exchange.aspects import live, losses, told
from annotations.exchange.dicom.codes import ASSESSMENTS, AXIS_NAMES, WORDS, ours
from annotations.exchange.dicom.measurement_reading import read_measurements
from annotations.exchange.dicom.objects import (
    MANUFACTURER,
    finding_uid,
    person,
    read_objects,
    save,
    source_of,
    uid_of,
)
from annotations.exchange.dicom.outlining import box_pairs, closed
from annotations.exchange.dicom.segmentation import as_sr, finding_code, segmentation
from annotations.exchange.format import Aspect, ExchangeError, Loss, Pictures, size_known
from annotations.exchange.neutral import Exchange, ExchangeImage, ExchangeReading
from annotations.exchange.plain.images_table import studies_of
from domain.finding import Finding, Geometry, ModelProvenance
from domain.mask import RleMask

CLASS = "1.2.840.10008.5.1.4.1.1.88.33"
_LOST = frozenset(
    {
        Aspect.LOCATION,
        Aspect.PATHOLOGY,
        Aspect.PARENT,
        Aspect.COUNTERPART,
        Aspect.NOTE,
        Aspect.REPLACED,
        Aspect.OPINION,
        Aspect.FIRST_READ,
        Aspect.STAMPS,
        Aspect.SILENT,
    }
)
_PROCEDURE = SrCode("363679005", "SCT", "Imaging procedure")
_TITLE = SrCode("126000", "DCM", "Imaging Measurement Report")
_CATEGORY = SrCode("111005", "DCM", "Assessment Category")
Segmented = Mapping[tuple[str, Any], tuple[Dataset, int]]


class MeasurementReports:
    """``tid1500``: a report a reading, and a segmentation an image where there are masks."""

    name = "tid1500"
    needs_study = True

    def write(
        self, exchange: Exchange, folder: Path, pictures: Pictures | None = None
    ) -> tuple[Loss, ...]:
        """Write reports and their segmentations; readings without findings are left out."""
        del pictures
        empty = 0
        for number, reading in enumerate(exchange.each(), 1):
            chosen = [one for one in reading.document.findings if live(reading, one)]
            segmented: dict[tuple[str, Any], tuple[Dataset, int]] = {}
            for image in exchange.images:
                drawn = _masks(chosen, image)
                empty += sum(mask.empty for _, mask in drawn)
                drawn = [one for one in drawn if not one[1].empty]
                if drawn:
                    if image.frames > 1:
                        raise ExchangeError(
                            f"masks on slices of the stack {image.uid} don't go into TID 1500",
                            remedy="Write them as json or coco",
                        )
                    ds = segmentation(exchange, reading, image, drawn)
                    save(ds, folder / f"report_{number:04d}_{image.stem}.seg.dcm")
                    for at, (finding, _) in enumerate(drawn, 1):
                        segmented[image.uid, finding.id] = (ds, at)
            if chosen:
                ds = _report(exchange, reading, chosen, segmented)
                save(ds, folder / f"report_{number:04d}.dcm")
        rounded = sum(live(reading, one) for reading, one in exchange.marks())
        more = told([(Aspect.DIGITS, rounded), (Aspect.MASK, empty)])
        return (*losses(exchange, frozenset(Aspect) - _LOST, live), *more)

    def read(self, path: Path, known: Exchange) -> Exchange:
        """Read reports of any program; segmentations lie beside. Raises ExchangeError."""
        readings: list[ExchangeReading] = []
        folder = path if path.is_dir() else path.parent
        for file, ds in read_objects(
            path, CLASS, "1.2.840.10008.5.1.4.1.1.88.34", "1.2.840.10008.5.1.4.1.1.88.22"
        ):
            readings.append(read_measurements(ds, file, folder, known))
        uids = dict.fromkeys(
            place.sop_instance_uid
            for reading in readings
            for one in reading.document.findings
            for place in one.geometries
        )
        images = tuple(known.image[uid] for uid in uids)
        return Exchange(studies_of(images, known), images, tuple(readings))


def _masks(findings: Sequence[Finding], image: ExchangeImage) -> list[tuple[Finding, RleMask]]:
    return [
        (one, place.mask)
        for one in findings
        for place in one.geometries
        if place.sop_instance_uid == image.uid and place.mask is not None
    ]


def _report(
    exchange: Exchange,
    reading: ExchangeReading,
    findings: Sequence[Finding],
    segmented: Segmented,
) -> Dataset:
    sources: dict[str, Dataset] = {}
    groups: list[Any] = []
    for finding in findings:
        for place in finding.geometries:
            image = size_known(exchange.image.get(place.sop_instance_uid), place.sop_instance_uid)
            if image.uid not in sources:
                sources[image.uid] = source_of(image, exchange)
            groups += _groups(finding, place, (image, sources[image.uid]), segmented)
    observer = hd.sr.ObserverContext(
        hd.sr.CodedConcept("121006", "DCM", "Person"),
        hd.sr.PersonObserverIdentifyingAttributes(person(reading.reader) or "-^"),
    )
    content = hd.sr.MeasurementReport(
        observation_context=hd.sr.ObservationContext(observer_person_context=observer),
        procedure_reported=_PROCEDURE,
        imaging_measurements=groups,
        title=_TITLE,
    )
    evidence = [*sources.values(), *{id(one): one for one, _ in segmented.values()}.values()]
    words = (reading.document.study_uid, reading.reader, datetime.now().astimezone().isoformat())
    ds: Dataset = hd.sr.ComprehensiveSR(
        evidence=evidence,
        content=content[0],
        series_instance_uid=uid_of("sr series", *words),
        series_number=1,
        sop_instance_uid=uid_of("sr", *words),
        instance_number=1,
        manufacturer=MANUFACTURER,
        is_complete=True,
        series_description="Fourview. Research use only, not a medical device",
    )
    return ds


def _groups(
    finding: Finding, place: Geometry, where: tuple[ExchangeImage, Dataset], segmented: Segmented
) -> list[Any]:
    """One group a shape, all with the finding's tracking identifier."""
    image, source = where
    made = []
    for name, kind, pairs in _regions(place):
        frames = list(range(place.frame + 1, place.last_frame + 2)) if image.frames > 1 else None
        of = hd.sr.SourceImageForRegion(str(source.SOPClassUID), image.uid, frames)
        region = hd.sr.ImageRegion(kind, np.array(pairs, np.float64), of)
        made.append(_group(finding, name, {"referenced_region": region}))
    segment = segmented.get((image.uid, finding.id)) if place.mask is not None else None
    if segment is not None:
        ds, number = segment
        frame = hd.sr.ReferencedSegmentationFrame(
            str(ds.SOPClassUID),
            str(ds.SOPInstanceUID),
            number,
            number,
            hd.sr.SourceImageForSegmentation(str(source.SOPClassUID), image.uid),
        )
        for one in frame:  # a segment or frames, never both: PS3.3 table 10-3
            if "ReferencedSegmentNumber" in one.ReferencedSOPSequence[0]:
                del one.ReferencedSOPSequence[0].ReferencedFrameNumber
        made.append(_group(finding, "mask", {"referenced_segment": frame}))
    return made


def _regions(place: Geometry) -> list[tuple[str, str, list[tuple[float, float]]]]:
    shapes: list[tuple[str, str, list[tuple[float, float]]]] = []
    if place.box is not None:
        shapes.append(("box", "POLYLINE", box_pairs(place.box)))
    if place.contour is not None:
        shapes.append(("outline", "POLYLINE", closed(place.contour.points)))
    if place.point is not None:
        shapes.append(("point", "POINT", [(place.point.x + 0.5, place.point.y + 0.5)]))
    return shapes


def _group(finding: Finding, shape: str, region: Mapping[str, Any]) -> Any:
    measured = []
    if finding.malignancy is not None:
        name = SrCode("111047", "DCM", "Probability of cancer")
        value = finding.malignancy * 100
        measured.append(hd.sr.Measurement(name, value, codes.UCUM.Percent))
    return hd.sr.PlanarROIMeasurementsAndQualitativeEvaluations(
        tracking_identifier=hd.sr.TrackingIdentifier(finding_uid(finding.id), finding.kind.value),
        finding_type=as_sr(finding_code(finding.kind)),
        algorithm_id=_algorithm(finding),
        measurements=measured or None,
        qualitative_evaluations=[
            hd.sr.QualitativeEvaluation(name, value) for name, value in _said(finding, shape)
        ],
        **region,
    )


def _algorithm(finding: Finding) -> Any:
    made = finding.provenance
    if isinstance(made, ModelProvenance):
        parameters = [f"threshold={made.threshold!r}", f"presentation={made.presentation}"]
        return hd.sr.AlgorithmIdentification(
            made.package_id or "-", made.version or "-", parameters
        )
    return hd.sr.AlgorithmIdentification("Fourview reader", "-", [f"reader={made.reader}"])


def _said(finding: Finding, shape: str) -> list[tuple[SrCode, SrCode]]:
    said = [("shape", ours(shape)), ("status", ours(finding.status.value))]
    if finding.rejection is not None:
        said.append(("rejection", ours(finding.rejection.value)))
    if finding.assessment is not None:
        said.append(("BI-RADS", ours(finding.assessment.value)))
    said.append(("edition", ours(finding.descriptors.edition.value)))
    pairs = [(as_sr(ours(name)), as_sr(value)) for name, value in said]
    category = ASSESSMENTS.get(finding.assessment) if finding.assessment else None
    if category is not None:
        pairs.append((_CATEGORY, as_sr(category)))
    for axis, word in finding.descriptors.terms:
        name, value = AXIS_NAMES.get(axis), WORDS.get((axis, word))
        if name is None or value is None:
            name, value = ours(axis.value), ours(word)
        pairs.append((as_sr(name), as_sr(value)))
    return pairs
