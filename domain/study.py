"""A mammographic study: its patient, its views, and where their pixels are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from pathlib import PurePath

from domain.geometry import ImageSize, PixelSpacing
from domain.laterality import Laterality
from domain.orientation import PatientOrientation
from domain.view_position import ViewModifier, ViewPosition


@dataclass(frozen=True)
class ImageRef:
    """Where an image's bytes lie.

    path: absolute path of the file, or of the zip that holds it. member: name inside the zip,
    ``None`` for a plain file. sop_instance_uid: empty for pictures that are not DICOM.
    """

    path: str
    member: str | None = None
    sop_instance_uid: str = ""

    @property
    def uid(self) -> str:
        """What marks know the image by: its SOP Instance UID, or a picture's file name."""
        return self.sop_instance_uid or PurePath(self.member or self.path).name

    @property
    def where(self) -> str:
        """File, or zip and member, as an error message names it."""
        return self.path if self.member is None else f"{self.path}!{self.member}"


class ImageKind(Enum):
    """What sort of image it is; only the first four may fill a four-view slot."""

    FFDM = "full-field digital"
    SYNTHETIC = "synthetic 2D"
    FILM = "film scan"
    PICTURE = "picture file"
    TOMOSYNTHESIS = "tomosynthesis"
    CONTRAST = "contrast-enhanced"
    STEREOTACTIC = "stereotactic"
    SPECIMEN = "specimen"
    MOSAIC = "mosaic part"
    OTHER = "other"

    @property
    def fills_slots(self) -> bool:
        """Whether an image of this kind can stand for a screening view."""
        return self in _SCREENING


_SCREENING = frozenset({ImageKind.FFDM, ImageKind.SYNTHETIC, ImageKind.FILM, ImageKind.PICTURE})


class PresentationIntent(Enum):
    """Presentation Intent Type (0008,0068)."""

    FOR_PRESENTATION = "FOR PRESENTATION"
    FOR_PROCESSING = "FOR PROCESSING"
    UNSTATED = "not stated"


@dataclass(frozen=True)
class Reason:
    """One step of "why this image hung here": what was concluded, from which tag and value.

    tag: empty where it follows from no tag, such as from the choice among several images.
    """

    conclusion: str
    tag: str
    value: str

    @property
    def source(self) -> str:
        """Tag and value, or the value alone."""
        return f"{self.tag} = {self.value}" if self.tag else self.value

    def __str__(self) -> str:
        return f"{self.conclusion}, from {self.source}"


@dataclass(frozen=True)
class Flag:
    """Something a reader must be told about an image; it still opens. tag may be empty."""

    message: str
    tag: str = ""

    def __str__(self) -> str:
        return f"{self.message} [{self.tag}]" if self.tag else self.message


@dataclass(frozen=True)
class Technique:
    """Exposure figures for the corner text; ``None`` or empty where the header is silent."""

    kvp: float | None = None
    mas: float | None = None
    anode: str = ""
    filter: str = ""
    thickness_mm: float | None = None
    force_n: float | None = None
    organ_dose_mgy: float | None = None


@dataclass(frozen=True)
class View:
    """One image of a study with everything its header tells about where it belongs.

    laterality and position are ``None`` where the header doesn't say. size is rows and columns
    of the stored image. reasons say from which tags each conclusion comes; flags what is odd.
    """

    ref: ImageRef
    size: ImageSize
    frames: int
    kind: ImageKind
    intent: PresentationIntent
    laterality: Laterality | None
    position: ViewPosition | None
    modifiers: frozenset[ViewModifier]
    spacing: PixelSpacing
    orientation: PatientOrientation | None = None
    acquired: datetime | None = None
    implant: bool = False
    partial: bool = False
    vendor: str = ""
    model: str = ""
    modality: str = ""
    series_description: str = ""
    series_uid: str = ""
    instance_number: int | None = None
    transfer_syntax: str = ""
    bits_stored: int = 16
    windows: tuple[str, ...] = ()
    technique: Technique = field(default_factory=Technique)
    reasons: tuple[Reason, ...] = ()
    flags: tuple[Flag, ...] = ()

    @property
    def name(self) -> str:
        """Short name such as ``RMLO ID``; ``?`` stands for what is unknown."""
        side = self.laterality.value if self.laterality else "?"
        view = self.position.value if self.position else "?"
        return " ".join([side + view, *sorted(modifier.value for modifier in self.modifiers)])


@dataclass(frozen=True)
class Patient:
    """Who was imaged. Never printed whole: ``repr`` hides everything that identifies."""

    patient_id: str = field(default="", repr=False)
    issuer: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    birth_date: date | None = field(default=None, repr=False)
    sex: str = field(default="", repr=False)

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What tells two patients apart: identifier, issuer, name and birth date."""
        born = self.birth_date.isoformat() if self.birth_date else ""
        return (self.patient_id, self.issuer, self.name, born)


@dataclass(frozen=True)
class FileProblem:
    """A file that could not be taken in, with the reason a user can act on."""

    where: str
    reason: str


@dataclass(frozen=True)
class Study:
    """All views of one exam of one patient. Two patients are never in one study.

    uid: Study Instance UID, or a made-up stable name for picture folders.
    problems: files that belong here but could not be used.
    """

    uid: str
    patient: Patient
    views: tuple[View, ...]
    studied: date | None = None
    description: str = ""
    accession: str = field(default="", repr=False)
    flags: tuple[Flag, ...] = ()
    problems: tuple[FileProblem, ...] = ()


def study_names(studies: Sequence[Study]) -> tuple[str, ...]:
    """What a study is chosen by: its UID, followed by #1, #2, ... where several have the same."""
    counts, met = Counter(study.uid for study in studies), Counter[str]()
    names = []
    for study in studies:
        met[study.uid] += 1
        names.append(study.uid if counts[study.uid] == 1 else f"{study.uid}#{met[study.uid]}")
    return tuple(names)
