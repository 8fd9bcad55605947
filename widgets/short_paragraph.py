"""A paragraph of a few lines at most, which tells the whole of its text in its tip."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QTextLayout
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from widgets.elided_label import tip_of


class ShortParagraph(QLabel):
    """Wraps its text to ``lines`` lines and shortens the last one with dots."""

    def __init__(self, lines: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines, self._more = lines, ""
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def show_words(self, text: str, more: str = "") -> None:
        """more: what the tip tells beyond the text."""
        self._more = more
        self.setText(text)
        self.setToolTip(tip_of("\n".join(filter(None, (text, more)))))

    @property
    def shown_lines(self) -> tuple[str, ...]:
        """What can be read at the present width."""
        text, room = self.text(), max(1, self.contentsRect().width())
        layout = QTextLayout(text, self.font())
        shown: list[str] = []
        layout.beginLayout()
        for number in range(self._lines):
            line = layout.createLine()
            if not line.isValid():
                break
            line.setLineWidth(room)
            start, length = line.textStart(), line.textLength()
            last = number == self._lines - 1
            words = text[start:] if last else text[start : start + length]
            shown.append(
                self.fontMetrics().elidedText(words.strip(), Qt.TextElideMode.ElideRight, room)
            )
        layout.endLayout()
        return tuple(shown)

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        """As many lines as are needed, and no more than are allowed."""
        return min(super().heightForWidth(width), self._most)

    def sizeHint(self) -> QSize:  # noqa: N802
        """The same at its own width."""
        hint = super().sizeHint()
        return QSize(hint.width(), min(hint.height(), self._most))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """No width is too small; the lines that there are are never cut."""
        return QSize(0, len(self.shown_lines) * self.fontMetrics().lineSpacing())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Another width may need another number of lines."""
        super().resizeEvent(event)
        self.updateGeometry()

    @property
    def _most(self) -> int:
        return self._lines * self.fontMetrics().lineSpacing()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Its lines from the top."""
        del event
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        metrics, corner = self.fontMetrics(), self.contentsRect().topLeft()
        for number, words in enumerate(self.shown_lines):
            baseline = corner.y() + number * metrics.lineSpacing() + metrics.ascent()
            painter.drawText(QPointF(corner.x(), baseline), words)
