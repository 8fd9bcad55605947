"""Intents on where findings stand in the reading: accept, reject, restore."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from annotations.commands.command import Command
from annotations.document.document import Document
from annotations.errors import CommandError
from annotations.intents.revising import finding_of, is_own, partner_of, revised
from domain.finding import Finding, FindingStatus, RejectionReason


def accept(document: Document, finding_id: UUID, reader: str) -> Command:
    """Take a proposal, or a rejected finding, for a finding of the reading.

    Raises CommandError where the finding is not there or accepted already.
    """
    finding = finding_of(document, finding_id)
    if finding.status in (FindingStatus.ACCEPTED, FindingStatus.EDITED):
        raise CommandError("the finding is accepted already", remedy="Nothing is to be done")
    status = FindingStatus.ACCEPTED if finding.parent_id is None else FindingStatus.EDITED
    changed = replace(finding, status=status, rejection=None)
    return revised(document, (changed,), reader, f"accept {finding.kind.value}")


def reject(document: Document, finding_id: UUID, reason: RejectionReason, reader: str) -> Command:
    """Throw a finding out and say why; its counterpart is let go. Another reason may follow.

    Raises CommandError where the finding is not there.
    """
    finding = finding_of(document, finding_id)
    changed = [
        replace(finding, status=FindingStatus.REJECTED, rejection=reason, counterpart_id=None)
    ]
    partner = partner_of(document, finding)
    if partner is not None:
        changed.append(replace(partner, counterpart_id=None))
    title = f"reject {finding.kind.value} ({reason.value})"
    return revised(document, changed, reader, title)


def restore(document: Document, finding_id: UUID, reader: str) -> Command:
    """Bring a rejected finding back: a model's as a proposal, the reader's own as accepted.

    Raises CommandError where the finding is not there or not rejected.
    """
    finding = finding_of(document, finding_id)
    if finding.status is not FindingStatus.REJECTED:
        raise CommandError("the finding is not rejected", remedy="Nothing is to be done")
    changed = replace(finding, status=_status_before(finding, reader), rejection=None)
    return revised(document, (changed,), reader, f"restore {finding.kind.value}")


def _status_before(finding: Finding, reader: str) -> FindingStatus:
    if not is_own(finding, reader):
        return FindingStatus.PROPOSED
    return FindingStatus.ACCEPTED if finding.parent_id is None else FindingStatus.EDITED
