"""Marks of the untrained filters on samples, kept by pixels and code: they are made once."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from enum import Enum
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from domain.geometry import Box, ImageSize
from domain.mask import RleMask
from imaging.grey.presentation import default_voi, presentation_name
from training.baselines.blobs import blob_marks
from training.baselines.dots import calcification_marks
from training.baselines.shown import shown_sample
from training.data.sample import DataSet, Sample, SampleInfo
from training.metrics.froc import Mark

FloorMarks = Mapping[str, tuple[Mark, ...]]
"""By filter variant, surest first, in stored pixels."""


class Floor(Enum):
    """What needs no training and must be beaten: a blob filter, or a top-hat."""

    MASSES = "blobs"
    CALCIFICATIONS = "dots"


@dataclass(frozen=True)
class FloorKeeper:
    """Marks of one floor. folder: where they are kept; nothing is kept where it is ``None``."""

    floor: Floor
    folder: Path | None

    def marks(self, sample: Sample) -> FloorMarks:
        """The filters' marks on one sample, from what is kept where they are there."""
        path = self._path(sample)
        if path is not None and path.exists():
            kept = json.loads(path.read_text(encoding="utf-8"))
            return {
                name: tuple(_mark(one, sample.size) for one in own) for name, own in kept.items()
            }
        found = self._find(sample)
        if path is not None:
            _write(path, {name: [_plain(mark) for mark in own] for name, own in found.items()})
        return found

    def make(self, data: DataSet, infos: Sequence[SampleInfo], processes: int) -> Iterator[int]:
        """Mark and keep what is not kept yet; tells how many images are done."""
        if self.folder is None:
            raise ValueError("marks are made ahead only where they are kept")
        with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
            futures = [pool.submit(_make_one, self, data, info) for info in infos]
            for done, future in enumerate(as_completed(futures), start=1):
                future.result()
                yield done

    def _find(self, sample: Sample) -> FloorMarks:
        view = shown_sample(sample)
        found = blob_marks(view) if self.floor is Floor.MASSES else calcification_marks(view)
        return {name: tuple(own) for name, own in found.items()}

    def _path(self, sample: Sample) -> Path | None:
        """Other filters and other pixels have another name."""
        if self.folder is None:
            return None
        digest = hashlib.sha256(np.ascontiguousarray(sample.pixels).tobytes())
        view = sample.info.position.value if sample.info.position else ""
        shown = presentation_name(default_voi(sample.grey))
        digest.update(f"{sample.pixels.shape} {sample.spacing} {view} {shown}".encode())
        return self.folder / f"{self.floor.value}-{_code()}" / f"{digest.hexdigest()[:24]}.json"


def _code() -> str:
    digest = hashlib.sha256()
    for name in ("blobs.py", "dots.py", "shown.py"):
        digest.update(Path(__file__).with_name(name).read_bytes())
    return digest.hexdigest()[:8]


def _make_one(keeper: FloorKeeper, data: DataSet, info: SampleInfo) -> None:
    cv2.setNumThreads(1)  # the processes themselves fill the cores
    keeper.marks(data.open(info))


def _write(path: Path, told: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".partial{os.getpid()}")
    partial.write_text(json.dumps(told, separators=(",", ":")), encoding="utf-8")
    partial.replace(path)


def _plain(mark: Mark) -> list[Any]:
    box = mark.box
    edges = (round(edge, 2) for edge in (box.left, box.top, box.right, box.bottom))
    told: list[Any] = [round(mark.score, 6), *edges]
    return told if mark.mask is None else [*told, mark.mask.top, mark.mask.rows]


def _mark(told: list[Any], size: ImageSize) -> Mark:
    box = Box(*told[1:5])
    if len(told) == 5:
        return Mark(told[0], box)
    return Mark(told[0], box, RleMask(size, told[5], tuple(map(tuple, told[6]))))
