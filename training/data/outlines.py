"""Outlines that a contour package draws around known findings, kept: what a classifier behind it
will be given.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from domain.errors import BadInputError
from domain.finding import FindingKind
from domain.geometry import Box, ImageSize
from domain.mask import RleMask
from inference.backends.choice import Choice, Provider
from inference.backends.pool import SessionPool
from inference.packages.package import ModelPackage
from inference.systems.contour import ContourUnetSystem
from inference.systems.system import Runner, SeenView
from training.data.sample import Sample

OUTLINED = frozenset({FindingKind.MASS})
"""Kinds that get an outline."""
_LESS, _MORE = 0.10, 0.15
"""How far the edge of a drawn box moves in and out at most, in sides of the box."""
_COLUMNS = 6


@dataclass(frozen=True, eq=False)
class OutlineStore:
    """Outlines from jittered boxes. folder: where they are kept, by package. draws: of each
    finding; the first ones are the same however many there are.
    """

    folder: Path
    package: ModelPackage
    draws: int = 2
    _run: Runner = field(init=False, repr=False)
    _system: ContourUnetSystem = field(init=False, repr=False)

    def __post_init__(self) -> None:
        choice = Choice(Provider.CPU, "to outline", 1)
        object.__setattr__(self, "_run", SessionPool(choice).runner())
        object.__setattr__(self, "_system", ContourUnetSystem(self.package))

    def path(self, name: str) -> Path:
        """Of the outlines of one image: another package or number of draws has its own folder."""
        manifest = self.package.manifest
        said = f"{sorted(manifest.files.items())} {sorted(manifest.settings.items())}"
        digest = hashlib.sha256(said.encode()).hexdigest()[:8]
        return self.folder / f"outlines-{digest}-{self.draws}" / f"{name}.npz"

    def of(self, sample: Sample) -> Mapping[int, tuple[RleMask | None, ...]]:
        """By a finding's place in ``sample.info.findings``; ``None`` where none was made out.

        Raises BadInputError where a kept file can't be read.
        """
        path = self.path(sample.info.name)
        if not path.exists():
            _write(path, self._drawn(sample))
        return _read(path, sample.size)

    def _drawn(self, sample: Sample) -> dict[int, tuple[RleMask | None, ...]]:
        view = SeenView(sample.pixels, sample.grey, sample.spacing)
        random = np.random.default_rng(list(sample.info.name.encode()))
        found: dict[int, tuple[RleMask | None, ...]] = {}
        for place, one in enumerate(sample.info.findings):
            if one.kind not in OUTLINED or one.malignant is None:
                continue
            told = [
                self._system.contour(view, jittered(one.box, random), self._run)
                for _ in range(self.draws)
            ]
            found[place] = tuple(None if each is None else each.mask for each in told)
        return found


def jittered(box: Box, random: np.random.Generator) -> Box:
    """A box as a detector or a reader might have drawn it."""
    left, top, right, bottom = random.uniform(-_LESS, _MORE, 4)
    return Box(
        box.left - left * box.width,
        box.top - top * box.height,
        box.right + right * box.width,
        box.bottom + bottom * box.height,
    )


def _write(path: Path, outlines: Mapping[int, tuple[RleMask | None, ...]]) -> None:
    """Whole or not at all."""
    rows: list[tuple[int, ...]] = []
    bits: list[npt.NDArray[np.uint8]] = []
    for place, masks in outlines.items():
        for draw, mask in enumerate(masks):
            box = None if mask is None else mask.box
            if mask is None or box is None:
                rows.append((place, draw, 0, 0, 0, 0))
                continue
            cut = (round(box.left + 0.5), round(box.top + 0.5), round(box.width), round(box.height))
            rows.append((place, draw, *cut))
            bits.append(np.packbits(mask.window(*cut)))
    memory = io.BytesIO()
    cuts = np.array(rows, np.int32).reshape(-1, _COLUMNS)
    np.savez(memory, cuts=cuts, bits=np.concatenate([np.empty(0, np.uint8), *bits]))
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{os.getpid()}.partial")
    partial.write_bytes(memory.getvalue())
    partial.replace(path)


def _read(path: Path, size: ImageSize) -> dict[int, tuple[RleMask | None, ...]]:
    try:
        with np.load(path, allow_pickle=False) as kept:
            cuts, bits = kept["cuts"], kept["bits"]
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        raise BadInputError(
            f"kept outlines can't be read ({error})",
            where=str(path),
            remedy="Remove the file: they are drawn anew",
        ) from error
    found: dict[int, tuple[RleMask | None, ...]] = {}
    begin = 0
    for place, _, left, top, columns, rows in cuts.tolist():
        mask = None
        if rows:
            end = begin + (rows * columns + 7) // 8
            inside = np.unpackbits(bits[begin:end], count=rows * columns).reshape(rows, columns)
            mask, begin = RleMask.of(inside, size, left, top), end
        found[place] = (*found.get(place, ()), mask)
    return found
