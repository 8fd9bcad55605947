"""Who is trained on, chosen on and reported on: by patient, drawn once, kept in a file.

A patient's part is a keyed hash of the patient's name, so that it depends on nobody else. A set
that its makers divide keeps their test, and their val where they have one; else their train is
divided.
What a file holds never changes when data are added: patients that it knows stay where they are.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path
from types import MappingProxyType
from typing import Any

from domain.errors import BadInputError
from training.data.combining import members
from training.data.sample import DataSet, SampleInfo

_FORMAT = "fourview-splits"
_VERSION = 1
_KEY = "fourview-1"


class Part(Enum):
    """The parts of data; the words are those of ``SampleInfo.split``."""

    TRAIN = "train"
    VAL = "val"
    TEST = "test"


@dataclass(frozen=True)
class Shares:
    """Of patients in val and in test, 0 to 1; the rest trains."""

    val: float = 0.1
    test: float = 0.1

    def __post_init__(self) -> None:
        if not (0 <= self.val < 1 and 0 <= self.test < 1 and self.val + self.test < 1):
            raise ValueError("shares are 0 to 1 and leave something to train on")


@dataclass(frozen=True)
class Splits:
    """Patients' parts. key: of the hash, the same for a file's whole life. parts: by digest of the
    patient, so that the file names nobody.
    """

    shares: Shares = Shares()
    key: str = _KEY
    parts: Mapping[str, Part] = field(default_factory=lambda: MappingProxyType({}))

    def with_sets(self, sets: Sequence[DataSet]) -> Splits:
        """The same with the patients of these sets; those that are known stay where they are.

        Raises BadInputError for a patient whom a set's makers have in two parts, or in another
        than the one that is kept here.
        """
        parts = dict(self.parts)
        for one in (each for data in sets for each in members(data)):
            self._take(one, parts)
        return replace(self, parts=MappingProxyType(parts))

    def part_of(self, info: SampleInfo) -> Part:
        """Where an image belongs. Raises BadInputError for a patient who was never added."""
        part = self.parts.get(self._digest(info.patient))
        if part is None:
            raise BadInputError(
                f"the patient of image {info.name!r} is in no split",
                remedy="Draw the splits with all data that are used",
            )
        return part

    def of(self, infos: Iterable[SampleInfo], part: Part) -> tuple[SampleInfo, ...]:
        """The images of one part, in their order; raises BadInputError where there are none."""
        found = tuple(info for info in infos if self.part_of(info) is part)
        if not found:
            raise BadInputError(
                f"the split {part.value!r} is empty",
                remedy="Give more data, or another share of patients to it",
            )
        return found

    def save(self, path: Path) -> None:
        """Write the file, whole or not at all. Raises BadInputError where the system refuses."""
        told = {
            "format": _FORMAT,
            "version": _VERSION,
            "key": self.key,
            "val": self.shares.val,
            "test": self.shares.test,
            "parts": {name: part.value for name, part in sorted(self.parts.items())},
        }
        partial = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            partial.write_text(json.dumps(told, indent=1) + "\n", "utf-8")
            partial.replace(path)
        except OSError as error:
            raise BadInputError(
                f"the splits can't be written ({error.strerror})",
                where=str(path),
                remedy="Check that the folder has room and that you may write there",
            ) from error

    @classmethod
    def load(cls, path: Path) -> Splits:
        """Read a file of ``save``. Raises BadInputError where it is missing or damaged."""
        try:
            told = _known(json.loads(path.read_text("utf-8"), object_pairs_hook=_without_repeats))
            parts = {str(name): Part(part) for name, part in told["parts"].items()}
            shares = Shares(float(told["val"]), float(told["test"]))
            return cls(shares, str(told["key"]), MappingProxyType(parts))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadInputError(
                f"is no file of splits that can be read ({error})",
                where=str(path),
                remedy="Put a copy in its place: splits drawn anew may test on what was trained on",
            ) from error

    def _take(self, data: DataSet, parts: dict[str, Part]) -> None:
        told: dict[str, set[str]] = defaultdict(set)
        for info in data.infos():
            told[info.patient].add(info.split)
        makers = {split for splits in told.values() for split in splits}
        for patient, splits in sorted(told.items()):
            stated = splits - {""}
            if len(splits) > 1 and len(stated | {"train"}) > 1:
                raise _in_two(data.name, " and ".join(sorted(one or "none" for one in splits)))
            own = Part(next(iter(stated))) if stated else None
            digest = self._digest(patient)
            kept = parts.get(digest)
            if kept is None:
                parts[digest] = self._drawn(patient, own, makers)
            elif own is not None and (own is Part.TEST) != (kept is Part.TEST):
                raise _in_two(data.name, f"{own.value} by its makers, {kept.value} in the file")

    def _drawn(self, patient: str, own: Part | None, makers: set[str]) -> Part:
        """A patient's part. makers: the words of the whole set's division."""
        if own in (Part.VAL, Part.TEST):
            return own
        draw = self._draw(patient)
        if own is Part.TRAIN:
            if "val" in makers:
                return Part.TRAIN
            rest = self.shares.val / (1 - self.shares.test)  # their test is taken out already
            return Part.VAL if draw < rest else Part.TRAIN
        if draw < self.shares.test:
            return Part.TEST
        return Part.VAL if draw < self.shares.test + self.shares.val else Part.TRAIN

    def _draw(self, patient: str) -> float:
        """0 to 1, the same whenever and wherever it is asked."""
        digest = hashlib.blake2b(patient.encode(), digest_size=8, key=self.key.encode()[:64])
        return int.from_bytes(digest.digest(), "big") / 2**64

    def _digest(self, patient: str) -> str:
        plain = f"patient {patient}".encode()
        return hashlib.blake2b(plain, digest_size=12, key=self.key.encode()[:64]).hexdigest()


def frozen_splits(path: Path, sets: Sequence[DataSet], shares: Shares | None = None) -> Splits:
    """The splits of a file with these sets added, and kept; drawn where there is no file yet.

    shares: for a new file; an old one keeps its own.
    """
    before = Splits.load(path) if path.exists() else Splits(shares or Shares())
    after = before.with_sets(sets)
    if after != before or not path.exists():
        after.save(path)
    return after


def _known(told: dict[str, Any]) -> dict[str, Any]:
    if told["format"] != _FORMAT or told["version"] != _VERSION:
        raise ValueError("another format or version")
    return told


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a patient is in it twice")
    return found


def _in_two(name: str, which: str) -> BadInputError:
    return BadInputError(
        f"a patient is in two splits: {which}",
        where=name,
        remedy="Correct the set's own division, or take the patient out",
    )
