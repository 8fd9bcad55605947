"""The worklist's lower edge: how many there are, what went wrong, and the reader's day."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from domain.study import FileProblem
from widgets.elided_label import ElidedLabel
from widgets.worklist.words import duration

_MOST_TOLD = 40


class WorklistFoot(QWidget):
    """One line of words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count, self._problems, self._day = QLabel(), QLabel(), QLabel()
        self._notice = ElidedLabel()
        for label in (self._count, self._day):
            label.setProperty("dim", True)
        for red in (self._problems, self._notice):
            red.setProperty("error", True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addWidget(self._count)
        row.addWidget(self._problems)
        row.addWidget(self._notice, 1)
        row.addWidget(self._day, 0, Qt.AlignmentFlag.AlignRight)

    @property
    def said(self) -> str:
        """All that can be read."""
        labels = (self._count, self._problems, self._notice, self._day)
        return " ".join(filter(None, (label.text() for label in labels)))

    def show_count(self, shown: int, whole: int) -> None:
        """How many studies are listed, of how many."""
        many = self.tr("{count} studies").format(count=f"{whole:,}")
        words = self.tr("1 study") if whole == 1 else many
        if shown != whole:
            words = self.tr("{shown} of {total}").format(shown=f"{shown:,}", total=f"{whole:,}")
        self._count.setText(words)

    def show_counting(self, least: int) -> None:
        """How many are listed at least, while they are counted."""
        self._count.setText(self.tr("{count} or more").format(count=f"{least:,}"))

    def show_problems(self, problems: Iterable[FileProblem]) -> None:
        """How many files could not be taken in; the reasons can be read in the tip."""
        told = [f"{problem.where}: {problem.reason}" for problem in problems]
        many = self.tr("{count} files could not be read").format(count=len(told))
        one = self.tr("1 file could not be read")
        self._problems.setText({0: "", 1: one}.get(len(told), many))
        self._problems.setToolTip("\n".join(told[:_MOST_TOLD]))
        self._problems.setVisible(bool(told))

    def show_notice(self, words: str) -> None:
        """Something of the list itself, such as that the archive can't be used; empty for none."""
        self._notice.setText(words)
        self._notice.setToolTip(words)

    def show_day(self, submitted: int, seconds: float) -> None:
        """What the reader did today."""
        words = self.tr("Today: {count} read, {time}")
        self._day.setText(words.format(count=submitted, time=duration(seconds)))
