"""Writes a synthetic tomosynthesis stack."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from domain.geometry import ImageSize
from imaging.writing.writer_tomosynthesis import write_tomosynthesis
from phantom.detector.units import UNITS
from phantom.recipe import StudyRecipe
from phantom.studies.headers import Exam, header_of, narrowed
from phantom.studies.image import SyntheticImage

MOST_ROWS = 1024
"""Rows of a stack: slices are many, and real ones are coarser than flat images too."""


def stack_recipe(recipe: StudyRecipe) -> StudyRecipe:
    """The same patient on a matrix that is small enough for a stack."""
    size = recipe.size or UNITS[recipe.unit].size
    parts = -(-size.rows // MOST_ROWS)
    return replace(recipe, size=ImageSize(size.rows // parts, max(size.columns // parts, 1)))


def slice_distance(image: SyntheticImage, slices: npt.NDArray[np.uint16]) -> float:
    """Millimetres between slices that together fill the compressed breast."""
    return image.thickness_mm / len(slices)


def write_stack(
    path: Path,
    image: SyntheticImage,
    slices: npt.NDArray[np.uint16],
    exam: Exam,
    number: int,
    *,
    implant: bool,
    syntax: str,
    bits: int,
) -> str:
    """Write slices (slices, rows, columns), from the detector upwards; returns the SOP UID.

    bits: the most that the transfer syntax holds. Tomosynthesis is never MONOCHROME1.
    """
    header = header_of(image, exam, number, implant=implant, stack=True)
    pixels, header = narrowed(slices, header, image.unit, bits)
    slice_mm = round(slice_distance(image, slices), 4)
    write_tomosynthesis(path, pixels, header, slice_mm=slice_mm, syntax=syntax)
    return header.ids.sop_uid
