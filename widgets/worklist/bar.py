"""The worklist's upper edge: which studies, the field to find, and the filters."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from widgets.worklist.chips import Chips
from widgets.worklist.line import Scope


class WorklistBar(QWidget):
    """scope_wanted(Scope). filter_wanted(name): a saved one. forget_wanted(name): drop it.

    open_requested(), add_requested(): a folder should be opened, or added to the worklist.
    """

    scope_wanted = Signal(object)
    filter_wanted = Signal(str)
    forget_wanted = Signal(str)
    open_requested = Signal()
    add_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field, self.chips = QLineEdit(), Chips()
        self._filters: tuple[str, ...] | None = None
        self.scopes = {
            Scope.OPENED: QPushButton(self.tr("Opened now")),
            Scope.ALL: QPushButton(self.tr("All")),
            Scope.MINE: QPushButton(self.tr("Mine")),
        }
        self.saved = QPushButton(self.tr("Saved filters"))
        self.saved.setProperty("opening", True)
        self.saved.setMenu(QMenu(self.saved))
        self.add = QPushButton(self.tr("Add folder"))
        self.add.setToolTip(self.tr("Put the studies of a folder into the worklist"))
        self.add.clicked.connect(self.add_requested)
        self._lay_out()
        self.show_filters(())

    def show_scope(self, scope: Scope) -> None:
        """Which studies are listed."""
        self.scopes[scope].setChecked(True)

    def show_filters(self, names: Sequence[str]) -> None:
        """Offer these saved filters."""
        if tuple(names) == self._filters:
            return
        self._filters = tuple(names)
        menu = self.saved.menu()
        menu.clear()
        for name in names:
            menu.addAction(name).triggered.connect(partial(self._emit, self.filter_wanted, name))
        if names:
            menu.addSeparator()
            forget = menu.addMenu(self.tr("Forget"))
            for name in names:
                forget.addAction(name).triggered.connect(
                    partial(self._emit, self.forget_wanted, name)
                )
        else:
            menu.addAction(self.tr("None yet: filter, then Save filter")).setEnabled(False)

    @staticmethod
    def _emit(signal: SignalInstance, name: str, _on: bool = False) -> None:
        signal.emit(name)

    def _lay_out(self) -> None:
        self.field.setPlaceholderText(self.tr("Find a patient, date or view"))
        self.field.setClearButtonEnabled(True)
        self.field.setMinimumWidth(140)
        self.field.setMaximumWidth(320)
        top = QHBoxLayout()
        top.setSpacing(0)
        group = QButtonGroup(self)
        for scope, button in self.scopes.items():
            button.setCheckable(True)
            button.setProperty("segment", True)
            button.clicked.connect(partial(self._wish, scope))
            group.addButton(button)
            top.addWidget(button)
        top.addSpacing(8)
        top.addWidget(self.saved)
        top.addSpacing(16)
        top.addWidget(self.field, 1)
        top.addStretch(1)
        button = QPushButton(self.tr("Open folder"))
        button.clicked.connect(self.open_requested)
        top.addWidget(self.add)
        top.addSpacing(8)
        top.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(top)
        column.addWidget(self.chips)

    def _wish(self, scope: Scope, _on: bool = True) -> None:
        self.scope_wanted.emit(scope)
