"""The neutral set that every format is written from and read into."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from types import MappingProxyType

from annotations.document.document import Document
from domain.finding import Finding
from domain.geometry import ImageSize, PixelSpacing
from domain.laterality import Laterality
from domain.study import ImageRef, Patient, Study
from domain.view_position import ViewPosition

UNKNOWN_SPACING = PixelSpacing.unknown()

Watch = Callable[[int, int], None]
"""Hears of readings done and of all; may raise CancelledError."""


@dataclass(frozen=True)
class ExchangeImage:
    """One image as other programs know it.

    uid: what marks know it by: a SOP Instance UID, or a picture's file name. size: rows and columns
    of the stored image. ref: where its bytes lie, ``None`` where nobody said.
    """

    uid: str
    study_uid: str
    size: ImageSize
    series_uid: str = ""
    class_uid: str = ""
    frames: int = 1
    spacing: PixelSpacing = UNKNOWN_SPACING
    laterality: Laterality | None = None
    position: ViewPosition | None = None
    ref: ImageRef | None = field(default=None, compare=False)

    @property
    def stem(self) -> str:
        """A file name without ending that the image's files are named by."""
        return re.sub(r"[^A-Za-z0-9._-]+", "_", self.uid).strip(".") or "image"


@dataclass(frozen=True)
class ExchangeStudy:
    """What a DICOM object repeats of its study; ``repr`` hides who the patient is."""

    uid: str
    patient: Patient = field(default_factory=Patient)
    studied: date | None = None
    accession: str = field(default="", repr=False)


@dataclass(frozen=True)
class ExchangeReading:
    """What one reader said of one study. reader: empty where the format does not tell."""

    reader: str
    document: Document


@dataclass(frozen=True)
class Exchange:
    """Studies, their images, and what was said of them.

    Images are in a settled order; no two have one uid. watch: called while it is written.
    """

    studies: tuple[ExchangeStudy, ...] = ()
    images: tuple[ExchangeImage, ...] = ()
    readings: tuple[ExchangeReading, ...] = ()
    watch: Watch | None = field(default=None, compare=False, repr=False)

    @cached_property
    def image(self) -> Mapping[str, ExchangeImage]:
        """Every image by its uid."""
        return MappingProxyType({one.uid: one for one in self.images})

    @cached_property
    def study(self) -> Mapping[str, ExchangeStudy]:
        """Every study by its uid."""
        return MappingProxyType({one.uid: one for one in self.studies})

    def each(self) -> Iterator[ExchangeReading]:
        """Readings one after another, for who writes them. Raises CancelledError."""
        for number, reading in enumerate(self.readings):
            if self.watch is not None:
                self.watch(number, len(self.readings))
            yield reading

    def marks(self) -> Iterator[tuple[ExchangeReading, Finding]]:
        """Each finding with the reading that it stands in."""
        for reading in self.each():
            for finding in reading.document.findings:
                yield reading, finding


def study_of(study: Study) -> tuple[ExchangeStudy, tuple[ExchangeImage, ...]]:
    """A scanned study and its images, as far as headers tell."""
    images = tuple(
        ExchangeImage(
            view.ref.uid,
            study.uid,
            view.size,
            view.series_uid,
            frames=view.frames,
            spacing=view.spacing,
            laterality=view.laterality,
            position=view.position,
            ref=view.ref,
        )
        for view in study.views
    )
    return ExchangeStudy(study.uid, study.patient, study.studied, study.accession), images
