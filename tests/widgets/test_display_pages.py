"""The pages about the screen itself, by real mouse and key events."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from viewing.test_patterns import Pattern, drawn
from widgets.calibration_page import LEAST_MM, MOST_MM, CalibrationPage
from widgets.screen_notice import screen_notice
from widgets.test_pattern import TestPatternPage

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(qtbot: QtBot) -> Iterator[CalibrationPage]:
    made = CalibrationPage("DP-1", 0.25)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.resize(1200, 800)
    made.show()
    yield made
    made.close()


@pytest.fixture
def patterns(qtbot: QtBot) -> Iterator[TestPatternPage]:
    made = TestPatternPage()
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.resize(640, 400)
    made.show()
    yield made
    made.close()


def length(page: CalibrationPage) -> float:
    first, last = page.line
    return last.x() - first.x()


def drag_end(page: CalibrationPage, qtbot: QtBot, by: int) -> None:
    end = page.line[1].toPoint()
    board = page.childAt(end)
    assert board is not None
    qtbot.mousePress(board, LEFT, pos=board.mapFrom(page, end))
    for share in (by // 2, by):
        qtbot.mouseMove(board, board.mapFrom(page, end + QPoint(share, 0)))
    qtbot.mouseRelease(board, LEFT, pos=board.mapFrom(page, end + QPoint(by, 0)))


def test_the_line_is_as_long_as_the_ruler_by_the_size_that_is_known(page: CalibrationPage) -> None:
    assert length(page) == pytest.approx(400)


def test_a_longer_line_means_smaller_pixels(page: CalibrationPage, qtbot: QtBot) -> None:
    drag_end(page, qtbot, 100)
    assert length(page) == pytest.approx(500, abs=1)
    assert page.millimetres == pytest.approx(100 / length(page))


def test_enter_keeps_what_was_measured_and_closes(page: CalibrationPage, qtbot: QtBot) -> None:
    drag_end(page, qtbot, 200)
    with qtbot.waitSignal(page.kept) as heard:
        qtbot.keyClick(page, Qt.Key.Key_Return)
    assert heard.args == [pytest.approx(100 / 600, rel=0.01)]
    assert not page.isVisible()


def test_escape_keeps_nothing(page: CalibrationPage, qtbot: QtBot) -> None:
    drag_end(page, qtbot, 200)
    with qtbot.assertNotEmitted(page.kept):
        qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert not page.isVisible()


def test_a_bank_card_measures_the_same_pixels_with_a_shorter_line(
    page: CalibrationPage, qtbot: QtBot
) -> None:
    card = next(one for one in page.findChildren(QPushButton) if "card" in one.text())
    qtbot.mouseClick(card, LEFT)
    assert page.millimetres == pytest.approx(0.25)
    assert length(page) == pytest.approx(85.6 / 0.25)


def test_arrows_move_the_end_by_a_pixel_and_with_shift_by_ten(
    page: CalibrationPage, qtbot: QtBot
) -> None:
    qtbot.keyClick(page, Qt.Key.Key_Right)
    assert length(page) == pytest.approx(401)
    qtbot.keyClick(page, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert length(page) == pytest.approx(391)


@pytest.mark.parametrize("by", [-5000, 5000])
def test_no_drag_makes_an_impossible_pixel(page: CalibrationPage, qtbot: QtBot, by: int) -> None:
    drag_end(page, qtbot, by)
    assert LEAST_MM <= page.millimetres <= MOST_MM
    assert page.line[1].x() < page.width()


def test_each_pixel_of_a_pattern_is_a_pixel_of_the_screen(
    patterns: TestPatternPage, qtbot: QtBot
) -> None:
    qtbot.keyClick(patterns, Qt.Key.Key_H)
    qtbot.keyClick(patterns, Qt.Key.Key_Right)
    qtbot.keyClick(patterns, Qt.Key.Key_Right)
    assert patterns.pattern is Pattern.LINES
    image = patterns.grab().toImage()
    seen = [image.pixelColor(x, 50).red() for x in range(image.width())]
    assert seen == drawn(Pattern.LINES, 400, 640)[50].tolist()


def test_patterns_go_round_and_escape_closes(patterns: TestPatternPage, qtbot: QtBot) -> None:
    seen = []
    for _ in Pattern:
        seen.append(patterns.pattern)
        qtbot.mouseClick(patterns, LEFT)
    assert seen == list(Pattern)
    assert patterns.pattern is Pattern.OVERVIEW
    qtbot.keyClick(patterns, Qt.Key.Key_Left)
    assert patterns.pattern is Pattern.BRIGHT
    qtbot.keyClick(patterns, Qt.Key.Key_Escape)
    assert not patterns.isVisible()


def test_the_text_can_be_hidden(patterns: TestPatternPage, qtbot: QtBot) -> None:
    assert "5 %" in patterns.said
    with_text = patterns.grab().toImage()
    qtbot.keyClick(patterns, Qt.Key.Key_H)
    QApplication.processEvents()
    assert patterns.said == ""
    assert patterns.grab().toImage() != with_text


@pytest.mark.parametrize(
    ("width", "height", "calibrated", "words"),
    [
        (1920, 1080, False, ("too small", "2.1 MP", "not calibrated")),
        (1920, 1080, True, ("too small",)),
        (2048, 2560, False, ("not calibrated", "Help, Calibrate the screen")),
    ],
)
def test_the_notice_says_what_is_wrong_and_what_to_do(
    width: int, height: int, calibrated: bool, words: tuple[str, ...]
) -> None:
    said = screen_notice(width, height, calibrated=calibrated)
    assert all(word in said for word in words)
    assert ("small" in said, "calibrated" in said) == (width < 2000, not calibrated)


def test_a_good_screen_needs_no_notice() -> None:
    assert screen_notice(2048, 2560, calibrated=True) == ""
