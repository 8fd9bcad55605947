"""One image with its truth, as networks learn from it and are measured on, whatever its set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from domain.finding import Descriptors, FindingKind
from domain.geometry import Box, ImageSize, PixelSpacing
from domain.laterality import Laterality
from domain.lexicon import Assessment
from domain.mask import RleMask
from domain.view_position import ViewPosition
from imaging.grey.grey_header import GreyDescription
from imaging.raster import StoredPixels


@dataclass(frozen=True)
class TrueFinding:
    """One finding that is known to be there.

    box: in stored-image pixels. mask: its pixels, where they are known. size_mm: its longest
    extent. probability: of being malignant, as a phantom drew it. subtlety: 0 plain to see to 1.
    ``None`` and no descriptors: not known.
    """

    kind: FindingKind
    box: Box
    mask: RleMask | None = field(default=None, repr=False)
    size_mm: float | None = None
    malignant: bool | None = None
    probability: float | None = None
    assessment: Assessment | None = None
    descriptors: Descriptors = field(default_factory=Descriptors)
    subtlety: float | None = None


@dataclass(frozen=True)
class SampleInfo:
    """What is known of an image without opening it.

    name: unique in its set. patient: who must not be in two splits, unique among all sets.
    composition: ``a`` to ``d``, empty where unknown. split: as the set's makers divide it, empty
    where they don't. findings: all that are marked, the ignored regions too.
    """

    name: str
    patient: str
    laterality: Laterality | None = None
    position: ViewPosition | None = None
    composition: str = ""
    split: str = ""
    findings: tuple[TrueFinding, ...] = ()

    @property
    def view(self) -> str:
        """Such as ``RMLO``; what is unknown is left out."""
        side = self.laterality.value if self.laterality else ""
        return side + (self.position.value if self.position else "")

    def of(self, kinds: frozenset[FindingKind]) -> tuple[TrueFinding, ...]:
        """Findings of these kinds."""
        return tuple(one for one in self.findings if one.kind in kinds)


@dataclass(frozen=True, eq=False)
class Sample:
    """One image with its truth. pixels: (rows, columns), stored values; grey: what they mean."""

    info: SampleInfo
    pixels: StoredPixels = field(repr=False)
    grey: GreyDescription
    spacing: PixelSpacing

    @property
    def size(self) -> ImageSize:
        """Of the stored image."""
        return ImageSize(*self.pixels.shape)


class DataSet(Protocol):
    """Images with truths, from wherever. name: in words, as a manifest tells it."""

    @property
    def name(self) -> str:
        """What it is, for people."""
        ...

    def infos(self) -> Sequence[SampleInfo]:
        """All images that there are, in a fixed order. Raises BadInputError for a broken set."""
        ...

    def open(self, info: SampleInfo) -> Sample:
        """Read one image. Raises BadInputError that names the file."""
        ...


SOFT = frozenset({FindingKind.MASS, FindingKind.ASYMMETRY, FindingKind.ARCHITECTURAL_DISTORTION})
"""Soft lesions: what a detector of masses learns to mark. Thickened skin is none of them: field
figures show networks that learnt it marking strips of skin everywhere."""
CALCIFIED = frozenset({FindingKind.CALCIFICATION, FindingKind.CALCIFICATION_GROUP})
