"""What the worker is asked to read of a case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from app.exams import Exams
from domain.study import View
from imaging.loader import LoadedImage
from inference.pipeline.reader import ReaderPackages
from inference.worker.jobs import JobView, StudyJob
from viewing.opened import OpenedImage


def job_of(exams: Exams, opened: Mapping[str, OpenedImage], reader: ReaderPackages) -> StudyJob:
    """The exam that is read, with the newest prior to compare with.

    opened: images at hand by the uid that marks know them by; they are not decoded again.
    """
    return StudyJob(
        uid=exams.current.uid,
        views=_views(exams.current.views, opened),
        reader=reader,
        priors=tuple(one for study in exams.priors[:1] for one in _views(study.views, opened)),
    )


def _views(views: Iterable[View], opened: Mapping[str, OpenedImage]) -> tuple[JobView, ...]:
    """One frame each: what a stack may be read by is the package's matter."""
    return tuple(_view(view, opened.get(view.ref.uid)) for view in views)


def _view(view: View, image: OpenedImage | None) -> JobView:
    if image is None or view.frames > 1:
        return JobView(view)
    return JobView(view, load=partial(_known, image.image))


def _known(image: LoadedImage) -> LoadedImage:
    return image
