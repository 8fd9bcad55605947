"""The page with the study list: a field to find, the table, and what to do where it is empty."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from domain.study import FileProblem, Study
from widgets.empty_state import EmptyState
from widgets.study_table import STUDY_ROLE, Column, StudyModel, StudyOrder

ROW_HEIGHT = 30
_WIDTHS = {
    Column.PATIENT: 260,
    Column.NUMBER: 150,
    Column.DATE: 110,
    Column.PERSON: 100,
    Column.STATE: 150,
}


class StudyPage(QWidget):
    """opened(name): a study should be read. open_requested(): a folder should be chosen.

    Names are those of ``domain.study.study_names``.
    """

    opened = Signal(str)
    open_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("StudyPage")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.model = StudyModel(self)
        self.order = StudyOrder(self)
        self.order.setSourceModel(self.model)
        self.table = QTableView()
        self.field = QLineEdit()
        self._count, self._problems = QLabel(), QLabel()
        self._empty = EmptyState(
            self.tr("No studies yet"),
            self.tr("Drop a folder with mammograms here, or open one."),
            self.tr("Open folder"),
        )
        self._empty.asked.connect(self.open_requested)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self._listing())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._pages)
        self._set_up_table()
        for signal in (self.order.rowsInserted, self.order.rowsRemoved, self.order.modelReset):
            signal.connect(self._recount)

    def show_studies(self, studies: Iterable[Study]) -> None:
        """Replace the list."""
        self.model.show_studies(studies)
        self._recount()

    def add_studies(self, studies: Iterable[Study]) -> None:
        """Add studies as a scan finds them."""
        self.model.add_studies(studies)
        self._recount()

    def show_problems(self, problems: Iterable[FileProblem]) -> None:
        """Tell how many files could not be taken in; the reasons can be read in the tip."""
        told = [f"{problem.where}: {problem.reason}" for problem in problems]
        many = self.tr("{count} files could not be read").format(count=len(told))
        one = self.tr("1 file could not be read")
        self._problems.setText({0: "", 1: one}.get(len(told), many))
        self._problems.setToolTip("\n".join(told[:40]))

    def select(self, name: str) -> None:
        """Bring the row of a study to light, without opening it."""
        row = self.model.row_of(name)
        if row >= 0:
            index = self.order.mapFromSource(self.model.index(row, 0))
            self.table.setCurrentIndex(index)
            self.table.scrollTo(index)

    def mask_names(self, masked: bool) -> None:
        """Show made-up names."""
        self.model.mask_names(masked)

    @property
    def names(self) -> tuple[str, ...]:
        """The studies as listed now, in their order: what next and previous case go through."""
        count = self.order.rowCount()
        return tuple(str(self.order.index(row, 0).data(STUDY_ROLE)) for row in range(count))

    @property
    def said(self) -> str:
        """What the page says beside the table."""
        if self._pages.currentIndex() == 0:
            return self._empty.said
        return f"{self._count.text()} {self._problems.text()}"

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Enter opens, arrows in the field move in the table."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._open(self.table.currentIndex())
            return True
        if watched is self.field and event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Up}:
            self.table.setFocus()
            return True
        return False

    def _listing(self) -> QWidget:
        page, top = QWidget(), QHBoxLayout()
        self.field.setPlaceholderText(self.tr("Find a patient, date or view"))
        self.field.setClearButtonEnabled(True)
        self.field.setFixedWidth(320)
        self.field.textChanged.connect(self._search)
        self._count.setProperty("dim", True)
        self._problems.setProperty("error", True)
        button = QPushButton(self.tr("Open folder"))
        button.clicked.connect(self.open_requested)
        for widget in (self.field, self._count, self._problems):
            top.addWidget(widget)
        top.addStretch(1)
        top.addWidget(button)
        top.setSpacing(16)
        column = QVBoxLayout(page)
        column.setContentsMargins(24, 18, 24, 12)
        column.setSpacing(12)
        column.addLayout(top)
        column.addWidget(self.table, 1)
        return page

    def _set_up_table(self) -> None:
        table, across = self.table, self.table.horizontalHeader()
        table.setModel(self.order)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setShowGrid(False)
        table.setSortingEnabled(True)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        table.sortByColumn(Column.DATE, Qt.SortOrder.DescendingOrder)
        across.setHighlightSections(False)
        across.setStretchLastSection(False)
        across.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column, width in _WIDTHS.items():
            table.setColumnWidth(column, width)
        across.setSectionResizeMode(Column.VIEWS, QHeaderView.ResizeMode.Stretch)
        table.doubleClicked.connect(self._open)
        table.installEventFilter(self)
        self.field.installEventFilter(self)

    def _open(self, index: QModelIndex) -> None:
        if index.isValid():
            self.opened.emit(str(index.data(STUDY_ROLE)))

    def _search(self, text: str) -> None:
        self.order.search(text)
        self._recount()
        if not self.table.currentIndex().isValid():
            self.table.setCurrentIndex(self.order.index(0, 0))

    def _recount(self) -> None:
        total, shown = self.model.rowCount(), self.order.rowCount()
        self._pages.setCurrentIndex(1 if total else 0)
        words = self.tr("{count} studies").format(count=total) if total != 1 else self.tr("1 study")
        if shown != total:
            words = self.tr("{shown} of {total}").format(shown=shown, total=total)
        self._count.setText(words)
