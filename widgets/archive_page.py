"""The page of the archive: what it is and holds, its upkeep, and who did what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from widgets.exchange_dialog_parts import Foot, caption, dim, title_of

_TOP = 5
_MOST = 200
"""Lines of the audit that are shown."""
_SELECTABLE = Qt.TextInteractionFlag.TextSelectableByMouse


@dataclass(frozen=True)
class AuditLine:
    """A line of the audit as it is shown and saved."""

    when: str
    who: str
    what: str
    study: str
    detail: str

    @property
    def cells(self) -> tuple[str, str, str, str, str]:
        """In the order of the columns."""
        return (self.when, self.who, self.what, self.study, self.detail)


class ArchivePage(QDialog):
    """backup_asked(), check_asked(), restore_asked(): choose a file; restore_confirmed(path).

    save_asked(lines): of the audit, those that are shown and those beyond that match.
    """

    backup_asked = Signal()
    check_asked = Signal()
    restore_asked = Signal()
    restore_confirmed = Signal(str)
    save_asked = Signal(tuple)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Archive"))
        self.resize(920, 640)
        self._facts = QGridLayout()
        self._facts.setHorizontalSpacing(16)
        self._facts.setVerticalSpacing(4)
        self._facts.setColumnStretch(1, 1)
        self.buttons = {
            "backup": QPushButton(self.tr("Back up…")),
            "check": QPushButton(self.tr("Check")),
            "restore": QPushButton(self.tr("Restore…")),
        }
        self.filter, self.save = QLineEdit(), QPushButton(self.tr("Save as CSV…"))
        self._count, self._audit = dim(""), _table(self)
        self.foot, self._lines = Foot(""), ()
        self._confirm, self._told, self.confirm = QFrame(), QLabel(), QPushButton()
        self._backup = ""
        self.facts: dict[str, str] = {}
        self._lay_out()
        self._connect()

    _lines: tuple[AuditLine, ...]

    def show_facts(self, facts: Sequence[tuple[str, str]], problem: str = "") -> None:
        """What there is to say, each with its name. problem: why it can't be used."""
        while (item := self._facts.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        self.facts = {**dict(facts), **({self.tr("Problem"): problem} if problem else {})}
        told = [(name, words, False) for name, words in facts]
        if problem:
            told.append((self.tr("Problem"), problem, True))
        for row, (name, words, error) in enumerate(told):
            label = QLabel(words)
            label.setWordWrap(True)
            label.setTextInteractionFlags(_SELECTABLE)
            label.setProperty("error", error)
            label.setContentsMargins(0, _TOP, 0, 0)
            self._facts.addWidget(caption(name, _TOP), row, 0, Qt.AlignmentFlag.AlignTop)
            self._facts.addWidget(label, row, 1)
        for name in ("backup", "check"):
            self.buttons[name].setEnabled(not problem)

    def show_audit(self, lines: Sequence[AuditLine]) -> None:
        """The newest first."""
        self._lines = tuple(lines)
        self._show_lines()

    def ask_to_restore(self, path: str, words: str) -> None:
        """Say what will happen before it does."""
        self._backup = path
        self._told.setText(words)
        self._confirm.show()
        self.confirm.setFocus()

    def show_working(self, words: str) -> None:
        """Something is done that takes a while."""
        self._confirm.hide()
        self._set_enabled(False)
        self.foot.work(words, 0, None)
        self.foot.stop.hide()

    def show_message(self, words: str, *, error: bool = False) -> None:
        """What came of it."""
        self.foot.rest()
        self._set_enabled(True)
        self.foot.say(words, error=error)

    @property
    def said(self) -> str:
        """What came of what was asked for last."""
        return self.foot.said

    @property
    def listed(self) -> tuple[AuditLine, ...]:
        """Lines of the audit that match what is typed, the newest first."""
        words = self.filter.text().casefold().split()
        return tuple(
            one
            for one in self._lines
            if all(word in " ".join(one.cells).casefold() for word in words)
        )

    def _set_enabled(self, enabled: bool) -> None:
        for button in (*self.buttons.values(), self.save):
            button.setEnabled(enabled)

    def _show_lines(self) -> None:
        lines = self.listed
        shown = lines[:_MOST]
        self._audit.setRowCount(len(shown))
        for row, line in enumerate(shown):
            for column, words in enumerate(line.cells):
                item = QTableWidgetItem(words)
                item.setToolTip(words)
                self._audit.setItem(row, column, item)
        more = len(lines) - len(shown)
        told = self.tr("{shown} shown, {more} more") if more else self.tr("{shown} shown")
        self._count.setText(told.format(shown=len(shown), more=more))
        self.save.setEnabled(bool(lines))

    def _connect(self) -> None:
        self.buttons["backup"].clicked.connect(self.backup_asked)
        self.buttons["check"].clicked.connect(self.check_asked)
        self.buttons["restore"].clicked.connect(self.restore_asked)
        self.filter.textChanged.connect(lambda _text: self._show_lines())
        self.save.clicked.connect(lambda: self.save_asked.emit(self.listed))
        self.confirm.clicked.connect(lambda: self.restore_confirmed.emit(self._backup))
        self.foot.leave.clicked.connect(self.close)

    def _lay_out(self) -> None:
        for button in (*self.buttons.values(), self.save):
            button.setAutoDefault(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        inside = QVBoxLayout()
        inside.setContentsMargins(20, 18, 20, 4)
        inside.setSpacing(12)
        inside.addLayout(self._facts)
        inside.addLayout(self._upkeep())
        inside.addWidget(self._confirmation())
        inside.addLayout(self._audit_head())
        inside.addWidget(self._audit, 1)
        column.addLayout(inside, 1)
        column.addWidget(self.foot)
        self.foot.show_go(False)

    def _upkeep(self) -> QHBoxLayout:
        row = QHBoxLayout()
        for button in self.buttons.values():
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _confirmation(self) -> QFrame:
        leave = QPushButton(self.tr("Leave it"))
        self.confirm.setText(self.tr("Restore"))
        for button in (leave, self.confirm):
            button.setAutoDefault(False)
        leave.clicked.connect(self._confirm.hide)
        self._told.setWordWrap(True)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.confirm)
        buttons.addWidget(leave)
        column = QVBoxLayout(self._confirm)
        column.setContentsMargins(14, 12, 14, 12)
        column.addWidget(self._told)
        column.addLayout(buttons)
        self._confirm.setObjectName("Confirmation")
        self._confirm.hide()
        return self._confirm

    def _audit_head(self) -> QHBoxLayout:
        self.filter.setPlaceholderText(self.tr("Find in the audit"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setFixedWidth(240)
        self._count.setWordWrap(False)
        row = QHBoxLayout()
        row.addWidget(title_of(self.tr("Who did what")))
        row.addSpacing(10)
        row.addWidget(self._count)
        row.addStretch(1)
        row.addWidget(self.filter)
        row.addWidget(self.save)
        return row


def _table(page: QWidget) -> QTableWidget:
    table = QTableWidget(0, 5, page)
    titles = (page.tr("When"), page.tr("Who"), page.tr("What"), page.tr("Study"), page.tr("More"))
    table.setHorizontalHeaderLabels(list(titles))
    table.verticalHeader().hide()
    table.setShowGrid(False)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    header.setStretchLastSection(True)
    for column, width in enumerate((170, 100, 110, 180)):
        table.setColumnWidth(column, width)
    return table
