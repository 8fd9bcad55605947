"""The page of model packages: which there are, what each is for, and which one reads."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from widgets.elided_label import tip_of
from widgets.theme import set_points

_KEY = Qt.ItemDataRole.UserRole


@dataclass(frozen=True)
class PackageRow:
    """One package, or a folder that should be one.

    key: where it lies. title:
    such as "Masses, trained on phantoms 1.0". detail: stage and origin. told: all that it says of
    itself, as Markdown. why: it can't be used, empty where it can. active: it reads at its stage.
    """

    key: str
    title: str
    detail: str
    told: str
    why: str = ""
    active: bool = False
    stage: str = ""
    identity: str = ""
    version: str = ""


class ModelsPage(QDialog):
    """add_asked(): choose a folder or zip. verify_asked(key). activate_asked(identity, version).

    rollback_asked(stage): have the package read that did before.
    """

    add_asked = Signal()
    verify_asked = Signal(str)
    activate_asked = Signal(str, str)
    rollback_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Model packages"))
        self.resize(860, 560)
        self._rows: dict[str, PackageRow] = {}
        self._list, self._told, self._message = QListWidget(), QTextBrowser(), QLabel()
        self._list.setFixedWidth(320)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.currentItemChanged.connect(lambda _now, _before: self._show_chosen())
        self._told.setOpenLinks(False)
        self._message.setWordWrap(True)
        self._message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.buttons = {
            "add": QPushButton(self.tr("Add")),
            "verify": QPushButton(self.tr("Check")),
            "activate": QPushButton(self.tr("Read with this one")),
            "rollback": QPushButton(self.tr("Read with the one before")),
        }
        self.close_button = QPushButton(self.tr("Close"))
        self._connect()
        self._lay_out()

    def _connect(self) -> None:
        self.close_button.clicked.connect(self.reject)
        self.buttons["add"].clicked.connect(self.add_asked)
        self.buttons["verify"].clicked.connect(lambda: self.verify_asked.emit(self.chosen))
        self.buttons["activate"].clicked.connect(self._activate)
        self.buttons["rollback"].clicked.connect(
            lambda: self.rollback_asked.emit(self._rows[self.chosen].stage)
        )

    def _activate(self) -> None:
        row = self._rows[self.chosen]
        self.activate_asked.emit(row.identity, row.version)

    def show_packages(self, rows: tuple[PackageRow, ...]) -> None:
        """List packages; the one that was chosen stays so, else the one that reads."""
        chosen = self.chosen
        self._rows = {row.key: row for row in rows}
        self._list.clear()
        for row in rows:
            mark = "\u25cf  " if row.active else "     "
            item = QListWidgetItem(f"{mark}{row.title}\n     {row.detail}")
            item.setData(_KEY, row.key)
            item.setToolTip(tip_of(row.title))
            self._list.addItem(item)
        active = next((row.key for row in rows if row.active), "")
        wanted = chosen if chosen in self._rows else active
        keys = list(self._rows)
        self._list.setCurrentRow(keys.index(wanted) if wanted in keys else 0)
        self._show_chosen()

    def show_message(self, words: str, *, error: bool = False) -> None:
        """What came of what was asked."""
        self._message.setText(words)
        self._message.setProperty("error", error)
        self._message.style().polish(self._message)

    def set_busy(self, busy: bool) -> None:
        """Nothing else can be asked for until it is done."""
        for button in self.buttons.values():
            button.setEnabled(not busy)
        if not busy:
            self._show_chosen()

    @property
    def chosen(self) -> str:
        """The key of the package that is looked at; empty for none."""
        item = self._list.currentItem()
        return str(item.data(_KEY)) if item is not None else ""

    @property
    def said(self) -> str:
        """What can be read of the chosen package."""
        return self._told.toPlainText()

    def _show_chosen(self) -> None:
        row = self._rows.get(self.chosen)
        if row is None:
            said = self.tr("No package yet. Add a folder or a .zip that holds a manifest.json.")
        else:
            said = f"**{self.tr('Can not be used')}:** {row.why}" if row.why else row.told
        self._told.setMarkdown(said)
        usable = row is not None and not row.why
        self.buttons["verify"].setEnabled(row is not None)
        self.buttons["activate"].setEnabled(usable and row is not None and not row.active)
        self.buttons["rollback"].setEnabled(row is not None and row.active)

    def _lay_out(self) -> None:
        set_points(self._message, 9.0)
        row = QHBoxLayout()
        row.addWidget(self._list)
        row.addWidget(self._told, 1)
        bottom = QHBoxLayout()
        bottom.addWidget(self.buttons["add"])
        bottom.addStretch(1)
        for name in ("verify", "rollback", "activate"):
            bottom.addWidget(self.buttons[name])
        bottom.addSpacing(12)
        bottom.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.addLayout(row, 1)
        column.addWidget(self._message)
        column.addLayout(bottom)
