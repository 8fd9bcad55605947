"""Annotating a case: tools make commands, commands change the document, all of it is kept."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from psygnal import Signal

from annotations.commands.command import Command, Initiator, StampImages
from annotations.document.document import Document
from app.jobs.job import Post
from app.jobs.jobs import Jobs
from app.presenters.annotating.canvas import Wishes, canvas_of, middle_of
from app.presenters.annotating.greeting import greeting
from app.presenters.annotating.readings import Readings
from app.presenters.annotating.stamping import replaced_images, stamped, stamps_anew
from app.presenters.annotating.tool_hand import ToolHand
from app.presenters.annotating.turning_back import turned_back
from app.presenters.archiving.door import ArchiveDoor
from app.presenters.shown import NOTHING, Shown
from domain.errors import FourviewError
from domain.finding import Finding, FindingKind
from domain.geometry import ImagePoint
from viewing.opened import OpenedImage
from viewing.state.screen import PaneState
from viewing.tools.hits import hit
from viewing.tools.tool import REACH, Answer, Canvas, Preview, ToolId, ToolKey, Touch

if TYPE_CHECKING:  # the first paint needs no files of readings
    from annotations.keeping.kept_reading import KeptReading

_NONE = Document("")
_REPLACED = (
    "This image is not the one that its findings were drawn on. Check them, then choose"
    " Annotate > Findings fit this image"
)


class AnnotatingPresenter:
    """All methods are called on the window's thread.

    changed: document, selection or tool has changed. kept: how far it is on the disk. moved:
    only what the tool shows before its gesture is finished. told: something to say, and whether
    it is an error; no words: what was said last, such as how to go on, is out of date.
    """

    changed = Signal()
    kept = Signal()
    moved = Signal()
    told = Signal(str, bool)

    def __init__(
        self,
        jobs: Jobs,
        post: Post,
        folder: Callable[[], Path],
        reader: Callable[[], str],
        door: ArchiveDoor | None = None,
    ) -> None:
        """folder: where readings are kept. reader: the name of who reads now. door: see
        ``Readings``.
        """
        self.readings = Readings(jobs, post, folder, reader, door)
        self.readings.changed.connect(self._opened)
        self.readings.standing_changed.connect(self.changed.emit)
        self.readings.told.connect(self.told.emit)
        self.readings.failed.connect(lambda why: self.told.emit(why, True))
        self.hand = ToolHand()
        self.wishes = Wishes()
        self._shown: Shown = NOTHING
        self._selected: tuple[UUID, ...] = ()
        self._pressed: int | None = None
        self._hovered: tuple[int, ImagePoint, Touch] | None = None
        self._warned = False
        self.shows: Callable[[Finding], bool] = lambda _finding: True
        """Whether a finding is shown: a model's may be below the reader's threshold."""

    # What there is.

    @property
    def reading(self) -> KeptReading | None:
        """The reading that is open."""
        return self.readings.open

    @property
    def document(self) -> Document:
        """What the reader has said of the case; empty while none is open."""
        return self.reading.document if self.reading is not None else _NONE

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Those that no later one replaces, and that are to be shown."""
        return tuple(one for one in self.document.live if self.shows(one))

    @property
    def numbers(self) -> Mapping[UUID, int]:
        """What each finding is called on the screen, from 1."""
        return {finding.id: number for number, finding in enumerate(self.document.live, 1)}

    @property
    def selected(self) -> tuple[UUID, ...]:
        """Ids of the selected findings that are shown, the first leading."""
        there = self.document.by_id
        return tuple(one for one in self._selected if one in there and self.shows(there[one]))

    @property
    def leading(self) -> Finding | None:
        """The finding that the form shows."""
        return self.document.by_id[self.selected[0]] if self.selected else None

    @property
    def tool(self) -> ToolId | None:
        """The annotation tool in the hand."""
        return self.hand.tool.id if self.hand.tool is not None else None

    def preview_on(self, uid: str) -> Preview:
        """What the tool shows on an image before its gesture is finished."""
        return self.hand.preview_on(uid)

    # What is shown.

    def show(self, shown: Shown) -> None:
        """Another case, step or image."""
        if shown.number != self._shown.number:
            self.hand.leave()
            self._selected, self._hovered = (), None
        fresh = shown.images.keys() - self._shown.images.keys()
        self._shown = shown
        self.readings.show(shown)
        self._check_stamps([shown.images[ref] for ref in fresh])

    def close(self) -> bool:
        """Keep everything, before the window goes; False where the disk does not take it.

        The second time what can't be kept is given up.
        """
        self.hand.leave()
        try:
            self.readings.close()
        except FourviewError as error:
            if self._warned:
                self.readings.abandon()
                return True
            self._warned = True
            self.told.emit(f"{error}. Close again to leave without them", True)
            return False
        return True

    # The tool.

    def take(self, tool: ToolId | None) -> None:
        """Take an annotation tool, or put it away."""
        if tool is not self.tool:
            if self.hand.tool is not None:
                self.told.emit("", False)
            self.hand.take(tool)
            self.changed.emit()

    def wish(self, *, brush_mm: float | None = None) -> None:
        """Another brush for what is drawn next."""
        if brush_mm is not None:
            self.wishes = replace(self.wishes, brush_mm=brush_mm)
            if self._hovered is not None:
                self.hover(*self._hovered)
        self.changed.emit()

    def wish_kind(self, kind: FindingKind | None) -> None:
        """What is drawn next; ``None``: what the tool's shape suggests."""
        self.wishes = replace(self.wishes, kind=kind)
        self.changed.emit()

    def press(self, pane: int, at: ImagePoint, touch: Touch) -> None:
        """A button goes down over a pane. at: pane pixels; touch.at is set here."""
        canvas = self._canvas(pane)
        if canvas is None or self._refused():
            return
        self._pressed = pane
        self._take(self.hand.press(self._touch(pane, at, touch), canvas))

    def drag(self, at: ImagePoint, touch: Touch) -> None:
        """The pointer moves with the button down; the pane is the one that was pressed on."""
        self._go_on(self.hand.drag, at, touch)

    def release(self, at: ImagePoint, touch: Touch) -> None:
        """The button goes up."""
        self._go_on(self.hand.release, at, touch)
        self._pressed = None

    def hover(self, pane: int, at: ImagePoint | None, touch: Touch) -> None:
        """The pointer is over a pane with no button down."""
        self._hovered = None if at is None else (pane, at, touch)
        canvas = self._canvas(pane) if at is not None and self.hand.tool is not None else None
        if at is None or canvas is None or self.reading is None:
            return
        before = self.hand.preview_on(canvas.uid)
        answer = self.hand.hover(self._touch(pane, at, touch), canvas)
        if answer.command or answer.message or self.hand.preview_on(canvas.uid) is not before:
            self._take(answer)

    def key(self, key: ToolKey) -> bool:
        """A key for the tool; False where it means nothing to it."""
        state = self._shown.state
        canvas = self._canvas(state.active) if state is not None else None
        if canvas is None or state is None or self.reading is None:
            return False
        answer = self.hand.key(key, canvas, middle_of(state))
        if answer is not None:
            if key is ToolKey.CANCEL:
                self.told.emit("", False)
            self._take(answer)
        return answer is not None

    def select_at(self, pane: int, at: ImagePoint, *, more: bool = False) -> bool:
        """Select the finding at a pane pixel, or none. more: beside those that are selected."""
        placed, opened = self._pane(pane)
        if placed is None or opened is None or placed.placement is None:
            return False
        scale = min(placed.placement.x_scale, placed.placement.y_scale)
        point = placed.placement.to_stored(at)
        found = hit(self.findings, opened.view.ref.uid, opened.frame, point, REACH / scale)
        kept = self.selected if more else ()
        if found is None:
            self.select(kept)
            return False
        ids = tuple(one for one in kept if one != found.finding)
        self.select((found.finding, *ids))
        return True

    # Changes.

    def do(self, command: Command, initiator: Initiator = Initiator.READER) -> bool:
        """Carry out a command; False where it was refused, with the reason told."""
        done = self._done(command, initiator)
        if done:
            if initiator is Initiator.READER:  # what was said of the step before is out of date
                self.told.emit("", False)
            self.changed.emit()
        return done

    def undo(self) -> None:
        """Take back the last step; of an unfinished shape its last point."""
        if self.hand.unfinished and self.key(ToolKey.BACK):
            return
        self._turn_back(again=False)

    def redo(self) -> None:
        """Do again what was undone last."""
        self._turn_back(again=True)

    def select(self, ids: tuple[UUID, ...]) -> None:
        """Select findings, the first leading."""
        if ids != self._selected:
            self._selected = ids
            self.changed.emit()

    def fits(self) -> None:
        """The findings do belong to the images that are shown: stamp them anew."""
        changed = stamps_anew(self.document, self._shown.images.values())
        if changed and self.do(StampImages(changed, "findings fit this image")):
            self._check_stamps(self._shown.images.values())
            self.changed.emit()

    def images_of(self, finding: Finding) -> tuple[OpenedImage, ...]:
        """Shown images that a finding lies on."""
        uids = {mark.sop_instance_uid for mark in finding.geometries}
        return tuple(one for one in self._shown.images.values() if one.view.ref.uid in uids)

    def opened(self, uid: str) -> OpenedImage | None:
        """The shown image that marks know by this name."""
        return next((one for one in self._shown.images.values() if one.view.ref.uid == uid), None)

    def take_answer(self, answer: Answer) -> None:
        """What came of an earlier event of the tool, such as of a network's contour."""
        self._take(answer)

    def replaced(self, uid: str) -> bool:
        """Whether an image is not the one that its findings were drawn on."""
        return uid in self._replaced

    # How it comes about.

    _replaced: frozenset[str] = frozenset()
    _greeted: KeptReading | None = None

    def _opened(self) -> None:
        reading = self.reading
        self._replaced = frozenset()
        self.hand.leave()
        if reading is not None:
            if reading is self.readings.own and reading is not self._greeted:
                self._greeted = reading
                reading.keeping_changed.connect(self._tell_kept)
                for words, error in greeting(reading):
                    self.told.emit(words, error)
            self._check_stamps(self._shown.images.values())
        self.changed.emit()

    def _tell_kept(self) -> None:
        """Given to other signals in place of ``kept.emit``, which connecting would call."""
        self.kept.emit()

    def _check_stamps(self, images: Collection[OpenedImage]) -> None:
        found = replaced_images(self.document, images)
        if found - self._replaced:
            self.told.emit(_REPLACED, True)
        self._replaced = found | (self._replaced - {one.view.ref.uid for one in images})

    def _done(self, command: Command, initiator: Initiator) -> bool:
        if self._refused() or self.reading is None:
            return False
        try:
            self.reading.do(stamped(command, self.document, self._shown.images.values()), initiator)
        except FourviewError as error:
            self.told.emit(str(error), True)
            return False
        return True

    def _turn_back(self, *, again: bool) -> None:
        if self._refused() or self.reading is None:
            return
        history = self.reading.history
        title = history.redo_title if again else history.undo_title
        try:
            done = (self.reading.redo if again else self.reading.undo)()
        except FourviewError as error:
            self.told.emit(str(error), True)
            return
        if done is not None:
            self._selected = turned_back(done, self.document) or self._selected
            self.told.emit(f"{'Done again' if again else 'Undone'}: {title}", False)
        self.changed.emit()

    def _refused(self) -> bool:
        reading = self.reading
        if reading is None:
            if self._shown.exams is not None:
                self.told.emit("The reading is still being opened", False)
            return True
        if reading.read_only:
            self.told.emit(reading.read_only, True)
        return bool(reading.read_only)

    def _go_on(self, step: Callable[[Touch, Canvas], Answer], at: ImagePoint, touch: Touch) -> None:
        pane = self._pressed
        canvas = self._canvas(pane) if pane is not None else None
        if pane is not None and canvas is not None:
            self._take(step(self._touch(pane, at, touch), canvas))

    def _take(self, answer: Answer) -> None:
        if answer.message:
            self.told.emit(answer.message, False)
        if answer.brush_mm is not None:
            self.wishes = replace(self.wishes, brush_mm=answer.brush_mm)
        if answer.command is None and answer.select in (None, self._selected):
            self.moved.emit()
            return
        if answer.command is not None:
            if not self._done(answer.command, Initiator.READER):
                return
            if not answer.message:
                self.told.emit("", False)
        if answer.select is not None:
            self._selected = answer.select
        self.changed.emit()

    def _touch(self, pane: int, at: ImagePoint, touch: Touch) -> Touch:
        placed, _ = self._pane(pane)
        if placed is None or placed.placement is None:
            return touch
        return replace(touch, at=placed.placement.to_stored(at))

    def _canvas(self, pane: int) -> Canvas | None:
        placed, opened = self._pane(pane)
        if placed is None or opened is None or placed.placement is None:
            return None
        reader = self.readings.reader
        return canvas_of(
            placed,
            opened,
            self.document,
            reader=reader,
            selected=self.selected,
            wishes=self.wishes,
        )

    def _pane(self, index: int) -> tuple[PaneState | None, OpenedImage | None]:
        state = self._shown.state
        if state is None or not 0 <= index < len(state.panes):
            return None, None
        return state.panes[index], self._shown.image_of(state.panes[index])
