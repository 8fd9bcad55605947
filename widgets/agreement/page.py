"""The page that tells how far two readers agree."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from widgets.agreement.plots import AssessmentGrid, DiceBars
from widgets.agreement.state import AgreementState
from widgets.agreement.tables import CaseTable, FigureTable
from widgets.empty_state import EmptyState
from widgets.theme import set_points

_TABLE_WIDTH = 500
_PLOT_HEIGHT = 330


class AgreementPage(QWidget):
    """pair_chosen(first, second): names of who is compared. project_chosen(name): empty for all.

    opened(uid): a case's comparison. save_asked(): the table as CSV. left(): back to the studies.
    """

    pair_chosen = Signal(str, str)
    project_chosen = Signal(str)
    opened = Signal(str)
    save_asked = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("AgreementPage")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.readers = (QComboBox(), QComboBox())
        self.projects = QComboBox()
        self.figures, self.cases = FigureTable(), CaseTable()
        self.grid, self.bars = AssessmentGrid(), DiceBars()
        self.save = QPushButton(self.tr("Save table as CSV"))
        self.back = QPushButton(self.tr("Back"))
        self._message = QLabel()
        self._empty = EmptyState("", "")
        self._pages = QStackedWidget()
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self._found())
        self._lay_out()
        for box in self.readers:
            box.activated.connect(self._choose)
        self.projects.activated.connect(
            lambda _row: self.project_chosen.emit(self.projects.currentData() or "")
        )
        self.cases.opened.connect(self.opened)
        self.save.clicked.connect(self.save_asked)
        self.back.clicked.connect(self.left)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """No width is too small: other pages of the window may have less room."""
        return QSize(0, 0)

    def show_agreement(self, state: AgreementState) -> None:
        """Show how it stands."""
        self._fill_readers(state)
        self._fill_projects(state)
        self._message.setText(state.message if state.ready else "")
        self._empty.say(*self._why_empty(state))
        self.figures.show_lines(state.lines)
        self.grid.show_grid(state.grid, state.pair)
        self.bars.show_counts(state.dice)
        self.cases.show_cases(state.cases)
        self.save.setEnabled(state.ready)
        self._pages.setCurrentIndex(1 if state.ready else 0)

    @property
    def said(self) -> str:
        """What can be read where there are no figures, else beside them."""
        return self._empty.said if self._pages.currentIndex() == 0 else self._message.text()

    def _why_empty(self, state: AgreementState) -> tuple[str, str]:
        if state.message:
            return self.tr("Agreement of readers"), state.message
        return (
            self.tr("No two readers yet"),
            self.tr("Here stands how far two readers agree, once both have submitted readings."),
        )

    def _fill_readers(self, state: AgreementState) -> None:
        for box, chosen in zip(self.readers, state.pair, strict=True):
            box.clear()
            for name, count in state.readers:
                box.addItem(f"{name}  ({count})", name)
            box.setCurrentIndex(box.findData(chosen))
            box.setEnabled(len(state.readers) > 1)

    def _fill_projects(self, state: AgreementState) -> None:
        self.projects.clear()
        self.projects.addItem(self.tr("All projects"), "")
        for name in state.projects:
            self.projects.addItem(name, name)
        self.projects.setCurrentIndex(max(0, self.projects.findData(state.project)))
        self.projects.setVisible(len(state.projects) > 1)

    def _choose(self, _row: int) -> None:
        first, second = (str(box.currentData()) for box in self.readers)
        if first == second:  # the other box gives way
            names = [str(self.readers[0].itemData(row)) for row in range(self.readers[0].count())]
            second_chosen = self.sender() is self.readers[1]
            other = next(name for name in names if name != first)
            first, second = (other, second) if second_chosen else (first, other)
        self.pair_chosen.emit(first, second)

    def _lay_out(self) -> None:
        heading = QLabel(self.tr("Agreement"))
        set_points(heading, 12.0, bold=True)
        self._message.setProperty("dim", True)
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(heading)
        for box in self.readers:
            box.setMinimumWidth(170)
        top.addWidget(self.readers[0])
        top.addWidget(QLabel(self.tr("with")))
        top.addWidget(self.readers[1])
        top.addWidget(self.projects)
        top.addWidget(self._message)
        top.addStretch(1)
        top.addWidget(self.save)
        top.addWidget(self.back)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 18, 24, 12)
        column.setSpacing(14)
        column.addLayout(top)
        column.addWidget(self._pages, 1)

    def _found(self) -> QWidget:
        page, plots, right = QWidget(), QHBoxLayout(), QVBoxLayout()
        plots.setSpacing(32)
        for title, plot in (
            (self.tr("Assessments of a breast"), self.grid),
            (self.tr("Dice of findings that both drew"), self.bars),
        ):
            plots.addLayout(_titled(title, plot), 1)
        self.grid.setFixedHeight(_PLOT_HEIGHT)
        self.bars.setFixedHeight(_PLOT_HEIGHT)
        right.setSpacing(14)
        right.addLayout(plots)
        right.addLayout(_titled(self.tr("Cases, farthest apart first"), self.cases), 1)
        self.figures.setFixedWidth(_TABLE_WIDTH)
        row = QHBoxLayout(page)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(32)
        row.addWidget(self.figures)
        row.addLayout(right, 1)
        return page


def _titled(title: str, widget: QWidget) -> QVBoxLayout:
    column, label = QVBoxLayout(), QLabel(title)
    label.setProperty("dim", True)
    column.setSpacing(6)
    column.addWidget(label)
    column.addWidget(widget, 1)
    return column
