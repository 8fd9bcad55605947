"""The window says how a reading stands in the archive, and what can be done about it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QInputDialog
from pytestqt.qtbot import QtBot

from annotations.document.opinion import Opinion
from app.gui.archive_start import open_archive
from archive.archive import Archive
from archive.revisions.revision import NewRevision, ReadingState, Revision
from archive.revisions.store import RevisionQuery
from domain.geometry import Box
from domain.lexicon import Assessment
from tests.app.conftest import Start
from tests.archive.readings import mass
from tests.archive.servers import fresh_database, running_server
from tests.support.annotator import Annotator
from widgets.side_panel import PanelTab

Key = Qt.Key
BUSY = 20_000
ONE, TWO = Box(420.0, 300.0, 560.0, 460.0), Box(500.0, 500.0, 640.0, 620.0)

Begin = Callable[[], Annotator]


@pytest.fixture
def begin(start: Start, qtbot: QtBot) -> Begin:
    """Starts the program, its archive with it, on the demo study."""

    def begun() -> Annotator:
        hand = start()
        open_archive(hand.window.services)
        qtbot.waitUntil(lambda: bar(hand) != "Draft", timeout=BUSY)
        still(hand, qtbot)
        return hand

    return begun


def still(hand: Annotator, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not hand.window.services.jobs.statuses, timeout=BUSY)


def bar(hand: Annotator) -> str:
    return hand.window.side_panel.reading_bar.said


def assess(hand: Annotator) -> None:
    intents = hand.window.findings.intents
    intents.say(replace(hand.annotating.document.opinion, overall=Assessment.BENIGN), "overall")


def submit(hand: Annotator, qtbot: QtBot) -> None:
    hand.key(Key.Key_F9)
    still(hand, qtbot)


def kept() -> tuple[Revision, ...]:
    with Archive.open() as archive:
        return archive.revisions.listed(RevisionQuery())[::-1]


def test_a_draft_offers_to_be_submitted_and_is_read_only_then(begin: Begin, qtbot: QtBot) -> None:
    hand = begin()
    assert bar(hand) == "Draft | Submit"
    assess(hand)
    submit(hand, qtbot)

    assert bar(hand).startswith("Submitted | By ")
    assert "submitted" in hand.window.banner.said
    assert kept()[-1].state is ReadingState.SUBMITTED
    hand.box("RCC", ONE)
    assert hand.findings == ()
    assert "can only be looked at" in hand.said


def test_a_reading_without_an_assessment_is_not_submitted(begin: Begin, qtbot: QtBot) -> None:
    hand = begin()
    submit(hand, qtbot)
    assert "overall assessment" in hand.said
    assert hand.window.side_panel.tab is PanelTab.REPORT
    assert kept() == ()


def test_a_reading_that_contradicts_itself_is_not_submitted(begin: Begin, qtbot: QtBot) -> None:
    hand = begin()
    said = Opinion(overall=Assessment.HIGH_SUSPICION, recall=False)
    hand.window.findings.intents.say(said, "overall")
    submit(hand, qtbot)
    assert "contradicts itself" in hand.said
    assert kept() == ()


def test_a_submitted_reading_is_corrected_with_a_reason(begin: Begin, qtbot: QtBot) -> None:
    hand = begin()
    assess(hand)
    submit(hand, qtbot)
    hand.window.side_panel.reading_bar.press("reading.correct")
    dialog = hand.window.findChild(QInputDialog)
    assert isinstance(dialog, QInputDialog)
    dialog.setTextValue("a mass was missed")
    dialog.accept()
    still(hand, qtbot)
    assert bar(hand) == "Correction | Why: a mass was missed | Submit"
    hand.window.activateWindow()  # a platform without a screen does not do so itself
    QApplication.processEvents()
    hand.box("RCC", ONE)
    assert len(hand.findings) == 1
    hand.window.close()
    assert kept()[-1].why == "a mass was missed"


def test_a_correction_without_a_reason_is_not_begun_and_that_is_said(
    begin: Begin, qtbot: QtBot
) -> None:
    hand = begin()
    assess(hand)
    submit(hand, qtbot)
    hand.window.side_panel.reading_bar.press("reading.correct")
    dialog = hand.window.findChild(QInputDialog)
    assert isinstance(dialog, QInputDialog)
    dialog.setTextValue("  ")
    dialog.accept()
    still(hand, qtbot)
    assert "a correction needs a reason" in hand.said
    assert bar(hand).startswith("Submitted")


def test_an_earlier_revision_is_shown_in_the_panes_and_escape_leads_back(
    begin: Begin, qtbot: QtBot
) -> None:
    hand = begin()
    hand.box("RCC", ONE)
    assess(hand)
    submit(hand, qtbot)
    hand.annotating.readings.correct("one more")
    still(hand, qtbot)
    hand.box("LCC", TWO)
    hand.window.actions_of["reading.history"].trigger()
    still(hand, qtbot)
    history = hand.window.side_panel.history
    assert "submitted" in history.said

    history.chosen.emit(kept()[0].uid)
    still(hand, qtbot)
    assert len(hand.findings) == 1
    assert bar(hand).startswith("Looking back")
    hand.box("LCC", TWO)
    assert len(hand.findings) == 1
    hand.key(Key.Key_Escape)  # the tool
    hand.key(Key.Key_Escape)
    assert len(hand.findings) == 2


def test_two_computers_revisions_are_told_and_merged_by_a_press(begin: Begin, qtbot: QtBot) -> None:
    hand = begin()
    hand.box("RCC", ONE)
    study, reader = hand.annotating.document.study_uid, hand.annotating.readings.reader
    uid = next(iter(hand.newest.geometries)).sop_instance_uid
    hand.window.close()
    elsewhere = mass()
    elsewhere = replace(
        elsewhere, geometries=(replace(elsewhere.geometries[0], sop_instance_uid=uid),)
    )
    with Archive.open() as archive:
        document = archive.revisions.document(kept()[0].uid, reader)
        for parents in ((), (kept()[0].uid,)):
            found = document.findings if parents else ()
            said = replace(document, findings=(*found, elsewhere))
            archive.revisions.save(NewRevision(said, reader, parents))
    assert study == document.study_uid

    again = begin()
    qtbot.waitUntil(lambda: bar(again).startswith("Conflict"), timeout=BUSY)
    again.window.side_panel.reading_bar.press("reading.merge")
    still(again, qtbot)
    qtbot.waitUntil(lambda: bar(again).startswith("Draft"), timeout=BUSY)
    assert len(again.findings) == 2


def test_what_was_drawn_while_the_archive_was_damaged_is_kept_and_said(
    start: Start, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    damaged = tmp_path / "data" / "archive.sqlite"
    damaged.write_bytes(b"this is no database, and long enough to be looked at" * 40)
    hand = start()
    open_archive(hand.window.services)
    qtbot.waitUntil(lambda: "damaged" in hand.said, timeout=BUSY)
    assert bar(hand).startswith("Draft, not in the archive")
    hand.box("RCC", ONE)
    hand.window.close()
    damaged.unlink()

    again = start()
    assert len(again.findings) == 1
    open_archive(again.window.services)
    qtbot.waitUntil(lambda: bar(again) == "Draft | Submit", timeout=BUSY)
    again.window.close()
    assert kept()[-1].findings == 1


def test_a_second_reader_finds_agrees_with_and_may_make_gold_what_another_submitted(
    begin: Begin, qtbot: QtBot
) -> None:
    hand = begin()
    assess(hand)
    submit(hand, qtbot)
    hand.window.close()
    settings = hand.window.services.settings
    named = settings.model_copy(
        update={"reading": settings.reading.model_copy(update={"reader": "Ben"})}
    )
    hand.window.services.store.save(named)

    ben = begin()
    qtbot.waitUntil(lambda: bar(ben).startswith("Read by others"), timeout=BUSY)
    actions = ben.window.actions_of
    assert not actions["reading.review"].isEnabled()
    ben.window.side_panel.reading_bar.press("reading.history")
    still(ben, qtbot)
    ben.window.side_panel.history.chosen.emit(kept()[-1].uid)
    still(ben, qtbot)
    ben.window.side_panel.reading_bar.press("reading.review")
    still(ben, qtbot)
    assert (kept()[-1].state, kept()[-1].made_by) == (ReadingState.REVIEWED, "Ben")
    ben.window.side_panel.reading_bar.press("reading.gold")
    still(ben, qtbot)
    assert kept()[-1].state is ReadingState.GOLD


def test_the_archive_delays_neither_window_nor_images(start: Start, qtbot: QtBot) -> None:
    hand = start()
    assert hand.window.services.archive.archive is None
    assert hand.ready
    assert bar(hand) == "Draft"


def test_a_reading_goes_through_a_departments_postgresql_and_is_there_when_it_is_opened_again(
    begin: Begin, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with running_server() as server:
        address = fresh_database(server)
        monkeypatch.setenv("FOURVIEW_ARCHIVE", address)
        hand = begin()
        assert bar(hand) == "Draft | Submit"
        hand.box("RCC", ONE)
        assess(hand)
        submit(hand, qtbot)
        assert bar(hand).startswith("Submitted | By ")
        drawn = [one.geometries for one in hand.findings]
        hand.window.close()
        shutil.rmtree(tmp_path / "data", ignore_errors=True)  # as on another computer

        again = begin()
        door = again.window.services.archive
        assert door.archive is not None
        assert not door.archive.database.is_sqlite
        assert bar(again).startswith("Submitted | By ")
        assert [one.geometries for one in again.findings] == drawn
        assert [one.state for one in kept()] == [ReadingState.DRAFT, ReadingState.SUBMITTED]
        again.window.close()


@pytest.mark.parametrize("folder_there", [True, False])
def test_the_start_says_what_becomes_of_readings_where_the_archive_cannot_be_used(
    start: Start, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, folder_there: bool
) -> None:
    blocked = tmp_path / "in the way"
    blocked.write_text("a file, not a folder")
    data = tmp_path / "data" if folder_there else blocked / "data"
    monkeypatch.setenv("FOURVIEW_DATA", str(data))
    monkeypatch.setenv("FOURVIEW_ARCHIVE", f"sqlite:///{blocked / 'archive.sqlite'}")
    hand = start()
    told: list[str] = []
    monkeypatch.setattr(hand.window, "tell", lambda words, _error=False: told.append(words))
    open_archive(hand.window.services)
    qtbot.waitUntil(lambda: any("archive can't be used" in one for one in told), timeout=BUSY)
    words = next(one for one in told if "archive can't be used" in one)
    assert ("readings are kept as files" in words) is folder_there
    assert ("can't be kept as files either" in words) is not folder_there
    assert not list(data.glob("readings/.probe*"))
    hand.window.services.annotating.readings.abandon()
