"""What an analysis is given: views with where their pixels lie, as JSON can carry them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import TypeAdapter, ValidationError

from domain.errors import BadInputError, UnreadableFileError
from domain.geometry import ImageSize, PixelSpacing
from domain.laterality import Laterality
from domain.orientation import PatientOrientation
from domain.study import ImageKind, PresentationIntent, View
from domain.view_position import ViewModifier, ViewPosition
from imaging.grey.grey_header import GreyDescription
from imaging.raster import StoredPixels
from inference.pipeline.grey_json import grey_from_json, grey_to_json

PIPELINE = 3
"""Raised whenever the pipeline would answer otherwise to the same study and packages, so that no
result that was kept before is taken for its answer."""


@dataclass(frozen=True)
class PixelRef:
    """A file of bare stored values, row by row, little-endian 16 bits, no header.

    path: of the file. size: rows and columns. signed: int16, else uint16. digest: sha256 (hex)
    of the file's bytes.
    """

    path: str
    size: ImageSize
    signed: bool
    digest: str

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of one stored value."""
        return np.dtype("<i2" if self.signed else "<u2")

    def open(self) -> StoredPixels:
        """The values, (rows, columns), mapped read-only.

        Raises UnreadableFileError where the file is gone or is not as long as it should be.
        """
        path = Path(self.path)
        try:
            whole = path.stat().st_size == self.size.rows * self.size.columns * 2
            mapped = np.memmap(path, self.dtype, "r", shape=self.size.shape) if whole else None
        except (OSError, ValueError) as error:
            raise UnreadableFileError(
                "the view's pixels can't be read any more", where=path.name, remedy="Analyse again"
            ) from error
        if mapped is None:
            raise UnreadableFileError(
                "does not hold the view's pixels", where=path.name, remedy="Analyse again"
            )
        return np.asarray(mapped)


@dataclass(frozen=True, eq=False)
class ViewInput:
    """One view as the pipeline sees it; nothing in it identifies a patient.

    uid: the image's ``ImageRef.uid``, what geometries know it by. frame: from 0. grey: as the
    loader settled it, windows included. orientation: of the stored image, ``None`` where unknown.
    """

    uid: str
    pixels: PixelRef
    grey: GreyDescription = field(repr=False)
    spacing: PixelSpacing
    laterality: Laterality | None
    position: ViewPosition | None
    kind: ImageKind
    intent: PresentationIntent
    modifiers: frozenset[ViewModifier] = frozenset()
    orientation: PatientOrientation | None = None
    vendor: str = ""
    model: str = ""
    implant: bool = False
    partial: bool = False
    frame: int = 0

    @classmethod
    def of(cls, view: View, grey: GreyDescription, pixels: PixelRef, frame: int = 0) -> ViewInput:
        """From a study's view. grey: of its ``LoadedImage``; pixels: of its raster."""
        return cls(
            uid=view.ref.uid,
            pixels=pixels,
            grey=grey,
            spacing=view.spacing,
            laterality=view.laterality,
            position=view.position,
            kind=view.kind,
            intent=view.intent,
            modifiers=view.modifiers,
            orientation=view.orientation,
            vendor=view.vendor,
            model=view.model,
            implant=view.implant,
            partial=view.partial,
            frame=frame,
        )

    @property
    def size(self) -> ImageSize:
        """Rows and columns of the stored image."""
        return self.pixels.size

    @property
    def name(self) -> str:
        """Such as ``RMLO``; ``?`` stands for what is unknown."""
        side = self.laterality.value if self.laterality else "?"
        return side + (self.position.value if self.position else "?")

    @cached_property
    def digest(self) -> str:
        """sha256 (hex) of all that a result depends on: pixels, grey scale, what view it is.

        Where the pixels' file lies is left out.
        """
        told = replace(self, pixels=replace(self.pixels, path=""))
        return hashlib.sha256(json.dumps(told.to_json(), sort_keys=True).encode()).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """Plain values for ``json.dumps``."""
        plain = {name: getattr(self, name) for name in _FACTS}
        facts: dict[str, Any] = _PLAIN.dump_python(_Facts(**plain), mode="json")
        facts["modifiers"] = sorted(facts["modifiers"])
        for side in ("row_mm", "column_mm"):  # 1 and 1.0 are one length, and must have one digest
            length = facts["spacing"][side]
            facts["spacing"][side] = None if length is None else float(length)
        return facts | {"grey": grey_to_json(self.grey)}

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> ViewInput:
        """The view that ``to_json`` told of. Raises BadInputError for anything else."""
        try:
            grey = grey_from_json(told["grey"])
            facts = _PLAIN.validate_python({name: told[name] for name in _FACTS})
        except (KeyError, TypeError, ValueError, ValidationError) as error:
            raise BadInputError(f"a view's description is damaged ({type(error).__name__})") from (
                error
            )
        return cls(grey=grey, **{name: getattr(facts, name) for name in _FACTS})


@dataclass(frozen=True)
class _Facts:
    """All of a view but its grey scale, whose tables need a form of their own."""

    uid: str
    pixels: PixelRef
    spacing: PixelSpacing
    laterality: Laterality | None
    position: ViewPosition | None
    kind: ImageKind
    intent: PresentationIntent
    modifiers: frozenset[ViewModifier]
    orientation: PatientOrientation | None
    vendor: str
    model: str
    implant: bool
    partial: bool
    frame: int


_FACTS = tuple(_Facts.__dataclass_fields__)
_PLAIN = TypeAdapter(_Facts)


@dataclass(frozen=True, eq=False)
class StudyInput:
    """One exam's views, and those of the newest prior to compare with.

    uid: what the caller knows the study by; comes back in the result.
    """

    uid: str
    views: tuple[ViewInput, ...]
    priors: tuple[ViewInput, ...] = ()

    @cached_property
    def digest(self) -> str:
        """sha256 (hex) of what a study's result depends on; where its files lie is left out."""
        digests = [[one.digest for one in views] for views in (self.views, self.priors)]
        told = [PIPELINE, *digests]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """Plain values for ``json.dumps``."""
        return {
            "uid": self.uid,
            "views": [one.to_json() for one in self.views],
            "priors": [one.to_json() for one in self.priors],
        }

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> StudyInput:
        """The study that ``to_json`` told of. Raises BadInputError for anything else."""
        try:
            views, priors = (
                tuple(map(ViewInput.from_json, told[name])) for name in ("views", "priors")
            )
            return cls(str(told["uid"]), views, priors)
        except (KeyError, TypeError) as error:
            raise BadInputError("a study's description is damaged") from error
