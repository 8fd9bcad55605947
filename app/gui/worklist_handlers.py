"""What the worklist's actions do: on its page, on the chosen line, and on its sources."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QInputDialog

from app.gui.main_window import MainWindow
from app.presenters.worklist.sources import SourceLine
from widgets.worklist.line import SourceRow

if TYPE_CHECKING:
    from widgets.worklist.sources_page import SourcesPage

ROW_ACTIONS = (
    *("worklist.claim", "worklist.suspend", "worklist.release", "worklist.assign"),
    *("worklist.raise", "worklist.lower", "worklist.discuss"),
)
"""What the menu of a line offers, in this order."""


class WorklistActions(QObject):
    """Asks the reader what an action needs to know, and has it done."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._deeds, self._sources = window.services.worklist_deeds, window.services.sources
        self._page: SourcesPage | None = None
        page = window.study_page
        page.bar.add_requested.connect(self.add_folder)
        page.bar.chips.save_requested.connect(self.save_filter)
        page.add_row_actions([window.actions_of[one] for one in ROW_ACTIONS])
        self._sources.told.connect(window.tell)
        self._sources.changed.connect(self._list)

    @property
    def _uid(self) -> str:
        """The chosen line's study; it must be one that the archive knows."""
        row = self._window.services.worklist.row(self._window.study_page.key)
        return row.uid if row is not None else ""

    def do(self, deed: Callable[[str], object]) -> None:
        """On the chosen line."""
        if self._uid:
            deed(self._uid)
        else:
            self._window.tell(self.tr("The archive does not hold this study yet"), True)

    def find(self) -> None:
        """Have the page's field take the keys."""
        self._window.show_worklist()
        self._window.study_page.take_keys()

    def assign(self, uid: str) -> None:
        """Ask for whom."""
        self._deeds.readers(partial(self._assign, uid))

    def discuss(self, uid: str) -> None:
        """Flag it, with a note; or settle it."""
        row = self._window.services.worklist.row(uid)
        if row is not None and row.discuss:
            self._deeds.settle(uid)
            return
        words, told = QInputDialog.getText(
            self._window, self.tr("Discuss"), self.tr("What is to be discussed? May stay empty.")
        )
        if told:
            self._deeds.discuss(uid, words.strip())

    def save_filter(self) -> None:
        """Ask for a name."""
        name, told = QInputDialog.getText(
            self._window, self.tr("Save filter"), self.tr("Name of the filter")
        )
        if told and name.strip():
            self._deeds.save_filter(name.strip())

    def add_folder(self) -> None:
        """Ask which."""
        chosen = QFileDialog.getExistingDirectory(
            self._page or self._window, self.tr("Add a folder to the worklist")
        )
        if chosen:
            self._sources.add(Path(chosen))

    def show_sources(self) -> None:
        """The page of sources, until it is closed."""
        from widgets.worklist.sources_page import SourcesPage  # noqa: PLC0415 - seldom wanted

        page = self._page = SourcesPage(self._window)
        page.add_folder_asked.connect(self.add_folder)
        page.add_zip_asked.connect(self._add_zip)
        page.look_asked.connect(self._sources.look)
        page.watch_asked.connect(self._sources.watch)
        page.remove_asked.connect(self._sources.remove)
        self._list(self._sources.lines)
        self._sources.look_up()
        page.exec()
        self._page = None
        page.deleteLater()

    def _assign(self, uid: str, known: tuple[str, ...]) -> None:
        row = self._window.services.worklist.row(uid)
        nobody = self.tr("(nobody)")
        own = self._window.services.archive.reader
        names = list(dict.fromkeys((own, *known)))
        if row is not None and row.assigned:
            names.insert(0, nobody)
        name, told = QInputDialog.getItem(
            self._window, self.tr("Assign to"), self.tr("Who is to read this study"), names, 0, True
        )
        if told and name.strip():
            self._deeds.assign(uid, "" if name == nobody else name.strip())

    def _add_zip(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(
            self._page, self.tr("Add a zip to the worklist"), "", self.tr("Zip files (*.zip)")
        )
        if chosen:
            self._sources.add(Path(chosen))

    def _list(self, lines: tuple[SourceLine, ...]) -> None:
        if self._page is not None:
            self._page.show_rows(
                [
                    SourceRow(one.location, one.watched, one.seen, one.busy, one.problem)
                    for one in lines
                ]
            )


def plain(window: MainWindow) -> dict[str, Callable[[], object]]:
    """Handlers of plain actions, by id."""
    acts = window.findChild(WorklistActions) or WorklistActions(window)
    deeds = window.services.worklist_deeds
    return {
        "worklist.find": acts.find,
        "worklist.add_folder": acts.add_folder,
        "worklist.sources": acts.show_sources,
        "worklist.claim": partial(acts.do, deeds.claim),
        "worklist.suspend": partial(acts.do, deeds.suspend),
        "worklist.release": partial(acts.do, deeds.release),
        "worklist.assign": partial(acts.do, acts.assign),
        "worklist.raise": partial(acts.do, lambda uid: deeds.prefer(uid, 1)),
        "worklist.lower": partial(acts.do, lambda uid: deeds.prefer(uid, -1)),
        "worklist.discuss": partial(acts.do, acts.discuss),
    }


def switches(window: MainWindow) -> dict[str, Callable[[bool], object]]:  # noqa: ARG001
    """Handlers of actions that are on or off, by id."""
    return {}
