"""The panel beside the images while two readings are compared, by real clicks and keys."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from annotations.agreement.deciding import Choice
from widgets.comparison.lines import parts
from widgets.comparison.panel import ComparisonPanel
from widgets.comparison.state import Cell, ComparedLine, ComparisonState, ReaderHead

LEFT = Qt.MouseButton.LeftButton
LINES = (
    ComparedLine("Recall", Cell("yes"), Cell("no"), differs=True),
    ComparedLine("1   Dice 0.61", Cell("4B  Mass"), Cell("3  Mass"), "IoU 0.43", True, None, True),
    ComparedLine(
        "2", Cell("4C  Mass", "RCC"), Cell("not marked", there=False), "", True, None, True
    ),
)
STATE = ComparisonState(
    (ReaderHead("AW", "Anna Weber", "2026-11-20"), ReaderHead("BE", "berta", "2026-11-21")),
    LINES,
    ("Anna Weber recalls, berta does not",),
)
DECIDING = replace(STATE, arbitrates=True)


@pytest.fixture
def panel(qtbot: QtBot) -> ComparisonPanel:
    made = ComparisonPanel()
    qtbot.addWidget(made)
    made.resize(made.width(), 700)
    made.show_comparison(STATE)
    made.show()
    return made


def place(panel: ComparisonPanel, row: int, choice: Choice) -> QPoint:
    area = panel.list.visualRect(panel.list.model().index(row, 0))
    return parts(area)[1 if choice is Choice.FIRST else 2].center()


def decided(*choices: Choice | None) -> ComparisonState:
    lines = tuple(replace(line, choice=choice) for line, choice in zip(LINES, choices, strict=True))
    return replace(DECIDING, lines=lines)


def test_it_says_who_reads_and_why_a_third_reader_must_decide(panel: ComparisonPanel) -> None:
    for words in ("AW Anna Weber", "BE berta", "Anna Weber recalls, berta does not"):
        assert words in panel.said
    panel.show_comparison(replace(STATE, discordances=()))
    assert "no third reader is needed" in panel.said


def test_who_only_looks_can_ask_to_decide_and_nothing_else(panel: ComparisonPanel) -> None:
    seen = {name for name, button in panel.buttons.items() if button.isVisible()}
    assert seen == {"arbitrate"}
    panel.show_comparison(replace(STATE, obstacle="Who read the study can look, but not decide"))
    assert not any(button.isVisible() for button in panel.buttons.values())
    assert "not decide" in panel.said


def test_a_click_on_a_line_shows_it_and_takes_nothing(qtbot: QtBot, panel: ComparisonPanel) -> None:
    panel.show_comparison(DECIDING)
    taken: list[object] = []
    panel.list.taken.connect(lambda *what: taken.append(what))
    with qtbot.waitSignal(panel.list.chosen) as chosen:
        qtbot.mouseClick(panel.list.viewport(), LEFT, pos=place(panel, 1, Choice.SECOND))
    assert chosen.args == [1]
    assert not taken


@pytest.mark.parametrize(
    ("key", "choice"),
    [
        (Qt.Key.Key_Left, Choice.FIRST),
        (Qt.Key.Key_Right, Choice.SECOND),
        (Qt.Key.Key_Delete, Choice.NEITHER),
    ],
)
def test_keys_take_a_side_of_the_line_that_is_shown(
    qtbot: QtBot, panel: ComparisonPanel, key: Qt.Key, choice: Choice
) -> None:
    panel.show_comparison(replace(DECIDING, selected=0))
    qtbot.keyClick(panel.list, Qt.Key.Key_Down)
    with qtbot.waitSignal(panel.list.taken) as taken:
        qtbot.keyClick(panel.list, key)
    assert taken.args == [1, choice]


def test_a_double_click_takes_the_cell_under_it(qtbot: QtBot, panel: ComparisonPanel) -> None:
    panel.show_comparison(DECIDING)
    at = place(panel, 2, Choice.FIRST)
    qtbot.mouseClick(panel.list.viewport(), LEFT, pos=at)
    with qtbot.waitSignal(panel.list.taken) as taken:
        qtbot.mouseDClick(panel.list.viewport(), LEFT, pos=at)
    assert taken.args == [2, Choice.FIRST]


def test_a_reader_who_did_not_mark_a_finding_can_not_be_taken_in_it(
    panel: ComparisonPanel,
) -> None:
    panel.show_comparison(replace(DECIDING, selected=2))
    names = ("first", "second", "neither")
    assert [panel.buttons[name].isEnabled() for name in names] == [True, False, True]
    panel.show_comparison(replace(DECIDING, selected=0))
    assert [panel.buttons[name].isEnabled() for name in names] == [True, True, False]


def test_a_decision_waits_for_every_line(qtbot: QtBot, panel: ComparisonPanel) -> None:
    panel.show_comparison(decided(Choice.FIRST, None, Choice.NEITHER))
    assert not panel.buttons["decide"].isEnabled()
    assert "1 line is open" in panel.said
    panel.show_comparison(decided(Choice.FIRST, Choice.SECOND, Choice.NEITHER))
    with qtbot.waitSignal(panel.decide_asked):
        qtbot.mouseClick(panel.buttons["decide"], LEFT)


def test_nothing_can_be_asked_twice_while_the_archive_is_busy(panel: ComparisonPanel) -> None:
    whole = decided(Choice.FIRST, Choice.SECOND, Choice.NEITHER)
    panel.show_comparison(replace(whole, busy=True, selected=0))
    assert not any(button.isEnabled() for button in panel.buttons.values())


@pytest.mark.parametrize(
    ("name", "choice"),
    [("all_first", Choice.FIRST), ("all_second", Choice.SECOND), ("both", None)],
)
def test_one_reading_whole_or_both_can_be_taken(
    qtbot: QtBot, panel: ComparisonPanel, name: str, choice: Choice | None
) -> None:
    panel.show_comparison(DECIDING)
    with qtbot.waitSignal(panel.all_taken) as taken:
        qtbot.mouseClick(panel.buttons[name], LEFT)
    assert taken.args == [choice]


def test_what_was_decided_is_told_and_can_not_be_changed(panel: ComparisonPanel) -> None:
    panel.show_comparison(
        replace(decided(Choice.FIRST, None, None), arbitrates=False, decided_by="clara")
    )
    assert "Decided by clara" in panel.said
    assert not any(button.isVisible() for button in panel.buttons.values())
    assert panel.list.lines[0].choice is Choice.FIRST
