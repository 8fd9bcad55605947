"""The page of model packages: each change is made by the command line, in a process of its own.

A network that some stranger made is opened there, so that it can't take the window down.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from app.gui.main_window import MainWindow
from app.gui.second_reading_start import reopen_packages
from app.jobs.job import Job
from domain.errors import BadInputError, FourviewError

if TYPE_CHECKING:
    from inference.packages.manifest import Manifest
    from inference.packages.registry import Entry
    from widgets.models_page import ModelsPage, PackageRow

_LANE = "packages"
_MOST_SECONDS = 180


class ModelsHands(QObject):
    """Shows the page and carries out what it asks for."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._page: ModelsPage | None = None

    def open(self) -> None:
        """Show the page until it is closed."""
        from widgets.models_page import ModelsPage  # noqa: PLC0415 - after the first paint

        page = self._page = ModelsPage(self._window)
        page.add_asked.connect(self._choose)
        page.verify_asked.connect(lambda key: self._ask("verify", key))
        page.activate_asked.connect(
            lambda one, version: self._ask("activate", one, "--version", version)
        )
        page.rollback_asked.connect(lambda stage: self._ask("rollback", stage))
        self._list()
        page.exec()
        self._page = None
        page.deleteLater()

    def _choose(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(
            self._page, self.tr("Add a model package"), "", self.tr("Packages (*.zip *.json)")
        )
        if chosen:
            path = Path(chosen)
            self._ask("add", str(path if path.suffix == ".zip" else path.parent))

    def _ask(self, what: str, *about: str) -> None:
        if self._page is not None:
            self._page.set_busy(True)
            self._page.show_message(self.tr("Working"))
        self._window.services.jobs.start(
            _LANE,
            "Looking at model packages",
            lambda _job: run_models(what, *about),
            done=partial(self._done, what),
            failed=self._failed,
        )

    def _done(self, what: str, said: str) -> None:
        if self._page is not None:
            self._page.set_busy(False)
            self._page.show_message(said)
        if what in ("activate", "rollback"):
            reopen_packages(self._window.services)
        self._list()

    def _failed(self, error: FourviewError) -> None:
        if self._page is not None:
            self._page.set_busy(False)
            self._page.show_message(str(error), error=True)

    def _list(self) -> None:
        self._window.services.jobs.start(
            _LANE, "Listing model packages", _rows, done=self._show, failed=self._failed, quiet=True
        )

    def _show(self, rows: tuple[PackageRow, ...]) -> None:
        if self._page is not None:
            self._page.show_packages(rows)


def run_models(what: str, *about: str) -> str:
    """What ``fourview models WHAT ABOUT`` prints; BadInputError with what it complains of."""
    import subprocess  # noqa: PLC0415 - after the first paint

    program = [sys.executable]
    if not getattr(sys, "frozen", False):
        program += ["-m", "app.cli.main"]
    command = [*program, "models", what, *about]
    try:
        run = subprocess.run(  # noqa: S603 - our own program, no shell
            command, capture_output=True, text=True, timeout=_MOST_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BadInputError(
            f"the package could not be looked at ({type(error).__name__})", remedy="Try again"
        ) from error
    if run.returncode != 0:
        said = run.stderr.strip().removeprefix("fourview: ")
        raise BadInputError(said or f"the check ended with {run.returncode}")
    return run.stdout.strip()


def _rows(_job: Job) -> tuple[PackageRow, ...]:
    from inference.packages.registry import Registry  # noqa: PLC0415 - not for the first paint

    return tuple(map(_row, Registry().packages()))


def _row(entry: Entry) -> PackageRow:
    from widgets.models_page import PackageRow  # noqa: PLC0415 - after the first paint

    if entry.package is None:
        return PackageRow(str(entry.path), entry.path.name, "can't be used", "", why=entry.why)
    manifest = entry.package.manifest
    origin = "comes with Fourview" if entry.builtin else "yours"
    reads = ", reads" if entry.active else ""
    return PackageRow(
        str(entry.path),
        f"{manifest.title} {manifest.version}",
        f"{manifest.stage.value}, {origin}{reads}",
        told_of(manifest),
        active=entry.active,
        stage=manifest.stage.value,
        identity=manifest.id,
        version=manifest.version,
    )


def told_of(manifest: Manifest) -> str:
    """All that a package says of itself, as Markdown."""
    lines = [f"## {manifest.title} {manifest.version}", f"`{manifest.id}`", manifest.intended_use]
    if manifest.training is not None:
        told = manifest.training
        lines.append(f"**Trained on:** {told.data}. {told.images} images; {told.licence}.")
    if manifest.evaluation is not None:
        found = manifest.evaluation
        lines.append(f"**Measured on:** {found.data}. A hit: {found.hit_rule}. {found.notes}")
    if manifest.operating_points:
        lines.append("**What to expect**")
        lines += [
            f"- from {100 * one.threshold:.0f} on: {100 * one.sensitivity:.0f} of 100 lesions "
            f"({100 * one.low:.0f} to {100 * one.high:.0f}) at "
            f"{one.false_positives_per_image:.2g} false marks an image; {one.measured_on}"
            for one in manifest.operating_points
        ]
    if manifest.members:
        lines += [f"- {one.stage.value}: {one.id} {one.version}" for one in manifest.members]
    return "\n\n".join(lines)


def plain(window: MainWindow) -> dict[str, Callable[[], object]]:
    """Handlers of plain actions, by id."""
    hands = window.findChild(ModelsHands) or ModelsHands(window)
    return {"ai.models": hands.open}


def switches(window: MainWindow) -> dict[str, Callable[[bool], object]]:  # noqa: ARG001
    """Handlers of actions that are on or off, by id."""
    return {}
