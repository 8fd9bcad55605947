"""What the actions on the printed report and on the label guideline do."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

from PySide6.QtWidgets import QFileDialog

from annotations.report.parts import report_of
from annotations.report.words import patients_findings
from app.gui.finding_facts import unseen_of, views_of
from app.gui.main_window import MainWindow
from app.gui.report_facts import known_of
from app.gui.report_pdf import ReportPicture, ReportSheet, report_pdf
from app.guidelines import find_guideline
from app.presenters.shown import Shown
from app.writing import replace_file
from domain.errors import FourviewError
from domain.finding import Finding
from domain.geometry import ImageSize
from domain.study import Patient, Study
from imaging.slots import FourViewSlot, assign_slots
from viewing.snapshots import close_up, overview
from widgets.naming import birth_and_age, patient_name, patient_number
from widgets.status_line import Notice

_OVERVIEW = ImageSize(rows=300, columns=1120)
_CLOSE_UP = ImageSize(rows=240, columns=240)
_DOTS = "•••••"


class PdfHandler:
    """Saves the report as PDF."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._folder = ""

    def save(self) -> None:
        """Ask where, then write; a file that can't be written stays as it was."""
        window = self._window
        sheet = sheet_of(window, datetime.now().astimezone())
        if sheet is None:
            return
        offered = str(Path(self._folder) / sheet.file_name)
        chosen, _ = QFileDialog.getSaveFileName(
            window, window.tr("Save report as PDF"), offered, "PDF (*.pdf)"
        )
        if not chosen:
            return
        path = Path(chosen)
        path = path if path.suffix else path.with_suffix(".pdf")
        try:
            replace_file(path, report_pdf(sheet))
        except FourviewError as error:
            window.status_line.show_message(str(error), Notice.ERROR)
            return
        self._folder = str(path.parent)
        window.status_line.show_message(f"{window.tr('Saved')}: {path}")


class GuidelineHandler:
    """Shows the label guideline."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        window.guideline.closed.connect(self._close)

    def show(self, on: bool) -> None:
        """Show the project's label guideline beside the tools, or put it away."""
        window = self._window
        if on:
            self._read()
        elif window.guideline.isAncestorOf(window.focusWidget() or window):
            window.reading_page.setFocus()
        window.guideline.setVisible(on)

    def _read(self) -> None:
        window = self._window
        try:
            read = find_guideline(window.services.settings.reading.guideline)
        except FourviewError as error:
            window.status_line.show_message(str(error), Notice.ERROR)
            read = find_guideline()
        window.guideline.show_guideline(read.title, read.markdown)

    def _close(self) -> None:
        if self._window.guideline.isVisible():
            self._window.actions_of["report.guideline"].trigger()


def sheet_of(window: MainWindow, written: datetime | None = None) -> ReportSheet | None:
    """The report of the case as it is printed; ``None`` where none is open."""
    window.findings.finish()
    services = window.services
    shown, annotating = services.reading.shown, services.annotating
    if shown.exams is None:
        return None
    study, document = shown.exams.current, annotating.document
    masked = window.actions_of["file.mask_names"].isChecked()
    named = replace(study, accession=_DOTS) if masked and study.accession else study
    frame_of = services.following.breasts.at
    known = known_of(
        document,
        shown,
        views_of(shown),
        frame_of,
        written=written,
        read_by=services.second_reading.read_by,
        unseen=unseen_of(annotating),
    )
    findings = patients_findings(document)
    close_ups = _close_ups(findings, shown)
    return ReportSheet(
        report_of(document, named, annotating.readings.reader, known),
        patient_line(study.patient, study, masked=masked),
        overview=_overview(findings, annotating.numbers, shown),
        close_ups=close_ups,
        remark=_left_out(len(findings) - len(close_ups), len(findings)),
        file_name=file_name(study, masked=masked),
    )


def patient_line(patient: Patient, study: Study, *, masked: bool) -> str:
    """Whose report it is, as the banner says it."""
    said = (
        patient_name(patient, masked),
        patient_number(patient, masked),
        birth_and_age(patient, study.studied, masked),
        f"Study {study.studied.isoformat()}" if study.studied else "",
    )
    return "    ".join(part for part in said if part)


def file_name(study: Study, *, masked: bool = False) -> str:
    """What is offered: by accession and day, never by the patient's name."""
    day = study.studied.isoformat() if study.studied else ""
    said = "-".join(part for part in ("report", "" if masked else study.accession, day) if part)
    return f"{re.sub(r'[^A-Za-z0-9._-]+', '-', said)[:80]}.pdf"


def _overview(
    findings: tuple[Finding, ...], numbers: Mapping[UUID, int], shown: Shown
) -> ReportPicture | None:
    """The four slots as they hang, as far as their images are open; ``None`` without any."""
    slots = assign_slots(shown.exams.current.views if shown.exams is not None else ())
    views = [(slot.value, slots.best(slot)) for slot in FourViewSlot]
    images = [(title, shown.images.get(view.ref) if view else None) for title, view in views]
    if not any(opened for _, opened in images):
        return None
    return ReportPicture(overview(images, findings, numbers, _OVERVIEW), "")


def _close_ups(findings: tuple[Finding, ...], shown: Shown) -> dict[UUID, ReportPicture]:
    images = {one.view.ref.uid: one for one in shown.images.values()}
    pictures = {}
    for finding in findings:
        for mark in finding.geometries:
            opened = images.get(mark.sop_instance_uid)
            canvas = close_up(opened, finding, _CLOSE_UP) if opened is not None else None
            if opened is not None and canvas is not None:
                pictures[finding.id] = ReportPicture(canvas, opened.view.name)
                break
    return pictures


def _left_out(count: int, of: int) -> str:
    if not count:
        return ""
    return f"Without a picture, as their images were not on the screen: {count} of {of} findings."


def plain(window: MainWindow) -> dict[str, Callable[[], object]]:
    """Handlers of plain actions, by id."""
    return {"report.pdf": PdfHandler(window).save}


def switches(window: MainWindow) -> dict[str, Callable[[bool], object]]:
    """Handlers of actions that are on or off, by id."""
    return {"report.guideline": GuidelineHandler(window).show}
