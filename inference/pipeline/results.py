"""What an analysis gives, as JSON can carry and keep it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from domain.errors import BadInputError
from domain.finding import Finding, ModelProvenance
from domain.geometry import Box, ImagePoint
from domain.laterality import Laterality


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


@dataclass(frozen=True)
class ViewResult:
    """One view's marks by falling score, down to the lowest that a slider may ask for.

    uid, digest: of the ``ViewInput``. name: such as ``RMLO``. reasons: why it was refused,
    flagged or failed. nipple: stored-image position, ``None`` where not made out.
    """

    uid: str
    digest: str
    name: str
    status: ViewStatus
    reasons: tuple[str, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    nipple: ImagePoint | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain values for ``json.dumps``."""
        told: dict[str, Any] = _VIEW.dump_python(self, mode="json")
        return told

    @classmethod
    def from_json(cls, told: Any) -> ViewResult:
        """The result that ``to_json`` told of. Raises BadInputError for anything else."""
        return _checked(_VIEW, told)


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


@dataclass(frozen=True)
class BreastScore:
    """A breast's score is its highest finding's. ``None``: no view of it could be read."""

    laterality: Laterality
    score: float | None


@dataclass(frozen=True)
class PackageUse:
    """A package that read, and the threshold that its provenance states."""

    id: str
    version: str
    digest: str
    threshold: float


@dataclass(frozen=True)
class StudyResult:
    """A whole study. views: in the order given; findings name their counterparts.

    case_score: the highest breast's, ``None`` where nothing could be read. notes: what a reader
    must be told of the study, such as a view that is missing.
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

    @property
    def complete(self) -> bool:
        """Whether no view failed: only then would reading it again give the same."""
        return all(one.status is not ViewStatus.FAILED for one in self.views)

    def to_json(self) -> dict[str, Any]:
        """Plain values for ``json.dumps``."""
        told: dict[str, Any] = _STUDY.dump_python(self, mode="json")
        return told

    @classmethod
    def from_json(cls, told: Any) -> StudyResult:
        """The result that ``to_json`` told of. Raises BadInputError for anything else."""
        return _checked(_STUDY, told)


Kind = TypeVar("Kind")
_VIEW = TypeAdapter(ViewResult)
_STUDY = TypeAdapter(StudyResult)


def _checked(adapter: TypeAdapter[Kind], told: Any) -> Kind:
    try:
        return adapter.validate_python(told)
    except (ValidationError, ValueError) as error:
        raise BadInputError("an analysis result is damaged", remedy="Analyse again") from error
