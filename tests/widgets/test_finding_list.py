"""The list of findings stands still while marks come in, and lights what belongs together."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QEnterEvent, QMouseEvent
from PySide6.QtWidgets import QApplication

from widgets.finding_list import ROW_HEIGHT, FindingList, FindingRow, Whose
from widgets.theme import THEME

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def listed(qtbot):
    shown = FindingList()
    qtbot.addWidget(shown)
    shown.resize(320, 3 * ROW_HEIGHT)
    shown.show()
    return shown


def _rows(*names):
    return tuple(FindingRow(name, "Mass", whose=Whose.AI) for name in names)


def _order(listed):
    model = listed.view.model()
    return [
        model.item(place).data(Qt.ItemDataRole.UserRole + 1).id for place in range(model.rowCount())
    ]


def _top(listed, name):
    """How many pixels below the list's upper edge a row begins."""
    index = listed.view.model().index(_order(listed).index(name), 0)
    return listed.view.visualRect(index).top()


def _enter(listed, at):
    viewport = listed.view.viewport()
    place, far = QPointF(at), QPointF(viewport.mapToGlobal(at))
    QApplication.sendEvent(viewport, QEnterEvent(place, place, far))
    none = Qt.MouseButton.NoButton
    kind = QEvent.Type.MouseMove
    move = QMouseEvent(kind, place, far, none, none, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(viewport, move)


def _leave(listed):
    QApplication.sendEvent(listed.view.viewport(), QEvent(QEvent.Type.Leave))


def test_marks_that_come_in_above_do_not_move_what_the_reader_has_scrolled_to(listed):
    listed.show_findings(_rows(*"abcdefghij"))
    listed.view.verticalScrollBar().setValue(listed.view.verticalScrollBar().maximum() // 2)
    first = next(one for one in _order(listed) if _top(listed, one) >= 0)
    before = _top(listed, first)
    listed.show_findings(_rows("x", *"abc", "y", *"defghij", "z"))
    assert _top(listed, first) == before


def test_the_selected_row_stays_where_it_is_seen(listed):
    listed.show_findings(_rows(*"abcdefghij"))
    listed.show_findings(_rows(*"abcdefghij"), "e")
    before = _top(listed, "e")
    assert 0 <= before < 3 * ROW_HEIGHT
    listed.show_findings(_rows("x", "y", *"abcdefghij"), "e")
    assert _top(listed, "e") == before
    listed.show_findings(_rows(*"acdefghij"), "e")
    assert _top(listed, "e") == before


def test_a_reader_who_scrolled_away_from_the_selected_row_is_not_called_back(listed):
    listed.show_findings(_rows(*"abcdefghij"), "a")
    listed.view.verticalScrollBar().setValue(listed.view.verticalScrollBar().maximum())
    before = _top(listed, "j")
    listed.show_findings(_rows(*"abcdefghijk"), "a")
    assert _top(listed, "j") == before


def test_another_selection_is_brought_into_sight(listed):
    listed.show_findings(_rows(*"abcdefghij"), "a")
    listed.show_findings(_rows(*"abcdefghij"), "j")
    assert 0 <= _top(listed, "j") <= 2 * ROW_HEIGHT


def test_nothing_moves_under_the_pointer(qtbot, listed):
    listed.show_findings(_rows("a", "b"))
    at = QPoint(100, ROW_HEIGHT + 10)
    _enter(listed, at)
    listed.show_findings(_rows("x", "b", "y", "a"))
    assert _order(listed) == ["a", "b", "x", "y"]
    with qtbot.waitSignal(listed.chosen) as heard:
        qtbot.mouseClick(listed.view.viewport(), LEFT, pos=at)
    assert heard.args == ["b"]
    _leave(listed)
    assert _order(listed) == ["x", "b", "y", "a"]


def test_a_row_that_is_gone_goes_even_under_the_pointer(listed):
    listed.show_findings(_rows("a", "b", "c"))
    _enter(listed, QPoint(100, 10))
    listed.show_findings(_rows("c", "a"))
    assert _order(listed) == ["a", "c"]


def test_the_row_under_the_pointer_is_told_and_that_there_is_none_any_more(listed):
    heard = []
    listed.hovered.connect(heard.append)
    listed.show_findings(_rows("a", "b"))
    _enter(listed, QPoint(100, 10))
    _enter(listed, QPoint(120, 12))
    _enter(listed, QPoint(100, ROW_HEIGHT + 10))
    _leave(listed)
    assert heard == ["a", "b", ""]


def test_what_corresponds_to_the_selected_one_is_lit(listed):
    plain, lit = FindingRow("a", "Mass"), FindingRow("b", "Mass", lit=True)
    listed.show_findings((plain, lit))
    image = listed.view.viewport().grab().toImage()
    grounds = [image.pixelColor(150, place * ROW_HEIGHT + 3).name() for place in (0, 1)]
    assert grounds[1] == THEME.raised
    assert grounds[0] != grounds[1]


def test_the_pointer_below_the_last_row_points_at_none(listed):
    heard = []
    listed.hovered.connect(heard.append)
    listed.show_findings(_rows("a"))
    _enter(listed, QPoint(100, 10))
    _enter(listed, QPoint(100, 2 * ROW_HEIGHT + 10))
    assert heard == ["a", ""]


def test_findings_of_another_case_are_listed_from_the_first_on(listed):
    listed.show_findings(_rows(*"abcdefghij"))
    listed.view.verticalScrollBar().setValue(listed.view.verticalScrollBar().maximum())
    assert _top(listed, "a") < 0
    listed.show_findings(())
    listed.show_findings(_rows(*"klmnopqrst"))
    assert _top(listed, "k") == 0
    listed.view.verticalScrollBar().setValue(listed.view.verticalScrollBar().maximum())
    listed.show_findings(_rows(*"uvwxyz"))
    assert _top(listed, "u") == 0
