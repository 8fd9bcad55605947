"""Tomosynthesis stacks: slices through the breast, with each lesion at its own height."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from domain.geometry import ImageSize
from domain.laterality import Laterality
from domain.view_position import ViewPosition
from phantom.detector.units import UNITS
from phantom.recipe import Content, Exposure, StudyRecipe
from phantom.studies.generate import generate_stack
from phantom.studies.image import SyntheticImage
from phantom.studies.patient import draw_patient
from phantom.studies.stack import draw_stack
from phantom.studies.view import Shot
from phantom.truth.truth import LesionTruth

RECIPE = StudyRecipe(2, Content.DEMO, size=ImageSize(320, 260))
RIGHT, LEFT = (Exposure(side, ViewPosition.MLO) for side in (Laterality.RIGHT, Laterality.LEFT))

Stack = tuple[SyntheticImage, np.ndarray]


@pytest.fixture(scope="module")
def stack() -> Stack:
    return generate_stack(RECIPE, RIGHT)


@pytest.fixture(scope="module")
def changes() -> list[tuple[LesionTruth, np.ndarray]]:
    """Each lesion with how much it changes each slice where it lies."""
    found = []
    for exposure in (RIGHT, LEFT):
        image, slices = generate_stack(RECIPE, exposure)
        patient = draw_patient(RECIPE)
        shot = Shot(exposure, UNITS["ge"], image.truth.size, 0)
        for truth in image.truth.lesions:
            others = tuple(one for one in patient.lesions if one.number != truth.lesion.number)
            without = draw_stack(replace(patient, lesions=others), shot)
            rows, columns = truth.patch.pixels.shape
            where = np.s_[
                :,
                truth.patch.top : truth.patch.top + rows,
                truth.patch.left : truth.patch.left + columns,
            ]
            change = slices[where].astype(float) - without[where]
            found.append((truth, np.abs(change)[:, truth.patch.pixels].mean(axis=1)))
    return found


def test_there_is_about_a_slice_a_millimetre_of_the_flat_images_size(stack: Stack) -> None:
    image, slices = stack
    assert abs(len(slices) - image.thickness_mm) <= 1
    assert slices.shape[1:] == image.pixels.shape
    assert slices.dtype == np.uint16


def test_a_stack_comes_with_the_flat_image_of_its_exposure(stack: Stack) -> None:
    again, slices = generate_stack(RECIPE, RIGHT)
    assert np.array_equal(again.pixels, stack[0].pixels)
    assert np.array_equal(slices, stack[1])
    assert again.exposure == RIGHT


def test_air_is_black_in_every_slice_and_breast_is_not(stack: Stack) -> None:
    image, slices = stack
    breast = image.pixels > image.unit.black
    # Metal and letters lie on the flat image only, so every slice's breast is the flat one's.
    assert np.all(slices[:, ~breast] == image.unit.black)
    assert np.all(slices[:, breast].mean(axis=1) > image.unit.black + 50)
    assert slices.max() < 1 << image.unit.bits


def test_tissue_changes_from_slice_to_slice_and_more_over_larger_distances(stack: Stack) -> None:
    image, slices = stack
    breast = image.pixels > image.unit.black
    middle = len(slices) // 2
    seen = [slices[middle + step][breast].astype(float) for step in (0, 1, 15)]
    near, far = (np.corrcoef(seen[0], one)[0, 1] for one in seen[1:])
    assert far < near < 1


def test_a_lesion_stands_out_most_in_the_slices_around_its_height(
    changes: list[tuple[LesionTruth, np.ndarray]],
) -> None:
    assert len(changes) >= 3
    for truth, change in changes:
        peak = change.argmax() + 0.5
        assert abs(peak - truth.height_mm) < 3 + 0.2 * truth.lesion.size_mm
        away = np.abs(np.arange(len(change)) + 0.5 - truth.height_mm)
        beyond = change[away > 0.8 * truth.lesion.size_mm + 5]
        assert change.max() > 2 * np.median(beyond)


def test_a_stack_is_drawn_within_seconds() -> None:
    start = time.process_time()
    image, slices = generate_stack(replace(RECIPE, size=ImageSize(640, 512)), LEFT)
    assert time.process_time() - start < 10  # about 2 on one core
    assert slices.shape[1:] == image.pixels.shape == (640, 512)
