"""What pixels say of an image once it hangs: they object, and tell where the nipple is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from domain.geometry import ImageSize
from domain.side import Side
from domain.study import View
from imaging.loader import LoadedImage, load_image
from imaging.pyramid import build_pyramid
from imaging.raster import Raster
from imaging.scanning.scan import scan
from phantom.recipe import Content, StudyRecipe
from phantom.studies.options import DemoOptions
from phantom.studies.writing import write_study
from viewing import first_look as opening
from viewing.first_look import head_may_turn, look_at
from viewing.hanging.turning import decide_turn
from viewing.second_look import look_again


@pytest.fixture(scope="module")
def views(tmp_path_factory: pytest.TempPathFactory) -> dict[str, View]:
    folder: Path = tmp_path_factory.mktemp("second") / "study"
    write_study(folder, StudyRecipe(7, Content.DEMO, size=ImageSize(512, 416)), DemoOptions())
    (study,) = scan(folder, workers=1).studies
    return {view.name: view for view in study.views}


def upside_down(image: LoadedImage) -> LoadedImage:
    pixels = np.ascontiguousarray(image.raster.pixels[::-1])
    return LoadedImage(Raster(pixels), image.grey, build_pyramid(pixels))


def test_an_image_that_agrees_with_its_tags_stays_the_same_object(views: dict[str, View]) -> None:
    opened = look_at(views["LMLO"], 0, load_image(views["LMLO"].ref))
    seen = look_again(opened)
    assert seen.opened is opened
    assert not seen.objections


@pytest.mark.parametrize("name", ["RCC", "LMLO"])
def test_the_nipple_is_found_where_the_breast_reaches_farthest(
    views: dict[str, View], name: str
) -> None:
    opened = look_at(views[name], 0, load_image(views[name].ref))
    breast = look_again(opened).breast
    assert breast is not None
    assert breast.chest_wall is opened.evidence.chest_wall
    box = opened.evidence.breast
    assert box is not None
    tip = box.left if breast.chest_wall is Side.RIGHT else box.right
    assert breast.nipple.at.x == pytest.approx(tip, abs=0.1 * (box.right - box.left))


def test_pixels_only_object_where_tags_decide_and_the_turn_stays(
    views: dict[str, View], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("viewing.second_look.find_head", lambda *_: Side.BOTTOM)
    opened = look_at(views["LMLO"], 0, load_image(views["LMLO"].ref))
    seen = look_again(opened)
    assert any("pectoral muscle elsewhere" in flag.message for flag in seen.objections)
    before, after = (decide_turn(one.view, one.evidence) for one in (opened, seen.opened))
    assert after.turn == before.turn
    assert set(seen.objections) <= {*after.flags, *seen.opened.view.flags}


def test_a_negative_is_objected_to_once(views: dict[str, View]) -> None:
    image = load_image(views["RCC"].ref)
    inverted = replace(image, grey=replace(image.grey, inverted=not image.grey.inverted))
    opened = look_at(views["RCC"], 0, inverted)
    seen = look_again(opened)
    assert any("negative" in flag.message for flag in seen.objections)
    assert not look_again(seen.opened).objections


def test_where_tags_say_nothing_the_muscle_is_looked_for_before_the_image_hangs(
    views: dict[str, View], monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = replace(views["LMLO"], orientation=None)
    monkeypatch.setattr(opening, "find_head", lambda *_: Side.BOTTOM)
    turned = look_at(bare, 0, upside_down(load_image(bare.ref)))
    assert turned.evidence.head is Side.BOTTOM
    assert decide_turn(bare, turned.evidence).turn.flip_rows
    assert look_again(turned).opened is turned


def test_the_muscle_may_turn_an_mlo_without_tags_and_nothing_else(views: dict[str, View]) -> None:
    opened = {name: look_at(view, 0, load_image(view.ref)) for name, view in views.items()}
    without = {name: replace(view, orientation=None) for name, view in views.items()}
    assert not any(head_may_turn(one.view, one.evidence) for one in opened.values())
    free = {name for name, view in without.items() if head_may_turn(view, opened[name].evidence)}
    assert free == {"RMLO", "LMLO"}
