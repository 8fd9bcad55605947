"""Windows by name: each image's own and the presets, one after another or from a menu."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from app.action_rows import LOOK, QT_TRANSLATE_NOOP
from app.gui import facts
from app.gui.main_window import MainWindow
from imaging.grey.preset_names import ALL_TISSUE, DENSE_GLAND, FATTY_TISSUE, SKIN_LINE

CONTEXT = "Window"
"""Under which the presets' names stand in the translations."""

_TITLES = {
    ALL_TISSUE: QT_TRANSLATE_NOOP("Window", "All tissue"),
    DENSE_GLAND: QT_TRANSLATE_NOOP("Window", "Dense gland"),
    FATTY_TISSUE: QT_TRANSLATE_NOOP("Window", "Fatty tissue"),
    SKIN_LINE: QT_TRANSLATE_NOOP("Window", "Skin line"),
}


class WindowHands(QObject):
    """What a reader does with the windows that the active image offers."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.menu = QMenu(window.tr("Window"), window)
        self.menu.aboutToShow.connect(self._list)
        window.menus[LOOK].addMenu(self.menu)
        self._list()

    @property
    def names(self) -> tuple[str, ...]:
        """Of the active image: its own windows and tables, then the presets; empty without one."""
        shown = self._window.services.reading.shown
        pane = facts.active_pane(shown.state)
        opened = shown.image_of(pane) if pane is not None else None
        return tuple(dict.fromkeys(voi.name for voi in opened.vois)) if opened else ()

    def show_next(self) -> None:
        """The window that follows the present one, after the last the first."""
        names = self.names
        if not names:
            return
        present = facts.window_name(self._window.services.reading.shown)
        place = names.index(present) if present in names else -1
        self.choose(names[(place + 1) % len(names)])

    def show_first(self) -> None:
        """Each image's own first choice again, also in later cases."""
        self.choose("")

    def choose(self, name: str) -> None:
        """Show the images of this device so, and say it."""
        window, reading = self._window, self._window.services.reading
        reading.choose_window(window.services.model.state.active, name)
        window.status_line.show_message(title_of(facts.window_name(reading.shown)))

    def _list(self) -> None:
        self.menu.clear()
        group, names = QActionGroup(self.menu), self.names
        present = facts.window_name(self._window.services.reading.shown)
        first_preset = next((name for name in names if name in _TITLES), "")
        for name in names:
            if name == first_preset:
                self.menu.addSeparator()
            action = QAction(title_of(name), group)
            action.setCheckable(True)
            action.setChecked(name == present)
            action.triggered.connect(partial(self._chosen, name))
            self.menu.addAction(action)
        if not names:
            self.menu.addAction(self._window.tr("No image")).setEnabled(False)

    def _chosen(self, name: str, _on: bool = True) -> None:
        self.choose(name)


def title_of(name: str) -> str:
    """A preset's name as it is shown; an image's own as its file writes it."""
    return QCoreApplication.translate(CONTEXT, _TITLES[name]) if name in _TITLES else name


def hands_of(window: MainWindow) -> WindowHands:
    """The window's own, made when first asked for."""
    return window.findChild(WindowHands) or WindowHands(window)


def plain(window: MainWindow) -> dict[str, Callable[[], object]]:
    """Handlers of plain actions, by id."""
    hands = hands_of(window)
    return {"grey.next": hands.show_next, "grey.reset": hands.show_first}


def switches(_window: MainWindow) -> dict[str, Callable[[bool], object]]:
    """None."""
    return {}
