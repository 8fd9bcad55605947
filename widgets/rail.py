"""The tool rail at the window's left: icons in groups, each the button of an action."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolButton, QVBoxLayout, QWidget

from widgets.action_row import ActionRow
from widgets.actions import ActionSet
from widgets.icons import ICON_SIZE, icon
from widgets.theme import THEME

BUTTON = 40
LEAST_BUTTON = 24
_LIT = {"annotate": THEME.reader, "ai": THEME.ai}


class ToolRail(QWidget):
    """Buttons of the actions whose row names a rail group; they shrink on a low screen."""

    def __init__(self, actions: ActionSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("ToolRail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(BUTTON + 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 1, 4)
        column.setSpacing(0)
        self._buttons: dict[str, QToolButton] = {}
        rows = [row for row in actions.rows.values() if row.rail]
        for group, members in groupby(rows, key=lambda row: row.rail):
            if self._buttons:
                column.addWidget(_Line())
            for row in members:
                self._buttons[row.id] = _button(row, actions[row.id], _LIT.get(group, ""))
                column.addWidget(self._buttons[row.id])
        column.addStretch(1)

    def leave_out(self, action_id: str) -> None:
        """Take an action's button away, and the line above a group that is empty then."""
        button = self._buttons.pop(action_id, None)
        if button is not None:
            button.hide()
            self._hide_idle_lines()

    def _hide_idle_lines(self) -> None:
        """A line stays where a button stands between it and the next line."""
        idle: _Line | None = None
        for child in self.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            if isinstance(child, _Line):
                if idle is not None:
                    idle.hide()
                idle = child
            elif isinstance(child, QToolButton) and not child.isHidden():
                idle = None
        if idle is not None:
            idle.hide()

    def button(self, action_id: str) -> QToolButton:
        """The button of an action. Raises KeyError where the rail has none."""
        return self._buttons[action_id]

    @property
    def ids(self) -> Sequence[str]:
        """The actions on the rail, from the top."""
        return tuple(self._buttons)


class _RailButton(QToolButton):
    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(BUTTON, BUTTON)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(BUTTON, LEAST_BUTTON)


def _button(row: ActionRow, action: QAction, lit: str) -> QToolButton:
    button = _RailButton()
    button.setDefaultAction(action)
    button.setIcon(icon(row.icon, lit=lit or THEME.text))
    button.setIconSize(QSize(ICON_SIZE, ICON_SIZE))
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
    button.setAccessibleName(action.text())
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # keys stay with the panes
    button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
    return button


class _Line(QWidget):
    """A line between groups, with air about it where there is room."""

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(BUTTON, 11)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(BUTTON, 1)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        del event
        middle = self.height() // 2
        QPainter(self).fillRect(8, middle, self.width() - 16, 1, QColor(THEME.line))
