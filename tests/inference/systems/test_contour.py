"""The contour system, by a real network that takes what is bright in a region for the lesion."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.geometry import Box, ImagePoint, ImageSize, PixelSpacing, SpacingSource
from imaging.grey.grey_header import GreyDescription
from imaging.grey.voi import WindowVoi
from inference.backends.choice import Choice, Provider
from inference.backends.pool import SessionPool
from inference.errors import NetworkError, PackageError
from inference.packages.package import open_package
from inference.systems.contour import ContourUnetSystem
from inference.systems.contour_outline import crosses
from inference.systems.system import Outlined, SeenView
from inference.systems.verify import verify_package
from tests.support.contour_networks import (
    bright_is_lesion,
    contour_package,
    no_number,
    other_size,
)

SIZE = ImageSize(500, 400)
GREY = GreyDescription(bits_stored=12, vois=(WindowVoi(2048, 4096),))
RUN = SessionPool(Choice(Provider.CPU, "for tests", 1)).runner()


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> ContourUnetSystem:
    folder = tmp_path_factory.mktemp("packages") / "contours"
    return ContourUnetSystem(open_package(contour_package(folder)))


def view(*discs: tuple[float, float, float], spacing: PixelSpacing | None = None) -> SeenView:
    """Even tissue with bright discs of (x, y, radius), air right of column 300."""
    rows, columns = np.indices(SIZE.shape)
    pixels = np.full(SIZE.shape, 1200.0)
    for x, y, radius in discs:
        pixels += 1500 * np.clip((radius - np.hypot(columns - x, rows - y)) + 0.5, 0, 1)
    pixels[:, 300:] = 0
    known = spacing or PixelSpacing(0.2, 0.2, SpacingSource.IMAGER)
    return SeenView(pixels.astype(np.uint16), GREY, known)


def around(x: float, y: float, half: float) -> Box:
    return Box(x - half, y - half, x + half, y + half)


def outline_of(found: Outlined) -> np.ndarray:
    return np.array([(one.x, one.y) for one in found.contour.points])


def test_the_disc_in_a_box_is_outlined_in_stored_pixels(system: ContourUnetSystem) -> None:
    found = system.contour(view((150, 260, 30)), around(150, 260, 34), RUN)
    assert found is not None
    line = outline_of(found)
    away = np.hypot(line[:, 0] - 150, line[:, 1] - 260)
    assert np.abs(away - 30).max() < 3
    assert found.mask.area == pytest.approx(np.pi * 30**2, rel=0.08)
    assert found.mask.contains(260, 150)
    assert 0.6 < found.score <= 1


@given(st.floats(0, 300), st.floats(0, 500), st.floats(5, 60), st.floats(4, 90), st.integers(0, 99))
@settings(max_examples=12)
def test_no_outline_meets_itself_or_leaves_the_image_whatever_box_is_drawn(
    system: ContourUnetSystem, x: float, y: float, radius: float, half: float, seed: int
) -> None:
    random = np.random.default_rng(seed)
    other = (
        x + random.uniform(-60, 60),
        y + random.uniform(-60, 60),
        radius * random.uniform(0, 1),
    )
    found = system.contour(view((x, y, radius), other), around(x, y, half), RUN)
    if found is not None:
        line = outline_of(found)
        assert not crosses(line)
        assert line.min() >= -0.5
        assert line[:, 0].max() <= SIZE.columns - 0.5
        assert line[:, 1].max() <= SIZE.rows - 0.5
        assert not found.mask.empty


def test_one_click_outlines_discs_of_any_size(system: ContourUnetSystem) -> None:
    for radius in (14, 25, 50):
        found = system.contour_at(view((150, 260, radius)), 150 + radius / 3, 260, RUN)
        assert found is not None
        assert found.mask.area == pytest.approx(np.pi * radius**2, rel=0.15)


def test_a_box_that_is_too_tight_gets_the_whole_lesion(system: ContourUnetSystem) -> None:
    found = system.contour(view((150, 260, 40)), around(150, 260, 27), RUN)
    assert found is not None
    assert found.mask.area == pytest.approx(np.pi * 40**2, rel=0.1)


def test_a_lesion_at_the_border_is_cut_there(system: ContourUnetSystem) -> None:
    found = system.contour(view((4, 260, 30)), Box(-20, 228, 36, 292), RUN)
    assert found is not None
    assert outline_of(found)[:, 0].min() == -0.5
    assert found.mask.contains(260, 0)


def test_of_two_masses_in_a_box_one_is_outlined(system: ContourUnetSystem) -> None:
    found = system.contour(view((110, 260, 22), (190, 260, 22)), Box(84, 230, 216, 290), RUN)
    assert found is not None
    assert found.mask.area == pytest.approx(np.pi * 22**2, rel=0.15)
    assert found.mask.contains(260, 110) != found.mask.contains(260, 190)


@pytest.mark.parametrize(
    "box",
    [
        around(360, 200, 30),  # air
        around(150, 260, 1.5),  # three pixels
        around(900, 900, 40),  # beside the image
        Box(150, 200, 150, 300),  # no width, on nothing
    ],
)
def test_where_nothing_can_be_there_is_no_contour(system: ContourUnetSystem, box: Box) -> None:
    assert system.contour(view((150, 260, 30)), box, RUN) is None


@pytest.mark.parametrize(("x", "y"), [(360, 200), (-3, 20), (20, 700)])
def test_a_click_on_air_or_beside_the_image_gives_no_contour(
    system: ContourUnetSystem, x: float, y: float
) -> None:
    assert system.contour_at(view((150, 260, 30)), x, y, RUN) is None


def test_a_blob_over_the_whole_region_is_no_contour(tmp_path: Path) -> None:
    everything = contour_package(tmp_path / "p", bright_is_lesion(least=0.9))
    system = ContourUnetSystem(open_package(everything))
    image = view((150, 260, 30))
    assert system.contour(image, around(150, 260, 34), RUN) is None
    assert system.contour(image, Box(-100, -100, 600, 700), RUN) is None
    assert system.contour_at(image, 150, 260, RUN) is None


def test_a_network_that_is_unsure_gives_no_contour(tmp_path: Path) -> None:
    settings = {"least-score": 0.99}
    strict = contour_package(tmp_path / "p", bright_is_lesion(scale=0.9), settings=settings)
    found = ContourUnetSystem(open_package(strict)).contour(
        view((150, 260, 30)), around(150, 260, 34), RUN
    )
    assert found is None


def test_unknown_spacing_is_no_obstacle(system: ContourUnetSystem) -> None:
    image = view((150, 260, 30), spacing=PixelSpacing.unknown())
    assert system.contour(image, around(150, 260, 34), RUN) is not None
    assert system.contour_at(image, 150, 260, RUN) is not None


def test_a_part_of_the_image_gives_the_same_outline(system: ContourUnetSystem) -> None:
    whole = view((150, 260, 30))
    part = SeenView(whole.pixels[100:450, 20:390].copy(), GREY, whole.spacing)
    one = system.contour(whole, around(150, 260, 34), RUN)
    other = system.contour(part, around(130, 160, 34), RUN)
    assert one is not None
    assert other is not None
    moved = [ImagePoint(one.x + 20, one.y + 100) for one in other.contour.points]
    assert np.allclose(outline_of(one), [(p.x, p.y) for p in moved], atol=1e-6)


def test_a_network_without_numbers_or_of_another_size_is_an_error(tmp_path: Path) -> None:
    for name, network in (("nan", no_number()), ("half", other_size())):
        system = ContourUnetSystem(open_package(contour_package(tmp_path / name, network)))
        with pytest.raises(NetworkError):
            system.contour(view((150, 260, 30)), around(150, 260, 34), RUN)
        with pytest.raises(PackageError):
            verify_package(tmp_path / name)


def test_a_package_is_verified_by_running_its_network(tmp_path: Path) -> None:
    assert verify_package(contour_package(tmp_path / "p")).manifest.system == "contour-unet"


@pytest.mark.parametrize(
    "changed",
    [
        {"stage": "detect"},
        {"outputs": {"boxes": "b"}},
        {"settings": {"growth": 0.5}},
        {"settings": {"level": 1.0}},
    ],
)
def test_a_package_that_lacks_what_is_needed_is_refused(
    tmp_path: Path, changed: dict[str, object]
) -> None:
    package = open_package(contour_package(tmp_path / "p", **changed))
    with pytest.raises(PackageError):
        ContourUnetSystem(package)
