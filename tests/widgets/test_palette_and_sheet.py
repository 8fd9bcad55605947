from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.action_rows import GESTURES
from app.actions import ACTIONS
from widgets.action_row import Condition
from widgets.actions import ActionSet
from widgets.palette import Palette
from widgets.shortcut_sheet import ShortcutSheet

Key, LEFT = Qt.Key, Qt.MouseButton.LeftButton


@pytest.fixture
def window(qtbot) -> QWidget:
    window = QWidget()
    QVBoxLayout(window).addWidget(QLineEdit())
    qtbot.addWidget(window)
    window.resize(900, 700)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


@pytest.fixture
def actions(window) -> ActionSet:
    actions = ActionSet(ACTIONS, window)
    actions.enable(set(Condition))
    return actions


@pytest.fixture
def palette(actions, window) -> Palette:
    palette = Palette(actions, window)
    palette.open()
    return palette


def test_typing_and_enter_do_the_action(qtbot, actions, palette) -> None:
    qtbot.keyClicks(palette.field, "inv")
    assert palette.titles[0] == "Invert"
    with qtbot.waitSignal(actions.toggled) as heard:
        qtbot.keyClick(palette.field, Key.Key_Return)
    assert heard.args == ["grey.invert", True]
    assert palette.isHidden()


def test_arrows_choose_among_what_is_found(qtbot, actions, palette) -> None:
    qtbot.keyClicks(palette.field, "size")
    wanted = palette.titles[1]
    chosen: list[str] = []
    actions.triggered.connect(chosen.append)
    qtbot.keyClick(palette.field, Key.Key_Down)
    qtbot.keyClick(palette.field, Key.Key_Return)
    assert [actions[one].text() for one in chosen] == [wanted]


def test_what_can_not_be_done_now_is_not_offered(actions, palette) -> None:
    actions.enable(set())
    palette.open()
    assert "Invert" not in palette.titles
    assert "Settings" in palette.titles


def test_escape_leaves_and_gives_the_focus_back(qtbot, window, actions) -> None:
    field = window.findChild(QLineEdit)
    field.setFocus()
    palette = Palette(actions, window)
    palette.open()
    qtbot.keyClick(palette.field, Key.Key_Escape)
    assert palette.isHidden()
    qtbot.waitUntil(field.hasFocus)


def test_letters_in_the_palette_are_no_commands(qtbot, actions, palette) -> None:
    with qtbot.assertNotEmitted(actions.triggered):
        qtbot.keyClicks(palette.field, "fast")
    assert palette.field.text() == "fast"


def test_what_was_used_last_stands_first(qtbot, palette) -> None:
    qtbot.keyClicks(palette.field, "magnifier")
    qtbot.keyClick(palette.field, Key.Key_Return)
    palette.open()
    assert palette.titles[0] == "Magnifier"


def test_enter_with_nothing_found_does_nothing(qtbot, actions, palette) -> None:
    qtbot.keyClicks(palette.field, "qqqq")
    assert palette.titles == ()
    with qtbot.assertNotEmitted(actions.triggered):
        qtbot.keyClick(palette.field, Key.Key_Return)


@pytest.fixture
def sheet(qtbot, actions) -> ShortcutSheet:
    sheet = ShortcutSheet(actions, GESTURES)
    qtbot.addWidget(sheet)
    sheet.show()
    return sheet


def test_every_action_is_on_the_sheet(sheet) -> None:
    assert set(sheet.shown) == {row.id for row in ACTIONS}
    assert sheet.chip("size.fit").text() == "F"
    assert sheet.chip("look.overlays").text() == "hold O"


def test_the_sheet_finds(qtbot, sheet) -> None:
    qtbot.keyClicks(sheet.findChild(QLineEdit), "ruler")
    assert sheet.shown == ("tool.ruler",)


def test_a_click_on_a_key_waits_for_the_new_one(qtbot, sheet) -> None:
    chip = sheet.chip("size.fit")
    qtbot.mouseClick(chip, LEFT)
    with qtbot.waitSignal(sheet.key_changed) as heard:
        qtbot.keyClick(chip, Key.Key_Y, Qt.KeyboardModifier.AltModifier)
    assert heard.args == ["size.fit", "Alt+Y"]


def test_a_key_that_belongs_to_another_action_is_refused_by_name(qtbot, sheet) -> None:
    chip = sheet.chip("size.fit")
    qtbot.mouseClick(chip, LEFT)
    with qtbot.assertNotEmitted(sheet.key_changed):
        qtbot.keyClick(chip, Key.Key_S)
    assert "Same size" in sheet.message
    assert chip.text() == "F"


def test_a_sign_that_needs_shift_is_kept_as_the_sign(qtbot, sheet) -> None:
    chip = sheet.chip("size.fit")
    qtbot.mouseClick(chip, LEFT)
    with qtbot.waitSignal(sheet.key_changed) as heard:
        qtbot.keyClick(chip, "!", Qt.KeyboardModifier.ShiftModifier)
    assert heard.args == ["size.fit", "!"]


def test_del_takes_a_key_away_and_escape_keeps_it(qtbot, sheet) -> None:
    chip = sheet.chip("size.fit")
    qtbot.mouseClick(chip, LEFT)
    with qtbot.assertNotEmitted(sheet.key_changed):
        qtbot.keyClick(chip, Key.Key_Escape)
    assert sheet.isVisible()
    qtbot.mouseClick(chip, LEFT)
    with qtbot.waitSignal(sheet.key_changed) as heard:
        qtbot.keyClick(chip, Key.Key_Delete)
    assert heard.args == ["size.fit", ""]


def test_the_sheet_shows_a_key_as_soon_as_it_is_changed(actions, sheet) -> None:
    actions.rekey({"size.fit": "Ctrl+J"})
    assert sheet.chip("size.fit").text() == "Ctrl+J"


def test_all_keys_can_be_asked_back(qtbot, sheet) -> None:
    reset = next(one for one in sheet.findChildren(QPushButton) if one.text().startswith("All"))
    with qtbot.waitSignal(sheet.reset_requested):
        qtbot.mouseClick(reset, LEFT)
