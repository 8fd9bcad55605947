"""The tables of the page of agreement: figures, and cases by how far the readers are apart."""

from __future__ import annotations

import math

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from annotations.agreement.table import Line
from widgets.agreement.state import CaseLine
from widgets.naming import patient_name
from widgets.theme import THEME

ROW_HEIGHT = 26
_UID = Qt.ItemDataRole.UserRole + 1
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class _Table(QTableView):
    """Rows of text that are chosen whole."""

    def __init__(self, titles: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = QStandardItemModel(self)
        self.rows.setHorizontalHeaderLabels(list(titles))
        self.setModel(self.rows)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        across = self.horizontalHeader()
        across.setHighlightSections(False)
        across.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def empty(self) -> None:
        """Without rows; the titles stay."""
        self.rows.removeRows(0, self.rows.rowCount())

    @property
    def said(self) -> tuple[tuple[str, ...], ...]:
        """What can be read, row by row."""
        columns = range(self.rows.columnCount())
        return tuple(
            tuple(self.rows.item(row, column).text() for column in columns)
            for row in range(self.rows.rowCount())
        )


class FigureTable(_Table):
    """Kappa, Dice, IoU and detection."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(("", "", "", ""), parent)
        titles = (self.tr("Of"), self.tr("Figure"), "n", self.tr("Value"))
        self.rows.setHorizontalHeaderLabels(list(titles))
        for column in (2, 3):
            self.rows.horizontalHeaderItem(column).setTextAlignment(_RIGHT)
        self.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column, width in ((1, 176), (2, 56), (3, 70)):
            self.setColumnWidth(column, width)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def show_lines(self, lines: tuple[Line, ...]) -> None:
        """Replace what is shown; what a figure is of stands once."""
        self.empty()
        before = ""
        for line in lines:
            value = "\u2013" if math.isnan(line.value) else f"{line.value:.2f}"
            about = "" if line.about == before else line.about.capitalize()
            before = line.about
            items = [QStandardItem(text) for text in (about, line.measure, str(line.n), value)]
            items[1].setForeground(QColor(THEME.dim))
            items[2].setForeground(QColor(THEME.dim))
            for item in items[2:]:
                item.setTextAlignment(_RIGHT)
            self.rows.appendRow(items)


class CaseTable(_Table):
    """opened(uid): the comparison of a case is to be shown."""

    opened = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(("", "", ""), parent)
        titles = (self.tr("Patient"), self.tr("Date"), self.tr("Readers differ in"))
        self.rows.setHorizontalHeaderLabels(list(titles))
        self.setColumnWidth(0, 180)
        self.setColumnWidth(1, 110)
        self.horizontalHeader().setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        self.doubleClicked.connect(self._open)
        self._masked = False
        self._cases: tuple[CaseLine, ...] = ()

    def show_cases(self, cases: tuple[CaseLine, ...]) -> None:
        """Replace what is listed."""
        self.empty()
        self._cases = cases
        for case in cases:
            day = case.studied.isoformat() if case.studied else self.tr("not stated")
            differs = "; ".join(case.differs) or self.tr("nothing")
            name = patient_name(case.patient, self._masked)
            items = [QStandardItem(text) for text in (name, day, differs)]
            items[0].setData(case.uid, _UID)
            items[2].setToolTip("\n".join(case.differs))
            if not case.differs:
                items[2].setForeground(QColor(THEME.dim))
            self.rows.appendRow(items)

    def mask_names(self, masked: bool) -> None:
        """Show made-up names."""
        if masked != self._masked:
            self._masked = masked
            self.show_cases(self._cases)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter opens."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._open(self.currentIndex())
            return
        super().keyPressEvent(event)

    def _open(self, index: QModelIndex) -> None:
        if index.isValid():
            self.opened.emit(str(self.rows.item(index.row(), 0).data(_UID)))
