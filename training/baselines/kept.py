"""Marks of the blob filters on phantoms, kept by seed so that they are made once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import cv2

from domain.geometry import Box
from phantom.recipe import GENERATOR_VERSION
from phantom.studies.generate import generate_study
from training.baselines.blobs import blob_marks
from training.baselines.shown import shown_phantom
from training.data.phantoms import PhantomSet
from training.metrics.froc import Mark

BlobMarks = Mapping[str, tuple[Mark, ...]]
"""By filter variant, surest first, in stored pixels."""


def make_blobs(studies: PhantomSet, processes: int) -> Iterator[str]:
    """Mark and keep the studies that are not kept yet; tells how far it is."""
    missing = [seed for seed in studies.seeds if not _path(studies, seed).exists()]
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        made = pool.map(_make_one, [studies] * len(missing), missing)
        for done, _ in enumerate(made, start=1):
            yield f"blob filters: {done} of {len(missing)} studies"


def read_blobs(studies: PhantomSet, seed: int) -> list[BlobMarks]:
    """Marks on each image of a study, in the recipe's order of exposures."""
    kept = json.loads(_path(studies, seed).read_text(encoding="utf-8"))
    return [{name: tuple(map(_mark, own)) for name, own in image.items()} for image in kept]


def _mark(numbers: list[float]) -> Mark:
    return Mark(numbers[0], Box(*numbers[1:]))


def _path(studies: PhantomSet, seed: int) -> Path:
    """Other filters and other studies have other folders."""
    digest = hashlib.sha256(f"{studies.size}".encode())
    for name in ("blobs.py", "shown.py"):
        digest.update(Path(__file__).with_name(name).read_bytes())
    folder = f"blobs-v{GENERATOR_VERSION}-{digest.hexdigest()[:8]}"
    return studies.folder / folder / f"{seed}.json"


def _make_one(studies: PhantomSet, seed: int) -> None:
    cv2.setNumThreads(1)  # the processes themselves fill the cores
    found = []
    for image in generate_study(studies.recipe(seed)):
        marks = blob_marks(shown_phantom(image))
        found.append({name: [_plain(mark) for mark in own] for name, own in marks.items()})
    path = _path(studies, seed)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(found, separators=(",", ":")), encoding="utf-8")
    partial.replace(path)


def _plain(mark: Mark) -> list[float]:
    box = mark.box
    edges = (round(edge, 2) for edge in (box.left, box.top, box.right, box.bottom))
    return [round(mark.score, 6), *edges]
