"""What a revision is, and which state may follow which."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from annotations.document.document import Document


class ReadingState(Enum):
    """How far a reading has come."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    REVIEWED = "reviewed"
    ADJUDICATED = "adjudicated"
    GOLD = "gold"

    @property
    def read_only(self) -> bool:
        """Whether only a correction, with its reason, may follow."""
        return self is not ReadingState.DRAFT

    @property
    def rank(self) -> int:
        """How far, as a number."""
        return list(ReadingState).index(self)


FOLLOWING = {
    ReadingState.DRAFT: frozenset({ReadingState.SUBMITTED}),
    ReadingState.SUBMITTED: frozenset({ReadingState.REVIEWED, ReadingState.ADJUDICATED}),
    ReadingState.REVIEWED: frozenset({ReadingState.ADJUDICATED, ReadingState.GOLD}),
    ReadingState.ADJUDICATED: frozenset({ReadingState.GOLD}),
    ReadingState.GOLD: frozenset[ReadingState](),
}
"""Which states a reading may be promoted to, its content unchanged."""


@dataclass(frozen=True)
class OnScreen:
    """A model package whose marks were on the screen, and from which score on they were shown."""

    package_id: str
    version: str
    threshold: float


@dataclass(frozen=True)
class Revision:
    """One revision, without what it says (see ``Revisions.document``).

    uid: names it for good. reader: whose reading it is; made_by: who made this revision of it,
    such as a reviewer. why: the reason for a correction. parents: uids of those it was made
    from; none for the first, two where revisions were merged. digest: SHA-256 of the content.
    findings: how many it holds that stand and aren't rejected.
    """

    uid: str
    study_uid: str
    reader: str
    made_by: str
    made: datetime
    state: ReadingState
    digest: str
    parents: tuple[str, ...] = ()
    on_screen: tuple[OnScreen, ...] = ()
    why: str = ""
    findings: int = 0


@dataclass(frozen=True)
class NewRevision:
    """What is to be kept.

    parents: uids of the revisions it was made from. why: must be given where a parent is
    submitted or further, as this then is a correction.
    """

    document: Document
    reader: str
    parents: tuple[str, ...] = ()
    made_by: str = ""
    state: ReadingState = ReadingState.DRAFT
    on_screen: tuple[OnScreen, ...] = ()
    why: str = ""

    @property
    def author(self) -> str:
        """Who made it; the reader unless it says otherwise."""
        return self.made_by or self.reader
