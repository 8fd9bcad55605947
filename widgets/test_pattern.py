"""The display's test patterns, one full screen after another."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from viewing.test_patterns import Grey, Pattern, drawn
from widgets.full_screen import FullScreenPage
from widgets.theme import SMALL_TEXT_POINTS, THEME, text_font

_NEXT = (Qt.Key.Key_Right, Qt.Key.Key_Space, Qt.Key.Key_PageDown, Qt.Key.Key_Down)
_PREVIOUS = (Qt.Key.Key_Left, Qt.Key.Key_PageUp, Qt.Key.Key_Up)


class TestPatternPage(FullScreenPage):
    """Patterns in the screen's own pixels. Arrows or a click go on, H hides the text."""

    __test__ = False  # its name begins like a test's

    def __init__(self, owner: QWidget | None = None) -> None:
        super().__init__(owner)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setCursor(Qt.CursorShape.BlankCursor)
        self.setWindowTitle(self.tr("Display test patterns"))
        self._place, self._text = 0, True
        self._image: QImage | None = None

    @property
    def pattern(self) -> Pattern:
        """The one that is shown."""
        return tuple(Pattern)[self._place]

    @property
    def said(self) -> str:
        """What to look for; empty while the text is hidden."""
        if not self._text:
            return ""
        keys = self.tr("Arrows: next pattern. H: hide this text. Tab: next screen. Esc: close")
        number = f"{self._place + 1}/{len(Pattern)}"
        return f"{number}  {self._advice(self.pattern)}\n{keys}"

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Go through the patterns."""
        if event.key() in _NEXT:
            self._go(1)
        elif event.key() in _PREVIOUS:
            self._go(-1)
        elif event.key() == Qt.Key.Key_H:
            self._text = not self._text
            self.update()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """A click goes on."""
        self._go(-1 if event.button() is Qt.MouseButton.RightButton else 1)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """One pixel of the pattern on one of the screen."""
        del event
        painter = QPainter(self)
        painter.drawImage(0, 0, self._pattern_image())
        if self.said:
            self._paint_text(painter)

    def _go(self, by: int) -> None:
        self._place = (self._place + by) % len(Pattern)
        self._image = None
        self.update()

    def _pattern_image(self) -> QImage:
        ratio = self.devicePixelRatioF()
        rows, columns = round(self.height() * ratio), round(self.width() * ratio)
        image = self._image
        if image is None or (image.height(), image.width()) != (rows, columns):
            image = _as_image(drawn(self.pattern, rows, columns))
        image.setDevicePixelRatio(ratio)
        self._image = image
        return image

    def _paint_text(self, painter: QPainter) -> None:
        painter.setFont(text_font(SMALL_TEXT_POINTS))
        aside = self.width() // 5  # the corners have lines of their own
        room = QRectF(self.rect().adjusted(aside, 0, -aside, -self.height() // 40))
        aligned = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom
        flags = int(aligned) | int(Qt.TextFlag.TextWordWrap)
        needed = painter.boundingRect(room, flags, self.said).adjusted(-12, -6, 12, 6)
        painter.fillRect(needed, QColor(THEME.base))
        painter.setPen(QColor(THEME.text))
        painter.drawText(room, flags, self.said)

    def _advice(self, pattern: Pattern) -> str:
        return {
            Pattern.OVERVIEW: self.tr(
                "The 5 % square must show in the black one, the 95 % square in the white one; "
                "all 18 steps must differ, with their corners; squares must be square"
            ),
            Pattern.RAMP: self.tr("Grey must rise evenly, without bands or colour"),
            Pattern.LINES: self.tr(
                "Single lines, 1 px at the left, 2 px at the right, must stand apart everywhere"
            ),
            Pattern.DARK: self.tr("10 %: even, without spots, clouds or bright pixels"),
            Pattern.BRIGHT: self.tr("80 %: even from middle to corner, without dark pixels"),
        }[pattern]


def _as_image(pixels: Grey) -> QImage:
    rows, columns = pixels.shape
    kind = QImage.Format.Format_Grayscale8
    return QImage(pixels.tobytes(), columns, rows, columns, kind).copy()
