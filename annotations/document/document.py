"""A reading's document: frozen; only commands make the next one from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from uuid import UUID

from annotations.document.first_read import FirstRead
from annotations.document.opinion import NO_OPINION, Opinion
from domain.finding import Finding
from domain.geometry import ImageSize


@dataclass(frozen=True)
class ImageStamp:
    """Which pixels marks were drawn on. digest: of the decoded image, see ``stamp_of``."""

    uid: str
    size: ImageSize
    digest: str


@dataclass(frozen=True)
class Document:
    """All that one reader says of one study.

    study_uid: as ``Study.uid``. findings: in the order in which they were made, with those that
    a later one replaces (its ``parent_id``). stamps: of the images that carry marks. first_read:
    ``None`` until the reader has recorded an opinion, where a model's marks wait for that.
    """

    study_uid: str
    findings: tuple[Finding, ...] = ()
    opinion: Opinion = NO_OPINION
    stamps: tuple[ImageStamp, ...] = ()
    first_read: FirstRead | None = None

    @cached_property
    def by_id(self) -> Mapping[UUID, Finding]:
        """Every finding by its id."""
        return MappingProxyType({finding.id: finding for finding in self.findings})

    @cached_property
    def live(self) -> tuple[Finding, ...]:
        """Findings that no later one replaces, in order."""
        replaced = {finding.parent_id for finding in self.findings}
        return tuple(finding for finding in self.findings if finding.id not in replaced)

    def place_of(self, finding_id: UUID) -> int:
        """Index of a finding. Raises KeyError."""
        return self._places[finding_id]

    @cached_property
    def _places(self) -> dict[UUID, int]:
        return {finding.id: place for place, finding in enumerate(self.findings)}

    def stamp(self, uid: str) -> ImageStamp | None:
        """Of an image, if any mark was drawn on it."""
        return next((stamp for stamp in self.stamps if stamp.uid == uid), None)
