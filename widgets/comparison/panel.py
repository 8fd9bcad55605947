"""The panel beside the images while two readings are compared."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from annotations.agreement.deciding import Choice
from widgets.comparison.heads import Head
from widgets.comparison.lines import EDGE, LABEL_WIDTH, ComparedLines
from widgets.comparison.state import ComparisonState
from widgets.icons import icon
from widgets.theme import SMALL_TEXT_POINTS, set_points

WIDTH = 452


class ComparisonPanel(QWidget):
    """closed(): the comparison is left. all_taken(Choice or None): one reading, or both.

    arbitrate_asked(), give_back_asked(), decide_asked(): what an arbiter does. pair_wanted(first,
    second): the readings of these two should be compared. The list tells which line is shown and
    taken.
    """

    closed = Signal()
    all_taken = Signal(object)
    arbitrate_asked = Signal()
    give_back_asked = Signal()
    decide_asked = Signal()
    pair_wanted = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("ComparisonPanel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(WIDTH)
        self._state: ComparisonState | None = None
        self._title, self._verdict, self._message = QLabel(), QLabel(), QLabel()
        self.heads = (Head(Choice.FIRST), Head(Choice.SECOND))
        self.list = ComparedLines()
        self._close = QToolButton()
        self.buttons = {
            name: QPushButton()
            for name in (
                *("first", "second", "neither"),
                *("all_first", "all_second", "both"),
                *("arbitrate", "give_back", "decide"),
            )
        }
        self._line_bar = self._bar("first", "second", "neither")
        self._whole_bar = self._bar("all_first", "all_second", "both")
        self._foot_bar = self._bar("arbitrate", "give_back", "decide")
        self._lay_out()
        self._connect()

    def show_comparison(self, state: ComparisonState) -> None:
        """Show how it stands."""
        self._state = state
        names = tuple(one.name for one in state.readers)
        for head, reader, other in zip(self.heads, state.readers, names[::-1], strict=True):
            head.show_reader(reader, [one for one in state.submitted if one != other])
        more = self.tr("Two of {count} readings").format(count=len(state.submitted))
        self._title.setText(more if len(state.submitted) > 2 else self.tr("Two readings"))
        self._verdict.setText(self._in_words(state))
        self.list.show_lines(state.lines, state.selected)
        self._show_buttons(state)
        self._message.setText(self._told(state))
        self._message.setVisible(bool(self._message.text()))

    @property
    def said(self) -> str:
        """What can be read, but for the lines."""
        heads = [head.said for head in self.heads]
        told = (self._verdict.text(), self._message.text(), self._title.text())
        return "\n".join((*heads, *told))

    def _in_words(self, state: ComparisonState) -> str:
        if not state.discordances:
            return self.tr("Not discordant: no third reader is needed")
        told = "\n".join(f"\u2022  {one}" for one in state.discordances)
        return self.tr("Discordant") + "\n" + told

    def _told(self, state: ComparisonState) -> str:
        if state.decided_by:
            return self.tr("Decided by {reader}. What stands is ticked").format(
                reader=state.decided_by
            )
        if not state.arbitrates:
            return state.obstacle
        count = state.open_lines
        if not count:
            return self.tr("All lines are decided")
        one = self.tr("1 line is open")
        return one if count == 1 else self.tr("{count} lines are open").format(count=count)

    def _show_buttons(self, state: ComparisonState) -> None:
        names = [one.initials for one in state.readers]
        take, whole = self.tr("Take {initials}"), self.tr("All of {initials}")
        for name, words in (
            ("first", take.format(initials=names[0])),
            ("second", take.format(initials=names[1])),
            ("neither", self.tr("Leave out")),
            ("all_first", whole.format(initials=names[0])),
            ("all_second", whole.format(initials=names[1])),
            ("both", self.tr("Both merged")),
            ("arbitrate", self.tr("Decide between them")),
            ("give_back", self.tr("Give back")),
            ("decide", self.tr("Decide")),
        ):
            self.buttons[name].setText(words)
        line = state.lines[state.selected] if 0 <= state.selected < len(state.lines) else None
        self._line_bar.setVisible(state.arbitrates)
        self._whole_bar.setVisible(state.arbitrates)
        may_begin = not (state.arbitrates or state.obstacle or state.decided_by)
        self.buttons["arbitrate"].setVisible(may_begin)
        self.buttons["give_back"].setVisible(state.arbitrates)
        self.buttons["decide"].setVisible(state.arbitrates)
        self._foot_bar.setVisible(may_begin or state.arbitrates)
        for name, on in (
            ("first", line is not None and line.first.there),
            ("second", line is not None and line.second.there),
            ("neither", line is not None and line.is_finding),
            ("decide", not state.open_lines),
        ):
            self.buttons[name].setEnabled(on and not state.busy)
        for name in ("all_first", "all_second", "both", "arbitrate", "give_back"):
            self.buttons[name].setEnabled(not state.busy)

    def _connect(self) -> None:
        self._close.clicked.connect(self.closed)
        for name, choice in (
            ("first", Choice.FIRST),
            ("second", Choice.SECOND),
            ("neither", Choice.NEITHER),
        ):
            self.buttons[name].clicked.connect(
                lambda _on=False, which=choice: self._take_line(which)
            )
        for name, whole in (
            ("all_first", Choice.FIRST),
            ("all_second", Choice.SECOND),
            ("both", None),
        ):
            self.buttons[name].clicked.connect(
                lambda _on=False, which=whole: self.all_taken.emit(which)
            )
        first, second = self.heads
        first.wanted.connect(lambda name: self.pair_wanted.emit(name, second.name))
        second.wanted.connect(lambda name: self.pair_wanted.emit(first.name, name))
        self.buttons["arbitrate"].clicked.connect(self.arbitrate_asked)
        self.buttons["give_back"].clicked.connect(self.give_back_asked)
        self.buttons["decide"].clicked.connect(self.decide_asked)

    def _take_line(self, choice: Choice) -> None:
        if self._state is not None and self._state.selected >= 0:
            self.list.taken.emit(self._state.selected, choice)

    def _bar(self, *names: str) -> QWidget:
        bar = QWidget()
        row = QHBoxLayout(bar)
        row.setContentsMargins(EDGE, 0, EDGE, 0)
        row.setSpacing(6)
        for name in names:
            self.buttons[name].setFocusPolicy(Qt.FocusPolicy.TabFocus)
            row.addWidget(self.buttons[name], 1)
        return bar

    def _lay_out(self) -> None:
        self._title.setProperty("heading", True)
        self._close.setIcon(icon("close"))
        self._close.setToolTip(self.tr("Back to reading  (Esc)"))
        self._close.setFixedSize(24, 24)
        self._message.setWordWrap(True)
        self._message.setProperty("dim", True)
        self._message.setContentsMargins(EDGE, 0, EDGE, 0)
        self._verdict.setWordWrap(True)
        self._verdict.setContentsMargins(EDGE, 0, EDGE, 0)
        for label in (self._verdict, self._message):
            set_points(label, SMALL_TEXT_POINTS)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        top, heads = QHBoxLayout(), QHBoxLayout()
        top.setContentsMargins(EDGE, 8, EDGE - 6, 0)
        top.addWidget(self._title, 1)
        top.addWidget(self._close)
        heads.setContentsMargins(EDGE + LABEL_WIDTH, 0, EDGE, 0)
        heads.setSpacing(0)
        for head in self.heads:
            heads.addWidget(head, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 0, 10)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self._verdict)
        column.addLayout(heads)
        column.addWidget(_rule())
        column.addWidget(self.list, 1)
        for widget in (self._line_bar, _rule(), self._message, self._whole_bar, self._foot_bar):
            column.addWidget(widget)


def _rule() -> QFrame:
    rule = QFrame()
    rule.setFixedHeight(1)
    rule.setObjectName("Rule")
    return rule
