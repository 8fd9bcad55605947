"""``truth.json``: everything that is known of a written synthetic study, for programs to read.

One JSON object; lengths are in mm where their name says so, all other positions are stored-image
positions [x, y] in pixels (the centre of the first pixel is [0, 0]).

    generator           "fourview phantom"
    generator_version   a seed means the same study within one version only
    seed, content       what was asked for: "normal", "mixed", "masses",
                        "calcifications" or "demo"
    recipe              density (null where drawn), unit, size [rows, columns] or null, implant
    composition         BI-RADS composition of the breasts, "a" to "d"
    exams               exam (0 the current one, 1 the newest prior), study_uid
    images              one entry a file, see below
    lesions             one entry a lesion and exam: exam, number (the same in all exams),
                        laterality, kind, size_mm, edition, descriptors [[axis, code], ...],
                        assessment, malignant, probability (of being malignant), subtlety
    correspondences     number, exam, laterality, and sop_uids [CC, MLO] that show that lesion

An image has: file (relative to the folder), exam, sop_uid, laterality, view, modifiers, frames,
size [rows, columns], pixel_mm (in the plane of the breast), spacing_mm (Imager Pixel Spacing),
thickness_mm (of the compressed breast), unit, nipple, pectoral (the muscle's edge on an MLO from
head to foot, else empty), lesions and decoys.

A lesion on an image: number, box [left, top, right, bottom], contour [[x, y], ...], mask (size,
and counts: lengths of runs in row-major order, alternating, background first), centre, frames
[first, last] from 0, nipple_distance_mm (in the plane of the image), height_mm (above the
detector's cover). A decoy: kind, box.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np

from domain.geometry import Box, ImagePoint, ImageSize
from domain.mask import RleMask
from domain.view_position import HangFamily
from phantom.recipe import GENERATOR_VERSION, Composition, Exposure, StudyRecipe
from phantom.space.stamp import Patch
from phantom.truth.truth import DecoyTruth, LesionTruth, ViewTruth

GENERATOR = "fourview phantom"


@dataclass(frozen=True)
class WrittenImage:
    """One file of a written study, without its pixels.

    file: relative to the study's folder, with slashes. exam: 0 the current one. frames: slices of
    a stack, 1 for a flat image; slice_mm: their distance, 0 for a flat image.
    """

    file: str
    sop_uid: str
    study_uid: str
    exam: int
    exposure: Exposure
    unit: str
    density: Composition
    pixel_mm: float
    spacing_mm: float
    thickness_mm: float
    truth: ViewTruth = field(repr=False)
    frames: int = 1
    slice_mm: float = 0.0

    def frame_span(self, lesion: LesionTruth) -> tuple[int, int]:
        """First and last frame that a lesion reaches into; (0, 0) on a flat image."""
        if self.frames == 1 or self.slice_mm <= 0:
            return (0, 0)
        half = lesion.lesion.size_mm / 2
        ends = (lesion.height_mm - half, lesion.height_mm + half)
        first, last = (
            int(np.clip(np.floor(end / self.slice_mm), 0, self.frames - 1)) for end in ends
        )
        return (first, last)


def mask_of(patch: Patch, size: ImageSize) -> RleMask:
    """A patch as run lengths over the whole image. ValueError where it reaches beyond."""
    rows, columns = patch.pixels.shape
    if not (0 <= patch.top <= size.rows - rows and 0 <= patch.left <= size.columns - columns):
        raise ValueError("a patch lies within its image")
    return RleMask.of(patch.pixels, size, patch.left, patch.top)


def truth_json(recipe: StudyRecipe, images: Sequence[WrittenImage]) -> str:
    """The text of ``truth.json``; recipe: of the current exam, images: of all exams."""
    studies = {image.exam: image.study_uid for image in images}
    size = [recipe.size.rows, recipe.size.columns] if recipe.size else None
    record = {
        "generator": GENERATOR,
        "generator_version": GENERATOR_VERSION,
        "seed": recipe.seed,
        "content": recipe.content.value,
        "recipe": {
            "density": recipe.density.value if recipe.density else None,
            "unit": recipe.unit,
            "size": size,
            "implant": recipe.implant,
        },
        "composition": images[0].density.value if images else None,
        "exams": [{"exam": exam, "study_uid": uid} for exam, uid in sorted(studies.items())],
        "images": [_image(image) for image in images],
        "lesions": _lesions(images),
        "correspondences": [
            {
                "number": number,
                "exam": cc.exam,
                "laterality": cc.exposure.laterality.value,
                "sop_uids": [cc.sop_uid, mlo.sop_uid],
            }
            for number, cc, mlo in correspondences(images)
        ],
    }
    return json.dumps(record, indent=None, separators=(",", ":")) + "\n"


def correspondences(
    images: Sequence[WrittenImage],
) -> Iterator[tuple[int, WrittenImage, WrittenImage]]:
    """Lesion numbers, each with two images of an exam, CC's and MLO's family, that show it.

    Only like is paired with like: flat images with flat ones, displaced with displaced.
    """
    families = [
        [image for image in images if image.truth.family is family]
        for family in (HangFamily.CC, HangFamily.MLO)
    ]
    for cc, mlo in product(*families):
        if _kin(cc) == _kin(mlo):
            shown = {lesion.lesion.number for lesion in mlo.truth.lesions}
            for lesion in cc.truth.lesions:
                if lesion.lesion.number in shown:
                    yield lesion.lesion.number, cc, mlo


def _kin(image: WrittenImage) -> tuple[object, ...]:
    shot = image.exposure
    return (image.exam, shot.laterality, shot.modifiers, image.frames > 1)


def _image(image: WrittenImage) -> dict[str, object]:
    truth, shot = image.truth, image.exposure
    return {
        "file": image.file,
        "exam": image.exam,
        "sop_uid": image.sop_uid,
        "laterality": shot.laterality.value,
        "view": shot.position.value,
        "modifiers": sorted(modifier.value for modifier in shot.modifiers),
        "frames": image.frames,
        "size": [truth.size.rows, truth.size.columns],
        "pixel_mm": image.pixel_mm,
        "spacing_mm": image.spacing_mm,
        "thickness_mm": image.thickness_mm,
        "unit": image.unit,
        "nipple": _point(truth.nipple),
        "pectoral": [_point(point) for point in truth.pectoral],
        "lesions": [_lesion_on(image, lesion) for lesion in truth.lesions],
        "decoys": [_decoy(decoy) for decoy in truth.decoys],
    }


def _lesion_on(image: WrittenImage, lesion: LesionTruth) -> dict[str, object]:
    mask = mask_of(lesion.patch, image.truth.size)
    return {
        "number": lesion.lesion.number,
        "box": _box(lesion.box),
        "contour": [_point(point) for point in lesion.contour.points],
        "mask": {"size": [mask.size.rows, mask.size.columns], "counts": list(mask.counts)},
        "centre": _point(lesion.centre),
        "frames": list(image.frame_span(lesion)),
        "nipple_distance_mm": round(lesion.nipple_distance_mm, 3),
        "height_mm": round(lesion.height_mm, 3),
    }


def _decoy(decoy: DecoyTruth) -> dict[str, object]:
    return {"kind": decoy.decoy.kind.value, "box": _box(decoy.box)}


def _lesions(images: Sequence[WrittenImage]) -> list[dict[str, object]]:
    """Each lesion of each exam that shows on an image at all."""
    seen = {
        (image.exam, lesion.lesion.number): lesion.lesion
        for image in images
        for lesion in image.truth.lesions
    }
    return [
        {
            "number": number,
            "exam": exam,
            "laterality": lesion.laterality.value,
            "kind": lesion.kind.value,
            "size_mm": lesion.size_mm,
            "edition": lesion.descriptors.edition.value,
            "descriptors": [[axis.value, code] for axis, code in lesion.descriptors.terms],
            "assessment": lesion.assessment.value,
            "malignant": lesion.malignant,
            "probability": lesion.probability,
            "subtlety": lesion.subtlety,
        }
        for (exam, number), lesion in sorted(seen.items(), key=lambda item: item[0])
    ]


def _point(point: ImagePoint) -> list[float]:
    return [round(point.x, 3), round(point.y, 3)]


def _box(box: Box) -> list[float]:
    return [round(edge, 3) for edge in (box.left, box.top, box.right, box.bottom)]
