"""The archive's page, by real clicks: what it is, backup, check, restore, audit, its address."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from app.gui.archive_upkeep_hand import ArchiveUpkeepHand
from app.gui.archive_upkeep_work import save_table
from app.gui.main_window import MainWindow
from archive.archive import Archive
from archive.places import file_url
from archive.upkeep.backup import back_up
from domain.errors import BadInputError
from tests.archive.readings import STUDY, save, submit
from widgets.archive_page import ArchivePage, AuditLine
from widgets.settings_dialog import SettingsDialog

LEFT = Qt.MouseButton.LeftButton
BUSY = 20_000


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOURVIEW_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("FOURVIEW_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("FOURVIEW_ARCHIVE", raising=False)


@pytest.fixture
def kept() -> None:
    with Archive.open() as archive:
        submit(archive, "first", "anna")


@pytest.fixture
def hand(kept: None, window: MainWindow) -> ArchiveUpkeepHand:
    window.actions_of["file.archive"].trigger()
    found = window.findChild(ArchiveUpkeepHand)
    assert found is not None
    return found


@pytest.fixture
def page(hand: ArchiveUpkeepHand, qtbot: QtBot) -> Iterator[ArchivePage]:
    shown = hand.page
    assert shown is not None
    qtbot.waitUntil(lambda: bool(shown.listed), timeout=BUSY)
    yield shown
    shown.close()


def told(page: ArchivePage, qtbot: QtBot) -> str:
    qtbot.waitUntil(lambda: not page.foot.working, timeout=BUSY)
    return page.said


def notes() -> list[str]:
    with Archive.open() as archive:
        heads = archive.revisions.history(STUDY, "anna")
        return [archive.revisions.document(one.uid, "anna").opinion.note for one in heads]


def test_it_says_where_the_archive_is_and_what_it_holds(page: ArchivePage, tmp_path: Path) -> None:
    facts = page.facts
    assert facts["Address"] == str(tmp_path / "data" / "archive.sqlite")
    assert facts["Holds"] == "1 studies, 1 readings in 2 revisions, 0 AI results"
    assert facts["Size"].endswith("KB")
    assert facts["Last backup"] == "never"


def test_the_audit_is_found_by_words_and_saved_as_a_table(
    hand: ArchiveUpkeepHand, page: ArchivePage, qtbot: QtBot, tmp_path: Path
) -> None:
    assert [one.what for one in page.listed] == ["promoted", "saved"]
    qtbot.keyClicks(page.filter, "anna prom")
    assert [one.what for one in page.listed] == ["promoted"]
    hand.save(tmp_path / "audit", page.listed)
    assert "audit.csv" in told(page, qtbot)
    with (tmp_path / "audit.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["who"], row["what"], row["study"]) for row in rows] == [
        ("anna", "promoted", STUDY)
    ]


def test_a_table_runs_nothing_in_a_spreadsheet(tmp_path: Path) -> None:
    line = AuditLine("2026-01-02", "=cmd()", "saved", "1.2", "@more")
    save_table(tmp_path / "a.csv", [line])
    assert "'=cmd()" in (tmp_path / "a.csv").read_text()
    with pytest.raises(BadInputError, match="can't be written"):
        save_table(tmp_path / "none" / "a.csv", [line])


def test_a_whole_archive_is_called_so(page: ArchivePage, qtbot: QtBot) -> None:
    qtbot.mouseClick(page.buttons["check"], LEFT)
    assert told(page, qtbot) == "The archive is whole"


def test_a_backup_brings_back_what_was_there_when_it_was_written(
    hand: ArchiveUpkeepHand, page: ArchivePage, qtbot: QtBot, tmp_path: Path
) -> None:
    night = tmp_path / "night.sqlite"
    hand.back_up(night)
    assert str(night) in told(page, qtbot)
    qtbot.waitUntil(lambda: page.facts["Last backup"] != "never", timeout=BUSY)
    with Archive.open() as archive:
        (head,) = archive.revisions.heads(STUDY, "anna")
        save(archive, "a slip", "anna", head, why="by mistake")
    hand.ask_to_restore(str(night))
    assert page.confirm.isVisible()
    changes: list[None] = []
    hand.window.services.archive.changed.connect(lambda: changes.append(None))
    qtbot.mouseClick(page.confirm, LEFT)
    assert told(page, qtbot).startswith("Restored; what was there before is in")
    qtbot.waitUntil(lambda: hand.window.services.archive.archive is not None, timeout=BUSY)
    assert changes
    assert notes() == ["first", "first"]
    (aside,) = (tmp_path / "data").glob("before-restore-*.sqlite")
    with Archive.open(file_url(aside)) as archive:
        assert len(archive.revisions.history(STUDY, "anna")) == 3


def test_a_damaged_backup_changes_nothing_and_the_archive_goes_on(
    hand: ArchiveUpkeepHand, page: ArchivePage, qtbot: QtBot, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.sqlite"
    bad.write_bytes(b"not a backup at all" * 200)
    hand.ask_to_restore(str(bad))
    qtbot.mouseClick(page.confirm, LEFT)
    said = told(page, qtbot)
    assert "bad.sqlite" in said or "restoring" in said
    qtbot.waitUntil(lambda: hand.window.services.archive.archive is not None, timeout=BUSY)
    assert notes() == ["first", "first"]


def test_a_damaged_archive_says_so_and_can_be_restored(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    night, file = tmp_path / "night.sqlite", tmp_path / "data" / "archive.sqlite"
    with Archive.open() as archive:
        submit(archive, "first", "anna")
        back_up(archive.database, night, "chief")
    for ending in ("-wal", "-shm"):
        file.with_name(file.name + ending).unlink(missing_ok=True)
    file.write_bytes(b"something fell on it " * 500)
    window.actions_of["file.archive"].trigger()
    hand = window.findChild(ArchiveUpkeepHand)
    assert hand is not None
    page = hand.page
    assert page is not None
    qtbot.waitUntil(lambda: "Problem" in page.facts, timeout=BUSY)
    assert "damaged" in page.facts["Problem"]
    assert not page.buttons["check"].isEnabled()
    hand.ask_to_restore(str(night))
    qtbot.mouseClick(page.confirm, LEFT)
    assert told(page, qtbot).startswith("Restored")
    qtbot.waitUntil(lambda: "Problem" not in page.facts, timeout=BUSY)
    assert notes() == ["first", "first"]
    page.close()


def test_another_address_in_the_settings_opens_that_archive(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    door = window.services.archive
    door.open()
    qtbot.waitUntil(lambda: door.archive is not None, timeout=BUSY)
    other = tmp_path / "other.sqlite"
    said: list[str] = []

    def type_addresses() -> None:
        dialog = next(
            one for one in QApplication.topLevelWidgets() if isinstance(one, SettingsDialog)
        )
        line = dialog.editor("archive.address")
        assert isinstance(line, QLineEdit)
        for address, wanted in (
            ("foo", "address can't be understood"),
            ("postgresql://nohost", "names no account"),
            (file_url(other), "The archive is open"),
        ):
            line.setText(address)
            line.editingFinished.emit()
            qtbot.waitUntil(lambda wanted=wanted: wanted in dialog.message, timeout=BUSY)
            said.append(dialog.message)
        dialog.close()

    QTimer.singleShot(0, type_addresses)
    window.actions_of["file.settings"].trigger()
    assert len(said) == 3
    assert door.archive is not None
    assert door.archive.database.where == str(other)
