"""What a model package says of itself: ``manifest.json``."""

from __future__ import annotations

import re
from datetime import date
from enum import Enum
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from domain.finding import FindingKind
from domain.study import ImageKind, PresentationIntent
from inference.preparing.prepare import PreparingSpec

FORMAT: Literal["fourview-model"] = "fourview-model"
FORMAT_VERSION: Literal[1] = 1

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Text = Annotated[str, Field(max_length=10_000)]
Line = Annotated[str, Field(min_length=1, max_length=300)]
Identity = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
Version = Annotated[str, Field(pattern=r"^[0-9]+(\.[0-9]+){0,3}$", max_length=40)]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]

_PORTS = {f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10)}
_DEVICES = frozenset({"con", "prn", "aux", "nul", *_PORTS})
"""What Windows opens instead of a file of that name."""


def _inside(name: str) -> str:
    """A file name that stays in the folder on any system."""
    plain = re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}", name)
    if not plain or name.split(".", maxsplit=1)[0].lower() in _DEVICES or name.endswith("."):
        raise ValueError(f"{name!r} is no plain file name inside the package")
    return name


FileName = Annotated[str, AfterValidator(_inside)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Stage(Enum):
    """Which part of a reading a package does; ``reader`` names the packages of a whole one."""

    DETECT = "detect"
    CONTOUR = "contour"
    CALCIFY = "calcify"
    CLASSIFY = "classify"
    READER = "reader"


class Preparing(_Part):
    """How an image is made ready: the fields of ``PreparingSpec``, lengths in mm.

    largest: rows and columns at most.
    """

    pixel_mm: float = Field(gt=0, le=10, allow_inf_nan=False)
    margin_mm: float = Field(default=3.0, ge=0, le=100, allow_inf_nan=False)
    assumed_height_mm: float | None = Field(default=240.0, gt=0, le=1000, allow_inf_nan=False)
    largest: tuple[int, int] = (1024, 832)

    @model_validator(mode="after")
    def _sane(self) -> Self:
        if not all(16 <= side <= 8192 for side in self.largest):
            raise ValueError("the largest input has 16 to 8192 rows and columns")
        return self

    def spec(self) -> PreparingSpec:
        """The same as ``prepare`` takes it."""
        return PreparingSpec(self.pixel_mm, self.margin_mm, self.assumed_height_mm, self.largest)


class InputSpec(_Part):
    """What the network is fed.

    name: of the ONNX input. layout: axes and dtype; only one is known: batch, channel, rows,
    columns in float32, 0 black to 1 white. multiple: rows and columns are padded to it.
    """

    preparing: Preparing
    name: Line = "image"
    layout: Literal["NCHW float32 0..1"] = "NCHW float32 0..1"
    channels: int = Field(default=1, ge=1, le=16)
    multiple: int = Field(default=32, ge=1, le=256)


class OperatingPoint(_Part):
    """What to expect at a threshold.

    sensitivity: share of lesions that are marked, with the bounds of its 95 % interval (low,
    high). false_positives_per_image: marks an image that hit none. measured_on: the images, in
    words for a reader.
    """

    threshold: Share
    sensitivity: Share
    false_positives_per_image: float = Field(ge=0, allow_inf_nan=False)
    low: Share
    high: Share
    measured_on: Line

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.low <= self.sensitivity <= self.high:
            raise ValueError("an interval holds its sensitivity")
        return self


class TrainingStatement(_Part):
    """What it was trained on. images: how many. licence: of the data. notes: what else counts."""

    data: Line
    licence: Line
    images: int = Field(ge=0)
    recipe: Text = ""
    finished: date | None = None
    notes: Text = ""


class EvaluationStatement(_Part):
    """How it was measured. hit_rule: what counts as a hit. figures: name to number.

    baseline: the figures of the floor that it is measured against, on the same images.
    """

    data: Line
    images: int = Field(ge=0)
    hit_rule: Line
    figures: dict[str, Finite] = Field(default_factory=dict)
    baseline: dict[str, Finite] = Field(default_factory=dict)
    notes: Text = ""


class InputDomain(_Part):
    """Which images it was made for; an empty tuple says nothing of that.

    vendors: manufacturers, compared without case as the start of the header's name.
    """

    vendors: tuple[Line, ...] = ()
    kinds: tuple[ImageKind, ...] = (ImageKind.FFDM,)
    intents: tuple[PresentationIntent, ...] = (PresentationIntent.FOR_PRESENTATION,)


class Member(_Part):
    """A package that a reader package reads with."""

    stage: Stage
    id: Identity
    version: Version


class Manifest(_Part):
    """One package. files: each file but the manifest, with its SHA-256.

    outputs: ONNX output to what it means in words; the system says which it needs. kinds: of the
    findings it marks. members: of a reader package. settings: numbers that the system takes, such
    as the overlap from which two boxes are one mark.
    """

    format: Literal["fourview-model"] = FORMAT
    version_of_format: Literal[1] = FORMAT_VERSION
    id: Identity
    version: Version
    title: Line
    system: Line
    stage: Stage
    inputs: InputSpec | None = None
    outputs: dict[Line, Line] = Field(default_factory=dict)
    operating_points: tuple[OperatingPoint, ...] = ()
    default_threshold: Share = 0.5
    training: TrainingStatement | None = None
    evaluation: EvaluationStatement | None = None
    intended_use: Text = Field(min_length=1)
    kinds: tuple[FindingKind, ...] = ()
    domain: InputDomain = InputDomain()
    files: dict[FileName, Digest] = Field(default_factory=dict)
    members: tuple[Member, ...] = ()
    settings: dict[Identity, Finite] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.stage is Stage.READER:
            if self.files or not self.members:
                raise ValueError("a reader package has members and no files")
            if any(member.stage is Stage.READER for member in self.members):
                raise ValueError("a reader package names no other reader package")
            return self
        if self.members:
            raise ValueError("only a reader package has members")
        if not any(name.endswith(".onnx") for name in self.files):
            raise ValueError("a package has at least one .onnx file")
        if self.inputs is None or not self.outputs or self.training is None:
            raise ValueError("a package with a network states inputs, outputs and training")
        return self

    @property
    def networks(self) -> tuple[str, ...]:
        """Names of the ONNX files, sorted."""
        return tuple(sorted(name for name in self.files if name.endswith(".onnx")))

    def point_at(self, threshold: float) -> OperatingPoint | None:
        """The measured point next to a threshold; ``None`` where none was measured."""
        points = self.operating_points
        return min(points, key=lambda one: abs(one.threshold - threshold), default=None)
