"""What the panel of a comparison shows, as frozen data."""

from __future__ import annotations

from dataclasses import dataclass

from annotations.agreement.deciding import Choice


@dataclass(frozen=True)
class ReaderHead:
    """One of the two readers. detail: time or state of the reading. tip: all of it."""

    initials: str
    name: str
    detail: str
    tip: str = ""


@dataclass(frozen=True)
class Cell:
    """What one reader says in a line. there: False where the reader did not mark the finding."""

    text: str
    detail: str = ""
    there: bool = True


@dataclass(frozen=True)
class ComparedLine:
    """One line. title: such as "Recall", or a finding's number. figures: how far marks overlap.

    differs: the readers do not agree in it. choice: ``None`` while it is open.
    waits: for an arbiter's choice.
    """

    title: str
    first: Cell
    second: Cell
    figures: str = ""
    differs: bool = False
    choice: Choice | None = None
    is_finding: bool = False
    waits: bool = False

    @property
    def said(self) -> str:
        """All of it in words."""
        cells = (
            " ".join(part for part in (one.text, one.detail) if part)
            for one in (self.first, self.second)
        )
        return ": ".join((self.title, " | ".join(cells))) + (
            f" ({self.figures})" if self.figures else ""
        )


@dataclass(frozen=True)
class ComparisonState:
    """discordances: why a third reader must decide, in words; none if needless.

    obstacle: why who looks can't decide; empty where that is possible. arbitrates: who looks has
    it in hand to decide. selected: index of a line, -1 for none. submitted: all whose readings are
    in; where they are more than two, any two of them can be compared.
    """

    readers: tuple[ReaderHead, ReaderHead]
    lines: tuple[ComparedLine, ...]
    discordances: tuple[str, ...] = ()
    obstacle: str = ""
    arbitrates: bool = False
    decided_by: str = ""
    selected: int = -1
    busy: bool = False
    submitted: tuple[str, ...] = ()

    @property
    def open_lines(self) -> int:
        """How many lines wait for a decision."""
        return sum(one.choice is None for one in self.lines)
