"""The list of a study's revisions: who, when, how far, what; a press shows one in the panes."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from widgets.theme import SMALL_TEXT_POINTS, set_points

_KEY = Qt.ItemDataRole.UserRole


@dataclass(frozen=True)
class RevisionRow:
    """One revision. key: its uid. title: when and how far. detail: who, and what it holds."""

    key: str
    title: str
    detail: str


class HistoryList(QWidget):
    """chosen(key): a revision is to be shown."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[RevisionRow, ...] = ()
        self._empty, self._hint, self._list = QLabel(), QLabel(), QListWidget()
        for label in (self._empty, self._hint):
            set_points(label, SMALL_TEXT_POINTS)
            label.setProperty("dim", True)
            label.setWordWrap(True)
        self._hint.setText(self.tr("Press a revision to see it in the panes."))
        self._list.setWordWrap(True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.itemClicked.connect(self._choose)
        self._list.itemActivated.connect(self._choose)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(6)
        for label in (self._hint, self._empty):
            column.addWidget(label)
        column.addWidget(self._list, 1)
        self.show_revisions(())

    def show_revisions(
        self, rows: tuple[RevisionRow, ...], looked_at: str = "", why_none: str = ""
    ) -> None:
        """The newest first. looked_at: key of the one in the panes, empty for none of them."""
        if rows != self._rows:
            self._rows = rows
            self._list.clear()
            for row in rows:
                item = QListWidgetItem(f"{row.title}\n{row.detail}")
                item.setData(_KEY, row.key)
                self._list.addItem(item)
        keys = [row.key for row in rows]
        self._list.setCurrentRow(keys.index(looked_at) if looked_at in keys else -1)
        self._hint.setVisible(bool(rows))
        self._list.setVisible(bool(rows))
        nothing = self.tr("No revision yet. One is kept when the case is left or submitted.")
        self._empty.setText(why_none or nothing)
        self._empty.setVisible(not rows)

    @property
    def said(self) -> str:
        """What can be read."""
        if not self._rows:
            return self._empty.text()
        return " | ".join(f"{row.title} {row.detail}" for row in self._rows)

    def _choose(self, item: QListWidgetItem) -> None:
        self.chosen.emit(str(item.data(_KEY)))
