"""Sheets of the worst misses and the surest false marks, to look at: truths green, marks red."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from domain.geometry import Box
from imaging.grey.presentation import default_presentation
from inference.preparing.frame import PreparedFrame
from inference.preparing.prepare import PreparingSpec, prepare
from training.data.sample import DataSet, Sample
from training.evaluation.detection import Detection, hold
from training.evaluation.reading import ReadImage
from training.evaluation.truths import Task

Picture = npt.NDArray[np.uint8]

TILES, ACROSS = 12, 4
_ROWS, _COLUMNS, _HEAD = 640, 480, 40
_INSET = 200
"""Side in pixels of the part around the subject that is shown larger, at the lower right."""
_INSET_MM = 20.0
"""Side of that part at least; else twice the subject."""

_SPEC = PreparingSpec(pixel_mm=0.25, largest=(_ROWS, _COLUMNS))
_GREEN, _RED, _GREY, _WHITE = (80, 220, 80), (60, 60, 255), (150, 150, 150), (255, 255, 255)


@dataclass(frozen=True)
class Case:
    """One thing to look at. subject: the box that it is about. words: what is wrong there."""

    image: ReadImage
    subject: Box
    words: str


def write_sheets(
    folder: Path, task: Task, found: Detection, images: Sequence[ReadImage], data: DataSet
) -> tuple[Path, ...]:
    """``misses.png`` and ``false-marks.png``; what there is nothing of is not written."""
    sheets = {
        "misses.png": worst_misses(task, images, found.threshold),
        "false-marks.png": worst_false(task, images, found.threshold),
    }
    written = []
    for name, cases in sheets.items():
        if cases:
            tiles = [tile(task, case, data, found.threshold) for case in cases]
            cv2.imwrite(str(folder / name), sheet(tiles))
            written.append(folder / name)
    return tuple(written)


def worst_misses(
    task: Task, images: Sequence[ReadImage], threshold: float, most: int = TILES
) -> list[Case]:
    """Lesions that no mark above the threshold hits: the plainest and largest first."""
    cases: list[tuple[float, Case]] = []
    for image in images:
        sought, _ = task.split(image.info, image.size, image.pixel_mm)
        _, one = hold(task, image, image.marks)
        for (finding, truth), score in zip(sought, one.found, strict=True):
            if score > threshold:
                continue
            size = max(truth.box.width, truth.box.height) * image.pixel_mm
            plain = 1.0 if finding.subtlety is None else 1.0 - finding.subtlety
            best = f"best mark {score:.2f}" if np.isfinite(score) else "no mark on it"
            words = f"{finding.kind.value} {size:.0f} mm, {best}"
            cases.append((plain * size, Case(image, truth.box, words)))
    cases.sort(key=lambda pair: -pair[0])
    return [case for _, case in cases[:most]]


def worst_false(
    task: Task, images: Sequence[ReadImage], threshold: float, most: int = TILES
) -> list[Case]:
    """Marks on nothing above the threshold, the surest first; one an image."""
    cases: list[tuple[float, Case]] = []
    for image in images:
        matched, _ = hold(task, image, image.marks)
        own = max(matched.false, key=lambda at: image.marks[at].score, default=None)
        if own is not None and image.marks[own].score > threshold:
            mark = image.marks[own]
            words = f"{mark.score:.2f}, {image.places[own].value}"
            cases.append((mark.score, Case(image, mark.box, words)))
    cases.sort(key=lambda pair: -pair[0])
    return [case for _, case in cases[:most]]


def tile(task: Task, case: Case, data: DataSet, threshold: float) -> Picture:
    """One image with all its truths, the marks above the threshold, and its subject marked out."""
    image = case.image
    sample = data.open(image.info)
    ready = prepare(sample.pixels, sample.grey, sample.spacing, _SPEC)
    grey = np.rint(ready.pixels * 255).astype(np.uint8)
    picture = np.zeros((_HEAD + _ROWS, _COLUMNS, 3), np.uint8)
    picture[_HEAD : _HEAD + grey.shape[0], : grey.shape[1]] = grey[:, :, None]
    sought, ignored = task.split(image.info, image.size, image.pixel_mm)
    _draw(picture, ready.frame, (truth.box for truth in ignored), _GREY)
    _draw(picture, ready.frame, (truth.box for _, truth in sought), _GREEN)
    shown = [mark for mark in image.marks if mark.score > threshold]
    _draw(picture, ready.frame, (mark.box for mark in shown), _RED)
    for mark in shown:
        left, top, _, _ = ready.frame.to_prepared(mark.box)
        _write(picture, f"{mark.score:.2f}", (round(left), round(top) + _HEAD - 3), _RED)
    _point_at(picture, ready.frame, case.subject)
    picture[-_INSET:, -_INSET:] = _inset(sample, case.subject, image.pixel_mm)[:, :, None]
    head = f"{image.info.name} {image.info.view} {image.info.composition}"
    _write(picture, head, (4, 15), _WHITE)
    _write(picture, case.words, (4, 33), _WHITE)
    return picture


def sheet(tiles: Sequence[Picture], across: int = ACROSS) -> Picture:
    """Tiles of one size in rows, uint8 (rows, columns, 3)."""
    empty = np.zeros_like(tiles[0])
    padded = [*tiles, *[empty] * (-len(tiles) % min(across, len(tiles)))]
    wide = min(across, len(tiles))
    rows = [np.hstack(padded[at : at + wide]) for at in range(0, len(padded), wide)]
    return np.asarray(np.vstack(rows), np.uint8)


def _inset(sample: Sample, subject: Box, pixel_mm: float) -> Picture:
    """What lies around the subject as it is stored, uint8 (``_INSET``, ``_INSET``)."""
    side = max(_INSET_MM / pixel_mm, 2 * subject.width, 2 * subject.height)
    step, at = side / _INSET, subject.centre
    first_x, first_y = (middle - side / 2 + step / 2 for middle in (at.x, at.y))
    back = np.array([[step, 0, first_x], [0, step, first_y]])
    grey = default_presentation(sample.pixels, sample.grey)
    # A resampling alone would leave out flecks that are smaller than its step.
    if step > 1:
        grey = np.asarray(cv2.blur(grey, (round(step), round(step))), np.uint8)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    cut = np.asarray(cv2.warpAffine(grey, back, (_INSET, _INSET), flags=flags), np.uint8)
    cut[[0, -1]] = cut[:, [0, -1]] = 255
    return cut


def _draw(
    picture: Picture, frame: PreparedFrame, boxes: Iterable[Box], colour: tuple[int, int, int]
) -> None:
    for box in boxes:
        left, top, right, bottom = (round(edge) for edge in frame.to_prepared(box))
        cv2.rectangle(picture, (left, top + _HEAD), (right, bottom + _HEAD), colour, 1)


def _point_at(picture: Picture, frame: PreparedFrame, box: Box) -> None:
    """White corners a little outside the box."""
    left, top, right, bottom = (round(edge) for edge in frame.to_prepared(box))
    for x, inward in ((left - 5, 1), (right + 5, -1)):
        for y, down in ((top + _HEAD - 5, 1), (bottom + _HEAD + 5, -1)):
            cv2.line(picture, (x, y), (x + 8 * inward, y), _WHITE, 1)
            cv2.line(picture, (x, y), (x, y + 8 * down), _WHITE, 1)


def _write(picture: Picture, words: str, at: tuple[int, int], colour: tuple[int, int, int]) -> None:
    cv2.putText(picture, words, at, cv2.FONT_HERSHEY_SIMPLEX, 0.45, colour, 1, cv2.LINE_AA)
