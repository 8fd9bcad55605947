"""One chip a view: how far its AI reading is, and in its tip why."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from widgets.ai_strip.state import ViewChip
from widgets.theme import SMALL_TEXT_POINTS, THEME, set_points

HEIGHT = 20
_A_ROW = 4
_MOST = 8
_DOT = 3.0
_TEXT_FROM = 18
_PARTS_IN, _PARTS_APART = 5.0, 2.0


class ViewMark(QWidget):
    """One view: a full dot in AI's colour where it was read, a ring before, a sign where not.

    Below its name a short line for each part of the reading: in AI's colour once it is there.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = ViewChip("", "")
        set_points(self, SMALL_TEXT_POINTS)
        self.setFixedHeight(HEIGHT)

    def show_view(self, view: ViewChip) -> None:
        """Say how far a view is."""
        self._view = view
        self.setToolTip(view.said)
        self.setAccessibleName(", ".join(view.said.split("\n")))
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """A quarter of the panel."""
        return QSize(68, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Sign and name; an exclamation mark where a view was read though something is odd."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(THEME.line), 1))
        painter.setBrush(QColor(THEME.base))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        done, failed = self._view.state == "done", self._view.state == "failed"
        self._draw_sign(painter, QPointF(10, self.height() / 2))
        painter.setPen(QColor(THEME.text if done else THEME.dim))
        room = self.rect().adjusted(_TEXT_FROM, 0, -12, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        cut = self.fontMetrics().elidedText(
            self._view.name, Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, middle | Qt.AlignmentFlag.AlignLeft, cut)
        if failed or (done and self._view.why):
            painter.setPen(QColor(THEME.error if failed else THEME.text))
            at_right = self.rect().adjusted(0, 0, -7, 0)
            painter.drawText(at_right, middle | Qt.AlignmentFlag.AlignRight, "!")
        self._draw_parts(painter)

    def _draw_parts(self, painter: QPainter) -> None:
        view = self._view
        shades = [THEME.ai] * len(view.done) + [THEME.line] * len(view.awaited)
        shades += [THEME.error] * len(view.lost)
        if len(shades) < 2:  # one part is what the dot says
            return
        width = (self.width() - 2 * _PARTS_IN + _PARTS_APART) / len(shades)
        for place, shade in enumerate(shades):
            left = _PARTS_IN + place * width
            line = QRectF(left, self.height() - 4, width - _PARTS_APART, 2)
            painter.fillRect(line, QColor(shade))

    def _draw_sign(self, painter: QPainter, at: QPointF) -> None:
        state = self._view.state
        shade = QColor(THEME.ai if state in ("done", "running") else THEME.dim)
        painter.setPen(QPen(shade, 1.5))
        if state in ("failed", "not applicable"):
            painter.drawLine(at - QPointF(_DOT, 0), at + QPointF(_DOT, 0))
            return
        painter.setBrush(shade if state == "done" else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(at, _DOT, _DOT)


class ViewMarks(QWidget):
    """All views of the exam, four a row; beyond eight a number stands for the rest."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(4)
        self._marks: list[ViewMark] = []
        self._rest = QLabel()
        self._rest.setProperty("dim", True)
        set_points(self._rest, SMALL_TEXT_POINTS)
        for column in range(_A_ROW):
            self._grid.setColumnStretch(column, 1)

    @property
    def marks(self) -> tuple[ViewMark, ...]:
        """Those that are shown."""
        return tuple(one for one in self._marks if not one.isHidden())

    def show_views(self, views: tuple[ViewChip, ...]) -> None:
        """Say how far each view is."""
        few = len(views) <= _MOST
        first = views if few else views[: _MOST - 1]
        while len(self._marks) < len(first):
            place = len(self._marks)
            self._marks.append(ViewMark())
            self._grid.addWidget(self._marks[place], place // _A_ROW, place % _A_ROW)
        for place, mark in enumerate(self._marks):
            mark.setVisible(place < len(first))
            if place < len(first):
                mark.show_view(first[place])
        rest = views[len(first) :]
        self._grid.addWidget(self._rest, 1, _A_ROW - 1)
        self._rest.setText(f"+{len(rest)}")
        self._rest.setToolTip(
            "\n".join(": ".join(filter(None, (one.name, one.state, one.why))) for one in rest)
        )
        self._rest.setVisible(bool(rest))
        self.setVisible(bool(views))
