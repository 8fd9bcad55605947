"""The label guideline beside the tool."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtWidgets import QTextBrowser

from widgets.guideline import Guideline

TEXT = "# Masses\n\nOutline the **edge**.\n\n" + "- one more line\n" * 80
LINKED = "[out](https://example.org) ![picture](picture.png)\n\n| a | b |\n|---|---|\n| c | d |"


@pytest.fixture
def guideline(qtbot) -> Guideline:
    guideline = Guideline()
    qtbot.addWidget(guideline)
    guideline.resize(320, 400)
    guideline.show()
    return guideline


def test_markdown_is_shown_as_text(guideline) -> None:
    guideline.show_guideline("Masses", TEXT)
    assert guideline.said.startswith("Masses\nOutline the edge.")


def test_the_same_text_again_keeps_the_place_that_is_read(guideline) -> None:
    guideline.show_guideline("Masses", TEXT)
    bar = guideline.findChild(QTextBrowser).verticalScrollBar()
    bar.setValue(200)
    guideline.show_guideline("Masses", TEXT)
    assert bar.value() == 200
    guideline.show_guideline("Masses", TEXT + "\nmore")
    assert bar.value() == 0


def test_nothing_is_loaded_and_links_lead_nowhere(guideline) -> None:
    guideline.show_guideline("Links", LINKED)
    page = guideline.findChild(QTextBrowser)
    assert page.loadResource(2, QUrl("https://example.org/picture.png")) is None
    page.anchorClicked.emit(QUrl("https://example.org"))
    assert "out" in guideline.said


def test_the_cross_and_esc_close_it(qtbot, guideline) -> None:
    with qtbot.waitSignal(guideline.closed):
        qtbot.mouseClick(guideline.cross, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(guideline.closed):
        qtbot.keyClick(guideline, Qt.Key.Key_Escape)
