"""What was drawn survives kills, locks, full folders and other images, and stays with its study."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path
from uuid import UUID

import pydicom
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from annotations.keeping.progress import Keeping
from domain.geometry import Box
from domain.lexicon import Assessment
from tests.app.conftest import Start
from tests.support.annotator import CTRL, Annotator
from tests.support.identity_watch import delay_loading
from tests.support.small_studies import write_patient

Key = Qt.Key
ROOT = Path(__file__).parents[2]
ONE, TWO = Box(420.0, 300.0, 560.0, 460.0), Box(500.0, 500.0, 640.0, 620.0)


def kept(hand: Annotator, qtbot: QtBot) -> None:
    def done() -> bool:
        reading = hand.annotating.reading
        return reading is not None and reading.keeping is Keeping.KEPT

    qtbot.waitUntil(done, timeout=5_000)


# The program ends without a word.


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_killed_window_comes_back_with_what_it_called_kept_and_can_still_undo_it(
    qtbot: QtBot, start: Start, small_demo: Path, tmp_path: Path
) -> None:
    asked = [sys.executable, "-m", "tests.support.window_to_kill"]
    child = subprocess.Popen(
        [*asked, str(small_demo), str(tmp_path / "other.toml")],
        cwd=ROOT,
        env={**os.environ, "FOURVIEW_DATA": str(tmp_path / "data")},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert child.stdout is not None
    lines = [child.stdout.readline() for _ in range(3)]
    child.kill()
    child.wait()
    lines += child.stdout.read().splitlines(keepends=True)
    child.stdout.close()
    said = [line.strip() for line in lines if line.endswith("\n")]
    hand = start()
    document = hand.annotating.document
    states = [repr((document.findings, document.opinion))]
    assert "Restored" in hand.said
    # At most one gesture was under way beyond what was last called kept.
    hand.key(Key.Key_Z, CTRL)
    document = hand.annotating.document
    states.append(repr((document.findings, document.opinion)))
    hand.key(Key.Key_Z, CTRL)
    document = hand.annotating.document
    states.append(repr((document.findings, document.opinion)))
    assert said[-1] in states
    hand.key(Key.Key_Z, CTRL | Qt.KeyboardModifier.ShiftModifier, times=2)
    document = hand.annotating.document
    assert repr((document.findings, document.opinion)) == states[0]
    hand.undo_all()
    assert hand.findings == ()


# Where nothing can be written.


def test_a_folder_that_takes_nothing_is_said_before_the_first_line_is_drawn(
    start: Start, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "readings").write_text("no folder", encoding="utf-8")
    hand = start()
    hand.box("RCC", ONE)
    assert hand.findings == ()
    reading = hand.annotating.reading
    assert reading is not None
    assert reading.read_only
    assert reading.read_only in hand.said


def test_a_reading_open_in_another_process_is_shown_and_not_changed(
    qtbot: QtBot, start: Start, tmp_path: Path
) -> None:
    hand = start()
    hand.box("RCC", ONE)
    kept(hand, qtbot)
    study = hand.annotating.document.study_uid
    reader = hand.annotating.readings.reader
    hand.window.close()
    held = (
        "import sys; from pathlib import Path;"
        "from annotations.keeping.kept_reading import KeptReading;"
        "one = KeptReading.open(Path(sys.argv[1]), *sys.argv[2:], post=lambda call: None);"
        "print('held', flush=True); sys.stdin.read(); one.close()"
    )
    folder = str(tmp_path / "data" / "readings")
    with subprocess.Popen(
        [sys.executable, "-c", held, folder, study, reader],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        again = start()
        assert len(again.findings) == 1
        again.box("RCC", TWO)
        assert len(again.findings) == 1
        reading = again.annotating.reading
        assert reading is not None
        assert reading.read_only in again.said
        again.key(Key.Key_Z, CTRL)
        assert len(again.findings) == 1
        other.communicate("")
    third = start()
    third.box("RCC", TWO)
    assert len(third.findings) == 2


def test_a_replaced_image_is_told_of_and_its_findings_stay(
    qtbot: QtBot, start: Start, small_demo: Path, tmp_path: Path
) -> None:
    study = tmp_path / "study"
    shutil.copytree(small_demo, study)
    hand = start(study)
    hand.box("RCC", ONE)
    before = hand.findings
    kept(hand, qtbot)
    hand.window.close()
    file = pydicom.dcmread(study / "RCC.dcm")
    file.PixelData = bytes(reversed(file.PixelData))
    file.save_as(study / "RCC.dcm")
    again = start(study)
    assert again.findings == before
    assert "not the one that its findings were drawn on" in again.said
    assert "Not the image" in again.pane("RCC").picture.message
    assert again.pane("LCC").picture.message == ""
    again.window.actions_of["finding.fits"].trigger()
    assert again.pane("RCC").picture.message == ""
    assert again.findings == before


# One case after the other.


def open_two(hand: Annotator, qtbot: QtBot, folder: Path) -> None:
    hand.window.open_paths([folder])
    qtbot.waitUntil(lambda: len(hand.window.services.studies.state.cases) > 1, timeout=10_000)
    hand.window.open_study(hand.window.study_page.names[0])
    shown(hand, qtbot)


def shown(hand: Annotator, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: hand.ready, timeout=20_000)


@pytest.fixture
def two(start: Start, qtbot: QtBot, small_demo: Path, patients: Path) -> Annotator:
    hand = start()
    open_two(hand, qtbot, patients)
    return hand


@pytest.fixture
def patients(tmp_path: Path) -> Path:
    folder = tmp_path / "patients"
    for number in range(3):
        write_patient(folder / str(number), number)
    return folder


SMALL = Box(60.0, 40.0, 110.0, 90.0)


def test_an_unfinished_shape_is_let_go_with_its_case(two: Annotator, qtbot: QtBot) -> None:
    two.key(Key.Key_C)
    two.click("RCC", (60, 40), (100, 40))
    two.press("RCC", (100, 90))
    two.key(Key.Key_N)
    shown(two, qtbot)
    two.pull("RCC", (60, 90))
    two.release("RCC", (60, 90))
    two.key(Key.Key_Return)
    assert two.findings == ()
    two.click("RCC", (60, 40), (110, 40), (110, 100))
    two.key(Key.Key_Return)
    assert len(two.findings) == 1
    two.key(Key.Key_P)
    shown(two, qtbot)
    assert two.findings == ()


def test_a_note_that_is_being_typed_is_kept_with_its_own_study_when_the_next_case_comes(
    two: Annotator, qtbot: QtBot
) -> None:
    two.box("RCC", SMALL)
    two.key(Key.Key_Slash)
    two.window.side_panel.finding_form.note.setFocus()
    two.type("palpable")
    two.window.actions_of["case.next"].trigger()
    shown(two, qtbot)
    assert two.findings == ()
    two.box("RCC", SMALL)
    assert two.newest.note == ""
    two.window.actions_of["case.previous"].trigger()
    shown(two, qtbot)
    assert [one.note for one in two.findings] == ["palpable"]


def test_end_calls_the_study_normal_and_goes_on_but_not_over_a_finding(
    two: Annotator, qtbot: QtBot
) -> None:
    first = two.annotating.document.study_uid
    two.key(Key.Key_End)
    shown(two, qtbot)
    second = two.annotating.document.study_uid
    assert second != first
    two.box("RCC", SMALL)
    two.key(Key.Key_End)
    assert "Not called normal" in two.said
    assert two.annotating.document.study_uid == second
    assert two.annotating.document.opinion.overall is None
    two.key(Key.Key_P)
    shown(two, qtbot)
    assert two.annotating.document.opinion.overall is Assessment.NEGATIVE
    assert two.annotating.document.opinion.recall is False


class Mixed:
    """Marks of findings that were shown while another patient's study was open."""

    def __init__(self, hand: Annotator) -> None:
        """drawn: ids of all findings that there were, of any case."""
        self._hand = hand
        self.uids: list[str] = []
        self.drawn: set[UUID] = set()

    @property
    def own(self) -> set[str]:
        """Images of the case that is open."""
        exams = self._hand.window.services.reading.shown.exams
        return set() if exams is None else {view.ref.uid for view in exams.current.views}

    def look(self) -> None:
        self.drawn |= {one.id for one in self._hand.findings}
        panes = self._hand.window.reading_page.panes
        if any(pane.picture.image is not None and pane.picture.overlays for pane in panes):
            marks = (mark for one in self._hand.findings for mark in one.geometries)
            own = self.own
            self.uids += [
                mark.sop_instance_uid for mark in marks if mark.sop_instance_uid not in own
            ]


def hurried_box(hand: Annotator, chance: random.Random) -> bool:
    """Begin a box, and finish it perhaps; False where no image hangs yet."""
    if not any(
        pane.isVisible() and pane.picture.headline == ("RCC",) and pane.picture.placement
        for pane in hand.window.reading_page.panes
    ):
        return False
    hand.key(Key.Key_B)
    x, y = chance.uniform(50, 80), chance.uniform(20, 80)
    hand.press("RCC", (x, y))
    hand.pull("RCC", (x + 20, y + 20))
    if chance.random() < 0.6:
        hand.release("RCC", (x + 20, y + 20))
    return True


@pytest.mark.parametrize("seed", range(2))
def test_twenty_hurried_cases_never_show_or_keep_a_finding_under_another_patients_image(
    start: Start, qtbot: QtBot, patients: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    hand = start()
    mixed, chance, drawn = Mixed(hand), random.Random(seed), 0
    open_two(hand, qtbot, patients)
    delay_loading(monkeypatch, seed)
    for _ in range(20):
        drawn += hurried_box(hand, chance)
        mixed.look()
        hand.key(chance.choice((Key.Key_N, Key.Key_N, Key.Key_P)))
        until = time.monotonic() + chance.choice((0.0, 0.0, 0.01, 0.05, 0.3))
        while time.monotonic() < until:
            QApplication.processEvents()
            mixed.look()
    assert drawn > 5
    shown(hand, qtbot)  # one at leisure: those in a hurry may all have come before their reading
    hand.box("RCC", SMALL)
    mixed.look()
    found: set[UUID] = set()
    for name in hand.window.study_page.names:
        hand.window.open_study(name)
        shown(hand, qtbot)
        uids = {mark.sop_instance_uid for one in hand.findings for mark in one.geometries}
        found |= {one.id for one in hand.findings}
        assert uids <= mixed.own
        mixed.look()
    assert mixed.drawn
    assert found == mixed.drawn, "what was there once is kept"
    assert mixed.uids == []
