"""Asks once how large a screen's pixels are: a line is drawn as long as a real ruler's 100 mm."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from widgets.full_screen import FullScreenPage
from widgets.theme import THEME, set_points

LEAST_MM, MOST_MM = 0.03, 1.5
"""Millimetres of a pixel that a screen may have; the line can't be dragged beyond."""

CHECK_MM = 50
"""Side of the square that the result is checked with."""

_TICK_MM = 10


class Known(Enum):
    """What is held against the screen; its value is its length in mm."""

    RULER = 100.0
    CARD = 85.6  # ISO/IEC 7810, ID-1


class CalibrationPage(FullScreenPage):
    """kept(mm): the size of a device-independent pixel, as the reader measured it."""

    kept = Signal(float)

    def __init__(self, name: str, mm: float, owner: QWidget | None = None) -> None:
        """name: of the screen. mm: of a device-independent pixel, as far as it is known."""
        super().__init__(owner)
        self.setObjectName("CalibrationPage")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setStyleSheet(
            f"#CalibrationPage {{ background: {THEME.base}; }}"
            f"QPushButton:checked {{ background: {THEME.selected}; border-color: {THEME.dim}; }}"
        )
        self.setWindowTitle(self.tr("Calibrate the screen"))
        self._board = _Board(min(max(mm, LEAST_MM), MOST_MM))
        self._board.changed.connect(self._write)
        self._size = QLabel()
        self._choices = {known: self._choice(known) for known in Known}
        self._keep = QPushButton(self.tr("Keep this size"))
        self._keep.clicked.connect(self._take)
        self._lay_out(name)
        self.choose(Known.RULER)

    @property
    def millimetres(self) -> float:
        """Of a device-independent pixel, by the line as it is now."""
        return self._board.mm

    @property
    def line(self) -> tuple[QPointF, QPointF]:
        """Both ends of the line, in the page's own pixels."""
        first, last = self._board.ends
        return self._board.mapTo(self, first), self._board.mapTo(self, last)

    def choose(self, known: Known) -> None:
        """Hold something else against the screen; the measured size stays."""
        self._board.choose(known)
        for one, button in self._choices.items():
            button.setChecked(one is known)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Arrows move the line's end by a pixel, with Shift by ten; Enter keeps."""
        step = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        if event.key() == Qt.Key.Key_Right:
            self._board.lengthen(step)
        elif event.key() == Qt.Key.Key_Left:
            self._board.lengthen(-step)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take()
        else:
            super().keyPressEvent(event)

    def _take(self) -> None:
        self.kept.emit(self.millimetres)
        self.close()

    def _choice(self, known: Known) -> QPushButton:
        words = {
            Known.RULER: self.tr("Ruler, 100 mm"),
            Known.CARD: self.tr("Bank card, 85.6 mm wide"),
        }
        button = QPushButton(words[known])
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(lambda: self.choose(known))
        return button

    def _write(self) -> None:
        mm = self.tr("A pixel is {mm} mm").format(mm=f"{self.millimetres:.4f}")
        per = self.tr("{count} pixels an inch").format(count=f"{25.4 / self.millimetres:.0f}")
        self._size.setText(f"{mm}, {per}")

    def _lay_out(self, name: str) -> None:
        title = QLabel(self.tr("How large is this screen? {name}").format(name=name))
        set_points(title, 14.0)
        told = QLabel(
            self.tr(
                "Hold a ruler or a bank card against the screen. Drag the line's right end, or "
                "use the arrow keys, until the line is as long. Then measure the square below: "
                "each side must be 50 mm."
            )
        )
        told.setProperty("dim", True)
        told.setWordWrap(True)
        self._keep.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        leave = QPushButton(self.tr("Leave as it is"))
        leave.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        leave.clicked.connect(self.close)
        column = QVBoxLayout(self)
        column.setContentsMargins(48, 32, 48, 32)
        column.setSpacing(14)
        column.addWidget(title)
        column.addWidget(told)
        column.addLayout(_row(*self._choices.values()))
        column.addWidget(self._board, 1)
        column.addWidget(self._size)
        column.addLayout(_row(self._keep, leave))


class _Board(QWidget):
    """The line with its ticks, and the square. changed(): the size of a pixel is another."""

    changed = Signal()

    def __init__(self, mm: float) -> None:
        super().__init__()
        self.setMouseTracking(True)
        self.mm, self._known = mm, Known.RULER
        self._grip: float | None = None

    @property
    def ends(self) -> tuple[QPointF, QPointF]:
        """Of the line."""
        return QPointF(_LEFT, _TOP), QPointF(_LEFT + self._known.value / self.mm, _TOP)

    def choose(self, known: Known) -> None:
        self._known = known
        self._tell()

    def lengthen(self, pixels: float) -> None:
        """Make the line so much longer."""
        length = self._known.value / self.mm + pixels
        shortest, longest = self._known.value / MOST_MM, self._known.value / LEAST_MM
        room = self.width() - 2 * _LEFT
        if room > shortest:
            longest = min(longest, room)
        self.mm = self._known.value / min(max(length, shortest), longest)
        self._tell()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        end = self.ends[1]
        if abs(event.position().x() - end.x()) < _REACH and abs(event.position().y() - _TOP) < 40:
            self._grip = end.x() - event.position().x()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        near = abs(event.position().x() - self.ends[1].x()) < _REACH
        shape = Qt.CursorShape.SizeHorCursor if near else Qt.CursorShape.ArrowCursor
        self.setCursor(shape)
        if self._grip is not None:
            self.lengthen(event.position().x() + self._grip - self.ends[1].x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        del event
        self._grip = None

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        del event
        painter = QPainter(self)
        painter.setPen(QColor(THEME.text))
        first, last = self.ends
        painter.drawLine(first, last)
        for mm in range(0, int(self._known.value) + 1, _TICK_MM):
            x = _LEFT + mm / self.mm
            painter.drawLine(QPointF(x, _TOP), QPointF(x, _TOP + 10))
            painter.drawText(QRectF(x - 20, _TOP + 12, 40, 18), _CENTRED, str(mm))
        for end in (first, last):
            painter.drawLine(end - QPointF(0, 36), end + QPointF(0, 10))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(THEME.text))
        painter.drawEllipse(last - QPointF(0, 36), 6, 6)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        side = CHECK_MM / self.mm
        square = QRectF(_LEFT, _TOP + 64, side, side)
        painter.drawRect(square)
        painter.drawText(square, _CENTRED, self.tr("{mm} mm").format(mm=CHECK_MM))

    def _tell(self) -> None:
        self.update()
        self.changed.emit()


_LEFT, _TOP, _REACH = 24, 60, 16
_CENTRED = int(Qt.AlignmentFlag.AlignCenter)


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return row
