"""Restoring a backup while a case is open: the case is closed first, and nothing drawn is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.gui.archive_upkeep_hand import ArchiveUpkeepHand
from archive.archive import Archive
from archive.upkeep.backup import back_up
from domain.geometry import Box
from tests.app.conftest import Start

BUSY = 30_000


def test_what_was_drawn_since_the_backup_is_there_when_the_case_is_opened_again(
    start: Start, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FOURVIEW_ARCHIVE", raising=False)
    night = tmp_path / "night.sqlite"
    with Archive.open() as archive:
        back_up(archive.database, night, "chief")
    hand = start()
    window = hand.window
    window.services.archive.open()
    qtbot.waitUntil(lambda: window.services.archive.archive is not None, timeout=BUSY)
    hand.box("RCC", Box(420, 300, 560, 460))
    drawn = hand.annotating.document
    window.actions_of["file.archive"].trigger()
    found = window.findChild(ArchiveUpkeepHand)
    assert found is not None
    page = found.page
    assert page is not None
    qtbot.waitUntil(lambda: bool(page.facts), timeout=BUSY)
    found.ask_to_restore(str(night))
    qtbot.mouseClick(page.confirm, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not page.foot.working, timeout=BUSY)
    assert page.said.startswith("Restored")
    assert window.services.reading.shown.exams is None
    qtbot.waitUntil(lambda: window.services.archive.archive is not None, timeout=BUSY)
    page.close()
    qtbot.waitUntil(lambda: not window.services.jobs.statuses, timeout=BUSY)
    again = start()
    assert again.annotating.document.findings == drawn.findings
    again.window.services.archive.open()
    qtbot.waitUntil(lambda: again.window.services.archive.archive is not None, timeout=BUSY)
    again.box("LCC", Box(200, 300, 320, 420))
    full = again.annotating.document
    reader = again.annotating.readings.reader
    services = again.window.services
    services.reading.close_case()
    qtbot.waitUntil(lambda: not services.jobs.statuses, timeout=BUSY)
    with Archive.open() as archive:
        heads = archive.revisions.heads(full.study_uid, reader)
        kept = [archive.revisions.document(one.uid, reader) for one in heads]
    assert full in kept
