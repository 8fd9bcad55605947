"""Two plots of two readers' agreement: assessments as a grid, overlaps as bars."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from annotations.agreement.spread import Grid
from widgets.theme import SMALL_TEXT_POINTS, THEME, text_font

_ROOM = 26.0
"""Device-independent pixels for names beside cells and bars."""

_LARGEST_CELL = 44.0
_MIDDLE = Qt.AlignmentFlag.AlignCenter


class AssessmentGrid(QWidget):
    """How often the first reader said what a row names, and the second what a column names."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = Grid((), ())
        self._readers = ("", "")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Room for five categories."""
        return QSize(300, 260)

    def show_grid(self, grid: Grid, readers: tuple[str, str]) -> None:
        """readers: names of both."""
        self._grid, self._readers = grid, readers
        self.update()

    @property
    def said(self) -> str:
        """What can be read, row by row."""
        rows = zip(self._grid.names, self._grid.counts, strict=True)
        return "\n".join(f"{name}: {' '.join(map(str, counts))}" for name, counts in rows)

    def event(self, event: QEvent) -> bool:
        """Tell of the cell under the pointer."""
        if isinstance(event, QHelpEvent):
            words = self._words_at(event.pos().x(), event.pos().y())
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Lighter where many said so; on the diagonal both said the same."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(text_font(SMALL_TEXT_POINTS))
        painter.setPen(QColor(THEME.dim))
        names = self._grid.names
        if not names:
            painter.drawText(self.rect(), _MIDDLE, self.tr("No breast that both assessed"))
            painter.end()
            return
        most = max(max(row) for row in self._grid.counts)
        for row, name in enumerate(names):
            painter.setPen(QColor(THEME.dim))
            beside, above = self._cell(row, -1), self._cell(-1, row)
            painter.drawText(beside, _MIDDLE, name)
            painter.drawText(above, _MIDDLE, name)
            for column, count in enumerate(self._grid.counts[row]):
                self._paint_cell(painter, row, column, count, most)
        self._paint_readers(painter)
        painter.end()

    def _paint_cell(self, painter: QPainter, row: int, column: int, count: int, most: int) -> None:
        cell = self._cell(row, column).adjusted(1, 1, -1, -1)
        painter.fillRect(cell, _between(THEME.base, THEME.focus, count / most if most else 0.0))
        if row == column:
            painter.setPen(QColor(THEME.dim))
            painter.drawRect(cell)
        painter.setPen(QColor(THEME.text if count else THEME.line))
        painter.drawText(cell, _MIDDLE, str(count))

    def _paint_readers(self, painter: QPainter) -> None:
        """The first at the left edge, read upwards; the second above."""
        painter.setPen(QColor(THEME.text))
        edge, side = self._origin()[0] - 2 * _ROOM, self._side * len(self._grid.names)
        above = QRectF(edge + 2 * _ROOM, 0, max(side, 120), _ROOM - 4)
        left_top = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(above, left_top, self._readers[1])
        painter.save()
        painter.translate(edge, self._origin()[1] + side)
        painter.rotate(-90)
        painter.drawText(QRectF(0, 0, max(side, 120), _ROOM - 4), left_top, self._readers[0])
        painter.restore()

    def _origin(self) -> tuple[float, float]:
        """Left and top of the first cell: names of readers and categories come before."""
        return 2 * _ROOM, 2 * _ROOM

    @property
    def _side(self) -> float:
        count = max(1, len(self._grid.names))
        left, top = self._origin()
        room = min(self.width() - left, self.height() - top)
        return float(max(12.0, min(_LARGEST_CELL, room / count)))

    def _cell(self, row: int, column: int) -> QRectF:
        """-1 for the names beside and above."""
        left, top = self._origin()
        side = self._side
        x = left + column * side if column >= 0 else left - _ROOM
        y = top + row * side if row >= 0 else top - _ROOM
        return QRectF(x, y, side if column >= 0 else _ROOM, side if row >= 0 else _ROOM)

    def _words_at(self, x: float, y: float) -> str:
        left, top = self._origin()
        row, column = int((y - top) // self._side), int((x - left) // self._side)
        names = self._grid.names
        if not (0 <= row < len(names) and 0 <= column < len(names)):
            return ""
        return self.tr("{count} breasts: {first} said {one}, {second} said {other}").format(
            count=self._grid.counts[row][column],
            first=self._readers[0],
            one=names[row],
            second=self._readers[1],
            other=names[column],
        )


class DiceBars(QWidget):
    """How many findings that both drew overlap how well, in equal steps of Dice from 0 to 1."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts: tuple[int, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Room for ten bars with their numbers."""
        return QSize(320, 260)

    def show_counts(self, counts: Sequence[int]) -> None:
        """counts: from Dice 0 to 1 in equal steps."""
        self._counts = tuple(counts)
        self.update()

    @property
    def said(self) -> str:
        """What can be read."""
        return " ".join(map(str, self._counts))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Bars with their counts above, Dice below."""
        del event
        painter = QPainter(self)
        painter.setFont(text_font(SMALL_TEXT_POINTS))
        painter.setPen(QColor(THEME.dim))
        if not any(self._counts):
            painter.drawText(self.rect(), _MIDDLE, self.tr("No finding that both drew"))
            painter.end()
            return
        floor = self.height() - _ROOM
        width = (self.width() - _ROOM) / len(self._counts)
        tallest = (floor - _ROOM) / max(self._counts)
        for place, count in enumerate(self._counts):
            left = _ROOM / 2 + place * width
            bar = QRectF(left + 2, floor - count * tallest, width - 4, count * tallest)
            painter.fillRect(bar, QColor(THEME.focus))
            painter.setPen(QColor(THEME.text))
            if count:
                over = QRectF(left, bar.top() - 18, width, 16)
                painter.drawText(over, _MIDDLE, str(count))
        painter.setPen(QColor(THEME.dim))
        for place in range(0, len(self._counts) + 1, 2):
            mark = QRectF(_ROOM / 2 + (place - 1) * width, floor + 4, 2 * width, _ROOM - 6)
            painter.drawText(mark, _MIDDLE, f"{place / len(self._counts):.1f}")
        painter.setPen(QColor(THEME.line))
        painter.drawLine(
            round(_ROOM / 2), round(floor), self.width() - round(_ROOM / 2), round(floor)
        )
        painter.end()


def _between(low: str, high: str, share: float) -> QColor:
    one, other = QColor(low), QColor(high)
    pairs = (
        (one.red(), other.red()),
        (one.green(), other.green()),
        (one.blue(), other.blue()),
    )
    return QColor(*(round(begin + (end - begin) * share) for begin, end in pairs))
