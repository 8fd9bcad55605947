from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QPushButton, QSpinBox

from app.settings.declaration import Settings, SizeChoice
from widgets.settings_dialog import SettingsDialog


@pytest.fixture
def dialog(qtbot) -> SettingsDialog:
    dialog = SettingsDialog(Settings())
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def test_every_declared_field_has_a_row_and_hidden_ones_have_none(dialog) -> None:
    declared = {
        f"{part}.{name}"
        for part in ("reading", "hands", "ai", "memory", "archive")
        for name in type(getattr(Settings(), part)).model_fields
    }
    assert set(dialog.keys) == declared


def test_the_rows_suit_their_types(dialog) -> None:
    assert isinstance(dialog.editor("reading.linked"), QCheckBox)
    assert isinstance(dialog.editor("reading.size"), QComboBox)
    assert isinstance(dialog.editor("memory.ahead"), QSpinBox)
    assert isinstance(dialog.editor("hands.zoom_step"), QDoubleSpinBox)


def test_limits_come_from_the_declaration(dialog) -> None:
    ahead, zoom = dialog.editor("memory.ahead"), dialog.editor("hands.zoom_step")
    assert (ahead.minimum(), ahead.maximum()) == (0, 5)
    assert (zoom.minimum(), zoom.maximum()) == (1.05, 2.0)


def test_a_change_takes_effect_at_once(qtbot, dialog) -> None:
    box = dialog.editor("reading.mask_names")
    with qtbot.waitSignal(dialog.changed) as heard:
        qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=_corner(box))
    assert heard.args[0].reading.mask_names is True
    assert heard.args[0].memory == Settings().memory


def test_typed_text_is_taken_on_enter(qtbot, dialog) -> None:
    line = dialog.editor("reading.reader")
    qtbot.keyClicks(line, "Dr Roe")
    with qtbot.waitSignal(dialog.changed) as heard:
        qtbot.keyClick(line, Qt.Key.Key_Return)
    assert heard.args[0].reading.reader == "Dr Roe"
    assert dialog.isVisible()


def test_a_choice_is_taken_as_what_was_declared(qtbot, dialog) -> None:
    with qtbot.waitSignal(dialog.changed) as heard:
        qtbot.keyClick(dialog.editor("reading.size"), Qt.Key.Key_Down)
    assert heard.args[0].reading.size is SizeChoice.FIT


def test_what_is_not_allowed_is_told_and_changes_nothing(qtbot, dialog) -> None:
    line = dialog.editor("reading.protocol")
    line.clear()
    with qtbot.assertNotEmitted(dialog.changed):
        qtbot.keyClick(line, Qt.Key.Key_Return)
    assert "Hanging protocol" in dialog.message
    assert dialog.settings == Settings()


def test_defaults_come_back_for_the_page(qtbot) -> None:
    made = Settings()
    changed = made.model_copy(
        update={"reading": made.reading.model_copy(update={"linked": False, "reader": "X"})}
    )
    dialog = SettingsDialog(changed)
    qtbot.addWidget(dialog)
    dialog.show()
    button = next(one for one in dialog.findChildren(QPushButton) if one.text() == "Defaults")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert dialog.settings == made


def _corner(box):
    return QPoint(8, box.height() // 2)
