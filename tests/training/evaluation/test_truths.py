"""What a package is asked to find, and where on the breast marks lie."""

from __future__ import annotations

import numpy as np
import pytest

from domain.finding import Descriptors, FindingKind
from domain.geometry import Box, ImagePoint, ImageSize
from domain.lexicon import DescriptorAxis, Edition
from domain.mask import RleMask
from domain.side import Side
from tests.support.small_samples import PIXEL_MM, SIZE, info, square
from training.baselines.shown import ShownView
from training.data.sample import TrueFinding
from training.evaluation.places import Place, place_map
from training.evaluation.truths import CALCIFICATIONS, LABEL_MM2, MASSES
from training.metrics.calcification_types import CalcificationType, calcification_type


def test_soft_lesions_are_sought_and_everything_else_counts_neither_way() -> None:
    kinds = [FindingKind.MASS, FindingKind.ASYMMETRY, FindingKind.OTHER]
    kinds += [FindingKind.CALCIFICATION_GROUP, FindingKind.IGNORED_REGION]
    findings = [square(10 * at, 100, 8, kind) for at, kind in enumerate(kinds, start=1)]
    sought, ignored = MASSES.split(info("one", *findings), SIZE, PIXEL_MM)
    assert [finding.kind for finding, _ in sought] == kinds[:2]
    assert [truth.box for truth in ignored] == [finding.box for finding in findings[2:]]


def test_a_mass_narrower_than_three_millimetres_is_ignored() -> None:
    narrow, wide = square(10, 100, 5), square(40, 100, 6)  # 2.5 and 3 mm
    sought, ignored = MASSES.split(info("one", narrow, wide), SIZE, PIXEL_MM)
    assert [finding for finding, _ in sought] == [wide]
    assert len(ignored) == 1


def test_a_dot_is_dilated_to_the_papers_area_and_keeps_its_place() -> None:
    size, pixel_mm = ImageSize(400, 300), 0.1
    mask = RleMask.of(np.ones((2, 2), np.uint8), size, 150, 200)
    dot = TrueFinding(FindingKind.CALCIFICATION, mask.box, mask)
    ((_, truth),), ignored = CALCIFICATIONS.split(info("one", dot), size, pixel_mm)
    assert truth.mask.area * pixel_mm**2 == pytest.approx(LABEL_MM2, rel=0.1)
    assert truth.box.centre == dot.box.centre
    assert not ignored


def test_a_dot_without_a_mask_or_at_the_border_still_has_an_outline() -> None:
    size = ImageSize(400, 300)
    corner = TrueFinding(FindingKind.CALCIFICATION, Box(-0.5, -0.5, 1.5, 1.5))
    ((_, truth),), _ = CALCIFICATIONS.split(info("one", corner), size, 0.1)
    assert truth.mask.contains(0, 0)
    assert truth.box.left == -0.5
    assert truth.box.top == -0.5


def test_a_group_is_its_hull() -> None:
    plate = np.zeros((60, 60), np.uint8)
    plate[0:2, 0:2] = plate[0:2, 58:60] = plate[58:60, 0:2] = 1
    mask = RleMask.of(plate, SIZE, 20, 90)
    group = TrueFinding(FindingKind.CALCIFICATION_GROUP, mask.box, mask)
    ((_, truth),), _ = CALCIFICATIONS.split(info("one", group), SIZE, 0.1)
    assert truth.mask.contains(90 + 15, 20 + 15)  # between the dots
    assert not truth.mask.contains(90 + 50, 20 + 50)  # beyond the line that joins them


def flat(
    columns: int, rows: int, kind: FindingKind = FindingKind.CALCIFICATION, said: str = ""
) -> TrueFinding:
    size = ImageSize(400, 400)
    mask = RleMask.of(np.ones((rows, columns), np.uint8), size, 10, 10)
    axis = DescriptorAxis.CALCIFICATION_MORPHOLOGY
    terms = Descriptors(Edition.FIFTH, ((axis, said),) if said else ())
    return TrueFinding(kind, mask.box, mask, descriptors=terms)


@pytest.mark.parametrize(
    ("finding", "expected"),
    [
        (flat(20, 20), CalcificationType.DOT),
        (flat(31, 20), CalcificationType.LARGE_REGION),
        (flat(150, 20), CalcificationType.VESSEL),
        (flat(150, 60), CalcificationType.LARGE_REGION),
        (flat(20, 20, said="vascular"), CalcificationType.VESSEL),
        (flat(20, 20, FindingKind.CALCIFICATION_GROUP), CalcificationType.LARGE_REGION),
    ],
)
def test_labels_are_dots_vessels_or_regions_by_area_and_shape(finding, expected) -> None:
    assert calcification_type(finding, pixel_mm=0.1) is expected


def test_a_vessel_that_runs_aslant_is_told_by_its_own_length_and_width() -> None:
    size = ImageSize(400, 400)
    plate = np.eye(150, dtype=np.uint8)
    plate[1:] |= plate[:-1]
    mask = RleMask.of(plate, size, 10, 10)
    vessel = TrueFinding(FindingKind.CALCIFICATION, mask.box, mask)
    assert calcification_type(vessel, 0.1) is CalcificationType.VESSEL


def view() -> ShownView:
    y, x = np.mgrid[: SIZE.rows, : SIZE.columns]
    inside = ((y - 120) / 110) ** 2 + (x / 140) ** 2 < 1
    muscle = inside & (x + y < 60)
    picture = inside.astype(np.float32)
    return ShownView("one", picture, inside, muscle, PIXEL_MM, Side.LEFT, ImagePoint(139.0, 120.0))


@pytest.mark.parametrize(
    ("point", "expected"),
    [
        (ImagePoint(60, 120), Place.ELSEWHERE),
        (ImagePoint(1, 120), Place.ELSEWHERE),  # the chest wall is no skin
        (ImagePoint(20, 35), Place.PECTORAL),
        (ImagePoint(60, 23), Place.SKIN),
        (ImagePoint(122, 120), Place.NIPPLE),
        (ImagePoint(117, 120), Place.ELSEWHERE),  # 11 mm from it
        (ImagePoint(150, 20), Place.OUTSIDE),
        (ImagePoint(-9, 300), Place.OUTSIDE),
    ],
)
def test_places_are_told_by_anatomy_and_millimetres(point, expected) -> None:
    assert place_map(view()).at(point) is expected


def test_shares_of_the_breast_add_up_to_one() -> None:
    shares = place_map(view()).shares()
    assert sum(shares.values()) == pytest.approx(1)
    assert shares[Place.OUTSIDE] == 0
    assert 0.02 < shares[Place.PECTORAL] < 0.12
