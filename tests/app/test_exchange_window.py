"""Export and import in the window, by real clicks, on demo images of nobody."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from annotations.document.document import Document
from annotations.exchange.facts import FACTS
from annotations.exchange.formats import FORMATS
from app.gui.exchange_export_hand import ExportHand
from app.gui.exchange_import_hand import ImportHand
from app.gui.main_window import MainWindow
from app.presenters.exchanging.importing import known_images
from app.presenters.exchanging.telling import Teller
from archive.archive import Archive
from archive.audit import Deed
from archive.revisions.double import Rules
from archive.revisions.revision import NewRevision, ReadingState
from domain.finding import Finding, FindingKind, FindingStatus, Geometry, ReaderProvenance
from domain.geometry import Box, ImageSize
from domain.mask import RleMask
from domain.study import Study
from tests.support.small_studies import SHAPE, write_patients
from widgets.exchange_dialog_export import ExportDialog
from widgets.exchange_dialog_import import ImportDialog

LEFT = Qt.MouseButton.LeftButton
BUSY = 20_000
READER = "anna"


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOURVIEW_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("FOURVIEW_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("FOURVIEW_ARCHIVE", raising=False)


def read(study: Study, number: int) -> Document:
    uid = study.views[0].ref.uid
    mask = RleMask.of(np.tril(np.ones((9, 9))), ImageSize(*SHAPE), 40, 60)
    places = (Geometry(uid, mask=mask), Geometry(uid, box=Box(40, 60, 60, 80)))
    return Document(
        study.uid,
        tuple(
            Finding(
                UUID(int=10 * number + at + 1),
                FindingKind.MASS,
                (place,),
                ReaderProvenance(READER),
                FindingStatus.ACCEPTED,
            )
            for at, place in enumerate(places)
        ),
    )


@pytest.fixture
def studies(tmp_path: Path) -> tuple[Study, ...]:
    """Two studies; anna has submitted the second."""
    found = write_patients(tmp_path / "images", 2)
    with Archive.open() as archive:
        for number, study in enumerate(found):
            made = archive.revisions.save(NewRevision(read(study, number), READER))
            if number:
                archive.revisions.promote(made.uid, ReadingState.SUBMITTED, READER)
    return found


@pytest.fixture
def listed(
    qtbot: QtBot, studies: tuple[Study, ...], window: MainWindow, tmp_path: Path
) -> MainWindow:
    window.open_paths([tmp_path / "images"])
    qtbot.waitUntil(lambda: len(window.services.studies.state.studies) == 2, timeout=BUSY)
    return window


def exporting(window: MainWindow, qtbot: QtBot) -> ExportDialog:
    window.actions_of["file.export_readings"].trigger()
    hand = window.findChild(ExportHand)
    assert hand is not None
    dialog = hand.dialog
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.reader.count() > 1, timeout=BUSY)
    return dialog


def importing(window: MainWindow) -> ImportDialog:
    window.actions_of["file.import"].trigger()
    hand = window.findChild(ImportHand)
    assert hand is not None
    assert hand.dialog is not None
    return hand.dialog


def choose(dialog: ExportDialog, form: str, where: Path) -> None:
    dialog.formats.setCurrentRow(list(FACTS).index(form))
    dialog.where.setText(str(where))


def export(dialog: ExportDialog, qtbot: QtBot, form: str, where: Path) -> str:
    choose(dialog, form, where)
    qtbot.mouseClick(dialog.foot.go, LEFT)
    qtbot.waitUntil(lambda: not dialog.foot.working, timeout=BUSY)
    return dialog.said


def look(dialog: ImportDialog, qtbot: QtBot, path: Path) -> str:
    dialog.path.setFocus()
    dialog.path.setText(str(path))
    QTest.keyClick(dialog.path, Qt.Key.Key_Tab)
    dialog.look()
    qtbot.waitUntil(lambda: not dialog.foot.working, timeout=BUSY)
    return dialog.said


def take(dialog: ImportDialog, qtbot: QtBot) -> str:
    qtbot.mouseClick(dialog.foot.go, LEFT)
    qtbot.waitUntil(lambda: not dialog.foot.working, timeout=BUSY)
    return dialog.said


def audit(did: Deed) -> list[dict[str, object]]:
    with Archive.open() as archive:
        return [dict(one.detail) for one in archive.audit.entries() if one.did is did]


def test_what_is_listed_goes_out_and_the_end_says_how_many_where_and_what_was_lost(
    listed: MainWindow, studies: tuple[Study, ...], qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = exporting(listed, qtbot)
    said = export(dialog, qtbot, "seg", tmp_path / "out")
    assert "2 readings with 4 findings" in said
    assert str(tmp_path / "out") in said
    assert "boxes: 2" in said
    qtbot.mouseClick(dialog.foot.copy, LEFT)
    assert QApplication.clipboard().text() == said
    back = FORMATS["seg"].read(tmp_path / "out", known_images(studies))
    assert {one.reader for one in back.readings} == {READER}
    left = sorted(one.uid for one in studies)
    assert audit(Deed.EXPORTED) == [
        {"format": "seg", "readings": 2, "findings": 4, "studies": left}
    ]
    dialog.close()


def test_submitted_readings_of_one_reader_can_be_chosen(
    listed: MainWindow, studies: tuple[Study, ...], qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = exporting(listed, qtbot)
    qtbot.waitUntil(lambda: "2 readings" in dialog.count, timeout=BUSY)
    dialog.submitted.click()
    dialog.reader.setCurrentText(READER)
    qtbot.waitUntil(lambda: "1 readings" in dialog.count, timeout=BUSY)
    export(dialog, qtbot, "json", tmp_path / "out")
    told = json.loads((tmp_path / "out" / "fourview.json").read_text())
    assert [one["document"]["study_uid"] for one in told["readings"]] == [studies[1].uid]
    dialog.close()


def test_what_lies_there_already_is_left_and_said(
    listed: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    target = tmp_path / "out"
    target.mkdir()
    (target / "mine").write_text("keep")
    dialog = exporting(listed, qtbot)
    said = export(dialog, qtbot, "coco", target)
    assert "is not empty" in said
    assert "--out" not in said
    assert [one.name for one in target.iterdir()] == ["mine"]
    assert audit(Deed.EXPORTED) == []
    assert dialog.foot.go.isEnabled()
    dialog.close()


def test_anonymised_files_name_nobody(
    listed: MainWindow, studies: tuple[Study, ...], qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = exporting(listed, qtbot)
    dialog.anonymize.click()
    export(dialog, qtbot, "cad-sr", tmp_path / "out")
    written = b"".join(one.read_bytes() for one in (tmp_path / "out").iterdir())
    for word in ("Nobody", READER, *(one.uid for one in studies), "20260102"):
        assert word.encode() not in written
    assert (tmp_path / "data" / "anonymising.key").is_file()
    dialog.close()


def test_stopping_leaves_nothing_behind(
    listed: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = exporting(listed, qtbot)
    coco = FORMATS["coco"]
    write, stop, heard = type(coco).write, Teller.stop, threading.Event()

    def stopping(teller: Teller) -> None:
        stop(teller)
        heard.set()

    def stopped(form: object, exchange: object, folder: Path, pictures: object = None) -> object:
        dialog.stop_asked.emit()  # to the window's thread: this one may be quicker
        assert heard.wait(BUSY / 1000)
        return write(form, exchange, folder, pictures)  # type: ignore[arg-type]

    monkeypatch.setattr(Teller, "stop", stopping)
    monkeypatch.setattr(type(coco), "write", stopped)
    said = export(dialog, qtbot, "coco", tmp_path / "out")
    assert said == "Stopped. Nothing was exported."
    assert not list(tmp_path.glob("*out*"))
    assert audit(Deed.EXPORTED) == []
    dialog.close()


def test_who_reads_blind_exports_nothing_of_the_other_reader(
    listed: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    with Archive.open() as archive:
        archive.double.set_rules(Rules(2, blind=True), "chief")
        uid = listed.services.studies.state.studies[0].uid
        archive.revisions.save(NewRevision(Document(uid), listed.services.archive.reader))
    listed.actions_of["file.export_readings"].trigger()
    hand = listed.findChild(ExportHand)
    assert hand is not None
    dialog = hand.dialog
    assert dialog is not None
    qtbot.waitUntil(lambda: "1 readings" in dialog.count, timeout=BUSY)
    assert dialog.reader.findText(READER) < 0
    export(dialog, qtbot, "json", tmp_path / "out")
    assert READER.encode() not in (tmp_path / "out" / "fourview.json").read_bytes()
    dialog.close()


def test_what_will_come_in_is_shown_before_anything_is_kept(
    listed: MainWindow, studies: tuple[Study, ...], qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = exporting(listed, qtbot)
    export(dialog, qtbot, "cad-sr", tmp_path / "out")
    dialog.close()
    coming = importing(listed)
    said = look(coming, qtbot, tmp_path / "out")
    assert "2 readings of 2 studies, 4 findings" in said
    fates = [coming.rows.item(row, 4).text() for row in range(2)]
    assert sorted(fates) == [
        "a second version, to be merged",
        "left out: the reader has submitted this study",
    ]
    assert audit(Deed.IMPORTED) == []
    coming.reader.setText("bob")
    assert "2 readings" in look(coming, qtbot, tmp_path / "out")
    changes: list[None] = []
    listed.services.archive.changed.connect(lambda: changes.append(None))
    assert "2 readings were imported" in take(coming, qtbot)
    assert changes
    with Archive.open() as archive:
        for study in studies:
            assert len(archive.revisions.heads(study.uid, "bob")) == 1
            assert len(archive.revisions.heads(study.uid, READER)) == 1
    coming.close()


def test_all_that_is_wrong_is_listed_and_nothing_is_kept(
    listed: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = exporting(listed, qtbot)
    export(dialog, qtbot, "coco", tmp_path / "out")
    dialog.close()
    file = tmp_path / "out" / "annotations.json"
    content = json.loads(file.read_text())
    for one in content["annotations"]:
        if one["attributes"]["box"]:
            one["bbox"] = [5000, 1, 5, 5]
    file.write_text(json.dumps(content))
    coming = importing(listed)
    said = look(coming, qtbot, file)
    assert "Problems: 2" in said
    assert said.count("reaches outside the image") == 2
    assert "--" not in said
    assert not coming.foot.go.isEnabled()
    qtbot.mouseClick(coming.foot.copy, LEFT)
    assert QApplication.clipboard().text() == said
    coming.close()


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.json", "{}", "none of the formats that are known"),
        ("annotations.json", "{", "none of the formats that are known"),
        ("findings.csv", "image_uid,kind\n9.9,mass\n", "'9.9' is not known"),
    ],
)
def test_a_foreign_file_says_what_is_wrong_with_it(
    listed: MainWindow, qtbot: QtBot, tmp_path: Path, name: str, content: str, told: str
) -> None:
    file = tmp_path / name
    file.write_text(content)
    coming = importing(listed)
    said = look(coming, qtbot, file)
    assert told in said
    assert not coming.foot.go.isEnabled()
    coming.close()


def test_a_mask_of_another_size_than_the_open_image_is_refused(
    listed: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = exporting(listed, qtbot)
    export(dialog, qtbot, "coco", tmp_path / "out")
    dialog.close()
    file = tmp_path / "out" / "annotations.json"
    content = json.loads(file.read_text())
    for image in content["images"]:
        image["width"] += 1
    file.write_text(json.dumps(content))
    coming = importing(listed)
    assert "the image that is known is 128x160" in look(coming, qtbot, file)
    coming.close()


def test_a_window_that_closes_meanwhile_leaves_no_folder(
    listed: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = exporting(listed, qtbot)
    choose(dialog, "coco", tmp_path / "out")
    qtbot.mouseClick(dialog.foot.go, LEFT)
    dialog.close()
    listed.close()
    left = [one.name for one in tmp_path.glob("*out*")]
    assert left in ([], ["out"])
    if left:
        assert (tmp_path / "out" / "losses.json").is_file()
