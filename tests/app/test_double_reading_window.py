"""Double reading in the window, with real events, real images and a real archive."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from annotations.document.document import Document
from annotations.keeping.folders import reading_place
from annotations.keeping.undecided import read_undecided
from app.gui.agreement_hands import AgreementHands
from app.gui.comparison_hands import ComparisonHands, hands_of
from app.gui.main_window import MainWindow
from app.settings.store import SettingsStore
from archive.archive import Archive
from archive.revisions.double import Rules
from archive.revisions.revision import NewRevision, ReadingState, Revision
from archive.worklist.claims import Role
from archive.worklist.study import IndexedStudy
from domain.geometry import Box, ImageSize
from phantom.recipe import Content, StudyRecipe
from phantom.studies.options import DemoOptions
from phantom.studies.writing import write_study
from tests.app.conftest import Start
from tests.support.annotator import Annotator
from tests.support.two_readings import (
    FIRST,
    SECOND,
    study_in,
    submit,
    two_documents,
    two_submitted,
)
from widgets.agreement.rules import RulesDialog
from widgets.comparison.panel import ComparisonPanel
from widgets.pane.overlays import Ink, Label, Line

LEFT = Qt.MouseButton.LeftButton
SOON = 20_000
StartAs = Callable[[str], Annotator]
FINDING_LINES = 5
"""Index of the first finding among the lines: the opinion's parts come before."""


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small synthetic study."""
    folder = tmp_path_factory.mktemp("double") / "study"
    write_study(folder, StudyRecipe(7, Content.DEMO, size=ImageSize(512, 416)), DemoOptions())
    return folder


@pytest.fixture
def start_as(start: Start, study: Path, tmp_path: Path, qtbot: QtBot) -> StartAs:
    """Starts the program under a reader's name; all readers have one archive."""

    before: list[Annotator] = []

    def started(reader: str) -> Annotator:
        for one in before:
            one.window.close()  # which writes its settings
        store = SettingsStore(tmp_path / "settings.toml")
        settings = store.load().settings
        reading = settings.reading.model_copy(update={"reader": reader})
        ai = settings.ai.model_copy(update={"by_itself": False})
        store.save(settings.model_copy(update={"reading": reading, "ai": ai}))
        annotator = start(study)
        before.append(annotator)
        annotator.window.services.archive.open()
        wait(qtbot, annotator.window)
        return annotator

    return started


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, study: Path) -> tuple[Revision, Revision]:
    """Two readings of the demo study in the archive."""
    monkeypatch.setenv("FOURVIEW_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("FOURVIEW_ARCHIVE", raising=False)
    return two_submitted(study)


def wait(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: not window.services.jobs.statuses, timeout=SOON)
    QApplication.processEvents()


def compare(qtbot: QtBot, annotator: Annotator) -> ComparisonHands:
    annotator.key(Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    wait(qtbot, annotator.window)
    return hands_of(annotator.window)


def panel_of(hands: ComparisonHands) -> ComparisonPanel:
    assert hands.panel is not None
    return hands.panel


def press(qtbot: QtBot, hands: ComparisonHands, name: str, window: MainWindow) -> None:
    qtbot.mouseClick(panel_of(hands).buttons[name], LEFT)
    wait(qtbot, window)


def choose_line(qtbot: QtBot, hands: ComparisonHands, row: int) -> None:
    shown = panel_of(hands).list
    shown.scrollTo(shown.model().index(row, 0))
    at = shown.visualRect(shown.model().index(row, 0)).center()
    qtbot.mouseClick(shown.viewport(), LEFT, pos=at)


def overlays(annotator: Annotator) -> list[Any]:
    panes = annotator.window.reading_page.panes
    return [one for pane in panes if pane.isVisible() for one in pane.picture.overlays]


def labels(annotator: Annotator) -> set[str]:
    return {one.text for one in overlays(annotator) if isinstance(one, Label)}


def test_both_readings_lie_over_the_images_each_in_its_own_line(
    qtbot: QtBot, start_as: StartAs, kept: object
) -> None:
    clara = start_as("clara")
    hands = compare(qtbot, clara)
    assert panel_of(hands).isVisible()
    assert not clara.window.side_panel.isVisible()
    assert labels(clara) == {"AW 1", "BE 1", "AW 2"}
    drawn = {one.stroke.ink: one.stroke.dashed for one in overlays(clara) if isinstance(one, Line)}
    assert drawn == {Ink.READER: False, Ink.SECOND_READER: True}
    assert f"{FIRST} recalls, {SECOND} does not" in panel_of(hands).said
    titles = [line.title for line in panel_of(hands).list.lines]
    assert titles[:FINDING_LINES] == [
        "Recall",
        "Study",
        "Right breast",
        "Left breast",
        "Composition",
    ]
    first, second = panel_of(hands).list.lines[FINDING_LINES:]
    assert first.title.startswith("1   Dice 0.8")
    assert first.figures.startswith("IoU 0.")
    assert second.second.text == "not marked"


def test_escape_goes_back_to_the_readers_own_reading(
    qtbot: QtBot, start_as: StartAs, kept: object
) -> None:
    anna = start_as(FIRST)
    own = labels(anna)
    compare(qtbot, anna)
    assert labels(anna) != own
    anna.key(Qt.Key.Key_Escape)
    assert labels(anna) == own
    assert anna.window.side_panel.isVisible()
    assert not hands_of(anna.window).compares


def test_looking_touches_no_reading(qtbot: QtBot, start_as: StartAs, kept: object) -> None:
    anna = start_as(FIRST)
    before = anna.annotating.document
    hands = compare(qtbot, anna)
    anna.key(Qt.Key.Key_B)
    anna.drag("RCC", (100, 100), (150, 150))
    anna.click("RCC", (125, 125))
    for key in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete, Qt.Key.Key_Return, Qt.Key.Key_End):
        anna.key(key)
    assert anna.annotating.document is before
    assert anna.annotating.tool is None
    assert hands.compares
    assert not anna.window.actions_of["tool.box"].isEnabled()
    anna.key(Qt.Key.Key_Escape)
    assert anna.window.actions_of["tool.box"].isEnabled()


def test_a_line_that_is_chosen_is_lit_in_the_panes(
    qtbot: QtBot, start_as: StartAs, kept: object
) -> None:
    clara = start_as("clara")
    hands = compare(qtbot, clara)
    choose_line(qtbot, hands, FINDING_LINES + 1)
    lit = {one.text for one in overlays(clara) if isinstance(one, Label) and one.stroke.lit}
    assert lit == {"AW 2"}


def test_a_mark_that_is_clicked_on_chooses_its_line(
    qtbot: QtBot, start_as: StartAs, kept: object
) -> None:
    clara = start_as("clara")
    hands = compare(qtbot, clara)
    compared = hands.presenter.shown
    assert compared is not None
    mark = compared.marks_on(FINDING_LINES)[0].finding.geometries[0]
    assert mark.contour is not None
    shown = clara.window.services.reading.shown
    name = next(
        one.view.name for one in shown.images.values() if one.view.ref.uid == mark.sop_instance_uid
    )
    point = mark.contour.points[0]
    clara.click(name, (point.x, point.y))
    assert panel_of(hands).list.currentIndex().row() == FINDING_LINES


def test_who_read_the_study_can_look_but_not_decide(
    qtbot: QtBot, start_as: StartAs, kept: object
) -> None:
    berta = start_as(SECOND)
    hands = compare(qtbot, berta)
    assert "not decide" in panel_of(hands).said
    assert not panel_of(hands).buttons["arbitrate"].isVisible()
    assert labels(berta) == {"BE 1", "AW 1", "AW 2"}
    assert panel_of(hands).said.startswith("BE berta")


def test_an_arbiter_decides_line_by_line(
    qtbot: QtBot, start_as: StartAs, kept: tuple[Revision, Revision], study: Path
) -> None:
    clara = start_as("clara")
    window = clara.window
    hands = compare(qtbot, clara)
    press(qtbot, hands, "arbitrate", window)
    assert panel_of(hands).buttons["decide"].isVisible()
    assert not panel_of(hands).buttons["decide"].isEnabled()
    for row, key in (
        (0, Qt.Key.Key_Left),
        (1, Qt.Key.Key_Right),
        (2, Qt.Key.Key_Left),
        (FINDING_LINES, Qt.Key.Key_Right),
        (FINDING_LINES + 1, Qt.Key.Key_Delete),
    ):
        choose_line(qtbot, hands, row)
        qtbot.keyClick(panel_of(hands).list, key)
    faint = {one.text for one in overlays(clara) if isinstance(one, Label) and one.stroke.rejected}
    assert faint == {"AW 1", "AW 2"}
    press(qtbot, hands, "decide", window)
    assert "Decided by clara" in panel_of(hands).said
    first, second = kept
    with Archive.open() as archive:
        (made,) = archive.revisions.heads(first.study_uid, "clara")
        document = archive.revisions.document(made.uid, "clara")
        theirs = archive.revisions.document(second.uid, SECOND)
        assert archive.claims.held("clara") == ()
    assert made.state is ReadingState.ADJUDICATED
    assert set(made.parents) == {first.uid, second.uid}
    assert document.live == theirs.live
    assert document.opinion.recall is True
    assert document.opinion.overall == theirs.opinion.overall


def test_after_the_decision_the_arbiter_has_the_adjudicated_reading_open(
    qtbot: QtBot, start_as: StartAs, kept: tuple[Revision, Revision]
) -> None:
    clara = start_as("clara")
    assert clara.findings == ()
    hands = compare(qtbot, clara)
    press(qtbot, hands, "arbitrate", clara.window)
    press(qtbot, hands, "all_first", clara.window)
    press(qtbot, hands, "decide", clara.window)
    clara.key(Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: clara.ready, timeout=SOON)
    wait(qtbot, clara.window)
    assert not hands.compares
    assert len(clara.findings) == 2
    assert clara.annotating.reading is not None
    assert clara.annotating.reading.read_only


def test_one_reading_taken_whole_is_kept_as_it_is(
    qtbot: QtBot, start_as: StartAs, kept: tuple[Revision, Revision]
) -> None:
    clara = start_as("clara")
    hands = compare(qtbot, clara)
    press(qtbot, hands, "arbitrate", clara.window)
    press(qtbot, hands, "all_first", clara.window)
    press(qtbot, hands, "decide", clara.window)
    with Archive.open() as archive:
        (made,) = archive.revisions.heads(kept[0].study_uid, "clara")
    assert made.digest == kept[0].digest
    green = {one.stroke.ink for one in overlays(clara) if isinstance(one, Line)}
    assert green == {Ink.ADJUDICATED, Ink.SECOND_READER}


def test_what_was_chosen_is_there_when_the_comparison_is_opened_again(
    qtbot: QtBot, start_as: StartAs, kept: object
) -> None:
    clara = start_as("clara")
    hands = compare(qtbot, clara)
    press(qtbot, hands, "arbitrate", clara.window)
    choose_line(qtbot, hands, 0)
    qtbot.keyClick(panel_of(hands).list, Qt.Key.Key_Right)
    clara.key(Qt.Key.Key_Escape)
    compare(qtbot, clara)
    assert panel_of(hands).list.lines[0].choice is not None
    press(qtbot, hands, "give_back", clara.window)
    assert panel_of(hands).buttons["arbitrate"].isVisible()
    with Archive.open() as archive:
        assert archive.claims.held("clara") == ()


def test_of_three_readings_the_arbiter_says_which_two_are_compared(
    qtbot: QtBot, start_as: StartAs, kept: tuple[Revision, Revision], study: Path
) -> None:
    third = "doris"
    with Archive.open() as archive:
        archive.double.set_rules(Rules(wanted=3, blind=True), "head")
        submit(archive, two_documents(study)[1], third)
    clara = start_as("clara")
    hands = compare(qtbot, clara)
    panel = panel_of(hands)
    assert "Two of 3 readings" in panel.said
    assert panel.said.startswith(f"AW {FIRST}")
    press(qtbot, hands, "arbitrate", clara.window)
    choose_line(qtbot, hands, 0)
    qtbot.keyClick(panel.list, Qt.Key.Key_Right)

    there = panel.heads[1].others
    assert there.isVisible()
    assert [there.itemText(one) for one in range(there.count())] == [SECOND, third]
    there.setFocus()
    qtbot.keyClick(there, Qt.Key.Key_Down)
    wait(qtbot, clara.window)
    assert f"DO {third}" in panel.said
    assert labels(clara) == {"AW 1", "DO 1", "AW 2"}
    assert panel.list.lines[0].choice is None

    qtbot.keyClick(panel.heads[1].others, Qt.Key.Key_Up)
    wait(qtbot, clara.window)
    assert panel.list.lines[0].choice is not None


def test_who_decides_is_not_told_that_the_case_is_in_another_hand(
    qtbot: QtBot, start_as: StartAs, kept: tuple[Revision, Revision]
) -> None:
    clara = start_as("clara")
    window = clara.window
    assert "read by others" in window.banner.said
    hands = compare(qtbot, clara)
    press(qtbot, hands, "arbitrate", window)
    clara.key(Qt.Key.Key_Escape)
    assert "to decide" in window.banner.said
    assert "another hand" not in window.banner.said
    assert "To decide" in window.side_panel.reading_bar.said
    own = window.services.annotating.readings.own
    assert own is not None
    assert own.read_only  # a reading of one's own would leave nobody to decide

    again = start_as("clara")
    assert "to decide" in again.window.banner.said
    hands = compare(qtbot, again)
    press(qtbot, hands, "give_back", again.window)
    again.key(Qt.Key.Key_Escape)
    assert "read by others" in again.window.banner.said


def test_what_was_chosen_outlives_a_program_that_crashed(
    qtbot: QtBot, start_as: StartAs, kept: tuple[Revision, Revision], tmp_path: Path
) -> None:
    clara = start_as("clara")
    hands = compare(qtbot, clara)
    press(qtbot, hands, "arbitrate", clara.window)
    for row, key in ((0, Qt.Key.Key_Right), (FINDING_LINES + 1, Qt.Key.Key_Delete)):
        choose_line(qtbot, hands, row)
        qtbot.keyClick(panel_of(hands).list, key)
    wait(qtbot, clara.window)
    chosen = [line.choice for line in panel_of(hands).list.lines]
    crashed = tmp_path / "crashed"
    shutil.copytree(tmp_path / "data", crashed)  # as it lies there before anything is closed

    clara.window.close()
    shutil.rmtree(tmp_path / "data")
    crashed.rename(tmp_path / "data")
    again = start_as("clara")
    hands = compare(qtbot, again)
    assert [line.choice for line in panel_of(hands).list.lines] == chosen
    assert None in chosen

    press(qtbot, hands, "all_first", again.window)
    press(qtbot, hands, "decide", again.window)
    place = reading_place(tmp_path / "data" / "readings", kept[0].study_uid, "clara")
    assert not place.undecided.exists()


def test_choices_that_are_damaged_on_the_disk_cost_only_themselves(
    qtbot: QtBot, start_as: StartAs, kept: tuple[Revision, Revision], tmp_path: Path
) -> None:
    place = reading_place(tmp_path / "data" / "readings", kept[0].study_uid, "clara")
    place.folder.mkdir(parents=True)
    place.undecided.write_text('{"format": "fourview-undecided", "version": 1, "compared": [{')
    clara = start_as("clara")
    hands = compare(qtbot, clara)
    press(qtbot, hands, "arbitrate", clara.window)
    press(qtbot, hands, "all_second", clara.window)
    assert "All lines are decided" in panel_of(hands).said
    assert read_undecided(place)


def test_a_study_that_another_arbiter_took_meanwhile_can_only_be_looked_at(
    qtbot: QtBot, start_as: StartAs, kept: tuple[Revision, Revision]
) -> None:
    clara = start_as("clara")
    hands = compare(qtbot, clara)
    with Archive.open() as archive:
        archive.claims.claim(kept[0].study_uid, "doris", Role.ARBITRATION)
    press(qtbot, hands, "arbitrate", clara.window)
    assert "another reader has" in clara.said
    assert "doris has it in hand" in panel_of(hands).said
    assert not panel_of(hands).buttons["decide"].isVisible()


def test_a_correction_that_came_meanwhile_keeps_the_decision_from_being_made(
    qtbot: QtBot, start_as: StartAs, kept: tuple[Revision, Revision]
) -> None:
    clara = start_as("clara")
    hands = compare(qtbot, clara)
    press(qtbot, hands, "arbitrate", clara.window)
    press(qtbot, hands, "both", clara.window)
    first = kept[0]
    with Archive.open() as archive:
        document = archive.revisions.document(first.uid, FIRST)
        archive.revisions.save(
            NewRevision(document, FIRST, (first.uid,), why="forgot", state=ReadingState.SUBMITTED)
        )
    press(qtbot, hands, "decide", clara.window)
    assert "changed meanwhile" in clara.said
    with Archive.open() as archive:
        assert archive.revisions.heads(first.study_uid, "clara") == ()


def test_another_case_ends_the_comparison(qtbot: QtBot, start_as: StartAs, kept: object) -> None:
    clara = start_as("clara")
    hands = compare(qtbot, clara)
    shown = clara.window.services.reading.shown
    assert shown.exams is not None
    clara.window.services.reading.open_study(shown.exams.current)
    wait(qtbot, clara.window)
    assert not hands.compares
    assert labels(clara) == set()
    assert clara.window.side_panel.isVisible()


def test_the_worklist_and_back_keeps_the_comparison(
    qtbot: QtBot, start_as: StartAs, kept: object
) -> None:
    clara = start_as("clara")
    hands = compare(qtbot, clara)
    clara.window.show_worklist()
    assert not panel_of(hands).isVisible()
    clara.window.show_reading()
    assert panel_of(hands).isVisible()
    assert not clara.window.side_panel.isVisible()


def test_with_one_reading_there_is_nothing_to_compare(
    qtbot: QtBot, start_as: StartAs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOURVIEW_DATA", str(tmp_path / "data"))
    clara = start_as("clara")
    hands = compare(qtbot, clara)
    assert not hands.compares
    assert clara.window.side_panel.isVisible()
    assert clara.said.strip()


# Blind.


@pytest.fixture
def one_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, study: Path
) -> tuple[Document, Document]:
    """Blind; the first reader has submitted, the second not."""
    monkeypatch.setenv("FOURVIEW_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("FOURVIEW_ARCHIVE", raising=False)
    documents = two_documents(study)
    with Archive.open() as archive:
        archive.double.set_rules(Rules(wanted=2, blind=True), "head")
        submit(archive, documents[0], FIRST)
    return documents


def test_a_blind_second_reader_sees_nothing_of_the_first(
    qtbot: QtBot, start_as: StartAs, one_in: tuple[Document, Document]
) -> None:
    berta = start_as(SECOND)
    window = berta.window
    assert berta.annotating.document.findings == ()
    assert not [one for one in overlays(berta) if isinstance(one, Label | Line)]
    report = window.findings.report_text()
    assert "4C" not in report
    assert FIRST not in report
    hands = compare(qtbot, berta)
    assert not hands.compares
    assert "read blind" in berta.said
    window.actions_of["reading.history"].trigger()
    wait(qtbot, window)
    assert FIRST not in window.side_panel.history.said
    assert FIRST not in berta.said
    assert not [one for one in overlays(berta) if isinstance(one, Label | Line)]
    window.show_worklist()
    wait(qtbot, window)
    model = window.study_page.model
    shown = " ".join(
        str(model.index(row, column).data() or "")
        for row in range(model.rowCount())
        for column in range(model.columnCount())
    )
    assert FIRST not in shown
    assert "submitted" not in shown.lower()


def test_the_first_readers_files_on_the_same_computer_are_not_the_second_readers(
    qtbot: QtBot, start_as: StartAs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOURVIEW_DATA", str(tmp_path / "data"))
    with Archive.open() as archive:
        archive.double.set_rules(Rules(wanted=2, blind=True), "head")
    anna = start_as(FIRST)
    anna.box("RCC", Box(100, 150, 130, 180))
    assert len(anna.findings) == 1
    berta = start_as(SECOND)
    assert berta.findings == ()
    assert labels(berta) == set()
    anna = start_as(FIRST)
    assert len(anna.findings) == 1


def test_both_are_open_once_both_are_in(
    qtbot: QtBot, start_as: StartAs, one_in: tuple[Document, Document]
) -> None:
    with Archive.open() as archive:
        submit(archive, one_in[1], SECOND)
    berta = start_as(SECOND)
    hands = compare(qtbot, berta)
    assert hands.compares
    assert labels(berta) == {"BE 1", "AW 1", "AW 2"}


# Agreement.


def agreement(qtbot: QtBot, window: MainWindow) -> AgreementHands:
    window.actions_of["file.agreement"].trigger()
    wait(qtbot, window)
    hands = window.findChild(AgreementHands)
    assert hands is not None
    assert hands.page is not None
    return hands


def test_the_page_of_agreement_tells_kappa_and_lists_cases(
    qtbot: QtBot, start_as: StartAs, kept: object
) -> None:
    clara = start_as("clara")
    hands = agreement(qtbot, clara.window)
    page = hands.page
    assert page is not None
    assert page.isVisible()
    assert page.said == "1 study read by both"
    assert ("Recall", "same answer", "1", "0.00") in page.figures.said
    assert ("Mass", "positive agreement", "2", "0.67") in page.figures.said
    ((_, day, differs),) = page.cases.said
    assert day == "2025-06-23"
    assert differs.startswith(f"{FIRST} recalls, {SECOND} does not")
    clara.window.mask_names(True)
    clara.window.actions_of["file.mask_names"].trigger()


def test_a_double_click_on_a_case_opens_its_comparison(
    qtbot: QtBot, start_as: StartAs, kept: object
) -> None:
    clara = start_as("clara")
    hands = agreement(qtbot, clara.window)
    open_first(qtbot, hands)
    wait(qtbot, clara.window)
    assert clara.window.in_reading
    assert hands_of(clara.window).compares
    clara.key(Qt.Key.Key_Escape)
    assert clara.window.in_reading


def test_a_case_that_was_not_opened_yet_is_looked_for(
    qtbot: QtBot, window: MainWindow, kept: object
) -> None:
    hands = agreement(qtbot, window)
    open_first(qtbot, hands)
    qtbot.waitUntil(lambda: hands_of(window).compares, timeout=SOON)
    assert window.in_reading
    assert labels(Annotator(window)) == {"AW 1", "BE 1", "AW 2"}
    wait(qtbot, window)


def open_first(qtbot: QtBot, hands: AgreementHands) -> None:
    assert hands.page is not None
    cases = hands.page.cases
    cases.setCurrentIndex(cases.model().index(0, 0))
    qtbot.keyClick(cases, Qt.Key.Key_Return)


def test_a_case_whose_images_are_gone_says_so(
    qtbot: QtBot, window: MainWindow, kept: object, study: Path, tmp_path: Path
) -> None:
    found = study_in(study)
    with Archive.open() as archive:
        gone = IndexedStudy(found.uid, str(tmp_path / "gone"), found.patient.name, found.studied)
        archive.sources.index([gone], "head")
    hands = agreement(qtbot, window)
    open_first(qtbot, hands)
    wait(qtbot, window)
    assert not hands_of(window).compares
    assert "can't be read" in window.status_line.said


def test_the_table_is_saved_as_csv(
    qtbot: QtBot,
    start_as: StartAs,
    kept: object,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clara = start_as("clara")
    hands = agreement(qtbot, clara.window)
    target = tmp_path / "agreement.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(target), ""))
    assert hands.page is not None
    qtbot.mouseClick(hands.page.save, LEFT)
    wait(qtbot, clara.window)
    head, *rows = target.read_text(encoding="utf-8").splitlines()
    assert head == "measure,about,n,value"
    assert "same answer,recall,1,0.0000" in rows
    assert "Saved" in clara.said


def test_without_two_readers_the_page_says_what_would_be_here(
    qtbot: QtBot, window: MainWindow
) -> None:
    hands = agreement(qtbot, window)
    assert hands.page is not None
    assert "No two readers yet" in hands.page.said
    qtbot.mouseClick(hands.page.back, LEFT)
    assert window.pages.currentWidget() is window.study_page


# Rules.


def test_a_projects_rules_are_set_in_the_dialog(qtbot: QtBot, window: MainWindow) -> None:
    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, RulesDialog) or not dialog.wanted.isEnabled():
            QTimer.singleShot(20, answer)
            return
        dialog.wanted.setValue(2)
        QTest.mouseClick(dialog.blind, LEFT)
        QTest.mouseClick(dialog.save, LEFT)

    QTimer.singleShot(0, answer)
    window.actions_of["file.double_reading"].trigger()
    wait(qtbot, window)
    with Archive.open() as archive:
        assert archive.double.rules() == Rules(wanted=2, blind=True)
    assert "Rules are kept" in window.status_line.said
