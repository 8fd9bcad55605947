"""Carries out what the archive's page asks for: backup, check, restore, and the audit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from app.gui.archive_upkeep_work import (
    audit_lines,
    backed_up,
    checked,
    described,
    put_back,
    save_table,
)
from app.gui.main_window import MainWindow
from domain.errors import FourviewError
from widgets.archive_page import ArchivePage, AuditLine
from widgets.settings_dialog import SettingsDialog

if TYPE_CHECKING:  # the first paint needs no database
    from archive.archive import Archive
    from archive.upkeep.describing import Description

Result = TypeVar("Result")
_LANE = "archive upkeep"
_UNITS = ("bytes", "KB", "MB", "GB")
_STEP = 1000


class ArchiveUpkeepHand(QObject):
    """Shows the page; one task at a time."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window = window
        self.page: ArchivePage | None = None
        self._folder = self._address_used = ""
        self._dialog: SettingsDialog | None = None
        window.services.archive.opened.connect(self._opened)
        window.services.archive.failed.connect(self._show_problem)

    def open(self) -> None:
        """Show the page until it is closed."""
        if self.page is not None:
            self.page.activateWindow()
            return
        page = self.page = ArchivePage(self.window)
        page.backup_asked.connect(self._back_up)
        page.check_asked.connect(self._check)
        page.restore_asked.connect(self._ask_restore)
        page.restore_confirmed.connect(self._restore)
        page.save_asked.connect(self._save)
        page.finished.connect(self._gone)
        self._list()
        page.setModal(True)
        page.show()

    def watch(self, dialog: SettingsDialog) -> None:
        """Open the archive anew while its address is changed in the settings."""
        self._address_used = self.window.services.settings.archive.address
        self._dialog = dialog
        dialog.changed.connect(lambda _settings: self._follow_address())
        dialog.finished.connect(self._forget_dialog)

    def _follow_address(self) -> None:
        """After the window has taken the settings."""
        address = self.window.services.settings.archive.address
        if address != self._address_used and self._dialog is not None:
            self._address_used = address
            self._dialog.show_message(self.tr("Opening the archive"), error=False)
            self.window.services.archive.open_again()

    def _forget_dialog(self) -> None:
        self._dialog = None

    def _tell_dialog(self, words: str, *, error: bool) -> None:
        if self._dialog is not None:
            self._dialog.show_message(words, error=error)

    # What is shown.

    def _opened(self) -> None:
        archive = self.window.services.archive.archive
        where = archive.database.where if archive is not None else ""
        self._tell_dialog(self.tr("The archive is open: {where}").format(where=where), error=False)
        self._list()

    def _list(self) -> None:
        if self.page is None:
            return
        archive = self.window.services.archive
        archive.ask("Describing", described, done=self._show, failed=self._cannot, lane=_LANE)
        archive.ask("Audit", audit_lines, done=self._show_audit, failed=self._cannot, lane=_LANE)

    def _show(self, told: Description) -> None:
        if self.page is not None:
            self.page.show_facts(self._facts(told))

    def _facts(self, told: Description) -> list[tuple[str, str]]:
        when = self.tr("never")
        if told.backed_up is not None:
            when = f"{told.backed_up.astimezone():%Y-%m-%d %H:%M}"
        holds = self.tr(
            "{studies} studies, {readings} readings in {revisions} revisions, {results} AI results"
        ).format(
            studies=told.studies,
            readings=told.readings,
            revisions=told.revisions,
            results=told.results,
        )
        facts = [
            (self.tr("Address"), told.where),
            (self.tr("Size"), _size(told.size)),
            (self.tr("Holds"), holds),
            (self.tr("Last backup"), when),
        ]
        return [*facts, (self.tr("Mind"), told.notice)] if told.notice else facts

    def _show_audit(self, lines: tuple[AuditLine, ...]) -> None:
        if self.page is not None:
            self.page.show_audit(lines)

    def _show_problem(self, why: str) -> None:
        self._tell_dialog(self.tr("The archive can't be used: {why}").format(why=why), error=True)
        if self.page is not None:
            self.page.show_facts([(self.tr("Address"), self._address())], why)
            self.page.show_audit(())

    def _cannot(self, error: FourviewError) -> None:
        self._show_problem(self.window.services.archive.problem or str(error))

    def _address(self) -> str:
        address = self.window.services.settings.archive.address
        return address if address and "@" not in address else self.tr("as in the settings")

    # What is done.

    def _back_up(self) -> None:
        offered = Path(self._folder) / f"fourview-{datetime.now().astimezone():%Y-%m-%d}.sqlite"
        chosen, _ = QFileDialog.getSaveFileName(
            self.page, self.tr("Back up to"), str(offered), self.tr("Backups (*.sqlite)")
        )
        if chosen:
            self.back_up(Path(chosen))

    def back_up(self, path: Path) -> None:
        """Write all that is kept to a new file."""
        target = path if path.suffix else path.with_suffix(".sqlite")
        self._folder = str(target.parent)
        by = self.window.services.archive.reader
        done = self.tr("Backed up to {file}").format(file=target)
        self._work(self.tr("Backing up"), partial(backed_up, target, by), lambda _none: done)

    def _check(self) -> None:
        def told(problems: tuple[str, ...]) -> str:
            if not problems:
                return self.tr("The archive is whole")
            raise FourviewError("; ".join(problems), remedy="Restore a backup")

        self._work(self.tr("Looking through everything"), checked, told)

    def _ask_restore(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(
            self.page, self.tr("Restore a backup"), self._folder, self.tr("Backups (*.sqlite)")
        )
        if chosen:
            self.ask_to_restore(chosen)

    def ask_to_restore(self, chosen: str) -> None:
        """Say what will happen."""
        words = self.tr(
            "The archive becomes what it was when {file} was written. What it holds now is kept "
            "in a file beside it, and the backup is looked through before anything is touched. "
            "Other windows on this archive should be closed."
        ).format(file=Path(chosen).name)
        if self.window.services.reading.shown.exams is not None:
            words += " " + self.tr("The open case is closed first.")
        if self.page is not None:
            self.page.ask_to_restore(chosen, words)

    def _restore(self, chosen: str) -> None:
        services = self.window.services
        if self.page is None:
            return
        self.page.show_working(self.tr("Restoring"))
        if services.reading.shown.exams is not None:
            self.window.show_worklist()
            services.reading.close_case()
        address, by = services.settings.archive.address, services.archive.reader
        services.archive.ask(  # what is still being kept goes first
            "Waiting for the archive",
            lambda _archive: None,
            done=lambda _none: self._put_back(Path(chosen), address, by),
            failed=lambda _error: self._put_back(Path(chosen), address, by),
        )

    def _put_back(self, backup: Path, address: str, by: str) -> None:
        services = self.window.services
        services.archive.close()
        services.jobs.start(
            _LANE,
            "Restoring the archive",
            lambda _job: put_back(backup, address, by),
            done=self._restored,
            failed=self._not_restored,
        )

    def _restored(self, aside: Path | None) -> None:
        archive = self.window.services.archive
        archive.open_again()
        archive.changed.emit()
        if self.page is not None:
            kept = self.tr("; what was there before is in {file}").format(file=aside)
            self.page.show_message(self.tr("Restored") + (kept if aside is not None else ""))

    def _not_restored(self, error: FourviewError) -> None:
        self.window.services.archive.open_again()
        if self.page is not None:
            self.page.show_message(str(error), error=True)

    def _save(self, lines: tuple[AuditLine, ...]) -> None:
        chosen, _ = QFileDialog.getSaveFileName(
            self.page, self.tr("Save the audit"), "audit.csv", self.tr("Tables (*.csv)")
        )
        if chosen:
            self.save(Path(chosen), lines)

    def save(self, path: Path, lines: tuple[AuditLine, ...]) -> None:
        """Write lines of the audit as a table."""
        target = path if path.suffix else path.with_suffix(".csv")
        if self.page is not None:
            self.page.show_working(self.tr("Saving"))
        done = self.tr("Saved: {file}").format(file=target)
        self.window.services.jobs.start(
            _LANE,
            "Saving the audit",
            lambda _job: save_table(target, lines),
            done=lambda _none: self._done(lambda _same: done, None),
            failed=self._failed,
            quiet=True,
        )

    def _work(
        self, title: str, work: Callable[[Archive], Result], told: Callable[[Result], str]
    ) -> None:
        if self.page is not None:
            self.page.show_working(title)
        self.window.services.archive.ask(
            title, work, done=partial(self._done, told), failed=self._failed, lane=_LANE
        )

    def _done(self, told: Callable[..., str], result: object) -> None:
        if self.page is None:
            return
        try:
            self.page.show_message(told(result))
        except FourviewError as problem:
            self.page.show_message(str(problem), error=True)
        self._list()

    def _failed(self, error: FourviewError) -> None:
        if self.page is not None:
            self.page.show_message(str(error), error=True)

    def _gone(self) -> None:
        page, self.page = self.page, None
        if page is not None:
            page.deleteLater()


def _size(count: int | None) -> str:
    """Bytes as people read them; steps of 1000."""
    if count is None:
        return "?"
    number, unit = float(count), 0
    while number >= _STEP and unit < len(_UNITS) - 1:
        number, unit = number / _STEP, unit + 1
    return f"{number:.0f} {_UNITS[unit]}" if unit < 2 else f"{number:.1f} {_UNITS[unit]}"
