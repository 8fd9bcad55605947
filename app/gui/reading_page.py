"""The panes of a step, edge to edge."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QWidget

from viewing.hanging.placement import SECOND_WINDOW, PaneRect
from viewing.state.resolve import PaneView
from widgets.pane.picture import EMPTY, PanePicture
from widgets.theme import THEME

if TYPE_CHECKING:
    from widgets.pane.pane_widget import PaneWidget


class ReadingPage(QWidget):
    """resized(rows, columns): the room for panes, in device-independent pixels."""

    resized = Signal(int, int)

    def __init__(self, attach: Callable[[int, PaneWidget], None], *, second: bool = False) -> None:
        """attach: told of each pane that is made, with its index. second: in the second window."""
        super().__init__()
        self._second = second
        self.setObjectName("ReadingPage")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAutoFillBackground(True)
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Window, QColor(THEME.pane))
        self.setPalette(palette)
        self._attach = attach
        self._panes: list[PaneWidget] = []
        self._halves: tuple[QRect, QRect] | None = None

    def set_halves(self, halves: tuple[QRect, QRect] | None) -> None:
        """Where the left half of the panes lies and where the right, if a bezel parts them."""
        self._halves = halves

    @property
    def panes(self) -> tuple[PaneWidget, ...]:
        """All panes made so far; those that the step does not need are hidden."""
        return tuple(self._panes)

    def show_panes(self, views: Sequence[PaneView], pictures: Sequence[PanePicture]) -> None:
        """Lay the panes out and have each paint what is new."""
        self.prepare(len(views))
        for pane, view, picture in zip(self._panes, views, pictures, strict=False):
            place = self._place(view.rect)
            here = place is not None
            if place is not None:
                pane.setGeometry(place)
            pane.show_pane(picture if here else EMPTY)
            pane.setVisible(here and view.visible)
        for pane in self._panes[len(views) :]:
            pane.hide()

    def _place(self, rect: PaneRect) -> QRect | None:
        """On this page; ``None`` for a pane of the other window."""
        beyond = rect.left >= SECOND_WINDOW
        place = QRect(rect.left - SECOND_WINDOW * beyond, rect.top, rect.width, rect.height)
        if self._halves is not None:
            return place.translated(self._halves[beyond].topLeft())
        return place if beyond == self._second else None

    def prepare(self, count: int) -> None:
        """Make so many panes, hidden until they show something."""
        while len(self._panes) < count:
            pane = self._new_pane()
            pane.hide()
            self._panes.append(pane)
            self._attach(len(self._panes) - 1, pane)

    def _new_pane(self) -> PaneWidget:
        """Import late: pyqtgraph takes its time, and the first paint doesn't need it."""
        from widgets.pane.pane_widget import PaneWidget  # noqa: PLC0415

        return PaneWidget(self)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Black where there is no pane, as beside a single one on two screens."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(THEME.pane))
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Tell how much room there is."""
        super().resizeEvent(event)
        self.resized.emit(self.height(), self.width())
