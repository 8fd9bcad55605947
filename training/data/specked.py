"""Whole prepared pictures with calcifications labelled, kept small: patches are cut from these."""

from __future__ import annotations

import hashlib
import io
import os
from dataclasses import dataclass, field
from pathlib import Path
from zipfile import BadZipFile

import cv2
import numpy as np
import numpy.typing as npt

from domain.errors import BadInputError
from domain.geometry import ImagePoint
from domain.mask import RleMask
from inference.preparing.frame import PreparedFrame
from inference.preparing.prepare import PreparedImage, PreparingSpec
from inference.systems.calcify_preparing import prepare_fine
from inference.systems.system import SeenView
from training.data.sample import CALCIFIED, Sample
from training.data.specks import SpeckRule, specks

Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int32]

NONE, CALCIUM, LARGE = 0, 1, 2
"""What a label says: nothing, a calcification, a region too large to learn from."""


@dataclass(frozen=True)
class LabelRule:
    """DeepLIMa, section 4.2.1: labels smaller than ``least_mm2`` are dilated to that area; patches
    with labels larger than ``most_mm2`` are not learnt from. The paper's 900 pixels are 6.5 mm2 at
    0.085 mm; so much hides which pixels are calcification.
    """

    least_mm2: float = 0.2
    most_mm2: float = 12.0


@dataclass(frozen=True, eq=False)
class SpeckedPicture:
    """One image as patches are cut from it.

    pixels: uint8 (rows, columns), 255ths of what a network sees. labels: uint8, ``NONE``,
    ``CALCIUM`` or ``LARGE``. dots: int32 (n, 3), row, column and number of the finding of each
    labelled region. others: int32 (m, 2), rows and columns of specks that are no calcification of
    a finding. bare: no finding of any kind is on it. mined: int32 (k, 2), what a network took for
    a calcification and is none; not kept in the picture's file.
    """

    name: str
    pixels: Bytes = field(repr=False)
    labels: Bytes = field(repr=False)
    dots: Places = field(repr=False)
    others: Places = field(repr=False)
    bare: bool
    mined: Places = field(default_factory=lambda: np.zeros((0, 2), np.int32), repr=False)


def specked(
    sample: Sample, spec: PreparingSpec, labels: LabelRule, rule: SpeckRule
) -> SpeckedPicture:
    """Prepare and label one image."""
    ready = prepare_fine(SeenView(sample.pixels, sample.grey, sample.spacing), spec)
    painted, dots = _labelled(sample, ready, spec, labels)
    near = cv2.dilate((painted > 0).astype(np.uint8), np.ones((9, 9), np.uint8))
    found = specks(ready.pixels, spec.pixel_mm, rule) & (near == 0)
    bare = not sample.info.of(CALCIFIED)
    pixels = np.rint(ready.pixels * 255).astype(np.uint8)
    others = np.argwhere(found).astype(np.int32)
    return SpeckedPicture(sample.info.name, pixels, painted, dots, others, bare)


def _labelled(
    sample: Sample, ready: PreparedImage, spec: PreparingSpec, rule: LabelRule
) -> tuple[Bytes, Places]:
    painted = np.zeros(ready.pixels.shape, np.uint8)
    dots = []
    for number, finding in enumerate(sample.info.of(CALCIFIED)):
        if finding.mask is None or finding.mask.empty:
            continue
        part = prepared_mask(finding.mask, ready.frame)
        count, marks, stats, middles = cv2.connectedComponentsWithStats(part, connectivity=8)
        for index in range(1, count):
            area = stats[index, cv2.CC_STAT_AREA] * spec.pixel_mm**2
            kind = LARGE if area > rule.most_mm2 else CALCIUM
            _paint(
                painted,
                np.asarray(marks, np.int32),
                stats[index],
                index,
                (rule.least_mm2 / spec.pixel_mm**2, kind),
            )
            column, row = middles[index]
            dots.append((round(row), round(column), number))
    return painted, np.array(dots, np.int32).reshape(-1, 3)


def _paint(
    painted: Bytes,
    marks: npt.NDArray[np.int32],
    stats: npt.NDArray[np.int32],
    index: int,
    least_and_kind: tuple[float, int],
) -> None:
    """Paint one region, dilated until it has the least area in pixels."""
    least, kind = least_and_kind
    reach = int(np.ceil(np.sqrt(least))) + 1
    left, top, width, height = stats[:4].tolist()
    rows = slice(max(0, top - reach), top + height + reach)
    columns = slice(max(0, left - reach), left + width + reach)
    own = (marks[rows, columns] == index).astype(np.uint8)
    shapes = (cv2.MORPH_CROSS, cv2.MORPH_RECT)
    for turn in range(reach):
        if int(own.sum()) >= least:
            break
        own = cv2.dilate(own, cv2.getStructuringElement(shapes[turn % 2], (3, 3)))
    part = painted[rows, columns]
    np.maximum(part, own * np.uint8(kind), out=part)


def prepared_mask(mask: RleMask, frame: PreparedFrame) -> Bytes:
    """Prepared pixels that any pixel of a stored mask falls on: uint8 (rows, columns), 0 or 1."""
    painted = np.zeros(frame.size.shape, np.uint8)
    box = mask.box
    if box is None:
        return painted
    left, top = round(box.left + 0.5), round(box.top + 0.5)
    window = mask.window(left, top, round(box.width), round(box.height))
    row, column = np.nonzero(window)
    corner = np.array(frame.point_to_prepared(ImagePoint(0.0, 0.0)))
    along = np.array(frame.point_to_prepared(ImagePoint(1.0, 0.0))) - corner
    down = np.array(frame.point_to_prepared(ImagePoint(0.0, 1.0))) - corner
    at = corner + np.outer(column + left, along) + np.outer(row + top, down)
    x, y = np.rint(at).astype(int).T
    inside = (x >= 0) & (y >= 0) & (x < painted.shape[1]) & (y < painted.shape[0])
    painted[y[inside], x[inside]] = 1
    return painted


def kept_path(folder: Path, name: str, asked: object) -> Path:
    """Where a picture is kept; asked: all that it was made by, other things have another file."""
    digest = hashlib.sha256(repr(asked).encode()).hexdigest()[:12]
    return folder / "specked" / f"{name}-{digest}.npz"


def write_specked(path: Path, picture: SpeckedPicture) -> None:
    """Keep a picture, whole or not at all."""
    memory = io.BytesIO()
    np.savez(
        memory,
        allow_pickle=False,
        pixels=cv2.imencode(".png", picture.pixels)[1].reshape(-1),
        labels=cv2.imencode(".png", picture.labels)[1].reshape(-1),
        dots=picture.dots,
        others=picture.others,
        bare=np.array(picture.bare),
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".partial{os.getpid()}")
    partial.write_bytes(memory.getvalue())
    partial.replace(path)


def read_specked(path: Path) -> SpeckedPicture:
    """Read what was kept; BadInputError names a file that is damaged."""
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as kept:
            pixels, labels = (
                np.asarray(cv2.imdecode(kept[key], cv2.IMREAD_GRAYSCALE), np.uint8)
                for key in ("pixels", "labels")
            )
            return SpeckedPicture(
                path.stem.rpartition("-")[0],
                pixels,
                labels,
                kept["dots"],
                kept["others"],
                bool(kept["bare"]),
            )
    except (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile, cv2.error) as error:
        raise BadInputError(
            f"holds no picture that can be read ({error})",
            where=str(path),
            remedy="Delete the file; it is made anew",
        ) from error
