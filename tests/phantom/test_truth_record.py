"""The written truth: masks, ids and places say what was drawn."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from domain.finding import (
    Contour,
    Descriptors,
    FindingKind,
    Pathology,
    PathologyOutcome,
    RleMask,
)
from domain.geometry import Box, ImagePoint, ImageSize
from domain.laterality import Laterality
from domain.lexicon import Assessment, DescriptorAxis
from domain.view_position import ViewModifier, ViewPosition
from phantom.lesions.lesion import Lesion
from phantom.recipe import Composition, Exposure, StudyRecipe
from phantom.space.points import BreastPoint
from phantom.space.stamp import Patch
from phantom.truth.findings import clock_face, findings_of, outcome
from phantom.truth.record import WrittenImage, mask_of, truth_json
from phantom.truth.truth import LesionTruth, ViewTruth

SIZE = ImageSize(40, 30)
LESION = Lesion(
    number=3,
    kind=FindingKind.MASS,
    laterality=Laterality.LEFT,
    at=BreastPoint(depth=40, lateral=30, head=30),
    size_mm=10,
    descriptors=Descriptors(terms=((DescriptorAxis.MASS_SHAPE, "irregular"),)),
    assessment=Assessment.HIGH_SUSPICION,
    probability=0.8,
    malignant=True,
    subtlety=0.2,
    seed=1,
)


def image(uid: str, position: ViewPosition, **changes: object) -> WrittenImage:
    corners = ((10, 20), (12, 20), (12, 22), (10, 22))
    lesion = LesionTruth(
        LESION,
        Box(9.5, 19.5, 12.5, 22.5),
        Contour(tuple(ImagePoint(x, y) for x, y in corners)),
        Patch(20, 10, np.ones((3, 3), bool)),
        ImagePoint(11, 21),
        nipple_distance_mm=25.04,
        height_mm=30,
    )
    written = WrittenImage(
        file=f"{uid}.dcm",
        sop_uid=uid,
        study_uid="1.2",
        exam=0,
        exposure=Exposure(Laterality.LEFT, position),
        unit="ge",
        density=Composition.B,
        pixel_mm=0.5,
        spacing_mm=0.5,
        thickness_mm=60,
        truth=ViewTruth(SIZE, position.family, (lesion,), (), ImagePoint(25, 20)),
    )
    return replace(written, **changes)


def decoded(mask: RleMask) -> np.ndarray:
    return mask.pixels().astype(bool)


@given(
    pixels=arrays(bool, st.tuples(st.integers(1, 6), st.integers(1, 6))),
    top=st.integers(0, 5),
    left=st.integers(0, 5),
    spare=st.tuples(st.integers(0, 3), st.integers(0, 3)),
)
def test_run_lengths_give_the_mask_back(
    pixels: np.ndarray, top: int, left: int, spare: tuple[int, int]
) -> None:
    size = ImageSize(top + pixels.shape[0] + spare[0], left + pixels.shape[1] + spare[1])
    whole = np.zeros(size.shape, bool)
    whole[top : top + pixels.shape[0], left : left + pixels.shape[1]] = pixels
    mask = mask_of(Patch(top, left, pixels), size)
    assert np.array_equal(decoded(mask), whole)
    assert 0 not in mask.counts[1:], "no run is split"


@pytest.mark.parametrize(("top", "left"), [(-1, 0), (38, 0), (0, 28)])
def test_a_patch_beyond_the_image_has_no_mask(top: int, left: int) -> None:
    with pytest.raises(ValueError, match="within its image"):
        mask_of(Patch(top, left, np.ones((3, 3), bool)), SIZE)


def test_both_views_of_a_lesion_name_each_other() -> None:
    cc, mlo = findings_of([image("1.1", ViewPosition.CC), image("1.2", ViewPosition.MLO)])
    assert cc.counterpart_id == mlo.id
    assert mlo.counterpart_id == cc.id
    assert cc.id != mlo.id


def test_a_displaced_view_or_a_prior_is_nobodys_counterpart() -> None:
    displaced = Exposure(
        Laterality.LEFT, ViewPosition.MLO, frozenset({ViewModifier.IMPLANT_DISPLACED})
    )
    for other in (
        image("1.2", ViewPosition.MLO, exposure=displaced),
        image("1.2", ViewPosition.MLO, exam=1),
        image("1.2", ViewPosition.MLO, frames=5, slice_mm=12.0),
        image("1.2", ViewPosition.CC),
    ):
        found = findings_of([image("1.1", ViewPosition.CC), other])
        assert [one.counterpart_id for one in found] == [None, None]


def test_a_finding_says_all_that_is_known_of_its_lesion() -> None:
    (finding,) = findings_of([image("1.1", ViewPosition.CC)])
    (geometry,) = finding.geometries
    assert geometry.sop_instance_uid == "1.1"
    assert geometry.box == Box(9.5, 19.5, 12.5, 22.5)
    assert geometry.mask is not None
    assert decoded(geometry.mask).sum() == 9
    assert finding.pathology == Pathology(PathologyOutcome.MALIGNANT)
    assert finding.malignancy == 0.8
    assert finding.descriptors == LESION.descriptors
    location = finding.location
    assert location is not None
    assert (location.quadrant, location.clock_face, location.depth) == ("upper outer", 2, "middle")
    assert location.nipple_distance_mm == 25.0


def test_a_group_is_outlined_and_not_each_speck() -> None:
    written = image("1.1", ViewPosition.CC)
    (lesion,) = written.truth.lesions
    group = replace(lesion, lesion=replace(LESION, kind=FindingKind.CALCIFICATION_GROUP))
    (finding,) = findings_of([replace(written, truth=replace(written.truth, lesions=(group,)))])
    assert finding.geometries[0].mask is None
    assert finding.geometries[0].contour == group.contour


def test_on_a_stack_a_finding_covers_the_slices_of_its_lesion() -> None:
    (finding,) = findings_of([image("1.1", ViewPosition.CC, frames=30, slice_mm=2.0)])
    assert (finding.geometries[0].frame, finding.geometries[0].last_frame) == (12, 17)


@pytest.mark.parametrize(
    ("laterality", "lateral", "head", "hour"),
    [
        (Laterality.LEFT, 0, 10, 12),
        (Laterality.LEFT, 10, 0, 3),
        (Laterality.LEFT, 0, -10, 6),
        (Laterality.LEFT, -10, 0, 9),
        (Laterality.RIGHT, 10, 0, 9),
        (Laterality.RIGHT, 10, 10, 11),
        (Laterality.RIGHT, -10, 0, 3),
    ],
)
def test_the_clock_is_read_facing_the_patient(
    laterality: Laterality, lateral: float, head: float, hour: int
) -> None:
    # 10, 10 lies between two hours; either is right.
    found = clock_face(laterality, BreastPoint(30, lateral, head))
    assert found == hour or (lateral == head and found == 10)


@pytest.mark.parametrize(
    ("assessment", "malignant", "proved"),
    [
        (Assessment.PROBABLY_BENIGN, True, PathologyOutcome.MALIGNANT),
        (Assessment.LOW_SUSPICION, False, PathologyOutcome.BENIGN),
        (Assessment.BENIGN, False, PathologyOutcome.BENIGN_WITHOUT_CALLBACK),
    ],
)
def test_nobody_is_called_back_for_what_is_plainly_benign(
    assessment: Assessment, malignant: bool, proved: PathologyOutcome
) -> None:
    assert outcome(replace(LESION, assessment=assessment, malignant=malignant)) is proved


def test_the_record_pairs_the_views_that_show_a_lesion() -> None:
    images = [image("1.1", ViewPosition.CC), image("1.2", ViewPosition.MLO)]
    record = json.loads(truth_json(StudyRecipe(seed=5), images))
    assert record["seed"] == 5
    assert record["composition"] == "b"
    assert [lesion["number"] for lesion in record["lesions"]] == [3]
    assert record["lesions"][0]["malignant"] is True
    assert record["lesions"][0]["descriptors"] == [["mass shape", "irregular"]]
    (pair,) = record["correspondences"]
    assert pair == {"number": 3, "exam": 0, "laterality": "L", "sop_uids": ["1.1", "1.2"]}
    assert record["images"][0]["lesions"][0]["box"] == [9.5, 19.5, 12.5, 22.5]
