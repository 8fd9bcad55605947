"""How well a place on one image is found on the others, on synthetic breasts with known truth."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, product
from statistics import mean, median

import numpy as np

from benchmarks.row import Row
from domain.geometry import ImagePoint, ImageSize, PixelSpacing, SpacingSource
from domain.laterality import Laterality
from domain.turn import Turn
from domain.view_position import HangFamily
from imaging.anatomy.breast import find_breast
from phantom.detector.units import UNITS
from phantom.recipe import StudyRecipe
from phantom.space.points import BreastPoint
from phantom.studies.generate import generate_study
from phantom.studies.image import SyntheticImage
from phantom.studies.patient import SyntheticPatient, draw_patient
from phantom.studies.view import Laid, Shot, lay
from phantom.truth.truth import ViewTruth
from viewing.linking.arc import DistanceArc, arc_in
from viewing.linking.breast_frame import BreastFrame, Nipple
from viewing.linking.estimate import HungImage, estimate_frame
from viewing.linking.registration import same_place

PATIENTS, FIRST_SEED = 60, 3000
"""Seeds that no figure in ``viewing.linking`` was chosen on."""
SIZE = ImageSize(1024, 832)

_WANTED = 95.0
_CELL_MM = 3.0
_DEPTHS, _OFFSETS = (15.0, 35.0, 55.0, 75.0), (-45.0, -15.0, 15.0, 45.0)
_LATTICE = tuple(BreastPoint(*at) for at in product(_DEPTHS, _OFFSETS, _OFFSETS))

Key = tuple[Laterality, HangFamily]


@dataclass(frozen=True)
class PhantomView:
    """One synthetic image. places: where points of the breast fall; those off the image lack."""

    truth: ViewTruth
    estimated: BreastFrame | None
    places: Mapping[BreastPoint, ImagePoint]

    def frame(self, *, true_nipple: bool) -> BreastFrame | None:
        """As found in the pixels, on request with the nipple where it truly is."""
        if self.estimated is None or not true_nipple:
            return self.estimated
        return replace(self.estimated, nipple=Nipple(self.truth.nipple, 0.0))


@dataclass
class _Bands:
    """Per lesion seen in both views: whether the band holds it, and the breast's share in it."""

    held: list[bool] = field(default_factory=list)
    share: list[float] = field(default_factory=list)
    half_mm: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


def rows() -> list[Row]:
    """Four rows on the band, two on the mirrored cursor, for both nipples, and the time."""
    studies = list(islice(_studies(), PATIENTS))
    bands = {true: _bands(studies, true_nipple=true) for true in (True, False)}
    found: list[Row] = []
    for true, band in bands.items():
        found += _band_rows(band, "true" if true else "estimated")
    for true in (True, False):
        found += _mirror_rows(studies, true_nipple=true)
    seconds = bands[False].seconds
    slow = 1000 * float(np.quantile(seconds, 0.95))
    name = "linking: arc with its band, p95 of one update"
    return [*found, Row(name, slow, 1000 / 60, "one refresh at 60 Hz", "ms", 0.3)]


def _studies() -> Iterator[dict[Key, PhantomView]]:
    """Patients with a lesion that both views of a breast show."""
    seed = FIRST_SEED
    while True:
        recipe = StudyRecipe(seed, size=SIZE)
        patient = draw_patient(recipe)
        if any(len(lesion.families) > 1 for lesion in patient.lesions):
            yield {
                (image.exposure.laterality, image.truth.family): _view(patient, image)
                for image in generate_study(recipe)
            }
        seed += 1


def _view(patient: SyntheticPatient, image: SyntheticImage) -> PhantomView:
    exposure = image.exposure
    spacing = PixelSpacing(image.pixel_mm, image.pixel_mm, SpacingSource.IMAGER_OVER_ERMF)
    family = exposure.position.family
    hung = HungImage(image.truth.size, spacing, exposure.laterality, family, Turn())
    frame = estimate_frame(image.pixels, find_breast(image.pixels), hung)
    laid = lay(patient, Shot(exposure, UNITS[image.unit.key], SIZE, 0))
    lesions = (one.at for one in patient.lesions)
    inside = [
        one
        for one in (*_LATTICE, *lesions)
        if all(breast.contains(one) for breast in patient.breasts.values())
    ]
    right = exposure.laterality is Laterality.RIGHT
    fallen = {one: _fallen(laid, one, right=right) for one in inside}
    return PhantomView(image.truth, frame, {one: at for one, at in fallen.items() if at})


def _fallen(laid: Laid, point: BreastPoint, *, right: bool) -> ImagePoint | None:
    """Where a point falls on the stored image; ``None`` off the image or outside the skin."""
    at, grid = laid.position.projection.point(point), laid.whole
    x, y = grid.column_of(at.u), grid.row_of(at.v)
    if at.u < 0 or at.u > laid.position.outline.skin_u(at.v) or not 0 <= y <= grid.rows - 1:
        return None
    return ImagePoint(grid.columns - 1 - x if right else x, y)


def _bands(studies: Sequence[Mapping[Key, PhantomView]], *, true_nipple: bool) -> _Bands:
    bands = _Bands()
    for study, side in product(studies, (Laterality.RIGHT, Laterality.LEFT)):
        for one, other in ((HangFamily.CC, HangFamily.MLO), (HangFamily.MLO, HangFamily.CC)):
            _follow(study[side, one], study[side, other], bands, true_nipple=true_nipple)
    return bands


def _follow(one: PhantomView, other: PhantomView, bands: _Bands, *, true_nipple: bool) -> None:
    """Follow each lesion from one view into the other; without a frame it counts as missed."""
    frame, goal = one.frame(true_nipple=true_nipple), other.frame(true_nipple=true_nipple)
    there = {lesion.lesion.number: lesion.centre for lesion in other.truth.lesions}
    for lesion in one.truth.lesions:
        if lesion.lesion.number not in there:
            continue
        if frame is None or goal is None:
            bands.held.append(False)
            continue
        arc_in(goal, frame.nipple.at, frame)  # a moving cursor finds the outline ready
        start = time.perf_counter()
        arc = arc_in(goal, lesion.centre, frame)
        bands.seconds.append(time.perf_counter() - start)
        if arc is None:
            raise AssertionError("phantoms have millimetres")
        bands.held.append(arc.holds(goal.place_of(there[lesion.lesion.number]).distance))
        bands.share.append(_share(goal, arc))
        bands.half_mm.append(arc.half_width_mm)


def _share(frame: BreastFrame, arc: DistanceArc) -> float:
    """The share of the breast's area that the band covers, 0 to 1."""
    places = frame.outline_places
    (least, top), (most, foot) = places.min(axis=0), places.max(axis=0)
    behind, down = np.meshgrid(np.arange(least, most, _CELL_MM), np.arange(top, foot, _CELL_MM))
    cells = np.column_stack([behind.ravel(), down.ravel()])
    distances = np.hypot(*cells[frame.inside(frame.points_at(cells))].T)
    return float(np.mean(np.abs(distances - arc.radius_mm) <= arc.half_width_mm))


def _band_rows(bands: _Bands, nipple: str) -> list[Row]:
    count, held = len(bands.held), 100 * mean(bands.held)
    area, half = 100 * mean(bands.share), mean(bands.half_mm)
    what = f"linking: {nipple} nipples, "
    return [
        Row(f"{what}lesions in the band, of {count}", held, _WANTED, "asked for", "%", 1.0, True),
        Row(f"{what}breast in the band (+-{half:.0f} mm)", area, held, "lesions there", "%"),
    ]


def _mirror_rows(studies: Sequence[Mapping[Key, PhantomView]], *, true_nipple: bool) -> list[Row]:
    ours, plain = [], []
    for study, family in product(studies, HangFamily):
        right, left = study[Laterality.RIGHT, family], study[Laterality.LEFT, family]
        for one, other in ((right, left), (left, right)):
            errors = _errors(one, other, true_nipple=true_nipple)
            ours += [error for error, _ in errors]
            plain += [error for _, error in errors]
    nipple = "true" if true_nipple else "estimated"
    what = f"linking: {nipple} nipples, mirrored cursor's error over {len(ours)} places"
    against = "the same mm from the nipple"
    far, far_plain = float(np.quantile(ours, 0.95)), float(np.quantile(plain, 0.95))
    return [
        Row(f"{what}, median", median(ours), median(plain), against, "mm"),
        Row(f"{what}, p95", far, far_plain, against, "mm"),
    ]


def _errors(
    one: PhantomView, other: PhantomView, *, true_nipple: bool
) -> list[tuple[float, float]]:
    """Per place, in mm: how far off the registered one is, and one mirrored by the nipple alone."""
    frame, goal = one.frame(true_nipple=true_nipple), other.frame(true_nipple=true_nipple)
    if frame is None or goal is None:
        return []
    errors = []
    for point, at in one.places.items():
        truth, found = other.places.get(point), same_place(at, frame, goal)
        if truth is None:
            continue
        mirrored = goal.point_at(frame.place_of(at))
        plain = goal.spacing.length_mm(mirrored, truth) or 0.0
        ours = plain if found is None else goal.spacing.length_mm(found, truth) or 0.0
        errors.append((ours, plain))
    return errors
