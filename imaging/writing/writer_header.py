"""Everything a written mammogram says of itself besides its pixels."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from domain.laterality import Laterality
from domain.orientation import PatientOrientation, hung_orientation
from domain.study import Patient, PresentationIntent, Technique
from domain.view_position import ViewModifier, ViewPosition
from imaging.grey.voi import VoiFunction


@dataclass(frozen=True)
class Window:
    """Window Center, Width and their explanation, in stored values."""

    centre: float
    width: float
    explanation: str = ""

    def __post_init__(self) -> None:
        if not self.width > 0:
            raise ValueError("a window is wider than nothing")


@dataclass(frozen=True)
class VoiLut:
    """An item of VOI LUT Sequence (PS3.3 C.11.2.1.1).

    entries: output of ``first``, ``first`` + 1, ...; at most 65536, each below 2**bits.
    bits: 8 to 16.
    """

    first: int
    entries: tuple[int, ...] = field(repr=False)
    bits: int
    explanation: str = ""

    def __post_init__(self) -> None:
        if not 8 <= self.bits <= 16:
            raise ValueError("a look-up table's entries have 8 to 16 bits")
        if not 1 <= len(self.entries) <= 65536 or not 0 <= self.first <= 65535:
            raise ValueError("a look-up table has 1 to 65536 entries and starts at a stored value")
        if min(self.entries) < 0 or max(self.entries) >= 1 << self.bits:
            raise ValueError(f"an entry of the look-up table does not fit {self.bits} bits")


@dataclass(frozen=True)
class Device:
    """The unit that is said to have made the image; tomosynthesis wants the first four."""

    manufacturer: str = "Fourview"
    model: str = "synthetic"
    serial: str = "0"
    software: str = "0"
    station: str = ""
    institution: str = ""
    detector_id: str = ""


@dataclass(frozen=True)
class Identifiers:
    """UIDs and numbers of one image; an empty UID is made up anew at each writing."""

    study_uid: str = ""
    series_uid: str = ""
    sop_uid: str = ""
    frame_of_reference_uid: str = ""
    study_id: str = ""
    accession: str = field(default="", repr=False)
    series_number: int = 1
    instance_number: int = 1
    study_description: str = ""
    series_description: str = ""


@dataclass(frozen=True)
class MammogramHeader:
    """What is written beside the pixels of one mammogram.

    orientation: directions of the stored rows and columns; as a reader expects it where ``None``.
    spacing_mm: between rows and between columns, at the detector (Imager Pixel Spacing).
    magnification: Estimated Radiographic Magnification Factor, detector over breast plane.
    inverted: low values are bright (MONOCHROME1 with Presentation LUT Shape INVERSE).
    windows and luts: where both are empty, one window over the whole range is written.
    padding: Pixel Padding Value; padding_limit: the other end of the padded range.
    derived: ImageType value 1 DERIVED rather than ORIGINAL. kind: ImageType value 4 and further,
    such as ``GENERATED_2D``.
    """

    laterality: Laterality
    position: ViewPosition
    modifiers: frozenset[ViewModifier] = frozenset()
    patient: Patient = field(default_factory=Patient)
    ids: Identifiers = Identifiers()
    device: Device = Device()
    technique: Technique = field(default_factory=Technique)
    intent: PresentationIntent = PresentationIntent.FOR_PRESENTATION
    orientation: PatientOrientation | None = None
    spacing_mm: tuple[float, float] = (0.1, 0.1)
    magnification: float | None = 1.0
    bits_stored: int = 12
    inverted: bool = False
    windows: tuple[Window, ...] = ()
    voi_function: VoiFunction | None = None
    luts: tuple[VoiLut, ...] = ()
    padding: int | None = None
    padding_limit: int | None = None
    acquired: datetime = datetime(2000, 1, 1)  # noqa: DTZ001 - DICOM times are local
    implant: bool | None = None
    partial: str = ""
    derived: bool = True
    kind: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.intent is PresentationIntent.UNSTATED:
            raise ValueError("a mammogram is written For Presentation or For Processing")
        if not 1 <= self.bits_stored <= 16:
            raise ValueError("a mammogram has 1 to 16 bits stored")
        if min(self.spacing_mm) <= 0 or (self.magnification or 1.0) <= 0:
            raise ValueError("spacing and magnification are positive")
        if self.padding_limit is not None and self.padding is None:
            raise ValueError("a padding limit needs a padding value")
        if not all(0 <= value < 65536 for value in (self.padding or 0, self.padding_limit or 0)):
            raise ValueError("padding is a stored value")

    @property
    def stored_orientation(self) -> PatientOrientation:
        """Patient Orientation to write. Raises ValueError for both breasts without one given."""
        return self.orientation or hung_orientation(self.laterality, self.position.family)
