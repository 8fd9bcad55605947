"""What the form of a finding shows, as frozen data."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from domain.finding import Descriptors, FindingKind, FindingStatus, Pathology, RejectionReason
from domain.lexicon import Assessment
from widgets.finding_list import Whose
from widgets.remark import Remark

NO_DESCRIPTORS = Descriptors()
"""Before anything was said."""


@dataclass(frozen=True)
class SliceRange:
    """Slices of a tomosynthesis finding, from 0; both ends belong to it. count: of the stack."""

    first: int
    last: int
    count: int


@dataclass(frozen=True)
class LinkedFinding:
    """The same finding in the other view. title: such as "3, mass, RMLO"."""

    id: UUID
    title: str


@dataclass(frozen=True)
class FindingFormState:
    """One finding.

    number: as in the list and over the image. where: view, place and size in words, such as
    "RCC, 14 mm, upper outer". said_by: who and when, in words. slices: ``None`` on plain images.
    can_link: there is another view of the same breast; linking: the next press on a finding links
    it. can_mirror: there is a view of the other breast. read_only: why nothing can be changed,
    empty where it can. offered, offered_assessment: what a model would say where the reader has
    said nothing. model_says: its category and score in words, such as "4B, 34 %"; basis: what that
    rests on, basis_more: the same at length.
    """

    id: UUID
    kind: FindingKind
    number: int = 0
    whose: Whose = Whose.READER
    where: str = ""
    said_by: str = ""
    status: FindingStatus = FindingStatus.ACCEPTED
    rejection: RejectionReason | None = None
    descriptors: Descriptors = NO_DESCRIPTORS
    assessment: Assessment | None = None
    malignancy: float | None = None
    pathology: Pathology | None = None
    note: str = ""
    slices: SliceRange | None = None
    linked: LinkedFinding | None = None
    can_link: bool = False
    linking: bool = False
    can_mirror: bool = False
    remarks: tuple[Remark, ...] = ()
    read_only: str = ""
    offered: Descriptors = NO_DESCRIPTORS
    offered_assessment: Assessment | None = None
    model_says: str = ""
    basis: str = ""
    basis_more: str = ""

    @property
    def offers(self) -> bool:
        """Whether there is anything of a model's to take over."""
        return bool(self.offered.terms) or self.offered_assessment is not None
