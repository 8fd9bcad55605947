"""Opens images: decoded, with their pyramid, ready to be shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

from domain.errors import CancelledError, FourviewError
from domain.study import Flag, ImageRef
from imaging.frames import FrameReader
from imaging.grey_header import GreyDescription, read_grey
from imaging.image_cache import ImageCache
from imaging.pictures import is_picture, read_picture
from imaging.pyramid import Pyramid, build_pyramid
from imaging.raster import Raster

THREADS = 4
"""A study has four views; the decoders release Python's lock."""


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
        raster = read_picture(ref)
        grey = GreyDescription()
        return LoadedImage(raster, grey, build_pyramid(raster.pixels))
    with FrameReader.open(ref) as reader:
        raster = reader.read(frame)
        grey = read_grey(reader.header)
        flags = (*reader.flags, *grey.flags)
    return LoadedImage(raster, grey, build_pyramid(raster.pixels), flags)


def load_study(
    refs: Sequence[ImageRef],
    *,
    cache: ImageCache | None = None,
    cancelled: Callable[[], bool] = lambda: False,
    threads: int = THREADS,
) -> Iterator[tuple[ImageRef, LoadedImage | FourviewError]]:
    """Open several images in parallel; yields each as it is ready, or why it can't be opened.

    One bad image stops no other. Raises CancelledError once ``cancelled`` says so; what was
    being decoded then is thrown away.
    """
    shared = ImageCache() if cache is None else cache
    with ThreadPoolExecutor(threads, thread_name_prefix="decode") as pool:
        waiting = {pool.submit(_load, ref, shared): ref for ref in refs}
        try:
            for done in as_completed(waiting):
                if cancelled():
                    raise CancelledError("opening the study was stopped")
                yield waiting[done], done.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _load(ref: ImageRef, cache: ImageCache) -> LoadedImage | FourviewError:
    try:
        return cache.get((ref, 0), lambda: load_image(ref))
    except FourviewError as error:
        return error
