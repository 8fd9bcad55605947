"""The study list as a page: a table that stays quick with tens of thousands of studies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import IntEnum
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
)
from PySide6.QtGui import QColor

from domain.study import ImageKind, Study, study_names
from imaging.slots import FourViewSlot
from widgets.naming import age, patient_name, patient_number
from widgets.theme import THEME

SORT_ROLE = Qt.ItemDataRole.UserRole + 1
SEARCH_ROLE = Qt.ItemDataRole.UserRole + 2
STUDY_ROLE = Qt.ItemDataRole.UserRole + 3
Index = QModelIndex | QPersistentModelIndex


class Column(IntEnum):
    """The table's columns, from the left."""

    PATIENT = 0
    NUMBER = 1
    DATE = 2
    VIEWS = 3
    PERSON = 4
    STATE = 5


@dataclass(frozen=True)
class _Line:
    """What a row shows, made when it is first asked for."""

    texts: tuple[str, ...]
    sorted_by: tuple[Any, ...]
    trouble: str


class StudyModel(QAbstractTableModel):
    """Studies in the order in which they were found; a row is written only when it is shown.

    A study is known by its name (see ``study_names``): two patients' studies may have one UID.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._studies: list[Study] = []
        self._names: tuple[str, ...] = ()
        self._states: dict[str, str] = {}
        self._lines: dict[int, _Line] = {}
        self._masked = False

    def show_studies(self, studies: Iterable[Study]) -> None:
        """Replace the list."""
        self.beginResetModel()
        self._studies = list(studies)
        self._names = study_names(self._studies)
        self._lines.clear()
        self.endResetModel()

    def add_studies(self, studies: Iterable[Study]) -> None:
        """Put studies at the end, as a scan finds them; one that is known is replaced."""
        rows = {study.uid: row for row, study in enumerate(self._studies)}
        new = []
        for study in studies:
            if study.uid in rows:
                self._studies[rows[study.uid]] = study
                self._lines.clear()
                self._tell(rows[study.uid])
            else:
                new.append(study)
        if new:
            first = len(self._studies)
            self.beginInsertRows(QModelIndex(), first, first + len(new) - 1)
            self._studies += new
            self._names = study_names(self._studies)
            self._lines.clear()
            self.endInsertRows()

    def set_state(self, name: str, state: str) -> None:
        """Say where the reading of a study stands, such as "open" or "read"."""
        self._states[name] = state
        row = self.row_of(name)
        if row >= 0:
            self._lines.pop(row, None)
            self._tell(row)

    def mask_names(self, masked: bool) -> None:
        """Show made-up names."""
        self._masked = masked
        self._lines.clear()
        if self._studies:
            self._tell(0, len(self._studies) - 1)

    def row_of(self, name: str) -> int:
        """The row of a study, -1 for none."""
        return self._names.index(name) if name in self._names else -1

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        """One row a study."""
        return 0 if parent.isValid() else len(self._studies)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        """As many as Column has."""
        return 0 if parent.isValid() else len(Column)

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """The columns' titles."""
        if role != Qt.ItemDataRole.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        return {
            Column.PATIENT: self.tr("Patient"),
            Column.NUMBER: self.tr("ID"),
            Column.DATE: self.tr("Date"),
            Column.VIEWS: self.tr("Views"),
            Column.PERSON: self.tr("Sex, age"),
            Column.STATE: self.tr("State"),
        }[Column(section)]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text, order and what can be searched of a cell."""
        study = self._studies[index.row()]
        if role == STUDY_ROLE:
            return self._names[index.row()]
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._colour(study, Column(index.column()))
        line = self._line(index.row())
        return {
            Qt.ItemDataRole.DisplayRole: line.texts[index.column()],
            Qt.ItemDataRole.ToolTipRole: line.trouble or None,
            SORT_ROLE: line.sorted_by[index.column()],
            SEARCH_ROLE: " ".join(line.texts),
        }.get(role)

    def _colour(self, study: Study, column: Column) -> QColor | None:
        if column is Column.STATE and study.problems:
            return QColor(THEME.error)
        return None if column in {Column.PATIENT, Column.DATE} else QColor(THEME.dim)

    def _line(self, row: int) -> _Line:
        line = self._lines.get(row)
        if line is None:
            line = self._written(self._studies[row])
            said = ", ".join(filter(None, (self._states.get(self._names[row], ""), line.texts[-1])))
            line = replace(
                line, texts=(*line.texts[:-1], said), sorted_by=(*line.sorted_by[:-1], said)
            )
            self._lines[row] = line
        return line

    def _written(self, study: Study) -> _Line:
        patient = study.patient
        name = patient_name(patient, self._masked)
        number = patient_number(patient, self._masked)
        years = age(patient, study.studied)
        person = ", ".join(filter(None, (patient.sex, "" if years is None else str(years))))
        day = study.studied.isoformat() if study.studied else self.tr("not stated")
        views = views_in_words(study)
        state = self._trouble(study)
        when = (study.studied or date.min).toordinal()
        aged = -1 if years is None else years
        ordered = (name.casefold(), number, when, len(study.views), aged, state)
        trouble = "\n".join(f"{one.where}: {one.reason}" for one in study.problems)
        return _Line((name, number, day, views, person, state), ordered, trouble)

    def _trouble(self, study: Study) -> str:
        count = len(study.problems)
        many = self.tr("{count} files unreadable").format(count=count)
        return (self.tr("1 file unreadable") if count == 1 else many) if count else ""

    def _tell(self, first: int, last: int | None = None) -> None:
        end = self.index(first if last is None else last, len(Column) - 1)
        self.dataChanged.emit(self.index(first, 0), end)


class StudyOrder(QSortFilterProxyModel):
    """Sorts and filters: all typed words must occur in a row."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words: list[str] = []
        self.setSortRole(SORT_ROLE)
        self.setDynamicSortFilter(True)

    def search(self, text: str) -> None:
        """Keep the rows that hold all words."""
        self.beginFilterChange()
        self._words = text.casefold().split()
        self.endFilterChange()

    def filterAcceptsRow(self, row: int, parent: Index) -> bool:  # noqa: N802
        """Whether a study is shown."""
        if not self._words:
            return True
        said = str(self.sourceModel().index(row, 0, parent).data(SEARCH_ROLE)).casefold()
        return all(word in said for word in self._words)


def views_in_words(study: Study) -> str:
    """Such as ``RCC LCC RMLO LMLO +2``: the four slots that are there, then how many more."""
    names = [view.name for view in study.views if view.kind.fills_slots]
    slots = [slot.value for slot in FourViewSlot if slot.value in names]
    more = len(study.views) - len(slots)
    stacks = sum(view.kind is ImageKind.TOMOSYNTHESIS for view in study.views)
    rest = [f"+{more}"] if more else []
    return " ".join([*slots, *rest, *([f"({stacks} DBT)"] if stacks else [])])
