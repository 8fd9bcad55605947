"""Opens all slices of the screen's stacks ahead, merges slabs, and tells what is at hand."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import partial
from itertools import chain, zip_longest

from psygnal import Signal

from app.presenters.image_store import Wanted
from app.presenters.study_images import StudyImages
from domain.study import ImageRef, View
from viewing.opened import OpenedImage
from viewing.slabs import Slab

SLABS_HELD = 6

_SlabKey = tuple[ImageRef, int, Slab]


class Stacks:
    """Follows the stacks on the screen; until a slice is open, the last one stays in sight."""

    opened = Signal()
    """Another slice has become open or failed, whether or not it is on the screen."""

    def __init__(self, images: StudyImages, arrived: Callable[[], None]) -> None:
        """arrived: called when something that the screen asks for is there or has failed."""
        self._images = images
        self._arrived = arrived
        self._seen: dict[ImageRef, OpenedImage] = {}
        self._asked: tuple[Wanted, ...] = ()
        self._slabs: OrderedDict[_SlabKey, OpenedImage] = OrderedDict()
        self._merging: _SlabKey | None = None

    def forget(self) -> None:
        """Another step or case is shown."""
        self._seen.clear()
        self._slabs.clear()
        self._asked, self._merging = (), None
        self._images.leave_slices()

    def at_hand(self, wanted: Wanted) -> OpenedImage | None:
        """The frame or slab itself, else what was shown last, whose own number is told with it."""
        last = self._seen.get(wanted.view.ref)
        if wanted.slab.merges:
            image = self._slabs.get(_slab_key(wanted)) or last or self._images.get(wanted)
        else:
            failed = self._images.failure(wanted) is not None
            image = self._images.get(wanted) or (None if failed else last)
        if image is not None and wanted.view.frames > 1:
            self._seen[wanted.view.ref] = image
        return image

    def shows(self, wanted: Wanted) -> bool:
        """Whether a frame or slab is at hand as it is asked for, or never will be."""
        if self._images.failure(wanted) is not None:
            return True
        if wanted.slab.merges:
            return _slab_key(wanted) in self._slabs
        return self._images.settled(wanted)

    def opened_of(self, view: View) -> tuple[bool, ...]:
        """For each slice of a stack, whether it is open or has failed."""
        return tuple(self._images.settled(Wanted(view, frame)) for frame in range(view.frames))

    def follow(self, frames: Sequence[Wanted]) -> None:
        """Open what the screen asks for, then the other slices by their distance from it."""
        self._asked = tuple(one for one in frames if one.view.frames > 1)
        if not self._asked:
            return
        merging = any(one.slab.merges for one in self._asked)
        if not merging:
            self._slabs.clear()
        reserved = SLABS_HELD * max(one.estimate for one in self._asked) if merging else 0
        near = zip_longest(*map(_by_distance, self._asked))
        wanted = [one for one in chain.from_iterable(near) if one is not None]
        self._images.open_slices(wanted, got=self._got, reserved=reserved)
        self._merge()

    def _got(self, opened: Wanted) -> None:
        self.opened.emit()
        if opened.key in {one.key for one in self._asked}:
            self._arrived()
        self._merge()

    def _merge(self) -> None:
        """Begin the slab that is asked for, once its slices are there; one after another."""
        if self._merging is not None:
            return
        for wanted in self._asked:
            around = wanted.slab.frames_around(wanted.frame, wanted.view.frames)
            parts = [Wanted(wanted.view, frame) for frame in around]
            if not wanted.slab.merges or self.shows(wanted):
                continue
            if not all(self._images.settled(part) for part in parts):
                continue
            centre = self._images.get(wanted)
            images = [image for image in map(self._images.get, parts) if image is not None]
            if centre is not None:
                self._merging = _slab_key(wanted)
                done = partial(self._merged, self._merging, centre)
                self._images.merge(centre, images, wanted.slab.kind, done)
                return

    def _merged(self, key: _SlabKey, centre: OpenedImage, slab: OpenedImage | None) -> None:
        """Where merging failed, the single slice stands for the slab, and its text says so."""
        self._merging = None
        self._slabs[key] = slab or centre
        while len(self._slabs) > SLABS_HELD:
            self._slabs.popitem(last=False)
        self._arrived()
        self._merge()


def _slab_key(wanted: Wanted) -> _SlabKey:
    return (wanted.view.ref, wanted.frame, wanted.slab)


def _by_distance(wanted: Wanted) -> list[Wanted]:
    """All slices of a stack, the one looked at first, then alternately behind and before it."""
    frames = sorted(range(wanted.view.frames), key=lambda frame: abs(frame - wanted.frame))
    return [Wanted(wanted.view, frame) for frame in frames]
