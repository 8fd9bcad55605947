"""The form's foot: what doesn't fit together, the linked finding, what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from widgets.finding_form.state import FindingFormState
from widgets.remark_list import RemarkList
from widgets.theme import SMALL_TEXT_POINTS, set_points

_MOST_REMARKS = 3
_BESIDE = 52
"""Of the linked finding's line: margins, the gap, and the button's own rims."""


class FormFoot(QWidget):
    """Always in view under the questions.

    link_asked(), unlink_asked(), linked_asked(), duplicate_asked(), mirror_asked(),
    remove_asked(): of the finding that is shown.
    """

    link_asked = Signal()
    unlink_asked = Signal()
    linked_asked = Signal()
    duplicate_asked = Signal()
    mirror_asked = Signal()
    remove_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.remarks = RemarkList(most=_MOST_REMARKS)
        self.linked = _button("", self.linked_asked)
        self.linked.setProperty("leading", True)
        self.linked.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._linked = ""
        self.hint = QLabel(self.tr("Press the same finding in the other view."))
        self.hint.setProperty("dim", True)
        self.hint.setWordWrap(True)
        set_points(self.hint, SMALL_TEXT_POINTS)
        self.unlink = _button(self.tr("Unlink"), self.unlink_asked)
        self.link = _button(self.tr("Link"), self.link_asked)
        self.link.setToolTip(self.tr("Link with the same finding in the other view"))
        self.link.setCheckable(True)
        self.duplicate = _button(self.tr("Duplicate"), self.duplicate_asked)
        self.mirror = _button(self.tr("Mirror"), self.mirror_asked)
        self.mirror.setToolTip(self.tr("Copy to the other breast"))
        self.remove = _button(self.tr("Remove"), self.remove_asked)
        self._lay_out()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 6, 12, 8)
        column.setSpacing(6)
        linked, buttons = QHBoxLayout(), QHBoxLayout()
        linked.setSpacing(6)
        buttons.setSpacing(6)
        linked.addWidget(self.linked, 1)
        linked.addWidget(self.unlink)
        for button in (self.link, self.duplicate, self.mirror, self.remove):
            buttons.addWidget(button, 1)
        column.addWidget(self.remarks)
        column.addLayout(linked)
        column.addWidget(self.hint)
        column.addLayout(buttons)

    def show_finding(self, state: FindingFormState) -> None:
        """Say what can be done."""
        self.remarks.show_remarks(state.remarks)
        linked, may = state.linked, not state.read_only
        title = "" if linked is None else linked.title
        self._linked = f"\u2194  {title}"
        self._shorten()
        self.linked.setToolTip(self.tr("Go to {finding}").format(finding=title))
        self.linked.setVisible(linked is not None)
        self.unlink.setVisible(linked is not None)
        self.link.setVisible(linked is None)
        self.hint.setVisible(state.linking)
        self.link.setChecked(state.linking)
        self.link.setText(self.tr("Cancel") if state.linking else self.tr("Link"))
        self.link.setEnabled(may and state.can_link)
        self.mirror.setEnabled(may and state.can_mirror)
        for button in (self.unlink, self.duplicate, self.remove):
            button.setEnabled(may)

    def _shorten(self) -> None:
        """A button cuts its words anywhere: end them in dots, its tip tells all."""
        free = self.width() - self.unlink.sizeHint().width() - _BESIDE
        how = Qt.TextElideMode.ElideRight
        self.linked.setText(self.linked.fontMetrics().elidedText(self._linked, how, free))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """More or less of the linked finding's title fits."""
        super().resizeEvent(event)
        self._shorten()


def _button(title: str, signal: SignalInstance) -> QPushButton:
    button = QPushButton(title)
    button.setProperty("small", True)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    button.clicked.connect(signal)
    return button
