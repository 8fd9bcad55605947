"""The second window: the other half of the step's panes, on another screen."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QScreen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.gui.hands import Hands
from app.gui.reading_page import ReadingPage
from widgets.actions import ActionSet
from widgets.banner import Banner


class SecondWindow(QWidget):
    """Panes below a banner of their own; keys do what they do in the main window.

    closed(): the reader closed it.
    """

    closed = Signal()

    def __init__(self, hands: Hands, actions: ActionSet) -> None:
        super().__init__()
        self.setObjectName("SecondWindow")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.setWindowTitle(self.tr("Fourview, second window"))
        self._hands, self._actions = hands, actions
        self.banner, self.page = Banner(), ReadingPage(hands.attach, second=True)
        column = QVBoxLayout(self)
        column.setSpacing(0)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.banner)
        column.addWidget(self.page, 1)
        self.addActions(list(actions.all()))
        self.installEventFilter(actions)
        self._mask = actions["file.mask_names"]
        self._mask.toggled.connect(self.banner.mask_names)
        self.banner.mask_names(self._mask.isChecked())

    def open_on(self, screen: QScreen, *, alone: bool, geometry: str) -> None:
        """Appear where it was, else over a screen; over its right half where there is but one."""
        if self.restoreGeometry(QByteArray.fromBase64(geometry.encode())):
            self.show()
            return
        room = screen.availableGeometry()
        self.setScreen(screen)
        self.setGeometry(room.adjusted(room.width() // 2, 0, 0, 0) if alone else room)
        if alone:
            self.show()
        else:
            self.showMaximized()

    @property
    def kept_geometry(self) -> str:
        """Where it is, in base64."""
        return bytes(self.saveGeometry().toBase64().data()).decode()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Space with a left drag pans here as well."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._hands.space_down = True
        super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """The tool is back."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._hands.space_down = False
        super().keyReleaseEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """The actions stay the main window's."""
        self.removeEventFilter(self._actions)
        self._mask.toggled.disconnect(self.banner.mask_names)
        self.closed.emit()
        super().closeEvent(event)
