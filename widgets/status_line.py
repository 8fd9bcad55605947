"""The bottom line: step of the protocol, zoom, what lies under the cursor, and running jobs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QPointF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QGuiApplication, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from widgets.elided_label import ElidedLabel
from widgets.icons import icon
from widgets.theme import SMALL_TEXT_POINTS, THEME, set_points

HEIGHT = 24

_BAR_STEPS = 100

JOB_PATIENCE_MS = 300
"""A job that takes less is over before anybody could read of it; its bar would only flicker."""


class Notice(Enum):
    """What sort of message stands in the line."""

    PLAIN = "plain"
    ERROR = "error"


@dataclass(frozen=True)
class JobLine:
    """A running job. done: 0 to 1, ``None`` where unknown; seconds_left: ``None`` likewise."""

    id: str
    title: str
    done: float | None = None
    seconds_left: float | None = None


class StatusLine(QWidget):
    """24 px at the bottom.

    step_requested(index): a mark of the protocol was clicked. cancel_requested(job id): the job
    should stop.
    """

    step_requested = Signal(int)
    cancel_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("StatusLine")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self._marks = StepMarks(self)
        self._marks.clicked.connect(self.step_requested)
        self._step, self._zoom, self._cursor = QLabel(), QLabel(), QLabel()
        self._message, self._job, self._kept = ElidedLabel(), QLabel(), QLabel()
        self._copy = _small_button("copy", self.tr("Copy message"))
        self._bar = QProgressBar()
        self._cancel = _small_button("close", self.tr("Cancel"))
        self._jobs: tuple[JobLine, ...] = ()
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(JOB_PATIENCE_MS)
        self._patience.timeout.connect(self._show_first_job)
        self._copy.clicked.connect(self._copy_message)
        self._cancel.clicked.connect(self._ask_to_cancel)
        self._lay_out()
        self.show_step((), 0)
        self.show_message("")
        self._hide_jobs()
        self.show_kept("")

    def show_step(self, titles: tuple[str, ...], index: int) -> None:
        """All steps' titles in reading order, and which one is shown."""
        self._marks.show_steps(titles, index)
        shown = titles[index : index + 1]
        self._step.setText("".join(f"{index + 1}/{len(titles)}  {title}" for title in shown))

    def show_zoom(self, text: str) -> None:
        """Zoom and size mode, such as ``Same size, 34 %``."""
        self._zoom.setText(text)

    def show_cursor(self, text: str) -> None:
        """Grey value and place under the cursor; empty while it is over no image."""
        self._cursor.setText(text)

    def show_message(self, text: str, notice: Notice = Notice.PLAIN) -> None:
        """What happened, until the next message; errors in red, and can be copied."""
        error = notice is Notice.ERROR
        self._message.setText(text)
        self._message.setProperty("error", error)
        self._message.style().polish(self._message)
        self._copy.setVisible(error and bool(text))
        # An error needs the room.
        self._job.setVisible(not self._bar.isHidden() and not error)

    def take_back(self) -> None:
        """What was said is out of date; an error stays until the next message."""
        if self._copy.isHidden():
            self._message.setText("")

    def show_kept(self, text: str, *, failed: bool = False) -> None:
        """Whether what was drawn and said is on the disk; empty where nothing was."""
        self._kept.setText(text)
        self._kept.setProperty("error", failed)
        self._kept.style().polish(self._kept)
        self._kept.setVisible(bool(text))

    def show_jobs(self, jobs: tuple[JobLine, ...]) -> None:
        """What runs now; the first is shown, with how many more there are.

        A bar comes up only where jobs go on for ``JOB_PATIENCE_MS``.
        """
        if jobs == self._jobs:
            return
        self._jobs = jobs
        if not jobs:
            self._patience.stop()
            self._hide_jobs()
        elif not self._bar.isHidden():
            self._show_first_job()
        elif not self._patience.isActive():
            self._patience.start()

    def _hide_jobs(self) -> None:
        for widget in (self._job, self._bar, self._cancel):
            widget.setVisible(False)

    def _show_first_job(self) -> None:
        jobs = self._jobs
        for widget in (self._bar, self._cancel):
            widget.setVisible(True)
        job = jobs[0]
        self._job.setVisible(self._copy.isHidden())
        words = self._job_words(job, len(jobs) - 1)
        if words != self._job.text():
            self._job.setText(words)
            self._bar.setToolTip(words)
        most = 0 if job.done is None else _BAR_STEPS
        if most != self._bar.maximum():
            self._bar.setRange(0, most)
        if job.done is not None:  # the bar paints at once for each other value
            self._bar.setValue(round(job.done * _BAR_STEPS))

    @property
    def said(self) -> str:
        """All that can be read on the line."""
        shown = (label.text() for label in self.findChildren(QLabel) if not label.isHidden())
        return "  ".join(text for text in shown if text)

    def _job_words(self, job: JobLine, more: int) -> str:
        words = [job.title]
        if job.seconds_left is not None:
            words.append(self.tr("{seconds} s left").format(seconds=round(job.seconds_left)))
        if more:
            words.append(self.tr("and {count} more").format(count=more))
        return ", ".join(words)

    def _ask_to_cancel(self) -> None:
        if self._jobs:
            self.cancel_requested.emit(self._jobs[0].id)

    def _copy_message(self) -> None:
        QGuiApplication.clipboard().setText(self._message.text())

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 1, 8, 0)
        row.setSpacing(10)
        for label in (self._step, self._zoom, self._cursor, self._message, self._job, self._kept):
            set_points(label, SMALL_TEXT_POINTS)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._zoom.setProperty("dim", True)
        self._job.setProperty("dim", True)
        self._bar.setFixedWidth(120)
        self._bar.setTextVisible(False)
        for widget in (self._marks, self._step, self._zoom, self._cursor):
            row.addWidget(widget)
        row.addSpacing(8)
        row.addWidget(self._message, 1)
        self._kept.setProperty("dim", True)
        for trailing in (self._copy, self._kept, self._job, self._bar, self._cancel):
            row.addWidget(trailing)


class StepMarks(QWidget):
    """One mark for each step of the protocol, the shown one bright; a click asks for a step."""

    clicked = Signal(int)
    _WIDTH, _GAP = 10, 3

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._titles: tuple[str, ...] = ()
        self._index = 0
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)

    def show_steps(self, titles: tuple[str, ...], index: int) -> None:
        """All titles, and the index of the one shown."""
        self._titles, self._index = titles, index
        self.setVisible(bool(titles))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """As wide as the marks."""
        return QSize(max(0, len(self._titles) * (self._WIDTH + self._GAP) - self._GAP), HEIGHT - 1)

    def place_of(self, index: int) -> QPointF:
        """The middle of a mark, in the widget's pixels."""
        return QPointF(index * (self._WIDTH + self._GAP) + self._WIDTH / 2, self.height() / 2)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Short bars, the present one bright."""
        del event
        painter = QPainter(self)
        for index in range(len(self._titles)):
            colour = THEME.text if index == self._index else THEME.focus
            left = index * (self._WIDTH + self._GAP)
            painter.fillRect(left, self.height() // 2 - 2, self._WIDTH, 4, QColor(colour))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Name the step under the cursor."""
        index = self._at(event.position())
        self.setToolTip(self._titles[index] if index is not None else "")

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Ask for the step that was clicked."""
        index = self._at(event.position())
        if index is not None and event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit(index)

    def _at(self, place: QPointF) -> int | None:
        index = int(place.x() // (self._WIDTH + self._GAP))
        return index if 0 <= index < len(self._titles) else None


def _small_button(drawing: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setIcon(icon(drawing, THEME.dim))
    button.setIconSize(QSize(14, 14))
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return button
