"""A page that covers one screen and goes with Esc."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent, QScreen
from PySide6.QtWidgets import QWidget


class FullScreenPage(QWidget):
    """A window of its own, deleted when it closes. Tab takes it to the next screen.

    closed(): whichever way.
    """

    closed = Signal()

    def __init__(self, owner: QWidget | None = None) -> None:
        """owner: the window that it belongs to and closes with."""
        super().__init__(owner, Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def open_on(self, screen: QScreen) -> None:
        """Cover a screen."""
        self.setScreen(screen)
        self.setGeometry(screen.geometry())
        self.showFullScreen()
        self.activateWindow()
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Esc closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Tell the owner."""
        self.closed.emit()
        super().closeEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: N802
        """Tab goes from screen to screen: there is nothing on the page to go through."""
        screens = QGuiApplication.screens()
        place = screens.index(self.screen()) + (1 if forward else -1)
        if len(screens) > 1:
            self.open_on(screens[place % len(screens)])
        return True
