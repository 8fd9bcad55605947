"""Report, PDF and guideline as a reader handles them in the window."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QTextDocument, QTextTable
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from annotations.commands.command import AddFindings
from app.cli.findings_file import read_findings
from app.gui import report_pdf as report_pdf_module
from app.gui.compose import make_window
from app.gui.finding_facts import views_of
from app.gui.main_window import MainWindow
from app.gui.report_facts import known_of
from app.gui.report_pdf import ReportSheet, report_pdf
from app.gui.report_sheet import sheet_of
from app.gui.services import make_services
from app.settings.store import SettingsStore
from domain.finding import Finding
from domain.geometry import ImageSize
from phantom.recipe import Content, StudyRecipe
from phantom.studies.options import DemoOptions
from phantom.studies.writing import WrittenStudy, write_study
from viewing.hanging.overlay import READER_COLOUR
from viewing.snapshots import close_up

SMALL = ImageSize(512, 416)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> WrittenStudy:
    folder = tmp_path_factory.mktemp("report") / "study"
    return write_study(folder, StudyRecipe(7, Content.DEMO, size=SMALL), DemoOptions())


@pytest.fixture
def truth(study: WrittenStudy) -> tuple[Finding, ...]:
    return read_findings(study.findings)


@pytest.fixture
def window(
    qtbot: QtBot,
    tmp_path: Path,
    study: WrittenStudy,
    truth: tuple[Finding, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[MainWindow]:
    monkeypatch.setenv("FOURVIEW_DATA", str(tmp_path / "data"))
    made = make_window(make_services(SettingsStore(tmp_path / "settings.toml")))
    qtbot.addWidget(made)
    made.resize(1366, 768)
    made.show()
    made.open_paths([study.folder])
    services = made.services
    qtbot.waitUntil(lambda: len(services.reading.shown.images) == 4, timeout=20_000)
    frames = services.following.breasts
    refs = list(services.reading.shown.images)
    qtbot.waitUntil(lambda: all(frames.at(ref) for ref in refs), timeout=20_000)
    qtbot.waitUntil(lambda: services.annotating.reading is not None, timeout=20_000)
    drawn = tuple(replace(one, location=None) for one in truth)
    assert services.annotating.do(AddFindings(drawn))
    yield made
    made.close()


def chosen(monkeypatch: pytest.MonkeyPatch, path: Path | None) -> list[str]:
    """Answer the dialog; the list gets what it offered."""
    offered: list[str] = []

    def answer(_parent: object, _title: str, offer: str, _kinds: str) -> tuple[str, str]:
        offered.append(offer)
        return (str(path) if path else "", "")

    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
    return offered


def test_the_report_is_saved_as_a_pdf_under_a_name_without_the_patients(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered = chosen(monkeypatch, tmp_path / "mine")
    qtbot.keyClick(window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    content = (tmp_path / "mine.pdf").read_bytes()
    assert content.startswith(b"%PDF-")
    assert len(content) > 50_000
    assert offered[0].endswith(".pdf")
    assert "Demo" not in offered[0]
    assert "mine.pdf" in window.status_line.said


def test_nothing_is_written_where_the_reader_cancels(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = sorted(tmp_path.rglob("*.pdf"))
    chosen(monkeypatch, None)
    window.actions_of["report.pdf"].trigger()
    assert sorted(tmp_path.rglob("*.pdf")) == before


def test_a_folder_that_cant_be_written_is_named_and_the_last_file_stays(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = tmp_path / "last.pdf"
    last.write_bytes(b"the last one")
    chosen(monkeypatch, last)

    def refused(**_: object) -> tuple[int, str]:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(tempfile, "mkstemp", refused)
        window.actions_of["report.pdf"].trigger()
    assert "can't be written (Permission denied)" in window.status_line.said
    assert str(last) in window.status_line.said
    assert last.read_bytes() == b"the last one"


def test_the_sheet_shows_every_finding_and_whose_it_is(
    window: MainWindow, truth: tuple[Finding, ...]
) -> None:
    sheet = sheet_of(window)
    assert sheet is not None
    assert sheet.patient.startswith("Synthetic, Demo")
    assert set(sheet.close_ups) == {one.id for one in truth}
    assert sheet.remark == ""
    assert sheet.overview is not None
    amber = np.array(READER_COLOUR)
    for picture in (sheet.overview, *sheet.close_ups.values()):
        assert (np.abs(picture.pixels.astype(int) - amber).max(axis=2) < 40).any()


def test_masked_names_are_masked_in_the_pdf_too(window: MainWindow) -> None:
    plain = sheet_of(window)
    window.actions_of["file.mask_names"].trigger()
    masked = sheet_of(window)
    assert plain is not None
    assert masked is not None
    accession = window.services.reading.shown.exams.current.accession
    assert accession in plain.report.facts[0].text
    assert accession in plain.file_name
    for said in (masked.patient, masked.report.facts[0].text, masked.file_name):
        assert "Demo" not in said
        assert accession not in said


def test_findings_whose_images_are_not_on_the_screen_are_said_to_lack_a_picture(
    window: MainWindow, qtbot: QtBot, truth: tuple[Finding, ...]
) -> None:
    qtbot.keyClick(window, Qt.Key.Key_PageDown)
    qtbot.waitUntil(lambda: len(window.services.reading.shown.images) < 4)
    sheet = sheet_of(window)
    assert sheet is not None
    lacking = len(truth) - len(sheet.close_ups)
    assert lacking > 0
    assert sheet.remark.endswith(f"{lacking} of {len(truth)} findings.")


def test_places_found_on_the_images_are_those_of_the_truth(
    window: MainWindow, truth: tuple[Finding, ...]
) -> None:
    services = window.services
    shown, document = services.reading.shown, services.annotating.document
    known = known_of(document, shown, views_of(shown), services.following.breasts.at)
    for one in truth:
        place = known.places[one.id]
        assert place.laterality is one.location.laterality
        apart = abs((place.clock_face or 0) - (one.location.clock_face or 0)) % 12
        assert min(apart, 12 - apart) <= 1
        assert place.nipple_distance_mm == pytest.approx(one.location.nipple_distance_mm, abs=10)


def test_many_findings_take_several_pages_and_no_picture_is_cut(window: MainWindow) -> None:
    sheet = sheet_of(window)
    assert sheet is not None
    lines = [line for section in sheet.report.sections for line in section.lines]
    long = replace(sheet.report.sections[0], lines=tuple(lines * 4))
    sheet = replace(sheet, report=replace(sheet.report, sections=(long,)))
    document = laid_out(sheet)
    assert document.pageCount() > 1
    assert report_pdf(sheet).count(b"/Type /Page\n") == document.pageCount()
    layout, page = document.documentLayout(), document.pageSize().height()
    tables = [one for one in document.rootFrame().childFrames() if isinstance(one, QTextTable)]
    rects = [layout.frameBoundingRect(one) for one in tables]
    assert len(rects) > 4 * len(sheet.close_ups) / 2
    assert all(one.top() // page == (one.bottom() - 1) // page for one in rects)


def laid_out(sheet: ReportSheet) -> QTextDocument:
    paper = QImage(800, 1100, QImage.Format.Format_RGB32)
    return report_pdf_module._document(sheet, paper)


def test_typed_marks_are_printed_as_they_are_and_load_nothing(window: MainWindow) -> None:
    sheet = sheet_of(window)
    assert sheet is not None
    evil = "<img src='file:///nothing.png'><b>bold</b> & more"
    facts = (replace(sheet.report.facts[0], text=evil),)
    document = laid_out(replace(sheet, report=replace(sheet.report, facts=facts)))
    assert evil in document.toPlainText()
    assert document.toHtml().count("<img") == len(sheet.close_ups) + 1


def test_a_close_up_of_a_mark_at_the_edge_is_whole(
    window: MainWindow, truth: tuple[Finding, ...]
) -> None:
    opened = next(iter(window.services.reading.shown.images.values()))
    mark = next(
        one.geometries[0]
        for one in truth
        if one.geometries[0].sop_instance_uid == opened.view.ref.uid
    )
    corner = replace(mark, mask=None, contour=None, box=replace(mark.box, left=0, top=0))
    finding = replace(truth[0], geometries=(corner,))
    canvas = close_up(opened, finding, ImageSize(64, 64))
    assert canvas is not None
    assert canvas.shape == (64, 64, 3)
    other = replace(corner, sop_instance_uid="another")
    assert close_up(opened, replace(truth[0], geometries=(other,)), ImageSize(64, 64)) is None


def test_the_guideline_opens_and_closes_beside_the_tools(window: MainWindow, qtbot: QtBot) -> None:
    assert not window.guideline.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_F2)
    assert window.guideline.isVisible()
    assert window.guideline.x() < window.pages.x()
    assert "What to call it" in window.guideline.said
    qtbot.mouseClick(window.guideline.cross, Qt.MouseButton.LeftButton)
    assert not window.guideline.isVisible()
    assert not window.actions_of["report.guideline"].isChecked()
    qtbot.keyClick(window, Qt.Key.Key_F2)
    qtbot.keyClick(window, Qt.Key.Key_F2)
    assert not window.guideline.isVisible()


def test_a_projects_guideline_that_cant_be_read_is_told_and_the_shipped_one_shown(
    window: MainWindow, tmp_path: Path
) -> None:
    settings = window.services.settings
    own = tmp_path / "own.md"
    reading = settings.reading.model_copy(update={"guideline": str(own)})
    window.services.settings = settings.model_copy(update={"reading": reading})
    window.actions_of["report.guideline"].trigger()
    assert str(own) in window.status_line.said
    assert "What to call it" in window.guideline.said
    window.actions_of["report.guideline"].trigger()
    own.write_text("# Ours\n\nDraw it so.")
    window.actions_of["report.guideline"].trigger()
    assert window.guideline.said.strip() == "Draw it so."
