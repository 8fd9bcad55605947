"""The worklist's lines for a table: a row is written only when it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtCore import Signal as QtSignal
from PySide6.QtGui import QColor

from widgets.naming import patient_name, patient_number
from widgets.theme import THEME
from widgets.worklist.line import Column, StudyLine
from widgets.worklist.words import marks_of, reader_of, state_title, trouble_of

KEY_ROLE = Qt.ItemDataRole.UserRole + 1
Index = QModelIndex | QPersistentModelIndex
_SETTLED = frozenset({"adjudicated", "gold"})
_RIGHT = frozenset({Column.FINDINGS, Column.PRIORITY})

# As plain numbers: a table asks some thousand times a paint, and an enumeration takes its time.
_TEXT = int(Qt.ItemDataRole.DisplayRole)
_COLOUR = int(Qt.ItemDataRole.ForegroundRole)
_ALIGNED = int(Qt.ItemDataRole.TextAlignmentRole)
_TIP = int(Qt.ItemDataRole.ToolTipRole)
_KEY = int(KEY_ROLE)
_COLUMNS = len(Column)
_TO_THE_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class LinesModel(QAbstractTableModel):
    """order_wanted(column, descending): a title was clicked. more_wanted(): the end is near.

    Who owns the lines sorts and filters them; there may be more than were handed over.
    """

    order_wanted = QtSignal(int, bool)
    more_wanted = QtSignal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: list[StudyLine] = []
        self._rows: dict[str, int] | None = None
        self._texts: dict[int, tuple[str, ...]] = {}
        self._colours: dict[int, tuple[QColor | None, ...]] = {}
        self._total = 0
        self._awaited = False
        self._masked = False

    @property
    def keys(self) -> tuple[str, ...]:
        """Of the lines that are here, in their order."""
        return tuple(line.key for line in self._lines)

    @property
    def total(self) -> int:
        """How many lines there are, here or not."""
        return self._total

    def line(self, row: int) -> StudyLine | None:
        """The line of a row; ``None`` where there is no such row."""
        return self._lines[row] if 0 <= row < len(self._lines) else None

    def row_of(self, key: str) -> int:
        """The row of a study, -1 for none."""
        if self._rows is None:
            self._rows = {line.key: row for row, line in enumerate(self._lines)}
        return self._rows.get(key, -1)

    def show(self, lines: Sequence[StudyLine], total: int) -> None:
        """Show these; what stays in its place is not touched, so that nothing jumps."""
        old, new = self._lines, list(lines)
        head = _alike(old, new)
        tail = _alike(old[head:][::-1], new[head:][::-1])
        self._total, self._awaited = total, False
        if not head and not tail and old:
            self.beginResetModel()
            self._put(new)
            self.endResetModel()
            return
        gone = len(old) - head - tail
        if gone:
            self.beginRemoveRows(QModelIndex(), head, head + gone - 1)
            self._put(old[:head] + old[len(old) - tail :])
            self.endRemoveRows()
        come = new[head : len(new) - tail]
        if come:
            self.beginInsertRows(QModelIndex(), head, head + len(come) - 1)
            self._put(self._lines[:head] + come + self._lines[head:])
            self.endInsertRows()
        self._bring_up_to_date(new)

    def extend(self, lines: Sequence[StudyLine]) -> None:
        """More of them, behind those that are here."""
        self._awaited = False
        if lines:
            first = len(self._lines)
            self.beginInsertRows(QModelIndex(), first, first + len(lines) - 1)
            self._lines += lines
            self._rows = None
            self.endInsertRows()

    def count(self, total: int) -> None:
        """So many there are, here or not."""
        self._total = total

    def mask_names(self, masked: bool) -> None:
        """Show made-up names."""
        self._masked = masked
        self._texts.clear()
        if self._lines:
            self._tell(0, len(self._lines) - 1)

    def canFetchMore(self, parent: Index) -> bool:  # noqa: N802
        """Whether there are lines that are not here."""
        return not parent.isValid() and len(self._lines) < self._total and not self._awaited

    def fetchMore(self, parent: Index) -> None:  # noqa: N802
        """Ask for them; they come later."""
        if self.canFetchMore(parent):
            self._awaited = True
            self.more_wanted.emit()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        """One row a study that is here."""
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        """As many as Column has."""
        return 0 if parent.isValid() else _COLUMNS

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Hand the wish on; the lines come anew."""
        if column >= 0:
            self.order_wanted.emit(column, order == Qt.SortOrder.DescendingOrder)

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """The columns' titles."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole and section in _RIGHT:
            return _TO_THE_RIGHT
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return {
            Column.PATIENT: self.tr("Patient"),
            Column.NUMBER: self.tr("ID"),
            Column.DATE: self.tr("Date"),
            Column.VIEWS: self.tr("Views"),
            Column.STATE: self.tr("State"),
            Column.READER: self.tr("Reader"),
            Column.FINDINGS: self.tr("Findings"),
            Column.PRIORITY: self.tr("Priority"),
            Column.MARKS: self.tr("Marks"),
        }[Column(section)]

    def data(self, index: Index, role: int = _TEXT) -> Any:
        """Text, key, colour and tip of a cell."""
        if role == _TEXT:
            return self._written(index.row())[index.column()]
        if role == _COLOUR:
            return self._coloured(index.row())[index.column()]
        if role == _ALIGNED:
            return _TO_THE_RIGHT if index.column() in _RIGHT else None
        if role == _KEY:
            return self._lines[index.row()].key
        if role == _TIP:
            told = self._lines[index.row()].problems
            return "\n".join(f"{one.where}: {one.reason}" for one in told) or None
        return None

    def _written(self, row: int) -> tuple[str, ...]:
        texts = self._texts.get(row)
        if texts is None:
            texts = self._texts[row] = self._write(self._lines[row])
        return texts

    def _coloured(self, row: int) -> tuple[QColor | None, ...]:
        colours = self._colours.get(row)
        if colours is None:
            line = self._lines[row]
            colours = self._colours[row] = tuple(_colour(line, column) for column in Column)
        return colours

    def _write(self, line: StudyLine) -> tuple[str, ...]:
        known = bool(line.patient.patient_id)
        state = ", ".join(filter(None, (trouble_of(line), state_title(line.state))))
        return (
            patient_name(line.patient, self._masked),
            patient_number(line.patient, self._masked) if known else "",
            line.studied.isoformat() if line.studied else self.tr("not stated"),
            line.views,
            state,
            reader_of(line),
            str(line.findings) if line.findings else "",
            f"{line.priority:+d}" if line.priority else "",
            marks_of(line),
        )

    def _put(self, lines: list[StudyLine]) -> None:
        self._lines, self._rows = lines, None
        self._texts.clear()
        self._colours.clear()

    def _bring_up_to_date(self, new: list[StudyLine]) -> None:
        changed = [row for row, line in enumerate(new) if self._lines[row] != line]
        self._lines = new
        for row in changed:
            self._texts.pop(row, None)
            self._colours.pop(row, None)
            self._tell(row, row)

    def _tell(self, first: int, last: int) -> None:
        self.dataChanged.emit(self.index(first, 0), self.index(last, len(Column) - 1))


def _alike(one: Sequence[StudyLine], other: Sequence[StudyLine]) -> int:
    """How many lines from the first on are of the same studies."""
    count = 0
    for mine, its in zip(one, other, strict=False):
        if mine.key != its.key:
            break
        count += 1
    return count


def _colour(line: StudyLine, column: Column) -> QColor | None:
    if (column is Column.STATE and line.problems) or (column is Column.MARKS and line.conflict):
        return QColor(THEME.error)
    if column is Column.STATE and line.state in _SETTLED:
        return QColor(THEME.adjudicated)
    plain = {Column.PATIENT, Column.DATE, Column.MARKS}
    if column is Column.STATE and line.state != "new":
        return None
    return None if column in plain else QColor(THEME.dim)
