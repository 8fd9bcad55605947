"""Opens images: decoded, with their pyramid, ready to be shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

import cv2

from domain.errors import CancelledError, FourviewError, PixelDataError
from domain.study import Flag, ImageRef
from imaging.frame.frames import FrameReader
from imaging.grey.grey_header import GreyDescription, read_grey
from imaging.grey.polarity import settle_polarity
from imaging.image_cache import ImageCache
from imaging.picture.pictures import is_picture, read_picture
from imaging.pyramid import Pyramid, build_pyramid
from imaging.raster import Raster

THREADS = 4
"""A study has four views; the decoders release Python's lock."""

_PATIENCE = 0.1
"""Seconds after which ``cancelled`` is asked again."""


@dataclass(frozen=True, eq=False)
class LoadedImage:
    """One frame, ready to be shown. flags: what is odd about its pixels or grey scale."""

    raster: Raster
    grey: GreyDescription
    pyramid: Pyramid
    flags: tuple[Flag, ...] = ()

    @property
    def nbytes(self) -> int:
        """Memory of all pixels."""
        return self.pyramid.nbytes


def load_image(ref: ImageRef, frame: int = 0) -> LoadedImage:
    """Decode one frame and build its pyramid.

    Raises UnreadableFileError, ForeignFileError, HeaderError, PixelDataError or
    UnsupportedSyntaxError, each naming the file and the attribute.
    """
    if is_picture(ref):
        return _ready(ref, read_picture(ref), GreyDescription(), ())
    with FrameReader.open(ref) as reader:
        raster = reader.read(frame)
        return _ready(ref, raster, read_grey(reader.header), reader.flags)


def _ready(
    ref: ImageRef, raster: Raster, grey: GreyDescription, flags: tuple[Flag, ...]
) -> LoadedImage:
    try:
        pyramid = build_pyramid(raster.pixels, grey.padding)
    except (MemoryError, cv2.error) as error:
        what = "there is not enough memory for the smaller copies of this image"
        raise PixelDataError(what, where=ref.where) from error
    settled = settle_polarity(grey, pyramid.levels[-1])
    return LoadedImage(raster, settled, pyramid, (*flags, *settled.flags))


def load_study(
    refs: Sequence[ImageRef],
    *,
    cache: ImageCache | None = None,
    cancelled: Callable[[], bool] = lambda: False,
    threads: int = THREADS,
) -> Iterator[tuple[ImageRef, LoadedImage | FourviewError]]:
    """Open several images in parallel; yields each as it is ready, or why it can't be opened.

    One bad image stops no other. Raises CancelledError within a moment of ``cancelled`` saying
    so; what was being decoded then is thrown away.
    """
    shared = ImageCache() if cache is None else cache
    pool = ThreadPoolExecutor(threads, thread_name_prefix="decode")
    try:
        refs_of = {pool.submit(_load, ref, shared): ref for ref in refs}
        for done in _as_completed(set(refs_of), cancelled):
            yield refs_of.pop(done), done.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


_Outcome = Future[LoadedImage | FourviewError]


def _as_completed(waiting: set[_Outcome], cancelled: Callable[[], bool]) -> Iterator[_Outcome]:
    while waiting:
        ready, waiting = wait(waiting, _PATIENCE, FIRST_COMPLETED)
        if cancelled():
            raise CancelledError("opening the study was stopped")
        yield from ready


def _load(ref: ImageRef, cache: ImageCache) -> LoadedImage | FourviewError:
    try:
        return cache.get((ref, 0), lambda: load_image(ref))
    except FourviewError as error:
        return error
