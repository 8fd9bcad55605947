"""Cine: goes through a stack to and fro by itself, over slices that are open, until a gesture."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal

from app.gui.facts import active_pane
from app.gui.services import Services
from app.presenters.image_store import Wanted
from domain.study import ImageRef

_GESTURES = frozenset(
    {
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseButtonDblClick,
        QEvent.Type.Wheel,
        QEvent.Type.KeyPress,
        QEvent.Type.NativeGesture,
        QEvent.Type.TouchBegin,
        QEvent.Type.WindowDeactivate,
    }
)


class Cine(QObject):
    """stopped(): it has ended, by a gesture or because its stack is gone."""

    stopped = Signal()

    def __init__(self, services: Services, parent: QObject) -> None:
        super().__init__(parent)
        self._services = services
        self._ref: ImageRef | None = None
        self._by = 1
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._advance)

    @property
    def running(self) -> bool:
        """Whether it goes."""
        return self._timer.isActive()

    def start(self) -> None:
        """Begin in the active pane; does nothing where that shows no stack."""
        wanted = self._wanted()
        if wanted is None or self.running:
            return
        self._ref, self._by = wanted.view.ref, 1
        self._timer.start(round(1000 / self._services.settings.hands.cine_rate))
        program = QCoreApplication.instance()
        if program is not None:
            program.installEventFilter(self)  # only while it goes: a gesture may be anywhere

    def stop(self) -> None:
        """Stay at the present slice."""
        if not self.running:
            return
        self._timer.stop()
        program = QCoreApplication.instance()
        if program is not None:
            program.removeEventFilter(self)
        self.stopped.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802, ARG002
        """Any gesture stops it, and still does what it does."""
        if event.type() in _GESTURES:
            self.stop()
        return False

    def _advance(self) -> None:
        """To the next slice; where that is still being opened, wait for it."""
        wanted = self._wanted()
        if wanted is None or wanted.view.ref != self._ref:
            self.stop()
            return
        stacks = self._services.reading.stacks
        if not stacks.shows(wanted):
            return
        if not 0 <= wanted.frame + self._by < wanted.view.frames:
            self._by = -self._by
        following = Wanted(wanted.view, wanted.frame + self._by)
        if stacks.shows(following):
            self._services.model.set_frame(self._services.model.state.active, following.frame)

    def _wanted(self) -> Wanted | None:
        pane = active_pane(self._services.model.state)
        view = pane.plan.view if pane is not None else None
        if pane is None or view is None or view.frames < 2:
            return None
        return Wanted(view, pane.frame, pane.slab)
