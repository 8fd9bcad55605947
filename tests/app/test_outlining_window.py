"""A network's contour in the window: by real events, a real process and a small real network."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.gui import services
from domain.geometry import Box
from inference.outlining.outliner import NO_PACKAGE
from inference.packages.package import open_package
from tests.app.conftest import Start
from tests.support.annotator import SHIFT, Annotator
from tests.support.contour_networks import bright_is_lesion, contour_package
from viewing.tools.asked import NO_CONTOUR

BRIGHT = Box(230.0, 330.0, 290.0, 400.0)
"""In the left breast, around its mass."""


@pytest.fixture
def hand(start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Annotator:
    """With a package that outlines the brightest fifth of a region."""
    folder = contour_package(tmp_path / "p", bright_is_lesion(), settings={"most-border": 1.0})
    monkeypatch.setattr(services, "contour_package", lambda: open_package(folder))
    return taken(start())


def taken(hand: Annotator) -> Annotator:
    hand.key(Qt.Key.Key_L, SHIFT)
    return hand


def answered(hand: Annotator, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not hand.annotating.hand.unfinished, timeout=30_000)


def box(hand: Annotator) -> None:
    hand.drag("LCC", (BRIGHT.left, BRIGHT.top), (260, 370), (BRIGHT.right, BRIGHT.bottom))


def test_a_dragged_box_becomes_one_contour_that_one_undo_takes_back(
    hand: Annotator, qtbot: QtBot
) -> None:
    box(hand)
    assert "Drawing the contour" in hand.said
    answered(hand, qtbot)
    assert "Drawing the contour" not in hand.said
    assert hand.mark.contour is not None
    xs = [point.x for point in hand.mark.contour.points]
    assert BRIGHT.left - 30 < min(xs) < max(xs) < BRIGHT.right + 30
    assert hand.annotating.selected == (hand.newest.id,)
    hand.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not hand.findings


def test_the_contour_shows_while_the_box_is_still_dragged(hand: Annotator, qtbot: QtBot) -> None:
    hand.hover("LCC", (BRIGHT.left, BRIGHT.top))
    hand.press("LCC", (BRIGHT.left, BRIGHT.top))
    hand.pull("LCC", (260, 370))
    hand.pull("LCC", (BRIGHT.right, BRIGHT.bottom))
    tool = hand.annotating.hand.tool
    assert tool is not None
    qtbot.waitUntil(lambda: len(tool.preview.lines) == 2, timeout=30_000)
    assert not hand.findings
    hand.release("LCC", (BRIGHT.right, BRIGHT.bottom))
    answered(hand, qtbot)
    assert len(hand.findings) == 1


def test_a_click_on_air_says_that_there_is_no_contour(hand: Annotator, qtbot: QtBot) -> None:
    hand.click("LCC", (780, 60))
    answered(hand, qtbot)
    assert NO_CONTOUR in hand.said
    assert not hand.findings


def test_escape_lets_a_contour_go_that_is_still_to_come(hand: Annotator, qtbot: QtBot) -> None:
    box(hand)
    hand.key(Qt.Key.Key_Escape)
    assert not hand.annotating.hand.unfinished
    box(hand)
    answered(hand, qtbot)
    assert len(hand.findings) == 1


def test_without_a_package_the_reader_is_told_and_goes_on(
    start: Start, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr(services, "contour_package", lambda: None)
    hand = taken(start())
    box(hand)
    answered(hand, qtbot)
    assert NO_PACKAGE in hand.said
    hand.box("LCC", BRIGHT)
    assert hand.mark.box is not None
