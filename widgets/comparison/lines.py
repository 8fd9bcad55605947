"""The lines of a comparison: what both readers say, side by side."""

from __future__ import annotations

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QStandardItem,
    QStandardItemModel,
)
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from annotations.agreement.deciding import Choice
from widgets.comparison.state import Cell, ComparedLine
from widgets.theme import SMALL_TEXT_POINTS, THEME, text_font

LABEL_WIDTH = 124
EDGE = 14
_PLAIN_HEIGHT, _FINDING_HEIGHT = 28, 46
_LINE = Qt.ItemDataRole.UserRole + 1
_FAINT = 0.4
_KEYS = {
    Qt.Key.Key_Left: Choice.FIRST,
    Qt.Key.Key_Right: Choice.SECOND,
    Qt.Key.Key_Delete: Choice.NEITHER,
}


class ComparedLines(QListView):
    """chosen(index): a line is to be shown. hovered(index): pointed at, -1 for none.

    taken(index, Choice): by the arrows to a reader's side, by Delete, or by a double click.
    """

    chosen = Signal(int)
    hovered = Signal(int)
    taken = Signal(int, Choice)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items = QStandardItemModel(self)
        self._pointed = -1
        self._telling = True
        self.setModel(self._items)
        self.setItemDelegate(_LinePainter(self))
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.entered.connect(lambda index: self._point(index.row()))
        self.viewportEntered.connect(lambda: self._point(-1))
        self.selectionModel().currentChanged.connect(self._moved)
        self.viewport().installEventFilter(self)

    def show_lines(self, lines: tuple[ComparedLine, ...], selected: int) -> None:
        """Replace what is listed; tells nobody."""
        self._telling = False
        for place, line in enumerate(lines):
            if place == self._items.rowCount():
                self._items.appendRow(QStandardItem())
            item = self._items.item(place)
            if item.data(_LINE) != line:
                item.setData(line, _LINE)
                item.setText(line.said)
        self._items.removeRows(len(lines), max(0, self._items.rowCount() - len(lines)))
        if selected != self.currentIndex().row():
            self.setCurrentIndex(self._items.index(selected, 0))
        self._telling = True

    @property
    def lines(self) -> tuple[ComparedLine, ...]:
        """What is listed."""
        return tuple(self._items.item(row).data(_LINE) for row in range(self._items.rowCount()))

    def cell_at(self, at: QPoint) -> tuple[int, Choice | None]:
        """Which line and which reader's cell lies at a place of the viewport; -1 for none."""
        index = self.indexAt(at)
        if not index.isValid():
            return -1, None
        _, first, second = parts(self.visualRect(index))
        for choice, area in ((Choice.FIRST, first), (Choice.SECOND, second)):
            if area.contains(at):
                return index.row(), choice
        return index.row(), None

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Arrows up and down go through the lines, left and right take a reader's word."""
        choice = _KEYS.get(Qt.Key(event.key()))
        row = self.currentIndex().row()
        if choice is not None and row >= 0:
            self.taken.emit(row, choice)
            return
        if event.key() == Qt.Key.Key_Escape:
            event.ignore()  # the window goes one step out
            return
        super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Takes the cell under the pointer."""
        row, choice = self.cell_at(event.position().toPoint())
        if choice is not None:
            self.taken.emit(row, choice)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """The pointer leaves."""
        if watched is self.viewport() and event.type() == QEvent.Type.Leave:
            self._point(-1)
        return super().eventFilter(watched, event)

    def _moved(self, now: QModelIndex, _before: QModelIndex) -> None:
        if self._telling and now.isValid():
            self.chosen.emit(now.row())

    def _point(self, row: int) -> None:
        if row != self._pointed:
            self._pointed = row
            self.hovered.emit(row)


def parts(area: QRect) -> tuple[QRect, QRect, QRect]:
    """Where title, the first and the second reader's cell of a line lie."""
    inside = area.adjusted(EDGE, 0, -EDGE, 0)
    width = (inside.width() - LABEL_WIDTH) // 2
    title = QRect(inside.left(), inside.top(), LABEL_WIDTH, inside.height())
    first = QRect(title.right() + 1, inside.top(), width, inside.height())
    return title, first, first.translated(width, 0)


class _LinePainter(QStyledItemDelegate):
    def sizeHint(  # noqa: N802
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        del option
        line: ComparedLine = index.data(_LINE)
        return QSize(0, _FINDING_HEIGHT if line.is_finding else _PLAIN_HEIGHT)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        line: ComparedLine = index.data(_LINE)
        area: QRect = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, QColor(THEME.selected))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, QColor(THEME.raised))
        if line.is_finding:
            painter.setPen(QColor(THEME.line))
            painter.drawLine(area.topLeft(), area.topRight())
        title, first, second = parts(area)
        _write_title(painter, title.adjusted(0, 6, -6, -6), line)
        for choice, cell, place in (
            (Choice.FIRST, line.first, first),
            (Choice.SECOND, line.second, second),
        ):
            faint = line.choice not in (None, choice) or not cell.there
            _bar(painter, place, choice, faint=faint)
            _write_cell(painter, place.adjusted(10, 6, -4, -6), line, cell, choice)


def _bar(painter: QPainter, place: QRect, choice: Choice, *, faint: bool) -> None:
    """The reader's hue and line, as over the images."""
    shade = QColor(reader_colour(choice))
    shade.setAlphaF(_FAINT if faint else 1.0)
    pen = QPen(shade, 2)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if choice is Choice.SECOND:
        pen.setDashPattern([2.5, 2.0])
    painter.setPen(pen)
    x = place.left() + 1
    painter.drawLine(x, place.top() + 5, x, place.bottom() - 4)


def reader_colour(choice: Choice) -> str:
    """As #rrggbb."""
    return THEME.reader if choice is Choice.FIRST else THEME.second_reader


def _write_title(painter: QPainter, area: QRect, line: ComparedLine) -> None:
    top = Qt.AlignmentFlag.AlignTop
    painter.setFont(text_font())
    painter.setPen(QColor(THEME.text if line.differs else THEME.dim))
    _text(painter, area, top, line.title)
    if line.waits:
        painter.drawText(area, Qt.AlignmentFlag.AlignRight | top, "\u25cb")
    if line.figures:
        painter.setFont(text_font(SMALL_TEXT_POINTS))
        painter.setPen(QColor(THEME.dim))
        _text(painter, area, Qt.AlignmentFlag.AlignBottom, line.figures)


def _write_cell(
    painter: QPainter, area: QRect, line: ComparedLine, cell: Cell, choice: Choice
) -> None:
    stands = line.choice is choice
    out = line.choice not in (None, choice)
    bright = (line.differs or stands) and cell.there and not out
    font = text_font()
    font.setBold(stands and cell.there)
    painter.setFont(font)
    painter.setPen(QColor(THEME.text if bright else THEME.dim))
    top, bottom = Qt.AlignmentFlag.AlignTop, Qt.AlignmentFlag.AlignBottom
    if stands and cell.there:
        tick = "\u2713"
        right = area.adjusted(0, 0, -2, 0)
        painter.drawText(right, Qt.AlignmentFlag.AlignRight | top, tick)
        area = area.adjusted(0, 0, -16, 0)
    _text(painter, area, top, cell.text)
    painter.setFont(text_font(SMALL_TEXT_POINTS))
    painter.setPen(QColor(THEME.dim))
    _text(painter, area, bottom, cell.detail)


def _text(painter: QPainter, area: QRect, where: Qt.AlignmentFlag, text: str) -> None:
    cut = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    painter.drawText(area, where, cut)
