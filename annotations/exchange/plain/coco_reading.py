"""Annotations of a COCO file as findings: ours exactly, those of other programs as proposals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from annotations.exchange.format import bad
from annotations.exchange.neutral import ExchangeImage, ExchangeReading
from annotations.exchange.plain.coco_runs import counts_of_letters, mask_of_counts
from annotations.exchange.plain.record import (
    Gathering,
    contour_of_numbers,
    finding_of,
    foreign_finding,
    kind_of,
)
from annotations.shapes.outlines import mask_of, mask_of_all
from domain.finding import Contour, Finding, FindingKind, Geometry
from domain.geometry import Box, ImagePoint, ImageSize
from domain.mask import RleMask

PROGRAM = "imported COCO"
_HALF = 0.5


def read_annotations(
    found: Mapping[str, Any], images: Mapping[Any, ExchangeImage], where: str
) -> tuple[ExchangeReading, ...]:
    """All annotations as readings. Raises ExchangeError that names the entry at fault."""
    kinds = _kinds(found, where)
    gathering = Gathering(where)
    for index, one in enumerate(found["annotations"]):
        entry = f"annotations.{index}"
        if not isinstance(one, dict):
            raise bad(f"{entry}: is no annotation", where)
        image = images.get(one.get("image_id"))
        if image is None:
            raise bad(f"{entry}: no image has the id {one.get('image_id')!r}", where)
        kind = kinds.get(one.get("category_id"))
        if kind is None:
            raise bad(f"{entry}: no category has the id {one.get('category_id')!r}", where)
        attributes = one.get("attributes")
        told = attributes if isinstance(attributes, dict) else {}
        try:
            geometry = _geometry(one, told, image)
        except (TypeError, ValueError, KeyError, IndexError, OverflowError) as error:
            raise bad(f"{entry}: {error}", where) from error
        record = told.get("finding")
        if isinstance(record, dict):
            make = partial(_ours, {**record, "kind": kind.value}, where, entry)
            name = str(record.get("id", index))
        else:
            name = f"{index}"
            make = partial(_theirs, kind, image.uid, one, index)
        gathering.add((image.study_uid, str(told.get("reader", ""))), name, geometry, make)
    return gathering.readings()


def _ours(record: Mapping[str, Any], where: str, entry: str, places: Sequence[Geometry]) -> Finding:
    return finding_of(record, places, where, entry)


def _theirs(
    kind: FindingKind, uid: str, one: Mapping[str, Any], index: int, places: Sequence[Geometry]
) -> Finding:
    score = one.get("score")
    fits = isinstance(score, int | float) and 0 <= score <= 1
    name = f"{uid} {one.get('id', index)} {index}"
    return foreign_finding(kind, places[0], PROGRAM, name, score if fits else None)


def _kinds(found: Mapping[str, Any], where: str) -> dict[Any, FindingKind]:
    kinds: dict[Any, FindingKind] = {}
    for index, one in enumerate(found["categories"]):
        if not isinstance(one, dict) or "id" not in one:
            raise bad(f"categories.{index}: is no category with an id", where)
        kind = kind_of(str(one.get("name", "")))
        if kind is None:
            raise bad(
                f"categories.{index}: the name {one.get('name')!r} is not known here",
                where,
                f"Rename it to one of: {', '.join(known.value for known in FindingKind)}",
            )
        kinds[one["id"]] = kind
    return kinds


def _geometry(one: Mapping[str, Any], told: Mapping[str, Any], image: ExchangeImage) -> Geometry:
    frames = told.get("frames", [0, 0])
    mask, contour = _segmentation(one.get("segmentation"), told, image.size)
    if told.get("outline"):
        contour = contour_of_numbers(told["outline"], -_HALF)
    point = told.get("point")
    return Geometry(
        image.uid,
        int(frames[0]),
        int(frames[1]),
        _box(one["bbox"]) if told.get("box", True) and one.get("bbox") else None,
        contour,
        mask,
        ImagePoint(float(point[0]) - _HALF, float(point[1]) - _HALF) if point else None,
    )


def _box(numbers: Sequence[float]) -> Box:
    left, top, width, height = (float(number) for number in numbers)
    if not (width >= 0 and height >= 0):
        raise ValueError("a box is less than nothing wide or high")
    return Box(left - _HALF, top - _HALF, left - _HALF + width, top - _HALF + height)


def _segmentation(
    found: Any, told: Mapping[str, Any], size: ImageSize
) -> tuple[RleMask | None, Contour | None]:
    if isinstance(found, dict):
        return _from_runs(found, size), None
    if not found:
        return (RleMask(size), None) if told.get("segmentation") == "mask" else (None, None)
    outlines = [contour_of_numbers(one, -_HALF) for one in found]
    if told.get("segmentation") == "mask":
        return mask_of_all([one.points for one in outlines], size), None
    if len(outlines) == 1:
        return None, outlines[0]
    union = np.zeros(size.shape, np.uint8)  # parts that overlap count once with COCO
    for one in outlines:
        union |= mask_of(one.points, size).pixels()
    return RleMask.of(union, size), None


def _from_runs(found: Mapping[str, Any], size: ImageSize) -> RleMask:
    stated = ImageSize(*(int(one) for one in found["size"]))
    if stated != size:
        raise ValueError(
            f"the mask is {stated.columns}x{stated.rows}, its image {size.columns}x{size.rows}"
        )
    counts = found["counts"]
    lengths = counts_of_letters(counts) if isinstance(counts, str) else np.array(counts, np.int64)
    return mask_of_counts(lengths, size)
