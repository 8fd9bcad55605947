"""Which of a model's marks are shown: the operating point, and kinds switched off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING
from uuid import UUID

from domain.finding import Finding, FindingStatus, ModelProvenance
from inference.pipeline.operating import Scale, moved_along, scale_of

if TYPE_CHECKING:
    from inference.packages.manifest import OperatingPoint
    from inference.packages.package import ModelPackage
    from inference.pipeline.reader import ReaderPackages


class Layer(Enum):
    """What of a model's marks can be switched off on its own."""

    BOXES = "boxes"
    CONTOURS = "contours"
    MASKS = "masks"
    SCORES = "scores"


@dataclass(frozen=True)
class Strictness:
    """threshold: score from which a mark is shown, 0 to 1, on the scale of the leading package.

    usual: that package's own threshold. Where several packages read, each one's threshold moves to
    as many times more or fewer false marks as the leading one's (``moved``). hidden: layers
    switched off. lead, scales: what was measured of the leading package and, by id, of all.
    """

    threshold: float = 0.5
    hidden: frozenset[Layer] = frozenset()
    usual: float = 0.5
    lead: str = ""
    scales: Mapping[str, Scale] = field(default_factory=dict)

    def of(self, reader: ReaderPackages) -> Strictness:
        """At these packages' usual thresholds."""
        usual = reader.threshold(reader.lead)
        scales = {one.manifest.id: scale_of(one, reader.threshold(one)) for one in reader.finders}
        lead = reader.lead.manifest.id
        return replace(self, threshold=usual, usual=usual, lead=lead, scales=scales)

    def shows(self, finding: Finding, scores: Mapping[UUID, float]) -> bool:
        """Whether a finding is shown: a reader's always, a proposal from the threshold on.

        What the reader has judged stays, whatever the threshold. scores: of proposals, 0 to 1; one
        without a score, such as of a package that is gone, is shown.
        """
        proposed = finding.status is FindingStatus.PROPOSED
        if not proposed or not isinstance(finding.provenance, ModelProvenance):
            return True
        made = finding.provenance
        return scores.get(finding.id, 1.0) >= self.moved(made.threshold, made.package_id)

    def moved(self, own: float, package_id: str = "") -> float:
        """A package's threshold, moved along with the leading one's.

        own: where the package has it by itself. Where nothing was measured it moves by the same
        share of its way. The two ends stay: at 0 all marks of all packages are shown, at 1 only
        those that are quite sure.
        """
        scale = self.scales.get(package_id)
        if scale is None or scale.usual != own:  # of another version, or another threshold
            scale = Scale(own)
        lead = self.scales.get(self.lead, Scale(self.usual))
        return moved_along(lead, scale, self.threshold)

    def moved_of(self, package: ModelPackage, reader: ReaderPackages) -> float:
        """A package's threshold now."""
        return self.moved(reader.threshold(package), package.manifest.id)

    def toggled(self, layer: Layer) -> Strictness:
        """With a layer switched."""
        return replace(self, hidden=self.hidden ^ {layer})


def nearest_point(points: Sequence[OperatingPoint], threshold: float) -> OperatingPoint | None:
    """The measured point whose threshold lies nearest below, else the least strict one.

    At a stricter threshold than the point's own no more is found and no more is marked wrongly
    than it says. ``None`` where nothing was measured.
    """
    ordered = sorted(points, key=lambda one: one.threshold)
    below = [one for one in ordered if one.threshold <= threshold]
    return below[-1] if below else next(iter(ordered), None)
