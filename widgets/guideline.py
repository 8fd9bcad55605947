"""The project's label guideline, to be read beside the tool."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QColor, QKeyEvent, QTextTable
from PySide6.QtWidgets import QHBoxLayout, QTextBrowser, QToolButton, QVBoxLayout, QWidget

from widgets.elided_label import ElidedLabel
from widgets.icons import icon
from widgets.theme import THEME, set_points

WIDTH = 320


class Guideline(QWidget):
    """Markdown that stays open while the reader draws; it loads nothing from anywhere.

    Links lead nowhere. closed(): the cross or Esc.
    """

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("Guideline")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(WIDTH)
        self._title = ElidedLabel()
        set_points(self._title, 10.5, bold=True)
        self.cross = QToolButton()
        self.cross.setIcon(icon("close"))
        self.cross.setToolTip(self.tr("Close the guideline"))
        self.cross.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.cross.clicked.connect(self.closed)
        self._page, self._markdown = _Page(), ""
        top = QHBoxLayout()
        top.setContentsMargins(14, 6, 8, 2)
        top.addWidget(self._title, 1)
        top.addWidget(self.cross)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 1, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self._page, 1)

    def show_guideline(self, title: str, markdown: str) -> None:
        """title: the project's. The same text again keeps the place that is being read."""
        self._title.setText(title)
        if markdown != self._markdown:
            self._markdown = markdown
            self._page.setMarkdown(markdown)
            self._page.tame_tables()

    @property
    def said(self) -> str:
        """What can be read under the title."""
        return self._page.toPlainText()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Esc closes it."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)


class _Page(QTextBrowser):
    """A browser that gets neither pictures nor style sheets."""

    def __init__(self) -> None:
        super().__init__()
        self.setOpenLinks(False)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.document().setDocumentMargin(14)

    def tame_tables(self) -> None:
        """Markdown draws tables in the colour of the text."""
        for frame in self.document().rootFrame().childFrames():
            if isinstance(frame, QTextTable):
                form = frame.format().toTableFormat()
                form.setBorderBrush(QColor(THEME.line))
                form.setCellPadding(4)
                form.setTopMargin(8)
                frame.setFormat(form)

    def loadResource(self, kind: int, name: QUrl | str) -> object:  # noqa: N802
        """Nothing is loaded."""
        del kind, name
        return None
