"""What the window says is true of what is on the screen now."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.gui.main_window import MainWindow
from domain.geometry import Box
from tests.support.annotator import Annotator

Key, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier
AGAIN = CTRL | Qt.KeyboardModifier.ShiftModifier
Start = Callable[..., Annotator]


def quiet(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.services.studies.state.busy, timeout=20_000)
    qtbot.waitUntil(lambda: not window.services.jobs.statuses, timeout=20_000)


def test_that_a_folder_held_no_mammogram_is_not_said_of_the_next_one(
    start: Start, qtbot: QtBot, tmp_path: Path, small_demo: Path
) -> None:
    hand = start()
    empty = tmp_path / "letters"
    empty.mkdir()
    (empty / "letter.txt").write_text("no image")
    hand.window.open_paths([empty])
    quiet(hand.window, qtbot)
    assert "No mammogram there" in hand.said
    hand.window.open_paths([small_demo])
    quiet(hand.window, qtbot)
    assert "No mammogram there" not in hand.said


def test_a_finding_that_comes_back_is_selected(start: Start) -> None:
    hand = start()
    hand.box("RCC", Box(420, 300, 560, 460))
    hand.box("LCC", Box(220, 300, 360, 460))
    first, second = (one.id for one in hand.findings)
    hand.annotating.select((first,))
    hand.key(Key.Key_Delete)
    assert hand.annotating.selected == ()
    hand.key(Key.Key_Z, CTRL)
    assert hand.annotating.selected == (first,)
    hand.annotating.select((second,))
    hand.key(Key.Key_Z, AGAIN)
    assert [one.id for one in hand.findings] == [second]
    assert hand.annotating.selected == (second,)


def test_what_is_done_in_the_form_takes_back_what_was_said_of_undo(start: Start) -> None:
    hand = start()
    hand.box("RCC", Box(420, 300, 560, 460))
    hand.key(Key.Key_Z, CTRL)
    hand.key(Key.Key_Z, AGAIN)
    assert "Done again" in hand.said
    hand.annotating.select((hand.newest.id,))
    hand.key(Key.Key_Slash)
    hand.type("o")
    assert "Done again" not in hand.said
