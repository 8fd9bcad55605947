"""All keys on one page, where they can also be changed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from widgets.actions import ActionSet, native_key, shown_keys
from widgets.elided_label import ElidedLabel
from widgets.fuzzy import fuzzy_score
from widgets.theme import set_points

COLUMNS = 4
_BARE = {Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr}


class ShortcutSheet(QDialog):
    """The keys of all actions in groups; a click on a key waits for another one.

    key_changed(id, key): the reader wants this key in portable writing, empty for none.
    reset_requested(): all keys as they were made.
    """

    key_changed = Signal(str, str)
    reset_requested = Signal()

    def __init__(
        self,
        actions: ActionSet,
        gestures: Sequence[tuple[str, str]] = (),
        parent: QWidget | None = None,
    ) -> None:
        """gestures: what the mouse does, as title and gesture; told, and not to be changed."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keys"))
        self.resize(1240, 690)
        self._actions = actions
        self._lines: dict[str, _KeyLine] = {}
        self._groups: list[_Group] = []
        self._field = QLineEdit()
        self._field.setPlaceholderText(self.tr("Find"))
        self._field.setFixedWidth(260)
        self._field.textChanged.connect(self._find)
        self._message = QLabel(self.tr("Click a key to change it; Esc keeps it, Del clears it."))
        self._message.setProperty("dim", True)
        reset = QPushButton(self.tr("All keys as made"))
        reset.setAutoDefault(False)
        reset.clicked.connect(self.reset_requested)
        top = QHBoxLayout()
        top.addWidget(self._field)
        top.addSpacing(12)
        top.addWidget(self._message, 1)
        top.addWidget(reset)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 12)
        column.setSpacing(14)
        column.addLayout(top)
        column.addWidget(self._body(gestures), 1)
        actions.keys_changed.connect(self._refresh)

    def chip(self, action_id: str) -> QPushButton:
        """The button that shows an action's key. Raises KeyError for an unknown action."""
        return self._lines[action_id].chip

    @property
    def shown(self) -> tuple[str, ...]:
        """Ids of the actions that can be seen."""
        return tuple(one for one, line in self._lines.items() if not line.isHidden())

    @property
    def message(self) -> str:
        """What stands beside the field, such as whose key was taken."""
        return self._message.text()

    def _body(self, gestures: Sequence[tuple[str, str]]) -> QWidget:
        grouped: dict[str, list[QAction]] = {}
        for action in filter(QAction.isVisible, self._actions.all()):
            grouped.setdefault(str(action.property("group")), []).append(action)
        groups = [(len(members), self._group(name, members)) for name, members in grouped.items()]
        if gestures:
            groups.append((len(gestures), _mouse(gestures)))
        grid = QHBoxLayout()
        grid.setSpacing(36)
        columns = [QVBoxLayout() for _ in range(COLUMNS)]
        lengths = [0] * COLUMNS
        for length, group in sorted(groups, key=lambda entry: -entry[0]):
            shortest = lengths.index(min(lengths))
            lengths[shortest] += length + 2
            columns[shortest].addWidget(group)
        for column in columns:
            column.setSpacing(16)
            column.addStretch(1)
            grid.addLayout(column, 1)
        page, area = QWidget(), QScrollArea()
        page.setLayout(grid)
        grid.setContentsMargins(0, 0, 12, 0)
        area.setWidget(page)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return area

    def _group(self, title: str, members: Sequence[QAction]) -> QWidget:
        group = _Group(title)
        for action in members:
            line = _KeyLine(action)
            line.typed.connect(self._take)
            self._lines[action.objectName()] = line
            group.add(line)
        self._groups.append(group)
        return group

    def _take(self, action_id: str, key: str) -> None:
        owner = self._actions.owner_of(key) if key else ""
        if owner and owner != action_id:
            said = self.tr("{key} belongs to “{title}”. Give that another key first.")
            title = self._actions[owner].text()
            self._message.setText(said.format(key=native_key(key), title=title))
            self._lines[action_id].refresh()
            return
        self._message.setText("")
        self.key_changed.emit(action_id, key)

    def _refresh(self) -> None:
        for line in self._lines.values():
            line.refresh()

    def _find(self, query: str) -> None:
        for line in self._lines.values():
            line.setVisible(fuzzy_score(query, line.words) is not None)
        for group in self._groups:
            group.setVisible(any(not line.isHidden() for line in group.lines))


class _Group(QWidget):
    def __init__(self, title: str) -> None:
        super().__init__()
        self.lines: list[_KeyLine] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(3)
        heading = QLabel(title)
        set_points(heading, 10.0, bold=True)
        self._column.addWidget(heading)
        self._column.addSpacing(3)

    def add(self, line: _KeyLine) -> None:
        self.lines.append(line)
        self._column.addWidget(line)

    def add_rows(self, rows: QGridLayout) -> None:
        self._column.addLayout(rows)


class _KeyLine(QWidget):
    typed = Signal(str, str)

    def __init__(self, action: QAction) -> None:
        super().__init__()
        self._action = action
        self._waiting = False
        self.chip = QPushButton()
        self.chip.setObjectName("KeyChip")
        self.chip.setAutoDefault(False)
        self.chip.clicked.connect(self._wait)
        self.chip.installEventFilter(self)
        row = QGridLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self.chip.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._title = ElidedLabel()  # gives way: a key that is cut can't be pressed
        row.addWidget(self._title, 0, 0)
        row.addWidget(self.chip, 0, 1, Qt.AlignmentFlag.AlignRight)
        row.setColumnStretch(0, 1)
        self.refresh()

    @property
    def words(self) -> str:
        return f"{self._action.text()} {self._action.property('group')}"

    def refresh(self) -> None:
        self._waiting = False
        keys = [native_key(key) for key in shown_keys(self._action)]
        text = ", ".join(keys) or self.tr("none")
        self.chip.setText(self.tr("hold {key}").format(key=text) if self._held(keys) else text)
        self.chip.setAccessibleName(self._action.text())
        self._title.setText(self._action.text())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        del watched
        if not self._waiting:
            return False
        if event.type() == QEvent.Type.FocusOut:
            self.refresh()
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            self._press(event)
            return True
        return False

    def _held(self, keys: list[str]) -> bool:
        return bool(keys) and bool(self._action.property("held"))

    def _wait(self) -> None:
        self._waiting = True
        self.chip.setText(self.tr("press a key"))
        self.chip.setFocus()

    def _press(self, event: QKeyEvent) -> None:
        if event.key() in _BARE:
            return
        name, plain = self._action.objectName(), not event.modifiers()
        self.refresh()
        if plain and event.key() == Qt.Key.Key_Escape:
            return
        cleared = plain and event.key() == Qt.Key.Key_Delete
        self.typed.emit(name, "" if cleared else _written(event))


def _mouse(gestures: Sequence[tuple[str, str]]) -> QWidget:
    group = _Group(QCoreApplication.translate("Action", "Mouse"))
    grid = QGridLayout()
    grid.setVerticalSpacing(5)
    grid.setColumnStretch(0, 1)
    for row, words in enumerate(gestures):
        for column, text in enumerate(words):
            words_of = QCoreApplication.translate("Action", text)
            label = QLabel(words_of) if column else ElidedLabel()
            label.setText(words_of)
            label.setProperty("dim", column == 1)
            grid.addWidget(label, row, column)
    group.add_rows(grid)
    return group


def _written(event: QKeyEvent) -> str:
    """The pressed key; signs that need Shift, such as ``?``, are written without it."""
    combination = event.keyCombination()
    sign = event.text()
    if sign and sign.isprintable() and not sign.isalnum() and not sign.isspace():
        kept = event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier
        return QKeySequence(int(kept.value) | int(event.key())).toString()
    return QKeySequence(combination).toString()
