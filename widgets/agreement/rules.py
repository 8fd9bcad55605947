"""The dialog of a project's rules: by how many readers a study is read, and whether blind."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

MOST_READERS = 9


class RulesDialog(QDialog):
    """set_asked(project, wanted, blind): keep these rules. project_chosen(name): show another's."""

    set_asked = Signal(str, int, bool)
    project_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Double reading"))
        self.setMinimumWidth(440)
        self.projects, self.wanted, self.blind = QComboBox(), QSpinBox(), QCheckBox()
        self.wanted.setRange(1, MOST_READERS)
        self.blind.setText(self.tr("Each reads blind until all are in"))
        self._told, self._message = QLabel(), QLabel()
        for label in (self._told, self._message):
            label.setWordWrap(True)
        self._told.setProperty("dim", True)
        self._message.setProperty("error", True)
        self._message.hide()
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        )
        self.save = self.buttons.button(QDialogButtonBox.StandardButton.Save)
        self._form = QFormLayout()
        self._form.addRow(self.tr("Project"), self.projects)
        self._form.addRow(self.tr("Readings of each study"), self.wanted)
        self._form.addRow("", self.blind)
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addLayout(self._form)
        column.addWidget(self._told)
        column.addWidget(self._message)
        column.addWidget(self.buttons)
        self.wanted.valueChanged.connect(self._explain)
        self.blind.toggled.connect(self._explain)
        self.buttons.accepted.connect(self._ask)
        self.buttons.rejected.connect(self.reject)
        self.projects.activated.connect(
            lambda _row: self.project_chosen.emit(self.projects.currentText())
        )
        self.set_busy(True)
        self._explain()

    def show_projects(self, names: tuple[str, ...]) -> None:
        """Which projects there are; a single one needs no choice."""
        self.projects.clear()
        self.projects.addItems(list(names))
        self._form.setRowVisible(0, len(names) > 1)

    def show_rules(self, wanted: int, blind: bool) -> None:
        """The rules as they are kept."""
        self.wanted.setValue(wanted)
        self.blind.setChecked(blind)
        self.set_busy(False)

    def set_busy(self, busy: bool) -> None:
        """Nothing can be changed while the archive is asked."""
        for widget in (self.wanted, self.save, self.projects):
            widget.setEnabled(not busy)
        self.blind.setEnabled(not busy and self.wanted.value() > 1)

    def show_problem(self, words: str) -> None:
        """Why it could not be kept."""
        self._message.setText(words)
        self._message.show()
        self.set_busy(False)

    @property
    def said(self) -> str:
        """What is explained, and what went wrong."""
        return f"{self._told.text()} {self._message.text()}"

    def _explain(self, *_changed: object) -> None:
        count = self.wanted.value()
        self.blind.setEnabled(count > 1 and self.wanted.isEnabled())
        if count == 1:
            words = self.tr("Each study is read once.")
        elif self.blind.isChecked():
            words = self.tr(
                "{count} readers read each study by themselves. Until all have submitted, each "
                "sees the own reading alone. Where they are discordant, a third reader decides."
            ).format(count=count)
        else:
            words = self.tr(
                "{count} readers read each study and see what the others say. Where they are "
                "discordant, a third reader decides."
            ).format(count=count)
        self._told.setText(words)

    def _ask(self) -> None:
        self.set_busy(True)
        self._message.setText("")
        self._message.hide()
        blind = self.blind.isChecked() and self.wanted.value() > 1
        self.set_asked.emit(self.projects.currentText(), self.wanted.value(), blind)
