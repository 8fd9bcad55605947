"""Every key can be read on the shortcut sheet, and every page has a way out."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.action_rows import GESTURES
from app.actions import ACTIONS
from widgets.actions import ActionSet
from widgets.models_page import ModelsPage, PackageRow
from widgets.shortcut_sheet import ShortcutSheet
from widgets.theme import apply_theme


@pytest.fixture
def themed(qapp):
    before = qapp.styleSheet(), qapp.palette(), qapp.font()
    apply_theme(qapp)
    yield
    qapp.setStyleSheet(before[0])
    qapp.setPalette(before[1])
    qapp.setFont(before[2])


@pytest.mark.parametrize("width", [1240, 1000])
def test_no_key_is_cut_however_narrow_the_sheet(qtbot: QtBot, themed: None, width: int) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    sheet = ShortcutSheet(ActionSet(ACTIONS, window), GESTURES, window)
    sheet.resize(width, 690)
    sheet.show()
    chips = [sheet.chip(one) for one in sheet.shown]
    cut = [one.text() for one in chips if one.width() < one.sizeHint().width()]
    assert chips
    assert cut == []


def test_the_page_of_packages_is_left_by_a_button(qtbot: QtBot) -> None:
    page = ModelsPage()
    qtbot.addWidget(page)
    title = "The whole reading: boxes, calcifications, contours and all else that there is"
    page.show_packages((PackageRow("/a", title, "reader", "Research use only."),))
    page.show()
    assert page.findChild(QWidget, "qt_scrollarea_hcontainer").isHidden()
    with qtbot.waitSignal(page.finished):
        qtbot.mouseClick(page.close_button, Qt.MouseButton.LeftButton)
    assert page.isHidden()
