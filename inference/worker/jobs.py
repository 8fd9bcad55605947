"""What the worker is asked to read, and how it is made ready on the window's side."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from domain.errors import BadInputError, CancelledError, FourviewError
from domain.geometry import ImageSize
from domain.study import View
from imaging.grey.grey_header import GreyDescription
from imaging.loader import LoadedImage, load_image
from imaging.raster import StoredPixels
from inference.parallel import in_parallel
from inference.pipeline.inputs import PixelRef, StudyInput, ViewInput
from inference.pipeline.reader import ReaderPackages
from inference.pipeline.results import StudyResult
from inference.results.store import ResultStore, result_key
from inference.worker.messages import Json
from inference.worker.pixels import PixelFolder, PixelsError, digest_of


@dataclass(frozen=True)
class JobView:
    """One view to be read. load: gives its image, such as from the window's cache; called on a
    thread of the supervisor; by default the file is read. frame: from 0.
    """

    view: View
    frame: int = 0
    load: Callable[[], LoadedImage] | None = field(default=None, repr=False)

    def image(self) -> LoadedImage:
        """Raises FourviewError where it can't be opened."""
        return self.load() if self.load is not None else load_image(self.view.ref, self.frame)


@dataclass(frozen=True)
class StudyJob:
    """One study to be read by the packages of one reader.

    uid: what the caller knows the study by. priors: views of the newest prior.
    """

    uid: str
    views: tuple[JobView, ...]
    reader: ReaderPackages
    priors: tuple[JobView, ...] = ()

    @cached_property
    def packages(self) -> Json:
        """What the worker needs in order to open the packages: folders, digests, thresholds."""
        return packages_json(self.reader)


def packages_json(reader: ReaderPackages) -> dict[str, Any]:
    """A reader's packages by folder and digest, and its thresholds."""
    opened = [{"folder": str(one.folder), "digest": one.digest} for one in reader.packages]
    return {"packages": opened, "thresholds": dict(reader.thresholds)}


@dataclass(frozen=True)
class Handed:
    """A study whose pixels lie in files. study: with them; files: to be removed in the end.

    unread: of each view that could not be opened, why; a result's notes say so. key, hint: of
    its result in the store.
    """

    study: StudyInput
    files: tuple[PixelRef, ...]
    key: str
    unread: tuple[str, ...] = ()
    hint: str = ""


@dataclass(frozen=True)
class Known:
    """A study that was read before."""

    result: StudyResult


@dataclass(frozen=True)
class _Opened:
    view: JobView
    grey: GreyDescription
    pixels: StoredPixels = field(repr=False)
    digest: str = ""
    file: PixelRef | None = None

    def input(self, file: PixelRef | None = None) -> ViewInput:
        """Without a file, with a reference to one that doesn't exist yet: enough for digests."""
        size, signed = ImageSize(*self.pixels.shape), self.pixels.dtype.kind == "i"
        ref = file or PixelRef("", size, signed=signed, digest=self.digest)
        return ViewInput.of(self.view.view, self.grey, ref, self.view.frame)


def make_ready(
    job: StudyJob,
    folder: PixelFolder,
    store: ResultStore | None,
    unwanted: Callable[[], bool] = lambda: False,
    early: Callable[[ViewInput], None] | None = None,
) -> Handed | Known:
    """Open the views, look whether they were read before, else put their pixels into files.

    early: told of the first view once its file lies there, without the digest of its pixels, and
    before it is known whether the study was read before; not told where that is likely. A view
    that can't be opened is left out where another can. Raises CancelledError once ``unwanted``,
    else FourviewError; then no file is left.
    """
    likely = store is not None and store.likely(_hint(job))
    eager = None if early is None or likely else _Eager(folder, early)
    ready: Handed | Known | None = None
    try:
        ready = _made_ready(job, folder, store, unwanted, eager)
    finally:
        if eager is not None and not isinstance(ready, Handed):
            eager.remove()
    return ready


class _Eager:
    """Puts views into their files as they are opened, and tells of the first.

    One core does it, the other is left to the worker, which begins with that view.
    """

    def __init__(self, folder: PixelFolder, early: Callable[[ViewInput], None]) -> None:
        self._folder, self._early = folder, early
        self._turn = threading.Lock()
        self._files: list[PixelRef] = []

    def taken(self, one: _Opened, *, first: bool) -> _Opened:
        """With its digest and its file; without one where there is no room: that is told later."""
        file = None
        if first and (file := self._written(one)) is not None:
            self._early(one.input(file))
        with self._turn:
            one = replace(one, digest=digest_of(one.pixels))
            return replace(one, file=file or self._written(one))

    def remove(self) -> None:
        """Take the files away."""
        for file in self._files:
            self._folder.remove(file)

    def _written(self, one: _Opened) -> PixelRef | None:
        with suppress(PixelsError):
            file = self._folder.write(one.pixels, one.digest)
            self._files.append(file)
            return file
        return None


def _made_ready(
    job: StudyJob,
    folder: PixelFolder,
    store: ResultStore | None,
    unwanted: Callable[[], bool],
    eager: _Eager | None,
) -> Handed | Known:
    views, unread = _opened(job.views, unwanted, eager)
    priors, unread_priors = _opened(job.priors, unwanted)
    unread = (*unread, *unread_priors)
    if not views:
        raise BadInputError("; ".join(unread) or "the study has no view that the AI could read")
    bare = StudyInput(
        job.uid, tuple(one.input() for one in views), tuple(one.input() for one in priors)
    )
    key = _key(job, bare)
    known = kept_result(store, key, bare)
    if known is not None:
        return Known(with_notes(known, unread))
    files = _written((*views, *priors), folder, unwanted)
    study = replace(
        bare,
        views=_with_files(bare.views, files[: len(views)]),
        priors=_with_files(bare.priors, files[len(views) :]),
    )
    return Handed(study, files, key, unread, _hint(job))


def with_notes(result: StudyResult, unread: tuple[str, ...]) -> StudyResult:
    """A result that says as well which views could not be opened."""
    said = tuple(f"A view could not be opened: {one}" for one in unread)
    return replace(result, notes=(*result.notes, *said)) if said else result


def kept_result(store: ResultStore | None, key: str, study: StudyInput) -> StudyResult | None:
    """The result that is kept under the key, under this study's uid; None where there is none."""
    told = store.get(key) if store is not None else None
    if store is None or told is None:
        return None
    try:
        result = StudyResult.from_json(told)
        check_study(result, study)
    except FourviewError:
        store.drop(key)
        return None
    return replace(result, uid=study.uid)


def check_study(result: StudyResult, study: StudyInput) -> None:
    """Raise BadInputError unless a result is of exactly these pixels and headers."""
    asked = {(one.uid, one.digest) for one in study.views}
    told = {(one.uid, one.digest) for one in result.views}
    if result.digest != study.digest or not told <= asked:
        raise BadInputError("a result belongs to another study; it was thrown away")


def _key(job: StudyJob, study: StudyInput) -> str:
    digests = [one.digest for one in job.reader.packages]
    return result_key(study.digest, digests, {"thresholds": dict(job.reader.thresholds)})


def _hint(job: StudyJob) -> str:
    """Of which images and packages a result is, whatever the pixels; tells what is likely only."""
    images = [[(one.view.ref.uid, one.frame) for one in views] for views in (job.views, job.priors)]
    told = json.dumps([images, [one.digest for one in job.reader.packages]])
    return hashlib.sha256(told.encode()).hexdigest()


def _opened(
    views: tuple[JobView, ...], unwanted: Callable[[], bool], eager: _Eager | None = None
) -> tuple[tuple[_Opened, ...], tuple[str, ...]]:
    """The views that can be opened, and why the others can't."""

    def opened(view: JobView) -> _Opened | str:
        _stop_if(unwanted)
        try:
            image = view.image()
        except CancelledError:
            raise
        except FourviewError as error:
            return str(error)
        _stop_if(unwanted)
        one = _Opened(view, image.grey, image.raster.pixels)
        if eager is not None:
            return eager.taken(one, first=view is views[0])
        return replace(one, digest=digest_of(one.pixels))

    outcomes = in_parallel(opened, views)
    good = tuple(one for one in outcomes if isinstance(one, _Opened))
    return good, tuple(one for one in outcomes if isinstance(one, str))


def _written(
    opened: tuple[_Opened, ...], folder: PixelFolder, unwanted: Callable[[], bool]
) -> tuple[PixelRef, ...]:
    done: list[PixelRef] = []

    def written(one: _Opened) -> PixelRef:
        _stop_if(unwanted)
        if one.file is not None:
            ref = replace(one.file, digest=one.digest)
        else:
            ref = folder.write(one.pixels, one.digest)
        done.append(ref)
        return ref

    try:
        return in_parallel(written, opened)
    except BaseException:
        for ref in done:
            folder.remove(ref)
        raise


def _with_files(views: tuple[ViewInput, ...], files: tuple[PixelRef, ...]) -> tuple[ViewInput, ...]:
    return tuple(replace(view, pixels=file) for view, file in zip(views, files, strict=True))


def _stop_if(unwanted: Callable[[], bool]) -> None:
    if unwanted():
        raise CancelledError("the AI's reading was stopped")
