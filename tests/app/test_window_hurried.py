"""The window in hurried hands: fast keys, drops, resizing, closing at any moment."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from app.gui.compose import make_window
from app.gui.main_window import MainWindow
from app.gui.services import Services, make_services
from app.settings.store import SettingsStore
from tests.support.dicom_factory import mammogram, save
from tests.support.identity_watch import delay_loading, in_panes, watch_identity
from tests.support.small_studies import write_patient
from tests.support.window_at_work import hung, opened, settle
from widgets.shortcut_sheet import ShortcutSheet


@pytest.fixture
def patients(tmp_path: Path) -> Path:
    folder = tmp_path / "patients"
    for number in range(6):
        write_patient(folder / str(number), number)
    return folder


# Hurried hands.


@pytest.mark.parametrize("seed", range(2))
def test_twenty_hurried_cases_never_show_one_patient_under_anothers_name(
    qtbot: QtBot,
    services: Services,
    patients: Path,
    monkeypatch: pytest.MonkeyPatch,
    seed: int,
) -> None:
    watch = watch_identity(monkeypatch)
    delay_loading(monkeypatch, seed)
    window = make_window(services)
    qtbot.addWidget(window)
    window.resize(900, 700)
    window.show()
    window.open_paths([patients])
    qtbot.waitUntil(lambda: len(services.studies.state.cases) == 6, timeout=10_000)
    window.open_study(window.study_page.names[0])
    chance = random.Random(100 + seed)
    keys = [Qt.Key.Key_N] * 12 + [Qt.Key.Key_P] * 8 + [Qt.Key.Key_PageDown] * 4
    chance.shuffle(keys)
    for number, key in enumerate(keys):
        qtbot.keyClick(window, key)
        qtbot.wait(chance.choice((0, 0, 5, 40, 300, 450)))
        window.resize(900 + 7 * (number % 5), 700)
        pane = window.reading_page.panes[0].viewport()
        qtbot.mouseMove(pane, pane.rect().center())
    settle(window, qtbot)
    window.grab()
    assert watch.mixed == []
    assert len(watch.painted) > 1
    assert watch.named in watch.painted
    assert watch.named in window.banner.said
    window.close()


def test_resizing_while_images_are_decoded_ends_with_panes_of_the_last_size(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    delay_loading(monkeypatch, 3, most=0.3)
    window.open_paths([write_patient(tmp_path / "study", 1)])
    for number in range(30):
        window.resize(700 + 20 * number, 900 - 12 * number)
        qtbot.wait(10)
    settle(window, qtbot)
    page = window.reading_page
    assert hung(window) == 4
    right = max(pane.geometry().right() for pane in page.panes if pane.isVisible())
    below = max(pane.geometry().bottom() for pane in page.panes if pane.isVisible())
    assert (right + 1, below + 1) == (page.width(), page.height())


def test_a_window_made_tiny_and_large_again_still_shows_the_images(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    opened(window, qtbot, write_patient(tmp_path / "study", 1))
    before = [one.placement for one in in_panes(window)]
    for size in ((1, 1), (300, 120), (1200, 800)):
        window.resize(*size)
        window.grab()
        qtbot.wait(5)
    assert hung(window) == 4
    assert [one.placement for one in in_panes(window)] == before


def test_closing_at_any_moment_of_a_load_leaves_nothing_behind(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    delay_loading(monkeypatch, 4)
    folder = write_patient(tmp_path / "study", 1)
    for wait in (0, 5, 40, 90, 150, 220):
        window = make_window(make_services(SettingsStore(tmp_path / "settings.toml")))
        qtbot.addWidget(window)
        window.show()
        window.open_paths([folder])
        qtbot.wait(wait)
        window.close()
        assert window.services.jobs.statuses == ()


# Opening by hand.


def test_a_folder_dropped_on_the_window_is_opened(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    folder = write_patient(tmp_path / "study with a space", 1)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(folder))])
    copy, left, none = (
        Qt.DropAction.CopyAction,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    at = QPointF(window.rect().center())
    over = QDragEnterEvent(at.toPoint(), copy, mime, left, none)
    QApplication.sendEvent(window, over)
    assert over.isAccepted()
    QApplication.sendEvent(window, QDropEvent(at, copy, mime, left, none))
    settle(window, qtbot)
    assert hung(window) == 4


def test_two_patients_in_one_folder_are_two_cases(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    folder = tmp_path / "both"
    for number in (1, 2):
        write_patient(folder, number)
        for path in list(folder.glob("???.dcm")) + list(folder.glob("????.dcm")):
            path.rename(folder / f"p{number}-{path.name}")
    opened(window, qtbot, folder)
    assert not window.in_reading
    assert len(window.study_page.names) == 2


def test_two_patients_with_one_study_uid_are_listed_and_opened_apart(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    for number in (1, 2):
        folder = write_patient(tmp_path / "both" / str(number), number)
        for path in sorted(folder.iterdir()):
            side, view = path.stem[0], path.stem[1:]
            pixels = np.full((160, 128), 3000 + number, np.uint16)
            ds = mammogram(side, view, pixels, study_uid="1.2.3", patient_id=f"P{number}")
            ds.PatientName = f"Nobody^{number}"
            save(ds, path)
    opened(window, qtbot, tmp_path / "both")
    table = window.study_page.model
    names = [table.index(row, 0).data() for row in range(table.rowCount())]
    numbers = [table.index(row, 1).data() for row in range(table.rowCount())]
    assert sorted(numbers) == ["P1", "P2"]
    assert len(set(names)) == 2
    for row, number in enumerate(numbers):
        window.study_page.opened.emit(window.study_page.names[row])
        settle(window, qtbot)
        assert number in window.banner.said


# Keys.


@pytest.fixture
def no_questions(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Whoever asks the reader gets no answer. Holds what was asked."""
    asked: list[str] = []

    def nothing(what: str, answer: Any) -> Any:
        return staticmethod(lambda *_args, **_given: (asked.append(what), answer)[-1])

    monkeypatch.setattr(QFileDialog, "getExistingDirectory", nothing("folder", ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", nothing("files", ([], "")))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", nothing("save", ("", "")))
    monkeypatch.setattr(QMessageBox, "about", nothing("about", None))
    closer = QTimer()

    def close() -> None:
        modal = QApplication.activeModalWidget()
        if isinstance(modal, QDialog):
            asked.append(type(modal).__name__)
            modal.reject()

    closer.timeout.connect(close)
    closer.start(20)
    yield asked
    closer.stop()


def press_all(window: MainWindow, qtbot: QtBot) -> None:
    """Every key of every action but that which quits, as a hand would."""
    for action_id, row in window.actions_of.rows.items():
        for written in row.shortcuts if action_id != "file.quit" else ():
            if window.palette_list.isVisible():
                window.palette_list.dismiss()
            window.activateWindow()  # a screenless platform doesn't after a dialog
            qtbot.waitUntil(window.isActiveWindow)
            pressed = QKeySequence.fromString(written)[0]
            qtbot.keyClick(window, pressed.key(), pressed.keyboardModifiers())
            QApplication.processEvents()


def test_every_key_does_no_harm_while_no_study_is_open(
    qtbot: QtBot, window: MainWindow, no_questions: list[str]
) -> None:
    press_all(window, qtbot)
    assert "folder" in no_questions
    assert "ShortcutSheet" in no_questions
    assert window.services.reading.shown.exams is None
    assert "No study open" in window.banner.said
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert not window.findChildren(QDialog)


def test_every_action_does_no_harm_while_no_study_is_open(
    window: MainWindow, no_questions: list[str]
) -> None:
    for action_id in window.actions_of.rows:
        if action_id != "file.quit":
            window.actions_of.triggered.emit(action_id)
            window.actions_of.toggled.emit(action_id, True)
            window.actions_of.toggled.emit(action_id, False)
    assert no_questions
    window.grab()


def test_every_key_does_no_harm_on_every_step(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, no_questions: list[str]
) -> None:
    write_patient(tmp_path / "study", 1)
    write_patient(tmp_path / "study" / "old", 1, 2024)
    opened(window, qtbot, tmp_path / "study")
    steps = len(window.services.model.state.steps)
    for step in range(steps):
        window.services.reading.go_to_step(step)
        press_all(window, qtbot)
    assert "save" in no_questions
    settle(window, qtbot)
    window.show_reading()
    window.services.reading.go_to_step(0)
    settle(window, qtbot)
    assert hung(window)


def test_next_case_from_the_list_shows_the_case(
    qtbot: QtBot, window: MainWindow, patients: Path
) -> None:
    opened(window, qtbot, patients)
    assert not window.in_reading
    qtbot.keyClick(window, Qt.Key.Key_N)
    settle(window, qtbot)
    assert window.in_reading
    assert hung(window) == 4


def test_the_palette_finds_and_does_an_action(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    opened(window, qtbot, write_patient(tmp_path / "study", 1))
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert window.palette_list.isVisible()
    qtbot.keyClicks(window.palette_list.field, "invert")
    assert window.palette_list.titles[0] == "Invert"
    qtbot.keyClick(window.palette_list.field, Qt.Key.Key_Return)
    assert not window.palette_list.isVisible()
    assert all(pane.grey.invert for pane in window.services.model.state.panes)


def test_the_shortcut_sheet_changes_a_key(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    opened(window, qtbot, write_patient(tmp_path / "study", 1))

    def drive() -> None:
        sheet = QApplication.activeModalWidget()
        assert isinstance(sheet, ShortcutSheet)
        qtbot.mouseClick(sheet.chip("grey.invert"), Qt.MouseButton.LeftButton)
        qtbot.keyClick(sheet.chip("grey.invert"), Qt.Key.Key_F12)
        sheet.reject()

    QTimer.singleShot(50, drive)
    qtbot.keyClick(window, Qt.Key.Key_Question)
    assert window.actions_of.key_of("grey.invert") == "F12"
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_F12)
    assert all(pane.grey.invert for pane in window.services.model.state.panes)


# Memory.


def resident() -> int:
    """Bytes of this process that are in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the system doesn't tell")
def test_twelve_studies_one_after_another_do_not_fill_the_memory(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    held = []
    for number in range(12):
        folder = tmp_path / str(number)
        for side in "RL":
            for view in ("CC", "MLO"):
                folder.mkdir(exist_ok=True)
                pixels = np.full((600, 480), 100 + number, np.uint16)
                pixels[200:400, 100:300] = 1500
                ds = mammogram(side, view, pixels, study_uid=f"1.2.{number}")
                save(ds, folder / f"{side}{view}.dcm")
        opened(window, qtbot, folder)
        assert hung(window) == 4
        window.grab()
        held.append(resident())
    assert window.services.reading.nbytes < 12_000_000
    assert held[-1] < 1.2 * held[2]
