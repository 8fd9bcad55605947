from __future__ import annotations

from dataclasses import replace

import pytest

from domain.geometry import ImagePoint, ImageSize
from domain.laterality import Laterality
from domain.study import ImageKind, ImageRef, View
from domain.turn import Turn
from domain.view_position import HangFamily, ViewModifier, ViewPosition
from imaging.anatomy.breast import find_breast
from phantom.recipe import Content, StudyRecipe
from phantom.studies.generate import generate_study
from tests.support.breast_frames import half_ellipse, turned
from tests.support.views import a_view
from viewing.linking.arc import DistanceArc
from viewing.linking.estimate import HungImage, estimate_frame
from viewing.linking.relation import LinkedImage, Relation, followed, relation

CENTRE = ImagePoint(200, 500)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("RCC", "LCC", Relation.SAME_VIEW),
        ("LMLO", "RMLO", Relation.SAME_VIEW),
        ("RCC", "RMLO", Relation.OTHER_VIEW),
        ("LMLO", "LCC", Relation.OTHER_VIEW),
        ("RCC", "LMLO", None),
    ],
)
def test_views_of_a_study_are_linked(one: str, other: str, expected: Relation | None) -> None:
    assert relation(a_view(one), a_view(other)) is expected


def test_an_older_image_of_the_same_view_is_linked_and_an_image_not_with_itself() -> None:
    older = replace(a_view("RCC"), ref=ImageRef("/older/RCC.dcm"))
    assert relation(a_view("RCC"), older) is Relation.SAME_VIEW
    assert relation(a_view("RCC"), a_view("RCC")) is None


@pytest.mark.parametrize(
    "unlike",
    [
        replace(a_view("LCC"), modifiers=frozenset({ViewModifier.SPOT})),
        replace(a_view("LCC"), modifiers=frozenset({ViewModifier.MAGNIFICATION})),
        replace(a_view("LCC"), modifiers=frozenset({ViewModifier.IMPLANT_DISPLACED})),
        replace(a_view("LCC"), kind=ImageKind.SPECIMEN),
        replace(a_view("LCC"), kind=ImageKind.STEREOTACTIC),
        replace(a_view("LCC"), partial=True),
        replace(a_view("LCC"), position=None),
        replace(a_view("LCC"), laterality=Laterality.BOTH),
        replace(a_view("LCC"), laterality=None),
    ],
    ids=lambda view: f"{view.name} {view.kind.value}",
)
def test_what_is_no_whole_breast_like_the_other_is_not_linked(unlike: View) -> None:
    assert relation(a_view("RCC"), unlike) is None
    assert relation(unlike, a_view("RCC")) is None


def test_two_images_with_displaced_implants_are_linked() -> None:
    displaced = frozenset({ViewModifier.IMPLANT_DISPLACED})
    right, left = (replace(a_view(slot), modifiers=displaced) for slot in ("RCC", "LCC"))
    assert relation(right, left) is Relation.SAME_VIEW


def test_a_place_is_followed_as_a_position_or_as_an_arc() -> None:
    frame = half_ellipse()
    left = LinkedImage(a_view("LCC"), frame)
    right = LinkedImage(a_view("RCC"), turned(frame, Turn(flip_columns=True)))
    oblique = LinkedImage(a_view("LMLO"), frame)
    assert followed(CENTRE, left, right) == ImagePoint(pytest.approx(599), pytest.approx(500))
    assert isinstance(followed(CENTRE, left, oblique), DistanceArc)
    assert followed(CENTRE, right, oblique) is None


def test_outside_the_breast_and_without_a_frame_nothing_is_followed() -> None:
    frame = half_ellipse()
    left, right = LinkedImage(a_view("LCC"), frame), LinkedImage(a_view("RCC"), frame)
    assert followed(ImagePoint(700, 20), left, right) is None
    assert followed(CENTRE, left, LinkedImage(a_view("RCC"), None)) is None
    assert followed(CENTRE, LinkedImage(a_view("LCC"), None), right) is None


def test_lesions_of_a_synthetic_study_lie_in_the_band_of_their_other_view() -> None:
    recipe = StudyRecipe(1, Content.DEMO, size=ImageSize(320, 260))
    shown: dict[str, LinkedImage] = {}
    lesions: dict[str, dict[int, ImagePoint]] = {}
    for image in generate_study(recipe):
        exposure = image.exposure
        name = exposure.laterality.value + exposure.position.value
        view = a_view(name, image.pixel_mm, *image.pixels.shape)
        family = HangFamily.CC if exposure.position is ViewPosition.CC else HangFamily.MLO
        hung = HungImage(view.size, view.spacing, exposure.laterality, family, Turn())
        frame = estimate_frame(image.pixels, find_breast(image.pixels), hung)
        shown[name] = LinkedImage(view, frame)
        lesions[name] = {one.lesion.number: one.centre for one in image.truth.lesions}
    followed_lesions = 0
    for one, other in (("RCC", "RMLO"), ("RMLO", "RCC"), ("LCC", "LMLO"), ("LMLO", "LCC")):
        for number in lesions[one].keys() & lesions[other].keys():
            arc = followed(lesions[one][number], shown[one], shown[other])
            goal = shown[other].frame
            assert isinstance(arc, DistanceArc)
            assert goal is not None
            assert arc.holds(goal.place_of(lesions[other][number]).distance)
            followed_lesions += 1
    assert followed_lesions >= 4
