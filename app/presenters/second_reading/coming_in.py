"""What of an AI reading goes into a reader's document, and the opinion that comes before it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from annotations.commands.completing import completions
from annotations.document.document import Document
from annotations.document.first_read import FirstRead
from annotations.report.words import proposed_overall
from domain.finding import Finding


def first_read_of(document: Document) -> FirstRead | None:
    """The reader's opinion now; ``None`` while it has no overall assessment."""
    overall = document.opinion.overall or proposed_overall(document)
    if overall is None:
        return None
    opinion = replace(document.opinion, overall=overall)
    return FirstRead(opinion, document.live, datetime.now(UTC))


def fresh_marks(
    document: Document,
    found: Sequence[Finding],
    shows: Callable[[Finding], bool],
    scores: Mapping[UUID, float],
) -> tuple[Finding, ...]:
    """Marks that are shown and not in the document yet, with their counterparts; and, of those
    that are, what they lacked before a package outlined or judged them.

    The strongest come first: the numbers on the screen begin with them.
    """
    there = document.by_id
    shown = [one for one in found if shows(one)]
    wanted = {one.id for one in shown} | {one.counterpart_id for one in shown}
    fresh = [one for one in found if one.id in wanted and one.id not in there]
    fresh += completions(document, found)
    return tuple(sorted(fresh, key=lambda one: -scores.get(one.id, 0.0)))
