"""The menus of the window: one a group of actions, and what was opened last."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QMenu

from app.action_rows import GROUPS
from app.actions import ACTIONS
from widgets.actions import ActionSet, translated


class Menus:
    """Of one window. by_group: each menu by its group. recent: the menu of what was opened last."""

    def __init__(
        self,
        window: QMainWindow,
        actions: ActionSet,
        paths: Callable[[], list[str]],
        open_paths: Callable[[list[Path]], None],
    ) -> None:
        """paths: what was opened last, newest first. open_paths: opens one of them again."""
        self._window, self._paths, self._open = window, paths, open_paths
        self.by_group = {group: window.menuBar().addMenu(translated(group)) for group in GROUPS}
        for row in ACTIONS:
            self.by_group[row.group].addAction(actions[row.id])
            if row.id == "file.open_file":
                self.recent = self.by_group[row.group].addMenu(window.tr("Open recent"))
        self.recent.aboutToShow.connect(self._list_recent)
        self._list_recent()

    def hide_empty(self) -> None:
        """Of groups of which no action does anything yet."""
        for shown in self._window.menuBar().findChildren(QMenu):
            shown.menuAction().setVisible(any(map(QAction.isVisible, shown.actions())))

    def _list_recent(self) -> None:
        """By name, with the whole path in the tip."""
        self.recent.clear()
        self.recent.setToolTipsVisible(True)
        for path in map(Path, self._paths()):
            action = self.recent.addAction(path.name or str(path))
            action.setToolTip(str(path))
            action.triggered.connect(partial(self._open, [path]))
        if not self.recent.actions():
            self.recent.addAction(self._window.tr("Nothing yet")).setEnabled(False)
