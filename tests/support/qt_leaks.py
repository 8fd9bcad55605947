"""What a test of the window left behind: widgets, threads, timers, and warnings in the log."""

from __future__ import annotations

import gc
import logging
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QThread, QTimer
from PySide6.QtWidgets import QApplication, QWidget

_Kept = TypeVar("_Kept")

PATIENCE = 5.0
"""Seconds in which what is on its way out must be gone; decoding of one image can't be broken."""


class Leaks:
    """What there was before a test. expected: patterns of messages that the test provokes."""

    def __init__(self) -> None:
        """Look around; keeps hold of what it sees, so that nothing new gets its identity."""
        self._widgets = _widgets()
        self._timers = _timers()
        self._threads = set(threading.enumerate())
        self._qt_threads = _qt_threads()
        self.logged: list[str] = []
        self.expected: list[str] = []

    def found(self, patience: float = PATIENCE) -> list[str]:
        """All that is new, in words; waits a moment for what is about to end."""
        until = time.monotonic() + patience
        while True:
            _let_go()
            left = self._left()
            if not left or time.monotonic() > until:
                break
            time.sleep(0.02)
        return [*left, *self.unexpected()]

    def unexpected(self) -> list[str]:
        """Warnings and errors of the log that no pattern stands for."""
        return [
            f"logged: {text}"
            for text in self.logged
            if not any(re.search(pattern, text) for pattern in self.expected)
        ]

    def _left(self) -> list[str]:
        return [
            *(f"widget: {_named(one)}" for one in _new(_widgets(), self._widgets)),
            *(f"timer of {_named(one.parent())}" for one in _new(_timers(), self._timers)),
            *(f"thread: {_named(one)}" for one in _new(_qt_threads(), self._qt_threads)),
            *(f"thread: {one.name}" for one in threading.enumerate() if one not in self._threads),
        ]


@contextmanager
def watched() -> Iterator[Leaks]:
    """Watch over a test from before its window is made until after it was closed."""
    leaks = Leaks()
    ear = _Ear(leaks)
    logging.getLogger().addHandler(ear)
    try:
        yield leaks
    finally:
        logging.getLogger().removeHandler(ear)


class _Ear(logging.Handler):
    def __init__(self, leaks: Leaks) -> None:
        super().__init__(logging.WARNING)
        self._leaks = leaks

    def emit(self, record: logging.LogRecord) -> None:
        self._leaks.logged.append(f"{record.name}: {record.getMessage()}")


def _let_go() -> None:
    """Delete what was asked to be deleted; no event loop runs between tests that would do it."""
    if QCoreApplication.instance() is not None:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        QCoreApplication.processEvents()
    gc.collect()


def _widgets() -> list[QWidget]:
    return QApplication.allWidgets() if QApplication.instance() is not None else []


def _timers() -> list[QTimer]:
    made = shiboken6.getAllValidWrappers()
    return [one for one in made if isinstance(one, QTimer) and one.isActive()]


def _qt_threads() -> list[QThread]:
    made = shiboken6.getAllValidWrappers()
    return [one for one in made if isinstance(one, QThread) and one.isRunning()]


def _new(now: list[_Kept], before: list[_Kept]) -> list[_Kept]:
    known = set(map(id, before))
    return [one for one in now if id(one) not in known]


def _named(one: object) -> str:
    name = one.objectName() if hasattr(one, "objectName") else ""
    return f"{type(one).__name__} {name}".strip()
