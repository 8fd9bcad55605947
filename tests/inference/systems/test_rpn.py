from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from onnx import helper

from domain.errors import CancelledError
from domain.finding import FindingKind
from domain.geometry import PixelSpacing, SpacingSource
from imaging.grey.grey_header import GreyDescription
from imaging.grey.voi import WindowVoi
from inference.backends.choice import Choice, Provider
from inference.backends.pool import SessionPool
from inference.backends.stop import StopFlag
from inference.errors import NetworkError, PackageError
from inference.packages.package import open_package
from inference.preparing.prepare import prepare
from inference.systems.known import make_system
from inference.systems.system import RawMark, SeenView
from inference.systems.verify import try_out, verify_package
from tests.support.small_networks import (
    bright_cells,
    endless,
    model,
    nan_scores,
    score_of_two,
    write_package,
    wrong_shape,
)

SPACING = PixelSpacing(0.2, 0.2, SpacingSource.IMAGER)
GREY = GreyDescription(bits_stored=12, vois=(WindowVoi(2048, 4096),))
COARSE = {"inputs": {"preparing": {"pixel_mm": 1.0}}, "settings": {"most-marks": 1000}}
"""So few cells that all of them may be marks."""
POOL = SessionPool(Choice(Provider.CPU, "for tests", 1))


def breast(*, right: bool, spot: tuple[int, int] | None = (700, 300)) -> SeenView:
    """1200 x 900 stored pixels: a half disc at the chest wall, a bright spot of 80 pixels at
    (row, column from the chest wall)."""
    rows, columns = np.mgrid[:1200, :900]
    inside = (rows - 600) ** 2 / 450**2 + columns**2 / 600**2 < 1
    pixels = np.where(inside, 1500, 0).astype(np.uint16)
    if spot is not None:
        row, column = spot
        pixels[row - 40 : row + 40, column - 40 : column + 40] = 4000
    stored = pixels[:, ::-1].copy() if right else pixels
    return SeenView(stored, GREY, SPACING)


def detect(folder: Path, view: SeenView, stop: StopFlag | None = None) -> tuple[RawMark, ...]:
    package = open_package(folder)
    return make_system(package).detect(view, POOL.runner(stop))


@pytest.mark.parametrize("right", [False, True])
def test_the_surest_mark_lies_on_what_is_bright_in_stored_pixels(
    tmp_path: Path, right: bool
) -> None:
    marks = detect(write_package(tmp_path / "package"), breast(right=right))
    best = marks[0]
    assert best.kind is FindingKind.MASS
    assert [mark.score for mark in marks] == sorted((m.score for m in marks), reverse=True)
    x = 899 - 300 if right else 300
    # A cell of 8 pixels of 0.5 mm is 20 stored pixels wide and lies wholly in the spot of 80.
    assert x - 40.5 <= best.box.left < best.box.right <= x + 40.5
    assert 659.5 <= best.box.top < best.box.bottom <= 739.5
    assert best.box.width == pytest.approx(20, abs=0.1)
    assert best.score > 0.9


def test_marks_are_those_of_the_network_on_the_prepared_picture(tmp_path: Path) -> None:
    """Against a way of its own: the mean of each cell of the prepared picture."""
    view = breast(right=True)
    package = open_package(write_package(tmp_path / "package", **COARSE))
    marks = make_system(package).detect(view, POOL.runner())
    assert package.manifest.inputs is not None
    spec = package.manifest.inputs.preparing.spec()
    ready = prepare(view.pixels, view.grey, view.spacing, spec)
    padded = ready.tensor()[0, 0]
    rows, columns = (side // 8 for side in padded.shape)
    means = padded.reshape(rows, 8, columns, 8).mean((1, 3))
    middles = np.arange(max(rows, columns)) * 8 + 3.5
    height, width = ready.pixels.shape
    inside = means[middles[:rows] < height][:, middles[:columns] < width]
    expected = np.sort(inside[inside >= 0.01])[::-1]
    np.testing.assert_allclose([mark.score for mark in marks], expected, atol=1e-5)
    assert expected.size > 100


def test_no_mark_leaves_the_image_even_where_the_breast_touches_its_edge(tmp_path: Path) -> None:
    view = SeenView(np.full((333, 217), 3000, np.uint16), GREY, SPACING)
    marks = detect(write_package(tmp_path / "package", settings={"most-marks": 1000}), view)
    assert marks
    for mark in marks:
        assert -0.5 <= mark.box.left < mark.box.right <= 216.5
        assert -0.5 <= mark.box.top < mark.box.bottom <= 332.5


def test_doubles_are_suppressed_as_the_settings_say(tmp_path: Path) -> None:
    last = [
        helper.make_node("Clip", ["flat", "least", "most"], ["one"]),
        helper.make_node("Concat", ["one", "one"], ["scores"], axis=1),
    ]
    twice = bright_cells(last)
    next(node for node in twice.graph.node if node.output[0] == "boxes").output[0] = "single"
    twice.graph.node.append(helper.make_node("Concat", ["single", "single"], ["boxes"], axis=1))
    view = breast(right=False)
    few = detect(write_package(tmp_path / "few", twice, **COARSE), view)
    assert len({mark.box for mark in few}) == len(few)
    both = COARSE | {"settings": {"most-marks": 1000, "box-overlap": 1}}
    many = detect(write_package(tmp_path / "many", twice, **both), view)
    assert len(many) == 2 * len(few)
    capped = detect(write_package(tmp_path / "cap", twice, settings={"most-marks": 5}), view)
    assert len(capped) == 5


def test_a_network_that_finds_nothing_gives_no_marks(tmp_path: Path) -> None:
    folder = write_package(tmp_path / "package", settings={"lowest-score": 1})
    assert detect(folder, breast(right=False, spot=None)) == ()


def no_boxes() -> object:
    node = helper.make_node
    nodes = [
        node("ConstantOfShape", ["three"], ["boxes"]),
        node("ConstantOfShape", ["two"], ["scores"]),
    ]
    return model(nodes, {"three": np.array([1, 0, 4]), "two": np.array([1, 0])})


def test_no_boxes_at_all_are_no_error(tmp_path: Path) -> None:
    package = verify_package(write_package(tmp_path / "p", no_boxes()))  # type: ignore[arg-type]
    assert detect(package.folder, breast(right=False)) == ()


@pytest.mark.parametrize(
    ("network", "said"),
    [(nan_scores(), "NaN"), (wrong_shape(), "shape"), (score_of_two(), "outside 0 to 1")],
)
def test_what_a_network_gives_wrongly_is_an_error_and_not_a_mark(
    tmp_path: Path, network: object, said: str
) -> None:
    folder = write_package(tmp_path / "package", network)  # type: ignore[arg-type]
    with pytest.raises(NetworkError, match=said):
        detect(folder, breast(right=False))
    with pytest.raises(PackageError, match=f"network.onnx.*{said}"):
        verify_package(folder)


def test_outputs_by_other_names_are_told_before_a_reading_relies_on_them(tmp_path: Path) -> None:
    other = bright_cells()
    other.graph.output[0].name = "squares"
    next(node for node in other.graph.node if node.output[0] == "boxes").output[0] = "squares"
    with pytest.raises(PackageError, match="gives no boxes"):
        verify_package(write_package(tmp_path / "network", other))
    with pytest.raises(PackageError, match="names no output boxes, scores"):
        verify_package(write_package(tmp_path / "manifest", outputs={"squares": "squares"}))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"system": "oracle"}, "'oracle'"),
        ({"stage": "contour"}, "'rpn' at the stage contour"),
        ({"kinds": []}, "marks a kind"),
        ({"settings": {"box-overlap": 2}}, "out of range"),
    ],
)
def test_a_package_that_the_system_can_not_use_is_refused(
    tmp_path: Path, changed: dict[str, object], said: str
) -> None:
    with pytest.raises(PackageError, match=said):
        verify_package(write_package(tmp_path / "package", **changed))


def test_a_stopped_detection_raises_and_gives_nothing(tmp_path: Path) -> None:
    stop = StopFlag()
    stop.stop()
    with pytest.raises(CancelledError):
        detect(write_package(tmp_path / "package"), breast(right=False), stop)


def test_a_network_that_never_ends_is_refused_after_its_time(tmp_path: Path) -> None:
    package = open_package(write_package(tmp_path / "endless", endless()))
    with pytest.raises(PackageError, match=r"did not end within 0\.5 s"):
        try_out(package, seconds=0.5)
