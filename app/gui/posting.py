"""Calls made on the window's thread, whichever thread asks for them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal, Slot


class Poster(QObject):
    """Lives on the thread it is made on."""

    _asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._asked.connect(self._call, Qt.ConnectionType.QueuedConnection)

    def post(self, call: Callable[[], None]) -> None:
        """Have a call made there, in the order of posting; from any thread."""
        self._asked.emit(call)

    @Slot(object)
    def _call(self, call: Callable[[], None]) -> None:
        call()
