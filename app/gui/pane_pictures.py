"""From what a pane shall show to the record that its widget paints."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from app.gui import facts
from app.gui.overlay_ink import live_overlays, overlays_of
from app.presenters.annotating.annotating import AnnotatingPresenter
from app.presenters.following import FollowingPresenter
from app.presenters.measuring import MeasuringPresenter
from app.presenters.second_reading.presenter import SecondReading
from app.presenters.shown import Shown
from domain.finding import Finding
from viewing.aids import aided
from viewing.hanging.compose import PaneImage
from viewing.opened import OpenedImage
from viewing.state.resolve import GreyKey, PaneView, resolve
from viewing.state.screen import Aids, ScreenState
from widgets.pane.overlays import Overlay
from widgets.pane.picture import PanePicture

if TYPE_CHECKING:  # made when readings are first compared
    from app.gui.comparison_ink import ComparedMarks

_OTHER_IMAGE = "Not the image that its findings were drawn on"

_Key = tuple[OpenedImage, GreyKey, Aids]


class PanePictures:
    """Makes pictures of panes; what did not change stays the same object and paints nothing.

    hovered: findings that the pointer is over in the list. filled: outlines are filled while a
    key is held. where_missing: what a pane
    says whose view is missing, such as that files could not be read. compared: findings of two
    readings, shown in place of the reader's own and of the model's.
    """

    def __init__(
        self,
        measuring: MeasuringPresenter,
        following: FollowingPresenter,
        annotating: AnnotatingPresenter,
        second_reading: SecondReading,
    ) -> None:
        self._measuring, self._following = measuring, following
        self._annotating, self._second_reading = annotating, second_reading
        self._images: dict[int, tuple[_Key, PaneImage]] = {}
        self.magnifier = False
        self.moving = False
        self.filled = False
        self.hovered: frozenset[UUID] = frozenset()
        self.where_missing = ""
        self.compared: ComparedMarks | None = None

    def views(self, shown: Shown) -> tuple[PaneView, ...]:
        """What each pane of the present step shows."""
        if shown.state is None:
            return ()
        return resolve(
            shown.state,
            shown.images,
            self._findings,
            failures=shown.failures,
            where_missing=self.where_missing,
        )

    @property
    def _findings(self) -> tuple[Finding, ...]:
        if self.compared is not None:
            return self.compared.findings
        return (*self._annotating.findings, *self._second_reading.streamed)

    def picture(self, index: int, view: PaneView, shown: Shown) -> PanePicture:
        """The record for one pane's widget."""
        state = shown.state
        overlays, live = self._overlays(index, view, state)
        warning = self._warning(view)
        return PanePicture(
            image=self._image(index, view),
            placement=view.placement,
            headline=(view.headline,) if view.headline else (),
            more=(*view.more, *self._told_of(view)),
            at_right=view.at_right,
            at_bottom=view.at_bottom,
            message=view.message or warning,
            failed=view.failed or bool(warning),
            wall=view.wall,
            active=view.active and state is not None and len(state.panes) > 1,
            overlays=overlays,
            live=live,
            moving=self.moving,
            magnifier=self.magnifier,
            line_left=view.line_left,
            line_top=view.line_top,
        )

    def _warning(self, view: PaneView) -> str:
        replaced = view.ref is not None and self._annotating.replaced(view.ref.uid)
        return _OTHER_IMAGE if replaced else ""

    def _told_of(self, view: PaneView) -> tuple[str, ...]:
        """What became of a view that the AI reading could not read."""
        standing = self._second_reading.standing
        line = facts.reading_line(standing, view.ref.uid) if view.ref is not None else ""
        return (line,) if line and view.more else ()

    def _overlays(
        self, index: int, view: PaneView, state: ScreenState | None
    ) -> tuple[tuple[Overlay, ...], tuple[Overlay, ...]]:
        """What lies over the image, and what a tool shows before its gesture is finished."""
        if state is None or not state.overlays or view.ref is None:
            return (), ()
        if self.compared is not None:
            return self.compared.overlays(
                view,
                self._measuring.measured,
                self._following.on_pane(index),
                filled=self.filled,
            ), ()
        annotating = self._annotating
        preview = annotating.preview_on(view.ref.uid)
        overlays = overlays_of(
            view,
            self._measuring.measured,
            self._following.on_pane(index),
            selected=frozenset(annotating.selected),
            hidden=preview.hidden,
            numbers=annotating.numbers,
            filled=self.filled,
            layers=frozenset(one.value for one in self._second_reading.strictness.hidden),
            scores=self._second_reading.scores,
            hovered=self.hovered,
        )
        scale = view.placement.x_scale if view.placement is not None else 1.0
        return overlays, live_overlays(preview, scale)

    def _image(self, index: int, view: PaneView) -> PaneImage | None:
        if view.image is None or view.grey is None:
            self._images.pop(index, None)
            return None
        key = (view.image, view.grey, view.aids)
        known = self._images.get(index)
        if known is not None and known[0][0] is key[0] and known[0][1:] == key[1:]:
            return known[1]
        levels, air = view.image.image.pyramid.levels, view.image.air
        made = aided(PaneImage(levels, view.grey.table().grey, air), view.aids)
        self._images[index] = (key, made)
        return made
