from __future__ import annotations

import re
from importlib import resources

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QWidget

from app.actions import ACTIONS
from widgets.icons import icon, icon_names
from widgets.theme import THEME, Theme, style_sheet


def colours_of(made: QIcon, state: QIcon.State, ratio: float = 1.0) -> set[str]:
    image = made.pixmap(QSize(20, 20), ratio, QIcon.Mode.Normal, state).toImage()
    pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return {pixel.name() for pixel in pixels if pixel.alpha() == 255}


def test_the_style_sheet_has_no_word_left_to_fill(qtbot) -> None:
    sheet = style_sheet()
    assert "@" not in sheet
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.setStyleSheet(sheet)  # Qt would log what it can't parse, and the test fail


def test_the_style_sheet_takes_the_themes_colours() -> None:
    assert "#123456" in style_sheet(Theme(line="#123456"))
    assert "#123456" not in style_sheet()


def test_every_drawing_that_the_style_names_is_there() -> None:
    named = re.findall(r"url\(.*/(\w+\.svg)\)", style_sheet())
    assert named
    for name in named:
        assert resources.files("resources.style").joinpath(name).is_file()


@pytest.mark.parametrize("row", [row for row in ACTIONS if row.icon], ids=lambda row: row.id)
def test_every_action_that_names_an_icon_has_it_drawn(row) -> None:
    assert row.icon in icon_names()


def test_no_icon_lies_about_unused() -> None:
    by_widgets = {"close", "copy", "search", "mask-names"}
    unused = set(icon_names()) - by_widgets - {row.icon for row in ACTIONS}
    assert unused <= {"overlays", "keys"}


@pytest.mark.parametrize("name", icon_names())
def test_every_icon_shows_lines_in_the_colour_asked_for(qapp, name) -> None:
    assert colours_of(icon(name, "#ff0000"), QIcon.State.Off, 3.0) == {"#ff0000"}


def test_an_icon_that_is_lit_changes_colour_while_on(qapp) -> None:
    lit = icon("box", lit=THEME.reader)
    assert colours_of(lit, QIcon.State.On) == {THEME.reader}
    assert colours_of(lit, QIcon.State.Off) == {THEME.text}


def test_an_icon_has_more_pixels_on_a_dense_screen(qapp) -> None:
    dense = icon("ruler").pixmap(QSize(20, 20), 2.0, QIcon.Mode.Normal, QIcon.State.Off)
    assert dense.size() == QSize(40, 40)


def test_an_icon_that_is_not_drawn_is_an_error(qapp) -> None:
    with pytest.raises(FileNotFoundError):
        icon("no such thing")
