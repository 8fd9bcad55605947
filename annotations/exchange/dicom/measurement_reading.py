"""Reads TID 1500 measurement reports of any program: groups with a region or a segment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from uuid import UUID, uuid5

from pydicom.dataset import Dataset

from annotations.document.document import Document
from annotations.exchange.dicom.codes import (
    OURS,
    assessment_by_code,
    axis_by_code,
    kind_by_code,
    ours,
    word_by_code,
)
from annotations.exchange.dicom.items import Node, root_of
from annotations.exchange.dicom.objects import (
    finding_id,
    image_by_uid,
    name_of,
    read_objects,
)
from annotations.exchange.dicom.outlining import ellipse, pairs_of, shape_of
from annotations.exchange.dicom.segmentation import CLASS as SEGMENTATION
from annotations.exchange.dicom.segmentation import masks_of
from annotations.exchange.format import ExchangeError, bad
from annotations.exchange.neutral import Exchange, ExchangeReading
from annotations.exchange.plain.record import FOREIGN, Gathering
from domain.finding import (
    Descriptors,
    Finding,
    FindingStatus,
    Geometry,
    ModelProvenance,
    ReaderProvenance,
    RejectionReason,
)
from domain.geometry import Box, ImagePoint
from domain.lexicon import Assessment, DescriptorAxis, Edition

_GROUP, _READER = "125007", "Fourview reader"


def read_measurements(ds: Dataset, file: Path, folder: Path, known: Exchange) -> ExchangeReading:
    """The findings of a report. folder: where segmentations lie. Raises ExchangeError."""
    root = root_of(ds)
    observer = root.child("121008")
    reader = name_of(observer.ds.get("PersonName")) if observer else ""
    gathering = Gathering(str(file))
    segments = _Segments(folder, known)
    study = ""
    for node in root.walk():
        if node.name.value != _GROUP or node.kind != "CONTAINER":
            continue
        entry = ".".join(map(str, node.place))
        try:
            geometry = _geometry(node, file, known, segments)
            finding = _finding(node, geometry, file, entry)
        except (AttributeError, TypeError, ValueError, KeyError, IndexError) as error:
            raise bad(f"content item {entry}: {error}", file) from error
        study = known.image[geometry.sop_instance_uid].study_uid
        gathering.add((study, reader), str(finding.id), geometry, partial(_merged, finding))
    found = gathering.readings()
    studies = {one.document.study_uid for one in found}
    if len(studies) > 1:
        raise bad("lies on images of several studies", file)
    kept = "" if reader == "-" else reader
    return ExchangeReading(kept, found[0].document if found else Document(study))


class _Segments:
    """Masks of the segmentations beside a report, read once each."""

    def __init__(self, folder: Path, known: Exchange) -> None:
        self._folder, self._known = folder, known
        self._files: dict[str, tuple[Path, Dataset]] | None = None
        self._masks: dict[str, Mapping[int, Geometry]] = {}

    def mask(self, uid: str, number: int) -> Geometry:
        """Of a segment. Raises ValueError where it is not there."""
        if self._files is None:
            try:
                found = list(read_objects(self._folder, SEGMENTATION))
            except ExchangeError:
                found = []
            self._files = {str(ds.SOPInstanceUID): (file, ds) for file, ds in found}
        if uid not in self._files:
            raise ValueError(f"its segmentation {uid} does not lie beside it")
        if uid not in self._masks:
            file, ds = self._files[uid]
            self._masks[uid] = masks_of(ds, file, self._known)
        if number not in self._masks[uid]:
            raise ValueError(f"the segmentation {uid} has no segment {number}")
        return self._masks[uid][number]


def _geometry(node: Node, file: Path, known: Exchange, segments: _Segments) -> Geometry:
    for child in node.children:
        if child.kind == "IMAGE" and child.name.value == "121214":
            reference = child.ds.ReferencedSOPSequence[0]
            number = reference.get("ReferencedSegmentNumber") or 1
            return segments.mask(str(reference.ReferencedSOPInstanceUID), int(number))
        if child.kind != "SCOORD":
            continue
        reference = child.children[0].ds.ReferencedSOPSequence[0]
        image = image_by_uid(known, str(reference.ReferencedSOPInstanceUID), file)
        frames = reference.get("ReferencedFrameNumber") or 1
        numbers = [int(frames)] if isinstance(frames, int | str) else [int(n) for n in frames]
        first, last = min(numbers) - 1, max(numbers) - 1
        pairs = pairs_of(child.ds.GraphicData)
        kind = str(child.ds.GraphicType).upper()
        if kind == "POINT":
            at = ImagePoint(pairs[0][0] - 0.5, pairs[0][1] - 0.5)
            return Geometry(image.uid, first, last, point=at)
        shape = shape_of(ellipse(kind, pairs) if kind in ("CIRCLE", "ELLIPSE") else pairs)
        if isinstance(shape, Box):
            return Geometry(image.uid, first, last, box=shape)
        return Geometry(image.uid, first, last, contour=shape)
    raise ValueError("it has neither a region nor a segment")


def _finding(node: Node, geometry: Geometry, file: Path, entry: str) -> Finding:
    stated = node.child("121071")
    code = stated.code if stated else None
    kind = kind_by_code(code) if code else None
    if kind is None:
        what = f"{code.meaning!r} ({code.value}, {code.scheme})" if code else "no finding type"
        raise bad(f"content item {entry}: {what} is not known here", file)
    uid = node.text("112040")
    said = {one.name.value: one.code.meaning for one in node.children if one.name.scheme == OURS}
    chance = node.number("111047")
    rejection = said.get(ours("rejection").value)
    return Finding(
        finding_id(uid) or _foreign(uid or f"{file.name} {entry}"),
        kind,
        (geometry,),
        _provenance(node),
        FindingStatus(said.get(ours("status").value, "proposed")),
        _descriptors(node, said, file, entry),
        assessment=_assessment(node, said),
        malignancy=None if chance is None else min(1.0, max(0.0, chance / 100)),
        rejection=RejectionReason(rejection) if rejection else None,
    )


def _foreign(name: str) -> UUID:
    return uuid5(FOREIGN, name)


def _provenance(node: Node) -> ReaderProvenance | ModelProvenance:
    name, version = node.text("111001"), node.text("111003")
    told = dict(
        str(one.ds.get("TextValue", "")).partition("=")[::2]
        for one in node.children
        if one.name.value == "111002"
    )
    if name == _READER and "reader" in told:
        return ReaderProvenance(told["reader"])
    stated = "" if version == "-" else version
    threshold = float(told.get("threshold", 0.0))
    shown = told.get("presentation", "not stated")
    return ModelProvenance(name or "imported TID 1500", stated, threshold, shown)


def _assessment(node: Node, said: Mapping[str, str]) -> Assessment | None:
    own = said.get(ours("BI-RADS").value)
    if own:
        return Assessment(own)
    found = node.child("111005")
    return assessment_by_code(found.code) if found else None


def _descriptors(node: Node, said: Mapping[str, str], file: Path, entry: str) -> Descriptors:
    axes = {ours(axis.value).value: axis for axis in DescriptorAxis}
    terms: list[tuple[DescriptorAxis, str]] = []
    for child in node.children:
        if child.kind != "CODE":
            continue
        axis = axis_by_code(child.name)
        if axis is None:
            axis = axes.get(child.name.value) if child.name.scheme == OURS else None
            if axis is not None:
                terms.append((axis, child.code.meaning))
            continue
        word = word_by_code(axis, child.code)
        if word is None:
            raise bad(
                f"content item {entry}: {axis.value} {child.code.meaning!r} is not known here", file
            )
        terms.append((axis, word))
    return Descriptors(Edition(said.get(ours("edition").value, "5")), tuple(terms))


def _merged(finding: Finding, places: list[Geometry]) -> Finding:
    """Shapes of one place, which stand in groups of their own, become one geometry again."""
    merged: dict[tuple[str, int, int], Geometry] = {}
    for one in places:
        where = (one.sop_instance_uid, one.frame, one.last_frame)
        before = merged.get(where)
        merged[where] = one if before is None else _both(before, one)
    return replace(finding, geometries=tuple(merged.values()))


def _both(before: Geometry, after: Geometry) -> Geometry:
    return replace(
        before,
        box=before.box or after.box,
        contour=before.contour or after.contour,
        mask=before.mask or after.mask,
        point=before.point or after.point,
    )
