"""Synthetic studies as arrays with their truth; nothing is written."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from phantom.detector.unit import Unit
from phantom.detector.units import UNITS
from phantom.recipe import Exposure, StudyRecipe
from phantom.studies.image import SyntheticImage
from phantom.studies.patient import draw_patient
from phantom.studies.reporting import stored_image
from phantom.studies.stack import draw_stack
from phantom.studies.view import Shot, draw


def generate_study(recipe: StudyRecipe) -> Iterator[SyntheticImage]:
    """Draw each exposure of a recipe, in its order; one is made when it is asked for.

    Raises ValueError for a unit that does not exist.
    """
    unit = _unit(recipe)
    patient = draw_patient(recipe)
    for exposure in recipe.exposures:
        shot = Shot(exposure, unit, recipe.size or unit.size, recipe.exam)
        yield stored_image(draw(patient, shot), shot, patient.density)


def generate_stack(
    recipe: StudyRecipe, exposure: Exposure
) -> tuple[SyntheticImage, npt.NDArray[np.uint16]]:
    """The flat image of an exposure and its tomosynthesis stack, about a slice a millimetre.

    Slices are uint16 (slices, rows, columns), from the detector upwards, of the flat image's size.
    Raises ValueError for a unit that does not exist.
    """
    unit = _unit(recipe)
    patient = draw_patient(recipe)
    shot = Shot(exposure, unit, recipe.size or unit.size, recipe.exam)
    image = stored_image(draw(patient, shot), shot, patient.density)
    return image, draw_stack(patient, shot)


def _unit(recipe: StudyRecipe) -> Unit:
    if recipe.unit not in UNITS:
        raise ValueError(f"no unit {recipe.unit!r}; there are {', '.join(UNITS)}")
    return UNITS[recipe.unit]
