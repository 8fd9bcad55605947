"""A thousand readings to COCO, beside pycocotools alone writing the same masks."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from functools import partial
from itertools import count
from pathlib import Path
from uuid import uuid4

import numpy as np
import numpy.typing as npt
from pycocotools import mask as coco

from annotations.document.document import Document
from annotations.exchange.formats import FORMATS
from annotations.exchange.neutral import (
    Exchange,
    ExchangeImage,
    ExchangeReading,
    ExchangeStudy,
)
from benchmarks.row import Row, paired_medians
from domain.finding import Finding, FindingKind, FindingStatus, Geometry, ReaderProvenance
from domain.geometry import ImageSize
from domain.mask import RleMask

_READINGS, _FINDINGS, _ROUNDS = 1_000, 3, 3
_LEAST_SHARE = 0.7
"""Of pycocotools' speed."""
_SIZE = ImageSize(2294, 1914)

Bytes = npt.NDArray[np.uint8]
Place = tuple[int, int, Bytes]
"""Row and column of a mask's first pixel, and its pixels, 0 and 1."""


def rows() -> list[Row]:
    """One row: readings of three masks each, on images of 4.4 Mpx.

    pycocotools encodes whole pictures; it is given one into which each mask is put and taken out
    again, so that it pays for no picture of its own.
    """
    drawn = _drawn()
    exchange = _exchange(drawn)
    masks = [place for number in range(_READINGS) for place in drawn[number % len(drawn)]]
    with tempfile.TemporaryDirectory() as folder:
        fresh = (Path(folder) / str(number) for number in count())
        ours, theirs = paired_medians(
            lambda: _export(exchange, next(fresh)),
            partial(_by_pycocotools, masks, Path(folder) / "alone.json"),
            _ROUNDS,
        )
    name = f"export {_READINGS} readings of {_FINDINGS} masks to COCO"
    reference = "pycocotools encodes and writes the same masks"
    return [Row(name, ours, theirs, reference, "s", 1 / _LEAST_SHARE)]


def _export(exchange: Exchange, folder: Path) -> None:
    folder.mkdir()
    FORMATS["coco"].write(exchange, folder)


def _by_pycocotools(masks: Sequence[Place], file: Path) -> None:
    whole = np.zeros(_SIZE.shape, np.uint8, order="F")
    annotations = []
    for number, (row, column, pixels) in enumerate(masks, 1):
        place = np.s_[row : row + pixels.shape[0], column : column + pixels.shape[1]]
        whole[place] = pixels
        encoded = coco.encode(whole)
        whole[place] = 0
        annotations.append(
            {
                "id": number,
                "image_id": (number - 1) // _FINDINGS + 1,
                "category_id": 1,
                "iscrowd": 0,
                "area": float(coco.area(encoded)),
                "bbox": coco.toBbox(encoded).tolist(),
                "segmentation": {**encoded, "counts": encoded["counts"].decode()},
            }
        )
    file.write_text(json.dumps({"annotations": annotations}), encoding="utf-8")


def _drawn() -> list[tuple[Place, ...]]:
    """Masks with ragged edges, of 6 to 40 mm; a few sets are used again and again."""
    random = np.random.default_rng(9)
    return [tuple(_blob(random) for _ in range(_FINDINGS)) for _ in range(20)]


def _blob(random: np.random.Generator) -> Place:
    radius = float(random.uniform(30, 200))
    side = int(2.6 * radius)
    rows, columns = np.mgrid[:side, :side] - side / 2
    angle, waves = np.arctan2(rows, columns), random.normal(size=(2, 12)) * 0.03
    edge = 1 + sum(
        one * np.cos(k * angle) + other * np.sin(k * angle)
        for k, (one, other) in enumerate(waves.T, 2)
    )
    inside = (np.hypot(rows, columns) < radius * edge).astype(np.uint8)
    top, left = (int(random.integers(0, length - side)) for length in _SIZE.shape)
    return top, left, inside


def _exchange(drawn: Sequence[tuple[Place, ...]]) -> Exchange:
    uids = [f"1.2.{number}" for number in range(_READINGS)]
    return Exchange(
        tuple(ExchangeStudy(uid) for uid in uids),
        tuple(ExchangeImage(f"{uid}.1", uid, _SIZE) for uid in uids),
        tuple(
            ExchangeReading("anna", Document(uid, _findings(f"{uid}.1", drawn[at % len(drawn)])))
            for at, uid in enumerate(uids)
        ),
    )


def _findings(image: str, places: Sequence[Place]) -> tuple[Finding, ...]:
    return tuple(
        Finding(
            uuid4(),
            FindingKind.MASS,
            (Geometry(image, mask=RleMask.of(pixels, _SIZE, column, row)),),
            ReaderProvenance("anna"),
            FindingStatus.ACCEPTED,
        )
        for row, column, pixels in places
    )
