"""Makes ready, once the window is painted, what opening the first study would wait for."""

from __future__ import annotations

import logging
import threading
from importlib import import_module

from PySide6.QtCore import QTimer

from app.gui.main_window import MainWindow
from app.starting import load_dicom

_NEEDED = (
    "imaging.scanning.scan",
    "imaging.loader",
    "imagecodecs",
    "viewing.first_look",
    "widgets.pane.pane_widget",
    "annotations.keeping.kept_reading",
    "viewing.second_look",
)
_PANES = 4

_log = logging.getLogger(__name__)


def warm_up(window: MainWindow) -> None:
    """Import on a thread what finds, decodes and paints, then make the panes of a screening study.

    Begins after the first paint. What is asked for before it has ended simply waits for the same
    import.
    """
    poster, page = window.services.poster, window.reading_page

    def import_all() -> None:
        try:
            load_dicom()
            for name in _NEEDED:
                import_module(name)
        except ImportError as error:  # told where it is needed, with what to do
            _log.warning("warming up ended by %s", type(error).__name__)
            return
        poster.post(lambda: page.prepare(_PANES))

    thread = threading.Thread(target=import_all, name="warm up", daemon=True)
    QTimer.singleShot(0, window, thread.start)
