"""A text that is typed is said once, for what it was typed for."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from widgets.choices.typed import TypedText


@pytest.fixture(params=[1, 3], ids=["one line", "three lines"])
def typed(qtbot, request):
    window = QWidget()
    qtbot.addWidget(window)
    field, other = TypedText("Note", lines=request.param), TypedText("Other")
    column = QVBoxLayout(window)
    column.addWidget(field)
    column.addWidget(other)
    window.show()
    window.activateWindow()
    field.show_text("first", "kept")
    field.setFocus()
    qtbot.waitUntil(field.field.hasFocus)
    qtbot.keyClick(field.field, Qt.Key.Key_End)
    field.heard = []
    field.said.connect(lambda owner, text: field.heard.append((owner, text)))
    field.other, field.window_ = other, window
    return field


def test_a_text_is_said_once_when_the_field_is_left(qtbot, typed) -> None:
    qtbot.keyClicks(typed.field, " new")
    assert typed.heard == []
    typed.other.setFocus()
    typed.flush()
    assert typed.heard == [("first", "kept new")]


def test_leaving_a_field_that_was_not_changed_says_nothing(typed) -> None:
    typed.other.setFocus()
    assert typed.heard == []


def test_what_was_typed_is_said_for_its_owner_before_anothers_is_shown(qtbot, typed) -> None:
    qtbot.keyClicks(typed.field, " new")
    typed.show_text("second", "of the second")
    assert typed.heard == [("first", "kept new")]
    assert typed.text == "of the second"
    typed.flush()
    assert len(typed.heard) == 1


def test_typing_goes_on_while_the_same_owner_is_shown_again(qtbot, typed) -> None:
    qtbot.keyClicks(typed.field, " new")
    typed.show_text("first", "kept")
    assert typed.text == "kept new"
    typed.flush()
    typed.show_text("first", "kept")  # undone
    assert typed.text == "kept"


@pytest.mark.parametrize(
    ("key", "by"), [(Qt.Key.Key_Tab, [1]), (Qt.Key.Key_Backtab, [-1]), (Qt.Key.Key_Escape, [])]
)
def test_keys_lead_out_and_keep_what_was_typed(qtbot, typed, key, by) -> None:
    steps, out = [], []
    typed.stepped.connect(steps.append)
    typed.escaped.connect(lambda: out.append(True))
    qtbot.keyClicks(typed.field, " new")
    qtbot.keyClick(typed.field, key)
    assert steps == by
    assert bool(out) is (not by)
    assert typed.heard == [("first", "kept new")]


def test_enter_ends_one_line_and_breaks_several(qtbot, typed) -> None:
    steps = []
    typed.stepped.connect(steps.append)
    qtbot.keyClick(typed.field, Qt.Key.Key_Return)
    lines = typed.text.count("\n")
    assert (len(steps), lines) in {(1, 0), (0, 1)}
    assert (lines == 0) is (typed.field.__class__.__name__ == "QLineEdit")
