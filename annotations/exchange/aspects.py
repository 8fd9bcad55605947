"""Which parts of what is said are there, so that a format can tell what it leaves behind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from annotations.document.opinion import NO_OPINION
from annotations.exchange.format import Aspect, Loss
from annotations.exchange.neutral import Exchange, ExchangeReading
from domain.finding import Descriptors, Finding, FindingStatus, Geometry

Carries = frozenset[Aspect]
Selects = Callable[[ExchangeReading, Finding], bool]

EVERY: Carries = frozenset(Aspect)
_SHAPES = (Aspect.BOX, Aspect.CONTOUR, Aspect.MASK, Aspect.POINT)


def everything(_reading: ExchangeReading, _finding: Finding) -> bool:
    """Take all findings."""
    return True


def live(reading: ExchangeReading, finding: Finding) -> bool:
    """Take what no later finding replaces."""
    return finding.id not in _replaced(reading)


def standing(reading: ExchangeReading, finding: Finding) -> bool:
    """Take what is neither replaced nor rejected: what training sets hold."""
    return finding.status is not FindingStatus.REJECTED and live(reading, finding)


def losses(exchange: Exchange, carries: Carries, selects: Selects = everything) -> tuple[Loss, ...]:
    """What is there and not carried, most first. selects: which findings are written at all."""
    lost: Counter[Aspect] = Counter()
    for reading in exchange.readings:
        lost.update(_of_reading(reading))
        chosen = [one for one in reading.document.findings if selects(reading, one)]
        if not chosen:
            lost[Aspect.SILENT] += 1
        gone = _replaced(reading)
        for finding in reading.document.findings:
            if selects(reading, finding):
                lost.update(_of_finding(finding))
            else:
                lost[Aspect.REPLACED if finding.id in gone else Aspect.REJECTED] += 1
    return told((aspect, count) for aspect, count in lost.items() if aspect not in carries)


def told(counted: Iterable[tuple[Aspect, int]]) -> tuple[Loss, ...]:
    """Counts as losses, most first."""
    found = [Loss(aspect, count) for aspect, count in counted if count]
    return tuple(sorted(found, key=lambda one: (-one.count, one.aspect.name)))


def shapes_of(geometry: Geometry) -> tuple[Aspect, ...]:
    """Which shapes a geometry has, in a settled order."""
    there = (geometry.box, geometry.contour, geometry.mask, geometry.point)
    return tuple(one for one, shape in zip(_SHAPES, there, strict=True) if shape is not None)


def _replaced(reading: ExchangeReading) -> frozenset[object]:
    document = reading.document
    return frozenset(document.by_id.keys() - {one.id for one in document.live})


def _of_reading(reading: ExchangeReading) -> Iterator[Aspect]:
    document = reading.document
    if reading.reader:
        yield Aspect.READER
    if document.opinion != NO_OPINION:
        yield Aspect.OPINION
    if document.first_read is not None:
        yield Aspect.FIRST_READ
    if document.stamps:
        yield Aspect.STAMPS


def _of_finding(finding: Finding) -> Iterator[Aspect]:
    said: tuple[tuple[Aspect, bool], ...] = (
        (Aspect.ID, True),
        (Aspect.PROVENANCE, True),
        (Aspect.STATUS, finding.status is not FindingStatus.PROPOSED),
        (Aspect.DESCRIPTORS, finding.descriptors != Descriptors()),
        (Aspect.LOCATION, finding.location is not None),
        (Aspect.ASSESSMENT, finding.assessment is not None),
        (Aspect.MALIGNANCY, finding.malignancy is not None),
        (Aspect.PATHOLOGY, finding.pathology is not None),
        (Aspect.REJECTION, finding.rejection is not None),
        (Aspect.PARENT, finding.parent_id is not None),
        (Aspect.COUNTERPART, finding.counterpart_id is not None),
        (Aspect.NOTE, bool(finding.note)),
        (Aspect.SEVERAL, len(finding.geometries) > 1),
    )
    yield from (aspect for aspect, there in said if there)
    for geometry in finding.geometries:
        there = shapes_of(geometry)
        yield from there
        if len(there) > 1:
            yield Aspect.SHAPES
        if geometry.last_frame:
            yield Aspect.SLICES
