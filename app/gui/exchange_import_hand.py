"""Carries out what the dialog of imports asks for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from annotations.exchange.facts import FACTS
from app.gui.exchange_export_hand import opened_studies
from app.gui.exchange_words import said_here
from app.gui.main_window import MainWindow
from app.presenters.exchanging.orders import Coming, ImportOrder
from app.presenters.exchanging.telling import Teller
from domain.errors import CancelledError, FourviewError
from domain.study import Study
from widgets.exchange_dialog_import import ComingRow, ImportDialog, ImportWish
from widgets.naming import patient_name
from widgets.status_line import Notice

if TYPE_CHECKING:  # what reads formats is loaded with the first import
    from archive.archive import Archive
    from archive.upkeep.taking_in import Arrived, Fate

_LANE = "importing"
_TAIL = 12


class ImportHand(QObject):
    """Shows the dialog; one file or folder at a time."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.dialog: ImportDialog | None = None
        self._teller: Teller | None = None
        self._coming: Coming | None = None
        self._folder = ""

    def open(self) -> None:
        """Show the dialog until it is closed."""
        if self.dialog is not None:
            self.dialog.activateWindow()
            return
        formats = [(one.name, one.title) for one in FACTS.values()]
        own = self._window.services.archive.reader
        dialog = self.dialog = ImportDialog(formats, own, self._window)
        dialog.file_asked.connect(self._ask_file)
        dialog.folder_asked.connect(self._ask_folder)
        dialog.images_asked.connect(self._ask_images)
        dialog.look_asked.connect(self._look)
        dialog.import_asked.connect(self._import)
        dialog.stop_asked.connect(self._stop)
        dialog.finished.connect(self._gone)
        dialog.setModal(True)
        dialog.show()

    def _ask_file(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self.dialog, self.tr("Import a file"), self._folder)
        self._put(chosen)

    def _ask_folder(self) -> None:
        self._put(
            QFileDialog.getExistingDirectory(self.dialog, self.tr("Import a folder"), self._folder)
        )

    def _put(self, chosen: str) -> None:
        if chosen and self.dialog is not None:
            self._folder = str(Path(chosen).parent)
            self.dialog.path.setText(chosen)
            self.dialog.look()

    def _ask_images(self) -> None:
        chosen = QFileDialog.getExistingDirectory(
            self.dialog, self.tr("Folder of the images"), self._folder
        )
        if chosen and self.dialog is not None:
            self.dialog.images.setText(chosen)
            self.dialog.look()

    # Looking through.

    def _look(self, wish: ImportWish) -> None:
        self._let_go()
        self._coming = None
        if self.dialog is None:
            return
        if not wish.path:
            self.dialog.show_nothing()
            return
        services = self._window.services
        path = Path(wish.path).expanduser()
        images = Path(wish.images).expanduser() if wish.images else None
        order = ImportOrder(path, wish.form, images, wish.reader, services.archive.reader)
        opened = opened_studies(services)
        teller = self._teller = Teller(services.poster.post, self.dialog.show_working)
        self.dialog.show_working(self.tr("Reading"), 0, None)
        teller.job = services.archive.ask(
            "Looking through an import",
            lambda archive: _looked(archive, order, opened, teller),
            done=self._show,
            failed=self._cannot,
            lane=_LANE,
        )

    def _show(self, coming: Coming | None) -> None:
        self._teller = None
        if self.dialog is None:
            return
        if coming is None:
            self.dialog.show_stopped()
        elif coming.problems:
            self._refuse(coming.problems)
        elif not coming.readings:
            self._refuse((self.tr("It holds no findings and no readings"),))
        else:
            self._coming = coming
            self.dialog.show_coming(self._headline(coming), self._rows(coming, coming.fates))

    def _cannot(self, error: FourviewError) -> None:
        self._teller = None
        self._refuse((str(error),))

    def _refuse(self, problems: Sequence[str]) -> None:
        if self.dialog is not None:
            headline = self.tr("This can't be imported, and nothing was kept. Problems: {count}")
            self.dialog.show_problems(
                headline.format(count=len(problems)), [said_here(one) for one in problems]
            )

    def _headline(self, coming: Coming) -> str:
        findings = sum(len(one.document.findings) for one in coming.readings)
        return self.tr(
            "{title}: {readings} readings of {studies} studies, {findings} findings"
        ).format(
            title=FACTS[coming.form].title,
            readings=len(coming.readings),
            studies=len({one.document.study_uid for one in coming.readings}),
            findings=findings,
        )

    def _rows(self, coming: Coming, fates: Sequence[Fate]) -> list[ComingRow]:
        masked = self._window.actions_of["file.mask_names"].isChecked()
        scanned = {one.uid: one.patient for one in coming.studies}
        told = {one.uid: one for one in coming.exchange.studies}
        rows = []
        for one, fate in zip(coming.readings, fates, strict=True):
            uid = one.document.study_uid
            of_file = told.get(uid)
            patient = scanned.get(uid) or (of_file.patient if of_file else None)
            named = patient is not None and bool(patient.name)
            studied = of_file.studied if of_file else None
            rows.append(
                ComingRow(
                    patient_name(patient, masked) if patient and named else f"…{uid[-_TAIL:]}",
                    studied.isoformat() if studied else "",
                    one.reader,
                    len(one.document.findings),
                    fate.value,
                    fate.is_taken,
                )
            )
        return rows

    # Keeping.

    def _import(self) -> None:
        coming, services = self._coming, self._window.services
        if self.dialog is None or coming is None or self._teller is not None:
            return
        self._coming = None
        self.dialog.show_working(self.tr("Keeping"), 0, None)
        self.dialog.foot.stop.setEnabled(False)  # one transaction: there is nothing to stop
        by = services.archive.reader
        services.archive.ask(
            "Importing findings",
            lambda archive: _kept(archive, coming, by),
            done=lambda arrived: self._kept(coming, arrived),
            failed=self._not_kept,
            lane=_LANE,
        )

    def _kept(self, coming: Coming, arrived: Arrived) -> None:
        window = self._window
        window.services.archive.changed.emit()
        taken = {one.study_uid for one in arrived.revisions}
        headline = self.tr("{readings} readings were imported").format(
            readings=len(arrived.revisions)
        )
        exams = window.services.reading.shown.exams
        if exams is not None and exams.current.uid in taken:
            headline += self.tr(
                ". The case that is open is among them: yours stays as it is, and what came in "
                "is there when it is opened again"
            )
        if self.dialog is None:
            window.status_line.show_message(headline)
            return
        self.dialog.show_done(headline, self._rows(coming, arrived.fates))

    def _not_kept(self, error: FourviewError) -> None:
        if self.dialog is not None:
            self.dialog.show_failure(said_here(str(error)))
        else:
            self._window.status_line.show_message(said_here(str(error)), Notice.ERROR)

    def _stop(self) -> None:
        if self._teller is not None:
            self._teller.stop()

    def _let_go(self) -> None:
        """What is looked through is not wanted any more."""
        teller, self._teller = self._teller, None
        if teller is not None:
            teller.stop()
            if teller.job is not None:
                teller.job.cancel()

    def _gone(self) -> None:
        dialog, self.dialog = self.dialog, None
        self._let_go()
        self._coming = None
        if dialog is not None:
            dialog.deleteLater()


def _looked(
    archive: Archive, order: ImportOrder, opened: tuple[Study, ...], teller: Teller
) -> Coming | None:
    """``None`` where it was stopped."""
    from app.presenters.exchanging.importing import looked_at  # noqa: PLC0415 - see above

    try:
        return looked_at(order, archive, opened, teller)
    except CancelledError:
        return None


def _kept(archive: Archive, coming: Coming, by: str) -> Arrived:
    from app.presenters.exchanging.importing import taken  # noqa: PLC0415 - see above

    return taken(archive, coming, by)
