"""Layouts: steps by number, priors in place, protocols and those of the reader's own."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QInputDialog, QMenu

from app.action_rows import LAYOUT
from app.gui.main_window import MainWindow
from app.gui.translating import translated_title
from app.presenters.shown import Shown
from app.protocols import OWN_FOLDER, find_protocol, offered_protocols, save_layout
from app.settings.declaration import Settings
from domain.errors import FourviewError
from viewing.hanging.protocol import PaneSelector, SizeMode
from widgets.status_line import Notice

Layout = tuple[tuple[PaneSelector, ...], ...]

_LAYOUT_KEYS = 9


class LayoutHands(QObject):
    """What a reader does with protocols and priors."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._menu = QMenu(window.tr("Hanging protocol"), window)
        self._menu.aboutToShow.connect(self._list_protocols)
        window.menus[LAYOUT].addMenu(self._menu)
        window.services.reading.changed.connect(self._show)
        self._title_layouts()

    @property
    def own_folder(self) -> Path:
        """Where the reader's protocols lie: beside the settings."""
        return self._window.services.store.path.parent / OWN_FOLDER

    def go_to_layout(self, number: int) -> None:
        """Show a step by its place in the protocol, from 0: keys mean the same in each case."""
        window = self._window
        reading = window.services.reading
        wanted = reading.protocol.steps[number : number + 1]
        steps = [chosen.step for chosen in reading.shown.steps]
        for step in wanted:
            if step in steps:
                reading.go_to_step(steps.index(step))
            else:
                said = window.tr("This case has no images for: {title}").format(title=step.title)
                window.status_line.show_message(said)

    def turn_exam(self, _on: bool) -> None:
        """The prior in place, the one before, at last the current exam again."""
        reading = self._window.services.reading
        if not reading.turn_exam():
            self._window.status_line.show_message(self._window.tr("There is no older image here"))
        self._show(reading.shown)

    def choose(self, name: str) -> None:
        """Hang by another protocol, from now on."""
        services = self._window.services
        if self._hang_by(name):
            read = services.settings.reading.model_copy(update={"protocol": name})
            services.settings = services.settings.model_copy(update={"reading": read})

    def take(self, settings: Settings) -> None:
        """The settings dialog may have named another protocol."""
        self._hang_by(settings.reading.protocol)

    def save(self) -> None:
        """Ask for a name, and keep what the panes show now as a protocol, or as its next step."""
        window, services = self._window, self._window.services
        layout, state = services.reading.layout, services.model.state
        if not layout:
            said = window.tr("Images outside the four views have no places to be saved")
            window.status_line.show_message(said)
            return
        if state.alone is not None:
            layout = ((tuple(pane for row in layout for pane in row)[state.alone],),)
        title, agreed = QInputDialog.getText(
            window,
            window.tr("Save layout as protocol"),
            window.tr("Name; one that is there already gets another step"),
            text=window.tr("My layout"),
        )
        if agreed and title.strip():
            self._keep(title.strip(), layout, state.size_mode)

    def _keep(self, title: str, layout: Layout, size: SizeMode) -> None:
        window = self._window
        try:
            name = save_layout(title, layout, size, self.own_folder)
        except FourviewError as error:
            window.status_line.show_message(str(error), Notice.ERROR)
            return
        if window.services.settings.reading.protocol == name:
            self._hang_by(name)
        said = window.tr("Saved. Layout, Hanging protocol offers it: {title}")
        window.status_line.show_message(said.format(title=title))

    def _hang_by(self, name: str) -> bool:
        reading = self._window.services.reading
        try:
            protocol = find_protocol(name, self.own_folder, translated_title)
        except FourviewError as error:
            self._window.status_line.show_message(str(error), Notice.ERROR)
            return False
        if protocol != reading.protocol:
            reading.set_protocol(protocol)
            self._title_layouts()
        return True

    def _show(self, shown: Shown) -> None:
        self._window.actions_of.check("case.prior", shown.prior_in_place)

    def _title_layouts(self) -> None:
        steps = self._window.services.reading.protocol.steps
        for number in range(_LAYOUT_KEYS):
            action_id = f"layout.{number + 1}"
            self._window.actions_of[action_id].setVisible(number < len(steps))
            if number < len(steps):
                self._window.actions_of.retitle(action_id, steps[number].title)

    def _list_protocols(self) -> None:
        self._menu.clear()
        group = QActionGroup(self._menu)
        present = self._window.services.settings.reading.protocol
        for offered in offered_protocols(self.own_folder, translated_title):
            action = QAction(offered.title, group)
            action.setCheckable(True)
            action.setChecked(offered.name == present)
            action.triggered.connect(partial(self._chosen, offered.name))
            self._menu.addAction(action)

    def _chosen(self, name: str, _on: bool = True) -> None:
        self.choose(name)


def hands_of(window: MainWindow) -> LayoutHands:
    """The window's own, made when first asked for."""
    return window.findChild(LayoutHands) or LayoutHands(window)


def plain(window: MainWindow) -> dict[str, Callable[[], object]]:
    """Handlers of plain actions, by id."""
    hands = hands_of(window)
    layouts = {
        f"layout.{number + 1}": partial(hands.go_to_layout, number)
        for number in range(_LAYOUT_KEYS)
    }
    return {**layouts, "layout.save": hands.save}


def switches(window: MainWindow) -> dict[str, Callable[[bool], object]]:
    """Handlers of actions that are on or off, by id."""
    return {"case.prior": hands_of(window).turn_exam}
