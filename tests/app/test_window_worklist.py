"""The worklist in the window: lines of the archive are listed, read, claimed, kept current."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QInputDialog
from pytestqt.qtbot import QtBot

from app.gui.compose import make_window
from app.gui.main_window import MainWindow
from app.gui.services import make_services
from app.settings.store import SettingsStore
from archive.archive import Archive
from archive.worklist.indexing import indexed
from imaging.scanning.scan import scan
from tests.support.small_studies import write_patient
from tests.support.window_at_work import settle
from widgets.worklist.line import Column, Scope

SOON = 20_000
Start = Callable[[], MainWindow]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(4):
        write_patient(tmp_path / "images" / str(number), number, 2020 + number)
    return tmp_path / "images"


@pytest.fixture
def kept(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An archive that lists four patients, the newest exam 3's."""
    monkeypatch.setenv("FOURVIEW_DATA", str(tmp_path / "data"))
    with Archive.open() as archive:
        archive.sources.index(map(indexed, scan(folder, workers=1).studies), "anna")
    return folder


@pytest.fixture
def begin(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Starts the program with its archive open."""
    monkeypatch.setenv("FOURVIEW_DATA", str(tmp_path / "data"))
    windows: list[MainWindow] = []

    def started() -> MainWindow:
        window = make_window(make_services(SettingsStore(tmp_path / "settings.toml")))
        qtbot.addWidget(window)
        window.resize(1300, 800)
        window.show()
        windows.append(window)
        window.services.archive.open()
        qtbot.waitUntil(lambda: window.services.archive.archive is not None, timeout=SOON)
        settle(window, qtbot)
        return window

    yield started
    for one in windows:
        one.close()


def patients(window: MainWindow) -> list[str]:
    model = window.study_page.model
    return [str(model.index(row, Column.PATIENT).data()) for row in range(model.rowCount())]


def read(window: MainWindow, qtbot: QtBot) -> str:
    """The patient who is read, once the panes are filled."""
    settle(window, qtbot)
    assert window.in_reading
    return window.banner.said.split("  ")[0]


def test_the_start_needs_no_database() -> None:
    code = (
        "import sys, app.gui.compose; print(sorted({'sqlalchemy', 'alembic'} & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_a_new_start_lists_what_the_archive_holds_and_enter_reads_it(
    qtbot: QtBot, kept: Path, begin: Start
) -> None:
    window = begin()
    assert patients(window) == [f"Nobody, {number}" for number in (3, 2, 1, 0)]
    window.show_worklist()
    qtbot.keyClick(window.study_page.table, Qt.Key.Key_Down)
    qtbot.keyClick(window.study_page.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.in_reading, timeout=SOON)
    assert read(window, qtbot) == "Nobody, 2"
    assert "2 of 4" in window.banner.said


def test_next_and_previous_case_follow_the_pages_order(
    qtbot: QtBot, kept: Path, begin: Start
) -> None:
    window = begin()
    window.study_page.model.order_wanted.emit(Column.PATIENT, False)
    settle(window, qtbot)
    assert patients(window)[0] == "Nobody, 0"
    window.open_study(window.study_page.names[0])
    seen = []
    for key in ("", "case.next", "case.next", "case.previous", "case.next", "case.next"):
        if key:
            window.actions_of[key].trigger()
        seen.append(read(window, qtbot))
    assert seen == [f"Nobody, {number}" for number in (0, 1, 2, 1, 2, 3)]
    window.actions_of["case.next"].trigger()
    assert read(window, qtbot) == "Nobody, 3"


def test_older_exams_of_the_patient_come_along(qtbot: QtBot, kept: Path, begin: Start) -> None:
    write_patient(kept.parent / "old", 2, 2015)
    with Archive.open() as archive:
        archive.sources.index(map(indexed, scan(kept.parent / "old", workers=1).studies), "anna")
    window = begin()
    window.open_study("1.2.3.2.2022")
    assert read(window, qtbot) == "Nobody, 2"
    exams = window.services.reading.shown.exams
    assert exams is not None
    assert [prior.uid for prior in exams.priors] == ["1.2.3.2.2015"]


def test_a_study_whose_folder_is_gone_is_told_and_the_list_stays(
    qtbot: QtBot, kept: Path, begin: Start
) -> None:
    shutil.rmtree(kept / "2")
    window = begin()
    window.open_study("1.2.3.2.2022")
    settle(window, qtbot)
    assert not window.in_reading
    assert str(kept / "2") in window.status_line.said
    window.open_study("1.2.3.1.2021")
    assert read(window, qtbot) == "Nobody, 1"


def test_opening_a_folder_lists_what_it_holds_and_keeps_it(
    qtbot: QtBot, folder: Path, begin: Start
) -> None:
    window = begin()
    assert "No studies yet" in window.study_page.said
    window.open_paths([folder])
    settle(window, qtbot)
    assert window.study_page.bar.scopes[Scope.OPENED].isChecked()
    assert len(patients(window)) == 4
    window.close()
    again = begin()
    assert again.study_page.bar.scopes[Scope.ALL].isChecked()
    assert len(patients(again)) == 4


def test_a_cut_file_of_a_listed_case_is_told_in_its_line_and_below(
    qtbot: QtBot, folder: Path, begin: Start
) -> None:
    cut = folder / "1" / "LCC.dcm"
    cut.write_bytes(cut.read_bytes()[:20_000])
    window = begin()
    window.services.studies.open([folder])
    settle(window, qtbot)
    page, model = window.study_page, window.study_page.model
    assert "1 file could not be read" in page.foot.said
    places = [model.index(row, Column.STATE) for row in range(model.rowCount())]
    (place,) = [one for one in places if "unreadable" in str(one.data())]
    assert str(place.data()).startswith("1 file unreadable")
    tip = str(place.data(Qt.ItemDataRole.ToolTipRole))
    assert "cut short" in tip
    assert "LCC.dcm" in tip


def test_the_chosen_line_is_claimed_and_given_back_from_the_menu(
    qtbot: QtBot, kept: Path, begin: Start
) -> None:
    window = begin()
    window.show_worklist()
    window.study_page.select("1.2.3.1.2021")
    cell = window.study_page.model.index(2, Column.READER)
    actions = window.study_page.table.actions()
    assert all(action.isEnabled() for action in actions)
    for action_id, said in (("claim", "in hand"), ("suspend", "put aside"), ("release", "")):
        window.actions_of[f"worklist.{action_id}"].trigger()
        settle(window, qtbot)
        assert said in cell.data()
        assert bool(said) == bool(cell.data())
    window.open_study("1.2.3.3.2023")
    read(window, qtbot)
    assert not any(action.isEnabled() for action in actions)


def test_a_line_is_handed_to_a_reader_and_flagged(
    qtbot: QtBot, kept: Path, begin: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = begin()
    window.show_worklist()
    offered: list[list[str]] = []

    def choose(_parent, _title, _label, names, *_rest):
        offered.append(list(names))
        return "berta", True

    monkeypatch.setattr(QInputDialog, "getItem", choose)
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: ("a question", True))
    for action_id in ("assign", "discuss", "raise"):
        window.actions_of[f"worklist.{action_id}"].trigger()
        settle(window, qtbot)
    model = window.study_page.model
    shown = [model.index(0, column).data() for column in (6 - 1, Column.PRIORITY, Column.MARKS)]
    assert shown == ["for berta", "+1", "discuss"]
    window.actions_of["worklist.assign"].trigger()
    settle(window, qtbot)
    assert offered[1][0] == "(nobody)"
    assert "berta" in offered[1]
    window.actions_of["worklist.discuss"].trigger()
    settle(window, qtbot)
    assert model.index(0, Column.MARKS).data() == ""


def test_a_study_that_comes_into_an_added_folder_lists_itself(
    qtbot: QtBot, folder: Path, begin: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    window = begin()
    window.actions_of["worklist.add_folder"].trigger()
    settle(window, qtbot)
    assert len(patients(window)) == 4
    assert "4 studies" in window.status_line.said
    write_patient(folder / "9", 9, 2025)
    qtbot.waitUntil(lambda: len(patients(window)) == 5, timeout=SOON)
    assert patients(window)[0] == "Nobody, 9"


def test_typing_narrows_the_list_and_one_key_goes_there(
    qtbot: QtBot, kept: Path, begin: Start
) -> None:
    window = begin()
    window.actions_of["worklist.find"].trigger()
    assert window.study_page.field.hasFocus()
    qtbot.keyClicks(window.study_page.field, "nobody^2")
    qtbot.waitUntil(lambda: patients(window) == ["Nobody, 2"], timeout=SOON)
    assert "1 of 4" in window.study_page.said
    qtbot.keyClick(window.study_page.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.in_reading, timeout=SOON)
    assert read(window, qtbot) == "Nobody, 2"


def test_another_reader_sees_other_studies_as_mine(qtbot: QtBot, kept: Path, begin: Start) -> None:
    with Archive.open() as archive:
        archive.claims.claim("1.2.3.1.2021", "berta")
    window = begin()
    window.study_page.bar.scope_wanted.emit(Scope.MINE)
    settle(window, qtbot)
    assert patients(window) == []
    assert "Nothing in hand" in window.study_page.said
    settings = window.services.settings
    part = settings.reading.model_copy(update={"reader": "berta"})
    window.set_settings(settings.model_copy(update={"reading": part}))
    settle(window, qtbot)
    assert patients(window) == ["Nobody, 1"]


def test_masked_names_stay_masked_for_lines_of_the_archive(
    qtbot: QtBot, kept: Path, begin: Start
) -> None:
    window = begin()
    window.mask_names(True)
    settle(window, qtbot)
    assert len(patients(window)) == 4
    assert not [name for name in patients(window) if "Nobody" in name]


def test_the_list_has_the_width_of_the_window_and_the_panel_comes_back_with_a_case(
    qtbot: QtBot, kept: Path, begin: Start
) -> None:
    window = begin()
    assert window.side_panel.isHidden()
    window.open_study("1.2.3.1.2021")
    read(window, qtbot)
    assert not window.side_panel.isHidden()
    window.actions_of["layout.side_panel"].trigger()
    window.show_worklist()
    window.show_reading()
    assert window.side_panel.isHidden()
