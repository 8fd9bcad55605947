"""What one synthetic image's truth and marks are boiled down to, kept as JSON between runs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from domain.finding import FindingKind
from domain.geometry import Box
from domain.lexicon import DescriptorAxis
from phantom.space.stamp import Patch
from phantom.studies.image import SyntheticImage
from phantom.truth.truth import LesionTruth
from training.baselines.shown import ShownView
from training.metrics.froc import Mark


@dataclass(frozen=True)
class Target:
    """One lesion on one image. box: in stored pixels.

    contrast: mean brightness of the lesion above that of the ring around it, as shown, 0 to 1.
    visibility: the same in spreads of the ring's brightness.
    """

    number: int
    kind: FindingKind
    box: Box
    size_mm: float
    nipple_distance_mm: float
    contrast: float
    visibility: float
    subtlety: float
    malignant: bool
    margin: str


@dataclass(frozen=True)
class ImageRecord:
    """One image. marks: by filter variant, surest first; density and the rest as words."""

    patient: int
    side: str
    view: str
    density: str
    pixel_mm: float
    targets: tuple[Target, ...]
    marks: Mapping[str, tuple[Mark, ...]]


def record_image(
    patient: int, image: SyntheticImage, view: ShownView, marks: Mapping[str, list[Mark]]
) -> ImageRecord:
    """Boil one image down; view: the same image as shown."""
    return ImageRecord(
        patient,
        image.exposure.laterality.value,
        image.truth.family.value,
        image.density.value,
        image.pixel_mm,
        tuple(_target(lesion, view) for lesion in image.truth.lesions),
        {name: tuple(own) for name, own in marks.items()},
    )


def _target(truth: LesionTruth, view: ShownView) -> Target:
    contrast, spread = local_contrast(view, truth.patch)
    lesion = truth.lesion
    return Target(
        lesion.number,
        lesion.kind,
        truth.box,
        lesion.size_mm,
        truth.nipple_distance_mm,
        contrast,
        contrast / max(spread, 1e-3),
        lesion.subtlety,
        lesion.malignant,
        lesion.term(DescriptorAxis.MASS_MARGIN),
    )


def local_contrast(view: ShownView, patch: Patch) -> tuple[float, float]:
    """How much brighter the patch is than the breast around it, and the ring's own spread.

    The ring is half as wide as the patch's mean radius, at least three pixels. Zeros where the
    patch is empty or nothing of the breast lies around it.
    """
    width = max(3, round(float(np.sqrt(patch.pixels.sum() / np.pi)) / 2))
    rows, columns = view.picture.shape
    top, left = max(0, patch.top - width), max(0, patch.left - width)
    bottom = min(rows, patch.top + patch.pixels.shape[0] + width)
    right = min(columns, patch.left + patch.pixels.shape[1] + width)
    mask = np.zeros((bottom - top, right - left), np.uint8)
    down, across = patch.top - top, patch.left - left
    mask[down : down + patch.pixels.shape[0], across : across + patch.pixels.shape[1]] = (
        patch.pixels
    )
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * width + 1, 2 * width + 1))
    grown = cv2.dilate(mask, disc) > 0
    around = grown & (mask == 0) & view.inside[top:bottom, left:right]
    if not mask.any() or not around.any():
        return 0.0, 0.0
    part = view.picture[top:bottom, left:right]
    ring = part[around]
    return float(part[mask > 0].mean() - ring.mean()), float(ring.std())


def write_records(path: Path, records: list[ImageRecord]) -> None:
    """Write one study's records whole or not at all."""
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps([_plain(record) for record in records], separators=(",", ":")))
    partial.replace(path)


def read_records(path: Path) -> list[ImageRecord]:
    """Read what ``write_records`` wrote."""
    return [_record(entry) for entry in json.loads(path.read_text())]


def _plain(record: ImageRecord) -> dict[str, Any]:
    entry = asdict(record)
    entry["targets"] = [
        asdict(one) | {"kind": one.kind.value, "box": _corners(one.box)} for one in record.targets
    ]
    entry["marks"] = {
        name: [[round(mark.score, 6), *_corners(mark.box)] for mark in marks]
        for name, marks in record.marks.items()
    }
    return entry


def _corners(box: Box) -> list[float]:
    return [round(edge, 2) for edge in (box.left, box.top, box.right, box.bottom)]


def _record(entry: dict[str, Any]) -> ImageRecord:
    targets = tuple(
        Target(**(one | {"kind": FindingKind(one["kind"]), "box": Box(*one["box"])}))
        for one in entry["targets"]
    )
    marks = {
        name: tuple(Mark(score, Box(*corners)) for score, *corners in own)
        for name, own in entry["marks"].items()
    }
    return ImageRecord(**(entry | {"targets": targets, "marks": marks}))
