"""The list of findings in the side panel."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
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
    """One line of the list. title: such as "Mass"; detail: views, place, size; score: right.

    number: the same as over the image, 0 for none. linked: the number of the finding in the other
    view, 0 for none. doubtful: something about it doesn't fit together. lit: it corresponds to the
    one that is selected or pointed at.
    """

    id: str
    title: str
    detail: str = ""
    score: str = ""
    whose: Whose = Whose.READER
    rejected: bool = False
    number: int = 0
    linked: int = 0
    doubtful: bool = False
    lit: bool = False


class FindingList(QWidget):
    """Nothing moves under the pointer: while it is over the list, rows keep their order, and new
    ones wait at the end.

    chosen(id): a row was chosen by hand. hovered(id): the pointer is over a row; an empty id: over
    none any more.
    """

    chosen = Signal(str)
    hovered = Signal(str)

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
        self._rows: tuple[FindingRow, ...] = ()
        self._selected, self._pointed, self._over = "", "", False
        self._view.setMouseTracking(True)
        self._view.entered.connect(lambda index: self._point(index.data(_ROW).id))
        self._view.viewportEntered.connect(lambda: self._point(""))
        self._view.viewport().installEventFilter(self)
        self._empty = EmptyState(
            self.tr("No findings"),
            self.tr("Marks of the AI reading and your own are listed here."),
        )
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self._view)

    def show_findings(self, rows: tuple[FindingRow, ...], selected: str = "") -> None:
        """List findings; tells nobody. selected: an id, empty for none.

        Rows that stay are kept where they are seen, so that the list neither jumps nor flickers
        while one is edited, or while more come in.
        """
        self._rows = rows
        if self._over:
            rows = _as_they_are(self._ids, rows)
        anchor, others = self._anchor(), not {row.id for row in rows} & {*self._ids}
        self._fill(rows)
        if others:  # of another case: from the first on
            self._view.verticalScrollBar().setValue(0)
        self._pages.setCurrentIndex(1 if rows else 0)
        self._select(selected, anchor)

    @property
    def _ids(self) -> list[str]:
        return [self._model.item(place).data(_ROW).id for place in range(self._model.rowCount())]

    def _fill(self, rows: tuple[FindingRow, ...]) -> None:
        for place, row in enumerate(rows):
            item = self._model.item(place) if place < self._model.rowCount() else QStandardItem()
            if place == self._model.rowCount():
                self._model.appendRow(item)
            if item.data(_ROW) != row:
                item.setData(row, _ROW)
                item.setText(" ".join(filter(None, (row.title, row.detail, row.score))))
        if self._model.rowCount() > len(rows):
            self._model.removeRows(len(rows), self._model.rowCount() - len(rows))

    def _anchor(self) -> tuple[str, int]:
        """The row that stays where it is, and how many pixels below the top that is.

        The selected one if it is seen, else the first that is seen whole.
        """
        height = self._view.viewport().height()
        tops = [
            (one, self._view.visualRect(self._model.index(place, 0)).top())
            for place, one in enumerate(self._ids)
        ]
        seen = [(one, top) for one, top in tops if 0 <= top <= height - ROW_HEIGHT]
        chosen = [one for one in seen if one[0] == self._selected]
        return next(iter((*chosen, *seen)), ("", 0))

    def _select(self, selected: str, anchor: tuple[str, int]) -> None:
        """Only another selection is brought into sight; the reader may have scrolled away."""
        ids, another = self._ids, selected != self._selected
        self._selected = selected
        self._view.setAutoScroll(False)
        if selected in ids:
            self._view.setCurrentIndex(self._model.index(ids.index(selected), 0))
        else:
            self._view.setCurrentIndex(QModelIndex())
            self._view.clearSelection()
        self._view.setAutoScroll(True)
        if another and selected in ids:
            self._view.scrollTo(self._view.currentIndex())
        elif anchor[0] in ids:
            self._keep(ids.index(anchor[0]), anchor[1])

    def _keep(self, place: int, top: int) -> None:
        """Scroll so that a row's upper edge lies where it lay."""
        self._view.doItemsLayout()
        moved = self._view.visualRect(self._model.index(place, 0)).top() - top
        if moved:
            bar = self._view.verticalScrollBar()
            by_row = self._view.verticalScrollMode() is QListView.ScrollMode.ScrollPerItem
            bar.setValue(bar.value() + (round(moved / ROW_HEIGHT) if by_row else moved))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """The pointer comes and goes; what waited for that is put in its place."""
        if event.type() == QEvent.Type.Enter:
            self._over = True
        elif event.type() == QEvent.Type.Leave and self._over:
            self._over = False
            self._point("")
            self.show_findings(self._rows, self._selected)
        return super().eventFilter(watched, event)

    def _point(self, one: str) -> None:
        if one != self._pointed:
            self._pointed = one
            self.hovered.emit(one)

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
        elif row.lit:
            painter.fillRect(area, QColor(THEME.raised))
        colour = QColor(row.whose.colour)
        colour.setAlphaF(0.35 if row.rejected else 1.0)
        style = Qt.PenStyle.DashLine if row.rejected else Qt.PenStyle.SolidLine
        painter.setPen(QPen(colour, 4 if row.lit else 2, style))
        painter.drawLine(area.left() + 12, area.top() + 10, area.left() + 12, area.bottom() - 10)
        inside = area.adjusted(24, 7, -14, -7)
        self._write(painter, inside, row)

    def _write(self, painter: QPainter, inside: QRect, row: FindingRow) -> None:
        title = text_font()
        title.setStrikeOut(row.rejected)
        top, bottom = Qt.AlignmentFlag.AlignTop, Qt.AlignmentFlag.AlignBottom
        painter.setFont(title)
        painter.setPen(QColor(THEME.dim if row.rejected else THEME.text))
        number = f"{row.number}  " if row.number else ""
        score = painter.fontMetrics().horizontalAdvance(row.score) + (8 if row.score else 0)
        _text(painter, inside.adjusted(0, 0, -score, 0), top, number + row.title)
        painter.setFont(text_font())
        right = Qt.AlignmentFlag.AlignRight
        _text(painter, inside, right | top, row.score)
        painter.setFont(text_font(SMALL_TEXT_POINTS))
        below = inside
        for sign, colour in _signs(row):
            painter.setPen(QColor(colour))
            _text(painter, below, right | bottom, sign)
            below = below.adjusted(0, 0, -painter.fontMetrics().horizontalAdvance(sign) - 8, 0)
        painter.setPen(QColor(THEME.dim))
        _text(painter, below, bottom, row.detail)


def _as_they_are(ids: list[str], rows: tuple[FindingRow, ...]) -> tuple[FindingRow, ...]:
    """Rows in the order in which they are listed already, new ones behind them."""
    place = {one: at for at, one in enumerate(ids)}
    return tuple(sorted(rows, key=lambda row: place.get(row.id, len(ids))))


def _signs(row: FindingRow) -> list[tuple[str, str]]:
    """From the right: something is wrong with it, linked with which; each with its colour."""
    doubt = [("!", THEME.error)] if row.doubtful else []
    return [*doubt, *([(f"\u2194 {row.linked}", THEME.dim)] if row.linked else [])]


def _text(painter: QPainter, area: QRect, where: Qt.AlignmentFlag, text: str) -> None:
    cut = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    painter.drawText(area, where, cut)
