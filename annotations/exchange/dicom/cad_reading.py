"""Reads Mammography CAD reports of any vendor: Single Image Findings, wherever they stand.

Vendors differ in how they nest impressions and composite features, whether coordinates name their
image by value or by reference, and which numbering of SNOMED they write. All of that is taken; a
finding whose code is not known here is refused by name, so that none is dropped unsaid.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from uuid import uuid5

from pydicom.dataset import Dataset

from annotations.document.document import Document
from annotations.exchange.dicom.cad_content import READER
from annotations.exchange.dicom.codes import (
    NO_FINDING,
    assessment_by_code,
    axis_by_code,
    kind_by_code,
    word_by_code,
)
from annotations.exchange.dicom.items import Node, root_of
from annotations.exchange.dicom.objects import finding_id, image_by_uid, name_of
from annotations.exchange.dicom.outlining import Pairs, ellipse, pairs_of, shape_of
from annotations.exchange.format import bad
from annotations.exchange.neutral import Exchange, ExchangeImage, ExchangeReading
from annotations.exchange.plain.record import FOREIGN
from domain.finding import (
    Descriptors,
    Finding,
    FindingKind,
    FindingStatus,
    Geometry,
    ModelProvenance,
    ReaderProvenance,
    RejectionReason,
)
from domain.geometry import Box, ImagePoint
from domain.lexicon import Assessment, DescriptorAxis

_FINDING, _FEATURE, _IMPRESSION = "111059", "111015", "111034"
_CENTER, _OUTLINES = "111010", ("111041", "111030")
_PERCENT = 100.0
_LETTERS = re.compile(r"BI-?RADS\s*(4[ABC]|[0-6])", re.IGNORECASE)
_NOT_SHOWN, _OPTIONAL, _REQUIRED = "111152", "111151", "111150"


def read_report(
    ds: Dataset, file: Path, known: Exchange
) -> tuple[ExchangeReading, tuple[ExchangeImage, ...]]:
    """The findings of a report, and the images that they lie on. Raises ExchangeError."""
    root = root_of(ds)
    places = {node.place: node for node in root.walk()}
    program = str(ds.get("Manufacturer") or "unknown vendor")
    gathered: dict[str, Finding] = {}
    used: dict[str, ExchangeImage] = {}
    for node, above in _findings(root):
        if node.code.value in NO_FINDING:
            continue
        finding = _finding(node, above, (places, known, file, program))
        name = str(finding.id)
        before = gathered.get(name)
        gathered[name] = _joined(before, finding) if before else finding
        for place in finding.geometries:
            used[place.sop_instance_uid] = known.image[place.sop_instance_uid]
    study = str(ds.get("StudyInstanceUID") or "")
    named = next((one.study_uid for one in used.values()), study)
    reader = name_of(ds.get("OperatorsName")) if program == "Fourview" else ""
    document = Document(named, tuple(gathered.values()))
    return ExchangeReading(reader, document), tuple(used.values())


_Where = tuple[Mapping[tuple[int, ...], Node], Exchange, Path, str]


def _findings(node: Node, above: tuple[Node, ...] = ()) -> Iterator[tuple[Node, tuple[Node, ...]]]:
    """Each Single Image Finding that is no part of another, with what it stands in."""
    if node.kind == "CODE" and node.name.value == _FINDING:
        yield node, above
        return
    for child in node.children:
        yield from _findings(child, (*above, node))


def _finding(node: Node, above: tuple[Node, ...], where: _Where) -> Finding:
    places, known, file, program = where
    entry = ".".join(map(str, node.place))
    feature = next((one for one in reversed(above) if one.name.value == _FEATURE), None)
    impression = next((one for one in reversed(above) if one.name.value == _IMPRESSION), None)
    kind = _kind(node, feature, file, entry)
    try:
        geometry = _geometry(node, places, known, file)
    except (TypeError, ValueError, KeyError) as error:
        raise bad(f"content item {entry}: {error}", file) from error
    status = _status(node)
    uid = node.text("112040") or (feature.text("112040") if feature else "")
    named = f"{node.ds.get('ObservationUID') or ''} {entry} {geometry}"
    chance = node.number("111047")
    return Finding(
        finding_id(uid) or uuid5(FOREIGN, uid or named),
        kind,
        (geometry,),
        _provenance(node, program),
        status,
        _descriptors(node, file, entry),
        assessment=_assessment(node, impression),
        malignancy=None if chance is None else min(1.0, max(0.0, chance / _PERCENT)),
        rejection=RejectionReason.OTHER if status is FindingStatus.REJECTED else None,
    )


def _kind(node: Node, feature: Node | None, file: Path, entry: str) -> FindingKind:
    stated = {kind.value: kind for kind in FindingKind}
    tracked = node.text("112039").partition(",")[0]
    named = stated.get(tracked) or stated.get(node.text("111058"))
    kind = named or (kind_by_code(feature.code) if feature else None) or kind_by_code(node.code)
    if kind is None:
        code = node.code
        raise bad(
            f"content item {entry}: the finding {code.meaning or 'without a meaning'!r} "
            f"({code.value}, {code.scheme}) is not known here",
            file,
            "Nothing was taken in; tell who looks after Fourview of this code",
        )
    return kind


def _geometry(
    node: Node, places: Mapping[tuple[int, ...], Node], known: Exchange, file: Path
) -> Geometry:
    shapes = [one for one in node.children if one.kind == "SCOORD"]
    middles = [one for one in shapes if one.name.value == _CENTER]
    around = [one for one in shapes if one.name.value in _OUTLINES]
    if not middles and not around:
        raise ValueError("the finding has neither a center nor an outline")
    chosen = (around or middles)[0]
    uid, frames = _image_of(chosen, places)
    image = image_by_uid(known, uid, file)
    box, contour, point = None, None, None
    if around:
        shape = shape_of(_outline(chosen))
        box, contour = (shape, None) if isinstance(shape, Box) else (None, shape)
    else:
        x, y = pairs_of(chosen.ds.GraphicData)[0]
        point = ImagePoint(x - 0.5, y - 0.5)
    return Geometry(image.uid, frames[0], frames[-1], box, contour, None, point)


def _outline(node: Node) -> Pairs:
    pairs = pairs_of(node.ds.GraphicData)
    kind = str(node.ds.get("GraphicType") or "").upper()
    return ellipse(kind, pairs) if kind in ("CIRCLE", "ELLIPSE") else pairs


def _image_of(node: Node, places: Mapping[tuple[int, ...], Node]) -> tuple[str, tuple[int, ...]]:
    """The image that coordinates are on, stated there or by reference, and its frames from 0."""
    for child in node.children:
        one = child
        referenced = child.ds.get("ReferencedContentItemIdentifier")
        if referenced is not None:
            where = (referenced,) if isinstance(referenced, int) else tuple(map(int, referenced))
            target = places.get(where)
            if target is None:
                raise ValueError(f"it refers to content item {where}, which is not there")
            one = target
        found = one.ds.get("ReferencedSOPSequence")
        if found:
            frames = found[0].get("ReferencedFrameNumber") or 1
            numbers = [int(frames)] if isinstance(frames, int | str) else [int(n) for n in frames]
            return str(found[0].ReferencedSOPInstanceUID), tuple(n - 1 for n in sorted(numbers))
    raise ValueError("its coordinates name no image")


def _status(node: Node) -> FindingStatus:
    intent = node.child("111056")
    value = intent.code.value if intent else _OPTIONAL
    ours = node.text("111001") == READER
    if value == _NOT_SHOWN:
        return FindingStatus.REJECTED
    return FindingStatus.ACCEPTED if ours and value == _REQUIRED else FindingStatus.PROPOSED


def _provenance(node: Node, program: str) -> ReaderProvenance | ModelProvenance:
    name, version = node.text("111001"), node.text("111003")
    told = dict(
        str(one.ds.get("TextValue", "")).partition("=")[::2]
        for one in node.children
        if one.name.value == "111002"
    )
    if name == READER and "reader" in told:
        return ReaderProvenance(told["reader"])
    try:
        threshold = float(told.get("threshold", 0.0))
    except ValueError:
        threshold = 0.0
    package = name or f"imported {program}"
    stated = "" if version == "-" else version
    return ModelProvenance(package, stated, threshold, told.get("presentation", "not stated"))


def _descriptors(node: Node, file: Path, entry: str) -> Descriptors:
    terms: list[tuple[DescriptorAxis, str]] = []
    for child in node.children:
        axis = axis_by_code(child.name) if child.kind == "CODE" else None
        if axis is None:
            continue
        word = word_by_code(axis, child.code)
        if word is None:
            raise bad(
                f"content item {entry}: {axis.value} {child.code.meaning!r} "
                f"({child.code.value}, {child.code.scheme}) is not known here",
                file,
            )
        terms.append((axis, word))
    return Descriptors(terms=tuple(terms))


def _assessment(node: Node, impression: Node | None) -> Assessment | None:
    described = impression.text("111033") if impression else ""
    said = _LETTERS.search(node.text("112039")) or _LETTERS.search(described)
    if said:
        return Assessment(said[1].upper())
    found = impression.child("111005") if impression else None
    return assessment_by_code(found.code) if found else None


def _joined(before: Finding, after: Finding) -> Finding:
    return replace(before, geometries=(*before.geometries, *after.geometries))
