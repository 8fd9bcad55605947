"""The breasts' frames of the case on the screen: estimated once it is painted, nipples dragged."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from psygnal import Signal

from app.jobs.job import Job
from app.jobs.jobs import Jobs
from app.presenters.shown import NOTHING, Shown
from domain.geometry import ImagePoint
from domain.study import ImageRef
from viewing.linking.breast_frame import SEEN_DOUBT_MM, BreastFrame
from viewing.opened import OpenedImage

if TYPE_CHECKING:
    from viewing.second_look import SecondLook

LOOKING = "second look"
AFTER = 0.2
"""Seconds that panes have for painting before their images are looked at again."""

_WINK = 0.02


class Breasts:
    """Looks again at shown images, then at priors, in a quiet job. Used on the window's thread.

    All slices of a stack share the frame of the one that was looked at first: the breast lies
    still between them.
    """

    changed = Signal()
    """A frame was estimated, or a nipple dragged."""

    def __init__(self, jobs: Jobs, objected: Callable[[SecondLook], None]) -> None:
        """objected: told where the pixels object to an image's tags."""
        self._jobs = jobs
        self._objected = objected
        self._shown: Shown = NOTHING
        self._taken: set[ImageRef] = set()
        self._frames: dict[ImageRef, BreastFrame | None] = {}

    def show(self, shown: Shown) -> None:
        """Another case, step or image. What was found or dragged lasts until the case closes."""
        if shown.number != self._shown.number:
            self._jobs.cancel(LOOKING)
            self._taken.clear()
            self._frames.clear()
        self._shown = shown
        at_hand = {**shown.priors, **shown.images}
        order = (*shown.images, *shown.priors)
        fresh = [at_hand[ref] for ref in dict.fromkeys(order) if ref not in self._taken]
        if fresh:
            self._taken.update(one.view.ref for one in fresh)
            work = partial(self._work, fresh)
            self._jobs.start(LOOKING, "Finding the nipples", work, quiet=True)

    def of(self, opened: OpenedImage) -> BreastFrame | None:
        """An image's frame; ``None`` where none was made out, or none yet."""
        return self.at(opened.view.ref)

    def at(self, ref: ImageRef) -> BreastFrame | None:
        """The same of an image of this case that may no longer be on the screen."""
        return self._frames.get(ref)

    def nipples(self) -> dict[ImageRef, ImagePoint]:
        """Where they are seen in profile or were dragged to; stored-image positions."""
        frames = {ref: frame for ref, frame in self._frames.items() if frame is not None}
        return {
            ref: frame.nipple.at
            for ref, frame in frames.items()
            if frame.nipple.doubt_mm <= SEEN_DOUBT_MM
        }

    def drag(self, opened: OpenedImage, at: ImagePoint) -> BreastFrame | None:
        """Put the nipple where the reader says. at: stored-image position, kept on the image.

        ``None`` where there is no breast to have it.
        """
        frame = self.of(opened)
        if frame is None:
            return None
        size = frame.size
        inside = ImagePoint(
            min(max(at.x, 0.0), size.columns - 1.0), min(max(at.y, 0.0), size.rows - 1.0)
        )
        moved = frame.with_nipple(inside)
        self._frames[opened.view.ref] = moved
        self.changed.emit()
        return moved

    def _work(self, images: Sequence[OpenedImage], job: Job) -> None:
        from viewing.second_look import look_again  # noqa: PLC0415 - after the first paint

        until = time.monotonic() + AFTER
        while time.monotonic() < until and not job.cancelled:
            time.sleep(_WINK)
        for opened in images:
            job.stop_if_cancelled()
            job.hand(partial(self._take, look_again(opened)))

    def _take(self, seen: SecondLook) -> None:
        self._frames[seen.opened.view.ref] = seen.breast
        if seen.objections:
            self._objected(seen)
        self.changed.emit()
