"""Which of a model's marks are shown: the operating point, and kinds switched off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING
from uuid import UUID

from domain.finding import Finding, FindingStatus, ModelProvenance

if TYPE_CHECKING:
    from inference.packages.manifest import OperatingPoint


class Layer(Enum):
    """What of a model's marks can be switched off on its own."""

    BOXES = "boxes"
    CONTOURS = "contours"
    MASKS = "masks"
    SCORES = "scores"


@dataclass(frozen=True)
class Strictness:
    """threshold: score from which a mark is shown, 0 to 1, on the scale of the leading package.

    usual: that package's own threshold. Where several packages read, each one's threshold moves by
    the same share as the leading one's (``moved``). hidden: layers switched off.
    """

    threshold: float = 0.5
    hidden: frozenset[Layer] = frozenset()
    usual: float = 0.5

    def shows(self, finding: Finding, scores: Mapping[UUID, float]) -> bool:
        """Whether a finding is shown: a reader's always, a proposal from the threshold on.

        What the reader has judged stays, whatever the threshold. scores: of proposals, 0 to 1; one
        without a score, such as of a package that is gone, is shown.
        """
        proposed = finding.status is FindingStatus.PROPOSED
        if not proposed or not isinstance(finding.provenance, ModelProvenance):
            return True
        return scores.get(finding.id, 1.0) >= self.moved(finding.provenance.threshold)

    def moved(self, own: float) -> float:
        """A package's threshold, moved as far as the leading one's from its usual place.

        own: where the package has it by itself. The two ends stay: at 0 all marks of all packages
        are shown, at 1 only those that are quite sure.
        """
        if self.threshold == self.usual:
            return own
        if self.threshold < self.usual:
            return own * self.threshold / self.usual
        return own + (1 - own) * (self.threshold - self.usual) / (1 - self.usual)

    def toggled(self, layer: Layer) -> Strictness:
        """With a layer switched."""
        return replace(self, hidden=self.hidden ^ {layer})


def nearest_point(points: Sequence[OperatingPoint], threshold: float) -> OperatingPoint | None:
    """The measured point whose threshold lies nearest below, else the least strict one.

    What it promises holds at least at this threshold; ``None`` where nothing was measured.
    """
    ordered = sorted(points, key=lambda one: one.threshold)
    below = [one for one in ordered if one.threshold <= threshold]
    return below[-1] if below else next(iter(ordered), None)
