"""Carries commands out: document and command in, next document and the way back out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from annotations.commands.command import (
    AddFindings,
    AddProposals,
    ChangeKind,
    Command,
    PaintMask,
    RemoveFindings,
    ReplaceFindings,
    RestoreRows,
    RestoreStamps,
    SetFirstRead,
    SetOpinion,
    StampImages,
    Together,
)
from annotations.commands.completing import completions
from annotations.document.document import Document
from annotations.errors import CommandError
from annotations.shapes.strokes import painted, restored
from domain.finding import Finding, Geometry
from domain.geometry import ImageSize
from domain.mask import RleMask

_LOST = "Go on from what is shown; the document stays as it was"


@dataclass(frozen=True)
class Applied:
    """What came of a command. inverse: the command that takes it back exactly."""

    document: Document
    inverse: Command
    ids: frozenset[UUID]
    kinds: frozenset[ChangeKind]


def apply(document: Document, command: Command) -> Applied:
    """Carry a command out.

    Raises CommandError where it does not fit the document, which stays as it is.
    """
    carry_out: Callable[[Document, Any], Applied] = _CARRY_OUT[type(command)]
    try:
        return carry_out(document, command)
    except ValueError as error:  # rows outside the image, places that don't match the findings
        raise CommandError(f"the change does not fit: {error}", remedy=_LOST) from error


def _add(document: Document, command: AddFindings) -> Applied:
    ids = tuple(finding.id for finding in command.findings)
    if len(set(ids)) < len(ids) or any(one in document.by_id for one in ids):
        raise CommandError("a finding of this id is there already", remedy=_LOST)
    end = len(document.findings)
    places = command.places or tuple(range(end, end + len(ids)))
    if any(not 0 <= place < end + len(ids) for place in places):
        raise CommandError("there is no such place among the findings", remedy=_LOST)
    findings = list(document.findings)
    for place, finding in zip(places, command.findings, strict=True):
        findings.insert(place, finding)
    changed = replace(document, findings=tuple(findings))
    return _findings(changed, RemoveFindings(ids, command.title), ids)


def _remove(document: Document, command: RemoveFindings) -> Applied:
    _all_there(document, command.ids)
    places = sorted(document.place_of(one) for one in set(command.ids))
    gone = tuple(document.findings[place] for place in places)
    away = set(command.ids)
    left = tuple(finding for finding in document.findings if finding.id not in away)
    inverse = AddFindings(gone, tuple(places), command.title)
    return _findings(replace(document, findings=left), inverse, command.ids)


def _replace(document: Document, command: ReplaceFindings) -> Applied:
    ids = tuple(finding.id for finding in command.findings)
    _all_there(document, ids)
    inverse = ReplaceFindings(tuple(document.by_id[one] for one in ids), command.title)
    return _findings(_with(document, command.findings), inverse, ids)


def _paint(document: Document, command: PaintMask) -> Applied:
    finding, geometry = _marked(document, command.finding, command.geometry)
    before = geometry.mask
    mask = before if before is not None else RleMask(command.patch.size)
    _same_size(mask.size, command.patch.size)
    after = painted(mask, command.patch, erase=command.erase)
    inverse: Command = ReplaceFindings((finding,), command.title)
    if before is not None:
        patch = command.patch
        rows = tuple(mask.row(patch.top + index) for index in range(len(patch.rows)))
        inverse = RestoreRows(finding.id, command.geometry, patch.top, rows, command.title)
    changed = _with(document, (_masked(finding, command.geometry, after),))
    return _findings(changed, inverse, (finding.id,))


def _restore(document: Document, command: RestoreRows) -> Applied:
    finding, geometry = _marked(document, command.finding, command.geometry)
    if geometry.mask is None:
        raise CommandError("the finding has no mask to paint on", remedy=_LOST)
    now = tuple(geometry.mask.row(command.top + index) for index in range(len(command.rows)))
    after = restored(geometry.mask, command.top, command.rows)
    inverse = replace(command, rows=now)
    changed = _with(document, (_masked(finding, command.geometry, after),))
    return _findings(changed, inverse, (finding.id,))


def _say(document: Document, command: SetOpinion) -> Applied:
    changed = replace(document, opinion=command.opinion)
    inverse = SetOpinion(document.opinion, command.title)
    return Applied(changed, inverse, frozenset(), frozenset({ChangeKind.OPINION}))


def _stamp(document: Document, command: StampImages | RestoreStamps) -> Applied:
    stamps = command.stamps
    if isinstance(command, StampImages):
        fresh = {stamp.uid: stamp for stamp in command.stamps}
        kept = tuple(fresh.pop(stamp.uid, stamp) for stamp in document.stamps)
        stamps = (*kept, *fresh.values())
    inverse = RestoreStamps(document.stamps, command.title)
    changed = replace(document, stamps=stamps)
    return Applied(changed, inverse, frozenset(), frozenset({ChangeKind.STAMPS}))


def _propose(document: Document, command: AddProposals) -> Applied:
    fresh = tuple(one for one in command.findings if one.id not in document.by_id)
    more = completions(document, command.findings)
    adding = AddFindings(fresh, title=command.title)
    if not more:
        return _add(document, adding)
    return _together(document, Together((ReplaceFindings(more), adding), command.title))


def _record(document: Document, command: SetFirstRead) -> Applied:
    changed = replace(document, first_read=command.first_read)
    inverse = SetFirstRead(document.first_read, command.title)
    return Applied(changed, inverse, frozenset(), frozenset({ChangeKind.FIRST_READ}))


def _together(document: Document, command: Together) -> Applied:
    inverses: list[Command] = []
    ids: frozenset[UUID] = frozenset()
    kinds: frozenset[ChangeKind] = frozenset()
    for one in command.commands:
        step = apply(document, one)
        document = step.document
        inverses.append(step.inverse)
        ids, kinds = ids | step.ids, kinds | step.kinds
    return Applied(document, Together(tuple(reversed(inverses)), command.title), ids, kinds)


def _findings(document: Document, inverse: Command, ids: tuple[UUID, ...]) -> Applied:
    return Applied(document, inverse, frozenset(ids), frozenset({ChangeKind.FINDINGS}))


def _with(document: Document, findings: tuple[Finding, ...]) -> Document:
    kept = list(document.findings)
    for finding in findings:
        kept[document.place_of(finding.id)] = finding
    return replace(document, findings=tuple(kept))


def _marked(document: Document, finding_id: UUID, index: int) -> tuple[Finding, Geometry]:
    _all_there(document, (finding_id,))
    finding = document.by_id[finding_id]
    if not 0 <= index < len(finding.geometries):
        raise CommandError("the finding has no mark of that number", remedy=_LOST)
    return finding, finding.geometries[index]


def _masked(finding: Finding, index: int, mask: RleMask) -> Finding:
    marks = list(finding.geometries)
    marks[index] = replace(marks[index], mask=mask)
    return replace(finding, geometries=tuple(marks))


def _all_there(document: Document, ids: tuple[UUID, ...]) -> None:
    if any(one not in document.by_id for one in ids):
        raise CommandError("the finding is no longer there", remedy=_LOST)


def _same_size(mask: ImageSize, patch: ImageSize) -> None:
    if mask != patch:
        raise CommandError(
            f"the mask is of an image of {mask.columns}x{mask.rows} pixels, the stroke of one of "
            f"{patch.columns}x{patch.rows}",
            remedy="Remove the mask and draw it anew on this image",
        )


_CARRY_OUT: dict[type[Command], Callable[[Document, Any], Applied]] = {
    AddFindings: _add,
    RemoveFindings: _remove,
    ReplaceFindings: _replace,
    PaintMask: _paint,
    RestoreRows: _restore,
    SetOpinion: _say,
    StampImages: _stamp,
    RestoreStamps: _stamp,
    AddProposals: _propose,
    SetFirstRead: _record,
    Together: _together,
}
