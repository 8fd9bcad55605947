"""What somebody or a model marked on an image, and everything said about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum
from uuid import UUID

from domain.geometry import Box, ImagePoint
from domain.laterality import Laterality
from domain.lexicon import Assessment, DescriptorAxis, Edition
from domain.mask import RleMask


class FindingKind(Enum):
    """The sorts of findings that Fourview knows.

    The last two are regions, not findings of the patient: one that the reader is unsure of, and
    one that training and evaluation leave out.
    """

    MASS = "mass"
    CALCIFICATION = "calcification"
    CALCIFICATION_GROUP = "calcification group"
    ASYMMETRY = "asymmetry"
    ARCHITECTURAL_DISTORTION = "architectural distortion"
    OTHER = "other"
    UNCERTAIN_REGION = "uncertain region"
    IGNORED_REGION = "ignored region"

    @property
    def is_region(self) -> bool:
        """Whether it says something of a part of the image, not of the patient."""
        return self in (FindingKind.UNCERTAIN_REGION, FindingKind.IGNORED_REGION)


class PathologyOutcome(Enum):
    """What tissue or follow-up proved, where known."""

    MALIGNANT = "malignant"
    HIGH_RISK = "high risk"
    BENIGN = "benign"
    BENIGN_WITHOUT_CALLBACK = "benign without callback"


@dataclass(frozen=True)
class Pathology:
    """What was proved of a finding. diagnosis: in words, such as "invasive ductal carcinoma"."""

    outcome: PathologyOutcome
    diagnosis: str = ""
    proved: date | None = None


class FindingStatus(Enum):
    """Where a finding stands in the reading."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    EDITED = "edited"
    REJECTED = "rejected"


class RejectionReason(Enum):
    """Why a reader threw a mark out; rejected marks become hard negatives."""

    VESSEL = "vessel"
    NODE = "node"
    SKIN_FOLD = "skin fold"
    ARTEFACT = "artefact"
    BENIGN_STABLE = "benign, stable"
    OTHER = "other"


@dataclass(frozen=True)
class Contour:
    """A closed outline; the last point joins the first. Stored-image positions, at least 3."""

    points: tuple[ImagePoint, ...]

    def __post_init__(self) -> None:
        if len(self.points) < 3:
            raise ValueError("a contour has at least three points")


@dataclass(frozen=True)
class Geometry:
    """Where a finding lies on one image and frame, always in stored-image pixels.

    sop_instance_uid: the image's ``ImageRef.uid``; for a picture that is its name.
    frame: 0-based index; ``last_frame`` ends the slice range of a tomosynthesis finding and
    equals ``frame`` on a plain image. At least one of the shapes is given.
    """

    sop_instance_uid: str
    frame: int = 0
    last_frame: int = 0
    box: Box | None = None
    contour: Contour | None = None
    mask: RleMask | None = None
    point: ImagePoint | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.frame <= self.last_frame:
            raise ValueError("frames count from 0, and the range ends after it starts")
        if all(shape is None for shape in (self.box, self.contour, self.mask, self.point)):
            raise ValueError("a geometry has a box, a contour, a mask or a point")


@dataclass(frozen=True)
class Descriptors:
    """BI-RADS terms chosen for a finding, as codes of one edition's lexicon."""

    edition: Edition = Edition.FIFTH
    terms: tuple[tuple[DescriptorAxis, str], ...] = ()


@dataclass(frozen=True)
class Location:
    """Where in the breast, in words; distances in mm, clock face 1 to 12."""

    laterality: Laterality
    quadrant: str = ""
    clock_face: int | None = None
    depth: str = ""
    nipple_distance_mm: float | None = None

    def __post_init__(self) -> None:
        if self.clock_face is not None and not 1 <= self.clock_face <= 12:
            raise ValueError("the clock face runs from 1 to 12")


@dataclass(frozen=True)
class ReaderProvenance:
    """A person marked it; the reader's account name."""

    reader: str


@dataclass(frozen=True)
class ModelProvenance:
    """A model marked it: package, version, the threshold on the screen, how pixels were shown."""

    package_id: str
    version: str
    threshold: float
    presentation: str


@dataclass(frozen=True)
class Finding:
    """What somebody or a model marked.

    A model's finding is never overwritten: an edit makes a new one of the reader's whose
    ``parent_id`` is the model's. malignancy is a probability, 0 to 1. counterpart_id: the finding
    it corresponds to in the other view of the same breast. note: the reader's own words.
    """

    id: UUID
    kind: FindingKind
    geometries: tuple[Geometry, ...]
    provenance: ReaderProvenance | ModelProvenance
    status: FindingStatus = FindingStatus.PROPOSED
    descriptors: Descriptors = Descriptors()
    location: Location | None = None
    assessment: Assessment | None = None
    malignancy: float | None = None
    pathology: Pathology | None = None
    rejection: RejectionReason | None = None
    parent_id: UUID | None = None
    counterpart_id: UUID | None = None
    note: str = ""

    def __post_init__(self) -> None:
        if not self.geometries:
            raise ValueError("a finding lies on at least one image")
        if self.malignancy is not None and not 0 <= self.malignancy <= 1:
            raise ValueError("malignancy is a probability")
        if (self.status is FindingStatus.REJECTED) != (self.rejection is not None):
            raise ValueError("a finding has a reason for rejection exactly when it is rejected")
