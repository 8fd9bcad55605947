"""What a reader types in the report: clinical notes and a note of their own."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from annotations.document.opinion import Opinion
from widgets.choices.axis import INDENT
from widgets.choices.typed import TypedText
from widgets.theme import SMALL_TEXT_POINTS, set_points

_CLINICAL = ("symptoms", "scars", "surgery", "prior_report")
_NOTE_LINES = 3


class ReportTexts(QWidget):
    """typed(owner, field, text): field is of ``ClinicalNotes``, or "note"."""

    typed = Signal(object, str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fields = {
            "symptoms": TypedText(self.tr("Symptoms"), soon=True),
            "scars": TypedText(self.tr("Scars"), soon=True),
            "surgery": TypedText(self.tr("Surgery"), soon=True),
            "prior_report": TypedText(self.tr("Prior report"), soon=True),
            "note": TypedText(self.tr("Note for the report"), lines=_NOTE_LINES, soon=True),
        }
        column = QVBoxLayout(self)
        column.setContentsMargins(INDENT, 4, 0, 6)
        column.setSpacing(4)
        title = QLabel(self.tr("Clinical notes"))
        title.setProperty("dim", True)
        set_points(title, SMALL_TEXT_POINTS)
        column.addWidget(title)
        for name, field in self.fields.items():
            column.addWidget(field)
            field.said.connect(lambda owner, text, one=name: self.typed.emit(owner, one, text))

    def show_texts(self, owner: object, opinion: Opinion) -> None:
        """owner: the study's uid."""
        for name in _CLINICAL:
            self.fields[name].show_text(owner, getattr(opinion.clinical, name))
        self.fields["note"].show_text(owner, opinion.note)

    def flush(self) -> None:
        """Say what was typed and not yet said."""
        for field in self.fields.values():
            field.flush()


def with_text(opinion: Opinion, field: str, text: str) -> Opinion:
    """The opinion with one of its texts. field: as ``ReportTexts.typed`` says it."""
    if field == "note":
        return replace(opinion, note=text)
    return replace(opinion, clinical=replace(opinion.clinical, **{field: text}))
