"""The command palette: type a few letters, Enter does it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import (
    QAction,
    QColor,
    QKeyEvent,
    QPainter,
    QStandardItem,
    QStandardItemModel,
)
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from widgets.actions import ActionSet, native_key, shown_keys
from widgets.fuzzy import fuzzy_score
from widgets.icons import ICON_SIZE
from widgets.theme import SMALL_TEXT_POINTS, THEME, text_font

WIDTH, ROW_HEIGHT, MOST_ROWS = 560, 34, 10
_ACTION = Qt.ItemDataRole.UserRole + 1
_MOVES = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}


class Palette(QFrame):
    """A list over the window that finds actions by their title; only what can be done now.

    What was used last stands first while nothing is typed. It lies over its parent and takes no
    window of its own.
    """

    def __init__(self, actions: ActionSet, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("Palette")
        self._actions = actions
        self._over = parent
        self._used: list[str] = []
        self._before: QWidget | None = None
        self._field = QLineEdit()
        self._field.setPlaceholderText(self.tr("Find an action"))
        self._field.textChanged.connect(self._find)
        self._field.installEventFilter(self)
        self._model = QStandardItemModel(self)
        self._list = QListView()
        self._list.setModel(self._model)
        self._list.setItemDelegate(_RowPainter(self._list))
        self._list.setUniformItemSizes(True)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.clicked.connect(self._do)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 6)
        column.setSpacing(4)
        column.addWidget(self._field)
        column.addWidget(self._list)
        self.hide()

    def open(self) -> None:
        """Show the palette with an empty field, ready to type."""
        self._before = QApplication.focusWidget()
        self._field.clear()
        self._find("")
        self.show()
        self.raise_()
        self._field.setFocus(Qt.FocusReason.PopupFocusReason)

    def dismiss(self) -> None:
        """Go away and give the focus back."""
        if self.isVisible():
            self.hide()
            if self._before is not None:
                self._before.setFocus(Qt.FocusReason.PopupFocusReason)
        self._before = None

    @property
    def titles(self) -> tuple[str, ...]:
        """What is listed, best first."""
        return tuple(self._model.item(row).text() for row in range(self._model.rowCount()))

    @property
    def field(self) -> QLineEdit:
        """Where letters are typed."""
        return self._field

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Arrows move in the list, Enter does, Esc and a lost focus dismiss."""
        del watched
        if event.type() == QEvent.Type.FocusOut and self.isVisible():
            self._before = None
            self.hide()
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            event.accept()  # every key is the field's own while it is open
            return True
        return event.type() == QEvent.Type.KeyPress and self._press(event)

    def _press(self, event: QEvent) -> bool:
        key = event.key() if isinstance(event, QKeyEvent) else None
        if key == Qt.Key.Key_Escape:
            self.dismiss()
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._do(self._list.currentIndex())
        elif key in _MOVES:
            self._move(_MOVES[Qt.Key(key)])
        else:
            return False
        return True

    def _find(self, query: str) -> None:
        ranked: list[tuple[float, int, QAction]] = []
        for order, action in enumerate(self._actions.all()):
            score = fuzzy_score(query, f"{action.text()} {action.property('group')}")
            if score is not None and action.isEnabled() and action.objectName() != "help.palette":
                ranked.append((-score - self._recency(action, query), order, action))
        self._model.clear()
        for _, _, action in sorted(ranked, key=lambda entry: entry[:2]):
            item = QStandardItem(action.icon(), action.text())
            item.setData(action, _ACTION)
            self._model.appendRow(item)
        self._list.setCurrentIndex(self._model.index(0, 0))
        self._fit()

    def _recency(self, action: QAction, query: str) -> float:
        used = action.objectName() in self._used
        weight = 0.5 if query.strip() else 100.0
        return weight * (self._used.index(action.objectName()) + 1) if used else 0.0

    def _do(self, index: QModelIndex) -> None:
        action = index.data(_ACTION)
        self.dismiss()
        if isinstance(action, QAction):
            name = action.objectName()
            self._used = [*(one for one in self._used if one != name), name][-5:]
            action.trigger()

    def _move(self, by: int) -> None:
        last = self._model.rowCount() - 1
        row = min(max(self._list.currentIndex().row() + by, 0), max(last, 0))
        self._list.setCurrentIndex(self._model.index(row, 0))

    def _fit(self) -> None:
        rows = min(self._model.rowCount(), MOST_ROWS)
        self._list.setFixedHeight(max(rows, 1) * ROW_HEIGHT)
        window = self._over
        width = min(WIDTH, window.width() - 40)
        self.setFixedWidth(width)
        self.adjustSize()
        self.move((window.width() - width) // 2, min(90, window.height() // 8))


class _RowPainter(QStyledItemDelegate):
    def sizeHint(  # noqa: N802
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        del option, index
        return QSize(0, ROW_HEIGHT)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        action: QAction = index.data(_ACTION)
        area: QRect = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, QColor(THEME.selected))
        inside = area.adjusted(14, 0, -14, 0)
        top = area.top() + (area.height() - ICON_SIZE) // 2
        action.icon().paint(painter, QRect(inside.left(), top, ICON_SIZE, ICON_SIZE))
        middle, right = Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignRight
        painter.setFont(text_font())
        painter.setPen(QColor(THEME.text))
        text = inside.adjusted(ICON_SIZE + 12, 0, 0, 0)
        painter.drawText(text, middle, action.text())
        after = text.adjusted(painter.fontMetrics().horizontalAdvance(action.text()) + 12, 0, 0, 0)
        painter.setFont(text_font(SMALL_TEXT_POINTS))
        painter.setPen(QColor(THEME.dim))
        painter.drawText(after, middle, str(action.property("group")))
        keys = shown_keys(action)
        painter.drawText(inside, middle | right, native_key(keys[0]) if keys else "")
