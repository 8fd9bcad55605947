"""The report of the open case as it is printed: words, pictures and whose it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from annotations.report.parts import report_of
from annotations.report.words import patients_findings
from app.gui.finding_facts import unseen_of, views_of
from app.gui.main_window import MainWindow
from app.gui.report_facts import known_of
from app.gui.report_pdf import ReportPicture, ReportSheet
from app.presenters.shown import Shown
from domain.finding import Finding
from domain.geometry import ImageSize
from domain.study import Patient, Study
from imaging.slots import FourViewSlot, assign_slots
from viewing.snapshots import close_up, overview
from widgets.naming import birth_and_age, patient_name, patient_number

_OVERVIEW = ImageSize(rows=300, columns=1120)
_CLOSE_UP = ImageSize(rows=240, columns=240)
_DOTS = "•••••"


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
