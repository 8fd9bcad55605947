"""Carries out what the dialog of exports asks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from annotations.exchange.facts import FACTS
from annotations.keeping.folders import readings_folder
from app.gui.exchange_words import said_here
from app.gui.main_window import MainWindow
from app.gui.services import Services
from app.presenters.exchanging.orders import Exported, ExportOrder
from app.presenters.exchanging.telling import Teller
from domain.errors import CancelledError, FourviewError
from domain.study import Study
from widgets.exchange_dialog_export import ExportDialog, ExportWish, FormatRow, ScopeRow
from widgets.status_line import Notice
from widgets.worklist.line import Scope

if TYPE_CHECKING:  # what reads and writes formats is loaded with the first export
    from annotations.exchange.neutral import ExchangeReading
    from archive.archive import Archive
    from archive.upkeep.taking_out import Chosen
    from archive.worklist.query import WorklistQuery

Studies = Callable[["Archive | None"], frozenset[str] | None]
"""Tells UIDs, ``None`` for all."""

_EVERY = 10_000_000
_CASE, _LISTED, _ALL = "case", "listed", "all"
_LANE, _COUNTING = "exporting", "counting readings"
_TIDY = 100
"""Names beside each other that are tried."""


class ExportHand(QObject):
    """Shows the dialog; one export at a time."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.dialog: ExportDialog | None = None
        self._teller: Teller | None = None
        self._chosen: Chosen | None = None
        self._offered = ""
        self._folder = Path.home()

    def open(self) -> None:
        """Show the dialog until it is closed."""
        if self.dialog is not None:
            self.dialog.activateWindow()
            return
        self._window.findings.finish()
        formats = [
            FormatRow(one.name, one.title, one.what, one.loses, one.pictures)
            for one in FACTS.values()
        ]
        dialog = self.dialog = ExportDialog(self._scopes(), formats, self._window)
        dialog.show_key(
            self.tr(
                "Names, numbers and dates are replaced by keyed ones; notes go. Whoever has the "
                "key can tell whose they are: {file}"
            ).format(file=readings_folder().parent / "anonymising.key")
        )
        dialog.chosen.connect(self._choose)
        dialog.place_asked.connect(self._ask_place)
        dialog.export_asked.connect(self._export)
        dialog.stop_asked.connect(self._stop)
        dialog.finished.connect(self._gone)
        self._choose()
        dialog.setModal(True)
        dialog.show()

    def _scopes(self) -> tuple[ScopeRow, ...]:
        services = self._window.services
        listed = services.worklist.state.total
        return (
            ScopeRow(_CASE, self.tr("This case"), services.reading.shown.exams is not None),
            ScopeRow(
                _LISTED,
                self.tr("Studies shown in the worklist: {count}").format(count=listed),
                bool(listed),
            ),
            ScopeRow(_ALL, self.tr("All that is kept")),
        )

    def _studies(self, scope: str) -> Studies:
        """What tells which studies, in a job, as a whole worklist may be long."""
        services = self._window.services
        exams, listed = services.reading.shown.exams, services.worklist
        if scope == _CASE and exams is not None:
            return partial(_these, frozenset({exams.current.uid}))
        if scope == _ALL:
            return partial(_these, None)
        if listed.state.asked.scope is not Scope.OPENED:
            return partial(_listed, listed.query)
        lines = [(line.key, listed.study(line.key)) for line in listed.state.lines]
        return partial(_these, frozenset(study.uid if study else key for key, study in lines))

    # What is chosen.

    def _choose(self) -> None:
        dialog = self.dialog
        if dialog is None:
            return
        wish, services = dialog.wish, self._window.services
        if wish.where in ("", self._offered):
            self._offered = str(_free(self._folder, wish.form))
            dialog.where.setText(self._offered)
        services.jobs.cancel(_COUNTING)
        services.archive.ask(
            "Counting readings",
            partial(_count, self._studies(wish.scope), wish.submitted, services.archive.reader),
            done=self._show_count,
            failed=self._show_uncounted,
            lane=_COUNTING,
        )

    def _show_count(self, chosen: Chosen) -> None:
        if self.dialog is None:
            return
        self.dialog.show_readers(chosen.readers)
        reader = self.dialog.wish.reader
        own = [one for one in chosen.revisions if reader in ("", one.reader)]
        studies = len({one.study_uid for one in own})
        self.dialog.show_count(
            self.tr("{readings} readings of {studies} studies").format(
                readings=len(own), studies=studies
            )
        )

    def _show_uncounted(self, error: FourviewError) -> None:
        if self.dialog is not None:
            self.dialog.show_count(
                self.tr("The archive can't be used; readings kept as files are exported")
            )
            self.dialog.submitted.setEnabled(False)
            self.dialog.submitted.setToolTip(str(error))

    def _ask_place(self) -> None:
        chosen = QFileDialog.getExistingDirectory(
            self.dialog, self.tr("Export to"), str(self._folder)
        )
        if not chosen or self.dialog is None:
            return
        self._folder = Path(chosen)
        empty = next(self._folder.iterdir(), None) is None
        place = self._folder if empty else _free(self._folder, self.dialog.wish.form)
        self._offered = "" if empty else str(place)
        self.dialog.where.setText(str(place))

    # The export itself.

    def _export(self, wish: ExportWish) -> None:
        if self.dialog is None or self._teller is not None:
            return
        if not wish.where:
            self.dialog.show_failure(self.tr("Name a folder that is new or empty"))
            return
        services = self._window.services
        order = ExportOrder(
            wish.form,
            Path(wish.where).expanduser(),
            readings_folder().parent if wish.anonymize else None,
            wish.with_images,
            reader=wish.reader,
            submitted=wish.submitted,
            by=services.archive.reader,
            viewer=services.archive.reader,
        )
        teller = self._teller = Teller(services.poster.post, self.dialog.show_working)
        self.dialog.show_working(self.tr("Beginning"), 0, None)
        opened, live = opened_studies(services), self._live()
        which = self._studies(wish.scope)
        if services.archive.problem:
            teller.job = services.jobs.start(
                _LANE,
                "Exporting readings",
                lambda _job: _from_files(order, which, opened, live, teller=teller),
                done=self._done,
                failed=self._failed,
                quiet=True,
            )
            return
        teller.job = services.archive.ask(
            "Exporting readings",
            lambda archive: _from_archive(archive, order, which, opened, live, teller=teller),
            done=self._done,
            failed=self._failed,
            lane=_LANE,
        )

    def _live(self) -> ExchangeReading | None:
        from annotations.exchange.neutral import ExchangeReading  # noqa: PLC0415 - see above

        annotating = self._window.services.annotating
        if annotating.reading is None:
            return None
        return ExchangeReading(annotating.readings.reader, annotating.document)

    def _stop(self) -> None:
        if self._teller is not None:
            self._teller.stop()

    def _done(self, done: Exported | None) -> None:
        self._teller = None
        if done is None:
            if self.dialog is not None:
                self.dialog.show_stopped()
            return
        self._folder = done.target.parent
        headline = self.tr("{readings} readings with {findings} findings were exported").format(
            readings=done.readings, findings=done.findings
        )
        if self.dialog is None:
            self._window.status_line.show_message(f"{headline}: {done.target}")
            return
        self._offered = str(done.target)
        self.dialog.show_done(headline, str(done.target), [str(one) for one in done.losses])

    def _failed(self, error: FourviewError) -> None:
        self._teller = None
        if self.dialog is not None:
            self.dialog.show_failure(said_here(str(error)))
        else:
            self._window.status_line.show_message(said_here(str(error)), Notice.ERROR)

    def _gone(self) -> None:
        dialog, self.dialog = self.dialog, None
        self._stop()
        self._window.services.jobs.cancel(_COUNTING)
        if dialog is not None:
            dialog.deleteLater()


def opened_studies(services: Services) -> tuple[Study, ...]:
    """All that were scanned in this session, whether opened or found through the archive."""
    opened = services.studies.state.studies
    known = {one.uid for one in opened}
    return (*opened, *(one for one in services.locating.studies if one.uid not in known))


def _these(studies: frozenset[str] | None, _archive: Archive | None) -> frozenset[str] | None:
    return studies


def _listed(query: WorklistQuery, archive: Archive | None) -> frozenset[str] | None:
    if archive is None:
        return frozenset()
    return frozenset(row.uid for row in archive.worklist(replace(query, most=_EVERY)).rows)


def _count(which: Studies, submitted: bool, viewer: str, archive: Archive) -> Chosen:
    from archive.upkeep.taking_out import Wanted, chosen  # noqa: PLC0415 - see above

    return chosen(archive, Wanted(which(archive), submitted=submitted), viewer)


def _from_archive(
    archive: Archive,
    order: ExportOrder,
    which: Studies,
    opened: tuple[Study, ...],
    live: ExchangeReading | None,
    *,
    teller: Teller,
) -> Exported | None:
    """``None`` where it was stopped."""
    from app.presenters.exchanging.exporting import export_archived  # noqa: PLC0415 - see above

    try:
        asked = replace(order, studies=which(archive))
        return export_archived(archive, asked, opened, live, teller)
    except CancelledError:
        return None


def _from_files(
    order: ExportOrder,
    which: Studies,
    opened: tuple[Study, ...],
    live: ExchangeReading | None,
    *,
    teller: Teller,
) -> Exported | None:
    from app.presenters.exchanging.exporting import export_files  # noqa: PLC0415 - see above

    try:
        asked = replace(order, studies=which(None))
        return export_files(readings_folder(), asked, opened, live, teller)
    except CancelledError:
        return None


def _free(folder: Path, form: str) -> Path:
    """A name in a folder that nothing has."""
    plain = f"readings-{form}-{datetime.now().astimezone():%Y-%m-%d}"
    names = (plain, *(f"{plain}-{number}" for number in range(2, _TIDY)))
    return folder / next((one for one in names if not (folder / one).exists()), plain)
