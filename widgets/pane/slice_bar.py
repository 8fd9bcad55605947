"""A slim slider at a pane's outer edge: where in the stack one is, and what of it is open."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from widgets.theme import THEME

WIDTH = 16
"""To be hit by a hand; what is seen is slimmer and leaves the corner text free."""

END_GAP = 28.0
"""Above and below, so that the ends lie off the pane's corners."""

_FROM_EDGE = 5.0
_TRACK, _OPENED, _SLAB = 2.0, 2.0, 6.0
_HANDLE_WIDTH, _HANDLE_HEIGHT = 8.0, 12.0


@dataclass(frozen=True)
class SlicePosition:
    """What the bar shows. frame: from 0. first, last: of the slab, both included.

    opened: for each slice of the stack, whether it is at hand.
    """

    frame: int
    first: int
    last: int
    opened: tuple[bool, ...]


class SliceBar(QWidget):
    """Lies over a pane's viewport and follows its size. asked(frame): the hand is there, from 0.

    dragging(bool): a drag begins or ends. The first slice is at the top, as the wheel goes.
    """

    asked = Signal(int)
    dragging = Signal(bool)

    def __init__(self, pane: QWidget) -> None:
        super().__init__(pane)
        self._pane = pane
        self._position: SlicePosition | None = None
        self._at_right = False
        self._held = False
        self.setCursor(Qt.CursorShape.ArrowCursor)
        pane.installEventFilter(self)
        self.hide()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As high as the pane."""
        return QSize(WIDTH, self._pane.height())

    @property
    def position(self) -> SlicePosition | None:
        """What is shown; ``None`` where the pane shows no stack."""
        return self._position

    def show_position(self, position: SlicePosition | None, *, at_right: bool) -> None:
        """Show this; hides where there is no stack. at_right: that is the pane's outer edge."""
        if position is None:
            self._let_go()
            self._position = None
            self.hide()
            return
        if (position, at_right) != (self._position, self._at_right):
            self._position, self._at_right = position, at_right
            self.update()
        self._follow_pane()
        if self.isHidden():
            self.show()
            self.raise_()

    # Qt's events.

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Follow the pane."""
        if watched is self._pane and event.type() == QEvent.Type.Resize:
            self._follow_pane()
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Go there at once."""
        if event.button() is not Qt.MouseButton.LeftButton:
            event.ignore()
            return
        event.accept()
        self._held = True
        self.dragging.emit(True)
        self._ask(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Go along with the hand; what another button drags is the pane's."""
        if not self._held:
            event.ignore()
            return
        event.accept()
        self._ask(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Stay there."""
        if not self._held or event.button() is not Qt.MouseButton.LeftButton:
            event.ignore()
            return
        event.accept()
        self._let_go()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Two quick presses are two presses, and no matter of the pane's."""
        self.mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Keys belong to the window."""
        event.ignore()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Track, open slices, slab and handle."""
        position = self._position
        if position is None or len(position.opened) < 2:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        count = len(position.opened)
        self._bar(painter, 0, count - 1, _TRACK, THEME.line)
        for first, last in _runs(position.opened):
            self._bar(painter, first, last, _OPENED, THEME.dim)
        if position.last > position.first:
            self._bar(painter, position.first, position.last, _SLAB, THEME.dim)
        handle = QRectF(0, 0, _HANDLE_WIDTH, _HANDLE_HEIGHT)
        handle.moveCenter(QPointF(self._middle, self._y_of(position.frame)))
        painter.setBrush(QColor(THEME.pane))
        painter.drawRoundedRect(handle.adjusted(-1, -1, 1, 1), 4, 4)
        painter.setBrush(QColor(THEME.text))
        painter.drawRoundedRect(handle, 3, 3)
        painter.end()

    def _bar(self, painter: QPainter, first: int, last: int, width: float, shade: str) -> None:
        """From slice to slice, half a slice longer at either end but never off the track."""
        half = self._room / max(self._last, 1) / 2
        top = max(self._y_of(first) - half, END_GAP)
        bottom = min(self._y_of(last) + half, END_GAP + self._room)
        painter.setBrush(QColor(shade))
        painter.drawRect(QRectF(self._middle - width / 2, top, width, bottom - top))

    @property
    def _middle(self) -> float:
        return WIDTH - _FROM_EDGE if self._at_right else _FROM_EDGE

    @property
    def _last(self) -> int:
        return len(self._position.opened) - 1 if self._position is not None else 0

    @property
    def _room(self) -> float:
        return max(self.height() - 2 * END_GAP, 1.0)

    def _y_of(self, frame: int) -> float:
        return END_GAP + self._room * frame / max(self._last, 1)

    def _ask(self, at: QPointF) -> None:
        frame = round((at.y() - END_GAP) / self._room * self._last)
        self.asked.emit(min(max(frame, 0), self._last))

    def _let_go(self) -> None:
        if self._held:
            self._held = False
            self.dragging.emit(False)

    def _follow_pane(self) -> None:
        left = self._pane.width() - WIDTH if self._at_right else 0
        self.setGeometry(left, 0, WIDTH, self._pane.height())


def _runs(opened: tuple[bool, ...]) -> list[tuple[int, int]]:
    """First and last of each run of open slices."""
    runs: list[tuple[int, int]] = []
    for frame, there in enumerate(opened):
        if there and runs and runs[-1][1] == frame - 1:
            runs[-1] = (runs[-1][0], frame)
        elif there:
            runs.append((frame, frame))
    return runs
