"""The window as a reader uses it: real files, real mouse and key events."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.exams import Exams
from app.gui.compose import make_window
from app.gui.main_window import MainWindow
from app.gui.services import make_services
from app.presenters.shown import Shown
from app.settings.store import SettingsStore
from domain.geometry import ImageSize
from domain.study import Patient, Study
from phantom.recipe import Content, StudyRecipe
from phantom.studies.options import DemoOptions
from phantom.studies.writing import write_study
from viewing.hanging.protocol import SizeMode
from widgets.pane.pane_widget import PaneWidget

SMALL = ImageSize(256, 208)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("window") / "study"
    write_study(folder, StudyRecipe(7, Content.DEMO, size=SMALL), DemoOptions())
    return folder


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    made = make_window(make_services(SettingsStore(tmp_path / "settings.toml")))
    qtbot.addWidget(made)
    made.resize(1200, 800)
    made.show()
    yield made
    made.close()


def opened(window: MainWindow, qtbot: QtBot, *paths: Path) -> None:
    window.open_paths(list(paths))
    qtbot.waitUntil(lambda: hung(window) == 4, timeout=20_000)


def hung(window: MainWindow) -> int:
    return sum(pane.picture.image is not None for pane in shown_panes(window))


def shown_panes(window: MainWindow) -> list[PaneWidget]:
    return [pane for pane in window.reading_page.panes if pane.isVisible()]


def press(window: MainWindow, qtbot: QtBot, key: Qt.Key) -> None:
    qtbot.keyClick(window, key)
    QApplication.processEvents()


def test_a_folder_with_one_case_opens_hung_four_on_one(
    window: MainWindow, qtbot: QtBot, study: Path
) -> None:
    opened(window, qtbot, study)
    assert window.in_reading
    assert [pane.picture.headline for pane in shown_panes(window)] == [
        ("RCC",),
        ("LCC",),
        ("RMLO",),
        ("LMLO",),
    ]
    assert "Demo" in window.banner.said


def test_one_key_goes_through_the_whole_protocol_and_back(
    window: MainWindow, qtbot: QtBot, study: Path
) -> None:
    opened(window, qtbot, study)
    model = window.services.model
    steps = len(model.state.steps)
    seen = [model.state.step]
    for _ in range(steps):
        press(window, qtbot, Qt.Key.Key_PageDown)
        seen.append(model.state.step)
    assert seen == [*range(steps), steps - 1]
    press(window, qtbot, Qt.Key.Key_PageUp)
    assert model.state.step == steps - 2


def test_the_wheel_zooms_about_the_place_under_the_pointer(
    window: MainWindow, qtbot: QtBot, study: Path
) -> None:
    opened(window, qtbot, study)
    pane = shown_panes(window)[0]
    before = pane.picture.placement
    at = QPointF(pane.width() - 60.0, pane.height() / 2)
    wheel = QWheelEvent(
        at,
        pane.mapToGlobal(at),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(pane.viewport(), wheel)
    after = pane.picture.placement
    assert before is not None
    assert after is not None
    assert after.x_scale == pytest.approx(1.2 * before.x_scale)


def test_a_right_drag_changes_the_window_of_all_linked_panes(
    window: MainWindow, qtbot: QtBot, study: Path
) -> None:
    opened(window, qtbot, study)
    pane = shown_panes(window)[0].viewport()
    qtbot.mousePress(pane, Qt.MouseButton.RightButton, pos=QPoint(50, 50))
    qtbot.mouseMove(pane, QPoint(90, 60))
    qtbot.mouseMove(pane, QPoint(130, 70))
    qtbot.mouseRelease(pane, Qt.MouseButton.RightButton, pos=QPoint(130, 70))
    greys = {one.grey.voi is not None for one in window.services.model.state.panes}
    assert greys == {True}


def test_a_ruler_is_drawn_with_its_length_and_where_millimetres_come_from(
    window: MainWindow, qtbot: QtBot, study: Path
) -> None:
    opened(window, qtbot, study)
    window.actions_of["tool.ruler"].trigger()
    pane = shown_panes(window)[0]
    across = pane.width()
    qtbot.mousePress(pane.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(across - 90, 100))
    qtbot.mouseMove(pane.viewport(), QPoint(across - 60, 120))
    qtbot.mouseMove(pane.viewport(), QPoint(across - 30, 140))
    qtbot.mouseRelease(pane.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(across - 30, 140))
    (measured,) = window.services.measuring.measured
    assert "mm (ImagerPixelSpacing" in measured.what.text()


def test_keys_choose_size_inversion_and_text(window: MainWindow, qtbot: QtBot, study: Path) -> None:
    opened(window, qtbot, study)
    model = window.services.model
    press(window, qtbot, Qt.Key.Key_A)
    assert model.state.size_mode is SizeMode.ACTUAL
    press(window, qtbot, Qt.Key.Key_F)
    assert model.state.size_mode is SizeMode.FIT
    press(window, qtbot, Qt.Key.Key_I)
    assert all(pane.grey.invert for pane in model.state.panes)
    press(window, qtbot, Qt.Key.Key_H)
    assert not model.state.text
    assert all(pane.picture.more == ("Inverted",) for pane in shown_panes(window))
    assert shown_panes(window)[0].picture.headline == ("RCC",)


def test_a_double_click_shows_one_pane_alone_and_escape_brings_all_back(
    window: MainWindow, qtbot: QtBot, study: Path
) -> None:
    opened(window, qtbot, study)
    qtbot.mouseDClick(
        shown_panes(window)[2].viewport(), Qt.MouseButton.LeftButton, pos=QPoint(80, 80)
    )
    assert [pane.picture.headline for pane in shown_panes(window)] == [("RMLO",)]
    press(window, qtbot, Qt.Key.Key_Escape)
    assert len(shown_panes(window)) == 4
    assert window.in_reading


def test_the_pointer_on_one_breast_is_followed_on_the_other(
    window: MainWindow, qtbot: QtBot, study: Path
) -> None:
    opened(window, qtbot, study)
    pane = shown_panes(window)[0]
    qtbot.mouseMove(pane.viewport(), QPoint(pane.width() - 70, pane.height() // 2))
    qtbot.waitUntil(lambda: bool(window.services.following.places), timeout=2_000)
    assert shown_panes(window)[1].picture.overlays


def test_closing_during_a_load_ends_all_work(qtbot: QtBot, tmp_path: Path, study: Path) -> None:
    made = make_window(make_services(SettingsStore(tmp_path / "settings.toml")))
    qtbot.addWidget(made)
    made.show()
    made.open_paths([study])
    made.close()
    assert made.services.jobs.statuses == ()
    assert (tmp_path / "settings.toml").exists()


def test_what_was_opened_is_offered_again(window: MainWindow, qtbot: QtBot, study: Path) -> None:
    opened(window, qtbot, study)
    window.show_worklist()
    window.recent_menu.aboutToShow.emit()
    (first,) = window.recent_menu.actions()
    assert first.toolTip() == str(study)
    number = window.services.reading.shown.number
    first.trigger()
    qtbot.waitUntil(lambda: window.services.reading.shown.number > number, timeout=20_000)
    assert window.in_reading


def test_a_missing_view_beside_a_broken_file_is_not_taken_for_absent(
    window: MainWindow, qtbot: QtBot, study: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "broken"
    shutil.copytree(study, folder)
    whole = (folder / "RCC.dcm").read_bytes()
    (folder / "RCC.dcm").write_bytes(whole[:3000])
    window.open_paths([folder])
    qtbot.waitUntil(lambda: hung(window) == 3, timeout=20_000)
    missing = shown_panes(window)[0].picture
    assert missing.headline == ("No RCC",)
    assert missing.more == ("Check: 1 file could not be opened",)


def test_what_was_wrong_with_one_case_is_not_said_of_the_next(window: MainWindow) -> None:
    wrong = "No step of the protocol has an image to show"
    exams = Exams(Study("1.2.3", Patient(), ()))
    window.services.reading.changed.emit(Shown(number=91, exams=exams, message=wrong))
    assert wrong in window.status_line.said
    window.services.reading.changed.emit(Shown(number=92, exams=exams))
    assert wrong not in window.status_line.said
