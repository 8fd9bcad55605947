"""What became of findings since the newest prior: the same view, compared from the nipple."""

from __future__ import annotations

import math
from collections.abc import Sequence

from domain.geometry import Box
from inference.pipeline.results import Change, ChangeKind, Likeness, Proposal, ViewResult

_NEAR_MM, _SHARE = 10.0, 0.1
"""How far a place may have moved between exams: a constant, and a share of its distance from the
nipple. On phantoms 95 % of places move less (docs/linking.md, mirrored cursor)."""

GROWN = 1.25
"""Ratio of the box's sides from which a finding counts as larger; boxes of networks are rough."""


def changes(current: ViewResult, prior: ViewResult) -> tuple[Change, ...]:
    """Each finding of a view from its threshold on against the prior's image of the same view.

    Empty where a view was not read, and silent on a finding whose place can't be told: nothing
    then says that it is new. A prior's mark counts from half the threshold on, as what is a finding
    now was fainter then.
    """
    if not (current.status.is_read and prior.status.is_read) or prior.nipple is None:
        return ()
    shown = [one for one in current.proposals if one.reaches(1.0) and _placed(one.likeness)]
    older = [one for one in prior.proposals if one.reaches(0.5) and _placed(one.likeness)]
    before = _nearest(shown, older)
    return tuple(_change(one, before.get(at), prior) for at, one in enumerate(shown))


def _placed(mark: Likeness) -> bool:
    return mark.distance_mm is not None and bool(mark.size_mm)


def _nearest(shown: Sequence[Proposal], older: Sequence[Proposal]) -> dict[int, Proposal]:
    """The older mark of each one, nearest pairs first, each used once."""
    pairs = sorted(
        (gap, at, to)
        for at, one in enumerate(shown)
        for to, other in enumerate(older)
        if one.finding.kind is other.finding.kind
        and (gap := _gap(one.likeness, other.likeness)) is not None
    )
    found: dict[int, Proposal] = {}
    used: set[int] = set()
    for _, at, to in pairs:
        if at not in found and to not in used:
            found[at] = older[to]
            used.add(to)
    return found


def _gap(one: Likeness, other: Likeness) -> float | None:
    """Millimetres between two places; ``None`` where they are too far apart."""
    here, there = (one.behind_mm, one.down_mm), (other.behind_mm, other.down_mm)
    if here[0] is None or here[1] is None or there[0] is None or there[1] is None:
        return None
    gap = math.hypot(here[0] - there[0], here[1] - there[1])
    return gap if gap <= _NEAR_MM + _SHARE * math.hypot(here[0], here[1]) else None


def _change(one: Proposal, before: Proposal | None, prior: ViewResult) -> Change:
    now = one.likeness.size_mm
    then = before.likeness.size_mm if before else None
    if before is None or now is None or not then:
        return Change(one.finding.id, ChangeKind.NEW, prior.uid)
    ratio = now / then
    kind = ChangeKind.STABLE
    if ratio >= GROWN:
        kind = ChangeKind.GROWN
    elif ratio <= 1 / GROWN:
        kind = ChangeKind.SHRUNK
    return Change(one.finding.id, kind, prior.uid, _box(before), ratio)


def _box(one: Proposal) -> Box | None:
    return one.finding.geometries[0].box
