from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from widgets.action_row import ActionRow, Condition
from widgets.actions import ActionSet, shown_keys

ROWS = (
    ActionRow("size.fit", "Fit", "Look", ("F",), "fit", choice="size", rail="look"),
    ActionRow("size.same", "Same size", "Look", ("S",), "same-size", choice="size", rail="look"),
    ActionRow("grey.invert", "Invert", "Look", ("I",), "invert", checkable=True),
    ActionRow("step.next", "Next step", "Case", ("PgDown",), needs=frozenset({Condition.IMAGE})),
    ActionRow("look.overlays", "Hide overlays", "Look", ("O",), held=True),
)


@pytest.fixture
def window(qtbot) -> QWidget:
    window = QWidget()
    QVBoxLayout(window)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.setFocus()
    return window


@pytest.fixture
def actions(window) -> ActionSet:
    return ActionSet(ROWS, window)


def heard(signal) -> list:
    calls: list = []
    signal.connect(lambda *args: calls.append(args[0] if len(args) == 1 else args))
    return calls


def test_a_key_triggers_its_action(qtbot, window, actions) -> None:
    calls = heard(actions.triggered)
    qtbot.keyClick(window, Qt.Key.Key_F)
    assert calls == ["size.fit"]


def test_an_action_is_disabled_until_all_it_needs_is_there(qtbot, window, actions) -> None:
    calls = heard(actions.triggered)
    qtbot.keyClick(window, Qt.Key.Key_PageDown)
    assert calls == []
    actions.enable({Condition.IMAGE})
    qtbot.keyClick(window, Qt.Key.Key_PageDown)
    assert calls == ["step.next"]


def test_actions_of_one_choice_exclude_each_other(qtbot, window, actions) -> None:
    qtbot.keyClick(window, Qt.Key.Key_F)
    qtbot.keyClick(window, Qt.Key.Key_S)
    assert not actions["size.fit"].isChecked()
    assert actions["size.same"].isChecked()


def test_a_switch_tells_whether_it_is_on(qtbot, window, actions) -> None:
    calls = heard(actions.toggled)
    qtbot.keyClick(window, Qt.Key.Key_I)
    qtbot.keyClick(window, Qt.Key.Key_I)
    assert calls == [("grey.invert", True), ("grey.invert", False)]


def test_showing_a_switch_as_on_tells_nobody(actions) -> None:
    calls = heard(actions.toggled)
    actions.check("grey.invert", True)
    assert actions["grey.invert"].isChecked()
    assert calls == []


def test_a_held_action_lasts_from_press_to_release(qtbot, window, actions) -> None:
    calls = heard(actions.held)
    qtbot.keyPress(window, Qt.Key.Key_O)
    assert calls == [("look.overlays", True)]
    qtbot.keyPress(window, Qt.Key.Key_O)
    assert len(calls) == 1
    qtbot.keyRelease(window, Qt.Key.Key_O)
    assert calls[1:] == [("look.overlays", False)]


def test_a_held_action_ends_when_the_window_loses_the_keys(qtbot, window, actions) -> None:
    calls = heard(actions.held)
    qtbot.keyPress(window, Qt.Key.Key_O)
    other = QWidget()
    qtbot.addWidget(other)
    other.show()
    other.activateWindow()
    qtbot.waitUntil(lambda: len(calls) == 2)
    assert calls[-1] == ("look.overlays", False)


def test_letters_typed_in_a_field_are_text_and_no_commands(qtbot, window, actions) -> None:
    field = QLineEdit()
    window.layout().addWidget(field)
    field.setFocus()
    triggered, held = heard(actions.triggered), heard(actions.held)
    qtbot.keyClicks(field, "fos")
    assert field.text() == "fos"
    assert triggered == []
    assert held == []


def test_the_readers_own_key_takes_the_place_of_the_made_one(qtbot, window, actions) -> None:
    calls = heard(actions.triggered)
    actions.rekey({"size.fit": "Ctrl+J"})
    qtbot.keyClick(window, Qt.Key.Key_F)
    assert calls == []
    qtbot.keyClick(window, Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    assert calls == ["size.fit"]
    assert "Ctrl+J" in actions["size.fit"].toolTip()


def test_an_empty_key_takes_the_key_away_and_none_gives_it_back(actions) -> None:
    actions.rekey({"size.fit": ""})
    assert shown_keys(actions["size.fit"]) == []
    actions.rekey({})
    assert actions.key_of("size.fit") == "F"


def test_a_key_knows_its_owner(actions) -> None:
    assert actions.owner_of("O") == "look.overlays"
    assert actions.owner_of("Ctrl+Alt+7") == ""
    assert actions.owner_of("") == ""
