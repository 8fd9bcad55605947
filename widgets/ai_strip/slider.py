"""The slider of the operating point."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QSlider, QStyle, QStyleOptionSlider, QWidget

_STEPS = 1000
_STEP = 10


class ThresholdSlider(QSlider):
    """A press beside the handle takes it there; what is right of it, in AI's colour, is shown.

    moved(float): live. settled(float): let go, or moved by the wheel. Both by hand only.
    """

    moved = Signal(float)
    settled = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._least, self._most = 0.0, 1.0
        self._telling = True
        self._grip = 0
        self.setRange(0, _STEPS)
        self.setSingleStep(_STEP)
        self.setPageStep(5 * _STEP)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(self.tr("Score from which marks are shown"))
        self.valueChanged.connect(self._tell)
        self.sliderReleased.connect(lambda: self.settled.emit(self.threshold))

    @property
    def threshold(self) -> float:
        """Where it stands."""
        share = self.value() / _STEPS
        return round(self._least + (self._most - self._least) * share, 4)

    def show_threshold(self, threshold: float, least: float, most: float) -> None:
        """Stand there, and tell nobody. Stays where the reader holds it."""
        if self.isSliderDown():
            return
        self._least, self._most = least, most
        share = (threshold - least) / (most - least) if most > least else 0.0
        self._telling = False
        self.setValue(round(min(max(share, 0.0), 1.0) * _STEPS))
        self._telling = True

    def _tell(self) -> None:
        if self._telling:
            self.moved.emit(self.threshold)
            if not self.isSliderDown():
                self.settled.emit(self.threshold)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Take the handle, wherever it is pressed."""
        if event.button() is not Qt.MouseButton.LeftButton:
            event.ignore()
            return
        centre, x = self._handle_at(), round(event.position().x())
        self._grip = x - centre if abs(x - centre) <= self._handle_width() // 2 else 0
        self.setSliderDown(True)
        self._follow(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """The handle follows."""
        if self.isSliderDown():
            self._follow(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Let go."""
        if event.button() is Qt.MouseButton.LeftButton and self.isSliderDown():
            self.setSliderDown(False)

    def _follow(self, event: QMouseEvent) -> None:
        at = round(event.position().x()) - self._grip - self._handle_width() // 2
        self.setSliderPosition(
            QStyle.sliderValueFromPosition(0, _STEPS, at, self.width() - self._handle_width())
        )

    def _handle_width(self) -> int:
        return self._handle().width()

    def _handle_at(self) -> int:
        return self._handle().center().x()

    def _handle(self) -> QRect:
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        control = QStyle.ComplexControl.CC_Slider
        return self.style().subControlRect(control, option, QStyle.SubControl.SC_SliderHandle, self)
