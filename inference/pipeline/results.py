"""What an analysis gives, as JSON can carry and keep it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypeVar
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from domain.errors import BadInputError
from domain.finding import Finding, ModelProvenance
from domain.geometry import Box, ImagePoint
from domain.laterality import Laterality
from domain.mask import RleMask
from inference.packages.manifest import Stage as PackageStage


class ViewStatus(Enum):
    """How far a view was read; values are the words shown to a reader."""

    READ = "read"
    FLAGGED = "read with doubts"
    REFUSED = "refused"
    FAILED = "failed"

    @property
    def is_read(self) -> bool:
        """Whether networks saw it to the end: only then no mark means that none was found."""
        return self in (ViewStatus.READ, ViewStatus.FLAGGED)


class Stage(Enum):
    """What is being done with a view; values are the words shown to a reader."""

    OPENING = "opening"
    DETECTING = "looking for findings"
    CALCIFYING = "looking for calcifications"
    OUTLINING = "drawing contours"
    JUDGING = "judging findings"
    COMPARING = "comparing"
    DONE = "done"


@dataclass(frozen=True)
class Progress:
    """view: uid, empty for the study as a whole. share: of the study's work, 0 to 1."""

    view: str
    stage: Stage
    share: float


@dataclass(frozen=True)
class Likeness:
    """What tells whether two marks are one thing; ``None`` where it can't be told.

    behind_mm, down_mm: from the nipple towards the chest wall, and away from the head (medially
    in a CC). size_mm: side of a square of the box's area. contrast: how much brighter inside than
    around, in standard deviations of the breast.
    """

    behind_mm: float | None
    down_mm: float | None
    size_mm: float | None
    contrast: float | None

    @property
    def distance_mm(self) -> float | None:
        """From the nipple in the image's plane."""
        if self.behind_mm is None or self.down_mm is None:
            return None
        return float((self.behind_mm**2 + self.down_mm**2) ** 0.5)


NO_LIKENESS = Likeness(None, None, None, None)


@dataclass(frozen=True)
class Proposal:
    """A model's finding with its detection score, 0 to 1; the score is no probability."""

    finding: Finding
    score: float
    likeness: Likeness = NO_LIKENESS

    def reaches(self, share: float = 1.0) -> bool:
        """Whether the score is at least a share of the threshold that the provenance states."""
        made = self.finding.provenance
        return isinstance(made, ModelProvenance) and self.score >= share * made.threshold

    @property
    def share(self) -> float:
        """The score over the threshold that the provenance states: 1 and more is shown."""
        made = self.finding.provenance
        threshold = made.threshold if isinstance(made, ModelProvenance) else 1.0
        return self.score / max(threshold, 1e-6)


@dataclass(frozen=True)
class ViewResult:
    """One view's marks, down to the lowest that a slider may ask for.

    proposals: those of the detecting packages by falling score, then those of the calcifying ones;
    their scores are not of one scale. A view is told of several times: boxes come first, then the
    same findings, under the same ids, with contours, masks and assessments; the later result
    replaces the earlier. uid, digest: of the ``ViewInput``. name: such as ``RMLO``. reasons: why it
    was refused, flagged or failed. nipple: stored-image position, ``None`` where not made out.
    done, awaited: stages of the reading that were carried out, and that are still to come. lost:
    stages that failed or could not be done on this view; the reasons say why. composition:
    probability of ``a`` to ``d``, empty where no package tells.
    """

    uid: str
    digest: str
    name: str
    status: ViewStatus
    reasons: tuple[str, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    nipple: ImagePoint | None = None
    done: tuple[PackageStage, ...] = ()
    awaited: tuple[PackageStage, ...] = ()
    lost: tuple[PackageStage, ...] = ()
    composition: dict[str, float] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether nothing more comes of this view."""
        return not self.awaited

    def to_json(self) -> dict[str, Any]:
        """Plain values for ``json.dumps``."""
        told: dict[str, Any] = _VIEW.dump_python(self, mode="json")
        return told

    @classmethod
    def from_json(cls, told: Any) -> ViewResult:
        """The result that ``to_json`` told of. Raises BadInputError for anything else."""
        return _checked(_VIEW, told, lambda view: _masks((view,)))


@dataclass(frozen=True)
class Counterpart:
    """Two findings of one breast's CC and MLO, and how probably they are one thing, 0 to 1."""

    one: UUID
    other: UUID
    probability: float


class ChangeKind(Enum):
    """What became of a finding since the prior; values are the words shown to a reader."""

    NEW = "new"
    GROWN = "larger"
    STABLE = "unchanged"
    SHRUNK = "smaller"


@dataclass(frozen=True)
class Change:
    """A finding against the prior. prior_uid: image it was compared with. prior_box: in that
    image's stored pixels, ``None`` for a new one. size_ratio: of the side now to then.
    """

    finding: UUID
    kind: ChangeKind
    prior_uid: str
    prior_box: Box | None = None
    size_ratio: float | None = None


class ScoreKind(Enum):
    """What the scores of breasts and of the case are; values are the words shown to a reader."""

    DETECTION = "detection score"
    MALIGNANCY = "probability of malignancy"


@dataclass(frozen=True)
class BreastScore:
    """A breast's score is its highest finding's. ``None``: no view of it could be read."""

    laterality: Laterality
    score: float | None


@dataclass(frozen=True)
class PackageUse:
    """A package that read at a stage, and the threshold that its provenance states."""

    id: str
    version: str
    digest: str
    threshold: float
    stage: PackageStage = PackageStage.DETECT


@dataclass(frozen=True)
class StudyResult:
    """A whole study. views: in the order given; findings name their counterparts.

    case_score: the highest breast's, ``None`` where nothing could be read. score_is: what it and
    the breasts' scores are: a classifier's, where one judged the findings of all views that were
    read, else the detectors'. notes: what a reader must be told of the study, such as a view that
    is missing. composition: probability of ``a`` to ``d``, the mean of the views; empty where no
    package tells.
    """

    uid: str
    digest: str
    views: tuple[ViewResult, ...]
    breasts: tuple[BreastScore, ...]
    case_score: float | None
    counterparts: tuple[Counterpart, ...] = ()
    changes: tuple[Change, ...] = ()
    packages: tuple[PackageUse, ...] = ()
    notes: tuple[str, ...] = ()
    score_is: ScoreKind = ScoreKind.DETECTION
    composition: dict[str, float] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether nothing failed: only then would reading it again give the same."""
        return all(one.status is not ViewStatus.FAILED and not one.lost for one in self.views)

    def to_json(self) -> dict[str, Any]:
        """Plain values for ``json.dumps``."""
        told: dict[str, Any] = _STUDY.dump_python(self, mode="json")
        return told

    @classmethod
    def from_json(cls, told: Any) -> StudyResult:
        """The result that ``to_json`` told of. Raises BadInputError for anything else."""
        return _checked(_STUDY, told, lambda study: _masks(study.views))


Kind = TypeVar("Kind")
Masks = Iterator[RleMask]
_VIEW = TypeAdapter(ViewResult)
_STUDY = TypeAdapter(StudyResult)


def _checked(adapter: TypeAdapter[Kind], told: Any, masks: Callable[[Kind], Masks]) -> Kind:
    try:
        result = adapter.validate_python(told)
        for mask in masks(result):
            mask.check()
    except (ValidationError, ValueError) as error:
        raise BadInputError("an analysis result is damaged", remedy="Analyse again") from error
    return result


def _masks(views: Iterable[ViewResult]) -> Masks:
    for view in views:
        for one in view.proposals:
            yield from (mark.mask for mark in one.finding.geometries if mark.mask is not None)
