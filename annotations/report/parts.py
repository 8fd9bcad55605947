"""The report as parts, from which its text and its PDF are made."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import UUID

from annotations.document.document import Document
from annotations.document.opinion import BreastOpinion, Opinion
from annotations.report.differences import differences
from annotations.report.opinion_rules import side_of
from annotations.report.words import (
    SIDES,
    as_lesions,
    assessment_text,
    descriptor_words,
    location_text,
    pathology_text,
    patients_findings,
    title_of,
    undecided,
)
from domain.finding import Finding, Location, ModelProvenance
from domain.laterality import Laterality
from domain.lexicon import LEXICONS, DescriptorAxis
from domain.study import Study, View

NOT_A_DEVICE = "Research use only, not a medical device."


@dataclass(frozen=True)
class Known:
    """What images tell of findings, which a document does not hold.

    places: in the breast, by a finding's id. sizes: in words. views: by ``ImageRef.uid``, those
    of priors too; the study's own need not be given. priors: days of the exams compared with.
    written: when the report is made. read_by: model packages that have read the study, whether
    they found something or not. unseen: proposals that were not shown, as their score is too low.
    """

    places: Mapping[UUID, Location] = field(default_factory=dict)
    sizes: Mapping[UUID, str] = field(default_factory=dict)
    views: Mapping[str, View] = field(default_factory=dict)
    priors: Sequence[date] = ()
    written: datetime | None = None
    read_by: Sequence[str] = ()
    unseen: Collection[UUID] = ()


@dataclass(frozen=True)
class Line:
    """One line. name: what it is about, such as "Overall"; findings: ids that it tells of."""

    text: str
    name: str = ""
    findings: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class Section:
    """Some lines under a title."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Report:
    """A report. facts: study, dates, views. No part holds the patient's name or number."""

    title: str
    facts: tuple[Line, ...]
    sections: tuple[Section, ...]
    closing: tuple[str, ...]


def report_of(document: Document, study: Study, reader: str, known: Known | None = None) -> Report:
    """What the reader says of a study. What was not said is called not stated, never guessed."""
    known, opinion = known or Known(), document.opinion
    views = {**known.views, **{view.ref.uid: view for view in study.views}}
    sections = (
        Section("Clinical information", tuple(_clinical(opinion))),
        Section("Technique", tuple(_technique(opinion))),
        Section("Breast composition", (Line(_composition(opinion)),)),
        *_findings(document, study, views, known),
        Section("Assessment", tuple(_assessment(opinion))),
        Section("After the AI reading", tuple(_after(document, known))),
        Section("Comment", tuple(Line(text) for text in _lines(opinion.note))),
    )
    return Report(
        "Mammography report",
        tuple(_facts(study, known)),
        tuple(one for one in sections if one.lines),
        tuple(_closing(opinion, reader, known)),
    )


def _facts(study: Study, known: Known) -> Iterator[Line]:
    day = study.studied.isoformat() if study.studied else "date not stated"
    accession = f", accession {study.accession}" if study.accession else ""
    described = " ".join(_lines(study.description))
    yield Line(f"{day}{accession}{', ' if described else ''}{described}", "Study")
    names = ", ".join(dict.fromkeys(view.name for view in study.views)) or "none"
    days = ", ".join(day.isoformat() for day in sorted(known.priors, reverse=True))
    yield Line(f"{names}. {f'Compared with {days}' if days else 'No earlier exam'}.", "Views")


def _clinical(opinion: Opinion) -> Iterator[Line]:
    notes = opinion.clinical
    said = (
        ("Symptoms", notes.symptoms),
        ("Scars", notes.scars),
        ("Surgery", notes.surgery),
        ("Prior report", notes.prior_report),
    )
    for name, text in said:
        lines = _lines(text)
        if lines:
            yield Line(" ".join(lines), name)
    if not any(_lines(text) for _, text in said):
        yield Line("None stated.")


def _technique(opinion: Opinion) -> Iterator[Line]:
    for breast in (opinion.right, opinion.left):
        grade = f"positioning {breast.positioning.value}" if breast.positioning else ""
        said = ", ".join((*filter(None, [grade]), *(one.value for one in breast.problems)))
        if said:
            yield Line(f"{said}.", _name(breast))


def _composition(opinion: Opinion) -> str:
    if not opinion.composition:
        return "Not stated."
    try:
        lexicon = LEXICONS[opinion.edition]
        label = lexicon.term(DescriptorAxis.COMPOSITION, opinion.composition).label
    except ValueError:
        return f"{opinion.composition}."
    return f"{opinion.composition}: {label}."


def _findings(
    document: Document, study: Study, views: Mapping[str, View], known: Known
) -> Iterator[Section]:
    numbers = {one.id: number for number, one in enumerate(document.live, 1)}
    sides = {uid: view.laterality for uid, view in views.items() if view.laterality is not None}
    lesions = as_lesions(patients_findings(document))
    breasts: dict[Laterality | None, list[Line]] = {
        breast.laterality: [] for breast in (document.opinion.right, document.opinion.left)
    }
    for lesion in lesions:
        line = _lesion(lesion, numbers, views, known)
        breasts.setdefault(side_of(lesion[0], sides), []).append(line)
    seen = {view.laterality for view in study.views}
    for side, lines in breasts.items():
        of = f"{SIDES[side]} breast" if side in (Laterality.RIGHT, Laterality.LEFT) else "side open"
        nothing = Line("No findings marked." if side in seen else "Not imaged.")
        yield Section(f"Findings, {of}", tuple(lines) or (nothing,))
    waiting = sum(undecided(one) and one.id not in known.unseen for one in document.live)
    if waiting:
        text = f"{waiting} neither accepted nor rejected, and not part of this report."
        yield Section("Proposals of the AI", (Line(text),))


def _lesion(
    lesion: tuple[Finding, ...],
    numbers: Mapping[UUID, int],
    views: Mapping[str, View],
    known: Known,
) -> Line:
    first = lesion[0]
    own = (known.places.get(one.id) or one.location for one in lesion)
    place = next((one for one in own if one is not None), None)
    names = [views[uid].name for uid in _uids(lesion) if uid in views]
    sizes = dict.fromkeys(known.sizes.get(one.id, "") for one in lesion)
    said = (
        title_of(first),
        *descriptor_words(first.descriptors),
        " and ".join(filter(None, sizes)),
        location_text(place, side=False),
    )
    text = f"{', '.join(part for part in said if part)}. "
    text += f"{assessment_text(first.assessment).removeprefix('not stated') or 'Not assessed'}."
    if first.pathology is not None:
        text += f" Pathology: {pathology_text(first.pathology)}."
    notes = dict.fromkeys(" ".join(_lines(one.note)) for one in lesion)
    text += "".join(f" {note.rstrip('.')}." for note in notes if note)
    count = " and ".join(str(numbers[one.id]) for one in lesion)
    name = f"{count} ({', '.join(dict.fromkeys(names))})" if names else count
    return Line(text, name, tuple(one.id for one in lesion))


def _uids(lesion: tuple[Finding, ...]) -> Iterator[str]:
    for one in lesion:
        for mark in one.geometries:
            yield mark.sop_instance_uid


def _assessment(opinion: Opinion) -> Iterator[Line]:
    for breast in (opinion.right, opinion.left):
        yield Line(f"{assessment_text(breast.assessment)}.", _name(breast))
    yield Line(f"{assessment_text(opinion.overall)}.", "Overall")
    words = {True: "yes.", False: "no.", None: "not stated."}
    yield Line(words[opinion.recall], "Recall")


def _after(document: Document, known: Known) -> Iterator[Line]:
    """What the reader had said before the marks of a model were shown, and what changed since."""
    first = document.first_read
    if first is None:
        return
    marked = (
        f"{one.provenance.package_id} {one.provenance.version}"
        for one in document.findings
        if isinstance(one.provenance, ModelProvenance)
    )
    packages = ", ".join(dict.fromkeys((*known.read_by, *marked)))
    yield Line(f"{packages}." if packages else "Not done.", "AI reading")
    recorded = f"{first.recorded.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    yield Line(f"{assessment_text(first.opinion.overall)}, {recorded}.", "First opinion")
    changed = differences(document)
    yield from (Line(f"{one}.") for one in changed)
    if packages and not changed:
        yield Line("Nothing was changed.")


def _closing(opinion: Opinion, reader: str, known: Known) -> Iterator[str]:
    name = " ".join(reader.split())
    when = f", {known.written:%Y-%m-%d %H:%M}" if known.written else ""
    yield f"Read by {name or 'a reader who gave no name'}{when}."
    yield f"Terms and categories: BI-RADS, edition {opinion.edition.value}."
    yield NOT_A_DEVICE


def _name(breast: BreastOpinion) -> str:
    return f"{SIDES[breast.laterality].capitalize()} breast"


def _lines(text: str) -> list[str]:
    """The lines of a text that a reader typed, without what does not print."""
    stripped = (" ".join(line.split()) for line in text.splitlines())
    return ["".join(filter(str.isprintable, line)) for line in stripped if line]
