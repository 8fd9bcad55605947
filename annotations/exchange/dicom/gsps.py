"""Grayscale Softcopy Presentation State, PS3.3 A.33.1: outlines and words for plain viewers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import highdicom as hd
import numpy as np
from pydicom.dataset import Dataset

from annotations.exchange.aspects import losses, shapes_of, standing, told
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
from annotations.exchange.dicom.outlining import (
    ellipse,
    middle_pair,
    outline_pairs,
    pairs_of,
    shape_of,
)
from annotations.exchange.format import Aspect, Loss, Pictures, bad, size_known
from annotations.exchange.neutral import Exchange, ExchangeImage, ExchangeReading
from annotations.exchange.plain.images_table import studies_of
from annotations.exchange.plain.record import Gathering, foreign_finding, kind_of
from annotations.shapes.outlines import outline_of
from domain.finding import Finding, FindingKind, Geometry
from domain.geometry import Box, ImagePoint
from domain.laterality import Laterality
from domain.lexicon import Assessment

CLASS = "1.2.840.10008.5.1.4.1.1.11.1"
PROGRAM = "imported presentation state"
_CARRIES = frozenset(
    {Aspect.ID, Aspect.BOX, Aspect.CONTOUR, Aspect.KIND, Aspect.ASSESSMENT, Aspect.READER}
) | {Aspect.SEVERAL, Aspect.SILENT, Aspect.POINT, Aspect.SHAPES}
_LAYER = "FINDINGS"
_CATEGORY = re.compile(r"\s*BI-RADS (\w+)$")


class PresentationStates:
    """``gsps``: the outline of each finding and its kind beside it."""

    name = "gsps"
    needs_study = True

    def write(
        self, exchange: Exchange, folder: Path, pictures: Pictures | None = None
    ) -> tuple[Loss, ...]:
        """Write a state for each reading's image with findings."""
        del pictures
        lost = (Aspect.SHAPES, Aspect.POINT, Aspect.HOLES, Aspect.DIGITS, Aspect.SLICES)
        counts = dict.fromkeys(lost, 0)
        number = 0
        for _, finding in exchange.marks():
            for place in finding.geometries:
                size_known(exchange.image.get(place.sop_instance_uid), place.sop_instance_uid)
        for reading in exchange.each():
            for image in exchange.images:
                marks = [
                    (one, place)
                    for one in reading.document.findings
                    if standing(reading, one)
                    for place in one.geometries
                    if place.sop_instance_uid == image.uid
                ]
                if image.frames > 1:
                    counts[Aspect.SLICES] += len(marks)
                    continue
                for _, place in marks:
                    _count(place, counts)
                if marks:
                    number += 1
                    ds = _state(exchange, reading, image, marks)
                    save(ds, folder / f"gsps_{number:04d}.dcm")
        return (*losses(exchange, _CARRIES | {Aspect.SLICES}, standing), *told(counts.items()))

    def read(self, path: Path, known: Exchange) -> Exchange:
        """Read closed outlines and points in pixels, of any program. Raises ExchangeError."""
        gathering = Gathering(str(path))
        images: dict[str, ExchangeImage] = {}
        for file, ds in read_objects(path, CLASS):
            for name, kind, assessment, geometry in _marks(ds, file, known):
                image = known.image[geometry.sop_instance_uid]
                images[image.uid] = image
                finding = foreign_finding(kind, geometry, PROGRAM, f"{ds.SOPInstanceUID} {name}")
                own = finding_id(name)
                finding = replace(finding, id=own or finding.id, assessment=assessment)
                who = (image.study_uid, name_of(ds.get("ContentCreatorName")))
                gathering.add(who, str(finding.id), geometry, partial(_with, finding))
        found = tuple(images.values())
        return Exchange(studies_of(found, known), found, gathering.readings())


def _count(place: Geometry, counts: dict[Aspect, int]) -> None:
    there = shapes_of(place)
    counts[Aspect.SHAPES] += len(there) > 1
    counts[Aspect.POINT] += place.point is not None and len(there) > 1
    counts[Aspect.HOLES] += place.mask is not None and len(outline_of(place.mask)) > 1
    counts[Aspect.DIGITS] += 1


def _with(finding: Finding, places: Sequence[Geometry]) -> Finding:
    return replace(finding, geometries=tuple(places))


def _state(
    exchange: Exchange,
    reading: ExchangeReading,
    image: ExchangeImage,
    marks: Sequence[tuple[Finding, Geometry]],
) -> Dataset:
    source = source_of(image, exchange)
    layer = hd.pr.GraphicLayer(_LAYER, 1, "Research use only, not a medical device")
    notes = [_annotation(source, layer, one, place) for one, place in marks]
    words = (reading.reader, image.uid, datetime.now().astimezone().isoformat())
    ds: Dataset = hd.pr.GrayscaleSoftcopyPresentationState(
        referenced_images=[source],
        series_instance_uid=uid_of("gsps series", *words),
        series_number=1,
        sop_instance_uid=uid_of("gsps", *words),
        instance_number=1,
        manufacturer=MANUFACTURER,
        manufacturer_model_name=MODEL,
        software_versions=SOFTWARE,
        device_serial_number=SERIAL,
        content_label=_LAYER,
        content_description="Fourview. Research use only, not a medical device",
        graphic_annotations=notes,
        graphic_layers=[layer],
        content_creator_name=person(reading.reader) or None,
    )
    side = image.laterality
    ds.Laterality = side.value if side in (Laterality.LEFT, Laterality.RIGHT) else ""
    return ds


def _annotation(source: Dataset, layer: Any, finding: Finding, place: Geometry) -> Any:
    around = outline_pairs(place)
    shape = hd.pr.GraphicObject(
        "POLYLINE" if around else "POINT",
        np.array(around or [middle_pair(place)], np.float64),
        "PIXEL",
        tracking_id=finding.kind.value,
        tracking_uid=finding_uid(finding.id),
    )
    told_as = finding.kind.value
    if finding.assessment is not None:
        told_as += f" BI-RADS {finding.assessment.value}"
    x, y = middle_pair(place)
    words = hd.pr.TextObject(told_as, "PIXEL", anchor_point=(x, y), anchor_point_visible=False)
    return hd.pr.GraphicAnnotation([source], layer, graphic_objects=[shape], text_objects=[words])


_Mark = tuple[str, FindingKind, Assessment | None, Geometry]


def _marks(ds: Dataset, file: Path, known: Exchange) -> Iterator[_Mark]:
    for index, note in enumerate(ds.get("GraphicAnnotationSequence") or ()):
        entry = f"annotation {index + 1}"
        references = note.get("ReferencedImageSequence") or _all_images(ds)
        if len(references) != 1:
            raise bad(f"{entry}: lies on {len(references)} images at once", file)
        image = image_by_uid(known, str(references[0].ReferencedSOPInstanceUID), file)
        frames = references[0].get("ReferencedFrameNumber") or 1
        numbers = [int(frames)] if isinstance(frames, int | str) else [int(n) for n in frames]
        words = " ".join(
            str(one.get("UnformattedTextValue") or "")
            for one in note.get("TextObjectSequence") or ()
        )
        said = _CATEGORY.search(words)
        kind = kind_of(_CATEGORY.sub("", words)) or FindingKind.OTHER
        for at, shape in enumerate(note.get("GraphicObjectSequence") or ()):
            try:
                geometry = _geometry(shape, image, min(numbers) - 1, max(numbers) - 1)
                assessment = Assessment(said[1]) if said else None
            except (AttributeError, TypeError, ValueError) as error:
                raise bad(f"{entry}: {error}", file) from error
            yield str(shape.get("TrackingUID") or f"{index} {at}"), kind, assessment, geometry


def _all_images(ds: Dataset) -> list[Dataset]:
    return [
        image
        for series in ds.get("ReferencedSeriesSequence") or ()
        for image in series.get("ReferencedImageSequence") or ()
    ]


def _geometry(shape: Dataset, image: ExchangeImage, first: int, last: int) -> Geometry:
    if shape.GraphicAnnotationUnits != "PIXEL":
        raise ValueError("its position is of the screen, not of the image")
    pairs = pairs_of(shape.GraphicData)
    kind = str(shape.GraphicType).upper()
    if kind == "POINT":
        x, y = pairs[0]
        return Geometry(image.uid, first, last, point=ImagePoint(x - 0.5, y - 0.5))
    around = shape_of(ellipse(kind, pairs) if kind in ("CIRCLE", "ELLIPSE") else pairs)
    if isinstance(around, Box):
        return Geometry(image.uid, first, last, box=around)
    return Geometry(image.uid, first, last, contour=around)
