"""The list of findings in the side panel."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QListView,
    QStackedLayout,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from widgets.empty_state import EmptyState
from widgets.theme import SMALL_TEXT_POINTS, THEME, text_font

ROW_HEIGHT = 50
_ROW = Qt.ItemDataRole.UserRole + 1


class Whose(Enum):
    """Who marked a finding; its colour says it."""

    AI = "AI"
    READER = "reader"
    SECOND_READER = "second reader"
    ADJUDICATED = "adjudicated"

    @property
    def colour(self) -> str:
        """As #rrggbb."""
        return {
            Whose.AI: THEME.ai,
            Whose.READER: THEME.reader,
            Whose.SECOND_READER: THEME.second_reader,
            Whose.ADJUDICATED: THEME.adjudicated,
        }[self]


@dataclass(frozen=True)
class FindingRow:
    """One line of the list. title: such as "Mass"; detail: views, place, size; score: right."""

    id: str
    title: str
    detail: str = ""
    score: str = ""
    whose: Whose = Whose.READER
    rejected: bool = False


class FindingList(QWidget):
    """chosen(id): a row was chosen by hand."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = QStandardItemModel(self)
        self._view = QListView()
        self._view.setModel(self._model)
        self._view.setItemDelegate(_FindingPainter(self._view))
        self._view.setUniformItemSizes(True)
        self._view.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self._view.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._view.clicked.connect(lambda index: self.chosen.emit(index.data(_ROW).id))
        self._view.activated.connect(lambda index: self.chosen.emit(index.data(_ROW).id))
        self._empty = EmptyState(
            self.tr("No findings"),
            self.tr("Marks of the AI reading and your own are listed here."),
        )
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self._view)

    def show_findings(self, rows: tuple[FindingRow, ...], selected: str = "") -> None:
        """List findings; tells nobody. selected: an id, empty for none."""
        self._model.clear()
        for row in rows:
            item = QStandardItem(f"{row.title} {row.detail} {row.score}")
            item.setData(row, _ROW)
            self._model.appendRow(item)
            if row.id == selected:
                self._view.setCurrentIndex(item.index())
        self._pages.setCurrentIndex(1 if rows else 0)

    @property
    def view(self) -> QListView:
        """The list itself."""
        return self._view


class _FindingPainter(QStyledItemDelegate):
    def sizeHint(  # noqa: N802
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        del option, index
        return QSize(0, ROW_HEIGHT)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        row: FindingRow = index.data(_ROW)
        area: QRect = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, QColor(THEME.selected))
        colour = QColor(row.whose.colour)
        colour.setAlphaF(0.35 if row.rejected else 1.0)
        style = Qt.PenStyle.DashLine if row.rejected else Qt.PenStyle.SolidLine
        painter.setPen(QPen(colour, 2, style))
        painter.drawLine(area.left() + 12, area.top() + 10, area.left() + 12, area.bottom() - 10)
        inside = area.adjusted(24, 7, -14, -7)
        self._write(painter, inside, row)

    def _write(self, painter: QPainter, inside: QRect, row: FindingRow) -> None:
        title = text_font()
        title.setStrikeOut(row.rejected)
        top, bottom = Qt.AlignmentFlag.AlignTop, Qt.AlignmentFlag.AlignBottom
        painter.setFont(title)
        painter.setPen(QColor(THEME.dim if row.rejected else THEME.text))
        _text(painter, inside, top, row.title)
        painter.setFont(text_font())
        _text(painter, inside, Qt.AlignmentFlag.AlignRight | top, row.score)
        painter.setFont(text_font(SMALL_TEXT_POINTS))
        painter.setPen(QColor(THEME.dim))
        _text(painter, inside, bottom, row.detail)


def _text(painter: QPainter, area: QRect, where: Qt.AlignmentFlag, text: str) -> None:
    cut = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    painter.drawText(area, where, cut)
