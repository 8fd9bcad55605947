"""Whole synthetic images: the same each time, the same at every matrix, and each view as it is."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import cv2
import numpy as np
import pytest

from domain.geometry import ImageSize
from domain.laterality import Laterality
from domain.lexicon import DescriptorAxis
from domain.view_position import HangFamily, ViewModifier, ViewPosition
from phantom.decoys.decoy import DecoyKind
from phantom.detector.units import UNITS
from phantom.lesions.growth import interval_days
from phantom.lesions.lesion import Lesion
from phantom.lesions.plan import plan_lesions
from phantom.recipe import FOUR_VIEWS, Composition, Content, Exposure, StudyRecipe
from phantom.studies.generate import generate_study
from phantom.studies.headers import asked_for, exam_of
from phantom.studies.image import SyntheticImage
from phantom.studies.options import DemoOptions, exams
from phantom.studies.patient import SyntheticPatient, draw_patient
from phantom.studies.reporting import stored_image
from phantom.studies.view import Shot, draw, lay

LEFT, RIGHT = Laterality.LEFT, Laterality.RIGHT
SMALL = ImageSize(256, 208)
RECIPE = StudyRecipe(7, size=SMALL)
SPOT = frozenset({ViewModifier.SPOT})
DISPLACED = frozenset({ViewModifier.IMPLANT_DISPLACED})
_ON_THE_PICTURE = {DecoyKind.LETTERS, DecoyKind.LINE_ARTEFACT}

Pictures = Callable[..., list[SyntheticImage]]


def left(position: ViewPosition, modifiers: frozenset[ViewModifier] = frozenset()) -> Exposure:
    return Exposure(LEFT, position, modifiers)


@pytest.fixture(scope="module")
def study() -> list[SyntheticImage]:
    return list(generate_study(RECIPE))


@pytest.fixture(scope="module")
def demo() -> Pictures:
    """Views of a breast with plain lesions, each made once: seed, exposures, and the recipe's."""
    made: dict[tuple[object, ...], SyntheticImage] = {}

    def pictures(seed: int, *exposures: Exposure, **more: bool) -> list[SyntheticImage]:
        shown = []
        for one in exposures:
            key = (seed, one, tuple(more.items()))
            if key not in made:
                recipe = StudyRecipe(seed, Content.DEMO, exposures=(one,), size=SMALL, **more)
                (made[key],) = generate_study(recipe)
            shown.append(made[key])
        return shown

    return pictures


def brightness(image: SyntheticImage) -> np.ndarray:
    return image.pixels.astype(np.float32) - image.unit.black


def in_mm(image: SyntheticImage, x: float, y: float) -> tuple[float, float]:
    return ((x + 0.5) * image.pixel_mm, (y + 0.5) * image.pixel_mm)


def chest_wall_side(image: SyntheticImage, reach_mm: float) -> np.ndarray:
    """Brightness around the nipple's level within a distance of the chest wall; left breasts."""
    reach, row = int(reach_mm / image.pixel_mm), int(image.truth.nipple.y)
    return brightness(image)[row - reach // 2 : row + reach // 2, :reach]


# The same each time


def test_the_same_recipe_gives_the_same_pixels_and_truth(study: list[SyntheticImage]) -> None:
    for one, other in zip(study, generate_study(RECIPE), strict=True):
        assert np.array_equal(one.pixels, other.pixels)
        assert [each.box for each in one.truth.lesions] == [
            each.box for each in other.truth.lesions
        ]
        assert one.truth.nipple == other.truth.nipple


def test_an_image_does_not_depend_on_which_others_are_made_or_when(
    study: list[SyntheticImage],
) -> None:
    turned = replace(RECIPE, exposures=(FOUR_VIEWS[3], FOUR_VIEWS[0]))
    for image in generate_study(turned):
        same = next(one for one in study if one.exposure == image.exposure)
        assert np.array_equal(image.pixels, same.pixels)


def test_another_seed_is_another_patient(study: list[SyntheticImage]) -> None:
    other = next(generate_study(replace(RECIPE, seed=8)))
    assert not np.array_equal(other.pixels, study[0].pixels)
    assert other.thickness_mm != study[0].thickness_mm


def test_an_unknown_unit_is_refused() -> None:
    with pytest.raises(ValueError, match="hologic"):
        next(generate_study(StudyRecipe(1, unit="nobody")))


# The same at every matrix


@pytest.fixture(scope="module")
def two_sizes() -> list[tuple[SyntheticImage, SyntheticImage]]:
    """A CC of the right and an MLO of the left breast at two matrices, with some lesions."""
    pairs = []
    for seed, shots in ((2, FOUR_VIEWS[1:2]), (7, (FOUR_VIEWS[0], FOUR_VIEWS[3]))):
        recipe = StudyRecipe(seed, exposures=shots)
        sizes = [replace(recipe, size=ImageSize(*size)) for size in ((640, 512), (1280, 1024))]
        pairs += list(zip(*map(generate_study, sizes), strict=True))
    return pairs


def test_a_larger_matrix_shows_the_same_anatomy(
    two_sizes: list[tuple[SyntheticImage, SyntheticImage]],
) -> None:
    for small, large in two_sizes:
        reduced = cv2.resize(
            brightness(large), small.pixels.shape[::-1], None, 0, 0, cv2.INTER_AREA
        )
        seen = brightness(small)
        assert np.corrcoef(seen.ravel(), reduced.ravel())[0, 1] > 0.97
        breast = (seen > 0) & (reduced > 0)
        assert np.corrcoef(seen[breast], reduced[breast])[0, 1] > 0.94


def test_the_truth_is_the_same_in_millimetres_at_every_matrix(
    two_sizes: list[tuple[SyntheticImage, SyntheticImage]],
) -> None:
    compared = 0
    for small, large in two_sizes:
        places = [in_mm(one, one.truth.nipple.x, one.truth.nipple.y) for one in (small, large)]
        assert math.dist(*places) < 0.1
        assert small.thickness_mm == large.thickness_mm
        for one, other in zip(small.truth.lesions, large.truth.lesions, strict=True):
            compared += 1
            assert one.lesion == other.lesion
            centres = (
                in_mm(small, one.centre.x, one.centre.y),
                in_mm(large, other.centre.x, other.centre.y),
            )
            assert math.dist(*centres) < 1.0
            assert one.nipple_distance_mm == pytest.approx(other.nipple_distance_mm, abs=1.0)
            widths = one.box.width * small.pixel_mm, other.box.width * large.pixel_mm
            assert widths[0] == pytest.approx(widths[1], abs=2.0)
    assert compared >= 2


def test_another_unit_shows_the_same_anatomy_with_its_own_values(
    study: list[SyntheticImage],
) -> None:
    one = RECIPE.exposures[:1]
    (other,) = generate_study(replace(RECIPE, unit="planmed", exposures=one))
    assert other.pixels.max() > 4095
    ratio = other.pixel_mm / study[0].pixel_mm
    places = [
        in_mm(image, image.truth.nipple.x, image.truth.nipple.y) for image in (study[0], other)
    ]
    assert ratio != 1
    from_wall = [
        SMALL.columns * image.pixel_mm - place[0]
        for image, place in zip((study[0], other), places, strict=True)
    ]
    assert from_wall[0] == pytest.approx(from_wall[1], abs=0.01)


# Where things are


def test_a_right_breast_hangs_with_its_nipple_at_the_left(study: list[SyntheticImage]) -> None:
    for image in study:
        columns = brightness(image).sum(axis=0)
        right = image.exposure.laterality is RIGHT
        halves = columns[: SMALL.columns // 2].sum(), columns[SMALL.columns // 2 :].sum()
        assert (halves[0] < halves[1]) == right
        from_wall = SMALL.columns - 1 - image.truth.nipple.x if right else image.truth.nipple.x
        assert 0.25 * SMALL.columns < from_wall < 0.95 * SMALL.columns


@pytest.mark.parametrize("seed", [3, 5, 6])
def test_air_is_black_but_for_what_lies_on_the_picture(seed: int) -> None:
    patient = draw_patient(StudyRecipe(seed))
    inside = tuple(one for one in patient.decoys if one.kind not in _ON_THE_PICTURE)
    for exposure in FOUR_VIEWS:
        shot = Shot(exposure, UNITS["ge"], SMALL, 0)
        drawn = draw(replace(patient, decoys=inside), shot)
        pixels = stored_image(drawn, shot, patient.density).pixels
        if exposure.laterality is RIGHT:
            pixels = pixels[:, ::-1]
        held = drawn.depth.shape[1]
        outside = np.ones(pixels.shape, bool)
        outside[:, :held] = drawn.depth <= 0
        assert outside.mean() > 0.2
        assert np.all(pixels[outside] == shot.unit.black)
        assert pixels[~outside].mean() > shot.unit.black + 50


def test_both_breasts_look_alike_and_are_not_mirrored(study: list[SyntheticImage]) -> None:
    for right, own in ((study[0], study[1]), (study[2], study[3])):
        turned, other = brightness(right)[:, ::-1], brightness(own)
        areas = (turned > 0).sum(), (other > 0).sum()
        assert 0.75 < areas[0] / areas[1] < 1.33
        both = (turned > 0) & (other > 0)
        assert np.corrcoef(turned[both], other[both])[0, 1] < 0.9


def test_ccs_show_what_lies_outwards_and_mls_what_lies_headwards() -> None:
    patient = draw_patient(StudyRecipe(1))
    plans = [
        plan_lesions(seed, Content.MIXED, patient.density, patient.breasts) for seed in range(90)
    ]
    lesions = [one for plan in plans for one in plan if one.laterality is LEFT and one.size_mm < 20]
    numbered = tuple(replace(one, number=number) for number, one in enumerate(lesions))
    patient = replace(patient, lesions=numbered, decoys=())
    up = {position: heights(patient, position) for position in (ViewPosition.CC, ViewPosition.ML)}
    for position, axis in ((ViewPosition.CC, "lateral"), (ViewPosition.ML, "head")):
        places = np.array([(getattr(one.at, axis), height) for one, height in up[position]])
        assert len(places) > 15
        assert np.corrcoef(places.T)[0, 1] > 0.9


def heights(patient: SyntheticPatient, position: ViewPosition) -> list[tuple[Lesion, float]]:
    laid = lay(patient, Shot(left(position), UNITS["ge"], SMALL, 0))
    return [(one.thing, -one.at.v) for one in laid.lesions]


# Other views


def test_an_exaggerated_cc_shows_more_of_its_own_side(demo: Pictures) -> None:
    for seed in (1, 2):
        views = ViewPosition.XCCL, ViewPosition.CC, ViewPosition.XCCM
        images = demo(seed, *map(left, views))
        rows = [image.truth.nipple.y for image in images]
        assert rows[0] > rows[1] + 20 > rows[2] + 40
        assert {image.truth.family for image in images} == {HangFamily.CC}
        above = [
            (brightness(image)[: int(image.truth.nipple.y)] > 0).sum()
            / (brightness(image) > 0).sum()
            for image in images
        ]
        assert above[0] > above[2]


def test_a_spot_view_is_thinner_and_darker_beside_its_paddle(demo: Pictures) -> None:
    ratios = []
    for seed in (1, 3, 4):
        full, spot = demo(seed, left(ViewPosition.CC), left(ViewPosition.CC, SPOT))
        ratios.append(spot.thickness_mm / full.thickness_mm)
        assert not np.array_equal(full.pixels, spot.pixels)
        first = spot.truth.lesions[0]
        assert abs(first.centre.y / SMALL.rows - 0.5) < 0.15
    assert max(ratios) < 0.95
    assert np.mean(ratios) < 0.9


def test_an_ml_shows_the_muscle_from_the_side(demo: Pictures) -> None:
    oblique, side = demo(1, left(ViewPosition.MLO), left(ViewPosition.ML))
    assert side.truth.family is HangFamily.MLO
    assert side.truth.pectoral
    assert not np.array_equal(oblique.pixels, side.pixels)


def test_an_implant_is_bright_until_it_is_pushed_back(demo: Pictures) -> None:
    for seed in (1, 2, 3):
        (plain,) = demo(seed, left(ViewPosition.CC))
        shots = left(ViewPosition.CC), left(ViewPosition.CC, DISPLACED)
        full, pushed = demo(seed, *shots, implant=True)
        means = [chest_wall_side(image, 30).mean() for image in (full, pushed, plain)]
        assert means[0] > 1.2 * means[1]
        assert means[0] > 1.2 * means[2]
        assert full.truth.nipple.x == plain.truth.nipple.x  # the breast is laid as without it


def test_every_density_and_every_unit_can_be_drawn() -> None:
    for density, unit in zip((*Composition, *Composition), UNITS, strict=False):
        recipe = StudyRecipe(
            4, density=density, unit=unit, size=ImageSize(128, 104), exposures=FOUR_VIEWS[2:3]
        )
        (image,) = generate_study(recipe)
        assert image.pixels.shape == (128, 104)
        assert image.density is density
        assert image.unit.black == image.pixels.min() < image.pixels.max() < 1 << image.unit.bits


# Priors


def lesions_of(recipe: StudyRecipe) -> dict[int, Lesion]:
    return {lesion.number: lesion for lesion in draw_patient(recipe).lesions}


def test_a_prior_shows_the_same_lesions_and_none_larger() -> None:
    smaller = absent = 0
    for seed in (5, 7, 8, 9, 11, 12):
        now = lesions_of(StudyRecipe(seed, priors=1))
        before = lesions_of(StudyRecipe(seed, exam=1, priors=1))
        assert set(before) <= set(now)
        absent += len(now) - len(before)
        for number, lesion in before.items():
            assert lesion.seed == now[number].seed
            assert lesion.size_mm <= now[number].size_mm
            smaller += lesion.size_mm < now[number].size_mm
    assert smaller + absent > 0


def test_a_prior_is_another_exposure_of_the_same_breast(study: list[SyntheticImage]) -> None:
    older = list(generate_study(replace(RECIPE, exam=1)))
    for before, now in zip(older, study, strict=True):
        assert before.density is now.density
        assert not np.array_equal(before.pixels, now.pixels)
        areas = [(brightness(image) > 0).sum() for image in (before, now)]
        assert 0.75 < areas[0] / areas[1] < 1.33
        numbers = [{one.lesion.number for one in image.truth.lesions} for image in (before, now)]
        assert numbers[0] <= numbers[1]


def test_lesions_grew_over_as_many_days_as_the_headers_say() -> None:
    gaps = set()
    for seed in range(30):
        recipe, options = StudyRecipe(seed), DemoOptions(prior=True)
        now, before = (exam_of(one, asked_for(one, options)) for one in exams(recipe, options))
        gap = now.started - before.started
        days = timedelta(days=interval_days(seed, 1))
        assert abs(gap - days) <= timedelta(days=3)  # nobody is examined on a Sunday
        gaps.add(round(gap.days / 365.25))
    assert gaps == {1, 2}


@pytest.fixture(scope="module")
def developing() -> StudyRecipe:
    """A patient with an asymmetry that has developed."""
    bodies = draw_patient(StudyRecipe(0, Content.NORMAL)).breasts
    for seed in range(2000):
        if _develops(plan_lesions(seed, Content.MIXED, Composition.B, bodies)):
            return StudyRecipe(seed, density=Composition.B)
    raise AssertionError("no seed has a developing asymmetry")


def _develops(lesions: tuple[Lesion, ...]) -> bool:
    return any(one.term(DescriptorAxis.ASYMMETRY) == "developing" for one in lesions)


def test_something_develops_only_where_an_older_exam_is_there(developing: StudyRecipe) -> None:
    alone = draw_patient(developing).lesions
    assert not _develops(alone)
    current, prior = exams(developing, DemoOptions(prior=True))
    compared = draw_patient(current).lesions
    assert _develops(compared)
    assert not _develops(draw_patient(prior).lesions)
    assert [(one.number, one.seed, one.size_mm) for one in alone] == [
        (one.number, one.seed, one.size_mm) for one in compared
    ]
    assert exams(developing, DemoOptions())[0].priors == 0
