"""Small phantoms as panes paint them, against pictures that are kept beside this file.

Without text, as fonts differ. ``tests.support.snapshots`` tells how to renew them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from domain.geometry import ImageSize
from domain.study import Study
from imaging.loader import load_image
from imaging.scanning.scan import scan
from imaging.slots import assign_slots
from phantom.recipe import Content, StudyRecipe
from phantom.studies.options import DemoOptions
from phantom.studies.writing import write_study
from tests.support.snapshots import RENEW, check_snapshot
from viewing.first_look import look_at
from viewing.hanging.choosing import choose_step
from viewing.hanging.plan import first_frame, plan_hanging
from viewing.hanging.protocol import PaneSelector, Protocol, SizeMode, Step
from viewing.opened import OpenedImage
from viewing.state.gestures import invert, set_size
from viewing.state.opening import screen_of
from viewing.state.resolve import PaneView, resolve
from viewing.state.screen import ScreenState
from widgets.pane.pane_widget import PaneWidget
from widgets.pane.picture import PanePicture

KEPT = Path(__file__).parent / "snapshots"
FOUR = (("RCC", "LCC"), ("RMLO", "LMLO"))
SCREEN = ImageSize(240, 200)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    folder = tmp_path_factory.mktemp("snapshots") / "study"
    recipe = StudyRecipe(7, Content.DEMO, size=ImageSize(256, 208))
    write_study(folder, recipe, DemoOptions())
    return scan(folder, workers=1).studies[0]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Study:
    folder = tmp_path_factory.mktemp("snapshots") / "stack"
    recipe = StudyRecipe(7, Content.DEMO, size=ImageSize(128, 104))
    write_study(folder, recipe, DemoOptions(stacks=1))
    found = scan(folder, workers=1).studies[0]
    return replace(found, views=tuple(view for view in found.views if view.frames > 1))


def hung(
    study: Study, layout: Sequence[Sequence[str]], mode: SizeMode
) -> tuple[ScreenState, dict[object, OpenedImage]]:
    rows = tuple(tuple(PaneSelector(slot) for slot in row) for row in layout)
    step = Step("step", "Step", mode, rows)
    slots = [assign_slots(study.views)]
    chosen = choose_step(Protocol("p", "P", (step,)), step, slots, SCREEN)
    views = [one.view for row in chosen.rows for one in row if one.view is not None]
    images = {
        view.ref: look_at(view, first_frame(view), load_image(view.ref, first_frame(view)))
        for view in views
    }
    evidence = {ref: image.evidence for ref, image in images.items()}
    plan = plan_hanging(chosen.rows, SCREEN, mode, evidence)
    return screen_of(chosen, ("Step",), 0, plan, evidence), images


def painted(qtbot: QtBot, views: Sequence[PaneView]) -> npt.NDArray[np.uint8]:
    """All panes of the screen, grey, without text."""
    whole = np.zeros(SCREEN.shape, np.uint8)
    for view in views:
        pane = PaneWidget()
        qtbot.addWidget(pane)
        rect = view.rect
        pane.resize(rect.width, rect.height)
        pane.show()
        lines = {"line_left": view.line_left, "line_top": view.line_top}
        pane.show_pane(PanePicture(view.pane_image(), view.placement, **lines))
        shot = pane.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
        grey = np.frombuffer(shot.constBits(), np.uint8).reshape(shot.height(), -1)
        there = grey[: rect.height, : rect.width]
        whole[rect.top : rect.top + rect.height, rect.left : rect.left + rect.width] = there
    return whole


@pytest.mark.parametrize("name", ["four-on-one", "inverted", "one-to-one"])
def test_four_views_look_as_they_did(qtbot: QtBot, study: Study, name: str) -> None:
    state, images = hung(study, FOUR, SizeMode.SAME)
    if name == "inverted":
        state = invert(state, 0)
    if name == "one-to-one":
        state = set_size(state, SizeMode.ACTUAL)
    check_snapshot(name, painted(qtbot, resolve(state, images)), KEPT)


def test_a_stack_looks_as_it_did_and_its_corner_tells_the_slice(qtbot: QtBot, stack: Study) -> None:
    (view,) = stack.views
    state, images = hung(stack, (), SizeMode.FIT)
    (seen,) = resolve(state, images)
    assert f"Slice {view.frames // 2 + 1} of {view.frames}" in seen.more
    check_snapshot("stack", painted(qtbot, [seen]), KEPT)


def test_a_turned_image_is_told_from_the_one_that_is_kept(
    study: Study, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(RENEW, raising=False)
    state, images = hung(study, FOUR, SizeMode.SAME)
    shown = painted(qtbot, resolve(state, images))
    with pytest.raises(AssertionError):
        check_snapshot("four-on-one", np.ascontiguousarray(shown[:, ::-1]), KEPT)
