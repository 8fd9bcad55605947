"""The truth of a synthetic image: boxes tight, outlines around their masks, all in the breast."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from domain.finding import Contour, Descriptors, FindingKind
from domain.geometry import ImagePoint, ImageSize
from domain.laterality import Laterality
from domain.lexicon import Assessment
from domain.view_position import HangFamily
from phantom.detector.units import UNITS
from phantom.lesions.lesion import Lesion
from phantom.lesions.plan import plan_lesions
from phantom.recipe import FOUR_VIEWS, Content, StudyRecipe
from phantom.space.points import BreastPoint
from phantom.space.stamp import Patch
from phantom.studies.image import SyntheticImage
from phantom.studies.patient import SyntheticPatient, draw_patient
from phantom.studies.reporting import stored_image
from phantom.studies.view import Shot, draw
from phantom.truth.measure import box_of, measure, mirrored
from phantom.truth.truth import LesionTruth

Images = list[tuple[int, SyntheticImage]]
NIPPLE = ImagePoint(100.0, 50.0)
masks = arrays.arrays(
    bool, st.tuples(st.integers(1, 12), st.integers(1, 12)), elements=st.booleans()
)
patches = st.builds(Patch, st.integers(0, 60), st.integers(0, 60), masks)


def lesion(kind: FindingKind = FindingKind.MASS) -> Lesion:
    return Lesion(
        number=1,
        kind=kind,
        laterality=Laterality.LEFT,
        at=BreastPoint(40, 10, 10),
        size_mm=10,
        descriptors=Descriptors(),
        assessment=Assessment.MODERATE_SUSPICION,
        probability=0.3,
        malignant=False,
        subtlety=0.3,
        seed=1,
    )


def measured(patch: Patch, kind: FindingKind = FindingKind.MASS) -> LesionTruth:
    truth = measure(lesion(kind), patch, NIPPLE, 0.25, 20.0)
    assert truth is not None
    return truth


def centres(patch: Patch) -> list[tuple[float, float]]:
    rows, columns = np.nonzero(patch.pixels)
    return [
        (patch.left + float(column), patch.top + float(row))
        for row, column in zip(rows, columns, strict=True)
    ]


def outline(contour: Contour) -> np.ndarray:
    return np.array([(point.x, point.y) for point in contour.points], np.float32)


def encloses(contour: Contour, point: tuple[float, float]) -> bool:
    return cv2.pointPolygonTest(outline(contour), point, False) >= 0


def largest_part(patch: Patch) -> Patch:
    _, labels, stats, _ = cv2.connectedComponentsWithStats(
        patch.pixels.astype(np.uint8), connectivity=8
    )
    return Patch(patch.top, patch.left, labels == 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax()))


# One patch


@given(patches)
def test_a_box_is_tight_around_the_pixels(patch: Patch) -> None:
    box = box_of(patch)
    if box is None:
        assert not patch.pixels.any()
        return
    x, y = np.array(centres(patch)).T
    assert (box.left, box.right) == (x.min() - 0.5, x.max() + 0.5)
    assert (box.top, box.bottom) == (y.min() - 0.5, y.max() + 0.5)


@given(patches)
def test_the_contour_encloses_the_mask_and_lies_in_the_box(patch: Patch) -> None:
    assume(patch.pixels.any())
    part = largest_part(patch)
    truth = measured(part)
    assert all(encloses(truth.contour, centre) for centre in centres(part))
    x, y = outline(truth.contour).T
    assert truth.box.left <= x.min() <= x.max() <= truth.box.right
    assert truth.box.top <= y.min() <= y.max() <= truth.box.bottom
    assert cv2.contourArea(outline(truth.contour)) <= truth.box.width * truth.box.height


@given(patches)
def test_the_contour_of_a_group_goes_around_all_of_its_specks(patch: Patch) -> None:
    assume(patch.pixels.any())
    truth = measured(patch, FindingKind.CALCIFICATION_GROUP)
    assert all(encloses(truth.contour, centre) for centre in centres(patch))


def test_the_contour_of_a_lesion_in_parts_is_that_of_the_largest() -> None:
    pixels = np.zeros((12, 12), bool)
    pixels[1:7, 1:6] = pixels[10, 10] = True
    contour = measured(Patch(0, 0, pixels)).contour
    assert encloses(contour, (3, 3))
    assert not encloses(contour, (10, 10))


@given(st.integers(0, 80), st.integers(0, 80))
def test_a_single_pixel_has_an_outline_with_an_area_around_its_centre(top: int, left: int) -> None:
    for kind in (FindingKind.CALCIFICATION, FindingKind.CALCIFICATION_GROUP):
        truth = measured(Patch(top, left, np.ones((1, 1), bool)), kind)
        assert (truth.box.width, truth.box.height) == (1, 1)
        assert 0.1 < cv2.contourArea(outline(truth.contour)) <= 1
        assert encloses(truth.contour, (left, top))
        assert truth.centre == ImagePoint(left, top)


def test_nothing_is_measured_where_nothing_is() -> None:
    assert box_of(Patch(3, 4, np.zeros((5, 5), bool))) is None
    assert measure(lesion(), Patch(3, 4, np.zeros((5, 5), bool)), NIPPLE, 0.25, 20.0) is None


def test_distance_to_the_nipple_is_in_millimetres() -> None:
    truth = measured(Patch(9, 69, np.ones((3, 3), bool)))  # 30 to the left, 40 above
    assert truth.nipple_distance_mm == pytest.approx(50 * 0.25)


@given(patches, st.integers(0, 40))
def test_a_mirrored_patch_lies_where_the_mirrored_picture_has_it(patch: Patch, more: int) -> None:
    rows, columns = patch.top + patch.pixels.shape[0], patch.left + patch.pixels.shape[1] + more
    picture = np.zeros((rows, columns), bool)
    picture[patch.top :, patch.left : patch.left + patch.pixels.shape[1]] = patch.pixels
    other = mirrored(patch, columns)
    turned = np.zeros_like(picture)
    turned[other.top :, other.left : other.left + other.pixels.shape[1]] = other.pixels
    assert np.array_equal(turned, picture[:, ::-1])
    back = mirrored(other, columns)
    assert (back.top, back.left) == (patch.top, patch.left)
    assert np.array_equal(back.pixels, patch.pixels)


# Whole images


@pytest.fixture(scope="module")
def images() -> list[tuple[int, SyntheticImage]]:
    """Four views of each of some patients, with many more lesions than any patient has."""
    shots = [Shot(one, UNITS["ge"], ImageSize(320, 260), 0) for one in FOUR_VIEWS]
    drawn = []
    for seed in range(5):
        patient = crowded(draw_patient(StudyRecipe(seed)))
        drawn += [
            (seed, stored_image(draw(patient, shot), shot, patient.density)) for shot in shots
        ]
    return drawn


def crowded(patient: SyntheticPatient) -> SyntheticPatient:
    plans = [
        lesion
        for own in range(10)
        for lesion in plan_lesions(
            100 * patient.seed + own, Content.MIXED, patient.density, patient.breasts
        )
    ]
    lesions = tuple(replace(one, number=number) for number, one in enumerate(plans, start=1))
    return replace(patient, lesions=lesions, decoys=())


def each(images: Images) -> Iterator[tuple[SyntheticImage, LesionTruth]]:
    for _, image in images:
        for truth in image.truth.lesions:
            yield image, truth


def test_there_are_lesions_of_several_kinds_to_look_at(images: Images) -> None:
    assert len({truth.lesion.kind for _, truth in each(images)}) >= 4
    assert sum(1 for _ in each(images)) >= 40


def test_boxes_and_contours_of_a_study_fit_their_masks(images: Images) -> None:
    for _, truth in each(images):
        assert truth.box == box_of(truth.patch)
        group = truth.lesion.kind is FindingKind.CALCIFICATION_GROUP
        part = truth.patch if group else largest_part(truth.patch)
        assert all(encloses(truth.contour, centre) for centre in centres(part))
        assert truth.box.left <= truth.centre.x <= truth.box.right
        assert truth.box.top <= truth.centre.y <= truth.box.bottom


def test_every_truth_lies_within_the_image_and_the_breast(images: Images) -> None:
    for image, truth in each(images):
        rows, columns = truth.patch.pixels.shape
        assert 0 <= truth.patch.top <= truth.patch.top + rows <= image.truth.size.rows
        assert 0 <= truth.patch.left <= truth.patch.left + columns <= image.truth.size.columns
        under = image.pixels[truth.patch.top :, truth.patch.left :][:rows, :columns]
        assert np.all(under[truth.patch.pixels] > image.unit.black)


def test_lesions_lie_in_their_own_breast_and_between_the_plates(
    images: Images,
) -> None:
    for image, truth in each(images):
        assert truth.lesion.laterality is image.exposure.laterality
        assert image.exposure.position.family in truth.lesion.families
        assert 0 < truth.height_mm < image.thickness_mm


def test_a_lesion_is_about_as_far_from_the_nipple_in_a_cc_as_in_an_mlo(images: Images) -> None:
    distances: dict[tuple[int, int], dict[HangFamily, float]] = {}
    for seed, image in images:
        for truth in image.truth.lesions:
            found = distances.setdefault((seed, truth.lesion.number), {})
            found[image.truth.family] = truth.nipple_distance_mm
    both = np.array(
        [[one[family] for family in HangFamily] for one in distances.values() if len(one) == 2]
    )
    assert len(both) > 25
    assert np.corrcoef(both.T)[0, 1] > 0.9
    assert np.median(np.abs(both[:, 0] - both[:, 1])) < 12


def test_nipple_and_muscle_are_told(images: Images) -> None:
    for _, image in images:
        truth = image.truth
        assert 0 < truth.nipple.x < truth.size.columns
        assert 0.3 * truth.size.rows < truth.nipple.y < 0.8 * truth.size.rows
        if truth.family is HangFamily.CC:
            assert truth.pectoral == ()
            continue
        wall = truth.size.columns if image.exposure.laterality is Laterality.RIGHT else 0
        away = [abs(point.x - wall) for point in truth.pectoral]
        assert len(away) >= 5
        assert away[0] > away[-1]  # the muscle runs out downwards
        down = [point.y for point in truth.pectoral]
        assert down == sorted(down)
