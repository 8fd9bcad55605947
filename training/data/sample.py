"""One image with its truth, as networks learn from it and are measured on."""

from __future__ import annotations

import io
import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from domain.errors import BadInputError
from domain.finding import FindingKind
from domain.geometry import Box, ImageSize
from domain.turn import Turn
from inference.preparing.frame import PreparedFrame

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class TrueFinding:
    """One finding that is known to be there. box: in stored-image pixels; size_mm: its longest."""

    kind: FindingKind
    box: Box
    size_mm: float
    malignant: bool


@dataclass(frozen=True, eq=False)
class Sample:
    """One prepared image.

    pixels: uint8 (rows, columns), the 255ths that ``PreparedImage.pixels`` is made of. frame: the
    way to the stored image. patient: who must not be in two splits. pixel_mm: of stored pixels.
    view: such as ``RMLO``. group: what results are told apart by, such as the composition.
    """

    pixels: npt.NDArray[np.uint8] = field(repr=False)
    frame: PreparedFrame
    patient: str
    view: str
    group: str
    pixel_mm: float
    findings: tuple[TrueFinding, ...]

    def boxes(self, kinds: frozenset[FindingKind]) -> Floats:
        """Boxes of findings of these kinds in prepared pixels: float32 (n, 4), left top right
        bottom, cut to the picture; those wholly outside are left out.
        """
        rows, columns = self.pixels.shape
        found = [self.frame.to_prepared(one.box) for one in self.findings if one.kind in kinds]
        edges = np.array(found, np.float32).reshape(-1, 4)
        edges[:, 0::2] = edges[:, 0::2].clip(-0.5, columns - 0.5)
        edges[:, 1::2] = edges[:, 1::2].clip(-0.5, rows - 0.5)
        whole = (edges[:, 2] - edges[:, 0] > 0.5) & (edges[:, 3] - edges[:, 1] > 0.5)
        return np.asarray(edges[whole], np.float32)


def write_samples(path: Path, samples: list[Sample]) -> None:
    """Keep samples of one study in one ``.npz``, whole or not at all."""
    arrays = {f"pixels{number}": one.pixels for number, one in enumerate(samples)}
    told = json.dumps([_plain(one) for one in samples]).encode()
    arrays["told"] = np.frombuffer(told, np.uint8)
    memory = io.BytesIO()
    np.savez_compressed(memory, allow_pickle=False, **arrays)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".partial{os.getpid()}")
    partial.write_bytes(memory.getvalue())
    partial.replace(path)


def read_samples(path: Path) -> list[Sample]:
    """Read what ``write_samples`` wrote; BadInputError names a file that is damaged."""
    try:
        memory = io.BytesIO(path.read_bytes())  # numpy leaves a damaged file open
        with np.load(memory, allow_pickle=False) as kept:
            told = json.loads(kept["told"].tobytes())
            return [_sample(entry, kept[f"pixels{at}"]) for at, entry in enumerate(told)]
    except (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile) as error:
        raise BadInputError(
            f"holds no samples that can be read ({error})",
            where=str(path),
            remedy="Delete the file; it is made anew",
        ) from error


def _plain(sample: Sample) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "patient": sample.patient,
        "view": sample.view,
        "group": sample.group,
        "pixel_mm": sample.pixel_mm,
        "frame": asdict(sample.frame),
    }
    entry["findings"] = [asdict(one) | {"kind": one.kind.value} for one in sample.findings]
    return entry


def _sample(entry: dict[str, Any], pixels: npt.NDArray[np.uint8]) -> Sample:
    kept = entry["frame"]
    frame = PreparedFrame(
        ImageSize(**kept["stored"]),
        Turn(**kept["turn"]),
        kept["left"],
        kept["top"],
        ImageSize(**kept["crop"]),
        ImageSize(**kept["size"]),
    )
    findings = tuple(
        TrueFinding(FindingKind(one["kind"]), Box(**one["box"]), one["size_mm"], one["malignant"])
        for one in entry["findings"]
    )
    return Sample(
        pixels, frame, entry["patient"], entry["view"], entry["group"], entry["pixel_mm"], findings
    )
