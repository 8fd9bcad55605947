"""Opens the slices that the screen's stacks are scrolled to, and those around them ahead."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain

from app.presenters.image_store import Wanted
from app.presenters.study_images import StudyImages
from domain.study import ImageRef
from viewing.opened import OpenedImage

AROUND = 12
"""Slices opened before and behind the one that is looked at."""


class Stacks:
    """Follows the stacks on the screen; until a slice is open, the last one stays in sight."""

    def __init__(self, images: StudyImages, arrived: Callable[[], None]) -> None:
        """arrived: called when a slice is open or has failed."""
        self._images = images
        self._arrived = arrived
        self._seen: dict[ImageRef, Wanted] = {}
        self._under_way: frozenset[Wanted] = frozenset()

    def forget(self) -> None:
        """Another step or case is shown."""
        self._seen.clear()
        self._under_way = frozenset()

    def at_hand(self, wanted: Wanted) -> OpenedImage | None:
        """The frame itself, else the one shown last, whose own number is told with it."""
        image = self._images.get(wanted)
        if image is not None:
            self._seen[wanted.view.ref] = wanted
            return image
        last = self._seen.get(wanted.view.ref)
        failed = self._images.failure(wanted) is not None
        return None if last is None or failed else self._images.get(last)

    def follow(self, frames: Sequence[Wanted]) -> None:
        """Open what is missing of the frames that the screen asks for, then their neighbours."""
        stacks = [one for one in frames if one.view.frames > 1]
        near = dict.fromkeys(chain(stacks, *zip(*map(_around, stacks), strict=False)))
        missing = tuple(one for one in near if not self._images.settled(one))
        urgent = {one for one in stacks if one in missing}
        if not missing or urgent <= self._under_way != frozenset():
            return
        self._under_way = frozenset(missing)
        self._images.open_slices(missing, got=lambda _: self._arrived(), done=self._ended)

    def _ended(self) -> None:
        self._under_way = frozenset()


def _around(wanted: Wanted) -> tuple[Wanted, ...]:
    """Alternately before and behind; towards an end the last slice stands for those beyond."""
    last = wanted.view.frames - 1
    steps = chain.from_iterable((by, -by) for by in range(1, AROUND + 1))
    return tuple(Wanted(wanted.view, min(max(wanted.frame + by, 0), last)) for by in steps)
