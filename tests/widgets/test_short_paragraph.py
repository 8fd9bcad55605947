"""A paragraph keeps to its lines and tells the rest in its tip."""

from __future__ import annotations

import pytest

from widgets.elided_label import tip_of
from widgets.short_paragraph import ShortParagraph

LONG = "Calibrated on synthetic findings of which a third were malignant. " * 4


@pytest.fixture
def two(qtbot):
    shown = ShortParagraph(2)
    qtbot.addWidget(shown)
    shown.resize(260, 60)
    shown.show()
    return shown


def test_a_long_text_takes_two_lines_and_ends_in_dots_its_tip_tells_all(two):
    two.show_words(LONG.strip(), "birads-small 1.0")
    first, second = two.shown_lines
    assert LONG.startswith(first)
    assert second.endswith("…")
    assert two.heightForWidth(260) == 2 * two.fontMetrics().lineSpacing()
    assert two.minimumSizeHint().height() == two.heightForWidth(260)
    told = two.toolTip()
    assert told.replace("\n", " ") == f"{LONG.strip()} birads-small 1.0"
    assert max(map(len, told.split("\n"))) <= 80


def test_a_short_text_takes_one_line(two):
    two.show_words("Trained on phantoms")
    assert two.shown_lines == ("Trained on phantoms",)
    assert two.heightForWidth(260) < 2 * two.fontMetrics().lineSpacing()


def test_a_tip_keeps_its_own_lines_and_breaks_those_a_screen_has_no_room_for():
    assert tip_of("one\n\ntwo") == "one\n\ntwo"
    assert tip_of("word " * 40).count("\n") == 2
