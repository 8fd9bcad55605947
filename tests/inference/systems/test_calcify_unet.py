"""The calcification system on views, with small real networks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import helper

from domain.errors import CancelledError
from domain.finding import FindingKind
from domain.geometry import ImageSize, PixelSpacing, SpacingSource
from domain.turn import Turn
from imaging.grey.grey_header import GreyDescription
from imaging.grey.voi import WindowVoi
from inference.backends.choice import Choice, Provider
from inference.backends.pool import SessionPool
from inference.backends.stop import StopFlag
from inference.errors import NetworkError, PackageError
from inference.packages.package import open_package
from inference.preparing.frame import PreparedFrame
from inference.systems.calcify_unet import CalcifyUnetSystem, stored_mask
from inference.systems.known import make_system
from inference.systems.system import RawMark, SeenView
from inference.systems.verify import verify_package
from tests.support.small_networks import model, write_package

GREY = GreyDescription(bits_stored=12, vois=(WindowVoi(2048, 4096),))
POOL = SessionPool(Choice(Provider.CPU, "for tests", 1))
SIDE = 32
MANIFEST: dict[str, Any] = {
    "system": "calcify-unet",
    "stage": "calcify",
    "kinds": ["calcification group", "calcification"],
    "outputs": {"probability": "float32 (n, 1, side, side)"},
    "inputs": {"preparing": {"pixel_mm": 0.2, "largest": [2048, 2048]}, "multiple": 8},
    "settings": {"tile-side": SIDE, "tile-margin": 4, "most-tiles": 12, "group-mm": 10},
}
DOTS = [(300, 150), (310, 170), (325, 160)]
"""Rows and columns from the chest wall of three calcifications that lie together."""


def bright(shape: tuple[Any, ...] = ("n", 1, SIDE, SIDE), **others: Any) -> onnx.ModelProto:
    """Probability 1 where a pixel is brighter than 0.8, else 0."""
    nodes = [
        helper.make_node("Greater", ["image", "level"], ["above"]),
        helper.make_node("Cast", ["above"], ["probability"], to=onnx.TensorProto.FLOAT),
    ]
    constants = {"level": np.array(0.8, np.float32)}
    return model(nodes, constants, {"probability": list(shape)}, shape=shape, **others)


def view(*, right: bool = False, dots: list[tuple[int, int]] = DOTS) -> SeenView:
    """600 x 450 pixels of 0.2 mm: a noisy half disc with bright dots of 3 pixels."""
    rows, columns = np.mgrid[:600, :450]
    inside = (rows - 300) ** 2 / 230**2 + columns**2 / 300**2 < 1
    noise = np.random.default_rng(3).normal(0, 20, inside.shape)
    pixels = np.where(inside, 1500 + noise, 0)
    for row, column in dots:
        pixels[row - 1 : row + 2, column - 1 : column + 2] = 4000
    stored = pixels.astype(np.uint16)
    stored = stored[:, ::-1].copy() if right else stored
    return SeenView(stored, GREY, PixelSpacing(0.2, 0.2, SpacingSource.IMAGER))


def system(folder: Path, changed: dict[str, float] | None = None, **others: Any) -> Any:
    told = {**MANIFEST, **others, "settings": {**MANIFEST["settings"], **(changed or {})}}
    write_package(folder, bright(), **told)
    return make_system(open_package(folder))


def calcify(folder: Path, seen: SeenView, **changed: float) -> tuple[RawMark, ...]:
    named = {key.replace("_", "-"): value for key, value in changed.items()}
    return system(folder, named).calcify(seen, POOL.runner(StopFlag()))


@pytest.mark.parametrize("right", [False, True])
def test_three_bright_dots_become_one_group_whose_pixels_are_the_dots(
    tmp_path: Path, right: bool
) -> None:
    marks = calcify(tmp_path, view(right=right))
    assert [mark.kind for mark in marks] == [FindingKind.CALCIFICATION_GROUP]
    mask = marks[0].mask
    assert mask is not None
    found = mask.pixels()
    for row, column in DOTS:
        at = 449 - column if right else column
        assert found[row, at]
    truth = view(right=right).pixels == 4000
    assert (found & truth).sum() / found.sum() > 0.7
    assert marks[0].box == mask.box


def test_a_dot_by_itself_is_a_single_calcification(tmp_path: Path) -> None:
    marks = calcify(tmp_path, view(dots=[(200, 100)]))
    assert [mark.kind for mark in marks] == [FindingKind.CALCIFICATION]
    assert marks[0].box.centre.y == pytest.approx(200, abs=1)
    assert marks[0].box.centre.x == pytest.approx(100, abs=1)


def test_a_breast_without_dots_has_no_marks(tmp_path: Path) -> None:
    assert calcify(tmp_path, view(dots=[])) == ()


def test_a_few_tiles_hold_what_a_look_at_all_of_them_finds(tmp_path: Path) -> None:
    made = system(tmp_path)
    run = POOL.runner(StopFlag())
    gated = made.see(view(), run)
    every = system(tmp_path / "all", {"most-tiles": 0}).see(view(), run)
    assert every.tiles[0] == every.tiles[1] == gated.tiles[1]
    assert gated.tiles[0] == 12 < 0.1 * gated.tiles[1]
    assert (gated.chance == every.chance).all()


def bar(row: int, column: int, *, down: bool, length: int = 70) -> list[tuple[int, int]]:
    """Dots that touch: one calcification that is longer than two tiles."""
    steps = range(0, length, 2)
    return [(row + step, column) if down else (row, column + step) for step in steps]


@given(row=st.integers(200, 330), column=st.integers(20, 150), down=st.booleans())
@settings(max_examples=12, deadline=None)
def test_what_reaches_over_a_tiles_edge_has_the_mask_of_a_look_at_all(
    tmp_path_factory: pytest.TempPathFactory, row: int, column: int, down: bool
) -> None:
    folder, run = tmp_path_factory.mktemp("packages"), POOL.runner(StopFlag())
    seen = view(dots=bar(row, column, down=down))
    gated = system(folder / "gated", {"most-tiles": 1}).see(seen, run)
    every = system(folder / "all", {"most-tiles": 0}).see(seen, run)
    assert every.chance.any()
    assert (gated.chance == every.chance).all()
    assert 1 < gated.tiles[0] < 17


def test_only_so_many_tiles_are_run_beside_the_first(tmp_path: Path) -> None:
    seen, run = view(dots=bar(250, 40, down=False, length=200)), POOL.runner(StopFlag())
    read = {
        more: system(tmp_path / str(more), {"most-tiles": 1, "more-tiles": more}).see(seen, run)
        for more in (0, 2, 100)
    }
    assert [one.tiles[0] for one in read.values()][:2] == [1, 3]
    found = [int(one.chance.sum()) for one in read.values()]
    assert found[0] < found[1] < found[2]


def test_no_tile_is_run_beside_those_where_nothing_was_found(tmp_path: Path) -> None:
    made = system(tmp_path, {"most-tiles": 2})
    assert made.see(view(dots=[]), POOL.runner(StopFlag())).tiles[0] == 2


def test_unknown_spacing_is_read_at_an_assumed_scale(tmp_path: Path) -> None:
    seen = view()
    unknown = SeenView(seen.pixels, seen.grey, PixelSpacing(None, None, SpacingSource.UNKNOWN))
    marks = calcify(tmp_path, unknown, most_tiles=0)
    assert marks


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"stage": "detect", "system": "calcify-unet"}, "stage detect"),
        ({"kinds": ["calcification"]}, "groups"),
        ({"outputs": {"scores": "none"}}, "probability"),
        ({"settings": {"tile-margin": 16}}, "range"),
        ({"settings": {"pixel-level": 0}}, "range"),
        ({"settings": {"more-tiles": -1}}, "range"),
        ({"settings": {"tile-side": 36}}, "multiple"),
    ],
)
def test_a_package_that_does_not_suit_is_refused(
    tmp_path: Path, change: dict[str, Any], word: str
) -> None:
    told = {**MANIFEST["settings"], **change.pop("settings", {})}
    write_package(tmp_path, bright(), **{**MANIFEST, **change, "settings": told})
    with pytest.raises(PackageError, match=word):
        make_system(open_package(tmp_path))


def test_a_network_of_another_tile_size_does_not_pass_verification(tmp_path: Path) -> None:
    write_package(tmp_path, bright(("n", 1, 48, 48)), **MANIFEST)
    with pytest.raises(PackageError):
        verify_package(tmp_path)


def test_probabilities_above_one_are_an_error(tmp_path: Path) -> None:
    nodes = [helper.make_node("Add", ["image", "two"], ["probability"])]
    shape = ("n", 1, SIDE, SIDE)
    made = model(nodes, {"two": np.array(2, np.float32)}, {"probability": list(shape)}, shape=shape)
    write_package(tmp_path, made, **MANIFEST)
    with pytest.raises(NetworkError, match="0 to 1"):
        make_system(open_package(tmp_path)).try_out(POOL.runner(StopFlag()))


def test_a_reading_that_is_stopped_gives_no_marks(tmp_path: Path) -> None:
    stop = StopFlag()
    made: CalcifyUnetSystem = system(tmp_path)
    stop.stop()
    with pytest.raises(CancelledError):
        made.calcify(view(), POOL.runner(stop))


@pytest.mark.parametrize(
    "turn", [Turn(*one) for one in ((False, False, False), (True, False, True))]
)
def test_a_prepared_region_comes_back_where_it_lies_on_the_stored_image(turn: Turn) -> None:
    stored = ImageSize(90, 120)
    turned = turn.size(stored)
    frame = PreparedFrame(stored, turn, 10, 20, ImageSize(60, 60), ImageSize(30, 30))
    patch = cv2.circle(np.zeros((9, 9), np.uint8), (4, 4), 4, 1, cv2.FILLED)
    mask = stored_mask(patch, 8, 6, frame)
    assert mask.size == stored
    assert mask.area == pytest.approx(4 * int(patch.sum()), rel=0.05)
    middle = frame.point_to_stored(12.0, 10.0)
    assert mask.box is not None
    assert mask.box.centre.x == pytest.approx(middle.x, abs=1)
    assert mask.box.centre.y == pytest.approx(middle.y, abs=1)
    assert turned.rows * turned.columns == stored.rows * stored.columns
