"""What becomes of two readings when a third reader decides between them, row by row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from enum import Enum
from functools import cached_property
from uuid import UUID, uuid4

from annotations.agreement.comparing import Comparison, recalls
from annotations.agreement.matching import stated
from annotations.agreement.overlap import Overlap
from annotations.document.document import Document
from annotations.document.opinion import ClinicalNotes, Opinion
from domain.finding import Finding
from domain.lexicon import Assessment

CONCERN = ("1", "2", "3", "6", "0", "4", "4A", "4B", "4C", "5")
"""Assessments in order of concern, as ``annotations.report.words.gravest`` takes them."""


class Choice(Enum):
    """Whose word stands; neither: a finding is left out."""

    FIRST = "first"
    SECOND = "second"
    NEITHER = "neither"


class Part(Enum):
    """What two opinions are compared in."""

    RECALL = "recall"
    STUDY = "study"
    RIGHT = "right breast"
    LEFT = "left breast"
    COMPOSITION = "composition"


@dataclass(frozen=True)
class FindingPair:
    """A line of the comparison: one finding by both readers, or by one of them alone."""

    first: Finding | None
    second: Finding | None
    overlap: Overlap | None = None

    @property
    def settled(self) -> bool:
        """Whether both mark it as one kind with one assessment."""
        one, other = self.first, self.second
        if one is None or other is None:
            return False
        return (one.kind, one.assessment) == (other.kind, other.assessment)

    @property
    def choices(self) -> tuple[Choice, ...]:
        """What can be decided of it."""
        there = [
            choice
            for choice, one in ((Choice.FIRST, self.first), (Choice.SECOND, self.second))
            if one is not None
        ]
        return (*there, Choice.NEITHER)

    def taken(self, choice: Choice) -> Finding | None:
        """The finding that stands."""
        return {Choice.FIRST: self.first, Choice.SECOND: self.second}.get(choice)


Line = FindingPair | Part
Choices = Mapping[int, Choice]
"""By the index of the line."""


@dataclass(frozen=True)
class Readings:
    """Two readings of one study and how they compare."""

    first: Document
    second: Document
    comparison: Comparison

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """All that can be decided: the opinions' parts, pairs (best overlap first), the rest."""
        matched = self.comparison.matched
        return (
            *Part,
            *(FindingPair(one.first, one.second, one.overlap) for one in matched.pairs),
            *(FindingPair(one, None) for one in matched.only_first),
            *(FindingPair(None, one) for one in matched.only_second),
        )

    def number_of(self, line: int) -> int:
        """What a finding's line is called, from 1; 0 for a part of the opinion."""
        return max(0, line + 1 - len(Part))

    def said(self, part: Part) -> tuple[object, object]:
        """What both say of a part of the opinion; ``None`` or empty for nothing."""
        return _said_in(self.first, part), _said_in(self.second, part)

    def settled(self) -> Choices:
        """What both readers agree in stands as the first one has it."""
        return {
            number: Choice.FIRST
            for number, line in enumerate(self.lines)
            if (_same(self.said(line)) if isinstance(line, Part) else line.settled)
        }

    def all_of(self, choice: Choice) -> Choices:
        """One reading as it is. choice: FIRST or SECOND."""
        return {
            number: choice if isinstance(line, Part) or line.taken(choice) else Choice.NEITHER
            for number, line in enumerate(self.lines)
        }

    def both(self) -> Choices:
        """Every finding of either reader once; of two words the one of more concern."""
        return {number: self._graver(line) for number, line in enumerate(self.lines)}

    def _graver(self, line: Line) -> Choice:
        if isinstance(line, FindingPair):
            if line.first is None or line.second is None:
                return line.choices[0]
            one, other = _concern(line.first.assessment), _concern(line.second.assessment)
        elif line is Part.COMPOSITION:
            one, other = (int(bool(said)) for said in self.said(line))
        else:
            one, other = (_concern(said) for said in self.said(line))
        return Choice.SECOND if other > one else Choice.FIRST


def decided(readings: Readings, choices: Choices) -> Document:
    """The reading that a third reader's choices make; there is one for each line.

    Where one reading stands in everything, exactly that document. Otherwise the chosen findings
    with what they were edited from, and of both readings what was rejected, left open or is a
    mere region. Raises KeyError for a line that nothing was chosen for.
    """
    chosen = {number: choices[number] for number in range(len(readings.lines))}
    for choice, whole in ((Choice.FIRST, readings.first), (Choice.SECOND, readings.second)):
        if chosen == readings.all_of(choice):
            return whole
    stamps = {one.uid: one for one in (*readings.second.stamps, *readings.first.stamps)}
    return Document(
        readings.first.study_uid,
        _findings(readings, chosen),
        _opinion(readings, chosen),
        tuple(stamps.values()),
    )


def chosen_in(readings: Readings, document: Document) -> Choices:
    """Whose word stands in each line of a decision that was made.

    A part of the opinion in which the decision follows neither reader is left out.
    """
    choices: dict[int, Choice] = {}
    for number, line in enumerate(readings.lines):
        if isinstance(line, FindingPair):
            choices[number] = _standing(line, document)
            continue
        said, stands = readings.said(line), _said_in(document, line)
        if stands in said:
            choices[number] = (Choice.FIRST, Choice.SECOND)[said.index(stands)]
    return choices


def _standing(line: FindingPair, document: Document) -> Choice:
    """By name and look; by look alone for one that got a name of its own."""
    there = stated(document)
    names = {one.id for one in there}
    looks = [_look(one) for one in there]
    marked = [
        (choice, one)
        for choice in (Choice.FIRST, Choice.SECOND)
        if (one := line.taken(choice)) is not None and _look(one) in looks
    ]
    named = [choice for choice, one in marked if one.id in names]
    return next(iter(named), marked[0][0] if marked else Choice.NEITHER)


def _look(finding: Finding) -> object:
    return finding.kind, finding.assessment, finding.geometries


def _said_in(document: Document, part: Part) -> object:
    return recalls(document) if part is Part.RECALL else _PARTS[part](document.opinion)


def _findings(readings: Readings, chosen: Choices) -> tuple[Finding, ...]:
    kept: dict[UUID, Finding] = {}
    for number, line in enumerate(readings.lines):
        choice = chosen[number]
        if isinstance(line, FindingPair) and (one := line.taken(choice)) is not None:
            document = readings.first if choice is Choice.FIRST else readings.second
            _keep(one, document, kept)
    for document in (readings.first, readings.second):
        said = {one.id for one in stated(document)}
        regions = [_region(one) for one in kept.values()]
        for one in document.live:
            if one.id not in said | kept.keys() and _region(one) not in regions:
                _keep(one, document, kept)
    there = kept.keys()
    return tuple(
        one if one.counterpart_id in (None, *there) else replace(one, counterpart_id=None)
        for one in kept.values()
    )


def _keep(finding: Finding, document: Document, kept: dict[UUID, Finding]) -> None:
    """With what it was edited from, that first. Both readers may have judged one model's mark."""
    replaced = {one.parent_id for one in kept.values()}
    chain = [finding]
    while (parent := document.by_id.get(chain[-1].parent_id or _NOBODY)) is not None:
        chain.append(parent)
    if any(one.id in kept and one.id not in replaced for one in chain[1:]):
        # What it was edited from stands as well, as the other reader's: it is not replaced.
        finding, chain = replace(finding, parent_id=None), chain[:1]
    for one in reversed(chain[1:]):
        kept.setdefault(one.id, one)
    if finding.id in kept:
        finding = replace(finding, id=uuid4(), counterpart_id=None)
    kept[finding.id] = finding


_NOBODY = UUID(int=0)


def _region(finding: Finding) -> object:
    """Two readers' regions of one kind on one image are one; other findings are themselves."""
    if not finding.kind.is_region:
        return finding.id
    return finding.kind, tuple(one.sop_instance_uid for one in finding.geometries)


def _opinion(readings: Readings, chosen: Choices) -> Opinion:
    def of(part: Part) -> Document:
        choice = chosen[readings.lines.index(part)]
        return readings.first if choice is Choice.FIRST else readings.second

    said = {part: of(part).opinion for part in Part}
    first, second = readings.first.opinion, readings.second.opinion
    unsaid = first.recall is None and second.recall is None
    notes = [one.note for one in (first, second) if one.note]
    return Opinion(
        edition=said[Part.COMPOSITION].edition,
        composition=said[Part.COMPOSITION].composition,
        right=said[Part.RIGHT].right,
        left=said[Part.LEFT].left,
        overall=said[Part.STUDY].overall,
        recall=None if unsaid else recalls(of(Part.RECALL)),
        clinical=_clinical(first.clinical, second.clinical),
        note="\n".join(dict.fromkeys(notes)),
    )


def _clinical(first: ClinicalNotes, second: ClinicalNotes) -> ClinicalNotes:
    names = [field.name for field in fields(ClinicalNotes)]
    told = {
        name: [said for one in (first, second) if (said := str(getattr(one, name)))]
        for name in names
    }
    return ClinicalNotes(**{name: "\n".join(dict.fromkeys(said)) for name, said in told.items()})


_PARTS: Mapping[Part, Callable[[Opinion], object]] = {
    Part.STUDY: lambda said: said.overall,
    Part.RIGHT: lambda said: said.right.assessment,
    Part.LEFT: lambda said: said.left.assessment,
    Part.COMPOSITION: lambda said: said.composition,
}


def _same(said: tuple[object, object]) -> bool:
    return said[0] == said[1]


def _concern(said: object) -> int:
    if isinstance(said, Assessment):
        return CONCERN.index(said.value)
    return int(bool(said)) if isinstance(said, bool) else -1
