"""Findings of two readings as they are shown over the images."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import uuid4

from annotations.agreement.deciding import Choice, FindingPair, Readings
from domain.finding import Finding


@dataclass(frozen=True, eq=False)
class ComparedMark:
    """A finding over the images. line: index among the lines. by: whose; NEITHER: the arbiter's.

    finding: a copy with an id of its own, as both readers may have judged one model's mark.
    """

    line: int
    by: Choice
    finding: Finding


def marks_of(readings: Readings) -> tuple[ComparedMark, ...]:
    """All findings of both readings that are compared, in the order of the lines."""
    return tuple(
        ComparedMark(number, by, _copy(one))
        for number, line in enumerate(readings.lines)
        if isinstance(line, FindingPair)
        for by, one in ((Choice.FIRST, line.first), (Choice.SECOND, line.second))
        if one is not None
    )


def _copy(finding: Finding) -> Finding:
    return replace(finding, id=uuid4(), parent_id=None, counterpart_id=None)


def initials(names: tuple[str, str]) -> tuple[str, str]:
    """Two different short names, such as ``AW`` for Anna Weber, ``BE`` for berta."""
    first, second = (_short(name) for name in names)
    if first != second:
        return first, second
    return f"{first[:1]}1", f"{second[:1]}2"


def _short(name: str) -> str:
    words = [word for word in name.replace(".", " ").replace("_", " ").split() if word]
    letters = "".join(word[0] for word in words[:2]) if len(words) > 1 else "".join(words)[:2]
    return letters.upper() or "?"
