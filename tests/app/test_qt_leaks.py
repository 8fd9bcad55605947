"""The watch over tests of the window notices what it is there to notice."""

from __future__ import annotations

import logging
import threading

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel

from tests.support.qt_leaks import Leaks, watched


def test_a_widget_that_is_left_is_told(qapp: QApplication) -> None:
    leaks = Leaks()
    left = QLabel("left")
    assert leaks.found(patience=0.05) == ["widget: QLabel"]
    left.deleteLater()
    assert leaks.found() == []


def test_a_timer_that_still_runs_is_told(qapp: QApplication) -> None:
    leaks = Leaks()
    timer = QTimer()
    timer.start(10_000)
    assert leaks.found(patience=0.05) == ["timer of NoneType"]
    timer.stop()
    assert leaks.found() == []


def test_a_thread_that_is_left_is_told() -> None:
    leaks, gate = Leaks(), threading.Event()
    thread = threading.Thread(target=gate.wait, name="left")
    thread.start()
    assert leaks.found(patience=0.05) == ["thread: left"]
    gate.set()
    assert leaks.found() == []


def test_a_warning_is_told_unless_it_was_expected() -> None:
    with watched() as leaks:
        logging.getLogger("app").warning("odd")
        logging.getLogger("app").info("nothing")
    assert leaks.unexpected() == ["logged: app: odd"]
    leaks.expected.append("od+")
    assert leaks.unexpected() == []
