"""Qt's actions, made from rows: what menus, tool rail, palette and shortcut sheet all share."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

from widgets.action_row import ActionRow, Condition
from widgets.icons import icon

CONTEXT = "Action"
"""Under which titles and groups of actions stand in the translations."""


class ActionSet(QObject):
    """All actions of a window, by id.

    triggered(id): a plain action was asked for. toggled(id, on): a checkable one was switched by
    hand. held(id, down): the key of one that acts only while held went down or up.
    """

    triggered = Signal(str)
    toggled = Signal(str, bool)
    held = Signal(str, bool)
    keys_changed = Signal()

    def __init__(
        self, rows: Iterable[ActionRow], window: QWidget, keys: Mapping[str, str] | None = None
    ) -> None:
        """window: whose focus the keys need. keys: the reader's own, by id; empty for no key."""
        super().__init__(window)
        self.rows = {row.id: row for row in rows}
        self._actions: dict[str, QAction] = {}
        self._choices: dict[str, QActionGroup] = {}
        self._down: set[str] = set()
        self._met: frozenset[Condition] = frozenset()
        self._barred: frozenset[str] = frozenset()
        self._enabled_by: tuple[frozenset[Condition], frozenset[str]] | None = None
        for row in self.rows.values():
            self._actions[row.id] = self._make(row, window)
        self.rekey(keys or {})
        self.enable(frozenset())
        window.installEventFilter(self)  # not the program: panes get thousands of events a second

    def __getitem__(self, action_id: str) -> QAction:
        return self._actions[action_id]

    def __contains__(self, action_id: object) -> bool:
        return action_id in self._actions

    def all(self) -> Sequence[QAction]:
        """In the order of the rows."""
        return tuple(self._actions.values())

    def enable(self, met: Collection[Condition]) -> None:
        """Tell which conditions hold now; everything else about enabling follows."""
        self._met = frozenset(met)
        if self._enabled_by == (self._met, self._barred):  # asked for several times a gesture
            return
        self._enabled_by = (self._met, self._barred)
        for row in self.rows.values():
            on = row.needs <= self._met and row.id not in self._barred
            self._actions[row.id].setEnabled(on)

    def bar(self, ids: Collection[str]) -> None:
        """Keep actions disabled whatever holds, until others or none are barred."""
        self._barred = frozenset(ids)
        self.enable(self._met)

    def check(self, action_id: str, on: bool) -> None:
        """Show an action as on or off without telling anybody."""
        self._actions[action_id].setChecked(on)

    def retitle(self, action_id: str, title: str) -> None:
        """Call an action by a title of the moment, in menu, palette and shortcut sheet."""
        action = self._actions[action_id]
        action.setText(title)
        action.setToolTip(_tip(action))
        self.keys_changed.emit()

    def rekey(self, keys: Mapping[str, str]) -> None:
        """Give actions the reader's own keys; the others get those of their rows back."""
        for row in self.rows.values():
            own = keys.get(row.id)
            written = row.shortcuts if own is None else (own,) if own else ()
            action = self._actions[row.id]
            sequences = [QKeySequence.fromString(text) for text in written]
            action.setProperty("keys", [sequence.toString() for sequence in sequences])
            action.setShortcuts([] if row.held else sequences)
            action.setToolTip(_tip(action))
        self.keys_changed.emit()

    def key_of(self, action_id: str) -> str:
        """The action's first key in portable writing, empty where it has none."""
        return next(iter(shown_keys(self._actions[action_id])), "")

    def owner_of(self, key: str) -> str:
        """The id of the action that a key belongs to, empty for none."""
        wanted = QKeySequence.fromString(key).toString()
        for action_id, action in self._actions.items():
            if wanted and wanted in shown_keys(action):
                return action_id
        return ""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Follow the keys that act only while they are down, and that no field took as text."""
        del watched
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._press(event)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyRelease:
            return not event.isAutoRepeat() and self._release(event)
        if event.type() == QEvent.Type.WindowDeactivate:
            self._release_all()
        return False

    def _press(self, event: QKeyEvent) -> bool:
        key = QKeySequence(event.keyCombination()).toString()
        for row in self.rows.values():
            action = self._actions[row.id]
            if row.held and action.isEnabled() and key in shown_keys(action):
                if row.id not in self._down:
                    self._down.add(row.id)
                    self.held.emit(row.id, True)
                return True
        return False

    def _release(self, event: QKeyEvent) -> bool:
        bare = QKeySequence(event.key()).toString()
        freed = [one for one in self._down if self.key_of(one).rpartition("+")[2] in {bare, ""}]
        for action_id in freed:
            self._down.discard(action_id)
            self.held.emit(action_id, False)
        return bool(freed)

    def _release_all(self) -> None:
        for action_id in sorted(self._down):
            self._down.discard(action_id)
            self.held.emit(action_id, False)

    def _make(self, row: ActionRow, window: QWidget) -> QAction:
        action = QAction(translated(row.title), window)
        action.setObjectName(row.id)
        action.setProperty("group", translated(row.group))
        action.setProperty("held", row.held)
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setAutoRepeat(row.id.endswith((".in", ".out")) or "slice" in row.id)
        if row.icon:
            action.setIcon(icon(row.icon))
        action.setCheckable(row.checkable or bool(row.choice))
        if row.choice:
            group = self._choices.setdefault(row.choice, QActionGroup(self))
            group.addAction(action)
        if row.checkable:
            action.triggered.connect(lambda on, which=row.id: self.toggled.emit(which, on))
        else:
            action.triggered.connect(lambda _on=False, which=row.id: self.triggered.emit(which))
        window.addAction(action)
        return action


def shown_keys(action: QAction) -> list[str]:
    """All keys of an action in portable writing, those that must be held included."""
    return list(action.property("keys") or [])


def native_key(key: str) -> str:
    """A key as this platform writes it."""
    return QKeySequence.fromString(key).toString(QKeySequence.SequenceFormat.NativeText)


def _tip(action: QAction) -> str:
    keys = shown_keys(action)
    return f"{action.text()}  ({native_key(keys[0])})" if keys else action.text()


def translated(text: str) -> str:
    """A title or group of actions in the reader's language."""
    return QCoreApplication.translate(CONTEXT, text)
