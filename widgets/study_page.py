"""The worklist as a page: which studies, the table, and what to do where it is empty."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QEvent, QItemSelectionModel, QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from domain.study import FileProblem
from widgets.empty_state import EmptyState
from widgets.worklist.bar import WorklistBar
from widgets.worklist.foot import WorklistFoot
from widgets.worklist.line import Column, Scope, StudyLine
from widgets.worklist.lines_model import LinesModel
from widgets.worklist.table import WorklistTable

_OPENING = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
_MOVING = frozenset({Qt.Key.Key_Down, Qt.Key.Key_Up})


class StudyPage(QWidget):
    """opened(key): a line should be read. open_requested(): a folder should be chosen.

    selected(key): another line is chosen, empty for none. text_changed(text): typed to find.
    """

    opened = Signal(str)
    selected = Signal(str)
    open_requested = Signal()
    text_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("StudyPage")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.model = LinesModel(self)
        self.table, self.bar, self.foot = WorklistTable(self.model), WorklistBar(), WorklistFoot()
        self.field = self.bar.field
        self._key, self._showing = "", False
        self._empty = EmptyState(
            self.tr("No studies yet"),
            self.tr("Drop a folder with mammograms here, or open one."),
            self.tr("Open folder"),
        )
        self._nothing = EmptyState("", "")
        self._rows, self._pages = QStackedWidget(), QStackedWidget()
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self._listing())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._pages)
        self._connect()

    def show_lines(
        self, lines: Sequence[StudyLine], total: int, whole: int, *, counted: bool = True
    ) -> None:
        """The list anew. total: lines that match, here or not; whole: without text and filters.

        counted: False while both are being counted; ``total`` is then the least that there are.
        """
        self._showing = True
        self.model.show(lines, total)
        self._showing = False
        self._select_again()
        if counted:
            self.foot.show_count(total, whole)
        else:
            self.foot.show_counting(len(lines))
        self._rows.setCurrentIndex(0 if lines else 1)

    def show_count(self, total: int, whole: int) -> None:
        """How many there are, where the lines were there first."""
        self.model.count(total)
        self.foot.show_count(total, whole)

    def show_empty(self, empty: bool) -> None:
        """Nothing is listed in any scope: say what would be here."""
        self._pages.setCurrentIndex(0 if empty else 1)

    def say_nothing(self, title: str, text: str) -> None:
        """Why this scope shows no line."""
        self._nothing.say(title, text)

    def show_scope(self, scope: Scope) -> None:
        """Which studies are listed."""
        self.bar.show_scope(scope)

    def show_order(self, column: Column, *, descending: bool) -> None:
        """By what they are sorted."""
        self.table.show_order(column, descending=descending)

    def show_problems(self, problems: Iterable[FileProblem]) -> None:
        """Tell how many files could not be taken in."""
        self.foot.show_problems(problems)

    def select(self, key: str) -> None:
        """Bring the line of a study to light, without opening it."""
        row = self.model.row_of(key)
        if row >= 0:
            self.table.setCurrentIndex(self.model.index(row, 0))
            self.table.scrollTo(self.model.index(row, 0))

    def take_keys(self) -> None:
        """Have the field take the keys."""
        self.field.setFocus()
        self.field.selectAll()

    def add_row_actions(self, actions: Sequence[QAction]) -> None:
        """What the chosen line's menu offers."""
        self.table.addActions(list(actions))

    def mask_names(self, masked: bool) -> None:
        """Show made-up names."""
        self.model.mask_names(masked)

    @property
    def names(self) -> tuple[str, ...]:
        """The keys of the lines that are here, in their order."""
        return self.model.keys

    @property
    def key(self) -> str:
        """Of the chosen line; empty for none."""
        return self._key

    @property
    def said(self) -> str:
        """What the page says beside the table."""
        if self._pages.currentIndex() == 0:
            return self._empty.said
        return f"{self.foot.said} {self._nothing.said if self._rows.currentIndex() else ''}"

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """In the field, Enter opens the chosen line and arrows move it."""
        del watched
        if not isinstance(event, QKeyEvent) or event.key() not in _OPENING | _MOVING:
            return False
        if event.type() == QEvent.Type.ShortcutOverride:  # they are the window's keys elsewhere
            event.accept()
            return True
        if event.type() != QEvent.Type.KeyPress:
            return False
        if event.key() in _OPENING:
            self._open(self.table.currentIndex().row())
        else:
            self.table.setFocus()
            self.table.keyPressEvent(event)
        return True

    def _listing(self) -> QWidget:
        page = QWidget()
        self._rows.addWidget(self.table)
        self._rows.addWidget(self._nothing)
        column = QVBoxLayout(page)
        column.setContentsMargins(24, 16, 24, 8)
        column.setSpacing(10)
        column.addWidget(self.bar)
        column.addWidget(self._rows, 1)
        column.addWidget(self.foot)
        return page

    def _connect(self) -> None:
        self.setFocusProxy(self.table)
        self._empty.asked.connect(self.open_requested)
        self.bar.open_requested.connect(self.open_requested)
        self.field.textChanged.connect(self.text_changed)
        self.field.installEventFilter(self)
        self.table.opened.connect(self._open)
        self.table.find_requested.connect(self.take_keys)
        self.table.selectionModel().currentRowChanged.connect(self._chosen)

    def _open(self, row: int) -> None:
        line = self.model.line(row)
        if line is not None:
            self.opened.emit(line.key)

    def _chosen(self) -> None:
        if self._showing:  # the lines are on their way
            return
        line = self.model.line(self.table.currentIndex().row())
        key = line.key if line is not None else ""
        if key != self._key:
            self._key = key
            self.selected.emit(key)

    def _select_again(self) -> None:
        """The line that was chosen, else the first: Enter always has something to open."""
        row = max(0, self.model.row_of(self._key))
        if self.model.rowCount():
            index = self.model.index(row, 0)
            flags = QItemSelectionModel.SelectionFlag
            chosen = flags.ClearAndSelect | flags.Rows | flags.Current
            self.table.selectionModel().setCurrentIndex(index, chosen)
        self._chosen()
