"""Samples of one study in one file: PNG pixels and their truth as JSON."""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import cv2
import numpy as np
import numpy.typing as npt
from pydantic import TypeAdapter, ValidationError

from domain.errors import BadInputError
from domain.geometry import PixelSpacing
from imaging.grey.grey_header import GreyDescription
from imaging.grey.voi import WindowVoi
from training.data.sample import Sample, SampleInfo

Picture = npt.NDArray[np.uint16]


@dataclass(frozen=True)
class KeptGrey:
    """The part of a grey description that a phantom's unit has: one window."""

    bits: int
    padding: tuple[int, int] | None
    centre: float
    width: float
    explanation: str

    def description(self) -> GreyDescription:
        """As images have it."""
        vois = (WindowVoi(self.centre, self.width, explanation=self.explanation),)
        return GreyDescription(bits_stored=self.bits, padding=self.padding, vois=vois)


@dataclass(frozen=True)
class KeptSample:
    """What is told of one image in the file."""

    info: SampleInfo
    grey: KeptGrey
    spacing: PixelSpacing


_TOLD = TypeAdapter(tuple[KeptSample, ...])


def write_kept(path: Path, told: tuple[KeptSample, ...], pictures: list[Picture]) -> None:
    """Keep a study's images, whole or not at all. pictures: uint16 (rows, columns)."""
    arrays = {"told": np.frombuffer(_TOLD.dump_json(told), np.uint8)}
    for number, picture in enumerate(pictures):
        quick = [cv2.IMWRITE_PNG_COMPRESSION, 1]
        arrays[f"image{number}"] = cv2.imencode(".png", picture, quick)[1].reshape(-1)
    memory = io.BytesIO()
    np.savez(memory, allow_pickle=False, **arrays)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".partial{os.getpid()}")
    partial.write_bytes(memory.getvalue())
    partial.replace(path)


def read_told(path: Path) -> tuple[KeptSample, ...]:
    """What a file tells of its images; BadInputError names a file that is damaged."""
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as kept:
            return _TOLD.validate_json(kept["told"].tobytes())
    except (OSError, ValueError, KeyError, EOFError, BadZipFile, ValidationError) as error:
        raise _damaged(path, error) from error


def read_kept(path: Path, number: int) -> Sample:
    """One image of a file; BadInputError names a file that is damaged."""
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as kept:
            told = _TOLD.validate_json(kept["told"].tobytes())[number]
            read = cv2.imdecode(kept[f"image{number}"], cv2.IMREAD_UNCHANGED)
    except (OSError, ValueError, KeyError, IndexError, EOFError, BadZipFile, cv2.error) as error:
        raise _damaged(path, error) from error
    pixels: Picture = np.asarray(read, np.uint16)
    return Sample(told.info, pixels, told.grey.description(), told.spacing)


def _damaged(path: Path, error: Exception) -> BadInputError:
    return BadInputError(
        f"holds no samples that can be read ({error})",
        where=str(path),
        remedy="Delete the file; it is made anew",
    )
