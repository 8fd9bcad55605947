"""What is said of a finding beside its shapes, as plain JSON values and back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid5

from pydantic import TypeAdapter, ValidationError

from annotations.document.document import Document
from annotations.exchange.format import ExchangeError, bad
from annotations.exchange.neutral import ExchangeReading
from domain.finding import Contour, Finding, FindingKind, Geometry, ModelProvenance
from domain.geometry import Box, ImagePoint

_FINDING: TypeAdapter[Finding] = TypeAdapter(Finding)
_APART = {"geometries"}
_PLACE = Geometry("", box=Box(0, 0, 0, 0))
FOREIGN = UUID("6f1f2b0e-6f0c-5f9c-9d0b-6d1b5a6c0d11")
"""Name space of the ids that findings of other programs get: the same file, the same ids."""


def record_of(finding: Finding) -> dict[str, Any]:
    """Everything but the geometries; what says nothing is left out."""
    told: dict[str, Any] = _FINDING.dump_python(
        finding, mode="json", exclude=_APART, exclude_defaults=True
    )
    return told


def finding_of(
    record: Mapping[str, Any], geometries: Iterable[Geometry], where: str, entry: str
) -> Finding:
    """A finding from its record. Raises ExchangeError that names file and entry."""
    try:
        bare = _FINDING.validate_python(
            {**record, "geometries": (_PLACE,)}, extra="forbid", strict=False
        )
        return replace(bare, geometries=tuple(geometries))
    except ValidationError as error:
        first = error.errors()[0]
        what = ".".join(map(str, first["loc"]))
        raise bad(f"{entry}: {what}: {first['msg']}", where) from error
    except ValueError as error:
        raise bad(f"{entry}: {error}", where) from error


def foreign_finding(
    kind: FindingKind, geometry: Geometry, program: str, name: str, score: float | None = None
) -> Finding:
    """A proposal of another program. name: tells it from all others of the same file."""
    made = ModelProvenance(program, "", 0.0, "not stated")
    return Finding(uuid5(FOREIGN, name), kind, (geometry,), made, malignancy=score)


def kind_of(word: str) -> FindingKind | None:
    """A kind by the words that other programs use; ``None`` for one we don't know."""
    return _KINDS.get(" ".join(word.lower().replace("_", " ").replace("-", " ").split()))


_KINDS = {kind.value: kind for kind in FindingKind} | {
    "masses": FindingKind.MASS,
    "lesion": FindingKind.MASS,
    "nodule": FindingKind.MASS,
    "calcifications": FindingKind.CALCIFICATION_GROUP,
    "calcification cluster": FindingKind.CALCIFICATION_GROUP,
    "microcalcification": FindingKind.CALCIFICATION_GROUP,
    "microcalcifications": FindingKind.CALCIFICATION_GROUP,
    "cluster": FindingKind.CALCIFICATION_GROUP,
    "focal asymmetry": FindingKind.ASYMMETRY,
    "global asymmetry": FindingKind.ASYMMETRY,
    "distortion": FindingKind.ARCHITECTURAL_DISTORTION,
    "ignore": FindingKind.IGNORED_REGION,
}


class Gathering:
    """Puts geometries that a file holds one by one back together as findings and readings."""

    def __init__(self, where: str) -> None:
        """where: the file, for messages."""
        self._where = where
        self._places: dict[tuple[str, str], dict[str, list[Geometry]]] = {}
        self._made: dict[tuple[str, str, str], Callable[[list[Geometry]], Finding]] = {}

    def add(
        self,
        study_reader: tuple[str, str],
        name: str,
        geometry: Geometry,
        make: Callable[[list[Geometry]], Finding],
    ) -> None:
        """One geometry of the finding that the file calls ``name``."""
        self._places.setdefault(study_reader, {}).setdefault(name, []).append(geometry)
        self._made.setdefault((*study_reader, name), make)

    def readings(self) -> tuple[ExchangeReading, ...]:
        """One reading a study and reader. Raises ExchangeError where findings don't fit."""
        made = []
        for (study, reader), findings in self._places.items():
            done = tuple(
                self._made[study, reader, name](places) for name, places in findings.items()
            )
            if len({one.id for one in done}) < len(done):
                raise ExchangeError("two findings have one id", where=self._where)
            made.append(ExchangeReading(reader, Document(study, done)))
        return tuple(made)


def points_of_numbers(numbers: Iterable[float]) -> tuple[ImagePoint, ...]:
    """Positions from x, y, x, y, ... Raises ValueError for an odd count or fewer than three."""
    flat = [float(one) for one in numbers]
    if len(flat) % 2 or len(flat) < 6:
        raise ValueError("an outline is at least three pairs of numbers")
    return tuple(ImagePoint(x, y) for x, y in zip(flat[::2], flat[1::2], strict=True))


def contour_of_numbers(numbers: Iterable[float], shift: float = 0.0) -> Contour:
    """An outline from x, y, x, y, ...; shift is added to each. Raises ValueError."""
    return Contour(points_of_numbers(one + shift for one in numbers))
