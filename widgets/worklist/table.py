"""The worklist's table: keys that belong to it while it has the focus, and its columns."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from widgets.worklist.line import Column
from widgets.worklist.lines_model import LinesModel

ROW_HEIGHT = 30
_AHEAD = 60
"""Rows before the end at which more are asked for."""

_WIDTHS = {
    Column.NUMBER: 140,
    Column.DATE: 104,
    Column.STATE: 126,
    Column.READER: 150,
    Column.FINDINGS: 84,
    Column.PRIORITY: 80,
    Column.MARKS: 120,
}
_OPENING = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
_MOVING = frozenset(
    {
        *(Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown),
        *(Qt.Key.Key_Home, Qt.Key.Key_End),
    }
)


class WorklistTable(QTableView):
    """opened(row): a line should be read. find_requested(): the field should have the focus."""

    opened = Signal(int)
    find_requested = Signal()

    def __init__(self, model: LinesModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = model
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        across = self.horizontalHeader()
        across.setSortIndicator(Column.DATE, Qt.SortOrder.DescendingOrder)
        self.setSortingEnabled(True)
        across.setHighlightSections(False)
        across.setStretchLastSection(False)
        across.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column, width in _WIDTHS.items():
            self.setColumnWidth(column, width)
        for column in (Column.PATIENT, Column.VIEWS):
            across.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        self.doubleClicked.connect(lambda index: self.opened.emit(index.row()))
        self.verticalScrollBar().valueChanged.connect(self._look_ahead)

    def show_order(self, column: Column, *, descending: bool) -> None:
        """Show by what the lines are sorted, without asking for it."""
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        across = self.horizontalHeader()
        across.blockSignals(True)
        across.setSortIndicator(column, order)
        across.blockSignals(False)
        across.viewport().update()

    def event(self, event: QEvent) -> bool:
        """Keys that move and open here are not the window's meanwhile."""
        override = event.type() == QEvent.Type.ShortcutOverride
        if override and isinstance(event, QKeyEvent) and _is_own(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter opens, a slash goes to the field."""
        if event.key() in _OPENING:
            if self.currentIndex().isValid():
                self.opened.emit(self.currentIndex().row())
        elif event.text() == "/":
            self.find_requested.emit()
        elif _is_own(event):
            super().keyPressEvent(event)
        else:  # no search by letters: they are the window's keys
            event.ignore()

    def _look_ahead(self) -> None:
        last = self.rowAt(self.viewport().height() - 1)
        if last < 0 or last >= self._lines.rowCount() - _AHEAD:
            self._lines.fetchMore(self.rootIndex())


def _is_own(event: QKeyEvent) -> bool:
    plain = event.modifiers() in (
        Qt.KeyboardModifier.NoModifier,
        Qt.KeyboardModifier.KeypadModifier,
    )
    return (plain and event.key() in _OPENING | _MOVING) or event.text() == "/"
