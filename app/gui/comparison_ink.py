"""Two readings over the images: each reader in a hue and a line of their own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from annotations.agreement.deciding import Choice
from app.gui.overlay_ink import Told, overlays_of
from app.presenters.double.comparing import Compared
from app.presenters.double.marks import ComparedMark
from app.presenters.following import Followed
from app.presenters.measuring import Measured
from domain.finding import Finding
from viewing.state.resolve import PaneView
from widgets.pane.overlays import Ink, Overlay

_INKS = {Choice.FIRST: Ink.READER, Choice.SECOND: Ink.SECOND_READER}


@dataclass(frozen=True, eq=False)
class ComparedMarks:
    """What the panes show of a comparison. hovered: index of a line that is pointed at, or -1.

    The first reader's lines are solid, the second's dashed, so that nobody needs the hue; beside
    each stand the reader's initials and the line's number. What was decided against is faint; what
    a decision that was made took over is green.
    """

    compared: Compared
    hovered: int = -1

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """As ``viewing.state.resolve`` takes them."""
        return tuple(one.finding for one in self.compared.marks)

    @cached_property
    def told(self) -> dict[UUID, Told]:
        """How each mark is drawn."""
        return {one.finding.id: self._told(one) for one in self.compared.marks}

    def _told(self, mark: ComparedMark) -> Told:
        second = mark.by is Choice.SECOND
        number = self.compared.readings.number_of(mark.line)
        chosen = self.compared.choices.get(mark.line)
        stands = chosen is mark.by and bool(self.compared.decided_by)
        return Told(
            Ink.ADJUDICATED if stands else _INKS[mark.by],
            f"{self.compared.seats[second].initials} {number}",
            dashed=second,
            low=second,
            faint=chosen not in (None, mark.by),
        )

    def overlays(
        self,
        view: PaneView,
        measured: Iterable[Measured],
        followed: Followed,
        *,
        filled: bool = False,
    ) -> tuple[Overlay, ...]:
        """Everything that is drawn over a pane's image."""
        return overlays_of(
            view, measured, followed, filled=filled, hovered=self.lit, told=self.told
        )

    @cached_property
    def lit(self) -> frozenset[UUID]:
        """Marks of the line that is selected or pointed at."""
        lines = {self.compared.selected, self.hovered}
        return frozenset(one.finding.id for one in self.compared.marks if one.line in lines)
