"""An outline that a network draws: in a box that the reader drags, or under one click.

The tool itself runs no network. It says what it wants; whoever holds it asks, and brings the answer
back to ``heard``, which may take a while and may never come.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from domain.finding import FindingKind
from domain.geometry import Box, ImagePoint
from viewing.tools.box import stretched
from viewing.tools.finishing import OUTSIDE, Place, box_note, moved_on, outlined, touches
from viewing.tools.tool import (
    NOTHING,
    NOTHING_SHOWN,
    Answer,
    Canvas,
    Drawn,
    Preview,
    Tool,
    ToolId,
    ToolKey,
    Touch,
)

NO_CONTOUR = "No contour here: drag a box around the lesion, or draw it yourself (C, L)"
ASKING = "Drawing the contour"


@dataclass(frozen=True, eq=False)
class Wanted:
    """An outline that is wanted. box, at: stored pixels, one of them. final: to become a finding;
    else to be shown while the box is dragged.
    """

    canvas: Canvas = field(repr=False)
    place: Place
    box: Box | None = None
    at: ImagePoint | None = None
    final: bool = False


class AskedOutlineTool(Tool):
    """Drag a box around a lesion, or click on it; the contour follows, as one finding to correct.

    ``wanted`` is what the tool wants most now; another object for each wish.
    """

    id = ToolId.AI_CONTOUR

    def __init__(self) -> None:
        self.wanted: Wanted | None = None
        self._start: ImagePoint | None = None
        self._waiting: list[Wanted] = []
        self._line: tuple[ImagePoint, ...] = ()
        self._made: ImagePoint | None = None
        self._shown = NOTHING_SHOWN

    @property
    def preview(self) -> Preview:
        """The box, and the outline as it was drawn last."""
        return self._shown

    @property
    def unfinished(self) -> bool:
        """Whether the button is down, or an answer is still to come."""
        return self._start is not None or bool(self._waiting)

    def press(self, touch: Touch, canvas: Canvas) -> Answer:
        """Where the lesion is, or a corner of its box; a double click is one click."""
        made, self._made = self._made, None
        if touch.again and made is not None and not moved_on(canvas, made, touch.at):
            return NOTHING
        if not _within(touch.at, canvas):
            return Answer(message=OUTSIDE)
        self._start, self._line = touch.at, ()
        self._shown = Preview(dots=(touch.at,))
        return NOTHING

    def drag(self, touch: Touch, canvas: Canvas) -> Answer:
        """Stretch the box; an outline in it is wanted as a preview."""
        start = self._start
        if start is None:
            return NOTHING
        if not moved_on(canvas, start, touch.at):
            self.wanted, self._line = None, ()
            self._shown = Preview(dots=(start,))
            return NOTHING
        box = stretched(start, touch, canvas)
        self.wanted = Wanted(canvas, Place.of(canvas), box=box)
        self._show(self.wanted, touch.at)
        return NOTHING

    def release(self, touch: Touch, canvas: Canvas) -> Answer:
        """Want the outline that is to stay."""
        start, self._start = self._start, None
        if start is None:
            return NOTHING
        place = Place.of(canvas)
        if moved_on(canvas, start, touch.at):
            box = stretched(start, touch, canvas)
            if not touches(box, canvas.size):
                self.leave()
                return Answer(message=OUTSIDE)
            self.wanted = Wanted(canvas, place, box=box, final=True)
        else:
            self._made = start
            self.wanted = Wanted(canvas, place, at=start, final=True)
        self._waiting.append(self.wanted)
        self._show(self.wanted, touch.at)
        return Answer(message=ASKING)

    def key(self, key: ToolKey, canvas: Canvas) -> Answer | None:
        """Cancel and back let go of what is begun or still to come."""
        del canvas
        if not self.unfinished or key not in (ToolKey.CANCEL, ToolKey.BACK):
            return None
        self.leave()
        return NOTHING

    def leave(self) -> None:
        """Let go; answers that come later are not heard."""
        self.wanted = self._start = self._made = None
        self._waiting, self._line = [], ()
        self._shown = NOTHING_SHOWN

    def heard(self, wanted: Wanted, points: tuple[ImagePoint, ...], trouble: str = "") -> Answer:
        """An answer has come. points: stored pixels, closed; empty where there is no contour.

        trouble: why none could be drawn. Gives the finding of a final one, or says why not.
        """
        if not wanted.final:
            if self._start is not None and wanted.place.uid == _uid(self.wanted):
                self._line = points
                if self.wanted is not None:
                    self._show(self.wanted, None)
            return Answer(message=trouble)
        if wanted not in self._waiting:
            return NOTHING
        self._waiting.remove(wanted)
        if self._start is None and not self._waiting:
            self.wanted, self._line, self._shown = None, (), NOTHING_SHOWN
        if trouble or not points:
            return Answer(message=trouble or NO_CONTOUR)
        return outlined(points, wanted.canvas, wanted.place, FindingKind.MASS)

    def _show(self, wanted: Wanted, at: ImagePoint | None) -> None:
        lines = (Drawn(self._line, closed=True),) if self._line else ()
        if wanted.box is None:
            self._shown = Preview(lines=lines, dots=(wanted.at,) if wanted.at else ())
            return
        edge = wanted.box
        corners = (
            ImagePoint(edge.left, edge.top),
            ImagePoint(edge.right, edge.top),
            ImagePoint(edge.right, edge.bottom),
            ImagePoint(edge.left, edge.bottom),
        )
        frame = Drawn(corners, closed=True, quiet=True)
        note_at = at or self._shown.note_at
        note = box_note(edge, wanted.canvas.spacing) if note_at is not None else ""
        self._shown = Preview(lines=(frame, *lines), note=note, note_at=note_at)


def _within(at: ImagePoint, canvas: Canvas) -> bool:
    return canvas.size.contains(at.pixel())


def _uid(wanted: Wanted | None) -> str:
    return wanted.place.uid if wanted is not None else ""
