"""The packages that are shipped, on a synthetic breast, asked for what can't be outlined well."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from domain.finding import FindingKind
from domain.geometry import Box, ImageSize, PixelSpacing, SpacingSource
from domain.laterality import Laterality
from domain.view_position import ViewPosition
from imaging.grey.grey_header import GreyDescription
from imaging.grey.presentation import default_presentation
from imaging.grey.voi import WindowVoi
from inference.backends.choice import Choice, Provider
from inference.backends.pool import SessionPool
from inference.packages.package import open_package
from inference.systems.contour import ContourUnetSystem
from inference.systems.contour_outline import crosses
from inference.systems.system import Outlined, SeenView
from phantom.recipe import Content, Exposure, StudyRecipe
from phantom.studies.generate import generate_study
from phantom.studies.image import SyntheticImage

MODELS = Path(__file__).parents[3] / "resources" / "models"
SIZE = ImageSize(768, 624)
RUN = SessionPool(Choice(Provider.CPU, "for tests", 1)).runner()


@pytest.fixture(scope="module", params=["contour-unet-fine", "contour-unetpp-small"])
def system(request: pytest.FixtureRequest) -> ContourUnetSystem:
    return ContourUnetSystem(open_package(MODELS / request.param))


@pytest.fixture(scope="module")
def image() -> SyntheticImage:
    """A right MLO with three masses and a muscle; the chest wall is at its right."""
    exposure = Exposure(Laterality.RIGHT, ViewPosition.MLO)
    (drawn,) = generate_study(StudyRecipe(7, Content.MASSES, size=SIZE, exposures=(exposure,)))
    return drawn


@pytest.fixture(scope="module")
def view(image: SyntheticImage) -> SeenView:
    window = image.unit.windows[0]
    grey = GreyDescription(image.unit.bits, vois=(WindowVoi(window.centre, window.width),))
    side = image.pixel_mm
    return SeenView(image.pixels, grey, PixelSpacing(side, side, SpacingSource.IMAGER_OVER_ERMF))


def masses(image: SyntheticImage) -> list[Box]:
    return [one.box for one in image.truth.lesions if one.lesion.kind is FindingKind.MASS]


def sensible(found: Outlined | None, box: Box) -> None:
    """One closed line without crossings, on the image and on the box, and no blob over it all."""
    if found is None:
        return
    line = np.array([(one.x, one.y) for one in found.contour.points])
    assert len(line) >= 3
    assert not crosses(line)
    assert line.min() >= -0.5
    assert line[:, 0].max() <= SIZE.columns - 0.5
    assert line[:, 1].max() <= SIZE.rows - 0.5
    on = found.mask.box
    assert on is not None
    assert on.left < box.right
    assert on.right > box.left
    assert on.top < box.bottom
    assert on.bottom > box.top
    side = 1.6 * max(box.width, box.height)
    assert found.mask.area <= 0.85 * side**2


def overlap(found: Outlined, box: Box) -> float:
    """Share of a contour's pixels that lie in a box."""
    left, top = round(box.left + 0.5), round(box.top + 0.5)
    part = found.mask.window(left, top, round(box.width), round(box.height))
    return float(part.sum()) / found.mask.area


def test_its_masses_are_outlined(
    system: ContourUnetSystem, view: SeenView, image: SyntheticImage
) -> None:
    for box in masses(image):
        found = system.contour(view, box, RUN)
        sensible(found, box)
        assert found is not None
        assert overlap(found, box) > 0.8


def test_a_mass_that_the_border_cuts_is_outlined_up_to_it(
    system: ContourUnetSystem, view: SeenView, image: SyntheticImage
) -> None:
    box = max(masses(image), key=lambda one: one.width)
    cut = round(box.centre.x)
    part = SeenView(view.pixels[:, :cut].copy(), view.grey, view.spacing)
    found = system.contour(part, box, RUN)
    sensible(found, box)
    assert found is not None
    assert found.mask.box is not None
    assert cut - 2 <= found.mask.box.right <= cut - 0.5
    assert overlap(found, box) > 0.8


@pytest.mark.parametrize("x", [0, 300, 600])
@pytest.mark.parametrize("y", [0, 380, 760])
@pytest.mark.parametrize("side", [12, 60, 200])
def test_no_box_at_any_place_gives_what_is_no_outline(
    system: ContourUnetSystem, view: SeenView, x: int, y: int, side: int
) -> None:
    box = Box(x - side / 2, y - side / 2, x + side / 2, y + side / 2)
    sensible(system.contour(view, box, RUN), box)


@pytest.mark.parametrize("side", [1, 3, 6])
def test_of_some_pixels_there_is_no_contour(
    system: ContourUnetSystem, view: SeenView, side: int
) -> None:
    assert system.contour(view, Box(400, 400, 400 + side, 400 + side), RUN) is None


def test_a_box_larger_than_the_breast_gives_no_blob_over_it(
    system: ContourUnetSystem, view: SeenView
) -> None:
    breast = int((default_presentation(view.pixels, view.grey) > 0).sum())
    for box in (Box(-50, -50, 674, 818), Box(-700, -700, 1300, 1500), Box(60, 30, 624, 738)):
        found = system.contour(view, box, RUN)
        assert found is None or found.mask.area < breast / 2


def test_over_air_there_is_no_contour(system: ContourUnetSystem, view: SeenView) -> None:
    for box in (Box(5, 120, 55, 180), Box(5, 300, 25, 420), Box(20, 700, 90, 760)):
        assert system.contour(view, box, RUN) is None
    assert system.contour_at(view, 15, 300, RUN) is None


def test_over_the_muscle_nothing_takes_the_whole_box(
    system: ContourUnetSystem, view: SeenView, image: SyntheticImage
) -> None:
    edge = min(one.x for one in image.truth.pectoral)
    for y in (60, 120, 180):
        for x in range(round(edge) + 40, SIZE.columns - 20, 30):
            box = Box(x - 25, y - 25, x + 25, y + 25)
            found = system.contour(view, box, RUN)
            sensible(found, box)
            assert found is None or found.mask.area < 0.75 * box.width * box.height


def test_a_box_with_two_masses_gives_one_line_or_none_and_does_not_take_the_box(
    system: ContourUnetSystem, view: SeenView, image: SyntheticImage
) -> None:
    first, second = sorted(masses(image), key=lambda one: one.left)[:2]
    both = Box(
        first.left, min(first.top, second.top), second.right, max(first.bottom, second.bottom)
    )
    found = system.contour(view, both, RUN)
    sensible(found, both)
    assert found is None or found.mask.area < 0.75 * max(both.width, both.height) ** 2


def test_a_click_gives_the_same_whether_its_regions_are_looked_at_together_or_one_by_one(
    view: SeenView, image: SyntheticImage
) -> None:
    together = ContourUnetSystem(open_package(MODELS / "contour-unet-fine"))
    one_by_one = ContourUnetSystem(open_package(MODELS / "contour-unet-fine"))
    one_by_one.rule = replace(together.rule, at_once=1)
    assert together.rule.at_once > 1
    for box in masses(image):
        at = box.centre.x, box.centre.y
        assert together.contour_at(view, *at, RUN) == one_by_one.contour_at(view, *at, RUN)
