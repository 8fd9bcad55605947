"""The strip over the list of findings: how far the AI reading is, and how strict."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLayout,
    QMenu,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from domain.finding import RejectionReason
from widgets.ai_strip.slider import ThresholdSlider
from widgets.ai_strip.state import LAYERS, AiStripState
from widgets.ai_strip.view_chips import ViewMarks
from widgets.choices.birads import sentence
from widgets.choices.chip import Chip, Choice
from widgets.elided_label import ElidedLabel
from widgets.theme import SMALL_TEXT_POINTS, set_points

_FIRST_ROW = 24
_SHARES = 1000


class AiStrip(QWidget):
    """Shows a state and says what the reader wants; it changes nothing itself.

    While marks wait for the reader's opinion nothing of what was found can be seen. Its height is
    the same from the first view to the last, so that the list below stands still.

    threshold_moved(float): live, while the slider moves. threshold_set(float): it was let go.
    run_asked(), cancel_asked(): of the AI reading. reveal_asked(): the opinion is to be recorded.
    accept_all_asked(), reject_all_asked(RejectionReason): of the proposals that are shown.
    layer_toggled(str): one of ``LAYERS``.
    """

    threshold_moved = Signal(float)
    threshold_set = Signal(float)
    run_asked = Signal()
    cancel_asked = Signal()
    reveal_asked = Signal()
    accept_all_asked = Signal()
    reject_all_asked = Signal(object)
    layer_toggled = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("AiStrip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.tr("AI reading"))
        self._state: AiStripState | None = None
        self._status, self._hint, self._package = QLabel(), ElidedLabel(), ElidedLabel()
        self._bar, self.views = QProgressBar(), ViewMarks()
        self._why_locked, self._expectation = QLabel(), QLabel()
        self._value, self._count = QLabel(), ElidedLabel()
        self.slider = ThresholdSlider()
        self.run, self.cancel = _button(self.tr("Run")), _button(self.tr("Cancel"))
        self.reveal = _button("")
        self.accept_all = _button(self.tr("Accept all"))
        self.reject_all = _button(self.tr("Reject all"))
        self.layers = {name: Chip(Choice(name, sentence(name))) for name in LAYERS}
        self._whole, self._locked, self._marks = QWidget(), QWidget(), QWidget()
        self._dress()
        self._lay_out()
        self._connect()
        self.show_state(AiStripState())

    # How it is put together.

    def _dress(self) -> None:
        self._status.setWordWrap(True)
        self._status.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._status.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._bar.setRange(0, _SHARES)
        self._bar.setTextVisible(False)
        keeps_room = self._bar.sizePolicy()
        keeps_room.setRetainSizeWhenHidden(True)
        self._bar.setSizePolicy(keeps_room)
        small = (self._status, self._hint, self._package, self._expectation, self._count)
        for label in (*small, self._value, self._why_locked):
            label.setTextFormat(Qt.TextFormat.PlainText)
            set_points(label, SMALL_TEXT_POINTS)
        for label in (self._hint, self._package, self._expectation):
            label.setProperty("dim", True)
        for label in (self._expectation, self._why_locked):
            label.setWordWrap(True)
        lines = self._expectation.fontMetrics().lineSpacing()
        self._expectation.setMinimumHeight(2 * lines)
        self._expectation.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._value.setFixedWidth(self._value.fontMetrics().horizontalAdvance("100.0"))
        self._value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._why_locked.setText(
            self.tr("The marks are shown when you have recorded your own opinion.")
        )
        self._hint.setText(self.tr("No AI model: fourview models add FOLDER"))
        self.slider.setToolTip(
            self.tr(
                "Marks with at least this score of 100 are shown\n"
                "It is the first package's score; the others move along,\n"
                "to as many times more or fewer false marks"
            )
        )
        self.reject_all.setMenu(self._reasons())
        self.reject_all.setProperty("opening", True)

    def _reasons(self) -> QMenu:
        menu = QMenu(self.reject_all)
        for reason in RejectionReason:
            action = menu.addAction(sentence(reason.value))
            action.triggered.connect(lambda _=False, one=reason: self.reject_all_asked.emit(one))
        return menu

    def _lay_out(self) -> None:
        head, strict, layers, judge = (QHBoxLayout() for _ in range(4))
        self._status.setMinimumHeight(_FIRST_ROW)
        _fill(head, self._status, self.run, self.cancel)
        head.setAlignment(self.run, Qt.AlignmentFlag.AlignTop)
        head.setAlignment(self.cancel, Qt.AlignmentFlag.AlignTop)
        shown_from = QLabel(self.tr("Marks from"))
        set_points(shown_from, SMALL_TEXT_POINTS)
        strict.addWidget(shown_from)
        strict.addWidget(self.slider, 1)
        strict.addWidget(self._value)
        for chip in self.layers.values():
            layers.addWidget(chip, 1)
        layers.setSpacing(4)
        _fill(judge, self._count, self.accept_all, self.reject_all)
        _stack(QVBoxLayout(self._locked), self._why_locked, self.reveal)
        _stack(QVBoxLayout(self._marks), strict, self._expectation, layers, judge)
        parts = (head, self._bar, self.views, self._locked, self._marks, self._package)
        _stack(QVBoxLayout(self._whole), *parts)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 6, 12, 6)
        column.addWidget(self._whole)
        column.addWidget(self._hint)

    def _connect(self) -> None:
        self.slider.moved.connect(self._say_value)
        self.slider.moved.connect(self.threshold_moved)
        self.slider.settled.connect(self.threshold_set)
        self.run.clicked.connect(self.run_asked)
        self.cancel.clicked.connect(self.cancel_asked)
        self.reveal.clicked.connect(self.reveal_asked)
        self.accept_all.clicked.connect(self.accept_all_asked)
        for name, chip in self.layers.items():
            chip.clicked.connect(lambda _=False, one=name: self.layer_toggled.emit(one))

    # What is shown.

    def show_state(self, state: AiStripState) -> None:
        """Show how far the AI reading is; tells nobody."""
        if state == self._state:
            return
        self._state = state
        self.setVisible(state.says_something)
        self._hint.setVisible(state.lacking)
        self._whole.setVisible(not state.lacking)
        self._show_progress(state)
        self._locked.setVisible(state.locked)
        self._marks.setVisible(state.adjustable)
        # Not only out of sight: nothing of what was found is in any text while it waits.
        self._show_marks(state if state.adjustable else AiStripState())
        self._show_keys(state)

    def _show_progress(self, state: AiStripState) -> None:
        if self._status.property("error") is not state.failed:
            self._status.setProperty("error", state.failed)
            self.style().polish(self._status)
        self._status.setText(state.status)
        self._bar.setVisible(state.busy is not None)
        self._bar.setValue(round(_SHARES * (state.busy or 0.0)))
        self.run.setVisible(state.can_run)
        self.cancel.setVisible(state.busy is not None)
        self.views.show_views(state.views)
        self._package.setText(state.package)

    def _show_marks(self, state: AiStripState) -> None:
        self.slider.show_threshold(state.threshold, state.least, state.most)
        self._say_value(self.slider.threshold)
        self._expectation.setText(state.expectation)
        self._expectation.setToolTip(state.measured_on)
        shown = self.tr("{shown} shown, {hidden} below")
        self._count.setText(shown.format(shown=state.shown, hidden=state.hidden))
        judged = state.can_judge and state.shown > 0
        self.accept_all.setEnabled(judged)
        self.reject_all.setEnabled(judged)
        for name, chip in self.layers.items():
            chip.setChecked(name in state.layers)

    def _say_value(self, threshold: float) -> None:
        narrow = self._state is not None and self._state.most - self._state.least < 0.2
        self._value.setText(f"{100 * threshold:.{1 if narrow else 0}f}")

    def _show_keys(self, state: AiStripState) -> None:
        keys = state.keys
        words = self.tr("Record opinion, show marks")
        self.reveal.setText(_with_key(words, keys.get("reveal", "")))
        for button, name, tip in (
            (self.run, "run", self.tr("Have the AI read this case")),
            (self.cancel, "cancel", self.tr("Stop the AI reading")),
            (self.accept_all, "accept_all", self.tr("Accept the proposals that are shown")),
            (self.reject_all, "reject_all", self.tr("Reject the proposals that are shown")),
        ):
            button.setToolTip(_with_key(tip, keys.get(name, "")))
        for name, chip in self.layers.items():
            tip = self.tr("Show or hide {layer} of the AI's marks").format(layer=name)
            chip.setToolTip(_with_key(tip, keys.get(name, "")))

    @property
    def said(self) -> str:
        """What can be read."""
        labels = self.findChildren(QLabel)
        texts = [label.text() for label in labels if label.isVisibleTo(self)]
        buttons = [one.text() for one in self.findChildren(QPushButton) if one.isVisibleTo(self)]
        return " | ".join(filter(None, (*texts, *buttons)))


def _button(words: str) -> QPushButton:
    button = QPushButton(words)
    button.setProperty("small", True)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return button


def _with_key(words: str, key: str) -> str:
    return f"{words}  ({key})" if key else words


def _fill(row: QHBoxLayout, words: QWidget, *buttons: QWidget) -> None:
    row.setSpacing(6)
    row.addWidget(words, 1)
    for button in buttons:
        row.addWidget(button)


def _stack(column: QVBoxLayout, *parts: QWidget | QLayout) -> None:
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(5)
    for part in parts:
        if isinstance(part, QLayout):
            column.addLayout(part)
        else:
            column.addWidget(part)
