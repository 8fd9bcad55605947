"""One window across two screens: the bezel is where right and left breasts meet."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.gui import display_screens
from app.gui.display_screens import halves_of
from app.gui.main_window import MainWindow
from tests.support.small_studies import write_patient
from tests.support.window_at_work import opened
from widgets.pane.pane_widget import PaneWidget

LEFT, RIGHT = QRect(0, 0, 1200, 1920), QRect(1200, 0, 1200, 1920)


@dataclass(frozen=True)
class FakeScreen:
    """What the window asks of a screen."""

    place: QRect

    def geometry(self) -> QRect:
        return self.place

    def size(self) -> QSize:
        return self.place.size()

    def name(self) -> str:
        return f"screen at {self.place.left()}"

    def devicePixelRatio(self) -> float:  # noqa: N802 - Qt's name
        return 1.0


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_patient(tmp_path_factory.mktemp("bezel") / "study", 1)


@pytest.fixture
def across(
    window: MainWindow, qtbot: QtBot, study: Path, monkeypatch: pytest.MonkeyPatch
) -> MainWindow:
    """A window of 1200 x 800 whose screens meet 500 pixels from its left edge."""
    at = window.geometry().left() + 500
    screens = [FakeScreen(QRect(at - 900, -50, 900, 1600)), FakeScreen(QRect(at, 0, 1500, 1200))]
    monkeypatch.setattr(display_screens, "all_screens", lambda: screens)
    opened(window, qtbot, study)
    return window


def panes(window: MainWindow) -> list[PaneWidget]:
    return [pane for pane in window.reading_page.panes if pane.isVisible()]


def edges(window: MainWindow) -> set[int]:
    """Where right breasts' panes end and left breasts' begin, counted from the window's edge."""
    found = set()
    for pane in panes(window):
        left = pane.mapTo(window, QPoint(0, 0)).x()
        headline = pane.picture.headline[0]
        found.add(left if headline.startswith("L") else left + pane.width())
    return found


def test_right_and_left_meet_at_the_bezel_with_the_panel_open_or_not(across: MainWindow) -> None:
    assert len(panes(across)) == 4
    assert across.side_panel.isVisible()
    assert edges(across) == {500}
    across.actions_of["layout.side_panel"].trigger()
    QApplication.processEvents()
    assert edges(across) == {500}
    scales = {pane.picture.placement.y_scale for pane in panes(across)}
    assert len(scales) == 1


def test_the_panes_of_a_pair_meet_there_too_and_one_alone_stays_on_its_screen(
    across: MainWindow, qtbot: QtBot
) -> None:
    qtbot.keyClick(across, Qt.Key.Key_PageDown)
    assert [pane.picture.headline[0] for pane in panes(across)] == ["RCC", "LCC"]
    assert edges(across) == {500}
    last = panes(across)[1]
    qtbot.mouseDClick(last.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(60, 60))
    assert panes(across) == [last]
    assert edges(across) == {500}


def test_beside_a_pane_alone_the_other_screen_is_black(across: MainWindow, qtbot: QtBot) -> None:
    qtbot.mouseDClick(panes(across)[0].viewport(), Qt.MouseButton.LeftButton, pos=QPoint(60, 60))
    page = across.reading_page
    shot = page.grab().toImage()
    assert shot.pixelColor(page.width() - 40, page.height() // 2) == QColor("black")


def test_moved_onto_one_screen_the_panes_share_the_window_evenly(
    across: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = FakeScreen(across.geometry().adjusted(-900, -900, 900, 900))
    monkeypatch.setattr(display_screens, "all_screens", lambda: [whole])
    across.move(across.pos() + QPoint(3, 0))
    QApplication.processEvents()
    widths = [pane.width() for pane in panes(across)]
    assert max(widths) - min(widths) <= 1


def test_a_click_goes_to_the_pane_beyond_the_bezel(across: MainWindow, qtbot: QtBot) -> None:
    qtbot.mouseClick(panes(across)[3].viewport(), Qt.MouseButton.LeftButton, pos=QPoint(40, 40))
    assert across.services.model.state.active == 3


@pytest.mark.parametrize(
    ("room", "screens"),
    [
        (QRect(40, 60, 1000, 1700), [LEFT, RIGHT]),  # on one
        (QRect(40, 60, 1250, 1700), [LEFT, RIGHT]),  # sticks out a little
        (QRect(0, 0, 1200, 1920), [LEFT, LEFT]),  # two that show the same
        (QRect(0, 0, 1200, 3000), [LEFT, QRect(0, 1920, 1200, 1920)]),  # one above the other
        (QRect(0, 0, 3600, 1900), [LEFT, RIGHT, QRect(2400, 0, 1200, 1920)]),  # on three
        (QRect(0, 0, 1000, 1700), []),
    ],
)
def test_nothing_is_parted_where_no_bezel_stands_between(room: QRect, screens: list[QRect]) -> None:
    assert halves_of(room, screens) is None


def test_unequal_screens_part_at_their_boundary_and_each_half_is_wholly_seen() -> None:
    halves = halves_of(QRect(40, 60, 2000, 1800), [QRect(1200, 200, 1920, 1080), LEFT])
    assert halves is not None
    assert halves.screens == (1, 0)
    assert halves.left == QRect(0, 0, 1160, 1800)
    assert halves.right == QRect(1160, 140, 840, 1080)
