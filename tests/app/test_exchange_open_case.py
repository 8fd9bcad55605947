"""Export and import while a case is open: what the reader has drawn leaves as it is, and stays."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from annotations.exchange.formats import FORMATS
from annotations.exchange.neutral import Exchange, ExchangeReading
from app.gui.exchange_export_hand import ExportHand
from app.gui.exchange_import_hand import ImportHand
from archive.archive import Archive
from domain.geometry import Box
from tests.app.conftest import Start
from tests.support.annotator import Annotator

LEFT = Qt.MouseButton.LeftButton
BUSY = 30_000
MARK = Box(420, 300, 560, 460)


@pytest.fixture
def hand(start: Start, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Annotator:
    monkeypatch.delenv("FOURVIEW_ARCHIVE", raising=False)
    made = start()
    door = made.window.services.archive
    door.open()
    qtbot.waitUntil(lambda: door.archive is not None, timeout=BUSY)
    made.box("RCC", MARK)
    return made


def export_case(hand: Annotator, qtbot: QtBot, target: Path) -> str:
    window = hand.window
    window.actions_of["file.export_readings"].trigger()
    found = window.findChild(ExportHand)
    assert found is not None
    dialog = found.dialog
    assert dialog is not None
    assert dialog.wish.scope == "case"
    dialog.where.setText(str(target))
    qtbot.mouseClick(dialog.foot.go, LEFT)
    qtbot.waitUntil(lambda: not dialog.foot.working, timeout=BUSY)
    said = dialog.said
    dialog.close()
    return said


def test_what_was_drawn_a_moment_ago_is_exported(
    hand: Annotator, qtbot: QtBot, tmp_path: Path
) -> None:
    said = export_case(hand, qtbot, tmp_path / "out")
    assert "1 readings with 1 findings" in said
    back = FORMATS["json"].read(tmp_path / "out", Exchange())
    assert back.readings[0].document == hand.annotating.document
    assert back.studies[0].patient.patient_id


def test_an_import_into_the_open_case_waits_beside_it_and_harms_nothing(
    hand: Annotator, qtbot: QtBot, tmp_path: Path
) -> None:
    export_case(hand, qtbot, tmp_path / "out")
    file = tmp_path / "out" / "fourview.json"
    given = FORMATS["json"].read(file, Exchange())
    (reading,) = given.readings
    (own,) = reading.document.findings
    other = replace(own, id=uuid4())
    foreign = replace(reading.document, findings=(other,))
    target = tmp_path / "theirs"
    target.mkdir()
    changed = replace(given, readings=(ExchangeReading(reading.reader, foreign),))
    FORMATS["json"].write(changed, target)
    before = hand.annotating.document

    window = hand.window
    window.actions_of["file.import"].trigger()
    found = window.findChild(ImportHand)
    assert found is not None
    dialog = found.dialog
    assert dialog is not None
    dialog.path.setText(str(target))
    dialog.look()
    qtbot.waitUntil(lambda: not dialog.foot.working, timeout=BUSY)
    assert dialog.foot.go.isEnabled(), dialog.said
    qtbot.mouseClick(dialog.foot.go, LEFT)
    qtbot.waitUntil(lambda: not dialog.foot.working, timeout=BUSY)
    assert "The case that is open is among them" in dialog.said
    dialog.close()

    assert hand.annotating.document == before
    hand.box("LCC", Box(200, 300, 320, 420))
    drawn = {one.id for one in hand.annotating.document.findings}
    assert len(drawn) == 2
    window.close()
    with Archive.open() as archive:
        heads = archive.revisions.heads(before.study_uid, reading.reader)
        kept = [set(archive.revisions.document(one.uid, one.reader).by_id) for one in heads]
    assert {other.id} in kept
    again = json.loads(file.read_text())
    assert again["readings"]
    assert any(drawn <= one for one in kept) or _in_files(tmp_path, drawn)


def _in_files(tmp_path: Path, drawn: set[object]) -> bool:
    """Where the archive could not be waited for when the window went, the files hold it."""
    texts = [one.read_text() for one in (tmp_path / "data" / "readings").rglob("*.json")]
    return any(all(str(one) in text for one in drawn) for text in texts)
