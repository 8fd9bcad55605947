"""The form's head: which finding it is, who marked it, and whether it stands."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QVBoxLayout, QWidget

from domain.finding import FindingStatus, RejectionReason
from widgets.choices.birads import in_words, sentence
from widgets.elided_label import ElidedLabel
from widgets.finding_form.state import FindingFormState
from widgets.short_paragraph import ShortParagraph
from widgets.theme import SMALL_TEXT_POINTS, THEME, set_points


class FormHead(QWidget):
    """accepted(), rejected(RejectionReason), restored(), taken(): of the finding that is shown.

    taken: what the model offers is to be the reader's.
    """

    accepted = Signal()
    rejected = Signal(object)
    restored = Signal()
    taken = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colour, self._dashed = THEME.reader, False
        self._title, self._score = ElidedLabel(), QLabel()
        self._where, self._said_by, self._note = ElidedLabel(), ElidedLabel(), QLabel()
        set_points(self._title, 10.5, bold=True)
        self._basis = ShortParagraph(2)
        for label in (self._where, self._said_by, self._note, self._basis):
            set_points(label, SMALL_TEXT_POINTS)
        for label in (self._said_by, self._score):
            label.setProperty("dim", True)
        self._note.setWordWrap(True)
        for label in (self._note, self._basis):
            label.setProperty("dim", True)
        self.take = QPushButton(self.tr("Take the model's words"))
        self.take.setToolTip(self.tr("Answer what is not answered yet as the model would"))
        self.take.clicked.connect(self.taken)
        self.accept, self.reject, self.restore = self._buttons()
        self._lay_out()

    def _buttons(self) -> tuple[QPushButton, QPushButton, QPushButton]:
        accept = QPushButton(self.tr("Accept"))
        reject = QPushButton(self.tr("Reject"))
        restore = QPushButton(self.tr("Restore"))
        accept.clicked.connect(self.accepted)
        restore.clicked.connect(self.restored)
        reasons = QMenu(reject)
        for reason in RejectionReason:
            action = reasons.addAction(sentence(reason.value))
            action.triggered.connect(lambda _=False, one=reason: self.rejected.emit(one))
        reject.setMenu(reasons)
        reject.setProperty("opening", True)
        for button in (accept, reject, restore, self.take):
            button.setProperty("small", True)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return accept, reject, restore

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 7, 12, 4)
        column.setSpacing(2)
        first, last = QHBoxLayout(), QHBoxLayout()
        first.addWidget(self._title, 1)
        first.addWidget(self._score)
        last.addWidget(self._where, 1)
        last.setSpacing(6)
        for button in (self.accept, self.reject, self.restore):
            last.addWidget(button)
        column.addLayout(first)
        column.addLayout(last)
        column.addWidget(self._said_by)
        column.addWidget(self._basis)
        column.addWidget(self.take)
        column.addWidget(self._note)

    def show_finding(self, state: FindingFormState) -> None:
        """Say which finding it is."""
        number = f"{state.number}  " if state.number else ""
        self._title.setText(number + sentence(state.kind.value))
        plain = "" if state.malignancy is None else f"{state.malignancy:.0%}"
        self._score.setText(state.model_says or plain)
        self._score.setToolTip(self.tr("Category and probability of malignancy, by the model"))
        self._basis.show_words(state.basis, state.basis_more)
        self._basis.setVisible(bool(state.basis))
        self.take.setVisible(state.offers and not state.read_only)
        self._where.setText(state.where)
        self._said_by.setText(self._standing(state))
        self._note.setText(state.read_only)
        self._note.setVisible(bool(state.read_only))
        self._colour = state.whose.colour
        self._dashed = state.status is FindingStatus.REJECTED
        may = not state.read_only
        self.accept.setVisible(may and state.status is FindingStatus.PROPOSED)
        self.reject.setVisible(may and state.status is FindingStatus.PROPOSED)
        self.restore.setVisible(may and state.status is FindingStatus.REJECTED)
        self.update()

    def _standing(self, state: FindingFormState) -> str:
        if state.rejection is not None:
            reason = in_words(state.rejection.value)
            return self.tr("Rejected: {reason}").format(reason=reason)
        return state.said_by

    @property
    def said(self) -> str:
        """What can be read."""
        labels = (self._title, self._score, self._where, self._said_by, self._basis, self._note)
        return " ".join(label.text() for label in labels if label.text())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """A line in the colour of who marked it, as in the list and over the image."""
        del event
        painter = QPainter(self)
        painter.fillRect(QRect(0, 0, self.width(), 1), QColor(THEME.line))
        style = Qt.PenStyle.DashLine if self._dashed else Qt.PenStyle.SolidLine
        painter.setPen(QPen(QColor(self._colour), 2, style))
        painter.drawLine(12, 10, 12, self.height() - 8)
