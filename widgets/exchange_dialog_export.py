"""The dialog of an export: which readings, in which format, where to; then what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from widgets.exchange_dialog_parts import Foot, Outcome, caption, dim, title_of

_KEY = Qt.ItemDataRole.UserRole
_TOP = 6
_GAP = 8


@dataclass(frozen=True)
class FormatRow:
    """A format to choose. key: as the command line knows it. pictures: images can go with it."""

    key: str
    title: str
    what: str
    loses: str
    pictures: bool


@dataclass(frozen=True)
class ScopeRow:
    """Which readings can be chosen. usable: whether there are any now."""

    key: str
    title: str
    usable: bool = True


@dataclass(frozen=True)
class ExportWish:
    """What is chosen. reader: empty for all. where: a path as it was typed."""

    scope: str
    reader: str
    submitted: bool
    form: str
    where: str
    anonymize: bool
    with_images: bool


class ExportDialog(QDialog):
    """export_asked(ExportWish). stop_asked(). place_asked(): choose where to. chosen(): which
    readings or which format are wanted has changed.
    """

    export_asked = Signal(object)
    stop_asked = Signal()
    place_asked = Signal()
    chosen = Signal()

    def __init__(
        self,
        scopes: Sequence[ScopeRow],
        formats: Sequence[FormatRow],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Export readings"))
        self.resize(760, 600)
        self._formats = {one.key: one for one in formats}
        self.scope, self.reader = QComboBox(), QComboBox()
        self.submitted = QCheckBox(self.tr("Submitted readings only"))
        self.formats, self._what, self._loses = QListWidget(), QLabel(), QLabel()
        self.where = QLineEdit()
        self.anonymize = QCheckBox(self.tr("Anonymise"))
        self.with_images = QCheckBox(self.tr("Images too, as PNG"))
        self._count, self._key_note = dim(""), dim("")
        self.foot, self.outcome = Foot(self.tr("Export")), Outcome()
        self._pages, self._page = QStackedWidget(), QWidget()
        self._fill(scopes, formats)
        self._lay_out()
        self._connect()
        self._show_format()

    # What is chosen, and what is shown of it.

    @property
    def wish(self) -> ExportWish:
        """As it stands now."""
        reader = self.reader.currentData()
        return ExportWish(
            scope=str(self.scope.currentData() or ""),
            reader=str(reader or ""),
            submitted=self.submitted.isChecked(),
            form=self._form.key,
            where=self.where.text().strip(),
            anonymize=self.anonymize.isChecked(),
            with_images=self.with_images.isEnabled() and self.with_images.isChecked(),
        )

    def show_readers(self, readers: Sequence[str]) -> None:
        """Whose readings there are; the one that was chosen stays so."""
        before = self.reader.currentData()
        self.reader.blockSignals(True)
        self.reader.clear()
        self.reader.addItem(self.tr("All readers"), "")
        for name in readers:
            self.reader.addItem(name, name)
        self.reader.setCurrentIndex(max(0, self.reader.findData(before)))
        self.reader.blockSignals(False)

    def show_count(self, words: str) -> None:
        """How many readings are chosen."""
        self._count.setText(words)

    @property
    def count(self) -> str:
        """What is told of how many readings are chosen."""
        return self._count.text()

    def show_key(self, words: str) -> None:
        """Where the key for anonymising lies, and what it is for."""
        self._key_note.setText(words)

    def show_working(self, stage: str, done: int, of: int | None) -> None:
        """Something is being written."""
        self._page.setEnabled(False)
        self.foot.work(stage, done, of)

    def show_failure(self, words: str) -> None:
        """Nothing was written."""
        self._rest()
        self.foot.say(words, error=True)

    def show_stopped(self) -> None:
        """The reader stopped it."""
        self._rest()
        self.foot.say(self.tr("Stopped. Nothing was exported."))

    def show_done(self, headline: str, where: str, losses: Sequence[str]) -> None:
        """What was written, and what the format could not carry."""
        self._rest()
        heading = (
            self.tr("What {format} can't carry, and of how many")
            if losses
            else self.tr("Nothing was lost: importing it gives the same findings.")
        ).format(format=self._form.title)
        self.outcome.show_outcome(headline, where, heading, losses)
        self._pages.setCurrentWidget(self.outcome)
        self.foot.show_go(False)
        self.foot.show_copy(True)
        self.foot.leave.setFocus()

    def choose_again(self) -> None:
        """Back to what is to be exported."""
        self._pages.setCurrentIndex(0)
        self.foot.show_go(True)
        self.foot.show_copy(False)

    @property
    def said(self) -> str:
        """What can be read of what came of it."""
        shown = self._pages.currentWidget() is self.outcome
        return self.outcome.text if shown else self.foot.said

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """What is under way is stopped."""
        self.stop_asked.emit()
        super().closeEvent(event)

    def reject(self) -> None:
        """Esc stops first, and closes then."""
        if self.foot.working:
            self.stop_asked.emit()
        else:
            super().reject()

    # How it is put together.

    @property
    def _form(self) -> FormatRow:
        return self._formats[str(self.formats.currentItem().data(_KEY))]

    def _rest(self) -> None:
        self._page.setEnabled(True)
        self.foot.rest()

    def _fill(self, scopes: Sequence[ScopeRow], formats: Sequence[FormatRow]) -> None:
        for scope in scopes:
            if scope.usable:
                self.scope.addItem(scope.title, scope.key)
        for form in formats:
            item = QListWidgetItem(form.title, self.formats)
            item.setData(_KEY, form.key)
        self.formats.setCurrentRow(0)
        self.show_readers(())

    def _connect(self) -> None:
        for box in (self.scope, self.reader):
            box.currentIndexChanged.connect(lambda _now: self.chosen.emit())
        self.submitted.toggled.connect(lambda _on: self.chosen.emit())
        self.formats.currentRowChanged.connect(lambda _row: self._show_format())
        self.anonymize.toggled.connect(self._key_note.setVisible)
        self.foot.go.clicked.connect(lambda: self.export_asked.emit(self.wish))
        self.foot.stop.clicked.connect(self.stop_asked)
        self.foot.leave.clicked.connect(self.close)
        self.foot.copy.clicked.connect(
            lambda: QGuiApplication.clipboard().setText(self.outcome.text)
        )
        self.outcome.again.clicked.connect(self.choose_again)

    def _show_format(self) -> None:
        form = self._form
        self._what.setText(form.what)
        self._loses.setText(form.loses)
        self.with_images.setEnabled(form.pictures)
        self.chosen.emit()

    def _lay_out(self) -> None:
        grid = QGridLayout(self._page)
        grid.setContentsMargins(20, 18, 20, 8)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(10)
        grid.setColumnStretch(1, 1)
        for row, (title, body) in enumerate(self._rows()):
            if title:
                grid.addWidget(caption(title, _TOP), row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addLayout(body, row, 1)
        grid.setRowStretch(2, 1)
        self._pages.addWidget(self._page)
        self._pages.addWidget(self.outcome)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._pages, 1)
        column.addWidget(self.foot)
        self._key_note.setVisible(False)

    def _rows(self) -> tuple[tuple[str, QHBoxLayout | QVBoxLayout], ...]:
        which, state, place = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        for row in (which, place):
            row.setSpacing(_GAP)
        self._count.setWordWrap(False)
        which.addWidget(self.scope, 2)
        which.addWidget(self.reader, 1)
        state.addWidget(self.submitted)
        state.addStretch(1)
        state.addWidget(self._count)
        choose = QPushButton(self.tr("Choose…"))
        choose.setAutoDefault(False)
        choose.clicked.connect(self.place_asked)
        self.where.setPlaceholderText(self.tr("A new or empty folder"))
        place.addWidget(self.where, 1)
        place.addWidget(choose)
        switches = QVBoxLayout()
        switches.setSpacing(4)
        for one in (self.with_images, self.anonymize, self._key_note):
            switches.addWidget(one)
        return (
            (self.tr("Readings"), which),
            ("", state),
            (self.tr("Format"), self._format_row()),
            (self.tr("Where"), place),
            ("", switches),
        )

    def _format_row(self) -> QHBoxLayout:
        self.formats.setObjectName("FormatList")
        self.formats.setFixedWidth(270)
        self.formats.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.formats.setMinimumHeight(250)
        told = QVBoxLayout()
        told.setContentsMargins(8, 6, 0, 0)
        told.setSpacing(4)
        for label in (self._what, self._loses):
            label.setWordWrap(True)
            label.setAlignment(Qt.AlignmentFlag.AlignTop)
        told.addWidget(title_of(self.tr("What it is")))
        told.addWidget(self._what)
        told.addSpacing(8)
        told.addWidget(title_of(self.tr("What it can't carry")))
        told.addWidget(self._loses)
        told.addStretch(1)
        row = QHBoxLayout()
        row.addWidget(self.formats)
        row.addLayout(told, 1)
        return row
