"""Draws one view of a synthetic patient: tissue, what lies in it, exposure."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from domain.geometry import ImageSize
from domain.view_position import ViewModifier
from phantom.anatomy.lattice import Plane
from phantom.anatomy.positioning import Position, lay_breast
from phantom.anatomy.tissue import Bed, draw_tissue
from phantom.decoys.decoy import Decoy
from phantom.detector.exposure import Beam, expose
from phantom.detector.processing import Look, Signal, develop
from phantom.detector.unit import Unit
from phantom.lesions.lesion import Lesion
from phantom.recipe import Exposure
from phantom.space.grid import Field, Grid
from phantom.space.points import ViewPoint
from phantom.space.streams import stream
from phantom.studies.axilla import axillary_nodes
from phantom.studies.layers import with_painted
from phantom.studies.marks import draw_marks
from phantom.studies.painting import Canvas, Placed, place_decoys, place_lesions
from phantom.studies.patient import SyntheticPatient
from phantom.studies.poses import exposure_name, pose_of
from phantom.studies.spot import centred_on, with_paddle

PLANE = Plane(-5.0, -235.0, 300.0, 470.0)
"""Places that any unit's field can show."""
_MARGIN_MM = 4.0


@dataclass(frozen=True)
class Shot:
    """What one image is made with. size: its matrix over the unit's whole field."""

    exposure: Exposure
    unit: Unit
    size: ImageSize
    exam: int

    @property
    def name(self) -> str:
        """Names the exposure for random numbers."""
        return exposure_name(self.exposure, self.exam)


@dataclass(frozen=True)
class Laid:
    """A breast laid for a shot, with its lesions and decoys in place; chest wall at the left.

    whole: the picture's grid. bed: the columns of it that hold the breast.
    """

    whole: Grid
    bed: Bed
    lesions: tuple[Placed[Lesion], ...] = field(repr=False)
    decoys: tuple[Placed[Decoy], ...] = field(repr=False)

    @property
    def position(self) -> Position:
        """How the breast lies."""
        return self.bed.position


@dataclass(frozen=True)
class Drawn:
    """A view before it is stored.

    brightness: float32 (rows, columns) of the whole picture, air 0. depth: float32, below the
    skin, over the bed's grid. letters: beside the breast.
    """

    laid: Laid
    depth: Field = field(repr=False)
    brightness: Field = field(repr=False)
    letters: tuple[Placed[Decoy], ...] = ()


def lay(patient: SyntheticPatient, shot: Shot) -> Laid:
    """Compress the breast, find its pixels, and paint what lies in it."""
    breast = patient.breasts[shot.exposure.laterality]
    pose = pose_of(shot.exposure, patient.oblique_degrees, implant=patient.implant)
    position = lay_breast(breast, pose, stream(breast.seed, "position", shot.name), PLANE)
    lesions = tuple(one for one in patient.lesions if one.laterality is breast.laterality)
    decoys = tuple(one for one in patient.decoys if one.laterality is breast.laterality)
    if ViewModifier.SPOT in shot.exposure.modifiers:
        field_mm = shot.unit.plane_pixel_mm(shot.size) * shot.size.rows
        position = centred_on(lesions, position, field_mm)
    whole, held = _grids(position, shot)
    depth = position.outline.depth(PLANE)
    canvas = Canvas(position, depth, held, shot.name)
    return Laid(
        whole=whole,
        bed=Bed(breast, position, held, depth, shot.exposure.position.family.value),
        lesions=tuple(place_lesions(lesions, canvas)),
        decoys=(*place_decoys(decoys, canvas), *axillary_nodes(breast, canvas)),
    )


def draw(patient: SyntheticPatient, shot: Shot) -> Drawn:
    """Draw one view as a unit shows it."""
    laid = lay(patient, shot)
    breast, grid = laid.bed.breast, laid.bed.grid
    painted = [one.painted for one in laid.lesions] + [one.painted for one in laid.decoys]
    tissue = draw_tissue(laid.bed, tuple(pull for one in painted for pull in one.pulls))
    attenuation = with_painted(tissue, painted).attenuation()
    logs = expose(attenuation, grid.pixel_mm, Beam(), stream(breast.seed, "quanta", shot.name))
    signal = Signal(logs, tissue.thickness, tissue.metered, grid.pixel_mm)
    shown = develop(signal, Look())
    if ViewModifier.SPOT in shot.exposure.modifiers:
        shown = with_paddle(shown, grid, laid.lesions)
    whole = np.zeros(laid.whole.shape, np.float32)
    whole[:, : grid.columns] = shown
    own = tuple(one for one in patient.decoys if one.laterality is breast.laterality)
    marked = draw_marks(whole, laid.whole, shot.exposure, own)
    letters = tuple(Placed(decoy, ViewPoint(0, 0), painted) for decoy, painted in marked.letters)
    return Drawn(laid, tissue.depth, marked.brightness, letters)


def _grids(position: Position, shot: Shot) -> tuple[Grid, Grid]:
    """The whole picture, and its columns that hold the breast."""
    pixel = shot.unit.plane_pixel_mm(shot.size)
    rows, columns = shot.size.shape
    top = -position.nipple_row * rows * pixel
    whole = Grid(rows, columns, pixel, pixel / 2, top + pixel / 2)
    reach = float(position.outline.u.max()) + _MARGIN_MM
    held = min(columns, max(8, int(reach / pixel)))
    return whole, whole.part(0, 0, rows, held)
