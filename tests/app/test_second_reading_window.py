"""The AI reading in the window, with real events, a real package and the worker's own process."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QTabBar
from pytestqt.qtbot import QtBot

from app.gui.models_handlers import ModelsHands
from app.gui.second_reading_start import start_second_reading
from app.presenters.second_reading.presenter import SecondReading
from app.presenters.second_reading.standing import AiState
from app.settings.declaration import Device
from domain.finding import Finding, FindingStatus, RejectionReason
from domain.geometry import ImageSize
from inference.packages import registry
from phantom.recipe import Content, StudyRecipe
from phantom.studies.options import DemoOptions
from phantom.studies.writing import write_study
from tests.support.annotator import CTRL, Annotator
from tests.support.qt_leaks import Leaks
from tests.support.small_networks import write_package
from tests.support.stage_packages import COARSE, write_contourer
from widgets.ai_strip.strip import AiStrip
from widgets.banner import CadState
from widgets.pane import overlays
from widgets.settings_dialog import SettingsDialog

Key = Qt.Key
PROPOSED, ACCEPTED = FindingStatus.PROPOSED, FindingStatus.ACCEPTED
SOON = 20_000
ENDED = "the AI's worker ended"
AiStart = Callable[..., Annotator]


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ai") / "study"
    recipe = StudyRecipe(7, Content.DEMO, size=ImageSize(512, 416))
    write_study(folder, recipe, DemoOptions())
    return folder


@pytest.fixture
def pixels(tmp_path: Path) -> Path:
    """Where pixels lie on their way to the worker."""
    return tmp_path / "cache" / "pixels"


@pytest.fixture
def begin(start: AiStart, study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AiStart:
    """Starts the program on the study with a package that marks what is bright."""
    monkeypatch.setenv("FOURVIEW_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(registry, "builtin_folder", lambda: tmp_path / "none")
    package(tmp_path)

    def begun(of: Path = study) -> Annotator:
        hand = start(of)
        start_second_reading(hand.window.services)
        return hand

    return begun


@pytest.fixture
def hand(begin: AiStart, qtbot: QtBot) -> Iterator[Annotator]:
    """The study is open and read; the reader has said nothing."""
    made = begin()
    until(qtbot, made, AiState.DONE)
    yield made
    made.window.close()


def package(tmp_path: Path, threshold: float = 0.8, **changed: object) -> Path:
    point = {
        "threshold": 0.8,
        "sensitivity": 0.6,
        "false_positives_per_image": 1.0,
        "low": 0.5,
        "high": 0.7,
        "measured_on": "nothing at all",
    }
    models = tmp_path / "data" / "models"
    told = {"operating_points": [point], "default_threshold": threshold} | changed
    made = write_package(models / "bright-cells", **told)
    registry.Registry(tmp_path / "none", models).activate("bright-cells")
    return made


def ai(hand: Annotator) -> SecondReading:
    return hand.window.services.second_reading


def strip(hand: Annotator) -> AiStrip:
    return hand.window.side_panel.ai_strip


def cad(hand: Annotator) -> CadState:
    return hand.window.second_reading.cad


def worker(hand: Annotator) -> int | None:
    """The worker's process number."""
    made = ai(hand)._worker
    return made.pid if made is not None else None


def until(qtbot: QtBot, hand: Annotator, state: AiState) -> None:
    qtbot.waitUntil(lambda: ai(hand).standing.state is state, timeout=SOON)


def runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def drawn(hand: Annotator) -> int:
    panes = [pane for pane in hand.window.reading_page.panes if pane.isVisible()]
    return sum(len(pane.picture.overlays) for pane in panes)


def read(hand: Annotator) -> list[str]:
    """Everything that can be read in the window."""
    widgets = (
        *hand.window.findChildren(QLabel),
        *hand.window.findChildren(QAbstractButton),
    )
    return [one.text() for one in widgets if one.isVisibleTo(hand.window)]


def standing(hand: Annotator) -> dict[FindingStatus, int]:
    live = hand.annotating.document.live
    return {one: sum(f.status is one for f in live) for one in {f.status for f in live}}


def of_id(hand: Annotator, finding: Finding) -> Finding:
    return hand.annotating.document.by_id[finding.id]


def test_nothing_of_what_was_found_can_be_seen_before_the_reader_has_an_opinion(
    hand: Annotator,
) -> None:
    assert ai(hand).standing.findings
    hand.key(Key.Key_Return, CTRL)
    assert "Say an overall assessment first" in hand.said
    for name in ("ai.accept_all", "ai.reject_all", "ai.looser", "ai.boxes", "finding.next"):
        hand.window.actions_of[name].trigger()
    for tab in (1, 2, 0):
        hand.window.side_panel.open_tab(tab)
        assert drawn(hand) == 0
        assert hand.window.side_panel.findChild(QTabBar).tabText(0) == "Findings"
        assert not [one for one in read(hand) if "Mass" in one or " below" in one]
    assert hand.annotating.document.findings == ()
    assert "Mass" not in hand.window.findings.report_text()
    assert cad(hand) is CadState.WAITING
    assert ai(hand).strictness.hidden == frozenset()


def test_end_records_the_opinion_and_stays_once_to_show_what_was_marked(hand: Annotator) -> None:
    hand.key(Key.Key_End)
    assert "The AI marked something" in hand.said
    first = hand.annotating.document.first_read
    assert first is not None
    assert first.findings == ()
    assert drawn(hand) > 0
    assert cad(hand) is CadState.FOUND
    hand.key(Key.Key_End)
    assert "last case" in hand.said
    assert "AFTER THE AI READING\nAI reading: bright-cells 1.0." in (
        hand.window.findings.report_text()
    )


def test_what_was_accepted_corrected_and_rejected_by_keys_is_there_again(
    hand: Annotator, begin: AiStart, qtbot: QtBot
) -> None:
    hand.key(Key.Key_End)
    hand.key(Key.Key_Tab)
    accepted = hand.annotating.leading
    hand.key(Key.Key_Return)
    hand.key(Key.Key_Tab)
    rejected = hand.annotating.leading
    hand.key(Key.Key_Backspace)
    menu = QApplication.activePopupWidget()
    assert menu is not None
    QTest.keyClick(menu, Key.Key_2)
    hand.key(Key.Key_Tab)
    edited = hand.annotating.leading
    assert None not in (accepted, rejected, edited)
    assert len({accepted.id, rejected.id, edited.id}) == 3
    (view,) = {
        one.name
        for one in hand.window.services.reading.shown.exams.current.views
        if one.ref.uid == edited.geometries[0].sop_instance_uid
    }
    box = edited.geometries[0].box
    hand.key(Key.Key_E)
    hand.drag(view, (box.right, box.bottom), (box.right + 9, box.bottom + 7))
    assert standing(hand)[FindingStatus.EDITED] == 1
    many = standing(hand)
    hand.window.close()

    again = begin()
    until(qtbot, again, AiState.DONE)
    assert standing(again) == many
    (taken,) = [one for one in again.findings if one.parent_id == accepted.id]
    assert taken.status is ACCEPTED
    assert of_id(again, rejected).rejection is RejectionReason.NODE
    assert of_id(again, edited).provenance == edited.provenance
    (child,) = [one for one in again.findings if one.parent_id == edited.id]
    assert child.geometries[0].box.right > box.right
    assert again.annotating.document.first_read is not None
    assert "Mass taken over from the AI reading." in again.window.findings.report_text()


def test_all_marks_are_accepted_in_one_step_that_undo_takes_back(hand: Annotator) -> None:
    hand.key(Key.Key_End)
    many = standing(hand)
    hand.window.actions_of["ai.accept_all"].trigger()
    assert ACCEPTED in standing(hand)
    assert "0 shown" in strip(hand).said
    hand.key(Key.Key_Z, CTRL)
    assert standing(hand) == many
    hand.window.actions_of["ai.reject_all"].trigger()
    assert standing(hand)[FindingStatus.REJECTED] == many[PROPOSED]


def test_the_slider_and_layers_say_what_is_shown(hand: Annotator) -> None:
    hand.key(Key.Key_End)
    before = len(hand.findings)
    assert before < len(ai(hand).standing.findings)
    assert "Expect 60 of 100 lesions at 1 false mark an image" in strip(hand).said
    slider = strip(hand).slider
    QTest.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(slider.width() * 17 // 20, 5))
    fewer = len(hand.findings)
    assert fewer < before
    assert "Expect at most 60 of 100 lesions at up to 1 false mark an image" in strip(hand).said
    right = QPoint(slider.width() - 1, 5)
    QTest.mouseClick(slider, Qt.MouseButton.LeftButton, pos=right)
    assert not hand.findings
    assert cad(hand) is CadState.NOTHING_SHOWN, "marks that the slider hides are not nothing"
    QTest.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(slider.width() // 4, 5))
    assert len(hand.findings) > before
    assert len(hand.annotating.document.findings) == len(ai(hand).standing.findings)
    unjudged = f"{len(hand.findings)} neither accepted nor rejected"
    assert unjudged in hand.window.findings.report_text()
    hand.key(Key.Key_F5)
    assert drawn(hand) == 0
    hand.key(Key.Key_F5)
    assert drawn(hand) > 0


def test_contours_come_after_the_boxes_and_are_switched_on_their_own(
    begin: AiStart, qtbot: QtBot, tmp_path: Path
) -> None:
    package(tmp_path, 0.6, inputs=COARSE)  # whose boxes are large enough to have a contour
    models = tmp_path / "data" / "models"
    write_contourer(models / "contour")
    registry.Registry(tmp_path / "none", models).activate("contour")
    hand = begin()
    until(qtbot, hand, AiState.DONE)
    assert all(mark.toolTip().endswith("boxes, contours") for mark in strip(hand).views.marks)
    hand.key(Key.Key_End)
    marks = [one.geometries[0] for one in hand.findings]
    assert any(one.contour for one in marks)
    with_contours = drawn_shapes(hand)
    assert overlays.Line in with_contours
    hand.window.actions_of["ai.contours"].trigger()
    assert overlays.Line not in drawn_shapes(hand)
    assert drawn_shapes(hand).count(overlays.Rectangle) > with_contours.count(overlays.Rectangle)
    hand.window.close()


def drawn_shapes(hand: Annotator) -> list[type]:
    panes = [pane for pane in hand.window.reading_page.panes if pane.isVisible()]
    return [type(one) for pane in panes for one in pane.picture.overlays]


def test_a_worker_that_is_killed_while_it_reads_reads_anew(
    begin: AiStart, qtbot: QtBot, leaks: Leaks
) -> None:
    leaks.expected.append(ENDED)
    hand = begin()
    killed: list[int] = []

    def kill() -> bool:
        pid = worker(hand)
        if not killed and pid is not None and ai(hand).standing.state is AiState.RUNNING:
            os.kill(pid, signal.SIGKILL)
            killed.append(pid)
        return bool(killed)

    ai(hand).changed.connect(kill)
    qtbot.waitUntil(lambda: "started again" in hand.said, timeout=SOON)
    views = ai(hand).standing.views.values()
    assert len(views) == 4
    hand.key(Key.Key_I)  # reading goes on
    assert hand.window.services.model.state.panes[0].grey.invert
    until(qtbot, hand, AiState.DONE)
    assert ai(hand).standing.findings
    assert worker(hand) not in killed


def test_closing_while_it_reads_leaves_no_process_and_no_pixels(
    begin: AiStart, qtbot: QtBot, pixels: Path
) -> None:
    hand = begin()
    qtbot.waitUntil(
        lambda: worker(hand) is not None and ai(hand).standing.state is AiState.RUNNING,
        timeout=SOON,
    )
    pid = worker(hand)
    assert list(pixels.iterdir())
    hand.window.close()
    qtbot.waitUntil(lambda: not runs(pid), timeout=5_000)
    assert list(pixels.iterdir()) == []


def test_a_window_that_is_closed_at_once_starts_no_worker(begin: AiStart, qtbot: QtBot) -> None:
    hand = begin()
    hand.window.close()
    qtbot.wait(600)
    assert worker(hand) is None


def test_a_broken_package_is_said_where_its_marks_would_be(
    begin: AiStart, qtbot: QtBot, tmp_path: Path
) -> None:
    network = tmp_path / "data" / "models" / "bright-cells" / "network.onnx"
    data = bytearray(network.read_bytes())
    data[len(data) // 2] ^= 1
    network.write_bytes(bytes(data))
    hand = begin()
    qtbot.waitUntil(lambda: bool(ai(hand).trouble), timeout=SOON)
    assert "gone or broken" in strip(hand).said
    assert "Accept all" not in strip(hand).said
    assert cad(hand) is CadState.FAILED
    hand.key(Key.Key_End)
    assert hand.annotating.document.opinion.recall is False


def test_another_package_reads_from_the_moment_it_is_chosen(
    hand: Annotator, qtbot: QtBot, tmp_path: Path
) -> None:
    before = worker(hand)
    write_package(tmp_path / "data" / "models" / "newer", id="newer", title="Newer")
    ModelsHands(hand.window)._ask("activate", "newer")
    qtbot.waitUntil(lambda: any("newer" in one for one in ai(hand).read_by), timeout=SOON)
    until(qtbot, hand, AiState.DONE)
    assert before is not None
    assert worker(hand) not in (None, before)
    qtbot.waitUntil(lambda: not runs(before), timeout=5_000)
    assert ai(hand).standing.findings


@pytest.mark.parametrize(
    ("device", "says"), [(Device.CPU, ""), (Device.CUDA, "CUDA was asked for, but")]
)
def test_another_device_is_used_once_the_settings_are_closed_or_it_is_said_why_not(
    hand: Annotator, qtbot: QtBot, device: Device, says: str
) -> None:
    before = worker(hand)

    def choose() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, SettingsDialog)
        settings = hand.window.services.settings
        own = settings.ai.model_copy(update={"device": device})
        dialog.changed.emit(settings.model_copy(update={"ai": own}))
        dialog.reject()

    QTimer.singleShot(0, choose)
    hand.window.actions_of["file.settings"].trigger()
    qtbot.waitUntil(lambda: says in hand.said, timeout=SOON)
    qtbot.waitUntil(lambda: worker(hand) not in (None, before), timeout=SOON)
    until(qtbot, hand, AiState.DONE)
    assert before is not None
    qtbot.waitUntil(lambda: not runs(before), timeout=5_000)
