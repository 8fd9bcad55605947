"""Whose study is on the screen: a bar that nobody can miss when the patient changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from PySide6.QtCore import QEasingCurve, QElapsedTimer, Qt, QVariantAnimation
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from domain.study import Patient
from widgets.elided_label import ElidedLabel
from widgets.naming import birth_and_age, patient_name, patient_number
from widgets.theme import THEME, set_points

HEIGHT = 34
FLASH_MS = 1400
_FRAME_MS = 50
NAME_POINTS = 12.0


class CadState(Enum):
    """What has become of the AI reading of a study; always shown."""

    NOT_RUN = "not run"
    RUNNING = "running"
    WAITING = "done, waits for your opinion"
    FOUND = "done, with findings"
    NOTHING_SHOWN = "done, no findings at this setting"
    NOTHING_FOUND = "done, no findings"
    FAILED = "failed"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True)
class BannerFacts:
    """What the banner tells.

    patient: ``None`` while no study is open. place: such as ``3 of 24``. state: of the reading,
    such as "not read".
    """

    patient: Patient | None = None
    studied: date | None = None
    accession: str = ""
    description: str = ""
    place: str = ""
    reader: str = ""
    state: str = ""
    cad: CadState = CadState.NOT_RUN


class Banner(QWidget):
    """Top bar of 34 px; its colour flashes for a moment when the patient changes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("Banner")
        self.setFixedHeight(HEIGHT)
        self._facts = BannerFacts()
        self._masked = False
        self._unseen = False
        self._colour = QColor(THEME.surface)
        self._name, self._number, self._born = QLabel(), QLabel(), QLabel()
        self._studied, self._accession, self._place = QLabel(), ElidedLabel(), QLabel()
        self._reader, self._cad = QLabel(), QLabel()
        self._lay_out()
        self._flash = QVariantAnimation(self)
        self._flash.setDuration(FLASH_MS)
        self._flash.setEasingCurve(QEasingCurve.Type.InQuad)
        self._flash.setStartValue(QColor(THEME.flash))
        self._flash.setEndValue(QColor(THEME.surface))
        self._flash.valueChanged.connect(self._fade)
        self._frame = QElapsedTimer()
        self._frame.start()
        self._write()

    def show_facts(self, facts: BannerFacts) -> None:
        """Tell of another study or state; flashes if the patient is another one."""
        if facts == self._facts:
            return
        before, self._facts = self._facts.patient, facts
        self._write()
        if facts.patient is not None and (before is None or before.key != facts.patient.key):
            self._flash.stop()
            self._take_colour(QColor(THEME.flash))
            self._unseen = True
        elif facts.patient is None:
            self._flash.stop()
            self._unseen = False
            self._take_colour(QColor(THEME.surface))

    def mask_names(self, masked: bool) -> None:
        """Show made-up names, for demonstrations."""
        self._masked = masked
        self._write()

    @property
    def colour(self) -> QColor:
        """The bar's colour at this moment."""
        return self._colour

    @property
    def said(self) -> str:
        """All that can be read on the bar."""
        shown = (label.text() for label in self.findChildren(QLabel) if not label.isHidden())
        return "  ".join(text for text in shown if text)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Fill with the colour of the moment, over a line.

        The flash fades from when it was first painted: a busy moment can't swallow it.
        """
        if self._unseen:
            self._unseen = False
            self._flash.start()
        painter = QPainter(self)
        painter.fillRect(event.rect(), self._colour)
        painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(THEME.line))

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 1)
        row.setSpacing(18)
        set_points(self._name, NAME_POINTS, bold=True)
        for label in (self._accession, self._place, self._reader):
            label.setProperty("dim", True)
        for label in (self._name, self._number, self._born, self._studied):
            row.addWidget(label)
        row.addWidget(self._accession, 1)
        for label in (self._place, self._reader, self._cad):
            row.addWidget(label)
        for label in self.findChildren(QLabel):
            label.setTextFormat(Qt.TextFormat.PlainText)

    def _write(self) -> None:
        facts, patient = self._facts, self._facts.patient
        for label in self.findChildren(QLabel):
            label.setVisible(patient is not None or label is self._name)
        self._name.setProperty("dim", patient is None)
        self._name.style().polish(self._name)
        if patient is None:
            self._name.setText(self.tr("No study open"))
            return
        self._name.setText(patient_name(patient, self._masked))
        self._number.setText(patient_number(patient, self._masked))
        self._born.setText(birth_and_age(patient, facts.studied, self._masked))
        day = facts.studied.isoformat() if facts.studied else self.tr("date not stated")
        self._studied.setText(self.tr("Study {day}").format(day=day))
        accession = "•••••" if self._masked and facts.accession else facts.accession
        parts = (self.tr("Acc. {number}").format(number=accession) if accession else "",)
        self._accession.setText("  ".join([*filter(None, parts), facts.description]).strip())
        self._place.setText(facts.place)
        self._reader.setText("  ".join(filter(None, (facts.reader, facts.state))))
        self._cad.setText(self.tr("AI: {state}").format(state=self._cad_words(facts.cad)))
        colour = f"color: {_CAD_COLOURS.get(facts.cad, THEME.dim)}"
        if colour != self._cad.styleSheet():
            self._cad.setStyleSheet(colour)

    def _cad_words(self, state: CadState) -> str:
        return {
            CadState.NOT_RUN: self.tr("not run"),
            CadState.RUNNING: self.tr("running"),
            CadState.WAITING: self.tr("waits for your opinion"),
            CadState.FOUND: self.tr("findings"),
            CadState.NOTHING_SHOWN: self.tr("no findings at this setting"),
            CadState.NOTHING_FOUND: self.tr("no findings"),
            CadState.FAILED: self.tr("failed"),
            CadState.NOT_APPLICABLE: self.tr("not applicable"),
        }[state]

    def _fade(self, colour: QColor) -> None:
        """Every third frame is enough, and leaves the processor to the images that open now."""
        if self._frame.elapsed() >= _FRAME_MS or colour == self._flash.endValue():
            self._frame.start()
            self._take_colour(colour)

    def _take_colour(self, colour: QColor) -> None:
        self._colour = colour
        self.update()


_CAD_COLOURS = {
    CadState.RUNNING: THEME.ai,
    CadState.WAITING: THEME.ai,
    CadState.FOUND: THEME.ai,
    CadState.NOTHING_SHOWN: THEME.ai,
    CadState.NOTHING_FOUND: THEME.ai,
    CadState.FAILED: THEME.error,
}
