"""What every format can do, and how it says what it can't carry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from annotations.errors import AnnotationError
from annotations.exchange.neutral import Exchange, ExchangeImage


class ExchangeError(AnnotationError):
    """A file can't be taken in, or findings can't be written; nothing was changed."""


class Aspect(Enum):
    """A part of what is said; values are the words that a loss is told in."""

    ID = "ids of findings"
    BOX = "boxes"
    CONTOUR = "outlines"
    MASK = "masks"
    POINT = "points"
    SHAPES = "shapes beside the first of a place"
    UNDRAWN = "places without outline or mask, which are left out"
    SLICES = "marks on slices of tomosynthesis"
    HOLES = "holes and further parts of masks"
    OVERLAP = "pixels that two findings share"
    INSTANCES = "findings of one kind that touch or lie apart"
    SEVERAL = "findings on more than one image (each becomes one an image)"
    DIGITS = "digits of positions beyond a hundredth of a pixel"
    KIND = "kinds that the format has no word for"
    PROVENANCE = "who or what marked them"
    STATUS = "states in the reading"
    REJECTED = "rejected findings"
    REPLACED = "findings that a later one replaces"
    DESCRIPTORS = "BI-RADS words"
    LOCATION = "locations in words"
    ASSESSMENT = "assessments of findings"
    MALIGNANCY = "probabilities of malignancy"
    PATHOLOGY = "pathology outcomes"
    REJECTION = "reasons for rejection"
    PARENT = "what a finding was made from"
    COUNTERPART = "links to the other view"
    NOTE = "notes on findings"
    READER = "readers' names"
    OPINION = "opinions of the study"
    FIRST_READ = "first reads"
    STAMPS = "stamps of images"
    SILENT = "readings without a finding"
    UNCODED = "words that have no code in the standard"
    IMAGES = "images themselves"
    TEXT = "free text, which may name the patient"
    ABSENT = "readings whose images are not at hand"
    HIDDEN = "readings that are closed while others read blind"
    VERSIONS = "older versions that wait to be merged"


@dataclass(frozen=True)
class Loss:
    """What a format could not carry, and of how many findings, readings or images."""

    aspect: Aspect
    count: int
    why: str = ""

    def __str__(self) -> str:
        told = f"{self.aspect.value}: {self.count}"
        return f"{told} ({self.why})" if self.why else told


Pixels = npt.NDArray[np.uint16]
Pictures = Callable[[ExchangeImage], Pixels]
"""Gives an image as it is shown, (rows, columns), 16 bits; raises BadInputError."""


class ExchangeFormat(Protocol):
    """One format: writes the neutral set into a folder, and reads it back.

    name: as the command line knows it. needs_study: whether patient, study and series are written,
    so that images must have been scanned.
    """

    @property
    def name(self) -> str:
        """As ``--format`` takes it."""
        ...

    @property
    def needs_study(self) -> bool:
        """Whether scanned images are needed to write it."""
        ...

    def write(
        self, exchange: Exchange, folder: Path, pictures: Pictures | None = None
    ) -> tuple[Loss, ...]:
        """Write into an empty folder; tells what could not be carried. Raises ExchangeError."""
        ...

    def read(self, path: Path, known: Exchange) -> Exchange:
        """Read a file or folder; nothing is checked yet (``checking.check``).

        known: images that are known from elsewhere; empty for none. Raises ExchangeError that
        names the file and what is wrong in it.
        """
        ...


def bad(what: str, where: Path | str, remedy: str = "") -> ExchangeError:
    """The error for a file that can't be taken in."""
    return ExchangeError(what, where=str(where), remedy=remedy or None)


def size_known(image: ExchangeImage | None, uid: str) -> ExchangeImage:
    """The image itself. Raises ExchangeError where nobody knows it."""
    if image is None:
        raise ExchangeError(
            f"the size of image {uid} is not known", remedy="Give the images with --images"
        )
    return image


def text_of(value: Any) -> str:
    """What a file holds where text is due, ``None`` being none."""
    return "" if value is None else str(value)
