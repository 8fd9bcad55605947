"""Readings made in Fourview: document files anywhere in a folder, with the studies they are of.

What a reader drew, accepted or edited is a truth. What was rejected is none and is handed out
apart, as hard negatives. A model's mark that nobody judged is an ignored region. Of several
readings of a study the one saved last counts. All views of a study that was read are taken, stacks
aside. Patients are told apart by digests; no identifier leaves the files.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from annotations.document.document import Document
from annotations.errors import ReadingFileError
from annotations.keeping.reading_file import FORMAT, SavedReading, load_document
from annotations.shapes.arrays import array_of
from domain.finding import (
    Finding,
    FindingKind,
    FindingStatus,
    Geometry,
    PathologyOutcome,
)
from domain.geometry import ImageSize
from domain.mask import RleMask
from domain.study import Patient, Study, View
from imaging.scanning.scan import scan
from training.data.sample import SampleInfo, TrueFinding
from training.data.sets.images import filled_outline
from training.data.sets.listing import Entry, Layout, Listing, Notes
from training.data.sets.words import composition_of

_HEAD = 4096
_JOURNAL = ".journal"


def _fits(folder: Path) -> bool:
    return next(_documents(folder), None) is not None


def _documents(folder: Path) -> Iterator[Path]:
    for place, inside, names in os.walk(folder):
        inside.sort()
        for name in sorted(names):
            path = Path(place) / name
            if path.suffix == ".json" and _says_reading(path):
                yield path


def _says_reading(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            return f'"{FORMAT}"'.encode() in stream.read(_HEAD)
    except OSError:
        return False


def _read(folder: Path) -> Listing:
    notes = Notes(folder)
    readings = _newest(folder, notes)
    entries: list[Entry] = []
    met: set[str] = set()
    for study in scan(folder).studies:
        reading = readings.get(study.uid)
        if reading is None:
            notes.odd("study that nobody read", notes.below(Path(study.views[0].ref.path)))
            continue
        met.add(study.uid)
        entries += _entries(study, reading.document, notes)
    for uid in sorted(set(readings) - met):
        notes.odd("reading without its study", hashlib.sha256(uid.encode()).hexdigest()[:24])
    return Listing(tuple(entries), tuple(notes.oddities))


def _newest(folder: Path, notes: Notes) -> Mapping[str, SavedReading]:
    found: dict[str, SavedReading] = {}
    for path in _documents(folder):
        try:
            reading = load_document(path)
        except (ReadingFileError, FileNotFoundError) as error:
            notes.odd("reading that can't be read", path, getattr(error, "what", ""))
            continue
        if path.with_suffix(_JOURNAL).exists():
            notes.odd("reading that was not closed", path, "its last changes are left out")
        before = found.get(reading.document.study_uid)
        if before is not None:
            notes.odd("several readings of a study", path, "the one saved last counts")
        if before is None or reading.saved > before.saved:
            found[reading.document.study_uid] = reading
    return found


def _entries(study: Study, document: Document, notes: Notes) -> Iterator[Entry]:
    known = {view.ref.uid for view in study.views}
    for finding in document.live:
        for geometry in finding.geometries:
            if geometry.sop_instance_uid not in known:
                notes.odd("finding on an image that is not there", str(finding.id), "left out")
    for view in study.views:
        if view.frames > 1 or not view.kind.fills_slots:
            continue
        place = notes.below(Path(view.ref.path))
        name = place if view.ref.member is None else f"{place}!{view.ref.member}"
        truths, rejected = _findings(view, document, notes, name)
        info = SampleInfo(
            name=name,
            patient=f"reading-{_digest(study.patient)}",
            laterality=view.laterality,
            position=view.position,
            composition=composition_of(document.opinion.composition),
            findings=truths,
        )
        yield Entry(info, view.ref, view.size, view.spacing, rejected)


def _digest(patient: Patient) -> str:
    return hashlib.blake2b(json.dumps(patient.key).encode(), digest_size=8).hexdigest()


def _findings(
    view: View, document: Document, notes: Notes, name: str
) -> tuple[tuple[TrueFinding, ...], tuple[TrueFinding, ...]]:
    truths: list[TrueFinding] = []
    rejected: list[TrueFinding] = []
    for finding in document.live:
        for geometry in finding.geometries:
            if geometry.sop_instance_uid != view.ref.uid:
                continue
            found = _finding(finding, geometry, view, notes, name)
            if found is not None:
                thrown = finding.status is FindingStatus.REJECTED
                (rejected if thrown else truths).append(found)
    return tuple(truths), tuple(rejected)


def _finding(
    finding: Finding, geometry: Geometry, view: View, notes: Notes, name: str
) -> TrueFinding | None:
    mask = _mask(geometry, view.size)
    box = geometry.box or (mask.box if mask is not None else None)
    if mask is not None and mask.size != view.size:
        notes.odd("mask of another size", name, "the finding is left out")
        return None
    if box is None:
        notes.odd("finding without an extent", name, "a point alone; left out")
        return None
    cut = notes.inside(box, view.size, name)
    if cut is None:
        return None
    open_question = finding.status is FindingStatus.PROPOSED
    return TrueFinding(
        FindingKind.IGNORED_REGION if open_question else finding.kind,
        cut,
        mask,
        malignant=_malignant(finding),
        assessment=finding.assessment,
        descriptors=finding.descriptors,
    )


def _mask(geometry: Geometry, size: ImageSize) -> RleMask | None:
    if geometry.mask is not None:
        return geometry.mask
    if geometry.contour is None:
        return None
    try:
        mask = filled_outline(array_of(geometry.contour.points), size)
    except ValueError:
        return None
    return None if mask.empty else mask


def _malignant(finding: Finding) -> bool | None:
    if finding.pathology is None:
        return None
    return {
        PathologyOutcome.MALIGNANT: True,
        PathologyOutcome.BENIGN: False,
        PathologyOutcome.BENIGN_WITHOUT_CALLBACK: False,
    }.get(finding.pathology.outcome)


LAYOUT = Layout(
    key="readings",
    title="readings made in Fourview (their owner says under which terms)",
    hint="reading files (.json) and the studies that they are of",
    fits=_fits,
    read=_read,
)
