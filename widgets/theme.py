"""Colours, text and style sheet of the window: dark, for a reading room."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from importlib import resources

from PySide6.QtGui import QColor, QFont, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication, QWidget

TEXT_POINTS = 9.5
SMALL_TEXT_POINTS = 9.0


@dataclass(frozen=True)
class Theme:
    """Colours as #rrggbb.

    Cyan and amber carry meaning (a model, the reader) and nothing else uses them. pane: behind
    the images. flash: the banner's colour for a moment when the patient changes. focus: keyboard
    focus and selection among controls.
    """

    pane: str = "#000000"
    base: str = "#0e1013"
    surface: str = "#16191d"
    raised: str = "#1f2328"
    line: str = "#2b3036"
    text: str = "#c9ced6"
    dim: str = "#7e8791"
    focus: str = "#4a5563"
    selected: str = "#2a313b"
    flash: str = "#34507f"
    ai: str = "#35cfe0"
    reader: str = "#ffc04d"
    second_reader: str = "#b48cff"
    adjudicated: str = "#6fd08c"
    error: str = "#ff6b6b"


THEME = Theme()


def apply_theme(app: QApplication, theme: Theme = THEME) -> None:
    """Give the whole program its look; call once, before the first window is made."""
    app.setStyle("Fusion")
    app.setPalette(_palette(theme))
    app.setFont(text_font())
    app.setStyleSheet(style_sheet(theme))


def style_sheet(theme: Theme = THEME) -> str:
    """The style sheet with its colours put in. Raises KeyError for a colour that isn't one."""
    folder = resources.files("resources.style")
    source = folder.joinpath("dark.qss").read_text(encoding="utf-8")
    words = {**asdict(theme), "folder": str(folder).replace("\\", "/")}
    written = re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)
    return re.sub(r"@([a-z_]+)", lambda match: words[match[1]], written)


def text_font(points: float = TEXT_POINTS) -> QFont:
    """The system's own font with figures of one width, so that numbers don't dance."""
    font = QFont()
    font.setPointSizeF(points)
    if hasattr(font, "setFeature"):
        font.setFeature(QFont.Tag("tnum"), 1)
    return font


def set_points(widget: QWidget, points: float, *, bold: bool = False) -> None:
    """Give one widget its own text size, keeping the program's font."""
    font = text_font(points)
    font.setFamily(QFontInfo(widget.font()).family())
    font.setBold(bold)
    widget.setFont(font)


def _palette(theme: Theme) -> QPalette:
    palette, role = QPalette(), QPalette.ColorRole
    for which, colour in {
        role.Window: theme.surface,
        role.WindowText: theme.text,
        role.Base: theme.base,
        role.AlternateBase: theme.surface,
        role.Text: theme.text,
        role.PlaceholderText: theme.dim,
        role.Button: theme.raised,
        role.ButtonText: theme.text,
        role.BrightText: theme.error,
        role.ToolTipBase: theme.raised,
        role.ToolTipText: theme.text,
        role.Highlight: theme.selected,
        role.HighlightedText: theme.text,
        role.Link: theme.text,
        role.LinkVisited: theme.text,
        role.Light: theme.line,
        role.Midlight: theme.line,
        role.Mid: theme.line,
        role.Dark: theme.base,
        role.Shadow: theme.pane,
        role.Accent: theme.focus,
    }.items():
        palette.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(theme.focus))
    return palette
