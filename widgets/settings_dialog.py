"""The settings dialog, made from their declaration: a page for each part, a row for each field."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from PySide6.QtCore import QCoreApplication, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSpinBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from widgets.theme import SMALL_TEXT_POINTS, set_points

CONTEXT = "Settings"
"""Under which titles and help of settings stand in the translations."""


class SettingsDialog(QDialog):
    """Each change takes effect at once; there is nothing to confirm.

    changed(settings): a new, valid object of the declared class.
    """

    changed = Signal(object)

    def __init__(self, settings: BaseModel, parent: QWidget | None = None) -> None:
        """settings: parts that are themselves models, frozen; fields with ``hidden`` are left."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("Settings"))
        self.resize(760, 480)
        self._settings = settings
        self._editors: dict[str, _Editor] = {}
        self._navigation, self._pages = QListWidget(), QStackedWidget()
        self._navigation.setObjectName("SettingsNavigation")
        self._navigation.setFixedWidth(180)
        for name, part in _shown(settings):
            value = getattr(settings, name)
            if isinstance(value, BaseModel):
                entry = QListWidgetItem(_say(part.title or name), self._navigation)
                entry.setSizeHint(QSize(0, 32))
                self._pages.addWidget(self._page(name, value))
        self._navigation.currentRowChanged.connect(self._pages.setCurrentIndex)
        self._navigation.setCurrentRow(0)
        self._message = QLabel()
        self._message.setProperty("error", True)
        self._message.setWordWrap(True)
        self._lay_out()

    def editor(self, key: str) -> QWidget:
        """The field of a setting such as ``reading.reader``. Raises KeyError for no such field."""
        return self._editors[key].widget

    @property
    def keys(self) -> tuple[str, ...]:
        """All settings that have a row."""
        return tuple(self._editors)

    @property
    def settings(self) -> BaseModel:
        """As they are now."""
        return self._settings

    @property
    def message(self) -> str:
        """What is wrong with what was typed last; empty if nothing."""
        return self._message.text()

    def show_message(self, words: str, *, error: bool = True) -> None:
        """What came of a change."""
        self._message.setText(words)
        self._message.setProperty("error", error)
        self._message.style().polish(self._message)

    def _lay_out(self) -> None:
        defaults, close = QPushButton(self.tr("Defaults")), QPushButton(self.tr("Close"))
        defaults.setToolTip(self.tr("All rows of this page as they were made"))
        for button in (defaults, close):  # Enter in a field takes the field's value only
            button.setAutoDefault(False)
        defaults.clicked.connect(self._reset_page)
        close.clicked.connect(self.close)
        bottom = QHBoxLayout()
        bottom.setContentsMargins(24, 0, 20, 16)
        bottom.addWidget(self._message, 1)
        bottom.addWidget(defaults)
        bottom.addWidget(close)
        right, across = QVBoxLayout(), QHBoxLayout(self)
        right.addWidget(self._pages, 1)
        right.addLayout(bottom)
        across.setContentsMargins(0, 0, 0, 0)
        across.addWidget(self._navigation)
        across.addLayout(right, 1)

    def _page(self, part: str, values: BaseModel) -> QWidget:
        page = QWidget()
        grid = QGridLayout(page)
        grid.setContentsMargins(24, 20, 24, 16)
        grid.setHorizontalSpacing(20)
        grid.setVerticalSpacing(14)
        for row, (name, field) in enumerate(_shown(values)):
            key = f"{part}.{name}"
            editor = _editor(field, getattr(values, name), self._taker(part, name))
            editor.widget.setAccessibleName(_say(field.title or name))
            self._editors[key] = editor
            grid.addWidget(_label(field, name), row, 0)
            grid.addWidget(editor.widget, row, 1, Qt.AlignmentFlag.AlignVCenter)
        grid.setColumnStretch(0, 1)
        grid.setRowStretch(grid.rowCount(), 1)
        return page

    def _taker(self, part: str, name: str) -> Callable[[Any], None]:
        return lambda value: self._take(part, name, value)

    def _take(self, part: str, name: str, value: Any) -> None:
        old: BaseModel = getattr(self._settings, part)
        if getattr(old, name) == value:
            return
        try:
            new = type(old).model_validate({**old.model_dump(), name: value})
        except ValidationError as error:
            title = _say(type(old).model_fields[name].title or name)
            self.show_message(f"{title}: {error.errors()[0]['msg']}")
            return
        self.show_message("")
        self._settings = self._settings.model_copy(update={part: new})
        self.changed.emit(self._settings)

    def _reset_page(self) -> None:
        page = self._pages.currentIndex()
        parts = list(dict.fromkeys(key.partition(".")[0] for key in self._editors))
        part = parts[page]
        made = type(getattr(self._settings, part))()
        for key, editor in self._editors.items():
            if key.startswith(f"{part}."):
                editor.show(getattr(made, key.partition(".")[2]))


class _Editor:
    """A widget for one setting, and how a value is put into it."""

    def __init__(self, widget: QWidget, show: Callable[[Any], None]) -> None:
        self.widget = widget
        self.show = show


def _shown(model: BaseModel) -> list[tuple[str, FieldInfo]]:
    fields = type(model).model_fields.items()
    return [(name, field) for name, field in fields if not _hidden(field)]


def _hidden(field: FieldInfo) -> bool:
    extra = field.json_schema_extra
    return isinstance(extra, dict) and bool(extra.get("hidden"))


def _label(field: FieldInfo, name: str) -> QWidget:
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(1)
    help_text = QLabel(_say(field.description or ""))
    help_text.setProperty("dim", True)
    help_text.setWordWrap(True)
    set_points(help_text, SMALL_TEXT_POINTS)
    column.addWidget(QLabel(_say(field.title or name)))
    column.addWidget(help_text)
    return holder


def _editor(field: FieldInfo, value: Any, take: Callable[[Any], None]) -> _Editor:
    if isinstance(value, bool):
        return _check_box(value, take)
    if isinstance(value, Enum):
        return _choice(value, take)
    if isinstance(value, int | float):
        return _number(field, value, take)
    return _line(str(value), take)


def _check_box(value: bool, take: Callable[[Any], None]) -> _Editor:
    box = QCheckBox()
    box.setChecked(value)
    box.toggled.connect(take)
    return _Editor(box, box.setChecked)


def _choice(value: Enum, take: Callable[[Any], None]) -> _Editor:
    box, members = QComboBox(), list(type(value))
    for member in members:
        box.addItem(_say(str(member.value).capitalize()))
    box.setCurrentIndex(members.index(value))
    box.currentIndexChanged.connect(lambda index: take(members[index]))
    box.setMinimumWidth(200)
    return _Editor(box, lambda new: box.setCurrentIndex(members.index(new)))


def _number(field: FieldInfo, value: float, take: Callable[[Any], None]) -> _Editor:
    low, high = _limits(field)
    box: QSpinBox | QDoubleSpinBox
    if isinstance(value, int):
        box = QSpinBox()
        box.setRange(int(low), int(high))
        box.setValue(value)
    else:
        box = QDoubleSpinBox()
        box.setSingleStep(0.05)
        box.setRange(low, high)
        box.setValue(value)
    box.setKeyboardTracking(False)
    box.setFixedWidth(110)
    box.valueChanged.connect(take)
    return _Editor(box, box.setValue)


def _limits(field: FieldInfo) -> tuple[float, float]:
    low, high = -1e6, 1e6
    for limit in field.metadata:
        for least in (getattr(limit, "ge", None), getattr(limit, "gt", None)):
            low = low if least is None else least
        for most in (getattr(limit, "le", None), getattr(limit, "lt", None)):
            high = high if most is None else most
    return low, high


def _line(value: str, take: Callable[[Any], None]) -> _Editor:
    line = QLineEdit(value)
    line.setMinimumWidth(200)
    line.editingFinished.connect(lambda: take(line.text().strip()))

    def show(new: str) -> None:
        line.setText(new)
        take(new)

    return _Editor(line, show)


def _say(text: str) -> str:
    return QCoreApplication.translate(CONTEXT, text) if text else ""
