"""The rules of a project: how many readers a study needs, and whether they read blind."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject

from app.gui.main_window import MainWindow
from domain.errors import FourviewError

if TYPE_CHECKING:  # the first paint needs neither database nor dialog
    from archive.archive import Archive
    from archive.revisions.double import Rules
    from widgets.agreement.rules import RulesDialog

_LANE = "rules"
_Result = TypeVar("_Result")


class ProjectHands(QObject):
    """Shows the rules and keeps changed ones; nothing is kept before the archive took it."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._dialog: RulesDialog | None = None

    def open(self) -> None:
        """Show the dialog until it is closed."""
        from widgets.agreement.rules import RulesDialog  # noqa: PLC0415 - see above

        dialog = self._dialog = RulesDialog(self._window)
        dialog.set_asked.connect(self._keep)
        dialog.project_chosen.connect(self._load)
        self._ask(
            "Looking up projects", lambda archive: archive.double.projects(), self._show_projects
        )
        dialog.exec()
        self._dialog = None
        dialog.deleteLater()

    def _show_projects(self, names: tuple[str, ...]) -> None:
        if self._dialog is not None:
            self._dialog.show_projects(names)
            self._load(names[0])

    def _load(self, project: str) -> None:
        self._ask(
            "Looking up rules", lambda archive: archive.double.rules(project), self._show_rules
        )

    def _show_rules(self, rules: Rules) -> None:
        if self._dialog is not None:
            self._dialog.show_rules(rules.wanted, rules.blind)

    def _keep(self, project: str, wanted: int, blind: bool) -> None:
        by = self._window.services.archive.reader

        def work(archive: Archive) -> None:
            from archive.revisions.double import Rules  # noqa: PLC0415 - not for the first paint

            archive.double.set_rules(Rules(wanted, blind), by, project)

        self._ask("Keeping rules", work, self._kept)

    def _kept(self, _nothing: object) -> None:
        if self._dialog is not None:
            self._dialog.accept()
        archive = self._window.services.archive
        archive.changed.emit()
        self._window.tell(self.tr("Rules are kept; studies follow them from now on"), False)

    def _ask(
        self, title: str, work: Callable[[Archive], _Result], done: Callable[[_Result], None]
    ) -> None:
        archive = self._window.services.archive
        archive.ask(title, work, done=done, failed=self._fail, lane=_LANE)

    def _fail(self, error: FourviewError) -> None:
        if self._dialog is not None:
            self._dialog.show_problem(str(error))
        else:
            self._window.tell(str(error), True)


def plain(window: MainWindow) -> dict[str, Callable[[], object]]:
    """Handlers of plain actions, by id."""
    hands = window.findChild(ProjectHands) or ProjectHands(window)
    return {"file.double_reading": hands.open}


def switches(_window: MainWindow) -> dict[str, Callable[[bool], object]]:
    """None."""
    return {}
