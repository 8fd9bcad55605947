"""What all intents have in common: whose finding it is, and how a changed one replaces it.

A reader's own finding is replaced. Another's, a model's above all, is never overwritten: accepted
or edited it gets a child of the reader's, and its link moves along. Otherwise where a finding
stands in the reading (status, reason, counterpart) is the reading's and changes in place.

What a model says of a finding (words, assessment) is offered, never taken over unasked: intents
see a model's finding ``unsaid``, and ``annotations.intents.offering`` takes the values over.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID, uuid4

from annotations.commands.command import AddFindings, Command, ReplaceFindings, Together
from annotations.document.document import Document
from annotations.errors import CommandError
from domain.finding import (
    Descriptors,
    Finding,
    FindingKind,
    FindingStatus,
    Geometry,
    ModelProvenance,
    ReaderProvenance,
)

_GO_ON = "Go on from what is shown; the document stays as it was"


def new_finding(
    kind: FindingKind,
    geometry: Geometry,
    reader: str,
    *,
    status: FindingStatus = FindingStatus.ACCEPTED,
) -> Finding:
    """What a reader has just drawn, with an id of its own and nothing said about it."""
    return Finding(uuid4(), kind, (geometry,), ReaderProvenance(reader), status)


def finding_of(document: Document, finding_id: UUID) -> Finding:
    """A finding that is there and not replaced by a later one, ``unsaid``. Raises CommandError."""
    finding = document.by_id.get(finding_id)
    if finding is None:
        raise CommandError("the finding is no longer there", remedy=_GO_ON)
    if any(other.parent_id == finding_id for other in document.findings):
        raise CommandError(
            "the finding was replaced by a later one", remedy="Change the later one instead"
        )
    return unsaid(finding)


def unsaid(finding: Finding) -> Finding:
    """A model's finding without its words and assessment, any other as it is."""
    if not isinstance(finding.provenance, ModelProvenance):
        return finding
    return replace(finding, descriptors=Descriptors(finding.descriptors.edition), assessment=None)


def is_own(finding: Finding, reader: str) -> bool:
    """Whether the reader drew it, so that a change replaces it and makes no child."""
    return finding.provenance == ReaderProvenance(reader)


def partner_of(document: Document, finding: Finding) -> Finding | None:
    """The finding that this one is linked to, if it is still there, ``unsaid``."""
    partner = document.by_id.get(finding.counterpart_id) if finding.counterpart_id else None
    return None if partner is None else unsaid(partner)


def alone(document: Document, finding_id: UUID) -> Finding:
    """A finding as it is, a model's with all that it says, linked to nothing."""
    return replace(document.by_id[finding_id], counterpart_id=None)


def pair_of(document: Document, finding_id: UUID) -> tuple[Finding, ...]:
    """A finding and, where it is linked, its counterpart after it. Raises CommandError."""
    finding = finding_of(document, finding_id)
    partner = partner_of(document, finding)
    return (finding,) if partner is None else (finding, partner)


def revised(document: Document, changed: Iterable[Finding], reader: str, title: str) -> Command:
    """One command that puts changed findings in the place of those with their ids.

    The reader's own are replaced, as are others' that were rejected, restored or linked. Of the
    rest a child is made: new id, the reader's, status accepted or edited; links to it are moved
    along.
    """
    wanted = {finding.id: finding for finding in changed}
    heirs = {
        one: uuid4()
        for one, finding in wanted.items()
        if not is_own(finding, reader)
        and (_is_accepted(finding) or _says_otherwise(document.by_id[one], finding))
    }
    replaced: dict[UUID, Finding] = {}
    added: list[Finding] = []
    for one, finding in wanted.items():
        linked = replace(finding, counterpart_id=_heir(finding.counterpart_id, heirs))
        if one not in heirs:
            replaced[one] = _said_again(document, linked, reader)
            continue
        edited = _says_otherwise(document.by_id[one], finding)
        added.append(_child(linked, heirs[one], reader, edited=edited))
        if document.by_id[one].counterpart_id is not None:
            replaced[one] = alone(document, one)
        partner = partner_of(document, finding)
        if partner is not None and partner.id not in wanted:
            moved = replace(partner, counterpart_id=heirs[one])
            replaced[partner.id] = _said_again(document, moved, reader)
    return _as_one(document, tuple(replaced.values()), tuple(added), title)


def added_ids(command: Command) -> tuple[UUID, ...]:
    """Ids of findings that a command adds, in order: what to select after it."""
    if isinstance(command, AddFindings):
        return tuple(finding.id for finding in command.findings)
    if isinstance(command, Together):
        return tuple(one for part in command.commands for one in added_ids(part))
    return ()


def heir_of(command: Command, finding_id: UUID) -> UUID:
    """The finding to go on with after a command: its child where it got one, else itself."""
    for part in command.commands if isinstance(command, Together) else (command,):
        if isinstance(part, AddFindings):
            for finding in part.findings:
                if finding.parent_id == finding_id:
                    return finding.id
    return finding_id


def _heir(one: UUID | None, heirs: dict[UUID, UUID]) -> UUID | None:
    return None if one is None else heirs.get(one, one)


def _said_again(document: Document, finding: Finding, reader: str) -> Finding:
    """Another's that changes in place says what it said: an ``unsaid`` one was worked on."""
    before = document.by_id[finding.id]
    if is_own(finding, reader):
        return finding
    return replace(finding, descriptors=before.descriptors, assessment=before.assessment)


def _says_otherwise(before: Finding, after: Finding) -> bool:
    standing = replace(
        after,
        status=before.status,
        rejection=before.rejection,
        counterpart_id=before.counterpart_id,
    )
    return standing != unsaid(before)


def _is_accepted(finding: Finding) -> bool:
    return finding.status is FindingStatus.ACCEPTED


def _child(finding: Finding, heir: UUID, reader: str, *, edited: bool) -> Finding:
    """What a reader made of another's; a model's probability is not that of an edited one."""
    return replace(
        finding,
        id=heir,
        parent_id=finding.id,
        provenance=ReaderProvenance(reader),
        status=FindingStatus.EDITED if edited else FindingStatus.ACCEPTED,
        rejection=None,
        malignancy=None if edited else finding.malignancy,
    )


def _as_one(
    document: Document, replaced: tuple[Finding, ...], added: tuple[Finding, ...], title: str
) -> Command:
    """Children lie right behind their parents, so that they are listed and numbered as those."""
    if not added:
        return ReplaceFindings(replaced, title)
    homes = [(_place_behind(document, one.parent_id), one) for one in added]
    ordered = sorted(homes, key=lambda home: home[0])
    places = tuple(place + before for before, (place, _) in enumerate(ordered))
    adding = AddFindings(tuple(one for _, one in ordered), places, title)
    if not replaced:
        return adding
    return Together((ReplaceFindings(replaced, title), adding), title)


def _place_behind(document: Document, parent_id: UUID | None) -> int:
    return len(document.findings) if parent_id is None else document.place_of(parent_id) + 1
