"""DICOM Segmentation, PS3.3 A.51, by highdicom: a segment a finding, an object an image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import highdicom as hd
import numpy as np
from pydicom.dataset import Dataset
from pydicom.sr.coding import Code as SrCode

from annotations.exchange.aspects import losses, standing, told
from annotations.exchange.dicom.codes import (
    ASYMMETRY,
    COMPOSITE,
    SELECTED,
    Code,
    kind_by_code,
    ours,
    read_code,
)
from annotations.exchange.dicom.objects import (
    MANUFACTURER,
    MODEL,
    SERIAL,
    SOFTWARE,
    finding_id,
    finding_uid,
    image_by_uid,
    name_of,
    person,
    read_objects,
    save,
    source_of,
    uid_of,
)
from annotations.exchange.format import Aspect, Loss, Pictures, bad, size_known
from annotations.exchange.neutral import Exchange, ExchangeImage, ExchangeReading
from annotations.exchange.plain.images_table import studies_of
from annotations.exchange.plain.masks import filled
from annotations.exchange.plain.record import Gathering, foreign_finding
from domain.finding import (
    Finding,
    FindingKind,
    Geometry,
    ModelProvenance,
    ReaderProvenance,
)
from domain.mask import RleMask

CLASS = "1.2.840.10008.5.1.4.1.1.66.4"
PROGRAM = "imported DICOM SEG"
_ABNORMAL = SrCode("49755003", "SCT", "Morphologically Abnormal Structure")
_AI = SrCode("123109", "DCM", "Artificial Intelligence")
_CARRIES = frozenset(
    {
        Aspect.ID,
        Aspect.MASK,
        Aspect.KIND,
        Aspect.PROVENANCE,
        Aspect.READER,
        Aspect.SEVERAL,
        Aspect.SILENT,
    }
)
Drawn = tuple[Finding, RleMask]


class Segmentations:
    """``seg``: masks, and outlines as the pixels inside them; boxes and points are left out."""

    name = "seg"
    needs_study = True

    def write(
        self, exchange: Exchange, folder: Path, pictures: Pictures | None = None
    ) -> tuple[Loss, ...]:
        """Write an object for each reading's image with drawn findings."""
        del pictures
        left_out = stacked = number = 0
        for reading in exchange.each():
            for image in exchange.images:
                drawn, without = drawn_on(reading, image)
                left_out += without
                if drawn and image.frames > 1:
                    stacked += len(drawn)
                elif drawn:
                    number += 1
                    ds = segmentation(exchange, reading, image, drawn)
                    save(ds, folder / f"seg_{number:04d}.dcm")
        for _, finding in exchange.marks():
            for place in finding.geometries:
                size_known(exchange.image.get(place.sop_instance_uid), place.sop_instance_uid)
        more = told([(Aspect.UNDRAWN, left_out), (Aspect.SLICES, stacked)])
        return (*losses(exchange, _CARRIES | {Aspect.SLICES}, standing), *more)

    def read(self, path: Path, known: Exchange) -> Exchange:
        """Read binary segmentations on single-frame images. Raises ExchangeError."""
        gathering = Gathering(str(path))
        images: dict[str, ExchangeImage] = {}
        for file, ds in read_objects(path, CLASS):
            for number, geometry in masks_of(ds, file, known).items():
                image = known.image[geometry.sop_instance_uid]
                images[image.uid] = image
                finding = _finding(ds, number, geometry, file)
                who = (image.study_uid, _reader(ds))
                gathering.add(who, str(finding.id), geometry, partial(_with, finding))
        found = tuple(images.values())
        return Exchange(studies_of(found, known), found, gathering.readings())


def drawn_on(reading: ExchangeReading, image: ExchangeImage) -> tuple[list[Drawn], int]:
    """Findings with a mask or outline on an image, and how many have neither there."""
    drawn: list[Drawn] = []
    without = 0
    for finding in reading.document.findings:
        if not standing(reading, finding):
            continue
        for place in finding.geometries:
            if place.sop_instance_uid != image.uid:
                continue
            mask = filled(place, image.size)
            if mask is None or mask.empty:
                without += 1
            else:
                drawn.append((finding, mask))
    return drawn, without


def segmentation(
    exchange: Exchange, reading: ExchangeReading, image: ExchangeImage, drawn: Sequence[Drawn]
) -> Dataset:
    """A segmentation of one image, each finding a segment. Raises ExchangeError."""
    pixels = np.zeros((1, *image.size.shape, len(drawn)), np.uint8)
    for place, (_, mask) in enumerate(drawn):
        pixels[0, :, :, place] = mask.pixels()
    words = (reading.reader, image.uid, datetime.now().astimezone().isoformat())
    ds: Dataset = hd.seg.Segmentation(
        source_images=[source_of(image, exchange)],
        pixel_array=pixels,
        segmentation_type="BINARY",
        segment_descriptions=[_described(one, at) for at, (one, _) in enumerate(drawn, 1)],
        series_instance_uid=uid_of("seg series", *words),
        series_number=1,
        sop_instance_uid=uid_of("seg", *words),
        instance_number=1,
        manufacturer=MANUFACTURER,
        manufacturer_model_name=MODEL,
        software_versions=SOFTWARE,
        device_serial_number=SERIAL,
        content_label="FINDINGS",
        content_creator_name=person(reading.reader) or None,
        omit_empty_frames=False,
        pixel_measures=_measures(image),
        series_description="Fourview. Research use only, not a medical device",
    )
    ds.PatientOrientation = ""
    return ds


def masks_of(ds: Dataset, file: Path, known: Exchange) -> dict[int, Geometry]:
    """Each segment's mask by its number. Raises ExchangeError."""
    if ds.get("SegmentationType") != "BINARY":
        raise bad(f"is a {ds.get('SegmentationType')} segmentation; only BINARY is read", file)
    try:
        frames = np.atleast_3d(ds.pixel_array.T).T
        made: dict[int, Geometry] = {}
        for pixels, groups in zip(frames, ds.PerFrameFunctionalGroupsSequence, strict=True):
            number = int(
                _group(ds, groups, "SegmentIdentificationSequence").ReferencedSegmentNumber
            )
            source = _group(ds, groups, "DerivationImageSequence").SourceImageSequence[0]
            image = image_by_uid(known, str(source.ReferencedSOPInstanceUID), file)
            if image.frames > 1:
                raise bad(f"is of slices of the stack {image.uid}; only flat images are read", file)
            if pixels.shape != image.size.shape:
                raise bad(
                    f"is {pixels.shape[1]}x{pixels.shape[0]}, the image {image.uid} "
                    f"{image.size.columns}x{image.size.rows}",
                    file,
                )
            made[number] = Geometry(image.uid, mask=RleMask.of(pixels, image.size))
    except (AttributeError, IndexError, KeyError, ValueError) as error:
        raise bad(f"can't be read as a segmentation: {error}", file) from error
    return made


def _group(ds: Dataset, own: Dataset, name: str) -> Dataset:
    """A functional group of a frame: its own, or the one that all frames share."""
    found = own.get(name) or ds.SharedFunctionalGroupsSequence[0].get(name)
    if not found:
        raise ValueError(f"{name} is missing")
    one: Dataset = found[0]
    return one


def _measures(image: ExchangeImage) -> Any:
    if image.spacing.row_mm is None or image.spacing.column_mm is None:
        return None
    return hd.PixelMeasuresSequence(
        pixel_spacing=(image.spacing.row_mm, image.spacing.column_mm), slice_thickness=1.0
    )


def finding_code(kind: FindingKind) -> Code:
    """What a finding is called where no template limits the words."""
    if kind is FindingKind.ASYMMETRY:
        return ASYMMETRY
    code = COMPOSITE[kind]
    return ours(kind.value) if code is SELECTED else code


def as_sr(code: Code) -> SrCode:
    """For highdicom."""
    return SrCode(code.value, code.scheme, code.meaning)


def _described(finding: Finding, number: int) -> Any:
    made = finding.provenance
    model = isinstance(made, ModelProvenance)
    identified = None
    if isinstance(made, ModelProvenance):
        identified = hd.AlgorithmIdentificationSequence(
            made.package_id or "-",
            _AI,
            made.version or "-",
            parameters={"threshold": repr(made.threshold), "presentation": made.presentation},
        )
    return hd.seg.SegmentDescription(
        segment_number=number,
        segment_label=finding.kind.value,
        segmented_property_category=_ABNORMAL,
        segmented_property_type=as_sr(finding_code(finding.kind)),
        algorithm_type="AUTOMATIC" if model else "MANUAL",
        algorithm_identification=identified,
        tracking_uid=finding_uid(finding.id),
        tracking_id=_tracked(finding)[:64],
    )


def _tracked(finding: Finding) -> str:
    """The id, and who marked it where that was a person."""
    made = finding.provenance
    return f"{finding.id} {made.reader}" if isinstance(made, ReaderProvenance) else str(finding.id)


def _reader(ds: Dataset) -> str:
    return name_of(ds.get("ContentCreatorName"))


def _finding(ds: Dataset, number: int, geometry: Geometry, file: Path) -> Finding:
    one = next((s for s in ds.SegmentSequence if int(s.SegmentNumber) == number), None)
    if one is None:
        raise bad(f"a frame belongs to segment {number}, which is not described", file)
    code = read_code(one.SegmentedPropertyTypeCodeSequence[0])
    kind = kind_by_code(code)
    if kind is None:
        raise bad(
            f"segment {number}: {code.meaning!r} ({code.value}, {code.scheme}) is not known here",
            file,
        )
    name = f"{ds.SOPInstanceUID} {number}"
    finding = foreign_finding(kind, geometry, PROGRAM, name)
    uid = finding_id(str(one.get("TrackingUID") or ""))
    if uid is None or ds.get("Manufacturer") != MANUFACTURER:
        return finding
    return replace(finding, id=uid, provenance=_provenance(one))


def _provenance(one: Dataset) -> ReaderProvenance | ModelProvenance:
    identified = one.get("SegmentationAlgorithmIdentificationSequence")
    if not identified:
        return ReaderProvenance(str(one.get("TrackingID") or "")[37:])
    made = identified[0]
    text = str(made.get("AlgorithmParameters") or "")
    threshold, _, shown = text.removeprefix("threshold=").partition(",presentation=")
    version = str(made.get("AlgorithmVersion") or "").removeprefix("-")
    try:
        number = float(threshold)
    except ValueError:
        number = 0.0
    return ModelProvenance(str(made.get("AlgorithmName") or ""), version, number, shown)


def _with(finding: Finding, places: Sequence[Geometry]) -> Finding:
    return replace(finding, geometries=tuple(places))
