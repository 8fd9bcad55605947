"""The page of sources: folders and zips that studies come from."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from widgets.empty_state import EmptyState
from widgets.theme import THEME, set_points
from widgets.worklist.line import SourceRow

_WATCHED, _PLACE, _SEEN = range(3)


class SourcesPage(QDialog):
    """add_folder_asked(), add_zip_asked(), look_asked(). watch_asked(location, on).

    remove_asked(location): forget it.
    """

    add_folder_asked = Signal()
    add_zip_asked = Signal()
    look_asked = Signal()
    watch_asked = Signal(str, bool)
    remove_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Sources of the worklist"))
        self.resize(860, 460)
        self._rows: tuple[SourceRow, ...] = ()
        self._filling = False
        self.table = QTableWidget(0, 3)
        self._empty = EmptyState(
            self.tr("No sources yet"),
            self.tr("Studies of a folder or zip that is added here stay in the worklist."),
        )
        self.message = QLabel()
        self.message.setWordWrap(True)
        self.message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.buttons = {
            "folder": QPushButton(self.tr("Add folder")),
            "zip": QPushButton(self.tr("Add zip")),
            "look": QPushButton(self.tr("Look through now")),
            "remove": QPushButton(self.tr("Remove")),
            "close": QPushButton(self.tr("Close")),
        }
        self._connect()
        self._lay_out()
        self.show_rows(())

    def show_rows(self, rows: Sequence[SourceRow]) -> None:
        """The sources anew; the chosen one stays chosen."""
        chosen, self._rows = self.chosen, tuple(rows)
        self._filling = True
        self.table.setRowCount(len(rows))
        for at, row in enumerate(rows):
            self._fill(at, row)
            if row.location == chosen:
                self.table.selectRow(at)
        self._filling = False
        self.table.setVisible(bool(rows))
        self._empty.setVisible(not rows)
        self._choose()

    @property
    def chosen(self) -> str:
        """The chosen source; empty for none."""
        picked = self.table.selectionModel().selectedRows()
        at = picked[0].row() if picked else -1
        return self._rows[at].location if 0 <= at < len(self._rows) else ""

    def _connect(self) -> None:
        self.buttons["folder"].clicked.connect(self.add_folder_asked)
        self.buttons["zip"].clicked.connect(self.add_zip_asked)
        self.buttons["look"].clicked.connect(self.look_asked)
        self.buttons["remove"].clicked.connect(lambda: self.remove_asked.emit(self.chosen))
        self.buttons["close"].clicked.connect(self.accept)
        self.table.itemSelectionChanged.connect(self._choose)
        self.table.itemChanged.connect(self._ticked)

    def _lay_out(self) -> None:
        table = self.table
        table.setHorizontalHeaderLabels(
            [self.tr("Watched"), self.tr("Folder or zip"), self.tr("Last looked through")]
        )
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.verticalHeader().hide()
        across = table.horizontalHeader()
        across.setHighlightSections(False)
        across.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        table.setColumnWidth(_WATCHED, 90)
        table.setColumnWidth(_SEEN, 190)
        across.setSectionResizeMode(_PLACE, QHeaderView.ResizeMode.Stretch)
        title = QLabel(self.tr("Where the worklist's studies come from"))
        set_points(title, 11.0)
        told = QLabel(
            self.tr(
                "Watched sources are looked through again by themselves. Removing one leaves its "
                "files alone; studies that somebody has read or claimed stay listed."
            )
        )
        told.setWordWrap(True)
        told.setProperty("dim", True)
        row = QHBoxLayout()
        for name, button in self.buttons.items():
            button.setAutoDefault(False)
            if name == "close":
                row.addStretch(1)
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(10)
        for widget in (title, told, table, self._empty, self.message):
            column.addWidget(widget, 1 if widget in (table, self._empty) else 0)
        column.addLayout(row)

    def _fill(self, at: int, row: SourceRow) -> None:
        watched = QTableWidgetItem()
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        watched.setFlags(flags | Qt.ItemFlag.ItemIsUserCheckable)
        watched.setCheckState(Qt.CheckState.Checked if row.watched else Qt.CheckState.Unchecked)
        place = QTableWidgetItem(row.location)
        place.setToolTip(row.location)
        seen = QTableWidgetItem(self._seen_words(row))
        seen.setToolTip(row.problem)
        if row.problem and not row.busy:
            seen.setForeground(QBrush(QColor(THEME.error)))
        for column, item in ((_WATCHED, watched), (_PLACE, place), (_SEEN, seen)):
            self.table.setItem(at, column, item)

    def _seen_words(self, row: SourceRow) -> str:
        if row.busy:
            return self.tr("looking through")
        if row.problem:
            return self.tr("could not be read")
        if row.seen is None:
            return self.tr("not yet")
        return row.seen.astimezone().strftime("%Y-%m-%d %H:%M")

    def _choose(self) -> None:
        chosen = self.chosen
        self.buttons["remove"].setEnabled(bool(chosen))
        problem = next((row.problem for row in self._rows if row.location == chosen), "")
        self.message.setText(problem)
        self.message.setProperty("error", bool(problem))
        self.message.style().polish(self.message)
        self.message.setVisible(bool(problem))

    def _ticked(self, item: QTableWidgetItem) -> None:
        if not self._filling and item.column() == _WATCHED:
            on = item.checkState() == Qt.CheckState.Checked
            self.watch_asked.emit(self._rows[item.row()].location, on)
