"""What is typed or counted of a finding: diagnosis, day of proof, slices, note."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSpinBox, QVBoxLayout, QWidget

from domain.finding import Pathology
from widgets.choices.axis import INDENT
from widgets.choices.typed import Field, TypedText
from widgets.finding_form.state import SliceRange
from widgets.theme import SMALL_TEXT_POINTS, set_points

_DATE_WIDTH = 96


class ProofFields(QWidget):
    """Diagnosis and day, shown where a pathology outcome is known.

    said(owner, Pathology): one of them was typed.
    """

    said = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.diagnosis = TypedText(self.tr("Diagnosis"))
        self.proved = TypedText(self.tr("YYYY-MM-DD"))
        self.proved.setToolTip(self.tr("Day of the proof"))
        self.proved.setFixedWidth(_DATE_WIDTH)
        self.wrong = QLabel(self.tr("Write the day as 2026-01-31"))
        self.wrong.setProperty("error", True)
        set_points(self.wrong, SMALL_TEXT_POINTS)
        self.wrong.hide()
        self._owner: object = None
        self._pathology: Pathology | None = None
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.diagnosis, 1)
        row.addWidget(self.proved)
        column = QVBoxLayout(self)
        column.setContentsMargins(INDENT, 0, 0, 6)
        column.addLayout(row)
        column.addWidget(self.wrong)
        self.diagnosis.said.connect(self._diagnosed)
        self.proved.said.connect(self._dated)

    def show_pathology(self, owner: object, pathology: Pathology | None) -> None:
        """owner: the finding's id."""
        day = pathology.proved if pathology is not None else None
        said = pathology.diagnosis if pathology is not None else ""
        self.diagnosis.show_text(owner, said)
        self.proved.show_text(owner, day.isoformat() if day is not None else "")
        if owner != self._owner:
            self.wrong.hide()
        self._owner, self._pathology = owner, pathology
        self.setVisible(pathology is not None)
        for field in (self.diagnosis, self.proved):
            field.setVisible(pathology is not None)

    def flush(self) -> None:
        """Say what was typed and not yet said."""
        self.diagnosis.flush()
        self.proved.flush()

    def _diagnosed(self, owner: object, text: str) -> None:
        known = self._pathology
        if known is not None and owner == self._owner:
            self._say(Pathology(known.outcome, text, known.proved))

    def _dated(self, owner: object, text: str) -> None:
        known = self._pathology
        if known is None or owner != self._owner:
            return
        try:
            day = date.fromisoformat(text) if text else None
        except ValueError:
            self.wrong.show()
            return
        self.wrong.hide()
        self._say(Pathology(known.outcome, known.diagnosis, day))

    def _say(self, pathology: Pathology) -> None:
        self._pathology = pathology  # the other field may be said before this comes back
        self.said.emit(self._owner, pathology)


class SliceFields(Field):
    """First and last slice of a tomosynthesis finding, counted from 1 as readers do.

    said(owner, first, last): from 0.
    """

    said = Signal(object, int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._owner: object = None
        self._range = SliceRange(0, 0, 1)
        self.first, self.last = QSpinBox(), QSpinBox()
        self._of = QLabel()
        title, to = QLabel(self.tr("Slices")), QLabel(self.tr("to"))
        row = QHBoxLayout(self)
        row.setContentsMargins(INDENT, 2, 0, 6)
        row.setSpacing(6)
        for widget in (title, self.first, to, self.last, self._of):
            if isinstance(widget, QLabel):
                set_points(widget, SMALL_TEXT_POINTS)
                widget.setProperty("dim", True)
            row.addWidget(widget)
        row.addStretch(1)
        for box in (self.first, self.last):
            box.setKeyboardTracking(False)
            box.setRange(1, 1)
            box.setAlignment(Qt.AlignmentFlag.AlignCenter)
            box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            box.installEventFilter(self)
        self.setFocusProxy(self.first)

    def show_slices(self, owner: object, slices: SliceRange | None) -> None:
        """owner: the finding's id. ``None`` on a plain image."""
        self.setVisible(slices is not None)
        if owner == self._owner and self._typed() != self._kept() and slices is not None:
            return
        self.flush()
        self._owner = owner
        self._range = slices or SliceRange(0, 0, 1)
        for box, value in ((self.first, self._range.first), (self.last, self._range.last)):
            box.setRange(1, self._range.count)
            box.setValue(value + 1)
        self._of.setText(self.tr("of {count}").format(count=self._range.count))

    def flush(self) -> None:
        """Say the range if it was changed; ends the wrong way round are put right."""
        first, last = self._typed()
        if (first, last) != self._kept():
            self._range = SliceRange(first, last, self._range.count)
            self.said.emit(self._owner, first, last)

    def _typed(self) -> tuple[int, int]:
        for box in (self.first, self.last):
            box.interpretText()
        ends = sorted((self.first.value() - 1, self.last.value() - 1))
        return ends[0], ends[1]

    def _kept(self) -> tuple[int, int]:
        return self._range.first, self._range.last

    def _flush_if_left(self) -> None:
        """Both numbers are one intent: said once neither has the keys."""
        if not (self.first.hasFocus() or self.last.hasFocus()):
            self.flush()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """The wheel scrolls the form, unless one of the numbers has the keys."""
        if event.type() is QEvent.Type.FocusOut:
            QTimer.singleShot(0, self, self._flush_if_left)
        turned = event.type() is QEvent.Type.Wheel and watched in (self.first, self.last)
        if turned and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def lead_out(self, watched: QObject, event: QKeyEvent) -> None:
        """From the first number to the last before anywhere else, and back."""
        forth = event.key() not in {Qt.Key.Key_Backtab, Qt.Key.Key_Escape}
        if forth and watched is self.first:
            self.last.setFocus(Qt.FocusReason.TabFocusReason)
            self.last.selectAll()
        elif event.key() == Qt.Key.Key_Backtab and watched is self.last:
            self.first.setFocus(Qt.FocusReason.BacktabFocusReason)
            self.first.selectAll()
        else:
            super().lead_out(watched, event)
