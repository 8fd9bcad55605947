"""A reader over the column of that reader, who may be changed for another one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from annotations.agreement.deciding import Choice
from widgets.comparison.lines import reader_colour
from widgets.comparison.state import ReaderHead
from widgets.elided_label import ElidedLabel
from widgets.theme import SMALL_TEXT_POINTS, set_points


class Head(QWidget):
    """wanted(name): this reader's reading should be compared instead."""

    wanted = Signal(str)

    def __init__(self, choice: Choice) -> None:
        super().__init__()
        self._initials, self._name, self._detail = QLabel(), ElidedLabel(), ElidedLabel()
        self.others = QComboBox()
        self.others.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.others.setMinimumContentsLength(8)
        self.others.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.others.setStyleSheet("QComboBox { padding: 3px 2px 3px 4px; }")
        self.others.textActivated.connect(self._choose)
        self._initials.setStyleSheet(f"color: {reader_colour(choice)}; font-weight: 600;")
        set_points(self._detail, SMALL_TEXT_POINTS)
        self._detail.setProperty("dim", True)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self._initials)
        row.addWidget(self._name, 1)
        row.addWidget(self.others, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 0, 4, 0)
        column.setSpacing(1)
        column.addLayout(row)
        column.addWidget(self._detail)

    def show_reader(self, reader: ReaderHead, others: Sequence[str]) -> None:
        """Say who it is. others: who may stand here, with this one; one alone is no choice."""
        self._initials.setText(reader.initials)
        self._name.setText(reader.name)
        self._detail.setText(reader.detail)
        self.setToolTip(reader.tip)
        self.others.clear()
        self.others.addItems(others)
        self.others.setCurrentText(reader.name)
        choosable = len(others) > 1 and reader.name in others
        told = self.tr("{reader}. Choose whose reading is compared here")
        self.others.setToolTip(told.format(reader=reader.name))
        self.others.setVisible(choosable)
        self._name.setHidden(choosable)

    @property
    def name(self) -> str:
        """Of the reader."""
        return self._name.text()

    @property
    def said(self) -> str:
        """What can be read."""
        return f"{self._initials.text()} {self._name.text()} {self._detail.text()}"

    def _choose(self, name: str) -> None:
        if name != self.name:
            self.wanted.emit(name)
