"""Quick stand-ins for synthetic views, for tests of what is done with them: ovals with a disc.

They have the frame, the units and the truth of drawn ones, and cost a millisecond each.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from domain.finding import Contour, Descriptors, FindingKind
from domain.geometry import Box, ImagePoint, ImageSize
from domain.laterality import Laterality
from domain.lexicon import Assessment, DescriptorAxis
from domain.view_position import HangFamily
from phantom.decoys.decoy import Decoy, DecoyKind
from phantom.detector.units import UNITS
from phantom.lesions.lesion import Lesion
from phantom.recipe import Composition, Content, Exposure, StudyRecipe
from phantom.space.points import BreastPoint
from phantom.space.stamp import Patch
from phantom.space.streams import stream
from phantom.studies import generate
from phantom.studies.image import SyntheticImage
from phantom.truth.truth import DecoyTruth, LesionTruth, ViewTruth

SLICES = 5


def use_plain_views(patch: pytest.MonkeyPatch) -> None:
    """Make ``write_study`` draw stand-ins until the patch is undone."""
    patch.setattr(generate, "generate_study", plain_study)
    patch.setattr(generate, "generate_stack", plain_stack, raising=False)


def plain_study(recipe: StudyRecipe) -> Iterator[SyntheticImage]:
    """As ``generate_study``: one lesion in each breast, none in a normal patient."""
    for exposure in recipe.exposures:
        yield plain_view(recipe, exposure)


def plain_stack(recipe: StudyRecipe, exposure: Exposure) -> tuple[SyntheticImage, np.ndarray]:
    """As ``generate_stack``: slices that are all alike."""
    image = plain_view(recipe, exposure)
    return image, np.stack([image.pixels] * SLICES)


def plain_view(recipe: StudyRecipe, exposure: Exposure) -> SyntheticImage:
    """An oval with a bright disc in it."""
    unit = UNITS[recipe.unit]
    size = recipe.size or unit.size
    right = exposure.laterality is Laterality.RIGHT
    y, x = np.mgrid[0 : size.rows, 0 : size.columns].astype(np.float32)
    depth = 1 - np.hypot((y / size.rows - 0.5) / 0.4, x / size.columns / 0.7)
    brightness = np.sqrt(np.clip(depth, 0, 1)) * 0.6
    noise = stream(recipe.seed, exposure.position.value).normal(0, 0.02, brightness.shape)
    brightness += np.where(brightness > 0, noise, 0).astype(np.float32)
    disc = np.hypot(y - (0.4 if right else 0.6) * size.rows, x - 0.3 * size.columns) < 0.03 * max(
        size.shape
    )
    if recipe.content is not Content.NORMAL:
        brightness[disc] += 0.3
    if right:
        brightness, disc = brightness[:, ::-1], np.ascontiguousarray(disc[:, ::-1])
    pixel = unit.plane_pixel_mm(size)
    return SyntheticImage(
        exposure=exposure,
        unit=unit,
        density=recipe.density or Composition.B,
        pixels=unit.stored(np.ascontiguousarray(brightness)),
        pixel_mm=pixel,
        spacing_mm=pixel * unit.magnification,
        thickness_mm=55.0,
        truth=_truth(recipe, exposure, size, disc),
    )


def _truth(recipe: StudyRecipe, exposure: Exposure, size: ImageSize, disc: np.ndarray) -> ViewTruth:
    side = exposure.laterality
    nipple = 0.7 * size.columns
    mole = Decoy(DecoyKind.MOLE, side, BreastPoint(60, 2, 3), 4, 5)
    return ViewTruth(
        size=size,
        family=exposure.position.family,
        lesions=() if recipe.content is Content.NORMAL else (_lesion(side, disc),),
        decoys=(DecoyTruth(mole, Box(1, 2, 3, 4)),),
        nipple=ImagePoint(size.columns - 1 - nipple if side is Laterality.RIGHT else nipple, 9),
        pectoral=(ImagePoint(5, 0),) if exposure.position.family is HangFamily.MLO else (),
    )


def _lesion(side: Laterality, disc: np.ndarray) -> LesionTruth:
    rows, columns = np.nonzero(disc)
    top, left, bottom, right = rows.min(), columns.min(), rows.max() + 1, columns.max() + 1
    outline = cv2.findContours(disc.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)[0]
    lesion = Lesion(
        number=1 if side is Laterality.RIGHT else 2,
        kind=FindingKind.MASS,
        laterality=side,
        at=BreastPoint(30, 20, 15),
        size_mm=12,
        descriptors=Descriptors(terms=((DescriptorAxis.MASS_SHAPE, "irregular"),)),
        assessment=Assessment.HIGH_SUSPICION,
        probability=0.7,
        malignant=True,
        subtlety=0.1,
        seed=5,
    )
    return LesionTruth(
        lesion=lesion,
        box=Box(left - 0.5, top - 0.5, right - 0.5, bottom - 0.5),
        contour=Contour(tuple(ImagePoint(float(x), float(y)) for x, y in outline[0][:, 0])),
        patch=Patch(int(top), int(left), disc[top:bottom, left:right]),
        centre=ImagePoint(float(columns.mean()), float(rows.mean())),
        nipple_distance_mm=30,
        height_mm=20,
    )
