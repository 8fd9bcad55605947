"""Opens images: decoded, with their pyramid, ready to be shown."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import cv2

from domain.errors import CancelledError, FourviewError, PixelDataError
from domain.study import Flag, ImageRef
from imaging.frame.frames import FrameReader
from imaging.grey.grey_header import GreyDescription, read_grey
from imaging.grey.own_windows import picture_grey, with_own_windows
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
    """One frame, ready to be shown. flags: what is odd about its pixels or grey scale.

    grey.vois is never empty: an image that brings no window has got its own.
    """

    raster: Raster
    grey: GreyDescription
    pyramid: Pyramid
    flags: tuple[Flag, ...] = ()

    @property
    def nbytes(self) -> int:
        """Memory of all pixels."""
        return self.pyramid.nbytes


def load_image(ref: ImageRef, frame: int = 0) -> LoadedImage:
    """Decode one frame, build its pyramid and settle how it is shown.

    Raises UnreadableFileError, ForeignFileError, HeaderError, PixelDataError (also where memory
    runs out) or UnsupportedSyntaxError, each naming the file and the attribute.
    """
    try:
        return _picture(ref) if is_picture(ref) else _dicom(ref, frame)
    except MemoryError:
        what = "there is not enough memory for this image"
    except cv2.error as error:  # OpenCV tells of its own lack of memory in this way
        what = f"the image can't be made ready to be shown ({error.err})"
    # Outside the handler: the error's frames would hold on to the pixels read so far.
    raise PixelDataError(what, where=ref.where, remedy="Close other studies and try again")


def _picture(ref: ImageRef) -> LoadedImage:
    raster = read_picture(ref)
    return LoadedImage(raster, picture_grey(raster.pixels), build_pyramid(raster.pixels))


def _dicom(ref: ImageRef, frame: int) -> LoadedImage:
    with FrameReader.open(ref) as reader:
        _check_same(ref, str(reader.header.get("SOPInstanceUID", "")))
        raster = reader.read(frame)
        stated, flags = read_grey(reader.header), reader.flags
    pyramid = build_pyramid(raster.pixels, stated.padding)
    grey = with_own_windows(settle_polarity(stated, pyramid.levels[-1]), raster.pixels)
    return LoadedImage(raster, grey, pyramid, (*flags, *grey.flags))


def _check_same(ref: ImageRef, uid: str) -> None:
    """A file that was replaced since it was scanned must not be shown under the old one's name."""
    if ref.sop_instance_uid and uid != ref.sop_instance_uid:
        raise PixelDataError(
            "holds another image than when it was listed",
            where=ref.where,
            remedy="Open the folder again",
        )


def load_study(
    refs: Sequence[ImageRef],
    *,
    frames: Mapping[ImageRef, int] | None = None,
    cache: ImageCache | None = None,
    cancelled: Callable[[], bool] = lambda: False,
    threads: int = THREADS,
    then: Callable[[ImageRef, LoadedImage], None] = lambda _ref, _image: None,
) -> Iterator[tuple[ImageRef, LoadedImage | FourviewError]]:
    """Open several images in parallel; yields each as it is ready, or why it can't be opened.

    frames: which frame of a stack to open, from 0; the first where none is named.
    then: called with each image on the thread that opened it, before it is yielded; never raises.
    One bad image stops no other. At most ``threads`` images are decoded ahead of what was taken.
    A file that was replaced since a cache kept it is read anew. Raises CancelledError within a
    moment of ``cancelled`` saying so; what was being decoded then is thrown away.
    """
    shared = ImageCache() if cache is None else cache
    pool = ThreadPoolExecutor(threads, thread_name_prefix="decode")
    try:
        _stop_if(cancelled)
        wanted = frames or {}
        started = ((ref, pool.submit(_load, ref, wanted.get(ref, 0), shared, then)) for ref in refs)
        yield from _as_completed(started, threads, cancelled)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


_Outcome = LoadedImage | FourviewError


def _as_completed(
    started: Iterable[tuple[ImageRef, Future[_Outcome]]],
    ahead: int,
    cancelled: Callable[[], bool],
) -> Iterator[tuple[ImageRef, _Outcome]]:
    """Outcomes as they are ready; drawing from ``started`` begins the next load."""
    more = iter(started)
    refs_of = {future: ref for ref, future in islice(more, ahead)}
    while refs_of:
        ready, _ = wait(refs_of, _PATIENCE, FIRST_COMPLETED)
        _stop_if(cancelled)
        while ready:
            future = ready.pop()
            outcome = refs_of.pop(future), future.result()
            refs_of.update((future, ref) for ref, future in islice(more, 1))
            del future  # what was handed out is the taker's alone
            yield outcome
            del outcome
            _stop_if(cancelled)


def _stop_if(cancelled: Callable[[], bool]) -> None:
    if cancelled():
        raise CancelledError("opening the study was stopped")


def _load(
    ref: ImageRef, frame: int, cache: ImageCache, then: Callable[[ImageRef, LoadedImage], None]
) -> _Outcome:
    try:
        image = cache.get(_key(ref, frame), lambda: load_image(ref, frame))
    except FourviewError as error:
        return error
    then(ref, image)
    return image


def _key(ref: ImageRef, frame: int) -> Hashable:
    """The image as its file is now: size and time of the file, or of the zip, tell a new one."""
    try:
        found = Path(ref.path).stat()
    except (OSError, ValueError):  # loading tells what is wrong with the path
        return (ref, frame)
    return (ref, frame, found.st_size, found.st_mtime_ns)
